"""Jira Service Management (Cloud): an administrator's webhook, or an automation rule of its shape.

A webhook is signed: the raw body by HMAC-SHA256, without a moment. A rule cannot sign and carries
the secret as a header. Sources: Atlassian's webhook pages and its documented vector; that customers
are known by `accountType` is not documented. Clicks: docs/helpdesks/jira.md.
"""

from __future__ import annotations

from datetime import datetime

from triage.domain.ticket import Author, Status
from triage.helpdesks import hygiene, ids, jira_text, signatures, trials
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, NewMessage
from triage.helpdesks.reading import MAX_WORD, Field

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret

_SIGNATURE = "x-hub-signature"
_DONE = "done"  # the category of every status that ends an issue


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes, or is carried by it. Raises Refused."""
    if _SIGNATURE not in delivery.headers:
        signatures.require_secret(delivery, secrets, in_url=True)
        return
    signatures.require_hex(delivery, _SIGNATURE, delivery.body, secrets, "sha256")


def trial(secret: str, address: str, _now: datetime) -> Delivery:
    """Return a delivery to that address as Jira signs it, which `parse` ignores."""
    body = trials.encoded({"webhookEvent": trials.TEST})
    return trials.delivery(address, body, {_SIGNATURE: signatures.as_hex(secret, body, "sha256")})


def delivery_key(delivery: Delivery) -> str:
    """Return the webhook's id, the same for every try, or else a fingerprint."""
    name = delivery.headers.get("x-atlassian-webhook-identifier")
    return ids.delivery_key(name, delivery.body)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    body, key = read_json(delivery.body), delivery_key(delivery)
    name = body["webhookEvent"]
    if not name or not isinstance(name.value, str):
        raise name.unlike("the name of an event, such as jira:issue_created")
    if name.value == "jira:issue_created":
        return _created(body, key, delivery)
    if name.value == "comment_created":
        return _commented(body, key, delivery)
    if name.value in {"jira:issue_updated", "jira:issue_deleted"}:
        return _changed(body, key, delivery)
    return Ignored(key, f"an event we have no use for: {name.line(MAX_WORD)}")


def _created(body: Field, key: str, delivery: Delivery) -> Event | Ignored:
    fields = body["issue"]["fields"]
    if delivery.is_ours(fields["creator"]["accountId"].id_or_none()):
        return Ignored(key, "an issue of our own")
    message = NewMessage(
        external_id=ids.message_id(body["issue"]["id"].id(), "description"),
        # whoever typed it in: it is the reporter's case, and must stand on the desk
        author=Author.CUSTOMER,
        text=jira_text.text(fields["description"]),
        sent_at=fields["created"].moment(),
    )
    status = Status.CLOSED if _is_done(fields) else None
    return _event(body, key, Kind.TICKET_CREATED, message.sent_at, message, status)


def _commented(body: Field, key: str, delivery: Delivery) -> Event | Ignored:
    comment, fields = body["comment"], body["issue"]["fields"]
    if comment["jsdPublic"].value is not True:  # also where nobody says: a note may be ours
        return Ignored(key, "a comment that customers cannot see")
    writer = comment["author"]
    if delivery.is_ours(writer["accountId"].id_or_none()):
        return Ignored(key, "a comment of our own")
    message = NewMessage(
        external_id=comment["id"].id(),
        author=_author(writer, fields["reporter"]),
        text=jira_text.text(comment["body"]),
        sent_at=comment["created"].moment(),
    )
    return _event(body, key, Kind.MESSAGE_ADDED, message.sent_at, message)


def _changed(body: Field, key: str, delivery: Delivery) -> Event | Ignored:
    """Return the end of an issue; labels and priorities, ours among them, are no news."""
    fields = body["issue"]["fields"]
    is_gone = body["webhookEvent"].value == "jira:issue_deleted"
    moved = any(item["field"].line() == "status" for item in body["changelog"]["items"].items())
    if not is_gone and not (moved and _is_done(fields)):
        return Ignored(key, "a change that ends nothing")
    at = fields["updated"].moment() if fields["updated"] else delivery.moment()
    return _event(body, key, Kind.STATUS_CHANGED, at, status=Status.CLOSED)


def _event(
    body: Field,
    key: str,
    kind: Kind,
    at: datetime,
    message: NewMessage | None = None,
    status: Status | None = None,
) -> Event:
    issue = body["issue"]
    fields, wrote = issue["fields"], message is not None and message.author is Author.CUSTOMER
    customer = fields["reporter"] or (body["comment"]["author"] if wrote else Field(None))
    return Event(
        delivery_key=key,
        kind=kind,
        occurred_at=at,
        ticket_id=issue["key"].id(),
        message=message,
        subject=fields["summary"].line(hygiene.MAX_SUBJECT) or None,
        customer_id=customer["accountId"].id_or_none(),
        customer_name=customer["displayName"].line() or None,
        tags=fields["labels"].tags(),
        status=status,
    )


def _author(writer: Field, reporter: Field) -> Author:
    """Return who wrote a public comment: a portal's customer, the reporter, an app or an agent."""
    kind = writer["accountType"].line().lower()
    if kind == "app":
        return Author.SYSTEM
    name = writer["accountId"].id()
    is_reporter = name == reporter["accountId"].id_or_none()
    return Author.CUSTOMER if kind == "customer" or is_reporter else Author.AGENT


def _is_done(fields: Field) -> bool:
    return fields["status"]["statusCategory"]["key"].line().lower() == _DONE
