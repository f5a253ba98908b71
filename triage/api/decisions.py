"""What people decide about a ticket and about themselves: who answers, where, what it really says.

Every change to a ticket names the revision that the person saw; an older one is answered with 409.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field, StrictBool, field_validator, model_validator

from triage import correct
from triage.api.access import GUARDED, Decider, Reader, acting_as
from triage.api.desk import TicketNumber
from triage.api.schemas import LARGEST_ID, Text
from triage.api.state import State, state_of
from triage.correct import Labels, Person
from triage.domain.agent import AgentId
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.person import LONGEST_NAME, Principal
from triage.domain.policy import Lane
from triage.domain.ticket import MessageId, TicketId
from triage.errors import NotAllowed, UnknownAgent
from triage.masking import mask
from triage.store import agents, audit, follow_ups
from triage.store.audit import Action

LONGEST_WHY = 1_000  # characters
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
AgentNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Parts = Annotated[State, Depends(state_of)]
CONFLICTS = GUARDED | {
    400: {"description": "the body is no JSON"},
    404: {"description": "no such ticket or agent"},
    409: {"description": "changed since that revision"},
    413: {"description": "the body is too large"},
    422: {"description": "not what was expected"},
}

router = APIRouter(
    prefix="/api",
    tags=["decisions"],
    responses=CONFLICTS,
)


class Said(BaseModel):
    """Who decides, on which revision of the ticket, and why if they like to say."""

    revision: int = Field(ge=0, le=LARGEST_ID, description="as the desk's row showed it")
    by: Text | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_NAME,
        description="on whose behalf a program acts; who is logged in acts under their own name",
    )
    why: Text = Field(default="", max_length=LONGEST_WHY)


class NewAssignee(Said):
    """Who shall answer; null: whoever is able."""

    agent: Id | None


class NewLane(Said):
    """The lane that shall hold; null: the one that its words ask for.

    Out of the lane safeguard only with a reason in `why`.
    """

    lane: Lane | None

    @field_validator("lane")
    @classmethod
    def _is_a_kind_of_care(cls, lane: Lane | None) -> Lane | None:
        if lane is Lane.UNSCORED:
            raise ValueError("expected a lane in which somebody answers; unscored is none")
        return lane


class Declined(Said):
    """Who hands the ticket back. No reason is asked for."""

    agent: Id


class NewLabels(Said):
    """What a customer's message really says; what is left out stays as it was read."""

    message: Id
    level: int | None = Field(default=None, ge=0, le=4)
    emotion: Emotion | None = None
    no_emotion: StrictBool = False
    flags: list[Flag] | None = Field(default=None, max_length=len(Flag))

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.emotion is not None and self.no_emotion:
            raise ValueError("expected an emotion or no_emotion, not both")
        return self


class Changed(BaseModel):
    """The ticket is due to be decided with what was said; take it back at this revision."""

    status: str
    revision: int


class Presence(BaseModel):
    """Whether an agent takes tickets now."""

    present: StrictBool


class OptOut(BaseModel):
    """Whether an agent gets no heavy tickets. No reason is asked for."""

    opted_out: StrictBool


class FollowUpView(BaseModel):
    """What was promised to a customer and not kept yet, earliest due first."""

    ticket: int
    external_id: str
    source: str
    subject: str
    text: str
    due_at: datetime
    missed: bool


@router.post("/tickets/{ticket_id}/assignee")
def give(ticket_id: TicketNumber, new: NewAssignee, state: Parts, decider: Decider) -> Changed:
    """Give a ticket to an agent, for good, or back to whoever is able."""
    agent = AgentId(new.agent) if new.agent is not None else None
    person = _person(ticket_id, new, decider)
    revision = correct.give(state.database, person, agent, state.policy, state.clock())
    return _told(state, ticket_id, revision)


@router.post("/tickets/{ticket_id}/lane")
def choose_lane(ticket_id: TicketNumber, new: NewLane, state: Parts, decider: Decider) -> Changed:
    """Put a ticket into a lane, or back to the one that its words ask for."""
    person = _person(ticket_id, new, decider)
    revision = correct.choose_lane(state.database, person, new.lane, state.clock())
    return _told(state, ticket_id, revision)


@router.post("/tickets/{ticket_id}/decline")
def decline(ticket_id: TicketNumber, new: Declined, state: Parts, reader: Reader) -> Changed:
    """Hand a ticket back. It keeps its `respond_by`, and goes to somebody else.

    Who may only read may hand back their own: their e-mail address is the agent's.
    """
    agent = AgentId(new.agent)
    with state.database.reading() as connection:
        holder = agents.email_of(connection, agent)
    if not reader.may_decline(holder):
        raise NotAllowed(f"{reader.name} may hand back only what is their own")
    revision = correct.decline(
        state.database, _person(ticket_id, new, reader), agent, state.clock()
    )
    return _told(state, ticket_id, revision)


@router.post("/tickets/{ticket_id}/corrections")
def correct_labels(
    ticket_id: TicketNumber, new: NewLabels, state: Parts, decider: Decider
) -> Changed:
    """Correct what a message was read as. The ticket is decided again with it."""
    labels = Labels(
        level=new.level, emotion=new.emotion, no_emotion=new.no_emotion, flags=new.flags
    )
    person, message = _person(ticket_id, new, decider), MessageId(new.message)
    revision = correct.correct_labels(state.database, person, message, labels, state.clock())
    return _told(state, ticket_id, revision)


@router.post("/agents/{agent_id}/presence")
def set_presence(
    agent_id: AgentNumber, new: Presence, state: Parts, decider: Decider
) -> dict[str, bool]:
    """Say whether an agent takes tickets now; who comes gets the earliest that fits at once."""
    with state.database.writing() as connection:
        known = agents.set_present(connection, AgentId(agent_id), present=new.present)
        _check_known(agent_id, known=known)
        about = f"agent {agent_id}: {'present' if new.present else 'absent'}"
        audit.note(connection, decider, Action.PRESENCE, about=about, now=state.clock())
    state.publisher.tell_free()
    return {"present": new.present}


@router.post("/agents/{agent_id}/opt-out")
def set_opted_out(
    agent_id: AgentNumber, new: OptOut, state: Parts, decider: Decider
) -> dict[str, bool]:
    """Say whether an agent gets no heavy tickets."""
    with state.database.writing() as connection:
        known = agents.set_opted_out(connection, AgentId(agent_id), opted_out=new.opted_out)
        _check_known(agent_id, known=known)
        about = f"agent {agent_id}: {'out of' if new.opted_out else 'in for'} heavy tickets"
        audit.note(connection, decider, Action.OPT_OUT, about=about, now=state.clock())
    return {"opted_out": new.opted_out}


@router.get("/follow-ups")
def show_follow_ups(
    state: Parts, _reader: Reader, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[FollowUpView]:
    """Show what was promised to customers and is not kept yet."""
    with state.database.reading() as connection:
        rows = follow_ups.open_ones(connection, limit)
    return [
        FollowUpView(
            ticket=row.ticket_id,
            external_id=row.external_id,
            source=row.source,
            subject=mask(row.subject, row.language).text,
            text=mask(row.text, row.language).text,
            due_at=row.due_at,
            missed=row.missed_at is not None,
        )
        for row in rows
    ]


def _person(ticket_id: int, said: Said, who: Principal) -> Person:
    return Person(
        ticket_id=TicketId(ticket_id),
        revision=said.revision,
        by=acting_as(who, said.by),
        why=said.why,
    )


def _told(state: State, ticket_id: int, revision: int) -> Changed:
    state.publisher.tell(TicketId(ticket_id))
    return Changed(status="due", revision=revision)


def _check_known(agent_id: int, *, known: bool) -> None:
    if not known:
        raise UnknownAgent(f"there is no agent {agent_id}")
