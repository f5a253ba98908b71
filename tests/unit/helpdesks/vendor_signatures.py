"""How chat and mail desks sign, written without any code of ours. HubSpot signs by its own SDK."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from hubspot.utils.signature import Signature

ADDRESS = "https://triage.example.com/webhooks/desk"


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1_000))


def freshdesk_headers(secret: str, _body: bytes, _at: datetime) -> dict[str, str]:
    return {"x-triage-secret": secret}


def intercom_headers(secret: str, body: bytes, _at: datetime) -> dict[str, str]:
    return {"x-hub-signature": f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}"}


def chatwoot_headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signed = timestamp.encode() + b"." + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return {
        "x-chatwoot-delivery": "0b5d3c1e-8a51-4f02-9f7a-5c8a0e9d4b11",
        "x-chatwoot-timestamp": timestamp,
        "x-chatwoot-signature": f"sha256={digest}",
    }


def helpscout_headers(secret: str, body: bytes, _at: datetime) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha1).digest()
    return {
        "x-helpscout-event": _happened(body),
        "x-helpscout-signature": base64.b64encode(digest).decode(),
    }


def _happened(body: bytes) -> str:
    """Return what the example is of: Help Scout says it in a header alone."""
    if b'"closed"' in body:
        return "convo.status"
    return "convo.created" if b'"subject"' in body else "convo.deleted"


def front_headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    timestamp = _milliseconds(at)
    digest = hmac.new(secret.encode(), timestamp.encode() + b":" + body, hashlib.sha256).digest()
    return {
        "x-front-request-timestamp": timestamp,
        "x-front-signature": base64.b64encode(digest).decode(),
    }


def front_rule_headers(secret: str, body: bytes, _at: datetime) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha1).digest()
    return {"x-front-signature": base64.b64encode(digest).decode()}


def hubspot_headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    timestamp = _milliseconds(at)
    text = body.decode(errors="surrogateescape")
    signed = (secret, text, "v3", ADDRESS, "POST", timestamp)
    return {
        "x-hubspot-request-timestamp": timestamp,
        "x-hubspot-signature-v3": Signature.get_signature(*signed),
    }
