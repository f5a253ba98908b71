"""Whatever is put, claimed, settled and waited for: the table does what a list of messages does."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from triage.broker.lease_table import SECOND, Lease, LeaseTable

QUEUES = st.sampled_from(["live", "bulk"])
LEASE = 60


@dataclass
class Message:
    body: str
    queue: str
    priority: int
    lease: Lease = Lease(0, 0)  # noqa: RUF009  # a value, and immutable
    deliveries: int = 0


class LeaseTableAgainstAList(RuleBasedStateMachine):
    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now = 1_000 * SECOND
        self.messages: list[Message] = []
        # two connections, as two processes have them
        self.tables = [
            LeaseTable(self.folder / "broker.db", lease=LEASE, clock=lambda: self.now)
            for _ in range(2)
        ]

    def free(self, queue: str) -> list[Message]:
        return [m for m in self.messages if m.queue == queue and m.lease.until <= self.now]

    def held(self, lease: Lease) -> Message | None:
        return next((m for m in self.messages if m.lease == lease), None)

    @rule(who=st.integers(0, 1), queue=QUEUES, priority=st.integers(0, 2))
    def put(self, who: int, queue: str, priority: int) -> None:
        body = f"{len(self.messages)} of {self.now}"
        self.messages.append(Message(body, queue, priority))
        self.tables[who].put(queue, body, priority)

    @rule(who=st.integers(0, 1), queue=QUEUES, target=leases)
    def claim(self, who: int, queue: str) -> Lease:
        self.now += 1  # two claims of one nanosecond would have one token
        claim = self.tables[who].claim(queue)
        expected = max(self.free(queue), key=lambda m: m.priority, default=None)
        assert (claim is None) == (expected is None)
        if claim is None or expected is None:
            return Lease(0, 1)
        expected.lease, expected.deliveries = claim.lease, expected.deliveries + 1
        assert (claim.body, claim.deliveries) == (expected.body, expected.deliveries)
        assert claim.lease.until == self.now + LEASE * SECOND
        return claim.lease

    @rule(who=st.integers(0, 1), lease=leases)
    def ack(self, who: int, lease: Lease) -> None:
        held = self.held(lease)
        assert self.tables[who].ack(lease) == bool(held)
        self.messages = [m for m in self.messages if m is not held]

    @rule(who=st.integers(0, 1), lease=leases)
    def release(self, who: int, lease: Lease) -> None:
        held = self.held(lease)
        assert self.tables[who].release(lease) == bool(held)
        if held:
            held.lease = Lease(0, 0)

    @rule(seconds=st.integers(1, LEASE + 1))
    def wait(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @rule(who=st.integers(0, 1))
    def reopen(self, who: int) -> None:
        self.tables[who].close()

    @rule(who=st.integers(0, 1), queue=QUEUES)
    def purge(self, who: int, queue: str) -> None:
        free = self.free(queue)
        assert self.tables[who].purge(queue) == len(free)
        self.messages = [m for m in self.messages if m not in free]

    @invariant()
    def counts_agree(self) -> None:
        for queue in ("live", "bulk"):
            assert self.tables[0].count(queue) == len(self.free(queue))

    def teardown(self) -> None:
        for table in self.tables:
            table.close()
        shutil.rmtree(self.folder)


LeaseTableAgainstAList.TestCase.settings = settings(max_examples=40, stateful_step_count=30)
TestLeaseTable = LeaseTableAgainstAList.TestCase
