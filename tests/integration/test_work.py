"""Leases, fencing, sending again and giving up, against real databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_intake import event
from tests.servers import wait_until
from triage.domain.ticket import TicketId
from triage.store import intake, sources, tables, work
from triage.store.database import Database
from triage.store.sources import Vault, new_key
from triage.store.work import Outcome

SECOND = timedelta(seconds=1)


@pytest.fixture
def tickets(database: Database) -> list[TicketId]:
    """Twenty tickets that are due."""
    vault = Vault(new_key())
    with database.writing() as connection:
        sources.add(connection, "demo", "generic", ("s",), vault, NOON)
        source = sources.by_name(connection, "demo", vault)
        return [
            intake.store_event(
                connection, source.id, event(f"m{n}", ticket=f"T{n}"), POLICY, NOON
            ).ticket_id
            for n in range(20)
        ]


def claim(database: Database, ids, now=NOON):
    with database.writing() as connection:
        return work.claim(connection, ids, now)


def finish(database: Database, claims):
    with database.writing() as connection:
        ours = work.still_ours(connection, claims)
        done = [Outcome(c, {"lane": "standard"}) for c in claims if c.ticket_id in ours]
        work.finish(connection, done)
        return len(done)


def row(database: Database, ticket_id):
    with database.reading() as connection:
        return connection.execute(
            select(tables.ticket).where(tables.ticket.c.id == ticket_id)
        ).one()


def test_a_ticket_is_claimed_by_one_worker_at_a_time(database, tickets):
    assert len(claim(database, tickets[:3])) == 3
    assert claim(database, tickets[:3]) == []


def test_many_workers_at_once_never_hold_the_same_ticket(database, tickets):
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(lambda _: claim(database, tickets), range(8)))
    ids = [one.ticket_id for claims in claimed for one in claims]
    assert sorted(ids) == sorted(tickets)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_claim_of_many_locks_them_in_the_order_in_which_deliveries_lock_them(database, tickets):
    with database.writing() as connection:  # the index of what is due has the first one last
        first = update(tables.ticket).where(tables.ticket.c.id == tickets[0])
        connection.execute(first.values(wake_at=NOON + 100 * SECOND))
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as storing:
            lock(storing, tickets[0])
            claimed = pool.submit(claim, database, tickets[:2])
            wait_until(lambda: somebody_waits(database), "the claim waits for the first")
            lock(storing, tickets[1])
        assert len(claimed.result()) == 2


def lock(connection, ticket_id):
    one = select(tables.ticket.c.id).where(tables.ticket.c.id == ticket_id)
    connection.execute(one.with_for_update())


def somebody_waits(database):
    with database.reading() as connection:
        waiting = text("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return connection.execute(waiting).first() is not None


def test_a_lease_that_ended_can_be_claimed_again(database, tickets):
    claim(database, tickets[:1])
    again = claim(database, tickets[:1], NOON + work.LEASE + SECOND)
    assert [one.attempts for one in again] == [2]


def test_a_worker_frozen_past_its_lease_cannot_commit(database, tickets):
    frozen = claim(database, tickets[:1])
    other = claim(database, tickets[:1], NOON + work.LEASE + SECOND)
    assert finish(database, other) == 1
    assert finish(database, frozen) == 0


def test_a_finished_ticket_is_claimed_no_more(database, tickets):
    assert finish(database, claim(database, tickets[:1])) == 1
    assert row(database, tickets[0]).state == "done"
    assert claim(database, tickets[:1], NOON + 100 * SECOND) == []


def test_a_message_that_came_meanwhile_keeps_the_ticket_due(database, tickets):
    claims = claim(database, tickets[:1])
    with database.writing() as connection:
        source = connection.execute(select(tables.source.c.id)).scalar_one()
        intake.store_event(connection, source, event("late", ticket="T0"), POLICY, NOON)
    finish(database, claims)
    assert row(database, tickets[0]).state == "due"
    assert len(claim(database, tickets[:1])) == 1


def test_whatever_else_is_due_is_claimed_without_its_name(database, tickets):
    with database.writing() as connection:
        assert len(work.claim_waiting(connection, 16, NOON)) == 16
    with database.writing() as connection:
        assert len(work.claim_waiting(connection, 16, NOON)) == 4


def test_what_failed_before_is_only_claimed_by_name(database, tickets):
    with database.writing() as connection:
        work.give_back(connection, work.claim(connection, tickets, NOON), NOON)
        assert work.claim_waiting(connection, 16, NOON) == []
        assert len(work.claim(connection, tickets[:1], NOON)) == 1


def test_the_sweep_sends_what_nobody_holds_and_then_leaves_it_alone_for_a_while(database, tickets):
    later = NOON + intake.WAKE_AFTER + SECOND
    with database.writing() as connection:
        assert len(work.overdue(connection, 100, NOON)) == 0
        assert len(work.overdue(connection, 100, later)) == 20
        assert len(work.overdue(connection, 100, later)) == 0
        assert len(work.overdue(connection, 100, later + work.RESEND_AFTER + SECOND)) == 20


def test_the_sweep_does_not_send_what_a_worker_holds(database, tickets):
    later = NOON + intake.WAKE_AFTER + SECOND
    claim(database, tickets[:5], later)
    with database.writing() as connection:
        assert len(work.overdue(connection, 100, later)) == 15


def test_a_ticket_that_failed_five_times_is_given_up_and_can_be_revived(database, tickets):
    now = NOON
    for attempt in range(1, work.MOST_ATTEMPTS + 1):
        assert [one.attempts for one in claim(database, tickets[:1], now)] == [attempt]
        now += work.LEASE + SECOND
    with database.writing() as connection:
        assert work.park_dead(connection, now) == tickets[:1]
        assert work.backlog(connection, now).dead == 1
    assert claim(database, tickets[:1], now) == []
    with database.writing() as connection:
        assert work.revive(connection, tickets[0], now)
    assert len(claim(database, tickets[:1], now)) == 1


def test_the_backlog_says_since_when_the_oldest_waits(database, tickets):
    with database.reading() as connection:
        backlog = work.backlog(connection, NOON)
    assert (backlog.due, backlog.dead) == (20, 0)
    assert backlog.oldest == NOON + intake.WAKE_AFTER
