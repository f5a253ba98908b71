"""Salesforce: outbound messages, SOAP in XML, up to a hundred notifications each.

Nothing is signed. The secret is `ORGANISATION:TOKEN`: the message must be of that organisation and
its address, where Salesforce lets us put something, must carry the token. The answer is SOAP too,
else Salesforce sends for 24 hours. Clicks: docs/helpdesks/salesforce.md; source: "Outbound
Messaging" in Salesforce's SOAP API guide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids, signatures, trials, words
from triage.helpdesks.event import (
    Delivery,
    Event,
    Ignored,
    Kind,
    Malformed,
    NewMessage,
    Refused,
    Result,
    Unread,
)
from triage.helpdesks.reading import Field
from triage.helpdesks.xml_document import Element, read_xml

MOST_TOGETHER = 100  # notifications, says Salesforce

_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_OUTBOUND = "{http://soap.sforce.com/2005/09/outbound}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_ORGANISATION = re.compile(r"00D[A-Za-z0-9]{12}(?:[A-Z0-5]{3})?")
_ID_LENGTH = 15  # the characters that tell ids apart; three more are a checksum
_ORIGINS = {
    "email": Channel.EMAIL,
    "phone": Channel.PHONE,
    "web": Channel.WEB,
    "chat": Channel.CHAT,
    "messaging": Channel.CHAT,
}

#: What Salesforce wants to hear, and in which form, however the delivery was taken.
ANSWER: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>"
)

_TRIAL: Final = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">'
    "<OrganizationId>{organisation}</OrganizationId><Notification><Id>triage-test</Id>"
    '<sObject xsi:type="TriageTest" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'
    "</Notification></notifications></soapenv:Body></soapenv:Envelope>"
)


def check_secret(secret: str) -> None:
    """Raise ValueError with one clear sentence if a source should not be made with it."""
    organisation, _, token = secret.partition(":")
    if not _ORGANISATION.fullmatch(organisation):
        raise ValueError("the secret does not begin with an organisation's id, 00D… and a colon")
    signatures.check_plain_secret(token)


def new_secret() -> str:
    """Return a secret of no organisation: of use in tests only, as nobody else knows whose."""
    return f"00D000000000000EAA:{signatures.new_plain_secret()}"


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if the delivery carries a secret's token and is of its organisation. Raises Refused.

    The body is opened only for who knows a token.
    """
    parted = [secret.partition(":")[::2] for secret in secrets]
    signatures.require_secret(delivery, tuple(token for _, token in parted), in_url=True)
    try:
        given = _organisation(delivery.body)
    except Malformed as error:
        raise Refused("signature") from error
    signatures.require_match(
        [given.encode()], [name[:_ID_LENGTH].encode() for name, token in parted if token]
    )


def trial(secret: str, address: str, _now: datetime) -> Delivery:
    """Return a delivery to that address as Salesforce sends it, which `parse` ignores."""
    organisation, _, token = secret.partition(":")
    body = _TRIAL.format(organisation=organisation).encode()
    return trials.delivery(address, body, {"x-triage-secret": token}, "text/xml; charset=utf-8")


def delivery_key(delivery: Delivery) -> str:
    """Return a fingerprint: a message has no name, its notifications have."""
    return ids.delivery_key(None, delivery.body)


def parse(delivery: Delivery) -> tuple[Result, ...]:
    """Return the event of each notification. Raises Malformed."""
    message = _message(delivery.body)
    found = list(message.children(f"{_OUTBOUND}Notification"))
    if not 0 < len(found) <= MOST_TOGETHER:
        raise Malformed(f"notifications: expected 1 to {MOST_TOGETHER}, found {len(found)}")
    return tuple(_read(one, delivery) for one in found)


def _organisation(body: bytes) -> str:
    name = _message(body).first(f"{_OUTBOUND}OrganizationId")
    return name.text.strip()[:_ID_LENGTH] if name and name.text.isascii() else ""


def _message(body: bytes) -> Element:
    envelope = read_xml(body)
    inner = envelope.first(f"{_SOAP}Body") if envelope.name == f"{_SOAP}Envelope" else None
    message = inner.first(f"{_OUTBOUND}notifications") if inner else None
    if message is None:
        raise Malformed("the body: expected a SOAP envelope with notifications, found none")
    return message


def _read(notification: Element, delivery: Delivery) -> Result:
    """Return one event; a notification that cannot be understood must not stop the others."""
    name = notification.first(f"{_OUTBOUND}Id")
    record = notification.first(f"{_OUTBOUND}sObject")
    told = "\n".join(f"{it.name}={it.text}" for it in record.all) if record else ""
    key = ids.delivery_key(name.text if name else None, told.encode())
    if record is None:
        return Unread(key, "Notification.sObject: expected a record, found none", b"")
    try:
        return _record(record, key, delivery)
    except Malformed as error:
        return Unread(key, str(error), told.encode())


def _record(record: Element, key: str, delivery: Delivery) -> Event | Ignored:
    kind = record.attributes.get(f"{_XSI}type", "").rpartition(":")[2]
    fields = Field({_bare(it.name): it.text for it in record.all if not _is_nil(it)}, kind)
    if kind not in _READERS:
        return Ignored(key, f"a record we have no use for: {hygiene.one_line(kind, 60)}")
    return _READERS[kind](fields, key, delivery)


def _case(fields: Field, key: str, delivery: Delivery) -> Event:
    """Return a new case, or the end of one: its fields say which, not the message."""
    closed = fields["IsClosed"].line().lower() == "true" or fields["ClosedDate"]
    at = _moment(fields["ClosedDate"] if closed else fields["CreatedDate"], delivery)
    message = NewMessage(
        external_id=ids.message_id(fields["Id"].id(), "description"),
        author=Author.CUSTOMER,
        text=words.plain(fields["Description"]),
        sent_at=at,
    )
    return _event(
        fields,
        key,
        Kind.STATUS_CHANGED if closed else Kind.TICKET_CREATED,
        at,
        fields["Id"],
        None if closed else message,
    )


def _mail(fields: Field, key: str, delivery: Delivery) -> Event | Ignored:
    return _message_of_case(
        fields, key, delivery, is_customers=_is_true(fields["Incoming"]), text=_text(fields)
    )


def _comment(fields: Field, key: str, delivery: Delivery) -> Event | Ignored:
    if not _is_true(fields["IsPublished"]):  # also where nobody says: a note may be ours
        return Ignored(key, "a comment that customers cannot see")
    by_customer = _is_true(fields["Incoming"]) or _is_true(fields["IsCustomer__c"])
    return _message_of_case(
        fields, key, delivery, is_customers=by_customer, text=words.plain(fields["CommentBody"])
    )


def _message_of_case(
    fields: Field, key: str, delivery: Delivery, *, is_customers: bool, text: str
) -> Event | Ignored:
    if delivery.is_ours(fields["CreatedById"].line() or None):
        return Ignored(key, "a message of our own")
    at = _moment(fields["MessageDate"] or fields["CreatedDate"], delivery)
    message = NewMessage(
        external_id=fields["Id"].id(),
        author=Author.CUSTOMER if is_customers else Author.AGENT,
        text=text,
        sent_at=at,
    )
    return _event(fields, key, Kind.MESSAGE_ADDED, at, fields["ParentId"], message)


_READERS: Mapping[str, Callable[[Field, str, Delivery], Event | Ignored]] = {
    "Case": _case,
    "EmailMessage": _mail,
    "CaseComment": _comment,
}


def _event(
    fields: Field, key: str, kind: Kind, at: datetime, case: Field, message: NewMessage | None
) -> Event:
    contact = fields["ContactId"] or fields["SuppliedEmail"]
    name = fields["SuppliedName"] or fields["FromName"]
    return Event(
        delivery_key=key,
        kind=kind,
        occurred_at=at,
        ticket_id=case.id(),
        message=message,
        subject=fields["Subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=_ORIGINS.get(fields["Origin"].line().lower(), Channel.OTHER),
        customer_id=contact.id_or_none(),
        customer_name=name.line() or None,
        language_hint=hygiene.language(fields["Language"].line()),
        status=Status.CLOSED if kind is Kind.STATUS_CHANGED else None,
    )


def _text(fields: Field) -> str:
    return words.plain(fields["TextBody"]) or words.from_markup(fields["HtmlBody"])


def _moment(field: Field, delivery: Delivery) -> datetime:
    return field.moment() if field else delivery.moment()


def _is_true(field: Field) -> bool:
    return field.line().lower() == "true"


def _is_nil(element: Element) -> bool:
    return element.attributes.get(f"{_XSI}nil") in {"true", "1"}


def _bare(name: str) -> str:
    return name.rpartition("}")[2]
