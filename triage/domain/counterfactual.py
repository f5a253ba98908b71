"""What would change a decision: the nearest changes, each by deciding again with one thing other.

Pure: the inputs of a decision go through `read_ticket` and `route` again, nothing is guessed. Of
people it says who would have got the ticket and what they lacked for it; of nobody how well they
answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from triage.domain.agent import Agent
from triage.domain.charge import charge_at
from triage.domain.emotion import Scoring, ScoringState
from triage.domain.flag import Flag
from triage.domain.policy import Policy
from triage.domain.reading import NOTHING_CORRECTED, Corrected, Reading, read_ticket
from triage.domain.routing import (
    Asked,
    Choice,
    Decision,
    Hindrance,
    Need,
    asked_of,
    choose,
    hindrance,
    need_of,
    route,
)
from triage.domain.team import Team
from triage.domain.ticket import MessageId, Mode, Status, Ticket

HIGHEST_LEVEL = 4
MINUTE = 60  # s
TINY = 1e-9  # of emotional load: what a sum of decimals may be off


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that a decision was made from; `scorings` are those of the recent customer messages."""

    ticket: Ticket
    scorings: Sequence[Scoring]
    team: Team
    policy: Policy
    corrected: Mapping[MessageId, Corrected] = field(default_factory=lambda: NOTHING_CORRECTED)

    def reading(self) -> Reading:
        return read_ticket(self.ticket, self.scorings, self.policy, self.corrected)

    def decided(self) -> Decision:
        return route(self.ticket, self.reading(), self.team, self.policy)


@dataclass(frozen=True, slots=True)
class Other:
    """An agent on shift who could not take the ticket, what hindered them, and what would have to
    be otherwise, in words; `gets` says whether they would then have got it.
    """

    agent: Agent
    hindered_by: tuple[Hindrance, ...]
    words: str
    gets: bool


def changes(case: Case) -> list[str]:
    """Return in words what would change the lane, the time or the person, nearest first."""
    was = case.decided()
    return [*_levels(case, was), *_flags(case, was), *_facts(case, was)]


def difference(was: Decision, now: Decision, case: Case) -> str:
    """Return in words what another decision has that this one has not; "" where nothing."""
    parts = []
    if now.lane is not was.lane:
        parts.append(f"stand in the {now.lane} lane")
    if now.charge.level != was.charge.level:
        parts.append(f"be at level {now.charge.level}")
    if now.respond_by != was.respond_by:
        parts.append(_time(was.respond_by, now.respond_by, case.policy))
    if now.agent != was.agent:
        person = case.team.member(now.agent)
        parts.append(f"go to {person.name}" if person else "wait for somebody who can take it")
    return _listed(parts)


def others(case: Case) -> list[Other]:
    """Return who on shift could not take the ticket, who lacked least first; not who got it, though
    they should have rested.
    """
    if (need := _asked_for(case)) is None:
        return []
    asked, chosen = asked_of(need, case.team, case.policy), case.decided().agent
    found = [_other(it, need, asked, case) for it in case.team.here if it.id != chosen]
    lacking = [it for it in found if it.hindered_by]
    return sorted(lacking, key=lambda it: (not it.gets, len(it.hindered_by), it.agent.id))


def runner_up(case: Case) -> Choice | None:
    """Return who would have got the ticket without whom it was given to, and why; None where it was
    given to nobody.
    """
    need, chosen = _asked_for(case), case.decided().agent
    if need is None or chosen is None:
        return None
    declined = need.declined | {chosen}
    return choose(replace(need, assignee=None, declined=declined), case.team, case.policy)


def _asked_for(case: Case) -> Need | None:
    """Return what the ticket asks of people; None where the rules choose nobody for it."""
    ticket, reading = case.ticket, case.reading()
    lane = route(ticket, reading, case.team, case.policy).lane
    need = need_of(ticket, reading, lane, case.policy, case.team.now)
    held = need.pinned and case.team.member(need.assignee) is not None
    chosen = ticket.status is Status.WAITING and ticket.mode is not Mode.OBSERVE and not held
    return need if chosen else None


def _levels(case: Case, was: Decision) -> Iterator[str]:
    """One level lower and one higher; a level that a flag holds up falls with the flag only."""
    reading, cuts = case.reading(), case.policy.level_cuts
    if reading.state is not ScoringState.SCORED:
        return
    level, value = reading.charge.level, reading.charge.value
    no_floors = replace(case, policy=replace(case.policy, flag_floors={}))
    if 0 < level <= no_floors.reading().charge.level:
        less = max(0.01, value - cuts[level - 1])
        yield from _level(case, was, level - 1, f"one level lower ({less:.2f} less charge)")
    if level < HIGHEST_LEVEL:
        more = max(0.01, cuts[level] - value)
        yield from _level(case, was, level + 1, f"one level higher ({more:.2f} more charge)")


def _level(case: Case, was: Decision, level: int, what: str) -> Iterator[str]:
    reading = replace(case.reading(), charge=charge_at(level, case.policy))
    now = route(case.ticket, reading, case.team, case.policy)
    same_level = replace(now, charge=was.charge)  # that it is another level was said
    yield from _said(what, difference(was, same_level, case))


def _flags(case: Case, was: Decision) -> Iterator[str]:
    for flag in was.flags:
        now = _without(flag, case).decided()
        what = f"without the flag {flag.replace('_', ' ')}"
        yield from _said(what, difference(was, now, case) or "change nothing")


def _without(flag: Flag, case: Case) -> Case:
    """Return the case as if a person had taken the flag from every message that raised it."""
    corrected = dict(case.corrected)
    for one in case.reading().messages:
        kept = frozenset(it.flag for it in one.flags) - {flag}
        before = corrected.get(one.message.id, Corrected())
        corrected[one.message.id] = replace(before, flags=kept)
    return replace(case, corrected=corrected)


def _facts(case: Case, was: Decision) -> Iterator[str]:
    """What is neither charge nor flag: history, what people chose, what the helpdesk promised."""
    ticket = case.ticket
    for there, what, values in (
        (
            ticket.reopened or ticket.hand_overs or ticket.missed_promises,
            "had it not been opened again, handed over or promised in vain",
            {"reopened": 0, "hand_overs": 0, "missed_promises": 0},
        ),
        (ticket.lane, "had nobody chosen its lane", {"lane": None}),
        (ticket.pinned, "had nobody chosen its agent", {"pinned": False, "assignee": None}),
        (ticket.tier, f"without the tier {ticket.tier}", {"tier": None}),
        (ticket.promised, "without the date that the helpdesk promised", {"promised": None}),
        (not ticket.opening_raises, "with a second message", {"opening_raises": True}),
    ):
        if there:
            now = replace(case, ticket=replace(ticket, **values)).decided()
            yield from _said(what, difference(was, now, case))


def _said(what: str, then: str) -> Iterator[str]:
    if then:
        yield f"{what}, it would {then}"


def _time(was: datetime, now: datetime, policy: Policy) -> str:
    """By how much; where only opening hours count, minutes of the clock would say little."""
    if policy.calendar is not None:
        return f"be due {now.astimezone(UTC):%d %b %H:%M} UTC"
    minutes = round((now - was).total_seconds() / MINUTE)
    return f"have {abs(minutes)} minutes {'more' if minutes > 0 else 'less'}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _other(agent: Agent, need: Need, asked: Asked, case: Case) -> Other:
    """Relieve the agent of one hindrance after the other until they can take the ticket."""
    need = replace(need, declined=need.declined - {agent.id})
    able, hindered, lacks = agent, [], []
    for _ in Hindrance:  # each is asked once, after those before it
        by = hindrance(able, asked, case.policy, case.team.now)
        if by is None:
            break
        hindered.append(by)
        if by is Hindrance.DECLINED:
            asked = replace(asked, need=need)
        else:
            lacks.append(_lack(able, by, asked, case.policy))
            able = _relieved(able, by, asked, case.policy)
    gets = choose(need, _with(able, case.team), case.policy).agent is able
    would = "would have got it" if gets else "could have taken it"
    words = f"{agent.name} {would} {_with_what(hindered, lacks)}"
    return Other(agent, tuple(hindered), words, gets)


def _lack(agent: Agent, by: Hindrance, asked: Asked, policy: Policy) -> str:
    missing = " and ".join(sorted(asked.skills - agent.skills))
    return {
        Hindrance.OPTED_OUT: "heavy tickets among those they take",
        Hindrance.EXPERIENCE: f"experience {asked.least_experience} instead of {agent.experience}",
        Hindrance.TEAM: f"a place in the team {' or '.join(sorted(asked.teams))}",
        Hindrance.SKILL: f"the skill {missing}",
        Hindrance.LANGUAGE: f"the language {asked.need.language}",
        Hindrance.RESTS: "a rest from heavy tickets behind them",
        Hindrance.ROOM: _room(agent, asked, policy),
    }[by]


def _room(agent: Agent, asked: Asked, policy: Policy) -> str:
    over = agent.emotional_load + asked.weight - policy.emotional_budget
    full = ["room for one more"] if agent.load >= agent.capacity else []
    spent = [f"{max(0.1, over):.1f} less emotional load"] if asked.weight and over > 0 else []
    return " and ".join(full + spent)


def _relieved(agent: Agent, by: Hindrance, asked: Asked, policy: Policy) -> Agent:
    spoken = {asked.need.language} if asked.need.language else set()
    room = policy.emotional_budget - asked.weight - TINY
    values: dict[Hindrance, dict[str, Any]] = {
        Hindrance.OPTED_OUT: {"opted_out": False},
        Hindrance.EXPERIENCE: {"experience": asked.least_experience},
        Hindrance.TEAM: {"team": min(asked.teams, default="")},
        Hindrance.SKILL: {"skills": agent.skills | asked.skills},
        Hindrance.LANGUAGE: {"languages": agent.languages | spoken},
        Hindrance.RESTS: {"rests_until": None, "heavy_run": 0},
        Hindrance.ROOM: {
            "load": min(agent.load, agent.capacity - 1),
            "emotional_load": min(agent.emotional_load, room),
        },
    }
    return replace(agent, **values[by])


def _with(agent: Agent, team: Team) -> Team:
    """Return the team with this agent as they are now; what it can be asked for stays."""

    def changed(one: Agent) -> Agent:
        return agent if one.id == agent.id else one

    return replace(
        team, everybody=tuple(map(changed, team.everybody)), here=tuple(map(changed, team.here))
    )


def _with_what(hindered: Sequence[Hindrance], lacks: Sequence[str]) -> str:
    declined = ["had they not declined it"] if Hindrance.DECLINED in hindered else []
    return ", ".join([*declined, *([f"with {' and '.join(lacks)}"] if lacks else [])])
