"""A ticket and its messages, and which status may follow which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from triage.domain.agent import AgentId
from triage.domain.policy import Lane

TicketId = NewType("TicketId", int)
MessageId = NewType("MessageId", int)


class Channel(StrEnum):
    """How the customer reached us."""

    EMAIL = "email"
    CHAT = "chat"
    WEB = "web"
    PHONE = "phone"
    SOCIAL = "social"
    REVIEW = "review"
    OTHER = "other"


PUBLIC_CHANNELS = frozenset({Channel.SOCIAL, Channel.REVIEW})


class Mode(StrEnum):
    """What Triage may do with the tickets of a source."""

    OBSERVE = "observe"  # read and place them, and choose nobody
    SUGGEST = "suggest"  # say who should answer, and leave it to people
    ASSIGN = "assign"


class Author(StrEnum):
    """Who wrote a message. Only what customers wrote is ever scored."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Status(StrEnum):
    """Whose turn it is. Only WAITING tickets stand on the desk and count as an agent's load."""

    WAITING = "waiting"  # the customer waits for us
    ANSWERED = "answered"  # we wait for the customer
    CLOSED = "closed"


#: A closed ticket is opened again by a customer's message, never by an agent's.
MAY_FOLLOW: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.ANSWERED, Status.CLOSED}),
    Status.ANSWERED: frozenset({Status.WAITING, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.WAITING}),
}


def status_after(status: Status, author: Author) -> Status:
    """Return the status after a public message of `author`."""
    wanted = {Author.CUSTOMER: Status.WAITING, Author.AGENT: Status.ANSWERED}.get(author, status)
    return wanted if wanted in MAY_FOLLOW[status] else status


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a ticket's thread, as plain text."""

    id: MessageId
    author: Author
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Familiar:
    """Who answered this customer last, and when."""

    agent: AgentId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A customer's case: the thread so far, oldest message first.

    `waiting_since` is when the oldest message arrived that nobody has answered. `assignee` is who
    holds the ticket now, `pinned` where a person chose them; `declined` are those who handed it
    back, `familiar` is who answered this customer last. `lane` is a person's choice of the lane.
    `tier` and `promised` are what the helpdesk promised this customer.
    """

    id: TicketId
    source: str
    subject: str
    channel: Channel
    status: Status
    opened_at: datetime
    waiting_since: datetime
    messages: tuple[Message, ...]
    customer_name: str | None = None
    reopened: int = 0
    hand_overs: int = 0
    missed_promises: int = 0
    assignee: AgentId | None = None
    pinned: bool = False
    declined: frozenset[AgentId] = frozenset()
    familiar: Familiar | None = None
    lane: Lane | None = None
    tags: frozenset[str] = frozenset()
    tier: str | None = None
    promised: datetime | None = None
    mode: Mode = Mode.ASSIGN
    opening_raises: bool = True  # may the first message alone leave the standard lane?

    @property
    def customer_messages(self) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.author is Author.CUSTOMER)

    @property
    def unanswered(self) -> int:
        """How many customer messages there are since the last agent's."""
        count = 0
        for message in reversed(self.messages):
            if message.author is Author.AGENT:
                break
            count += message.author is Author.CUSTOMER
        return count
