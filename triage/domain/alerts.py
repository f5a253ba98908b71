"""What is worth an alert: somebody in danger waits, charged tickets surge, targets are about to
break.

From plain facts to alerts, each with the key of its incident: whoever stores them raises a key
once. A text names numbers, lanes and times, never a word or name of a customer's. Whether an
alert is told to anybody is decided in `domain/telling`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from triage.domain.alert_policy import AlertPolicy
from triage.domain.deadline import SAFEGUARD_FLAGS
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.surge import Usual, has_ebbed, is_surge
from triage.domain.ticket import TicketId

STILL_TOLD = timedelta(hours=1)  # a target that broke before, while nobody looked, is no news
LONGEST_INCIDENT = timedelta(days=1)  # then it is said again
NEAR_LANES = (Lane.SAFEGUARD, Lane.CHARGED, Lane.GENTLE)


class Kind(StrEnum):
    """What an alert is about, the most pressing first."""

    SAFEGUARD = "safeguard"  # somebody may come to harm, and waits
    SAFEGUARD_NEAR = "safeguard_near"  # and still waits, with the target about to break
    SURGE = "surge"  # charged tickets come far more often than usual
    NEAR = "near"  # a charged or gentle ticket's target is about to break
    UNTOLD = "untold"  # the helpdesk could not be told of a decision
    MANY_NEAR = "many_near"  # the targets of many calm tickets are about to break at once


ORDER = tuple(Kind)
CRITICAL = frozenset({Kind.SAFEGUARD, Kind.SAFEGUARD_NEAR})
INCIDENTS = (Kind.SURGE, Kind.MANY_NEAR)  # of no one ticket; each is raised again once it is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A ticket whose customer waits, and which alerts were raised since they began to."""

    ticket: TicketId
    lane: Lane
    level: int
    flags: frozenset[Flag]
    waiting_since: datetime
    respond_by: datetime
    raised: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at. `waiting` holds whoever may be worth an alert; more do no harm."""

    waiting: Sequence[Waits] = ()
    calm_near: int = 0  # calm tickets with less than `near` left
    charged: int = 0  # tickets of level 3 and 4 that came within the window
    usual: Usual = field(default_factory=Usual)
    open: Mapping[Kind, datetime] = field(default_factory=dict)  # incidents, by when raised


@dataclass(frozen=True, slots=True)
class Alert:
    """What is worth telling; `key` names its incident."""

    kind: Kind
    key: str
    text: str
    ticket: TicketId | None = None

    @property
    def critical(self) -> bool:
        return self.kind in CRITICAL


def look(facts: Facts, policy: AlertPolicy, now: datetime) -> list[Alert]:
    """Return the alerts to raise: what holds now and was not raised before, most pressing first."""
    waiting = sorted(facts.waiting, key=lambda it: (it.respond_by, it.ticket))
    found = [_safeguard(it) for it in waiting if needs_safeguarding(it)]
    found += [_near(it, now) for it in waiting if is_near(it, policy, now)]
    if is_surge(facts.charged, facts.usual, policy):
        found.append(_surge(facts, policy))
    if facts.calm_near >= policy.many:
        found.append(_many(facts.calm_near, policy))
    before = {(it.ticket, kind) for it in waiting for kind in it.raised}
    new = [it for it in found if (it.ticket, it.kind) not in before and it.kind not in facts.open]
    return sorted(new, key=lambda it: ORDER.index(it.kind))


def over(facts: Facts, policy: AlertPolicy, now: datetime) -> list[Kind]:
    """Return the open incidents that have ended."""
    return [
        kind
        for kind, at in facts.open.items()
        if now - at >= LONGEST_INCIDENT or _has_ended(kind, facts, policy)
    ]


def _has_ended(kind: Kind, facts: Facts, policy: AlertPolicy) -> bool:
    if kind is Kind.SURGE:
        return has_ebbed(facts.charged, facts.usual, policy)
    return facts.calm_near < policy.many / 2


def needs_safeguarding(waits: Waits) -> bool:
    return waits.lane is Lane.SAFEGUARD or bool(waits.flags & SAFEGUARD_FLAGS)


def is_near(waits: Waits, policy: AlertPolicy, now: datetime) -> bool:
    """Return whether the target of somebody who must not wait in line is about to break."""
    if waits.lane not in NEAR_LANES:
        return False
    return near_from(waits, policy) <= now < waits.respond_by + STILL_TOLD


def near_from(waits: Waits, policy: AlertPolicy) -> datetime:
    """Return from when on the target counts as about to break."""
    target = waits.respond_by - waits.waiting_since
    return waits.respond_by - min(policy.near, policy.near_share * target)


def open_key(kind: Kind) -> str:
    """Return the key of an incident that is not over; there is one of each kind at a time."""
    return f"{kind}:open"


def untold(ticket: TicketId, attempts: int, since: datetime) -> Alert:
    """Return the alert that a helpdesk was not told of a ticket's decision, and will not be."""
    text = (
        f"Ticket {ticket}: the helpdesk could not be told what was decided, after {attempts} "
        "attempts. Its agents do not see it there; the ticket's page says why."
    )
    return Alert(Kind.UNTOLD, f"{Kind.UNTOLD}:{ticket}:{since:%Y%m%dT%H%M%S}", text, ticket)


def _key(kind: Kind, waits: Waits) -> str:
    return f"{kind}:{waits.ticket}:{waits.waiting_since:%Y%m%dT%H%M%S}"


def _safeguard(waits: Waits) -> Alert:
    signs = " and ".join(sorted(flag.replace("_", " ") for flag in waits.flags & SAFEGUARD_FLAGS))
    why = f"signs of {signs}" if signs else "placed there by a person"
    text = f"Ticket {waits.ticket} waits in lane {waits.lane}, level {waits.level}: {why}."
    return Alert(Kind.SAFEGUARD, _key(Kind.SAFEGUARD, waits), text, waits.ticket)


def _near(waits: Waits, now: datetime) -> Alert:
    kind = Kind.SAFEGUARD_NEAR if waits.lane is Lane.SAFEGUARD else Kind.NEAR
    left = round((waits.respond_by - now) / timedelta(minutes=1))
    when = f"due in {left} min" if left > 0 else f"{-left} min late"
    by = waits.respond_by.astimezone(UTC)
    text = (
        f"Ticket {waits.ticket} in lane {waits.lane}, level {waits.level}, is {when} "
        f"({by:%H:%M} UTC): no answer."
    )
    return Alert(kind, _key(kind, waits), text, waits.ticket)


def _surge(facts: Facts, policy: AlertPolicy) -> Alert:
    minutes = policy.surge_window // timedelta(minutes=1)
    text = (
        f"{facts.charged} charged tickets came within {minutes} min; "
        f"{facts.usual.mean:.1f} are usual at this hour."
    )
    return Alert(Kind.SURGE, open_key(Kind.SURGE), text)


def _many(count: int, policy: AlertPolicy) -> Alert:
    minutes = policy.near // timedelta(minutes=1)
    text = f"{count} tickets of the lanes standard and unscored are due within {minutes} min."
    return Alert(Kind.MANY_NEAR, open_key(Kind.MANY_NEAR), text)
