"""Review promises: what was said to whom, by when the next news is due, and who owns it.

What was said is the agent's own sentence, where one promises something. What the card told the
agent to do is for the agent alone and stands on the ticket. Personal data is masked, as on lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.domain.hand_over import promised
from triage.domain.ticket import Author, Message, MessageId, TicketId
from triage.masking import mask, short_name
from triage.store import promises
from triage.store.database import Database

MOST_SHOWN = 200  # due first
MOST_SENTENCES = 2  # of one answer, the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A promise that is not kept yet; `said` is empty where the answer names none."""

    ticket: TicketId
    subject: str
    source: str
    customer: str | None
    owner: str | None
    said: tuple[str, ...]
    made_at: datetime
    due_at: datetime
    broken: bool


@dataclass(frozen=True, slots=True)
class Promises:
    """The promises that are due first, of so many."""

    shown: list[Promised]
    count: int

    @property
    def broken(self) -> int:
        return sum(it.broken for it in self.shown)


def review(database: Database, now: datetime, most: int = MOST_SHOWN) -> Promises:
    """Return what is promised and not kept, due first. Raises StoreUnavailable."""
    with database.reading() as connection:
        rows = promises.open_ones(connection, most)
        count = promises.count_open(connection)
    return Promises([_promised(row, now) for row in rows], count)


def _promised(row: Any, now: datetime) -> Promised:
    return Promised(
        ticket=TicketId(row.ticket_id),
        subject=mask(row.subject, row.language).text,
        source=row.source,
        customer=short_name(row.customer_name),
        owner=row.agent,
        said=_said(row),
        made_at=row.made_at,
        due_at=row.due_at,
        broken=row.missed_at is not None or row.due_at < now,
    )


def _said(row: Any) -> tuple[str, ...]:
    if not row.answer:
        return ()
    answer = Message(
        id=MessageId(row.answer_id), author=Author.AGENT, text=row.answer, sent_at=row.made_at
    )
    found = list(promised([answer]))[-MOST_SENTENCES:]
    return tuple(mask(it.text, row.language).text for it in found)
