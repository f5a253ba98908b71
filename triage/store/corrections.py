"""What people corrected: labels of messages, lanes, agents; with who and when, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.reading import Corrected
from triage.domain.ticket import MessageId, TicketId
from triage.store.tables import correction


class What(StrEnum):
    """What was corrected; the first three are labels of a message."""

    LEVEL = "level"
    EMOTION = "emotion"
    FLAGS = "flags"
    LANE = "lane"
    AGENT = "agent"


LABELS = (What.LEVEL, What.EMOTION, What.FLAGS)
IN_FORCE = correction.c.undone_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCorrection:
    """A correction to keep: what it was and what it is now, as JSON values."""

    ticket_id: TicketId
    message_id: MessageId | None
    what: What
    was: Any
    now: Any
    by: str
    why: str = ""


def add(connection: Connection, new: NewCorrection, now: datetime) -> None:
    """Keep a correction."""
    connection.execute(
        insert(correction).values(
            ticket_id=new.ticket_id,
            message_id=new.message_id,
            what=new.what,
            was=new.was,
            now=new.now,
            by=new.by,
            why=new.why,
            corrected_at=now,
        )
    )


def labels_of(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[int, dict[MessageId, Corrected]]:
    """Return by ticket and message what holds of its labels now; the newest correction counts."""
    mine = correction.c.ticket_id.in_(tickets) & correction.c.what.in_(LABELS) & IN_FORCE
    rows = connection.execute(select(correction).where(mine).order_by(correction.c.id))
    values: defaultdict[int, defaultdict[MessageId, dict[str, Any]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for row in rows:
        values[row.ticket_id][MessageId(row.message_id)][row.what] = row.now
    return defaultdict(
        dict,
        {
            ticket_id: {message_id: _corrected(labels) for message_id, labels in messages.items()}
            for ticket_id, messages in values.items()
        },
    )


def of_ticket(connection: Connection, ticket_id: TicketId) -> list[Any]:
    """Return the corrections of a ticket, newest first."""
    mine = select(correction).where(correction.c.ticket_id == ticket_id)
    return list(connection.execute(mine.order_by(correction.c.id.desc())))


def last_of(connection: Connection, ticket_id: TicketId) -> list[Any]:
    """Return what was corrected last of a ticket and not taken back: all of one moment."""
    mine = select(correction).where(correction.c.ticket_id == ticket_id, IN_FORCE)
    rows = list(connection.execute(mine.order_by(correction.c.id.desc())))
    return [row for row in rows if row.corrected_at == rows[0].corrected_at]


def in_force(connection: Connection, ticket_id: TicketId, what: What) -> Any:
    """Return the newest correction of that kind which was not taken back; None where none was."""
    mine = (correction.c.ticket_id == ticket_id) & (correction.c.what == what) & IN_FORCE
    return connection.execute(
        select(correction).where(mine).order_by(correction.c.id.desc()).limit(1)
    ).first()


def undo(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """Note that these were taken back."""
    taken_back = update(correction).where(correction.c.id.in_(ids))
    connection.execute(taken_back.values(undone_at=now))


def _corrected(labels: dict[str, Any]) -> Corrected:
    return Corrected(
        level=labels.get(What.LEVEL),
        emotion=Emotion(labels[What.EMOTION]) if labels.get(What.EMOTION) else None,
        calm=What.EMOTION in labels and labels[What.EMOTION] is None,
        flags=frozenset(map(Flag, labels[What.FLAGS])) if What.FLAGS in labels else None,
    )
