"""The embedded broker as Celery sees it: a kombu transport, and how its consumers wait.

Direct and topic exchanges; no fanout, so no remote control, mingle or gossip. The queues of one
consumer take turns, one message each (kombu's round robin): a backlog in `bulk` delays `live` by
one message; `queue_order_strategy="priority"` is strict, in the order in which they were given.
Transport options: `visibility_timeout` (the lease, seconds), `busy_timeout` (seconds),
`poll_slow` (longest pause between two looks at the file, seconds), `queue_order_strategy`.
"""
# mypy: disable-error-code="no-untyped-call"
# kombu says that it is typed, and its functions are not

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual
from kombu.utils.url import url_to_parts

from triage.broker.broker_file import BrokerUnavailable
from triage.broker.channel import Channel
from triage.broker.lease_table import LEASE, LeaseTable
from triage.broker.location import BrokerMisplaced
from triage.broker.waiting import Pace, Watch, bell_of

LOOKS = {"quick": 0.002, "hot": 1.0, "growth": 0.01}  # see Pace
LOOK_SLOW = 0.04  # seconds between two looks at a file where nothing happens

#: Pauses while prefetch is full: Celery 5.6 acknowledges only when drain_events has returned.
FULL = Pace(quick=0.0005, slow=0.01, hot=0.01, growth=0.1)
UNACKED = 0.02  # seconds for which an acknowledgement may be kept waiting when there is room
BREATH = 0.5  # seconds until a lease that ran out, a deleted file or a signal is noticed


class Transport(virtual.Transport):
    """The connection of one kombu client: its lease table, and the waiting of its consumers."""

    Channel = Channel
    cycle: Any  # over the channels; kombu's annotation knows only its None
    can_parse_url = True  # there is no host, and kombu would warn and invent one
    driver_type = "sqlite-lease"
    driver_name = "sqlite3"
    connection_errors: tuple[Any, ...] = (*virtual.Transport.connection_errors, BrokerUnavailable)

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.options: dict[str, Any] = client.transport_options
        lease = self.options.get("visibility_timeout", LEASE)
        busy = self.options.get("busy_timeout", 5.0)
        self._path = _path(client.hostname)
        self.table = LeaseTable(self._path, lease=lease, busy_timeout=busy)
        pace = Pace(slow=self.options.get("poll_slow", LOOK_SLOW), **LOOKS)
        self._watch = Watch(self.table.version, self._path, pace)

    def driver_version(self) -> str:
        return sqlite3.sqlite_version

    def ring(self) -> None:
        """Wake the consumers of this process."""
        bell_of(self._path).ring()

    def establish_connection(self) -> Transport:
        """Open the file, or raise now why it cannot be opened."""
        self.table.version()
        super().establish_connection()
        return self

    def close_connection(self, connection: Any) -> None:
        super().close_connection(connection)
        self.table.close()

    def _collect(self, connection: Any) -> None:
        """Let go and give nothing back: after a fork, and while running tasks hold their leases."""
        self.channels.clear()
        self._avail_channels.clear()

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Deliver one message, or raise TimeoutError.

        A consumer with a prefetch limit gets the time-out early: that is Celery, which looks after
        acknowledgements and signals between two calls.
        """
        ends = time.monotonic() + timeout if timeout is not None else None
        while True:
            seen = self._watch.version()
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                self._wait(seen, ends)
            else:
                self._watch.active()
                return

    def _wait(self, seen: int, ends: float | None) -> None:
        """Wait for a change; raise TimeoutError at `ends`, or early so that Celery acknowledges."""
        if any(not channel.qos.can_consume() for channel in self.channels):
            time.sleep(FULL.after(self._watch.idle()))
            raise TimeoutError
        left = ends - time.monotonic() if ends is not None else BREATH
        owing = any(channel.unacked for channel in self.channels)
        self._watch.wait(seen, min(left, UNACKED if owing else BREATH))
        limited = any(channel.qos.prefetch_count for channel in self.channels)
        if limited or (ends is not None and time.monotonic() >= ends):
            raise TimeoutError


def _path(url: str) -> Path:
    path = Path(url_to_parts(url).path or "")
    if not path.is_absolute():
        raise BrokerMisplaced(
            f"The embedded broker needs the absolute path of a file, not {url!r}: "
            "sqlite-lease:////var/lib/triage/broker.db has four slashes."
        )
    return path
