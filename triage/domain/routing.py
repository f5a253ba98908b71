"""`route`: where a ticket belongs and who should answer it, with reasons. Pure.

Same in, same out: no clock, no randomness, no I/O. It always returns a decision; that nobody is
free is a value with its reason. Reasons stand in the order in which they counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from triage.domain.agent import Agent, AgentId
from triage.domain.charge import Charge
from triage.domain.deadline import lane_of, respond_by, target
from triage.domain.emotion import Emotion, ScoringState
from triage.domain.flag import Flag
from triage.domain.policy import Lane, Policy
from triage.domain.reading import Reading
from triage.domain.team import HEAVY_LEVEL, Team, has_left, heavy_run
from triage.domain.ticket import Familiar, Mode, Status, Ticket

HARSH_LEVEL = 4  # after such a ticket whoever answered it rests
LONG_AGO = datetime.min.replace(tzinfo=UTC)
HELD_BACK = 2  # the level that a first message alone counts as, where it may not raise the lane


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in plain words; `about` says for what: `lane`, `place` or `person`."""

    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where the ticket stands, until when, and with whom (`None`: with nobody yet).

    Where the source's mode is to suggest, `agent` is who should answer, and nobody is given it.
    """

    lane: Lane
    charge: Charge
    flags: tuple[Flag, ...]
    leading: Emotion | None
    respond_by: datetime
    agent: AgentId | None
    reasons: tuple[Reason, ...]
    mode: Mode = Mode.ASSIGN

    @property
    def harsh(self) -> bool:
        """Whether whoever answers it should rest afterwards."""
        return is_harsh(self.charge.level, self.flags)


def is_harsh(level: int, flags: Collection[Flag]) -> bool:
    """Return whether whoever answers a ticket of this level and flags should rest afterwards."""
    return level >= HARSH_LEVEL or Flag.STAFF_ABUSE in flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a ticket asks of the person who answers it.

    `waited` is for how long the customer has waited: skills that are only wished for are dropped
    with it, one after the other.
    """

    lane: Lane
    level: int
    waits: bool
    language: str | None = None
    tags: frozenset[str] = frozenset()
    assignee: AgentId | None = None
    pinned: bool = False
    declined: frozenset[AgentId] = frozenset()
    familiar: AgentId | None = None
    waited: timedelta = timedelta()

    @property
    def heavy(self) -> bool:
        return self.level >= HEAVY_LEVEL or self.lane is Lane.SAFEGUARD


@dataclass(frozen=True, slots=True)
class Choice:
    """Who should answer (`None`: nobody can now), and why."""

    agent: Agent | None
    reason: str


def route(ticket: Ticket, reading: Reading, team: Team, policy: Policy) -> Decision:
    """Return the lane, the deadline and the agent for a ticket as it was read."""
    lane, why = _lane(ticket, reading)
    level = reading.charge.level
    choice = _chosen(ticket, need_of(ticket, reading, lane, policy, team.now), team, policy)
    due = respond_by(
        ticket.waiting_since, lane, level, policy, tier=ticket.tier, promised=ticket.promised
    )
    return Decision(
        lane=lane,
        charge=reading.charge,
        flags=reading.flags,
        leading=reading.leading,
        respond_by=due,
        agent=choice.agent.id if choice.agent else None,
        reasons=(
            Reason("lane", why),
            Reason("place", _place(ticket, lane, level, due, policy)),
            Reason("person", choice.reason),
        ),
        mode=ticket.mode,
    )


def need_of(ticket: Ticket, reading: Reading, lane: Lane, policy: Policy, now: datetime) -> Need:
    """Return what the ticket asks for; an unsupported language is asked of the agent, too."""
    return Need(
        lane=lane,
        level=reading.charge.level,
        waits=ticket.status is Status.WAITING,
        language=reading.language,
        tags=ticket.tags,
        assignee=ticket.assignee,
        pinned=ticket.pinned,
        declined=ticket.declined,
        familiar=still_familiar(ticket.familiar, policy, now),
        waited=now - ticket.waiting_since,
    )


def still_familiar(known: Familiar | None, policy: Policy, now: datetime) -> AgentId | None:
    """Return who counts as known to the customer, if that is not too long ago."""
    return known.agent if known and now - known.at <= policy.familiar_for else None


def choose(need: Need, team: Team, policy: Policy) -> Choice:
    """Return the agent who is on shift, able and has room: who knows the customer, or the one who
    carries least.
    """
    keeper = team.member(need.assignee)
    if not need.waits:
        return Choice(keeper, "nobody new: the customer is not waiting")
    if keeper and need.pinned:
        return Choice(keeper, f"{keeper.name}: chosen by a person")
    if not team.everybody:
        return Choice(None, "nobody: there are no agents yet")
    if keeper and _keeps(keeper, need, team, policy):
        return Choice(keeper, f"{keeper.name} already holds this ticket")
    able, missing = able_for(need, team, policy)
    if not able:
        return Choice(None, f"nobody {missing}; waits for the first who is")
    return _preferred(need, able, keeper)


def _keeps(keeper: Agent, need: Need, team: Team, policy: Policy) -> bool:
    """Return whether somebody off shift keeps what they hold: where nobody else is there, or while
    they have only just left and are able.
    """
    if keeper.id in need.declined or any(it.id == keeper.id for it in team.here):
        return False
    if not team.here:
        return True
    asked = asked_of(need, team, policy)
    able = hindrance(keeper, asked, policy, team.now) is None
    return able and not has_left(keeper, policy, team.now)


def _preferred(need: Need, able: Sequence[Agent], keeper: Agent | None) -> Choice:
    if keeper is not None and any(agent is keeper for agent in able):
        return Choice(keeper, f"{keeper.name} already holds this ticket")
    if need.familiar is not None:
        for agent in able:
            if agent.id == need.familiar:
                return Choice(agent, f"{agent.name}: answered this customer before")
    best = min(able, key=by_emotional_load if need.level >= HEAVY_LEVEL else by_share)
    return Choice(best, why_chosen(best, len(able), need.level))


class Hindrance(IntEnum):
    """Why an agent cannot take a ticket, in the order in which it is asked."""

    DECLINED = 0
    OPTED_OUT = 1
    EXPERIENCE = 2
    TEAM = 3
    SKILL = 4
    LANGUAGE = 5
    RESTS = 6
    ROOM = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A need as this team can be asked for it: tags that name no skill or team ask for none."""

    need: Need
    heavy: bool
    least_experience: int
    teams: frozenset[str]
    skills: frozenset[str]
    weight: float

    def says(self, hindrance: Hindrance) -> str:
        """Return what nobody is, where this hinders the last who could."""
        return {
            Hindrance.DECLINED: "else on shift is left: the others declined",
            Hindrance.OPTED_OUT: "on shift takes heavy tickets",
            Hindrance.EXPERIENCE: f"on shift has experience {self.least_experience} or more",
            Hindrance.TEAM: f"able is in the team {' or '.join(sorted(self.teams))}",
            Hindrance.SKILL: f"able has the skill {' and '.join(sorted(self.skills))}",
            Hindrance.LANGUAGE: f"able speaks {self.need.language}",
            Hindrance.RESTS: "able has rested from heavy tickets",
            Hindrance.ROOM: "able has room",
        }[hindrance]


def able_for(need: Need, team: Team, policy: Policy) -> tuple[list[Agent], str]:
    """Return the agents on shift who can take it, or none and what nobody is.

    Who should rest is asked only where a life may be at risk and nobody else can.
    """
    if not team.here:
        return [], "is on shift"
    asked = asked_of(need, team, policy)
    able: list[Agent] = []
    hindered: list[tuple[Hindrance, Agent]] = []
    for agent in team.here:
        by = hindrance(agent, asked, policy, team.now)
        if by is None:
            able.append(agent)
        else:
            hindered.append((by, agent))
    if not able and need.lane is Lane.SAFEGUARD:
        able = [it for by, it in hindered if by is Hindrance.RESTS and _has_room(it, asked, policy)]
    if able:
        return able, ""
    return [], asked.says(max(by for by, _ in hindered))


def asked_of(need: Need, team: Team, policy: Policy) -> Asked:
    """Return what of a need this team can be asked for."""
    return Asked(
        need,
        need.heavy,
        policy.least_experience.get(need.lane, 1),
        need.tags & team.teams,
        _skills_asked(need, team, policy),
        policy.emotional_weights[need.level],
    )


def hindrance(agent: Agent, asked: Asked, policy: Policy, now: datetime) -> Hindrance | None:
    """Return the first reason for which an agent on shift cannot take it, or None."""
    return next(hindrances(agent, asked, policy, now), None)


def hindrances(agent: Agent, asked: Asked, policy: Policy, now: datetime) -> Iterator[Hindrance]:
    """Yield each reason for which an agent on shift cannot take it, in the order of asking."""
    need = asked.need
    if need.declined and agent.id in need.declined:
        yield Hindrance.DECLINED
    if asked.heavy and agent.opted_out:
        yield Hindrance.OPTED_OUT
    if agent.experience < asked.least_experience:
        yield Hindrance.EXPERIENCE
    if asked.teams and agent.team not in asked.teams:
        yield Hindrance.TEAM
    if asked.skills and not asked.skills <= agent.skills:
        yield Hindrance.SKILL
    if need.language is not None and need.language not in agent.languages:
        yield Hindrance.LANGUAGE
    if asked.heavy and agent.id != need.assignee and _rests(agent, policy, now):
        yield Hindrance.RESTS
    if not _has_room(agent, asked, policy):
        yield Hindrance.ROOM


def preference(agent: Agent, level: int) -> tuple[float, float, datetime, int]:
    """Least loaded first: by emotional load for heavy tickets, by share of capacity for others."""
    return by_emotional_load(agent) if level >= HEAVY_LEVEL else by_share(agent)


def by_emotional_load(agent: Agent) -> tuple[float, float, datetime, int]:
    return (
        agent.emotional_load,
        agent.load / agent.capacity,
        agent.assigned_at or LONG_AGO,
        agent.id,
    )


def by_share(agent: Agent) -> tuple[float, float, datetime, int]:
    return (
        agent.load / agent.capacity,
        agent.emotional_load,
        agent.assigned_at or LONG_AGO,
        agent.id,
    )


def why_chosen(agent: Agent, able: int, level: int) -> str:
    """Return in words why this agent was preferred among so many."""
    what = "emotional load" if level >= HEAVY_LEVEL else "share of capacity in use"
    held = f"holds {agent.load} of {agent.capacity}, emotional load {agent.emotional_load:.1f}"
    return f"{agent.name}: lowest {what} of {able} able ({held})"


def _chosen(ticket: Ticket, need: Need, team: Team, policy: Policy) -> Choice:
    if ticket.mode is Mode.OBSERVE:
        return Choice(None, f"nobody: {ticket.source} is only observed")
    choice = choose(need, team, policy)
    if ticket.mode is Mode.ASSIGN or choice.agent is None:
        return choice
    return Choice(choice.agent, f"suggested, not assigned: {choice.reason}")


def _lane(ticket: Ticket, reading: Reading) -> tuple[Lane, str]:
    if ticket.lane is not None:
        return ticket.lane, "chosen by a person"
    if reading.state is not ScoringState.SCORED and not reading.flags:
        return Lane.STANDARD, f"not scored: {reading.state.replace('_', ' ')}"
    level = reading.charge.level
    said = any(one.level_corrected for one in reading.messages)  # a person is no first impression
    alone = len(ticket.customer_messages) == 1 and not ticket.opening_raises and not said
    if alone and level > HELD_BACK and not reading.flags:
        why = f"charge level {level}, and {ticket.source} waits for more than a first message"
        return Lane.STANDARD, why
    return lane_of(level, reading.flags, reading.leading)


def _place(ticket: Ticket, lane: Lane, level: int, due: datetime, policy: Policy) -> str:
    minutes = int(target(lane, level, policy, ticket.tier).total_seconds() // 60)
    counted = policy.calendar is not None and lane not in policy.round_the_clock
    of_hours = " of opening hours" if counted else ""
    tier = f" for {ticket.tier} customers" if ticket.tier in policy.tiers else ""
    since = _clock(ticket.waiting_since)
    place = f"{minutes} minutes{of_hours} from {since}: the target of {lane} at level {level}{tier}"
    if ticket.promised is None:
        return place
    unpromised = respond_by(ticket.waiting_since, lane, level, policy, tier=ticket.tier)
    return f"{place}; earlier, because it was promised" if due < unpromised else place


def _skills_asked(need: Need, team: Team, policy: Policy) -> frozenset[str]:
    """A tag asks for a skill when somebody has a skill of that name; safeguarding always does."""
    if need.lane is Lane.SAFEGUARD:
        return frozenset({policy.safeguarding_skill})
    wished = policy.soft_skills
    if not wished:
        return need.tags & team.skills
    dropped = int(need.waited / policy.soft_skill_after)
    return need.tags & team.skills - frozenset(wished[max(0, len(wished) - dropped) :])


def _rests(agent: Agent, policy: Policy, now: datetime) -> bool:
    if agent.rests_until is not None and now < agent.rests_until:
        return True
    return heavy_run(agent, policy, now) >= policy.heavy_in_a_row


def _has_room(agent: Agent, asked: Asked, policy: Policy) -> bool:
    if agent.id == asked.need.assignee:
        return True  # it is in the agent's load already
    if agent.load >= agent.capacity:
        return False
    return not asked.weight or agent.emotional_load + asked.weight <= policy.emotional_budget


def _clock(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%H:%M UTC")
