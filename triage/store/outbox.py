"""The outbox: which tickets a helpdesk is to be told of, who tells it, what was told.

A ticket has one row, marked in the transaction that decided something; whoever writes holds the
helpdesk's lease, and each step is committed only while it does.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, insert, or_, select, update

from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.ticket import Mode, Status, TicketId
from triage.domain.write_back import Part, Priority, Written
from triage.errors import ChangedMeanwhile
from triage.store.database import insert_new, insert_once
from triage.store.outbound_tables import account
from triage.store.outbox_tables import agent_account, outbox, writer, writing
from triage.store.tables import agent, decision, source, ticket

LEASE = timedelta(seconds=180)  # longer than a call may last
MOST_ATTEMPTS = 8


def mark(connection: Connection, tickets: Collection[TicketId], now: datetime) -> None:
    """Note that the helpdesks of these tickets are to be told how they stand now."""
    told = (source.c.writes != "") & (source.c.mode != Mode.OBSERVE)
    query = select(ticket.c.id, ticket.c.source_id).join(source).where(told)
    rows = connection.execute(query.where(ticket.c.id.in_(tickets))).all()
    if not rows:
        return
    new = [
        {"ticket_id": row.id, "source_id": row.source_id, "state": "due", "wake_at": now}
        | {"revision": 0, "attempts": 0, "written": {}}
        for row in rows
    ]
    connection.execute(insert_new(connection, outbox), new)
    mine = update(outbox).where(outbox.c.ticket_id.in_([row.id for row in rows]))
    again = {"state": "due", "attempts": 0, "revision": outbox.c.revision + 1}
    connection.execute(mine.values(again | {"wake_at": now}))


def waiting(connection: Connection, now: datetime) -> list[str]:
    """Return the names of the connected sources with something to write that nobody writes."""
    due = select(outbox.c.source_id).where(outbox.c.state == "due", outbox.c.wake_at <= now)
    free = or_(writer.c.lease_until.is_(None), writer.c.lease_until < now)
    query = (
        select(source.c.name)
        .join(account, account.c.source_id == source.c.id)
        .outerjoin(writer, writer.c.source_id == source.c.id)
        .where(source.c.id.in_(due), free)
    )
    return list(connection.execute(query.order_by(source.c.id)).scalars())


@dataclass(frozen=True, slots=True)
class Held:
    """The lease to write to a source's helpdesk, and what may be written there."""

    source_id: int
    lease: str
    parts: frozenset[Part]
    fields: Mapping[str, str]  # the helpdesk's field by what it shows: level, lane, respond_by


def take(connection: Connection, source_id: int, now: datetime) -> Held | None:
    """Take the right to write to a source's helpdesk; None while somebody else has it."""
    insert_once(connection, writer, {"source_id": source_id})
    free = or_(writer.c.lease_until.is_(None), writer.c.lease_until < now)
    lease = secrets.token_hex(8)
    taken = update(writer).where(writer.c.source_id == source_id, free)
    if not connection.execute(taken.values(lease=lease, lease_until=now + LEASE)).rowcount:
        return None
    row = connection.execute(select(source).where(source.c.id == source_id)).one()
    parts = frozenset(map(Part, row.writes))
    if row.mode == Mode.SUGGEST:
        parts -= {Part.ASSIGNEE}
    return Held(source_id, lease, parts, row.write_fields)


def keep(connection: Connection, held: Held, now: datetime, **values: Any) -> None:
    """Keep the lease. Raises ChangedMeanwhile where it is somebody else's."""
    mine = (writer.c.source_id == held.source_id) & (writer.c.lease == held.lease)
    kept = {"lease_until": now + LEASE} | values
    if not connection.execute(update(writer).where(mine).values(kept)).rowcount:
        raise ChangedMeanwhile("somebody else writes to this helpdesk now; nothing was lost")


def release(connection: Connection, held: Held, **values: Any) -> None:
    """Let the lease go, where it is still ours."""
    mine = (writer.c.source_id == held.source_id) & (writer.c.lease == held.lease)
    freed = {"lease": None, "lease_until": None} | values
    connection.execute(update(writer).where(mine).values(freed))


@dataclass(frozen=True, slots=True)
class Due:
    """A ticket that its helpdesk is to be told of, as it stood when this was read."""

    ticket_id: TicketId
    external_id: str
    revision: int
    attempts: int
    sending: str | None
    written: Written
    status: Status
    lane: Lane
    level: int
    flags: frozenset[str]
    feeling: str | None
    respond_by: datetime
    result: Mapping[str, Any] | None  # of the decision in force
    agent: AgentId | None
    email: str | None  # of the agent


_DUE = (
    ticket.c.id,
    ticket.c.external_id,
    outbox.c.revision,
    outbox.c.attempts,
    outbox.c.sending,
    outbox.c.written,
    ticket.c.status,
    ticket.c.lane,
    ticket.c.level,
    ticket.c.flags,
    ticket.c.feeling,
    ticket.c.respond_by,
    decision.c.result,
    ticket.c.assignee_id,
    agent.c.email,
)


def due(connection: Connection, source_id: int, limit: int, now: datetime) -> list[Due]:
    """Return what is to be written to that helpdesk, the earliest `respond_by` first."""
    query = (
        select(*_DUE)
        .select_from(outbox)
        .join(ticket, ticket.c.id == outbox.c.ticket_id)
        .outerjoin(decision, decision.c.id == ticket.c.decision_id)
        .outerjoin(agent, agent.c.id == ticket.c.assignee_id)
        .where(outbox.c.source_id == source_id, outbox.c.state == "due", outbox.c.wake_at <= now)
        .order_by(ticket.c.respond_by, ticket.c.id)
        .limit(limit)
    )
    return [_due(*row) for row in connection.execute(query)]


def _due(number: int, external_id: str, *values: Any) -> Due:
    revision, attempts, sending, written, status, lane, level, flags, *rest = values
    stands = (Status(status), Lane(lane), level, frozenset(flags), *rest)
    ours = _written_of(written)
    return Due(TicketId(number), external_id, revision, attempts, sending, ours, *stands)


def _as_json(written: Written) -> dict[str, Any]:
    """Return what was written in JSON's own types."""
    return {
        "tags": sorted(written.tags),
        "priority": written.priority,
        "assignee": written.assignee,
        "fields": dict(written.fields),
        "note": written.note,
    }


def _written_of(values: Mapping[str, Any]) -> Written:
    """Return what `_as_json` gave, or nothing written."""
    if not values:
        return Written()
    priority = values["priority"]
    return Written(
        tags=frozenset(values["tags"]),
        priority=None if priority is None else Priority(priority),
        assignee=values["assignee"],
        fields=values["fields"],
        note=values["note"],
    )


def intend(connection: Connection, held: Held, one: Due, key: str, now: datetime) -> None:
    """Note that a note of this key is about to be sent. Raises ChangedMeanwhile."""
    keep(connection, held, now)
    _set(connection, one, sending=key)


def finish(
    connection: Connection,
    held: Held,
    one: Due,
    written: Written,
    said: Sequence[tuple[str, str]],
    now: datetime,
) -> None:
    """Note what stands there of ours by now, and what is `said` of it: outcome and text each.

    What was wanted meanwhile keeps it due. Raises ChangedMeanwhile.
    """
    keep(connection, held, now, wrote_at=now)
    moved_on = outbox.c.revision > one.revision
    state = case((moved_on, "due"), else_="done")
    ended = {"state": state, "attempts": 0, "failure": None, "sending": None}
    _set(connection, one, written=_as_json(written), **ended)
    rows = [{"ticket_id": one.ticket_id, "outcome": o, "text": t, "at": now} for o, t in said]
    if rows:
        connection.execute(insert(writing), rows)


def put_off(
    connection: Connection, held: Held, one: Due, until: datetime, why: str, now: datetime
) -> bool:
    """Have it tried again later; return whether that was the last time. Raises ChangedMeanwhile."""
    keep(connection, held, now)
    last = one.attempts + 1 >= MOST_ATTEMPTS
    tried = {"attempts": one.attempts + 1, "failure": why, "wake_at": until}
    _set(connection, one, state="dead" if last else "due", **tried)
    if last:
        row = {"ticket_id": one.ticket_id, "outcome": "failed", "text": why, "at": now}
        connection.execute(insert(writing), row)
    return last


def wait(connection: Connection, held: Held, one: Due, until: datetime, now: datetime) -> None:
    """Leave it alone until then; nothing went wrong. Raises ChangedMeanwhile."""
    keep(connection, held, now)
    _set(connection, one, wake_at=until)


def _set(connection: Connection, one: Due, **values: Any) -> None:
    connection.execute(update(outbox).where(outbox.c.ticket_id == one.ticket_id).values(values))


def lately(connection: Connection, ticket_id: TicketId, since: datetime) -> list[datetime]:
    """Return when that ticket was written since then, oldest first."""
    mine = (writing.c.ticket_id == ticket_id) & (writing.c.outcome == "written")
    query = select(writing.c.at).where(mine, writing.c.at > since).distinct()
    return list(connection.execute(query.order_by(writing.c.at)).scalars())


def known_as(
    connection: Connection, source_id: int, agent_id: AgentId, since: datetime
) -> tuple[bool, str | None]:
    """Return whether we asked what the helpdesk calls that agent since then, and what it said."""
    mine = (agent_account.c.source_id == source_id) & (agent_account.c.agent_id == agent_id)
    query = select(agent_account.c.known_as).where(mine, agent_account.c.found_at > since)
    row = connection.execute(query).first()
    return row is not None, row.known_as if row else None


def note_agent(
    connection: Connection, source_id: int, agent_id: AgentId, name: str | None, now: datetime
) -> None:
    """Keep what the helpdesk calls an agent, None where it knows no such one."""
    mine = (agent_account.c.source_id == source_id) & (agent_account.c.agent_id == agent_id)
    connection.execute(agent_account.delete().where(mine))
    key = {"source_id": source_id, "agent_id": agent_id}
    connection.execute(insert(agent_account).values(key | {"known_as": name, "found_at": now}))


def of_ticket(connection: Connection, ticket_id: TicketId) -> list[Any]:
    """Return what was done at the helpdesk about a ticket, newest first."""
    mine = select(writing).where(writing.c.ticket_id == ticket_id)
    return list(connection.execute(mine.order_by(writing.c.at.desc(), writing.c.id.desc())))


def standing(connection: Connection) -> dict[str, Any]:
    """Return by source's name how its writing stands: writes, wrote_at, failed_at, failure, due,
    dead.
    """
    counts = {
        state: select(func.count())
        .where(outbox.c.source_id == source.c.id, outbox.c.state == state)
        .scalar_subquery()
        .label(state)
        for state in ("due", "dead")
    }
    columns = (writer.c.wrote_at, writer.c.failed_at, writer.c.failure, *counts.values())
    query = select(source.c.name, source.c.writes, *columns).outerjoin(
        writer, writer.c.source_id == source.c.id
    )
    return {row.name: row for row in connection.execute(query.where(source.c.writes != ""))}


def switched(connection: Connection, source_id: int) -> tuple[tuple[str, ...], str | None]:
    """Return what is written to a source's helpdesk, and what it calls its newest ticket."""
    mine = select(source.c.writes).where(source.c.id == source_id)
    parts = tuple(connection.execute(mine).scalar_one())
    newest = select(ticket.c.external_id).where(ticket.c.source_id == source_id)
    return parts, connection.execute(newest.order_by(ticket.c.id.desc()).limit(1)).scalar()


def set_parts(
    connection: Connection, name: str, parts: Collection[Part], fields: Mapping[str, str]
) -> bool:
    """Say what may be written to a source's helpdesk; return whether there is such a source."""
    values = {"writes": sorted(parts), "write_fields": dict(fields)}
    changed = connection.execute(update(source).where(source.c.name == name).values(values))
    return bool(changed.rowcount)
