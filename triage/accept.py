"""Accept a delivery: verified over its bytes, stored once, committed; then a worker is told.

Nothing is answered before the commit, nothing is sent before it either. What cannot be understood
is kept as a dead letter: the sender cannot mend it by sending again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from triage.domain.policy import Policy
from triage.domain.ticket import Status, TicketId
from triage.helpdesks.event import Delivery, Event, Ignored, Malformed
from triage.helpdesks.registry import HELPDESKS
from triage.store import events, intake
from triage.store.database import Database
from triage.store.events import EventKind
from triage.store.sources import Source

log = structlog.get_logger()

BECAME = {Status.ANSWERED: EventKind.ANSWERED, Status.CLOSED: EventKind.CLOSED}


class Outcome(StrEnum):
    """What became of an authentic delivery; all of these are answered with 200."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    DEAD_LETTER = "dead_letter"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The outcome, and the reason where nothing was done with the delivery."""

    outcome: Outcome
    reason: str = ""


def accept_delivery(
    source: Source,
    delivery: Delivery,
    database: Database,
    tell: Callable[[TicketId], None],
    policy: Policy,
    now: datetime,
) -> Accepted:
    """Store a delivery and tell a worker. Raises Refused (not authentic) and StoreUnavailable."""
    helpdesk = HELPDESKS[source.vendor]
    helpdesk.verify(delivery, source.secrets, now)
    try:
        event = helpdesk.parse(delivery)
    except Malformed as error:
        return _keep(source, helpdesk.delivery_key(delivery), str(error), delivery, database, now)
    if isinstance(event, Ignored):
        return Accepted(Outcome.IGNORED, event.reason)
    return _store(source, event, database, tell, policy, now)


def _store(
    source: Source,
    event: Event,
    database: Database,
    tell: Callable[[TicketId], None],
    policy: Policy,
    now: datetime,
) -> Accepted:
    with database.writing() as connection:
        if not intake.first_delivery(connection, source.id, event.delivery_key, now):
            return Accepted(Outcome.DUPLICATE)
        stored = intake.store_event(connection, source.id, event, policy, now)
        if stored.became:
            events.append(connection, BECAME[stored.became], [stored.ticket_id], now)
    if stored.due:
        tell(stored.ticket_id)
    return Accepted(Outcome.ACCEPTED)


def _keep(
    source: Source, key: str, reason: str, delivery: Delivery, database: Database, now: datetime
) -> Accepted:
    with database.writing() as connection:
        if not intake.first_delivery(connection, source.id, key, now):
            return Accepted(Outcome.DUPLICATE)
        intake.keep_dead_letter(connection, source.id, key, reason, delivery.body, now)
    log.warning("delivery_not_understood", source=source.name, delivery_key=key)
    return Accepted(Outcome.DEAD_LETTER, reason)
