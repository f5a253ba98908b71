"""How a thread reads, from the scorings of its messages."""

from dataclasses import replace

import pytest

from tests.builders import POLICY, a_message, a_scoring, a_thread, a_ticket
from triage.domain.charge import Trend
from triage.domain.emotion import Emotion, ScoringState, SeenFlag, Span
from triage.domain.flag import Flag
from triage.domain.reading import Corrected, read_message, read_ticket, recent
from triage.domain.ticket import Author


def test_what_explains_the_charge_is_the_message_that_counts_most():
    ticket = a_thread("I am furious", "any news?")
    found = [a_scoring(anger=0.95, shown=[Emotion.ANGER]), a_scoring()]
    reading = read_ticket(ticket, found, POLICY)
    assert reading.leading is Emotion.ANGER
    assert reading.shown == {Emotion.ANGER}


def test_state_and_language_are_the_newest_messages():
    ticket = a_thread("hello there", "wo bleibt es?")
    german = a_scoring(state=ScoringState.UNSUPPORTED_LANGUAGE, language="de")
    reading = read_ticket(ticket, [a_scoring(), german], POLICY)
    assert (reading.state, reading.language) == (ScoringState.UNSUPPORTED_LANGUAGE, "de")


def test_what_a_person_has_read_counts_as_scored_though_the_model_could_not():
    ticket = a_thread("tämä on kolmas kerta")
    finnish = a_scoring(state=ScoringState.UNSUPPORTED_LANGUAGE, language="fi")
    said = Corrected(level=3, emotion=Emotion.FRUSTRATION)
    found = read_ticket(ticket, [finnish], POLICY, {ticket.messages[0].id: said})
    assert (found.state, found.language) == (ScoringState.SCORED, "fi")
    assert (found.charge.level, found.leading) == (3, Emotion.FRUSTRATION)


def test_an_automatic_message_raises_no_flag():
    text = "I am out of office: my father passed away."
    scoring = a_scoring(text, state=ScoringState.AUTOMATIC)
    assert read_message(a_message(text), scoring, POLICY).flags == ()


def test_flags_are_looked_for_in_the_customers_own_words_and_placed_in_the_whole_text():
    text = "> I will sue you\nMy father passed away."
    scoring = a_scoring(text)
    own = Span(text.index("My"), len(text))
    (raised,) = read_message(a_message(text), replace(scoring, own_words=own), POLICY).flags
    assert raised.flag is Flag.BEREAVEMENT
    assert raised.span.of(text) in text[own.start :]


def test_only_recent_messages_count():
    ticket = a_thread(*(f"message {n}" for n in range(30)))
    assert len(recent(ticket, POLICY)) == POLICY.recent_messages
    assert recent(ticket, POLICY)[-1] == ticket.customer_messages[-1]


def test_unanswered_follow_ups_raise_the_charge_and_an_answer_ends_that():
    def charge(*texts: str) -> float:
        ticket = a_thread(*texts)
        found = [a_scoring(frustration=0.4) for _ in ticket.customer_messages]
        return read_ticket(ticket, found, POLICY).charge.value

    assert charge("a", "b", "c") > charge("a", "b", "agent:on it", "c")


def test_a_ticket_without_a_customers_message_reads_as_empty():
    ticket = a_ticket(a_message(author=Author.AGENT))
    assert read_ticket(ticket, [], POLICY).state is ScoringState.EMPTY


def test_a_risk_that_only_the_model_saw_counts_beside_those_of_the_rules():
    text = "My lawyer will write to you. I wish I did not wake up tomorrow."
    seen = tuple(SeenFlag(flag, Span(29, 63)) for flag in (Flag.SELF_HARM, Flag.LEGAL))
    scoring = replace(a_scoring(text), flags=seen)
    reading = read_message(a_message(text), scoring, POLICY)
    words = {raised.flag: raised.span.of(text) for raised in reading.flags}
    assert words[Flag.SELF_HARM] == "I wish I did not wake up tomorrow."
    assert "lawyer" in words[Flag.LEGAL]  # the rules' own words explain better than a sentence
    assert len(reading.flags) == 2


def test_a_message_that_could_not_be_scored_is_no_calm_one_on_the_way():
    ticket = a_thread("I am furious", "…", "still furious")
    empty = a_scoring(state=ScoringState.EMPTY)
    found = read_ticket(ticket, [a_scoring(anger=0.9), empty, a_scoring(anger=0.95)], POLICY)
    assert found.trajectory is not None
    assert (found.trajectory.trend, found.trajectory.now) == (Trend.STEADY, pytest.approx(0.95))
