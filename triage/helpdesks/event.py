"""The canonical event: what every helpdesk's delivery becomes before anything else sees it.

An adapter (one file a vendor beside this one) offers `verify` and `parse`. `parse` answers with an
`Event`, with `Thin` (its words must be fetched), with `Ignored` (authentic, deliberately nothing to
do), or raises `Malformed`. Of a delivery that holds several events it answers with several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from triage.domain.ticket import Author, Channel, Status


class Kind(StrEnum):
    """What happened at the helpdesk."""

    TICKET_CREATED = "ticket_created"
    MESSAGE_ADDED = "message_added"
    STATUS_CHANGED = "status_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """One message as the helpdesk told it; `text` is plain text, `external_id` the vendor's."""

    external_id: str
    author: Author
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One authentic delivery, in our words. `ticket_id` is the vendor's name for the ticket.

    `tier` and `promised_at` are what the helpdesk promised the customer: a kind of contract, and
    by when they are to hear from us.
    """

    delivery_key: str
    kind: Kind
    occurred_at: datetime
    ticket_id: str
    message: NewMessage | None = None
    subject: str | None = None
    channel: Channel = Channel.OTHER
    customer_id: str | None = None
    customer_name: str | None = None
    language_hint: str | None = None
    tags: frozenset[str] = frozenset()
    status: Status | None = None
    tier: str | None = None
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thin:
    """Something happened, but its words are still at the vendor: to be completed by calls to it.

    `what` is a word that the vendor's `complete` knows; `ticket_id` names what changed there. With
    `repeats` the key does not tell one delivery from the next: those that wait become one.
    """

    delivery_key: str
    what: str
    occurred_at: datetime
    ticket_id: str
    message_id: str | None = None
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """Authentic and understood, but nothing for us: a private note, our own echo.

    `reply` is what a vendor wants to hear back that checks whether it reaches us.
    """

    delivery_key: str
    reason: str
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """One part of a delivery that could not be understood, while others were."""

    delivery_key: str
    reason: str
    body: bytes


Result: TypeAlias = Event | Thin | Ignored | Unread
#: Several have a key each, and each is stored once; none means that there is nothing to do.
Parsed: TypeAlias = Result | tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook call as it came in: the exact bytes, lower-case header names, the address.

    `url` is the whole address as the sender knows it. `ours` are names of our own side at this
    source, in lower case: support addresses, accounts that write for us.
    """

    headers: Mapping[str, str]
    body: bytes
    url: str = ""
    method: str = "POST"
    received_at: datetime | None = None
    ours: frozenset[str] = frozenset()

    def is_ours(self, name: str | None) -> bool:
        """Return whether a name is one of our own side's, in any letters."""
        return name is not None and name.strip().lower() in self.ours

    def moment(self) -> datetime:
        """Return when it came, for vendors that tell no time. Raises Malformed."""
        if self.received_at is None:
            raise Malformed("the body: expected a moment, found none, nor when the delivery came")
        return self.received_at


class Malformed(ValueError):
    """Authentic, but not what this vendor sends: says what was wrong, where, what was expected."""


class Refused(Exception):
    """Not authentic, or stale. Carries no detail for the sender, a short reason for the metrics."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Helpdesk(Protocol):
    """What one vendor's file offers."""

    def verify(self, delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
        """Return if any secret signs the delivery's bytes within the window. Raises Refused."""

    def parse(self, delivery: Delivery) -> Parsed:
        """Return what the delivery holds. Raises Malformed; `delivery_key` never fails."""

    def delivery_key(self, delivery: Delivery) -> str:
        """Return the key by which a repeated delivery is known, also of a malformed one."""

    def check_secret(self, secret: str) -> None:
        """Raise ValueError with one clear sentence if a source should not be made with it."""

    def new_secret(self) -> str:
        """Return a random secret of the form that this vendor expects."""

    def trial(self, secret: str, address: str, now: datetime) -> Delivery:
        """Return a delivery to that address as this vendor signs it, which `parse` ignores."""
