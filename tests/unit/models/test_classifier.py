"""The classifier answers for every text, always the same, and says when it does not know."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.classifier import Classifier
from triage.domain.charge import level_of
from triage.domain.emotion import Emotion, ScoringState, Span
from triage.domain.policy import DEFAULT_POLICY

CLASSIFIER = Classifier.load()
FURIOUS = "I hate this company. You are disgusting thieves and I am absolutely furious!"


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        (FURIOUS, Emotion.ANGER),
        ("It is so annoying that I have to ask again and again.", Emotion.FRUSTRATION),
        ("I am so disappointed. I expected more of you.", Emotion.DISAPPOINTMENT),
        ("I am very sad, my heart is broken and I cry every day.", Emotion.DISTRESS),
        ("I am scared and afraid that somebody reads my data.", Emotion.WORRY),
        ("I do not understand this at all, I am confused. What does it mean?", Emotion.CONFUSION),
        ("Sorry, that was my fault, I apologise and feel ashamed.", Emotion.EMBARRASSMENT),
        ("Thank you so much for your help!", Emotion.GRATITUDE),
        ("This is wonderful, great work, I love it!", Emotion.SATISFACTION),
        ("I really hope that it will work, I wish it would.", Emotion.HOPE),
    ],
)
def test_a_plain_emotion_scores_highest(text: str, emotion: Emotion):
    scores = CLASSIFIER.score(text).emotions
    assert max(scores, key=scores.__getitem__) == emotion


def test_a_problem_calmly_told_has_no_strong_emotion():
    scores = CLASSIFIER.score("The export of the March invoices ends with error 403.").emotions
    assert max(scores.values()) < 0.5


@pytest.mark.parametrize("text", ["", "   \n", "😡😡😡", "!!!", "\0", "\ud800", "> \n> "])
def test_without_words_there_is_nothing_to_score(text: str):
    scoring = CLASSIFIER.score(text)
    assert scoring.state is ScoringState.EMPTY
    assert not scoring.emotions
    assert not scoring.sentences


def test_another_language_is_a_state_and_no_label():
    scoring = CLASSIFIER.score("Ich bin stinksauer, wo bleibt endlich meine Bestellung?")
    assert (scoring.state, scoring.language) == (ScoringState.UNSUPPORTED_LANGUAGE, "de")
    assert not scoring.emotions


def test_the_hint_counts_for_a_text_too_short_to_tell():
    assert CLASSIFIER.score("Retoure?", "de-DE").state is ScoringState.UNSUPPORTED_LANGUAGE
    assert CLASSIFIER.score("Retoure?").state is ScoringState.SCORED


def test_a_machines_mail_is_a_state_and_no_label():
    scoring = CLASSIFIER.score("Automatic reply: I am out of the office until Monday.")
    assert scoring.state is ScoringState.AUTOMATIC
    assert not scoring.emotions


def test_quoted_mail_does_not_count():
    reply = "Could you send me the invoice for March, please?"
    quoted = f"{reply}\n\nOn Mon, 3 May 2026, Ann <a@b.c> wrote:\n> {FURIOUS}\n> {FURIOUS}\n"
    assert CLASSIFIER.score(quoted).emotions == CLASSIFIER.score(reply).emotions
    assert CLASSIFIER.score(quoted).own_words == Span(0, len(reply))


def test_each_sentence_has_its_own_scores_as_evidence():
    text = f"Here is the invoice for March. {FURIOUS}"
    scoring = CLASSIFIER.score(text)
    assert " ".join(it.span.of(text) for it in scoring.sentences) == text
    angriest = max(scoring.sentences, key=lambda it: it.emotions[Emotion.ANGER])
    assert angriest.span.of(text) != "Here is the invoice for March."


def test_a_messages_scores_do_not_depend_on_how_it_is_cut_into_sentences():
    one, two = (CLASSIFIER.score(f"I am sad{cut}I cry").emotions for cut in (" ", "\n"))
    assert dict(two) == pytest.approx(dict(one), abs=1e-6)


def test_only_what_is_certain_enough_is_shown():
    assert Emotion.GRATITUDE in CLASSIFIER.score("Thank you so much for your help!").shown
    assert not CLASSIFIER.score("The export ends with error 403.").shown


def test_every_emotion_has_a_probability():
    scores = CLASSIFIER.score(FURIOUS).emotions
    assert set(scores) == set(Emotion)
    assert all(0 <= it <= 1 for it in scores.values())


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("Hello there. You ruined everything and I am furious! Order 55.", 3, 4),
        ("worst company ever, never again", 3, 4),
        ("great job @x 👏👏 another day no internet 🙄", 2, 3),
        ("this is absolutely disgusting, 3 weeks and nobody calls back", 3, 4),
        ("Where is my order 55?", 0, 0),
        ("URGENT: prod is down, 500 errors on all endpoints", 0, 0),
        ("kill the process and restart", 0, 0),
        ("thank you so much, you saved my day ❤️", 0, 0),
    ],
)
def test_plain_feeling_plainly_said_is_seen_and_plain_problems_are_calm(text, least, most):
    charge = CLASSIFIER.score(text).charge
    assert charge is not None
    assert least <= level_of(charge, DEFAULT_POLICY) <= most


@pytest.mark.parametrize(
    ("draft", "rude"),
    [
        (
            "This is your own fault, you should have read the instructions. I can do nothing.",
            "This is your own fault, you should have read the instructions.",
        ),
        (
            "As I already told you twice, we do not refund.",
            "As I already told you twice, we do not refund.",
        ),
        ("I am sorry. You were charged twice, and I have reversed it just now.", None),
        ("Your parcel is at the depot.", None),
        ("", None),
        ("👍", None),
    ],
)
def test_a_draft_that_reads_rude_is_told_by_its_worst_sentence(draft, rude):
    found = CLASSIFIER.reads_rude(draft)
    assert (found and found.of(draft)) == rude


def test_the_version_names_the_model():
    assert CLASSIFIER.version == "minilm-tickets-3"
    assert CLASSIFIER.score("x").model_version == CLASSIFIER.version


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "word " * 200_000,
        "!?" * 500_000,
        "\0\ud800a" * 300_000,
        "aGVsbG8gd29ybGQ=" * 60_000,
        "שלום " * 200_000,
        "😡" * 1_000_000,
        "<div>" * 200_000,
    ],
)
def test_a_megabyte_of_anything_is_answered(text: str):
    scoring = CLASSIFIER.score(text)
    assert scoring.own_words.end <= len(text)


@settings(max_examples=100)
@given(st.text() | st.text(alphabet="ab \n>.?!-:@\0\ud800😡שé"), st.text(max_size=5) | st.none())
def test_any_text_is_answered_twice_alike(text: str, hint: str | None):
    scoring = CLASSIFIER.score(text, hint)
    assert CLASSIFIER.score(text, hint) == scoring
    assert all(0 <= it.span.start < it.span.end <= len(text) for it in scoring.sentences)


def test_threads_do_not_change_an_answer():
    texts = [FURIOUS * repeat for repeat in range(1, 9)] * 4
    alone = [CLASSIFIER.score(text) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(CLASSIFIER.score, texts)) == alone
