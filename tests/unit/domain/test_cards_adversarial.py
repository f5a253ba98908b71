"""Messages made to bring an unsafe word out of a card: none comes, in any form.

The cases and what each expects stand in tests/data/adversarial_cards.yaml; the reading is scripted,
everything behind it is real: flags and cause from the words, the situation, the card, the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import POLICY, a_message, a_ticket
from triage.domain.acknowledgement import Card, acknowledge, card_as_dict
from triage.domain.cause import Cause
from triage.domain.draft import PIECE, Draft, Part, PartKind, text_of
from triage.domain.emotion import Emotion, Scoring, ScoringState, SeenFlag, SentenceScores, Span
from triage.domain.feelings import named_feelings
from triage.domain.flag import Flag
from triage.domain.reading import read_ticket
from triage.domain.reply import APOLOGY, AT_FAULT, CONDOLENCE, FAULT
from triage.domain.situation import Situation
from triage.domain.ticket import Channel
from triage.page.shell import templates
from triage.playbook import load_playbook
from triage.receipt import situation

CASES = Path(__file__).parents[2] / "data" / "adversarial_cards.yaml"
PLAYBOOK = load_playbook()
CHARGES = (0.1, 0.3, 0.5, 0.7, 0.9)  # in the middle of each level
SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=\w))+[.!?]*")
BETWEEN_PARTS = {" ", "\n\n", " and ", "“", "”"}
THANKFUL = {"gratitude"}  # the only situation after which feedback is asked for
MONTH = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
LIVE = re.compile(r"<(?:script|img|svg|b|style)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A message, how it is read, and what its card must be."""

    id: str
    text: str
    rule: str
    feels: str | None = None
    unsure: bool = False
    level: int | None = None
    seen: list[str] = field(default_factory=list)
    again: int = 0
    name: str | None = None
    channel: str = "email"
    state: str = "scored"
    cause: str = "unclear"
    sent: list[str] = field(default_factory=list)
    greets: str | None = None
    names: str | None = None
    words: bool = True

    @property
    def scoring(self) -> Scoring:
        """What the scripted model read."""
        felt = {Emotion(self.feels): 0.9} if self.feels else {}
        level = self.level if self.level is not None else 3 * bool(self.feels)
        whole = Span(0, len(self.text))
        scored = self.state == "scored"
        return Scoring(
            model_version="scripted-1",
            state=ScoringState(self.state),
            language="en",
            own_words=whole,
            emotions=felt,
            sentences=tuple(
                SentenceScores(Span(*it.span()), felt, CHARGES[level])
                for it in SENTENCE.finditer(self.text)
                if it[0].strip()
            ),
            shown=frozenset() if self.unsure else frozenset(felt),
            charge=CHARGES[level] if scored else None,
            flags=tuple(SeenFlag(Flag(flag), self._first) for flag in self.seen),
        )

    @property
    def _first(self) -> Span:
        found = SENTENCE.search(self.text)
        return Span(*found.span()) if found else Span(0, len(self.text))

    @property
    def situation(self) -> Situation:
        """What the card is made from, as the service makes it."""
        earlier = [a_message("Hello there.", number=at) for at in range(1, self.again + 1)]
        newest = a_message(self.text, number=self.again + 1)
        ticket = a_ticket(*earlier, newest, customer_name=self.name, channel=Channel(self.channel))
        calm = Case(id="", text="Hello there.", rule="").scoring
        reading = read_ticket(ticket, [calm] * self.again + [self.scoring], POLICY)
        return situation(ticket, reading)


@cache
def cases() -> list[Case]:
    return [Case(**one) for one in yaml.safe_load(CASES.read_text(encoding="utf-8"))]


def forms(card: Card) -> list[Draft]:
    return [form for form in (card.draft, card.brief) if form is not None]


def of_kind(form: Draft, kind: PartKind) -> list[Part]:
    return [part for part in form if part.kind is kind]


def ours(form: Draft) -> str:
    """Return a form without the customer's words and name."""
    theirs = {PartKind.QUOTE, PartKind.NAME}
    return "".join("…" if part.kind in theirs else part.text for part in form)


def outside_slots(form: Draft) -> str:
    return "".join(part.text for part in of_kind(form, PartKind.WORDS))


@cache
def playbook_pieces() -> frozenset[str]:
    """Return every piece of our own wording that there is; the playbook alone says it."""
    book = yaml.safe_load((Path(__file__).parents[3] / "triage" / "playbook.yaml").read_text())
    pieces = {piece for text in _strings(book) for piece in PIECE.split(text)}
    return frozenset(pieces) | set(book["feelings"].values()) | BETWEEN_PARTS


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    return [value] if isinstance(value, str) else []


# What each case expects


def the_situation_is_the_expected_one(case: Case, card: Card) -> None:
    assert (card.rule, case.situation.cause) == (case.rule, Cause(case.cause))


def words_are_suggested_only_where_they_may_be(case: Case, card: Card) -> None:
    assert [form is not None for form in (card.draft, card.brief)] == [case.words] * 2
    assert (card.opening is not None) == case.words


def exactly_the_expected_is_quoted(case: Case, card: Card) -> None:
    if card.draft:
        assert [part.text for part in of_kind(card.draft, PartKind.QUOTE)] == case.sent
        assert len(of_kind(card.brief or (), PartKind.QUOTE)) <= 1


def the_greeting_is_by_the_expected_name(case: Case, card: Card) -> None:
    for form in forms(card):
        assert [part.text for part in of_kind(form, PartKind.NAME)] == (
            [case.greets] if case.greets else []
        )


def the_expected_feeling_is_named_and_no_other(case: Case, card: Card) -> None:
    if card.draft is None:
        return
    said = outside_slots(card.draft)
    assert [it.word for it in named_feelings(said)] == _words_of(case.names)
    others = set(PLAYBOOK.feelings.values()) - {case.names}
    assert not [feeling for feeling in others if re.search(rf"\b{feeling}\b", said)]
    assert list(named_feelings(outside_slots(card.brief or ()))) == []


def _words_of(names: str | None) -> list[str]:
    return [it.word for it in named_feelings(f"left you {names}")] if names else []


# What holds for all


def no_draft_admits_a_fault_that_is_not_said_to_be_ours(case: Case, card: Card) -> None:
    for form in forms(card):
        assert Cause(case.cause) in AT_FAULT or not FAULT.search(ours(form))


def there_is_one_apology_at_most_and_only_for_what_is_ours(case: Case, card: Card) -> None:
    for form in forms(card):
        said = APOLOGY.findall(CONDOLENCE.sub("", ours(form)))
        assert len(APOLOGY.findall(ours(form))) <= 1
        repeat = card.rule == "repeat-contact" and case.cause == "unclear"
        assert not said or Cause(case.cause) in AT_FAULT or repeat


def nothing_banned_is_said(case: Case, card: Card) -> None:
    for form in forms(card):
        for phrase in (*PLAYBOOK.banned, *PLAYBOOK.swaps):
            assert not phrase.is_in(ours(form)), phrase.phrase
        assert "!" not in text_of(form)


def no_number_date_or_sum_is_ours(case: Case, card: Card) -> None:
    for form in forms(card):
        assert not re.search(r"\d", ours(form))
        months = (
            r"january|february|march|april|june|july|august|september|october|november|december"
        )
        assert not re.search(rf"\b(?:{months})\b", ours(form), re.IGNORECASE)
        assert not re.search(r"[€$£]|\b(?:euros?|pounds?|dollars?|percent)\b", ours(form))


def our_words_are_the_playbooks_and_nobody_elses(case: Case, card: Card) -> None:
    for form in forms(card):
        for part in of_kind(form, PartKind.WORDS):
            assert part.text in playbook_pieces(), part
        for part in of_kind(form, PartKind.SLOT):
            assert part.text in playbook_pieces(), part


def the_customers_words_stand_unaltered_between_marks(case: Case, card: Card) -> None:
    for form in forms(card):
        for at, part in enumerate(form):
            if part.kind is PartKind.QUOTE:
                assert part.span
                assert part.span.of(case.text) == part.text
                assert (form[at - 1].text, form[at + 1].text) == ("“", "”")
                assert not set(part.text) & set("“”[]{}<>\n")
    for quote in card.heard:
        assert quote.span.of(case.text) == quote.text


def no_pattern_is_left_unfilled(case: Case, card: Card) -> None:
    for form in forms(card):
        assert not set("{}") & set(text_of(form))
        slots = [part.text for part in of_kind(form, PartKind.SLOT)]
        assert re.findall(r"\[[^\[\]]*\]", text_of(form)) == slots


def feedback_is_asked_for_after_the_solution_only(case: Case, card: Card) -> None:
    asks = any(step.code == "R" for step in card.steps)
    assert not asks or card.rule in THANKFUL
    for form in forms(card):
        assert "gone better" not in text_of(form) or card.rule in THANKFUL


def a_draft_asks_two_questions_at_most(case: Case, card: Card) -> None:
    for form in forms(card):
        assert ours(form).count("?") <= 2
    assert len(card.questions) <= 2


def a_risk_to_life_gets_a_protocol(case: Case, card: Card) -> None:
    if Flag.SELF_HARM in case.situation.flags:
        assert card.rule == "self-harm"
        assert (card.draft, card.brief, card.opening, card.example) == (None,) * 4
        assert "trained human" in card.steps[0].do


def the_rest_of_a_card_is_the_playbooks(case: Case, card: Card) -> None:
    for line in (*card.avoid, *card.never, *card.questions, card.title, card.follow_up.text):
        assert line in playbook_pieces() or line in _lines(), line
    for step in card.steps:
        assert step.do in _lines()
        assert step.short in _lines()


@cache
def _lines() -> frozenset[str]:
    path = Path(__file__).parents[3] / "triage" / "playbook.yaml"
    return frozenset(_strings(yaml.safe_load(path.read_text(encoding="utf-8"))))


def on_the_page_no_word_of_the_customer_is_markup(case: Case, card: Card) -> None:
    stored = json.loads(json.dumps(card_as_dict(card)))
    page = templates.get_template("card.html").render(decision={"card": stored})
    assert not LIVE.search(page)
    assert "{{" not in page or "{{" in case.text


EXPECTED: tuple[Callable[[Case, Card], None], ...] = (
    the_situation_is_the_expected_one,
    words_are_suggested_only_where_they_may_be,
    exactly_the_expected_is_quoted,
    the_greeting_is_by_the_expected_name,
    the_expected_feeling_is_named_and_no_other,
)
SAFE: tuple[Callable[[Case, Card], None], ...] = (
    no_draft_admits_a_fault_that_is_not_said_to_be_ours,
    there_is_one_apology_at_most_and_only_for_what_is_ours,
    nothing_banned_is_said,
    no_number_date_or_sum_is_ours,
    our_words_are_the_playbooks_and_nobody_elses,
    the_customers_words_stand_unaltered_between_marks,
    no_pattern_is_left_unfilled,
    feedback_is_asked_for_after_the_solution_only,
    a_draft_asks_two_questions_at_most,
    a_risk_to_life_gets_a_protocol,
    the_rest_of_a_card_is_the_playbooks,
    on_the_page_no_word_of_the_customer_is_markup,
)


def test_there_are_three_hundred_cases_and_none_twice():
    assert len(cases()) >= 300
    assert len({one.id for one in cases()}) == len(cases())
    told = {(o.text, o.name, o.channel, o.again, o.unsure, o.feels) for o in cases()}
    assert len(told) == len(cases())


def test_the_cases_reach_every_rule():
    assert {one.rule for one in cases()} == {rule.id for rule in PLAYBOOK.rules}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_the_card_is_the_expected_one(case: Case):
    card = acknowledge(case.situation, PLAYBOOK)
    for it_holds in EXPECTED:
        it_holds(case, card)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_no_unsafe_or_banned_word_comes_out_in_any_form(case: Case):
    card = acknowledge(case.situation, PLAYBOOK)
    for it_holds in SAFE:
        it_holds(case, card)


@pytest.mark.parametrize("at", range(5))
def test_however_a_message_is_misread_no_unsafe_word_comes_out(at: int):
    """Each message again, as another emotion and level than it was written for."""
    emotions = list(Emotion)
    for number, case in enumerate(cases()):
        feels = str(emotions[(number + 3 * at) % len(emotions)])
        misread = replace(case, feels=feels, level=(number + at) % 5, unsure=False)
        card = acknowledge(misread.situation, PLAYBOOK)
        for it_holds in SAFE:
            it_holds(misread, card)
