"""The canonical event: what every helpdesk's delivery becomes before anything else sees it.

An adapter (one file a vendor beside this one) offers `verify` and `parse`. `parse` answers with an
`Event`, with `Ignored` (authentic, deliberately nothing to do), or raises `Malformed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Ignored:
    """Authentic and understood, but nothing for us: a private note, our own echo."""

    delivery_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook call as it came in: the exact bytes and lower-case header names."""

    headers: Mapping[str, str]
    body: bytes


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

    def parse(self, delivery: Delivery) -> Event | Ignored:
        """Return the canonical event. Raises Malformed; `delivery_key` never fails."""

    def delivery_key(self, delivery: Delivery) -> str:
        """Return the key by which a repeated delivery is known, also of a malformed one."""

    def check_secret(self, secret: str) -> None:
        """Raise ValueError with one clear sentence if a source should not be made with it."""

    def new_secret(self) -> str:
        """Return a random secret of the form that this vendor expects."""
