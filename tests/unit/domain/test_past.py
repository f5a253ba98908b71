"""From a recorded thread to what can be played again: turns, arrivals, how long answers took."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.builders import POLICY, a_message, a_scoring, a_ticket, an_agent
from tests.fakes import NOON
from triage.domain.agent import AgentId, Hours, Shift
from triage.domain.policy import Lane
from triage.domain.replay import LONGEST_WORK, Past, Recorded, Turn, arrivals, turns, work_of
from triage.domain.ticket import Author, MessageId, TicketId

MINUTE = timedelta(minutes=1)
FIFTEEN = 15 * MINUTE
BOTH = (POLICY, POLICY)
ANN = AgentId(1)


def a_past(*said: tuple[str, int], **values) -> Past:
    """A thread of (text, minutes after noon); a text after `agent:` is an agent's."""
    messages = [
        a_message(
            text.removeprefix("agent:"),
            number=number,
            author=Author.AGENT if text.startswith("agent:") else Author.CUSTOMER,
            at=NOON + minutes * MINUTE,
        )
        for number, (text, minutes) in enumerate(said, 1)
    ]
    scorings = {
        it.id: a_scoring(it.text, anger=0.99 if "anger" in it.text else 0.0)
        for it in messages
        if it.author is Author.CUSTOMER
    }
    ordinary = {
        "ticket": a_ticket(*messages),
        "customer": None,
        "language_hint": None,
        "corrected": {},
        "scorings": scorings,
        "again": scorings,
        "recorded": {},
        "given": (),
        "released_at": None,
    }
    return Past(**ordinary | values)


def test_a_turn_is_what_a_customer_wrote_until_somebody_answered():
    found = turns(a_past(("a", 0), ("b", 5), ("agent:c", 9), ("agent:d", 11), ("e", 20)))
    assert [(it.asked_at, it.answered_at) for it in found] == [
        (NOON, NOON + 9 * MINUTE),
        (NOON + 20 * MINUTE, None),
    ]


def test_a_ticket_that_was_closed_without_a_word_was_answered_then():
    closed = NOON + 30 * MINUTE
    (only,) = turns(a_past(("a", 0), released_at=closed))
    assert only.answered_at == closed
    _, second = turns(a_past(("a", 0), ("agent:b", 5), ("c", 40), released_at=closed))
    assert second.answered_at is None  # it was opened again


def test_a_turn_knows_who_had_the_ticket_when_it_was_answered():
    given = ((NOON + MINUTE, ANN), (NOON + 3 * MINUTE, AgentId(2)), (NOON + 90 * MINUTE, ANN))
    (only,) = turns(a_past(("a", 0), ("agent:b", 9), given=given))
    assert (only.by, only.given_at) == (2, NOON + 3 * MINUTE)


def test_each_message_arrives_with_its_thread_as_it_was_then():
    past = a_past(("anger", 0), ("agent:b", 5), ("thanks", 10), ("anger", 20))
    found, unread = arrivals(past, NOON, BOTH)
    assert unread == 0
    assert [it.turn[1] for it in found] == [0, 1, 1]
    assert [it.readings[0].charge.level for it in found] == [4, 3, 4]


def test_what_came_before_is_no_arrival_but_part_of_the_thread():
    past = a_past(("anger", 0), ("and?", 10))
    (only,), _ = arrivals(past, NOON + 5 * MINUTE, BOTH)
    assert only.at == NOON + 10 * MINUTE
    assert only.readings[0].charge.level >= 2


def test_an_arrival_carries_no_words():
    past = a_past(("secret anger", 0), ("secret again", 1), customer="c")
    found, _ = arrivals(past, NOON, BOTH)
    assert "secret" not in repr(found)
    assert "A subject" not in repr(found)


def test_a_message_that_nobody_read_is_counted_and_left_out():
    past = a_past(("a", 0), ("agent:b", 5), ("c", 10))
    past = replace(past, scorings={MessageId(3): past.scorings[MessageId(3)]})
    found, unread = arrivals(past, NOON, BOTH)
    assert (found, unread) == ([], 2)  # the second is read over a thread that is not


def test_each_side_reads_by_its_own_policy_and_model():
    calm = {MessageId(1): a_scoring("anger")}
    lenient = replace(POLICY, level_cuts=(0.97, 0.98, 0.985, 0.999))
    other_model, _ = arrivals(a_past(("anger", 0), again=calm), NOON, BOTH)
    other_policy, _ = arrivals(a_past(("anger", 0)), NOON, (POLICY, lenient))
    assert [it.charge.level for it in other_model[0].readings] == [4, 0]
    assert [it.charge.level for it in other_policy[0].readings] == [4, 3]


def test_what_its_receipt_says_of_the_ticket_is_taken_from_there():
    then = Recorded(
        reopened=3,
        hand_overs=0,
        missed_promises=0,
        tier="gold",
        promised=NOON,
        chosen=Lane.GENTLE,
        lane=Lane.GENTLE,
    )
    past = a_past(("hello", 0), ("hello", 1), recorded={MessageId(1): then})
    first, second = arrivals(past, NOON, BOTH)[0]
    assert (first.ticket.tier, first.ticket.lane, first.lane) == ("gold", Lane.GENTLE, Lane.GENTLE)
    assert first.readings[0].charge.level == 1  # opened again three times
    assert second.lane is None  # had no receipt of its own
    assert second.ticket.reopened == 3


def a_turn(number: int, *, given: int, answered: int | None, by: AgentId | None = ANN) -> Turn:
    return Turn(
        key=(TicketId(number), 0),
        asked_at=NOON,
        answered_at=None if answered is None else NOON + answered * MINUTE,
        by=by,
        given_at=None if by is None else NOON + given * MINUTE,
    )


def minutes(*found: Turn, staff=()) -> list[float]:
    times = work_of(found, staff, FIFTEEN).times
    return [times[it.key] / MINUTE for it in found]


def test_an_answer_takes_from_when_its_ticket_was_given_or_the_answer_before():
    assert minutes(a_turn(1, given=0, answered=10), a_turn(2, given=0, answered=30)) == [10, 20]
    assert minutes(a_turn(1, given=0, answered=10), a_turn(2, given=25, answered=30)) == [10, 5]


@pytest.mark.parametrize(
    "turn", [a_turn(1, given=0, answered=None), a_turn(1, given=0, answered=9, by=None)]
)
def test_an_answer_of_which_nobody_knows_takes_the_default(turn):
    work = work_of([turn], [], FIFTEEN)
    assert work.times[turn.key] == FIFTEEN
    assert not work.known


def test_a_night_is_no_work():
    day = {day: Hours(time(8), time(14)) for day in range(7)}
    ann = an_agent(1, shift=Shift(ZoneInfo("UTC"), day))
    next_morning = 20 * 60 + 7  # 08:07
    assert minutes(a_turn(1, given=100, answered=next_morning), staff=[ann]) == [7]
    assert minutes(a_turn(1, given=100, answered=next_morning)) == [LONGEST_WORK / MINUTE]


def test_a_shift_over_midnight_began_the_day_before():
    night = {day: Hours(time(22), time(6)) for day in range(7)}
    ann = an_agent(1, shift=Shift(ZoneInfo("UTC"), night))
    at_half_past_midnight = 12 * 60 + 30
    assert minutes(a_turn(1, given=0, answered=at_half_past_midnight), staff=[ann]) == [60]
    assert minutes(a_turn(1, given=0, answered=10 * 60 + 20), staff=[ann]) == [20]
