"""What happened, for playing it again: threads, receipts' inputs, who was given what. Read only.

One pass over tickets by their primary key, in chunks, so that none holds a connection for long;
the rest is found by indexes that begin with a ticket's or a message's id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select
from sqlalchemy.engine import make_url

from triage.domain.agent import Agent, AgentId
from triage.domain.emotion import Scoring
from triage.domain.inputs import recorded
from triage.domain.policy import Lane, Policy
from triage.domain.replay import Past, Recorded
from triage.domain.ticket import Author, MessageId, TicketId
from triage.errors import BadInput
from triage.store import agents, threads
from triage.store.database import Database
from triage.store.tables import assignment, decision, message, metadata, scoring, ticket

NO_MODEL = ""  # no model has this version: `threads.load` then loads no scorings


def existing(url: str) -> Database:
    """Return a database that is there: opening SQLite's would make one. Raises BadInput."""
    found = make_url(url)
    is_file = found.get_backend_name() == "sqlite" and found.database
    if is_file and not Path(str(found.database)).is_file():
        raise BadInput(f"{found.database}: there is no database yet; `triage up` makes one")
    return Database(url)


@contextmanager
def reading_only(database: Database) -> Iterator[Connection]:
    """Yield a connection through which nothing can be written. Raises StoreUnavailable."""
    with database.reading() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            yield connection
            return
        connection.exec_driver_sql("PRAGMA query_only=ON")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("PRAGMA query_only=OFF")  # others use it next


def check_tables(connection: Connection) -> None:
    """Raise BadInput where the tables are not there, or not of this version."""
    known = inspect(connection)
    there = set(known.get_table_names())
    for table in metadata.tables.values():
        columns = (
            {it["name"] for it in known.get_columns(table.name)} if table.name in there else {}
        )
        if not set(table.columns.keys()) <= set(columns):
            raise BadInput(
                f"table {table.name}: missing, or of another version; run `triage migrate` first"
            )


def asked_since(
    connection: Connection, since: datetime, after: TicketId, limit: int
) -> list[TicketId]:
    """Return the next tickets, by their id, in which a customer wrote since then."""
    wrote = (
        (message.c.ticket_id == ticket.c.id)
        & (message.c.author == Author.CUSTOMER)
        & (message.c.sent_at >= since)
    )
    query = select(ticket.c.id).where(
        ticket.c.id > after, select(message.c.id).where(wrote).exists()
    )
    rows = connection.execute(query.order_by(ticket.c.id).limit(limit))
    return [TicketId(it) for it in rows.scalars()]


def pasts(connection: Connection, tickets: Collection[TicketId], model: str | None) -> list[Past]:
    """Return these tickets' histories, each message read by the newest model that read it; beside
    it as `model` (a version) read it, where it did.
    """
    found = threads.load(connection, tickets, model or NO_MODEL)
    scorings, inputs = _newest_scorings(connection, tickets), _inputs(connection, tickets)
    given, rows = _given(connection, tickets), _rows(connection, tickets)
    return [
        Past(
            ticket=found[it].ticket,
            customer=rows[it][0],
            language_hint=found[it].language_hint,
            corrected=found[it].corrected,
            scorings=scorings[it],
            again=found[it].scorings,
            recorded=inputs[it],
            given=tuple(given[it]),
            released_at=rows[it][1],
        )
        for it in tickets
        if it in found
    ]


def staff(connection: Connection, policy: Policy, since: datetime, now: datetime) -> list[Agent]:
    """Return who answers, with nothing in their hands: who is present, or was given tickets since.

    Shifts, capacities and skills are today's.
    """
    query = select(assignment.c.agent_id).distinct().where(assignment.c.assigned_at >= since)
    given = set(connection.execute(query).scalars())
    return [
        replace(
            it,
            present=True,
            load=0,
            emotional_load=0.0,
            assigned_at=None,
            heavy_run=0,
            rests_until=None,
        )
        for it in agents.all_agents(connection, policy, now)
        if it.present or it.id in given
    ]


def _newest_scorings(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[int, dict[MessageId, Scoring]]:
    query = (
        select(message.c.ticket_id, scoring)
        .join(scoring, scoring.c.message_id == message.c.id)
        .where(message.c.ticket_id.in_(tickets))
        .order_by(scoring.c.scored_at, scoring.c.model_version)
    )
    newest = {(row.ticket_id, row.message_id): row for row in connection.execute(query)}
    found: defaultdict[int, dict[MessageId, Scoring]] = defaultdict(dict)
    for (ticket_id, message_id), row in newest.items():
        found[ticket_id][MessageId(message_id)] = threads.from_json(row.model_version, row.result)
    return found


def _inputs(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[int, dict[MessageId, Recorded]]:
    """Return what the newest receipt of each message says it was made from."""
    result = decision.c.result
    query = (
        select(
            decision.c.ticket_id,
            decision.c.message_id,
            result["inputs"].label("inputs"),
            result["lane"].as_string().label("lane"),
        )
        .where(decision.c.ticket_id.in_(tickets))
        .order_by(decision.c.id)
    )
    found: defaultdict[int, dict[MessageId, Recorded]] = defaultdict(dict)
    for row in connection.execute(query):
        found[row.ticket_id][MessageId(row.message_id)] = recorded(row.inputs, Lane(row.lane))
    return found


def _given(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[int, list[tuple[datetime, AgentId]]]:
    query = select(assignment).where(assignment.c.ticket_id.in_(tickets))
    found: defaultdict[int, list[tuple[datetime, AgentId]]] = defaultdict(list)
    for row in connection.execute(query.order_by(assignment.c.id)):
        found[row.ticket_id].append((row.assigned_at, AgentId(row.agent_id)))
    return found


def _rows(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[int, tuple[str | None, datetime | None]]:
    """Return by ticket who its customer is, among all sources', and when it stopped to wait."""
    columns = (ticket.c.id, ticket.c.source_id, ticket.c.customer_id, ticket.c.released_at)
    rows = connection.execute(select(*columns).where(ticket.c.id.in_(tickets)))
    return {
        row.id: (
            f"{row.source_id} {row.customer_id}" if row.customer_id is not None else None,
            row.released_at,
        )
        for row in rows
    }
