"""How far charge and flags agree with what the demo's writer intended.

    python -m benchmarks.demo_agreement

Not a test of the model: the messages were written to be hard, and phrases were added to the flags'
lexicons after looking at them. It says what a person who watches the demo will see.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from models.classifier import Classifier
from triage.demo.sender import day
from triage.domain.emotion import Scoring
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.reading import Reading, read_ticket, recent
from triage.domain.ticket import Author, Channel, Message, MessageId, Status, Ticket, TicketId

LEVELS = range(5)
START = datetime(2026, 11, 18, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Read:
    """A customer's message of the day, what was intended, and how its thread read after it."""

    ticket: str
    expected: dict[str, Any]
    reading: Reading


def read_day(model: Classifier) -> Iterator[Read]:
    """Yield every customer's message in order, read with its thread."""
    threads: defaultdict[str, list[Message]] = defaultdict(list)
    scorings: dict[MessageId, Scoring] = {}
    for number, event in enumerate(day()):
        data = event["data"]
        if "text" not in data:
            continue
        customer = "expect" in event
        author = Author.CUSTOMER if customer else Author.AGENT
        at = START + timedelta(minutes=number)
        message = Message(id=MessageId(number), author=author, text=data["text"], sent_at=at)
        threads[data["ticket_id"]].append(message)
        if customer:
            scorings[message.id] = model.score(message.text, data.get("language"))
            ticket = _ticket(threads[data["ticket_id"]])
            found = [scorings[one.id] for one in recent(ticket, DEFAULT_POLICY)]
            reading = read_ticket(ticket, found, DEFAULT_POLICY)
            yield Read(data["ticket_id"], event["expect"], reading)


def kappa(pairs: Counter[tuple[int, int]]) -> float:
    """Return the quadratic-weighted kappa of (intended, found) levels."""
    total = pairs.total()
    rows = {a: sum(n for (x, _), n in pairs.items() if x == a) for a in LEVELS}
    columns = {b: sum(n for (_, y), n in pairs.items() if y == b) for b in LEVELS}
    observed = sum((a - b) ** 2 * n for (a, b), n in pairs.items())
    expected = sum((a - b) ** 2 * rows[a] * columns[b] / total for a in LEVELS for b in LEVELS)
    return 1 - observed / expected


def main() -> None:
    """Print the table of levels, the kappa, and every flag missed or raised in vain."""
    pairs: Counter[tuple[int, int]] = Counter()
    flags: Counter[str] = Counter()
    states: Counter[bool] = Counter()
    for one in read_day(Classifier.load()):
        newest = one.reading.messages[-1]
        states[newest.scoring.state == one.expected["state"]] += 1
        if one.expected["level"] is not None:
            pairs[one.expected["level"], one.reading.charge.level] += 1
        intended, raised = set(one.expected["flags"]), {str(each.flag) for each in newest.flags}
        flags.update(found=len(intended & raised))
        for what, missing in (("missed", intended - raised), ("in vain", raised - intended)):
            flags[what] += len(missing)
            for flag in sorted(missing):
                print(f"{one.ticket}: {flag} {what}")
    print("\nintended level (rows) and level found (columns)")
    for a in LEVELS:
        print(f"{a}  ", *(f"{pairs[a, b]:3d}" for b in LEVELS))
    print(f"quadratic-weighted kappa {kappa(pairs):.2f} over {pairs.total()} messages")
    print(f"states right {states[True]} of {states.total()}; flags {dict(flags)}")


def _ticket(messages: list[Message]) -> Ticket:
    return Ticket(
        id=TicketId(1),
        source="demo",
        subject="",
        channel=Channel.EMAIL,
        status=Status.WAITING,
        opened_at=START,
        waiting_since=START,
        messages=tuple(messages),
    )


if __name__ == "__main__":
    main()
