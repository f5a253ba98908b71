"""Chatwoot: conversations, the last active first, and their messages, twenty at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply, StandIn, Words

TOKEN = "chatwoot-t0ken-s3cret"
BASE = "/api/v1/accounts/1"
MESSAGES = re.compile(rf"{BASE}/conversations/(\d+)/messages")


@dataclass
class Chatwoot(StandIn):
    """One account of a server."""

    vendor = "chatwoot"
    given: ClassVar = {"account": "1", "token": TOKEN}
    part: int = 20

    def is_known(self, request: Request) -> bool:
        return request.headers.get("api_access_token") == TOKEN

    def answer(self, request: Request, body: Any) -> Reply:
        path, query = request.url.path, dict(request.query_params)
        if path == f"{BASE}/labels":
            return Reply(body={"payload": [{"id": 1, "title": "billing"}]})
        if path == f"{BASE}/conversations":
            return self._conversations(query)
        if (found := MESSAGES.fullmatch(path)) and int(found[1]) in self.cases:
            return self._messages(self.cases[int(found[1])], query)
        return Reply(404, {"error": "Resource could not be found"})

    def _conversations(self, query: dict[str, str]) -> Reply:
        assert (query["status"], query["assignee_type"]) == ("all", "all")
        rows = [it for it in self.cases.values() if not it.gone]
        rows.sort(key=lambda it: (it.updated_at, it.id), reverse=True)
        page = int(query["page"])
        found = rows[(page - 1) * self.page : page * self.page]
        meta = {"all_count": len(rows)}
        return Reply(body={"data": {"meta": meta, "payload": [_conversation(it) for it in found]}})

    def _messages(self, case: Case, query: dict[str, str]) -> Reply:
        before = int(query.get("before") or 10**12)
        found = [it for it in case.words if it.id < before][-self.part :]
        return Reply(body={"meta": {}, "payload": [_message(case, it) for it in found]})


def _conversation(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "account_id": 1,
        "inbox_id": 1,
        "status": "resolved" if case.closed else "open",
        "labels": ["billing"],
        "additional_attributes": {"mail_subject": case.subject},
        "meta": {
            "sender": {"id": 14, "name": "Dana Reyes", "email": "dana@example.org"},
            "channel": "Channel::Email",
            "assignee": None,
        },
        "messages": [_message(case, case.words[-1])],
        "created_at": int(case.created_at.timestamp()),
        "timestamp": int(case.updated_at.timestamp()),
        "last_activity_at": int(case.updated_at.timestamp()),
    }


def _message(case: Case, words: Words) -> dict[str, Any]:
    customer = words.by == "customer"
    return {
        "id": words.id,
        "content": words.text,
        "conversation_id": case.id,
        "message_type": 0 if customer else 1,
        "content_type": "text",
        "content_attributes": {},
        "private": not words.public,
        "sender": {"id": 14, "name": "Dana Reyes", "type": "contact" if customer else "user"},
        "created_at": int(words.at.timestamp()),
    }
