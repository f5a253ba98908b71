"""Open promises as people look at them: to whom, with whom, and the answer that made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, or_, select

from triage.domain.ticket import Author
from triage.store.tables import agent, follow_up, message, source, ticket

answer = message.alias("answer")
IS_OPEN = follow_up.c.kept_at.is_(None)
#: The answer that made a promise: the newest that had come when it was made.
ANSWER = (
    select(message.c.id)
    .where(
        message.c.ticket_id == follow_up.c.ticket_id,
        message.c.author == Author.AGENT,
        or_(message.c.sent_at <= follow_up.c.made_at, message.c.received_at <= follow_up.c.made_at),
    )
    .order_by(message.c.sent_at.desc(), message.c.id.desc())
    .limit(1)
    .correlate(follow_up)
    .scalar_subquery()
)
COLUMNS = (
    follow_up.c.ticket_id,
    follow_up.c.due_at,
    follow_up.c.made_at,
    follow_up.c.missed_at,
    ticket.c.external_id,
    ticket.c.subject,
    ticket.c.language,
    ticket.c.customer_name,
    source.c.name.label("source"),
    agent.c.name.label("agent"),
    answer.c.id.label("answer_id"),
    answer.c.text.label("answer"),
)


def open_ones(connection: Connection, limit: int) -> Sequence[Any]:
    """Return what is promised and not kept, earliest due first."""
    query = (
        select(*COLUMNS)
        .join(ticket, ticket.c.id == follow_up.c.ticket_id)
        .join(source, source.c.id == ticket.c.source_id)
        .outerjoin(agent, agent.c.id == ticket.c.assignee_id)
        .outerjoin(answer, answer.c.id == ANSWER)
        .where(IS_OPEN)
        .order_by(follow_up.c.due_at, follow_up.c.id)
    )
    return connection.execute(query.limit(limit)).all()


def count_open(connection: Connection) -> int:
    """Return how many promises are not kept yet."""
    query = select(func.count()).select_from(follow_up).where(IS_OPEN)
    return connection.execute(query).scalar_one()
