"""What the API shows, and the one place where rows become it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from triage.domain.outcome import LEAST
from triage.domain.policy import Lane
from triage.domain.reply import Finding
from triage.helpdesks.hygiene import clean
from triage.masking import mask, short_name
from triage.outcomes import Outcomes


class DeskRow(BaseModel):
    """One ticket on the desk: who waits, how charged, why, until when, with whom."""

    id: int
    external_id: str
    source: str
    subject: str
    customer: str | None
    channel: str
    status: str = Field(description="waiting, answered or closed")
    decided: bool = Field(description="false: accepted, not read yet")
    dead: bool = Field(description="true: given up after too many attempts")
    lane: Lane
    level: int = Field(ge=0, le=4, description="emotional charge")
    feeling: str | None = Field(description="null: not certain enough to say")
    state: str | None = Field(description="scored, unsupported_language, empty or automatic")
    flags: list[str]
    language: str | None = Field(description="of the newest message; null: not read yet")
    charges: list[float] = Field(description="0 to 1, of the customer's messages, oldest first")
    trend: str | None = Field(description="rising, steady or falling; null: one message")
    waiting_since: datetime
    respond_by: datetime
    snoozed_until: datetime | None = Field(description="put off on the page, not its deadline")
    agent: str | None
    agent_id: int | None
    suggested: str | None = Field(description="who should answer, where Triage only suggests")
    pinned: bool = Field(description="true: a person chose the agent")
    revision: int = Field(description="send it with what you decide about the ticket")
    why: str = Field(description="the first reason for the place")
    situation: str | None = Field(description="the card's title")
    say_first: str | None = Field(description="the card's opening")


class Desk(BaseModel):
    """A page of the desk, earliest `respond_by` first; `next` is null on the last page."""

    rows: list[DeskRow]
    next: str | None
    seq: int = Field(description="follow /api/events from here")


class TicketView(BaseModel):
    """A ticket with its thread, scorings, decisions (newest first), assignments and card, what was
    promised to the customer, what people corrected, their notes, and what was done at the helpdesk.
    """

    row: DeskRow
    messages: list[dict[str, Any]]
    scorings: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    assignments: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    told: list[dict[str, Any]] = Field(description="outcome: written, left or failed")
    card: dict[str, Any] | None


class AgentView(BaseModel):
    """An agent with what they hold now. Loads, never scores of people."""

    id: int
    name: str
    experience: int
    skills: list[str]
    languages: list[str]
    team: str
    on_shift: bool
    cooling_down: bool = Field(description="gets no heavy tickets for a while")
    opted_out: bool = Field(description="gets no heavy tickets")
    load: int
    capacity: int
    emotional_load: float


class DeadLetter(BaseModel):
    """An authentic delivery that could not be understood, and why."""

    id: int
    source: str
    delivery_key: str
    received_at: datetime
    reason: str
    body: str


LONGEST_DRAFT = 20_000  # characters
LARGEST_ID = 2**53 - 1  # what JSON's readers can hold


def _clean(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


#: A text without what a database refuses: NUL and half of a character.
Text = Annotated[str, BeforeValidator(_clean)]


class Draft(BaseModel):
    """A reply that nobody has sent yet, and the ticket that it answers."""

    ticket: int = Field(ge=1, le=LARGEST_ID)
    text: Text = Field(min_length=1, max_length=LONGEST_DRAFT)


class FindingView(BaseModel):
    """One thing to mend in a draft; `start` and `end` are null where something is missing."""

    check: str
    text: str
    better: str | None
    start: int | None
    end: int | None
    evidence: list[str] = Field(description="findings of the studies behind it, with references")


class Checked(BaseModel):
    """What a draft still owes, most important first, and whether a worker read its tone in time."""

    findings: list[FindingView]
    tone_read: bool


class Between(BaseModel):
    """A 95 % interval."""

    low: float
    high: float


class OutcomeView(BaseModel):
    """What became of the customers after replies of one kind; null: too few to say."""

    strategy: str | None = Field(description="the card's rule; null: of all")
    emotion: str | None = Field(description="the feeling that was certain; null: of all")
    exchanges: int = Field(description="replies after which the customer wrote again")
    change: float | None = Field(description="mean change of charge; below 0: it fell")
    change_between: Between | None = Field(description="normal")
    charged: int = Field(description="of them, how many were at level 2 or more")
    calmed: float | None = Field(description="share of these whose next message is at 1 or 0")
    calmed_between: Between | None = Field(description="Wilson's")
    silent: int = Field(description="not heard from again: no evidence of calm")
    unread: int = Field(description="a message that could not be scored")


class OutcomesView(BaseModel):
    """What replies did since a moment; a figure needs `least` exchanges."""

    since: datetime
    least: int
    strategies: list[OutcomeView]
    emotions: list[OutcomeView]
    both: list[OutcomeView]


def outcomes_view(it: Outcomes) -> OutcomesView:
    """Return outcomes as the API shows them."""
    kinds = {"strategies": it.strategies, "emotions": it.emotions, "both": it.both}
    shown = {name: [OutcomeView(**asdict(one)) for one in kind] for name, kind in kinds.items()}
    return OutcomesView(since=it.since, least=LEAST, **shown)


def finding_view(it: Finding) -> FindingView:
    """Return a finding as the API shows it."""
    return FindingView(
        check=it.check,
        text=it.text,
        better=it.better,
        start=it.span.start if it.span else None,
        end=it.span.end if it.span else None,
        evidence=[f"{one.finding} ({one.reference})" for one in it.evidence],
    )


def desk_row(row: Any, *, unmasked: bool = False) -> DeskRow:
    """Return a row of `store.desk` as the API shows it: on lists without personal data.

    `unmasked` for the ticket itself, where who may see it sees what the customer wrote.
    """
    decided = row.decision or {}
    card = decided.get("card") or {}
    reasons = decided.get("reasons") or []
    opening = card.get("opening")
    return DeskRow(
        id=row.id,
        external_id=row.external_id,
        source=row.source_name,
        subject=row.subject if unmasked else mask(row.subject, row.language).text,
        customer=row.customer_name if unmasked else short_name(row.customer_name),
        channel=row.channel,
        status=row.status,
        decided=bool(decided) and row.state == "done",
        dead=row.state == "dead",
        lane=row.lane,
        level=row.level,
        feeling=decided.get("feeling"),
        state=decided.get("state"),
        flags=[flag["flag"] for flag in decided.get("flags", ())],
        language=row.language,
        charges=decided.get("charges", []),  # older decisions have none
        trend=(decided.get("trajectory") or {}).get("trend"),
        waiting_since=row.waiting_since,
        respond_by=row.respond_by,
        snoozed_until=row.snoozed_until,
        agent=row.agent_name,
        agent_id=row.assignee_id,
        suggested=decided.get("suggested"),  # older decisions have none
        pinned=row.pinned,
        revision=row.revision,
        why=reasons[0]["text"] if reasons else "not read yet",
        situation=card.get("title"),
        say_first=opening if unmasked or not opening else mask(opening, row.language).text,
    )
