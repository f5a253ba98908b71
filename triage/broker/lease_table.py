"""The queue itself: one table in which a message is put, leased, and deleted or given back.

A claim leases the first free message of a queue; when the lease runs out, the next claim gets it
again. `lease_until` is also the fencing token: who lost the lease can neither delete nor give
back. At least once, in order of priority (higher first) and then of age.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from triage.broker.broker_file import BrokerFile
from triage.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEASE = 60.0  # seconds; longer than any of our tasks may take
MAX_BODY = 64 * 1024  # bytes of one message, envelope included: ids travel, contents do not
SECOND = 1_000_000_000  # leases are integers of nanoseconds: exact, because they are compared

SCHEMA = """
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    deliveries INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
);
CREATE INDEX message_order ON message (queue, priority DESC, id);
"""

PUT = "INSERT INTO message (queue, priority, body) VALUES (?, ?, ?)"
CLAIM = """
UPDATE message SET lease_until = ?, deliveries = deliveries + 1
WHERE id = (SELECT id FROM message WHERE queue = ? AND lease_until <= ?
            ORDER BY priority DESC, id LIMIT 1)
RETURNING id, lease_until, deliveries, body
"""
ACK = "DELETE FROM message WHERE id = ? AND lease_until = ? RETURNING id"
RELEASE = "UPDATE message SET lease_until = 0 WHERE id = ? AND lease_until = ? RETURNING id"
COUNT = "SELECT count(*) FROM message WHERE queue = ? AND lease_until <= ?"
PURGE = "DELETE FROM message WHERE queue = ? AND lease_until <= ? RETURNING id"


class MessageTooLarge(TriageError, ValueError):
    """The message holds more than ids."""


class Lease(NamedTuple):
    """The right to one message until a moment (nanoseconds since 1970)."""

    id: int
    until: int


class Claim(NamedTuple):
    """A message in hand: its lease, how often it was handed out (1 is the first time), its body."""

    lease: Lease
    deliveries: int
    body: str


class LeaseTable:
    """The messages in one file. `lease` in seconds; `clock` in nanoseconds since 1970."""

    def __init__(
        self,
        path: Path,
        *,
        lease: float = LEASE,
        busy_timeout: float = 5.0,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._file = BrokerFile(path, SCHEMA, busy_timeout)
        self._lease = int(lease * SECOND)
        self._clock = clock

    def put(self, queue: str, body: str, priority: int = 0) -> None:
        """Append a message. Raises MessageTooLarge, BrokerUnavailable."""
        size = len(body.encode())
        if size > MAX_BODY:
            raise MessageTooLarge(
                f"A message of {size} bytes for queue {queue!r} is over the embedded broker's "
                f"limit of {MAX_BODY}: send ids, not contents."
            )
        self._file.run(PUT, (queue, priority, body))

    def claim(self, queue: str) -> Claim | None:
        """Lease the first free message of `queue`, or return None."""
        now = self._clock()
        rows = self._file.run(CLAIM, (now + self._lease, queue, now))
        return next((Claim(Lease(id_, until), n, body) for id_, until, n, body in rows), None)

    def ack(self, lease: Lease) -> bool:
        """Delete a message that is done. False: the lease was lost, somebody else has it."""
        return bool(self._file.run(ACK, lease))

    def release(self, lease: Lease) -> bool:
        """Give a message back, to be claimed again at once. False: the lease was lost."""
        return bool(self._file.run(RELEASE, lease))

    def count(self, queue: str) -> int:
        """Return how many messages of `queue` are free to be claimed."""
        return int(self._file.run(COUNT, (queue, self._clock()))[0][0])

    def purge(self, queue: str) -> int:
        """Delete the free messages of `queue` and return how many; leased ones stay."""
        return len(self._file.run(PURGE, (queue, self._clock())))

    def version(self) -> int:
        """Return a number that changes when another connection has changed the file.

        Cheap, and blind to a file that was deleted; `claim` sees that.
        """
        return int(self._file.run("PRAGMA data_version", trusting=True)[0][0])

    def close(self) -> None:
        """Close the file; it opens again when it is needed."""
        self._file.close()
