"""Who takes a ticket over reads it in its writers' own words, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY, a_scoring, a_thread
from triage.domain.acknowledgement import acknowledge, card_as_dict
from triage.domain.emotion import Scoring, SentenceScores, Span
from triage.domain.hand_over import HandOver, hand_over
from triage.domain.reading import read_ticket, recent
from triage.domain.ticket import Author, Ticket
from triage.playbook import load_playbook
from triage.receipt import situation

THREAD = (
    "My washing machine leaks since Monday. Can you send somebody?",
    "agent:Hello Dana. I will send a technician by Thursday. Please close the tap.\n"
    "> My washing machine leaks, I will wait.",
    "agent:The technician costs 42.50 pounds within 3 days. Thank you.",
    "Nobody came on Thursday. When does the technician come? Also the floor is wet now.",
)


def a_reading_of(text: str) -> Scoring:
    """Return a scoring with one sentence a full stop."""
    whole = a_scoring(text, worry=0.5)
    places, start = [], 0
    for part in text.split(". "):
        end = min(start + len(part) + 1, len(text))
        places.append(SentenceScores(Span(start, end), whole.emotions))
        start = end + 1
    return replace(whole, sentences=tuple(places))


def handed(*texts: str, hand_overs: int = 1, **values: object) -> tuple[Ticket, HandOver | None]:
    ticket = replace(a_thread(*texts), hand_overs=hand_overs, **values)  # type: ignore[arg-type]
    scorings = [a_reading_of(message.text) for message in recent(ticket, POLICY)]
    return ticket, hand_over(ticket, read_ticket(ticket, scorings, POLICY))


def test_a_ticket_that_never_changed_hands_needs_no_summary():
    assert handed(*THREAD, hand_overs=0)[1] is None


def test_it_says_who_what_happened_what_was_promised_and_what_is_open():
    _, found = handed(*THREAD, customer_name="Dana Lee", missed_promises=1)
    assert found
    assert (found.who, found.contacts, found.missed) == ("Dana Lee", 2, 1)
    assert [it.text for it in found.happened][:1] == ["My washing machine leaks since Monday."]
    assert [it.text for it in found.promised] == [
        "I will send a technician by Thursday.",
        "The technician costs 42.50 pounds within 3 days.",
    ]
    assert any("When does the technician come?" in it.text for it in found.open)


def test_every_line_is_a_part_of_the_message_that_it_names():
    ticket, found = handed(*THREAD)
    assert found
    texts = {message.id: message.text for message in ticket.messages}
    for said in (*found.happened, *found.promised, *found.open):
        assert said.span.of(texts[said.message]) == said.text
        assert said.text == said.text.strip()


def test_what_an_agent_quotes_below_is_not_their_promise():
    _, found = handed(*THREAD)
    assert found
    assert not any("I will wait" in it.text for it in found.promised)


def test_only_agents_promise():
    ticket, found = handed("I will send it by Friday. Please help.", "agent:Thank you for writing.")
    authors = {message.id: message.author for message in ticket.messages}
    assert found
    assert found.promised == ()
    assert all(authors[it.message] is Author.CUSTOMER for it in (*found.happened, *found.open))


def test_a_long_thread_is_summed_up_by_its_beginning_and_its_end():
    _, found = handed(*(f"On day {number} my order was lost again." for number in range(1, 9)))
    assert found
    assert len(found.happened) == 4
    assert "day 8" in found.happened[-1].text


@given(st.lists(st.text(max_size=200), min_size=1, max_size=5))
def test_any_thread_is_summed_up_in_its_own_words(texts: list[str]):
    ticket, found = handed(*texts, *(f"agent:I will {text}" for text in texts))
    assert found
    written = {message.id: message.text for message in ticket.messages}
    for said in (*found.happened, *found.promised, *found.open):
        assert said.span.of(written[said.message]) == said.text


@pytest.mark.parametrize("piece", ["a.", "On ", "I will ", ". ", "1.1", "--", "> "])
def test_a_message_made_to_be_slow_is_summed_up_in_a_moment(piece: str):
    _, found = handed("hello there you", f"agent:{(piece * 50_000)[:100_000]}")
    assert found
    assert len(found.promised) <= 3


def test_the_card_carries_it_into_the_receipt_with_places():
    ticket, _ = handed(*THREAD)
    scorings = [a_reading_of(message.text) for message in recent(ticket, POLICY)]
    asked = situation(ticket, read_ticket(ticket, scorings, POLICY))
    stored = card_as_dict(acknowledge(asked, load_playbook()))["hand_over"]
    assert isinstance(stored, dict)
    assert stored["promised"][0] == {
        "message_id": 2,
        "text": "I will send a technician by Thursday.",
        "start": 12,
        "end": 49,
    }
