"""What a ticket's thread comes to: as `triage score` says it of a text, with its place on the desk.

Where the file has no times, a customer has waited since the run began. Where it does not say who
wrote, nobody knows what was answered, so no message counts as a follow-up without an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from triage.domain.charge import strongest_of
from triage.domain.deadline import target
from triage.domain.emotion import Emotion, Scoring, ScoringState
from triage.domain.policy import Policy
from triage.domain.reading import MessageReading, Reading, read_ticket, recent
from triage.domain.routing import Decision, route
from triage.domain.team import Team
from triage.domain.ticket import Author, Channel, Message, MessageId, Status, Ticket, TicketId
from triage.rescore_file.work import MessageRow, TicketRow
from triage.ticketfile.column import Column, Form

DIGITS = 4  # after the point, as `triage score` says them
NOBODY: tuple[()] = ()
COLUMNS: tuple[Column, ...] = (
    Column("ticket"),
    Column("level", Form.WHOLE),
    Column("charge", Form.NUMBER),
    Column("lane"),
    Column("why"),
    Column("waiting", Form.TRUTH),
    Column("target_minutes", Form.WHOLE),
    Column("respond_by"),
    Column("flags", Form.WORDS),
    Column("leading"),
    Column("shown", Form.WORDS),
    Column("state"),
    Column("language"),
    Column("trend"),
    Column("charge_first", Form.NUMBER),
    Column("charge_newest", Form.NUMBER),
    Column("messages", Form.WHOLE),
    Column("hardest_message"),
    Column("hardest_line", Form.WHOLE),
    Column("evidence", Form.EVIDENCE),
    Column("emotions", Form.SHARES, tuple(map(str, Emotion))),
    Column("model"),
    Column("policy"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What results are made by; `began` is when the run did."""

    policy: Policy
    model: str
    began: datetime

    @classmethod
    def of(cls, policy: Policy, model: str, began: datetime, *, knows_authors: bool) -> Rules:
        known = policy if knows_authors else replace(policy, follow_up_most=0)
        return cls(policy=known, model=model, began=began)


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket of the file as the rules see it; `counted` are its recent customer messages."""

    row: TicketRow
    rows: Sequence[MessageRow]
    ticket: Ticket
    counted: Sequence[MessageRow]


def thread_of(row: TicketRow, rows: Sequence[MessageRow], rules: Rules) -> Thread:
    """Return a thread whose texts are still missing: they are read only where they count."""
    messages = tuple(_message(number, it, rules) for number, it in enumerate(rows))
    open_since = _unanswered(messages)
    ticket = Ticket(
        id=TicketId(row.seq),
        source="file",
        subject="",
        channel=Channel.OTHER,
        status=Status.WAITING if open_since else Status.ANSWERED,
        opened_at=messages[0].sent_at if messages else rules.began,
        waiting_since=open_since or rules.began,
        messages=messages,
    )
    counted = [rows[it.id] for it in recent(ticket, rules.policy)]
    return Thread(row, rows, ticket, counted)


def result_of(
    thread: Thread, texts: Sequence[str], scorings: Sequence[Scoring], rules: Rules
) -> dict[str, Any]:
    """Return the result; texts and scorings are those of the messages that count."""
    ticket = _with_texts(thread.ticket, texts, rules)
    reading = read_ticket(ticket, scorings, rules.policy)
    decision = route(ticket, reading, Team.at(NOBODY, rules.began), rules.policy)
    waiting = ticket.status is Status.WAITING
    return {
        "ticket": thread.row.name,
        **_placed(decision, rules, waiting=waiting),
        **_read(reading),
        **_hardest(thread, reading, rules.policy),
        "messages": len(ticket.customer_messages),
        "model": rules.model,
        "policy": rules.policy.version,
        "kept": thread.row.kept,
    }


def _placed(decision: Decision, rules: Rules, *, waiting: bool) -> dict[str, Any]:
    level = decision.charge.level
    minutes = target(decision.lane, level, rules.policy).total_seconds() / 60
    return {
        "charge": round(decision.charge.value, DIGITS),
        "level": level,
        "lane": decision.lane,
        "why": decision.reasons[0].text,
        "waiting": waiting,
        "target_minutes": round(minutes),
        "respond_by": f"{decision.respond_by:%Y-%m-%dT%H:%M:%SZ}" if waiting else None,
    }


def _read(reading: Reading) -> dict[str, Any]:
    trajectory = reading.trajectory
    return {
        "emotions": {str(e): round(reading.emotions.get(e, 0.0), DIGITS) for e in Emotion},
        "leading": reading.leading,
        "shown": sorted(reading.shown),
        "flags": list(reading.flags),
        "state": reading.state,
        "language": reading.language,
        "trend": trajectory.trend if trajectory else None,
        "charge_first": round(trajectory.start, DIGITS) if trajectory else None,
        "charge_newest": round(trajectory.now, DIGITS) if trajectory else None,
    }


def _hardest(thread: Thread, reading: Reading, policy: Policy) -> dict[str, Any]:
    """Return the message that counts most after decay, with the sentences that carry it."""
    scored = [
        (row, one)
        for row, one in zip(thread.counted, reading.messages, strict=True)
        if one.scoring.state is ScoringState.SCORED
    ]
    if not scored:
        return {"hardest_message": None, "hardest_line": None, "evidence": []}
    row, one = scored[strongest_of([one.charge for _, one in scored], policy)]
    return {"hardest_message": row.name, "hardest_line": row.line, "evidence": _evidence(one)}


def _evidence(one: MessageReading) -> list[dict[str, Any]]:
    text = one.message.text
    return [
        {"text": it.span.of(text), "start": it.span.start, "end": it.span.end, "weight": it.weight}
        for it in one.evidence
    ]


def _message(number: int, row: MessageRow, rules: Rules) -> Message:
    sent_at = rules.began if row.sent_at is None else datetime.fromtimestamp(row.sent_at, UTC)
    return Message(id=MessageId(number), author=row.author, text="", sent_at=sent_at)


def _unanswered(messages: Sequence[Message]) -> datetime | None:
    """Return since when a customer waits, None where the last word was not theirs."""
    since = None
    for message in messages:
        if message.author is Author.AGENT:
            since = None
        elif message.author is Author.CUSTOMER and since is None:
            since = message.sent_at
    return since


def _with_texts(ticket: Ticket, texts: Sequence[str], rules: Rules) -> Ticket:
    known = {it.id: text for it, text in zip(recent(ticket, rules.policy), texts, strict=True)}
    messages = tuple(replace(it, text=known.get(it.id, "")) for it in ticket.messages)
    return replace(ticket, messages=messages)
