"""Keep what was read of a helpdesk: by the same keys as its webhooks, a few tickets a commit.

What a helpdesk had long ago is left to be decided after everything that comes now; what a customer
wrote within the last hour is as new as a webhook.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from triage.accept import BECAME
from triage.domain.policy import Policy
from triage.domain.ticket import Author
from triage.helpdesks.backlog.backlog import Broken
from triage.keep import is_echo
from triage.read_desk import Read
from triage.store import events, intake, pulls
from triage.store.intake import WAKE_AFTER, WAKE_LATE, Stored

RECENT = timedelta(hours=1)
MOST_KEPT = 100_000  # bytes of a reject


def keep(
    connection: Any, source_id: int, read: Sequence[Read | Broken], policy: Policy, now: datetime
) -> Counter[str]:
    """Keep these tickets and rejects; return how many of what."""
    good = [it for it in read if isinstance(it, Read)]
    intake.lock_tickets(connection, [(source_id, it.listed.external_id) for it in good])
    counts: Counter[str] = Counter()
    became: dict[int, Stored] = {}
    for one in good:
        for stored in _keep(connection, source_id, one, policy, now):
            became[stored.ticket_id] = stored
        counts["tickets" if one.events else "private"] += 1
        counts["messages"] += sum(event.message is not None for event in one.events)
    for bad in read:
        if isinstance(bad, Broken):
            counts["rejects"] += reject(connection, source_id, bad, now)
    for status, kind in BECAME.items():
        ids = [it.ticket_id for it in became.values() if it.became is status]
        events.append(connection, kind, ids, now)
    return counts


def _keep(
    connection: Any, source_id: int, one: Read, policy: Policy, now: datetime
) -> list[Stored]:
    words = any(it.message for it in one.events)
    if not words and not pulls.known(connection, source_id, [one.listed.external_id]):
        return []  # nothing of it is public, and nobody here knows it
    wake = WAKE_AFTER if _is_recent(one, now) else WAKE_LATE
    found = [
        intake.store_event(connection, source_id, event, policy, now, wake)
        for event in one.events
        if not is_echo(event)
    ]
    if found:
        pulls.mark(connection, found[0].ticket_id, one.listed.updated_at)
    return found


def _is_recent(one: Read, now: datetime) -> bool:
    words = [it.message for it in one.events if it.message]
    asked = [it.sent_at for it in words if it.author is Author.CUSTOMER]
    return bool(asked) and now - max(asked) < RECENT


def reject(connection: Any, source_id: int, bad: Broken, now: datetime) -> bool:
    """Keep what could not be read, with its reason, once; return whether it is new."""
    body = json.dumps(bad.value, default=str).encode()[:MOST_KEPT]
    print_ = hashlib.sha256(bad.reason.encode() + body).hexdigest()[:32]
    key = f"pull:{bad.external_id or ''}:{print_}"
    return pulls.reject(connection, source_id, key, bad.reason, body, now)
