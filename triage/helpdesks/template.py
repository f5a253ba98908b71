"""What our templates call events, for helpdesks whose webhooks send whatever an admin typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from triage.domain.ticket import Author, Status
from triage.helpdesks.event import Kind


class Meaning(NamedTuple):
    """What an event's name means."""

    kind: Kind
    author: Author | None = None
    status: Status | None = None


SPOKEN: Final[Mapping[str, Meaning]] = {
    "ticket.created": Meaning(Kind.TICKET_CREATED, Author.CUSTOMER),
    "customer.replied": Meaning(Kind.MESSAGE_ADDED, Author.CUSTOMER),
    "agent.replied": Meaning(Kind.MESSAGE_ADDED, Author.AGENT),
}
ENDED: Final = Meaning(Kind.STATUS_CHANGED, status=Status.CLOSED)
