"""The other side: a helpdesk that signs deliveries, and sends again what was not acknowledged."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from triage.helpdesks.standard_webhooks import sign
from triage.ports import utcnow

PATIENCE = 15.0  # s for an answer


def body_of(kind: str, **data: Any) -> bytes:
    return json.dumps({"type": kind, "timestamp": utcnow().isoformat(), "data": data}).encode()


def a_ticket(text: str = "My parcel never came.", **data: Any) -> bytes:
    """Return the body of a new ticket; its id is any."""
    ordinary = {"ticket_id": f"T-{uuid4().hex[:8]}", "subject": "Order 1", "text": text}
    return body_of("ticket.created", **ordinary | data)


@dataclass(frozen=True)
class Helpdesk:
    """A sender with its secret. Headers are made for each try, as the standard wants."""

    url: str
    secret: str

    def headers(self, body: bytes, webhook_id: str = "", at: float | None = None) -> dict[str, str]:
        name, seconds = webhook_id or f"msg_{uuid4().hex}", int(at or time.time())
        return {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(seconds),
            "webhook-signature": sign(self.secret, name, seconds, body),
        }

    def send(self, body: bytes, **changed: str) -> httpx.Response:
        headers = self.headers(body) | changed
        return httpx.post(self.url, content=body, headers=headers, timeout=PATIENCE)

    def post(self, body: bytes, webhook_id: str) -> tuple[int, Any]:
        """Send once, cheaply; return status and answer. Raises OSError, HTTPException."""
        where = urlsplit(self.url)
        assert where.hostname
        with closing(HTTPConnection(where.hostname, where.port, timeout=PATIENCE)) as connection:
            connection.request("POST", where.path, body, self.headers(body, webhook_id))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
