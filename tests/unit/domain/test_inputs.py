"""What a decision was made from comes back from its receipt as it was."""

import json
from dataclasses import replace
from datetime import timedelta

from tests.builders import POLICY, a_message, a_scoring, a_ticket, an_agent
from tests.fakes import NOON
from triage.domain.agent import AgentId
from triage.domain.inputs import inputs_of, recorded, team_then, ticket_then
from triage.domain.policy import Lane
from triage.domain.reading import read_ticket
from triage.domain.routing import route
from triage.domain.team import Team
from triage.domain.ticket import Author, Familiar, Mode, Status

HOUR = timedelta(hours=1)
TICKET = a_ticket(
    a_message("full of anger", number=1),
    a_message("I look into it", number=3, author=Author.AGENT, at=NOON + timedelta(minutes=1)),
    status=Status.WAITING,
    waiting_since=NOON - HOUR,
    reopened=1,
    hand_overs=2,
    missed_promises=3,
    tier="gold",
    promised=NOON + HOUR,
    assignee=AgentId(1),
    pinned=True,
    declined=frozenset({AgentId(4), AgentId(2)}),
    familiar=Familiar(AgentId(3), NOON - 2 * HOUR),
    lane=Lane.GENTLE,
    tags=frozenset({"billing"}),
    mode=Mode.SUGGEST,
    opening_raises=False,
)
READING = read_ticket(TICKET, [a_scoring("full of anger", anger=0.9)], POLICY)
NOBODY = Team.at((), NOON)


def made(ticket=TICKET, team=NOBODY) -> dict:
    """What is stored: through JSON, with what stands in the decision's row."""
    inputs = json.loads(json.dumps(inputs_of(ticket, READING, team)))
    return {
        "inputs": inputs,
        "mode": ticket.mode,
        "message_id": 1,
        "at": NOON + timedelta(minutes=5),
    }


def test_a_ticket_comes_back_as_it_was_whatever_became_of_it():
    later = a_message("and now?", number=9, at=NOON + HOUR)
    today = a_ticket(*TICKET.messages, later, status=Status.CLOSED, tags=frozenset({"other"}))
    assert ticket_then(today, made()) == TICKET


def test_a_ticket_of_which_nothing_is_known_does_too():
    bare = a_ticket()
    assert ticket_then(replace(TICKET, messages=bare.messages), made(bare)) == bare


def test_agents_come_back_with_what_they_carried():
    one = an_agent(
        1, load=3, emotional_load=2.5, heavy_run=2, assigned_at=NOON - HOUR, rests_until=NOON + HOUR
    )
    never, away = an_agent(2), an_agent(3, present=False)
    then = made(team=Team.at((one, never, away), NOON))
    today = (an_agent(1, load=9), an_agent(2, load=1), replace(away, present=True))
    team = team_then(today, then)
    assert team.here == (one, never)
    assert [it.id for it in team.everybody] == [1, 2, 3]
    assert team.now == then["at"]


def test_who_had_too_little_room_by_a_hair_has_so_still():
    """Rounded to hundredths, they would seem to have been passed over."""
    weight = POLICY.emotional_weights[READING.charge.level]
    spent = an_agent(emotional_load=POLICY.emotional_budget - weight + 0.004)
    ticket = a_ticket()
    before = Team.at((spent,), NOON)
    assert route(ticket, READING, before, POLICY).agent is None
    again = team_then([an_agent()], made(ticket, before))
    assert route(ticket, READING, again, POLICY).agent is None


def test_a_replay_gets_what_it_needs_of_them():
    found = recorded(made()["inputs"], Lane.GENTLE)
    assert (found.reopened, found.hand_overs, found.missed_promises) == (1, 2, 3)
    assert (found.tier, found.promised) == ("gold", NOON + HOUR)
    assert (found.chosen, found.lane) == (Lane.GENTLE, Lane.GENTLE)
    bare = recorded(made(a_ticket())["inputs"], Lane.STANDARD)
    assert (bare.promised, bare.chosen) == (None, None)
