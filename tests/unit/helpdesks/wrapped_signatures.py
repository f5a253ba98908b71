"""How the desks of Jira's kind, e-mail and CloudEvents sign, written without any code of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime


def jira_headers(secret: str, body: bytes, _at: datetime) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "x-atlassian-webhook-identifier": "a3f6d1c2-7d14-4c55-9a57-2f1b6a0c9e10",
        "x-atlassian-webhook-flow": "Primary",
        "x-hub-signature": f"sha256={digest}",
    }


def gorgias_headers(secret: str, _body: bytes, _at: datetime) -> dict[str, str]:
    return {"x-triage-secret": secret, "content-type": "application/json"}


def freescout_headers(secret: str, body: bytes, _at: datetime) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha1).digest()
    return {
        "x-freescout-event": _freescout_event(body),
        "x-freescout-signature": base64.b64encode(digest).decode(),
    }


def _freescout_event(body: bytes) -> str:
    """Return the event that fits an example; its name is not in the body."""
    try:
        conversation = json.loads(body)
        threads = conversation.get("_embedded", {}).get("threads", [])
        newest = threads[0]["type"] if threads else ""
    except (ValueError, AttributeError, LookupError, TypeError, RecursionError):
        return "convo.created"
    if not threads:
        return "convo.status"
    if len(threads) == 1:
        return "convo.created"
    names = {"customer": "convo.customer.reply.created", "message": "convo.agent.reply.created"}
    return names.get(str(newest), "convo.note.created")


def salesforce_headers(secret: str, _body: bytes, _at: datetime) -> dict[str, str]:
    """Return the token as a proxy adds it; Salesforce itself has it in the address."""
    return {
        "content-type": "text/xml; charset=utf-8",
        "x-triage-secret": secret.partition(":")[2],
    }


def cloudevents_headers(secret: str, body: bytes, _at: datetime) -> dict[str, str]:
    is_batch = body == b"[]\n" or (body.startswith(b"[") and b"specversion" in body)
    kind = "cloudevents-batch" if is_batch else "cloudevents"
    return {
        "content-type": f"application/{kind}+json; charset=UTF-8",
        "authorization": f"Bearer {secret}",
    }


def email_headers(secret: str, _body: bytes, _at: datetime) -> dict[str, str]:
    return {"content-type": "message/rfc822", "x-triage-secret": secret}
