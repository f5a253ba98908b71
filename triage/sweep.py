"""The sweep: what was lost between two steps is sent again; what cannot be done is parked.

Also gives waiting tickets to whoever has become free, hands on what was left or is late, counts
promises that were not kept, and keeps SQLite's log short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from triage import assign
from triage.domain.policy import Policy
from triage.domain.ticket import TicketId
from triage.errors import TriageError
from triage.queue import BULK, LIVE, MOST_TOGETHER, send
from triage.store import drafts, events, follow_ups, work
from triage.store.database import Database
from triage.store.events import EventKind
from triage.store.work import Overdue

MOST_RESENT = 512  # tickets a second; more would only fill the queue

log = structlog.get_logger()


def sweep(
    database: Database, app: Celery, policy: Policy, announce: Callable[[], None], now: datetime
) -> None:
    """Do once what must be done every second. Raises StoreUnavailable."""
    changed = give_up(database, now) + miss_promises(database, now)
    changed += assign.hand_on(database, policy, now)
    changed += assign.assign_waiting(database, policy, now)
    if changed + resend(database, app, now):
        announce()
    wake_late(database, app, now)
    with database.writing() as connection:
        drafts.forget_old(connection, now)
    database.checkpoint()


def give_up(database: Database, now: datetime) -> int:
    """Park tickets that failed too often, with an alarm; return how many."""
    with database.writing() as connection:
        dead = work.park_dead(connection, now)
        events.append(connection, EventKind.DEAD, dead, now)
    for ticket_id in dead:
        log.error("ticket_dead", ticket_id=ticket_id, attempts=work.MOST_ATTEMPTS)
    return len(dead)


def miss_promises(database: Database, now: datetime) -> int:
    """Count promises to customers that were not kept, and show it; return how many tickets."""
    with database.reading() as connection:
        if not follow_ups.missed(connection, now):
            return 0
    with database.writing() as connection:
        broken = follow_ups.miss_due(connection, MOST_RESENT, now)
        events.append(connection, EventKind.PROMISE_MISSED, broken, now)
    return len(broken)


def resend(database: Database, app: Celery, now: datetime) -> int:
    """Send what is due and held by nobody, and show it on the desk; return how many."""
    with database.writing() as connection:
        overdue = work.overdue(connection, MOST_RESENT, now)
        unseen = [o.ticket_id for o in overdue if not o.announced]
        work.mark_announced(connection, unseen)
        events.append(connection, EventKind.WAITING, unseen, now)
    for tickets in messages(overdue):
        try:
            send(app, tickets, LIVE)
        except (OperationalError, OSError, TriageError) as error:
            log.warning("broker_unavailable", error=type(error).__name__, tickets=len(overdue))
            break
    return len(overdue)


def wake_late(database: Database, app: Celery, now: datetime) -> None:
    """Have a worker decide a helpdesk's backlog for a while, behind everything that comes now."""
    with database.reading() as connection:
        if not work.has_late(connection, now):
            return
    try:
        send(app, [], BULK)
    except (OperationalError, OSError, TriageError) as error:
        log.warning("broker_unavailable", error=type(error).__name__)


def messages(overdue: Sequence[Overdue]) -> list[list[TicketId]]:
    """Group what to send: a ticket that failed before goes alone, so that it harms no other."""
    alone = [[o.ticket_id] for o in overdue if o.failed]
    fresh = [o.ticket_id for o in overdue if not o.failed]
    together = [fresh[at : at + MOST_TOGETHER] for at in range(0, len(fresh), MOST_TOGETHER)]
    return alone + together
