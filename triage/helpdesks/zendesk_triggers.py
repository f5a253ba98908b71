"""Our templates for Zendesk triggers, for accounts without ticket events.

A trigger's body is whatever an admin typed, so much is optional. Placeholders arrive as plain text,
moments to the minute ("2013-12-12T05:35Z"): https://support.zendesk.com/hc/en-us/articles/4408886858138
"""

from __future__ import annotations

from datetime import datetime

from triage.helpdesks import hygiene, ids
from triage.helpdesks.event import Event, Ignored, Kind, NewMessage
from triage.helpdesks.reading import Field
from triage.helpdesks.template import ENDED, SPOKEN, Meaning
from triage.helpdesks.zendesk_channels import channel

SCHEMA = "triage.zendesk.v1"


_NAMES = {**SPOKEN, "ticket.solved": ENDED}


def read(body: Field, key: str, signed_at: datetime | None) -> Event | Ignored:
    """Return the canonical event; `signed_at` stands in for placeholders that came out empty."""
    meaning = body["schema"].one_of({SCHEMA: body["event"]}).one_of(_NAMES)
    if body["is_public"].line().lower() == "false":
        return Ignored(key, "a private comment")
    occurred_at = _moment(body["updated_at"], signed_at)
    return Event(
        delivery_key=key,
        kind=meaning.kind,
        occurred_at=occurred_at,
        ticket_id=body["ticket_id"].id(),
        message=_message(body, key, meaning, occurred_at),
        subject=body["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=channel(body["via"]),
        customer_id=body["requester_email"].id_or_none(),
        customer_name=body["requester_name"].line() or None,
        language_hint=hygiene.language(body["requester_language"].line()),
        tags=hygiene.tags(body["tags"].line(hygiene.MAX_TEXT).split()),
        status=meaning.status,
    )


def _message(body: Field, key: str, meaning: Meaning, occurred_at: datetime) -> NewMessage | None:
    if meaning.author is None:
        return None
    is_first = meaning.kind is Kind.TICKET_CREATED
    return NewMessage(
        external_id=_message_id(body, key, is_first=is_first),
        author=meaning.author,
        text=hygiene.shorten(body["text"].text()),
        sent_at=_moment(body["created_at"], occurred_at) if is_first else occurred_at,
    )


def _message_id(body: Field, key: str, *, is_first: bool) -> str:
    """Return the comment's id if the template has it, else a name made of the delivery's.

    Two replies can share a minute, so that `updated_at` alone would lose the second.
    """
    if is_first:
        return ids.message_id(body["ticket_id"].id(), "description")
    return body["comment_id"].id_or_none() or ids.message_id(body["ticket_id"].id(), key)


def _moment(field: Field, otherwise: datetime | None) -> datetime:
    return otherwise if otherwise and not field else field.moment()
