"""`route`: where a ticket belongs and who should answer it, with reasons. Pure.

Same in, same out: no clock, no randomness, no I/O. It always returns a decision; that nobody is
free is a value with its reason. Reasons stand in the order in which they counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from triage.domain.agent import Agent, AgentId
from triage.domain.charge import Charge
from triage.domain.deadline import lane_of, respond_by, target
from triage.domain.emotion import Emotion, ScoringState
from triage.domain.flag import Flag
from triage.domain.policy import Lane, Policy
from triage.domain.reading import Reading
from triage.domain.ticket import Status, Ticket

HEAVY_LEVEL = 3  # from here the emotional load counts before the number of tickets
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in plain words; `about` says for what: `lane`, `place` or `person`."""

    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where the ticket stands, until when, and with whom (`None`: with nobody yet)."""

    lane: Lane
    charge: Charge
    flags: tuple[Flag, ...]
    leading: Emotion | None
    respond_by: datetime
    agent: AgentId | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a ticket asks of the person who answers it."""

    lane: Lane
    level: int
    waits: bool
    language: str | None = None
    tags: frozenset[str] = frozenset()
    assignee: AgentId | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Who should answer (`None`: nobody can now), and why."""

    agent: Agent | None
    reason: str


def route(
    ticket: Ticket, reading: Reading, agents: Sequence[Agent], policy: Policy, now: datetime
) -> Decision:
    """Return the lane, the deadline and the agent for a ticket as it was read."""
    lane, why = _lane(reading)
    level = reading.charge.level
    minutes = int(target(lane, level, policy).total_seconds() // 60)
    since = _clock(ticket.waiting_since)
    place = f"{minutes} minutes from {since}: the target of {lane} at level {level}"
    choice = choose(need_of(ticket, reading, lane), agents, policy, now)
    return Decision(
        lane=lane,
        charge=reading.charge,
        flags=reading.flags,
        leading=reading.leading,
        respond_by=respond_by(ticket.waiting_since, lane, level, policy),
        agent=choice.agent.id if choice.agent else None,
        reasons=(Reason("lane", why), Reason("place", place), Reason("person", choice.reason)),
    )


def need_of(ticket: Ticket, reading: Reading, lane: Lane) -> Need:
    """Return what the ticket asks for; an unsupported language is asked of the agent, too."""
    return Need(
        lane=lane,
        level=reading.charge.level,
        waits=ticket.status is Status.WAITING,
        language=reading.language,
        tags=ticket.tags,
        assignee=ticket.assignee,
    )


def choose(need: Need, agents: Sequence[Agent], policy: Policy, now: datetime) -> Choice:
    """Return the agent who is on shift, able and has room, and carries least."""
    keeper = next((agent for agent in agents if agent.id == need.assignee), None)
    if not need.waits:
        return Choice(keeper, "nobody new: the customer is not waiting")
    if not agents:
        return Choice(None, "nobody: there are no agents yet")
    able, missing = _able(_rules(need, agents, policy, now), agents)
    if not able:
        return Choice(None, f"nobody {missing}; waits for the first who is")
    if keeper in able:
        return Choice(keeper, f"{keeper.name} already holds this ticket")
    best = min(able, key=lambda agent: _preference(agent, need.level))
    return Choice(best, _why(best, able, need.level))


def _lane(reading: Reading) -> tuple[Lane, str]:
    if reading.state is not ScoringState.SCORED and not reading.flags:
        return Lane.STANDARD, f"not scored: {reading.state.replace('_', ' ')}"
    return lane_of(reading.charge.level, reading.flags, reading.leading)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A condition that an agent must meet, and how to say that nobody met it."""

    name: str
    fits: Callable[[Agent], bool]


def _able(rules: Sequence[_Rule], agents: Sequence[Agent]) -> tuple[list[Agent], str]:
    """Return the agents whom every rule fits, or none and the rule that left nobody."""
    able = list(agents)
    for rule in rules:
        fitting = [agent for agent in able if rule.fits(agent)]
        if not fitting:
            return [], rule.name
        able = fitting
    return able, ""


def _rules(need: Need, agents: Sequence[Agent], policy: Policy, now: datetime) -> list[_Rule]:
    skills = _skills_asked(need, agents, policy)
    least = policy.least_experience.get(need.lane, 1)
    rules = [_Rule("is on shift", lambda agent: agent.on_shift(now))]
    if least > 1:
        name = f"on shift has experience {least} or more"
        rules.append(_Rule(name, lambda agent: agent.experience >= least))
    if skills:
        named = " and ".join(sorted(skills))
        rules.append(_Rule(f"able has the skill {named}", lambda agent: skills <= agent.skills))
    if (language := need.language) is not None:
        rules.append(_Rule(f"able speaks {language}", lambda agent: language in agent.languages))
    return [*rules, _Rule("able has room", lambda agent: _has_room(agent, need, policy))]


def _skills_asked(need: Need, agents: Sequence[Agent], policy: Policy) -> frozenset[str]:
    """A tag asks for a skill when somebody has a skill of that name; safeguarding always does."""
    if need.lane is Lane.SAFEGUARD:
        return frozenset({policy.safeguarding_skill})
    known = frozenset[str]().union(*(agent.skills for agent in agents))
    return need.tags & known


def _has_room(agent: Agent, need: Need, policy: Policy) -> bool:
    if agent.id == need.assignee:
        return True  # it is in the agent's load already
    weight = policy.emotional_weights[need.level]
    fits_budget = agent.emotional_load + weight <= policy.emotional_budget
    return agent.load < agent.capacity and (weight == 0 or fits_budget)


def _preference(agent: Agent, level: int) -> tuple[float, float, datetime, int]:
    """Least loaded first: by emotional load for heavy tickets, by share of capacity for others."""
    share = agent.load / agent.capacity
    first, second = (
        (agent.emotional_load, share) if level >= HEAVY_LEVEL else (share, agent.emotional_load)
    )
    return first, second, agent.assigned_at or LONG_AGO, agent.id


def _why(agent: Agent, able: Sequence[Agent], level: int) -> str:
    what = "emotional load" if level >= HEAVY_LEVEL else "share of capacity in use"
    held = f"holds {agent.load} of {agent.capacity}, emotional load {agent.emotional_load:.1f}"
    return f"{agent.name}: lowest {what} of {len(able)} able ({held})"


def _clock(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%H:%M UTC")
