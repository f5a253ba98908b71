"""What people do with a ticket besides overruling: put it off, write a note, take back the last."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, field_validator

from triage.api.access import Decider, NoteWriter
from triage.api.decisions import CONFLICTS
from triage.api.desk import TicketNumber
from triage.api.schemas import LARGEST_ID, Text
from triage.api.state import State, state_of
from triage.correct import Person
from triage.domain.ticket import TicketId
from triage.errors import UnknownTicket
from triage.put_off import put_off
from triage.store import audit, events, notes
from triage.store.audit import Action
from triage.store.events import EventKind
from triage.take_back import take_back

LONGEST_NOTE = 4_000  # characters
Parts = Annotated[State, Depends(state_of)]
NoteNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]

router = APIRouter(prefix="/api", tags=["decisions"], responses=CONFLICTS)


class Seen(BaseModel):
    """The revision of the ticket that the person saw."""

    revision: int = Field(ge=0, le=LARGEST_ID, description="as the desk's row showed it")


class Snooze(Seen):
    """Until when; null: not any more."""

    until: AwareDatetime | None


class NewNote(BaseModel):
    """A note for colleagues, never sent to a customer."""

    text: Annotated[Text, AfterValidator(str.strip)] = Field(max_length=LONGEST_NOTE)

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not text:
            raise ValueError("expected a note, got nothing but space")
        return text


class Snoozed(BaseModel):
    """Until when the ticket is put off now."""

    until: datetime | None
    revision: int


@router.post("/tickets/{ticket_id}/snooze")
def snooze(ticket_id: TicketNumber, new: Snooze, state: Parts, principal: Decider) -> Snoozed:
    """Put a ticket off the page, at most until it must be answered. Its deadline stays."""
    number = TicketId(ticket_id)
    now, by = state.clock(), principal.name
    done = put_off(state.database, number, new.revision, new.until, now, by)
    return Snoozed(until=done.until, revision=done.revision)


@router.post("/tickets/{ticket_id}/undo")
def undo(ticket_id: TicketNumber, seen: Seen, state: Parts, principal: Decider) -> dict[str, int]:
    """Take back one's own last decision about a ticket, where nobody came between."""
    number = TicketId(ticket_id)
    person = Person(ticket_id=number, revision=seen.revision, by=principal.name)
    revision = take_back(state.database, person, state.clock())
    state.publisher.tell(number)
    return {"revision": revision}


@router.post("/tickets/{ticket_id}/notes")
def add_note(
    ticket_id: TicketNumber, new: NewNote, state: Parts, principal: NoteWriter
) -> dict[str, int]:
    """Leave a note for colleagues."""
    now, number = state.clock(), TicketId(ticket_id)
    with state.database.writing() as connection:
        made = notes.add(connection, number, new.text, principal.name, now)
        if made is None:
            raise UnknownTicket(f"there is no ticket {ticket_id}")
        events.append(connection, EventKind.NOTED, [number], now)
        audit.note(connection, principal, Action.WROTE_NOTE, ticket_id, now=now)
    return {"note": made}


@router.delete("/notes/{note_id}")
def remove_note(note_id: NoteNumber, state: Parts, principal: NoteWriter) -> dict[str, int]:
    """Remove a note of one's own."""
    with state.database.writing() as connection:
        ticket_id = notes.remove(connection, note_id, principal.name)
        if ticket_id is None:
            raise UnknownTicket(f"there is no note {note_id} of yours")
        now = state.clock()
        events.append(connection, EventKind.NOTED, [ticket_id], now)
        audit.note(connection, principal, Action.REMOVED_NOTE, ticket_id, now=now)
    return {"note": note_id}
