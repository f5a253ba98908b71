"""What a word settles and what silence supports, and of what neither says anything."""

from dataclasses import replace

from tests.builders import POLICY, scores
from triage.domain.emotion import Emotion, ScoringState
from triage.domain.flag import Flag
from triage.domain.lessons import NOTHING, Labels, Shown, left, said
from triage.domain.reading import Corrected

ANGRY = Shown(
    state=ScoringState.SCORED,
    level=3,
    charge=0.7,
    feeling=Emotion.ANGER,
    emotions=scores(anger=0.9, frustration=0.7, worry=0.1),
    flags=frozenset({Flag.CHURN}),
)


def test_who_names_one_emotion_takes_back_the_one_that_stood_there():
    found = said(Corrected(emotion=Emotion.WORRY), Emotion.ANGER)
    assert found == Labels(emotions={Emotion.ANGER: False, Emotion.WORRY: True})


def test_who_confirms_an_emotion_takes_nothing_back():
    found = said(Corrected(emotion=Emotion.ANGER), Emotion.ANGER)
    assert found.emotions == {Emotion.ANGER: True}


def test_who_says_calm_says_it_of_every_emotion():
    assert said(Corrected(calm=True), None).emotions == dict.fromkeys(Emotion, False)


def test_flags_are_named_together():
    found = said(Corrected(flags=frozenset({Flag.LEGAL})), None).flags
    assert found == {it: it is Flag.LEGAL for it in Flag}


def test_what_nobody_spoke_of_is_unknown():
    assert not said(Corrected(level=2), None).flags
    assert said(Corrected(level=2), Emotion.ANGER).emotions == {}


def test_silence_speaks_for_what_stood_there_and_for_nothing_likely_beside_it():
    found = left(ANGRY, POLICY)
    assert found.level == 3
    assert found.emotions[Emotion.ANGER] is True
    assert found.emotions[Emotion.WORRY] is False
    assert Emotion.FRUSTRATION not in found.emotions
    assert found.flags == {it: it is Flag.CHURN for it in Flag}


def test_a_level_that_a_flag_or_the_history_raised_is_not_the_messages():
    assert left(replace(ANGRY, charge=0.1), POLICY).level is None
    assert left(replace(ANGRY, charge=None), POLICY).level is None


def test_silence_about_what_could_not_be_read_says_nothing():
    unread = replace(ANGRY, state=ScoringState.UNSUPPORTED_LANGUAGE)
    assert left(unread, POLICY) == NOTHING
    assert not NOTHING


def test_a_word_counts_before_silence():
    spoken = Labels(level=1, emotions={Emotion.ANGER: False})
    rest = left(ANGRY, POLICY).without(spoken)
    assert rest.level is None
    assert Emotion.ANGER not in rest.emotions
    assert Emotion.WORRY in rest.emotions
    assert Flag.CHURN not in rest.without_flags({Flag.CHURN}).flags
