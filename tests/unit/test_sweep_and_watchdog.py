"""What the sweep sends together, and when a worker ends itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON
from triage.domain.ticket import TicketId
from triage.queue import MOST_TOGETHER
from triage.store.work import Overdue
from triage.sweep import messages
from workers.health import STALE_AFTER, beat, is_healthy
from workers.lifecycle import IDLE_TOO_LONG, is_stuck

MINUTE = timedelta(minutes=1)


def overdue(number: int, *, failed: bool = False) -> Overdue:
    return Overdue(TicketId(number), failed, announced=False)


def test_fresh_tickets_go_together():
    sent = messages([overdue(n) for n in range(MOST_TOGETHER + 1)])
    assert [len(ids) for ids in sent] == [MOST_TOGETHER, 1]


def test_a_ticket_that_failed_goes_alone_so_that_it_harms_no_other():
    sent = messages([overdue(1), overdue(2, failed=True), overdue(3), overdue(4, failed=True)])
    assert sorted(sent) == [[1, 3], [2], [4]]


@pytest.mark.parametrize(
    ("oldest", "last_claim", "stuck"),
    [
        (None, NOON - 60 * MINUTE, False),  # nothing waits: idle is fine
        (NOON - MINUTE, NOON - MINUTE, True),
        (NOON - MINUTE, NOON, False),  # claims, but cannot keep up
        (NOON - IDLE_TOO_LONG, NOON - MINUTE, False),  # just began to wait
    ],
)
def test_a_worker_is_stuck_when_it_claims_nothing_while_tickets_wait(oldest, last_claim, stuck):
    assert is_stuck(oldest, last_claim, NOON) is stuck


def test_a_worker_is_healthy_while_every_heartbeat_is_fresh(tmp_path: Path):
    assert not is_healthy(tmp_path, 0.0)
    beat(tmp_path, "worker")
    now = (tmp_path / "worker.heartbeat").stat().st_mtime
    assert is_healthy(tmp_path, now + 1)
    assert not is_healthy(tmp_path, now + STALE_AFTER + 1)
