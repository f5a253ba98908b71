"""Keep what a delivery holds: each event once, what needs words from the vendor, what is unread.

Everything here happens within the transaction of whoever calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from triage.domain.policy import Policy
from triage.domain.private_note import is_ours
from triage.helpdesks.event import Event, Ignored, Parsed, Result, Thin, Unread
from triage.store import intake, thin_events
from triage.store.intake import Stored


class Outcome(StrEnum):
    """What became of an authentic delivery; all of these are answered with 200."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    DEAD_LETTER = "dead_letter"


#: Of several events, what an operator should know of first.
_FIRST_TOLD = (Outcome.ACCEPTED, Outcome.DEAD_LETTER, Outcome.DUPLICATE, Outcome.IGNORED)


OUR_ECHO = "a note of Triage's own came back"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The outcome, the reason where nothing was done, and what the sender wants to hear back.

    `vendor` is who hears it: not all of them read JSON.
    """

    outcome: Outcome
    reason: str = ""
    reply: str = ""
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one result became, and what that changed; `dead` is the key of a dead letter."""

    accepted: Accepted
    stored: Stored | None = None
    dead: str = ""


def results_of(parsed: Parsed) -> tuple[Result, ...]:
    """Return what a delivery holds, one or several."""
    return parsed if isinstance(parsed, tuple) else (parsed,)


def ignored(results: Iterable[Result]) -> Accepted | None:
    """Return the answer where nothing need be stored, or None."""
    found = list(results)
    if not all(isinstance(one, Ignored) for one in found):
        return None
    first = next((one for one in found if isinstance(one, Ignored)), Ignored("", "no events"))
    return Accepted(Outcome.IGNORED, first.reason, first.reply)


def keep(
    connection: Any, source_id: int, results: Sequence[Result], policy: Policy, now: datetime
) -> list[Kept]:
    """Store each result of one delivery, in order."""
    return [_keep_one(connection, source_id, one, policy, now) for one in results]


def is_echo(event: Event) -> bool:
    """Return whether an event only brings back a note that we wrote."""
    return event.message is not None and is_ours(event.message.text)


def summary(kept: Sequence[Kept]) -> Accepted:
    """Return what the sender hears of a delivery of several events."""
    return min((one.accepted for one in kept), key=lambda it: _FIRST_TOLD.index(it.outcome))


def _keep_one(connection: Any, source_id: int, one: Result, policy: Policy, now: datetime) -> Kept:
    if isinstance(one, Ignored):
        return Kept(Accepted(Outcome.IGNORED, one.reason))
    if isinstance(one, Event) and is_echo(one):
        return Kept(Accepted(Outcome.IGNORED, OUR_ECHO))
    if not _is_new(connection, source_id, one, now):
        return Kept(Accepted(Outcome.DUPLICATE))
    if isinstance(one, Event):
        stored = intake.store_event(connection, source_id, one, policy, now)
        return Kept(Accepted(Outcome.ACCEPTED), stored)
    if isinstance(one, Thin):
        thin_events.add(connection, source_id, one, now)
        return Kept(Accepted(Outcome.ACCEPTED, "to be completed by a call to the helpdesk"))
    key, reason = one.delivery_key, one.reason
    intake.keep_dead_letter(connection, source_id, key, reason, one.body, now)
    return Kept(Accepted(Outcome.DEAD_LETTER, reason), dead=key)


def _is_new(connection: Any, source_id: int, one: Event | Thin | Unread, now: datetime) -> bool:
    """Note the key; where it tells nothing, whatever comes is new."""
    repeats = isinstance(one, Thin) and one.repeats
    key = f"{one.delivery_key} {now.isoformat()}" if repeats else one.delivery_key
    return intake.first_delivery(connection, source_id, key, now) or repeats
