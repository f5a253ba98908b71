"""CloudEvents 1.0 by HTTP, structured, binary or batched, that carry our ticket events.

What wraps an event says which ticket (`subject`), when (`time`) and what (`type`, whose end counts:
"com.example.ticket.created"); `data` is as in docs/helpdesks/generic.md. The format has no
authentication: a Standard Webhooks signature, or the secret as a bearer.
Source: "HTTP Protocol Binding for CloudEvents" 1.0.2.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from triage.helpdesks import ids, standard_webhooks, ticket_events, trials, whsec
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Malformed, Parsed, Result, Unread
from triage.helpdesks.reading import MAX_WORD, Field

check_secret = whsec.check_secret
new_secret = whsec.new_secret

MOST_TOGETHER = 1_000  # events in a batch

_VERSIONS: Final = {"1.0": "1.0"}
_BATCH = "application/cloudevents-batch"
_ONE = "application/cloudevents"
_JSON = re.compile(r"(?:application|text)/(?:[\w.-]+\+)?json", re.ASCII)


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery, or is carried by it. Raises Refused."""
    standard_webhooks.verify_or_secret(delivery, secrets, now)


def trial(secret: str, address: str, now: datetime) -> Delivery:
    """Return a delivery to that address as its sender may sign it, which `parse` ignores."""
    body = trials.encoded(
        {"specversion": "1.0", "type": trials.TEST, "source": "/triage", "id": "0"}
    )
    headers = standard_webhooks.signed(secret, body, now)
    return trials.delivery(address, body, headers, f"{_ONE}+json")


def delivery_key(delivery: Delivery) -> str:
    """Return what names the event, its source and id, or else a fingerprint. Never fails."""
    try:
        if not _type(delivery).startswith(_BATCH):
            return _key(_wrapped(delivery), delivery.body)
    except Malformed:
        pass
    return ids.delivery_key(None, delivery.body)


def parse(delivery: Delivery) -> Parsed:
    """Return the event, or each of a batch. Raises Malformed."""
    if not _type(delivery).startswith(_BATCH):
        wrapped = _wrapped(delivery)
        return _read(wrapped, _key(wrapped, delivery.body), delivery)
    parts = list(read_json(delivery.body).items())
    if len(parts) > MOST_TOGETHER:
        raise Malformed(f"the body: expected at most {MOST_TOGETHER} events, found {len(parts)}")
    return tuple(_part(part, delivery) for part in parts)


def _part(part: Field, delivery: Delivery) -> Result:
    """Return one event of a batch; one that cannot be understood must not stop the others."""
    body = _bytes(part)
    key = ids.delivery_key(None, body)
    try:
        key = _key(part, body)
        return _read(part, key, delivery)
    except Malformed as error:
        return Unread(key, str(error), body)


def _bytes(part: Field) -> bytes:
    try:
        return json.dumps(part.value).encode()
    except RecursionError as error:  # as deep as a reader bears, which is more than a writer does
        raise Malformed("the body: expected JSON of moderate depth, found it too deep") from error


def _read(wrapped: Field, key: str, delivery: Delivery) -> Event | Ignored:
    wrapped["specversion"].one_of(_VERSIONS)
    name = wrapped["type"]
    if not name or not isinstance(name.value, str):
        raise name.unlike("the name of an event, such as com.example.ticket.created")
    ours = next((it for it in ticket_events.TYPES if f".{name.value}".endswith(f".{it}")), None)
    if ours is None:
        return Ignored(key, f"an event we have no use for: {name.line(MAX_WORD)}")
    at = wrapped["time"] or Field(_now(delivery), "time")
    return ticket_events.read(Field(ours, "type"), at, _data(wrapped), key)


def _data(wrapped: Field) -> Field:
    """Return the data, with the event's subject as its ticket where it names none itself."""
    data = _from_base64(wrapped["data_base64"]) if wrapped["data_base64"] else wrapped["data"]
    media = wrapped["datacontenttype"].line()
    if media and not _JSON.match(media.lower()):
        raise Malformed(f"datacontenttype: expected JSON, found {json.dumps(media[:MAX_WORD])}")
    if not isinstance(data.value, dict) or data["ticket_id"] or not wrapped["subject"]:
        return data
    return Field({**data.value, "ticket_id": wrapped["subject"].value}, data.path)


def _from_base64(field: Field) -> Field:
    try:
        return Field(read_json(base64.b64decode(field.text(), validate=True)).value, field.path)
    except (binascii.Error, ValueError) as error:
        if isinstance(error, Malformed):
            raise
        raise field.unlike("base64") from error


def _wrapped(delivery: Delivery) -> Field:
    """Return the event as one document, whichever way it came."""
    if _type(delivery).startswith(_ONE):
        return read_json(delivery.body)
    # binary: the attributes are headers, and the body is the data
    attributes: dict[str, object] = {
        name.removeprefix("ce-"): _decoded(value)
        for name, value in delivery.headers.items()
        if name.startswith("ce-")
    }
    if "specversion" not in attributes:
        raise Malformed("the header ce-specversion: expected 1.0, found nothing")
    attributes["data"] = read_json(delivery.body).value
    return Field(attributes)


def _decoded(value: str) -> str:
    """Return a header's value: percent-encoded once, by old senders quoted."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    return unquote(value, errors="replace")


def _key(wrapped: Field, body: bytes) -> str:
    """Return a name of source and id, which together name an event, in any length."""
    source, name = wrapped["source"].value, wrapped["id"].value
    if not (isinstance(source, str) and isinstance(name, str) and source and name):
        return ids.delivery_key(None, body)
    both = f"{len(source)}:{source}#{name}"  # with its length, so that no two pairs are one name
    return ids.delivery_key(both, both.encode(errors="replace"))


def _type(delivery: Delivery) -> str:
    return delivery.headers.get("content-type", "").strip().lower()


def _now(delivery: Delivery) -> str:
    return delivery.moment().isoformat()
