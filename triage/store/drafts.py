"""Drafts of replies, for the moment in which a worker reads them: then nothing of them is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from triage.domain.emotion import Span
from triage.store.tables import draft

KEPT = timedelta(minutes=1)  # where whoever asked went away


def add(connection: Connection, text: str, now: datetime) -> int:
    """Store a draft to be read and return its number."""
    made = connection.execute(insert(draft).values(text=text, made_at=now).returning(draft.c.id))
    return int(made.scalar_one())


def text_of(connection: Connection, number: int) -> str | None:
    """Return a draft, if it is still there."""
    text: str | None = connection.execute(select(draft.c.text).where(draft.c.id == number)).scalar()
    return text


def oldest_unread(connection: Connection) -> int | None:
    """Return the number of the draft that waits longest to be read."""
    unread = select(draft.c.id).where(~draft.c.read).order_by(draft.c.id).limit(1)
    number: int | None = connection.execute(unread).scalar()
    return number


def note_read(connection: Connection, number: int, rude: Span | None) -> None:
    """Note that a draft was read, and the sentence that reads rude."""
    found = [rude.start, rude.end] if rude else None
    mine = update(draft).where(draft.c.id == number)
    connection.execute(mine.values(read=True, rude=found))


def is_read(connection: Connection, number: int) -> bool:
    """Return whether a worker has read it."""
    return bool(connection.execute(select(draft.c.read).where(draft.c.id == number)).scalar())


def take(connection: Connection, number: int) -> tuple[bool, Span | None]:
    """Forget the draft; return whether it was read, and the sentence that reads rude."""
    row = connection.execute(
        delete(draft).where(draft.c.id == number).returning(draft.c.read, draft.c.rude)
    ).first()
    if row is None:
        return False, None
    return bool(row.read), Span(*row.rude) if row.rude else None


def forget_old(connection: Connection, now: datetime) -> None:
    """Forget what nobody came back for."""
    connection.execute(delete(draft).where(draft.c.made_at < now - KEPT))
