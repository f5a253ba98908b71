"""Intercom: the search of conversations with `starting_after`, and one with all its parts."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply, StandIn, Words

TOKEN = "intercom-t0ken-s3cret"
CONVERSATION = re.compile(r"/conversations/(\d+)")


@dataclass
class Intercom(StandIn):
    """Its limits are told by a moment, not by `Retry-After`."""

    vendor = "intercom"
    given: ClassVar = {"token": TOKEN}

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {TOKEN}"

    def limited(self, name: str, left_s: int) -> Reply:
        reset = str(int(self.clock().timestamp()) + left_s)
        return Reply(429, {"type": "error.list"}, {"x-ratelimit-reset": reset})

    def answer(self, request: Request, body: Any) -> Reply:
        path = request.url.path
        if request.headers.get("intercom-version") is None:
            return Reply(400, {"type": "error.list"})
        if path == "/me":
            return Reply(body={"type": "admin", "id": "814860", "name": "Triage"})
        if path == "/conversations/search" and request.method == "POST":
            return self._search(body)
        if (found := CONVERSATION.fullmatch(path)) and int(found[1]) in self.cases:
            case = self.cases[int(found[1])]
            return Reply(404, {}) if case.gone else Reply(body=_conversation(case, parts=True))
        return Reply(404, {"type": "error.list"})

    def _search(self, body: Any) -> Reply:
        [one] = body["query"]["value"]
        assert (one["field"], one["operator"]) == ("updated_at", ">")
        assert body["sort"] == {"field": "updated_at", "order": "ascending"}
        if not 1 <= body["pagination"]["per_page"] <= 150:
            return Reply(400, {"type": "error.list"})
        token = body["pagination"].get("starting_after")
        after = tuple(map(float, b64decode(token).decode().split("|"))) if token else (0.0, 0.0)
        rows = [it for it in self.cases.values() if it.updated_at.timestamp() > one["value"]]
        rows = sorted((it for it in rows if _place(it) > after and not it.gone), key=_place)
        page = rows[: self.page]
        pages: dict[str, Any] = {"type": "pages", "per_page": self.page}
        if len(rows) > len(page):
            at, number = _place(page[-1])
            cursor = b64encode(f"{at}|{number}".encode()).decode()
            pages["next"] = {"page": 2, "starting_after": cursor}
        found = [_conversation(it, parts=False) for it in page]
        told = {"type": "conversation.list", "pages": pages, "total_count": len(rows)}
        return Reply(body=told | {"conversations": found})


def _place(case: Case) -> tuple[float, float]:
    return case.updated_at.timestamp(), float(case.id)


def _author(words: Words) -> dict[str, Any]:
    if words.by == "customer":
        return {"type": "user", "id": "5bc8", "name": "Dana Reyes", "email": "dana@example.org"}
    return {"type": "admin", "id": "814860", "name": "Sam"}


def _conversation(case: Case, *, parts: bool) -> dict[str, Any]:
    first, *rest = case.words
    found: dict[str, Any] = {
        "type": "conversation",
        "id": str(case.id),
        "created_at": int(case.created_at.timestamp()),
        "updated_at": int(case.updated_at.timestamp()),
        "source": {
            "type": "conversation",
            "id": str(first.id),
            "subject": "",
            "body": f"<p>{first.text}</p>",
            "author": _author(first),
        },
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "5bc8"}]},
        "state": "closed" if case.closed else "open",
        "open": not case.closed,
        "tags": {"type": "tag.list", "tags": []},
    }
    if parts:
        listed = [_part(it) for it in rest]
        found["conversation_parts"] = {
            "type": "conversation_part.list",
            "conversation_parts": listed,
            "total_count": len(listed),
        }
    return found


def _part(words: Words) -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": str(words.id),
        "part_type": "comment" if words.public else "note",
        "body": f"<p>{words.text}</p>",
        "created_at": int(words.at.timestamp()),
        "author": _author(words),
    }
