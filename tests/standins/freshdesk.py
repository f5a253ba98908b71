"""Freshdesk: tickets by `updated_since` in pages with a `Link` header, and their conversations."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply, StandIn, Words
from tests.standins.zendesk import iso

KEY = "freshdesk-k3y-s3cret"
KNOWN = "Basic " + b64encode(f"{KEY}:X".encode()).decode()
MOST_PAGES = 300
CONVERSATIONS = re.compile(r"/api/v2/tickets/(\d+)/conversations")


@dataclass
class Freshdesk(StandIn):
    """As clients quote it: the first message is the ticket's description, the others replies."""

    vendor = "freshdesk"
    given: ClassVar = {"key": KEY}

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == KNOWN

    def said(self) -> dict[str, str]:
        if "account" not in self.limits:
            return {}
        left = str(self.left("account"))
        return {"x-ratelimit-total": str(self.limits["account"]), "x-ratelimit-remaining": left}

    def answer(self, request: Request, body: Any) -> Reply:
        path, query = request.url.path, dict(request.query_params)
        if path == "/api/v2/agents/me":
            return Reply(body={"id": 1, "contact": {"name": "Triage", "email": "t@acme.example"}})
        if path == "/api/v2/tickets":
            return self._tickets(path, query)
        if (found := CONVERSATIONS.fullmatch(path)) and int(found[1]) in self.cases:
            said = [_reply(it) for it in self.cases[int(found[1])].words[1:]]
            return self._paged(said, path, query, self.part)
        return Reply(404, {})

    def _tickets(self, path: str, query: dict[str, str]) -> Reply:
        assert query["order_by"] == "updated_at"
        assert query["order_type"] == "asc"
        if int(query["page"]) > MOST_PAGES or int(query["per_page"]) > 100:
            return Reply(400, {"description": "Validation failed"})
        since = datetime.fromisoformat(query["updated_since"])
        rows = [it for it in self.cases.values() if it.updated_at >= since and not it.gone]
        rows.sort(key=lambda it: (it.updated_at, it.id))
        include = query.get("include", "").split(",")
        return self._paged([_ticket(it, include) for it in rows], path, query, self.page)

    def _paged(self, rows: list[Any], path: str, query: dict[str, str], size: int) -> Reply:
        size, page = min(size, int(query["per_page"])), int(query.get("page", "1"))
        found = rows[(page - 1) * size : page * size]
        link = f'<{self.address}{path}?page={page + 1}>; rel="next"'
        return Reply(body=found, headers={"link": link} if len(rows) > page * size else {})


def _ticket(case: Case, include: list[str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": case.id,
        "subject": case.subject,
        "status": 5 if case.closed else 2,
        "priority": 1,
        "source": 1,
        "spam": False,
        "requester_id": 77,
        "tags": ["web_form"],
        "created_at": iso(case.created_at),
        "updated_at": iso(case.updated_at),
        "fr_due_by": None,
    }
    if "description" in include:
        text = case.words[0].text
        body |= {"description": f"<div>{text}</div>", "description_text": text}
    if "requester" in include:
        body["requester"] = {"id": 77, "name": "Dana Reyes", "email": "dana@example.org"}
    return body


def _reply(words: Words) -> dict[str, Any]:
    return {
        "id": words.id,
        "body": f"<div>{words.text}</div>",
        "body_text": words.text,
        "incoming": words.by == "customer",
        "private": not words.public,
        "source": 0,
        "user_id": 77,
        "created_at": iso(words.at),
        "updated_at": iso(words.at),
    }
