"""Help Scout: events about conversations, without what was said: that is fetched.

Signed is the raw body by HMAC-SHA1 in base64, without a timestamp or an id. What happened is named
by a header alone. Sources: Help Scout's "Webhooks" (events), four open verifiers and one connector
of the header. Clicks: docs/helpdesks/helpscout.md.
"""

from __future__ import annotations

from datetime import datetime

from triage.domain.ticket import Status
from triage.helpdesks import ids, signatures, trials
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Thin
from triage.helpdesks.reading import Field

LONGEST_SECRET = 40  # characters, by Help Scout's manual

_EVENT = "x-helpscout-event"
_FETCHED = frozenset(
    {
        "convo.created",
        "convo.customer.reply.created",
        "convo.agent.reply.created",
        "convo.merged",
        "beacon.chat.created",
        "beacon.chat.customer.replied",
    }
)
_ENDS = frozenset({"closed", "spam", "deleted"})


def check_secret(secret: str) -> None:
    """Raise ValueError with one clear sentence if a source should not be made with it."""
    signatures.check_plain_secret(secret)
    if len(secret) > LONGEST_SECRET:
        raise ValueError(f"the secret has {len(secret)} characters, Help Scout takes 40 at most")


def new_secret() -> str:
    """Return a random secret that Help Scout has room for."""
    return signatures.new_plain_secret()[:LONGEST_SECRET]


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes. Raises Refused."""
    signatures.require_base64(delivery, "x-helpscout-signature", delivery.body, secrets, "sha1")


def trial(secret: str, address: str, _now: datetime) -> Delivery:
    """Return a delivery to that address as Help Scout signs it, which `parse` ignores."""
    body = trials.encoded({"id": 0})
    signature = signatures.as_base64(secret, body, "sha1")
    headers = {_EVENT: trials.TEST, "x-helpscout-signature": signature}
    return trials.delivery(address, body, headers)


def delivery_key(delivery: Delivery) -> str:
    """Return a fingerprint of what happened and of the bytes: there is no id."""
    name = delivery.headers.get(_EVENT, "").encode(errors="replace")
    return ids.delivery_key(None, name + b":" + delivery.body)


def parse(delivery: Delivery) -> Event | Thin | Ignored:
    """Return what to fetch, or the end of a conversation. Raises Malformed."""
    body, key = read_json(delivery.body), delivery_key(delivery)
    ticket_id, name = body["id"].id(), delivery.headers.get(_EVENT, "")
    if not name:
        raise Malformed("the header X-HelpScout-Event: expected an event's name, found nothing")
    if name in _FETCHED:
        at = _at(body, delivery)
        return Thin(delivery_key=key, what=name, occurred_at=at, ticket_id=ticket_id)
    ended = name == "convo.status" and body["status"].line() in _ENDS
    if ended or name == "convo.deleted":
        return Event(
            delivery_key=key,
            kind=Kind.STATUS_CHANGED,
            occurred_at=_at(body, delivery),
            ticket_id=ticket_id,
            status=Status.CLOSED,
        )
    return Ignored(key, "a change that tells of nobody's words")


def _at(body: Field, delivery: Delivery) -> datetime:
    moment = body["userUpdatedAt"] or body["createdAt"]
    return moment.moment() if moment else delivery.moment()
