"""Zammad: triggers that send the default payload, `{"ticket": …, "article": …}`.

Signed is the raw body by HMAC-SHA1, without a timestamp: no window can stop replays, so the store
takes a delivery and an article once each. Sources: Zammad's `lib/user_agent.rb`, its
`app/jobs/trigger_webhook_job.rb` and the admin manual. Clicks: docs/helpdesks/zammad.md.
"""

from __future__ import annotations

from datetime import datetime

from models.text import from_html
from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids, signatures, trials
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, NewMessage
from triage.helpdesks.reading import Field

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret

#: The sender says whose words they are, not who typed them. Of a phone call an agent takes notes
#: (`created_by.roles` has "Agent", the sender is "Customer"): those are the customer's case, in
#: the agent's calmer words; left out, nobody would answer the caller.
_SENDERS = {"Customer": Author.CUSTOMER, "Agent": Author.AGENT, "System": Author.SYSTEM}

CLOSED = frozenset({"closed", "merged"})
_CHANNELS = {
    "email": Channel.EMAIL,
    "web": Channel.WEB,
    "phone": Channel.PHONE,
    "chat": Channel.CHAT,
    "sms": Channel.CHAT,
    "telegram personal-message": Channel.CHAT,
    "whatsapp message": Channel.CHAT,
    "twitter direct-message": Channel.CHAT,  # SOCIAL is what everybody can read
    "twitter status": Channel.SOCIAL,
    "facebook feed post": Channel.SOCIAL,
    "facebook feed comment": Channel.SOCIAL,
}


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes. Raises Refused."""
    given = signatures.header(delivery, "x-hub-signature")
    keys = signatures.plain_keys(secrets)
    signatures.require_match([given], [_signature(key, delivery.body) for key in keys])


def trial(secret: str, address: str, now: datetime) -> Delivery:
    """Return a delivery to that address as Zammad signs it, which `parse` ignores."""
    ticket = {"id": 0, "state": trials.TEST, "updated_at": now.isoformat()}
    body = trials.encoded({"ticket": ticket, "article": None})
    headers = {"x-hub-signature": signatures.as_hex(secret, body, "sha1")}
    return trials.delivery(address, body, headers)


def delivery_key(delivery: Delivery) -> str:
    """Return the id of Zammad's job, or else a fingerprint."""
    return ids.delivery_key(delivery.headers.get("x-zammad-delivery"), delivery.body)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    body, key = read_json(delivery.body), delivery_key(delivery)
    ticket, article = body["ticket"], body["article"]
    if not article:
        return _without_words(ticket, key, "no article, and not closed")
    if article["internal"] and article["internal"].flag():
        return _without_words(ticket, key, "an internal article, and not closed")
    kind = Kind.TICKET_CREATED if _is_first(ticket, article) else Kind.MESSAGE_ADDED
    return event(ticket, article, key, kind, article_message(article))


def _without_words(ticket: Field, key: str, why_not: str) -> Event | Ignored:
    """Return the closing of a ticket; no other change without public words is our business."""
    found = event(ticket, Field(None), key, Kind.STATUS_CHANGED, None)
    return found if found.status else Ignored(key, why_not)


def event(ticket: Field, article: Field, key: str, kind: Kind, message: NewMessage | None) -> Event:
    """Return the canonical event about a ticket. Raises Malformed."""
    customer = ticket["customer"]
    name = f"{customer['firstname'].line()} {customer['lastname'].line()}".strip()
    return Event(
        delivery_key=key,
        kind=kind,
        occurred_at=message.sent_at if message else ticket["updated_at"].moment(),
        ticket_id=ticket["id"].id(),
        message=message,
        subject=ticket["title"].line(hygiene.MAX_SUBJECT) or None,
        channel=channel(ticket["create_article_type"] or article["type"]),
        customer_id=customer["id"].id_or_none() or customer["email"].id_or_none(),
        customer_name=name[: hygiene.MAX_NAME] or None,
        status=_status(ticket["state"], kind, message),
    )


def article_message(article: Field) -> NewMessage:
    """Return what stands in an article. Raises Malformed."""
    return NewMessage(
        external_id=article["id"].id(),
        author=article["sender"].one_of(_SENDERS),
        text=_text(article),
        sent_at=article["created_at"].moment(),
    )


def _text(article: Field) -> str:
    text = article["body"].text()
    if "html" in article["content_type"].line():
        text = hygiene.clean(from_html(text))  # which stops at Zammad's js-signatureMarker
    return hygiene.shorten(text)


def _is_first(ticket: Field, article: Field) -> bool:
    """Return whether the article opened the ticket, also when others came before it was told."""
    if ticket["article_count"].value == 1:
        return True
    first = next(ticket["article_ids"].items(), Field(None))
    return bool(first) and first.id() == article["id"].id()


def _status(state: Field, kind: Kind, message: NewMessage | None) -> Status | None:
    """Return CLOSED, unless a customer's reply came with it: somebody has yet to read that."""
    reply = message and kind is Kind.MESSAGE_ADDED and message.author is Author.CUSTOMER
    return Status.CLOSED if state.line().lower() in CLOSED and not reply else None


def channel(article_type: Field) -> Channel:
    """Return the channel of articles of this type."""
    return _CHANNELS.get(article_type.line().lower(), Channel.OTHER)


def _signature(key: bytes, body: bytes) -> bytes:
    return b"sha1=" + signatures.mac(key, body, "sha1").hex().encode()
