"""Freshdesk: webhooks of automation rules, from our templates, with the words or without.

Freshdesk signs nothing: a secret stands in a header. Its templates put text into JSON as it is, so
that a body which is no JSON is taken for a change of the ticket that it names, to be fetched.
Sources: Freshdesk's "Using webhooks in automation rules" and "Webhook failure e-mails", an
integration guide with bodies of a live account. Clicks and templates: docs/helpdesks/freshdesk.md.
"""

from __future__ import annotations

import re
from datetime import datetime

from triage.helpdesks import freshdesk_templates, ids, signatures, trials
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Malformed, Thin

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret

_TICKET_ID = re.compile(rb'"ticket_id"\s{0,9}:\s{0,9}"?([0-9]{1,19})\b')


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if the delivery carries any of the secrets. Raises Refused."""
    signatures.require_secret(delivery, secrets)


def trial(secret: str, address: str, _now: datetime) -> Delivery:
    """Return a delivery to that address as a rule of Freshdesk sends it, which `parse` ignores."""
    body = trials.encoded({"schema": freshdesk_templates.SCHEMA, "event": trials.TEST})
    return trials.delivery(address, body, {"x-triage-secret": secret})


def delivery_key(delivery: Delivery) -> str:
    """Return a fingerprint and the hour: there is no id, and people say the same thing twice."""
    came = delivery.received_at
    hour = f":{came:%Y%m%d%H}" if came else ""
    return f"{ids.delivery_key(None, delivery.body)}{hour}"


def parse(delivery: Delivery) -> Event | Thin | Ignored:
    """Return the canonical event, or what to fetch. Raises Malformed."""
    try:
        # lenient on line breaks: a template may pass them on as they are
        body = read_json(delivery.body, strict=False)
    except Malformed:
        if found := _TICKET_ID.search(delivery.body):
            return freshdesk_templates.changed(found[1].decode(), delivery.moment())
        raise
    key = delivery_key(delivery)
    if body["event"].value == trials.TEST:
        return Ignored(key, trials.WHY)
    return freshdesk_templates.read(body, key, delivery.moment())
