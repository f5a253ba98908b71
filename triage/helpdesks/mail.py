"""E-mail: one raw message (RFC 5322) a delivery, however it was fetched (vendor "email").

The ticket is the conversation: its root, which is the first of the References. Whoever writes from
one of our own addresses answers; machines are told apart by their headers. Attachments are left.
A mail has no signature of its own here: Standard Webhooks' headers, or the secret as a bearer.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

from triage.domain.ticket import Author, Channel
from triage.helpdesks import (
    hygiene,
    ids,
    mail_headers,
    mail_parts,
    standard_webhooks,
    trials,
    whsec,
)
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, NewMessage
from triage.helpdesks.mail_headers import Address, Mail

check_secret = whsec.check_secret
new_secret = whsec.new_secret

#: How far a mail's own moment may be from when it came: it says what its writer wants.
OLDEST = timedelta(days=5)  # as long as mail servers try
NEWEST = timedelta(minutes=5)

_NAMED = re.compile(r"<([^<>\s]{1,900})>")


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery, or is carried by it. Raises Refused."""
    standard_webhooks.verify_or_secret(delivery, secrets, now)


def trial(secret: str, address: str, now: datetime) -> Delivery:
    """Return a delivery to that address as its sender may sign it, which `parse` ignores."""
    body = (
        b"From: test@triage.invalid\r\nSubject: A test of the way in\r\n\r\nNobody wrote this.\r\n"
    )
    headers = standard_webhooks.signed(secret, body, now)
    return trials.delivery(address, body, headers, "message/rfc822")


def delivery_key(delivery: Delivery) -> str:
    """Return a name of the mail, the same from every mailbox, or else a fingerprint."""
    try:
        return _identity(mail_headers.read(delivery.body), delivery.body)
    except Malformed:
        return ids.delivery_key(None, delivery.body)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    if trials.MARK in delivery.headers:  # of the call, never of the mail: its writer sets those
        return Ignored(delivery_key(delivery), trials.WHY)
    mail = mail_headers.read(delivery.body)
    writer, key = mail.writer, _identity(mail, delivery.body)
    author, customer = _author(mail, writer, delivery)
    sent_at = _sent_at(mail, delivery)
    thread = _thread(mail)
    return Event(
        delivery_key=key,
        kind=Kind.MESSAGE_ADDED if thread else Kind.TICKET_CREATED,
        occurred_at=sent_at,
        ticket_id=_short(thread or _own_name(mail) or key),
        message=NewMessage(
            external_id=key,
            author=author,
            text=hygiene.shorten(hygiene.clean(mail_parts.text(mail, delivery.body))),
            sent_at=sent_at,
        ),
        subject=hygiene.one_line(mail.subject, hygiene.MAX_SUBJECT) or None,
        channel=Channel.EMAIL,
        customer_id=ids.usable(customer.address.lower()) if customer else None,
        customer_name=_name(customer),
        language_hint=hygiene.language(mail.language),
    )


def _author(mail: Mail, writer: Address, delivery: Delivery) -> tuple[Author, Address | None]:
    """Return who wrote, and the customer where this mail says who that is.

    A form on our own site sends from us with the customer as who is to be answered.
    """
    if mail.is_automatic:
        return Author.SYSTEM, None
    if not delivery.is_ours(writer.address):
        return Author.CUSTOMER, writer
    answer_to = mail.reply_to
    if answer_to.address and not delivery.is_ours(answer_to.address):
        return Author.CUSTOMER, answer_to
    return Author.AGENT, None


def _name(customer: Address | None) -> str | None:
    return (hygiene.one_line(customer.name, hygiene.MAX_NAME) or None) if customer else None


def _sent_at(mail: Mail, delivery: Delivery) -> datetime:
    """Return the mail's own moment where it can be true, or else when it came.

    A moment set back would let its writer pass everybody who waits.
    """
    came, sent = delivery.received_at, mail.date
    if came is None:
        return sent or delivery.moment()
    return sent if sent and came - OLDEST <= sent <= came + NEWEST else came


def _thread(mail: Mail) -> str | None:
    """Return the name of the mail that began the conversation, if this is an answer."""
    found = _NAMED.search(mail.references) or _NAMED.search(mail.in_reply_to)
    return found[1] if found else None


def _own_name(mail: Mail) -> str | None:
    found = _NAMED.search(mail.message_id)
    return found[1] if found else None


def _identity(mail: Mail, body: bytes) -> str:
    """Return the Message-ID, with a hash of what differs where a device repeats itself."""
    if (name := _own_name(mail)) is None:
        return ids.delivery_key(None, body)
    told = "\n".join((mail.raw_date, mail.writer.address, mail.subject))
    return _short(f"{name}#{hashlib.sha256(told.encode(errors='replace')).hexdigest()[:12]}")


def _short(name: str) -> str:
    return ids.usable(name) or f"sha256:{hashlib.sha256(name.encode(errors='replace')).hexdigest()}"
