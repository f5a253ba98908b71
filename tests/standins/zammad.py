"""Zammad: the search of tickets by `updated_at`, fewer at a time than asked, and articles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply, StandIn, Words

TOKEN = "zammad-t0ken-s3cret"
ARTICLES = re.compile(r"/api/v1/ticket_articles/by_ticket/(\d+)")
QUERY = re.compile(r'updated_at:\["([^"]+)" TO \*\]')


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Zammad(StandIn):
    """With Elasticsearch, and the names of things in place of their numbers (`expand`)."""

    vendor = "zammad"
    given: ClassVar = {"token": TOKEN}

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Token token={TOKEN}"

    def answer(self, request: Request, body: Any) -> Reply:
        path, query = request.url.path, dict(request.query_params)
        if path == "/api/v1/users/me":
            return Reply(body={"id": 3, "login": "triage@acme.example"})
        if path == "/api/v1/tickets/search":
            return self._search(query)
        if (found := ARTICLES.fullmatch(path)) and int(found[1]) in self.cases:
            case = self.cases[int(found[1])]
            return Reply(body=[_article(case, it) for it in case.words])
        return Reply(404, {"error": "No such object"})

    def _search(self, query: dict[str, str]) -> Reply:
        found = QUERY.fullmatch(query["query"])
        assert found, query["query"]
        assert (query["sort_by"], query["order_by"]) == ("updated_at", "asc")
        since, size = datetime.fromisoformat(found[1]), min(self.page, int(query["per_page"]))
        rows = [it for it in self.cases.values() if it.updated_at >= since and not it.gone]
        rows.sort(key=lambda it: (it.updated_at, it.id))
        page = int(query["page"])
        return Reply(body=[_ticket(it) for it in rows[(page - 1) * size : page * size]])


def _ticket(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": f"100{case.id}",
        "title": case.subject,
        "group": "Users",
        "state": "closed" if case.closed else "open",
        "customer_id": 8,
        "customer": "dana@example.org",
        "create_article_type": "email",
        "article_count": len(case.words),
        "article_ids": [it.id for it in case.words],
        "created_at": iso(case.created_at),
        "updated_at": iso(case.updated_at),
    }


def _article(case: Case, words: Words) -> dict[str, Any]:
    return {
        "id": words.id,
        "ticket_id": case.id,
        "sender": "Customer" if words.by == "customer" else "Agent",
        "type": "email" if words.public else "note",
        "internal": not words.public,
        "content_type": "text/html",
        "body": f"<div>{words.text}</div>",
        "from": "Dana Reyes <dana@example.org>",
        "created_at": iso(words.at),
    }
