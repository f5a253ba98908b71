"""Zendesk as it is written to: safe updates, private comments, agents, limits of updates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable
from tests.standins.zendesk import AGENT, CUSTOMER, Zendesk, iso

TICKET = re.compile(r"/api/v2/tickets/(\d+)\.json")
LIST = re.compile(r"/api/v2/tickets/(\d+)/comments\.json")
SEARCH = "/api/v2/users/search.json"
KNOWN = {"priority", "tags", "assignee_id", "custom_fields", "comment"}
PRIORITIES = {"low", "normal", "high", "urgent"}


@dataclass
class WrittenZendesk(Writable, Zendesk):
    """A Zendesk whose tickets may be changed, safely."""

    field: ClassVar = "77"

    def counts(self, path: str) -> str:
        return "account" if "/incremental/" not in path else "export"

    def answer(self, request: Request, body: Any) -> Reply:
        path = request.url.path
        if found := TICKET.fullmatch(path):
            case = self.cases.get(int(found[1]))
            if case is None or case.gone:
                return Reply(404, {"error": "RecordNotFound"})
            if request.method == "PUT":
                return self._update(case, body)
            return Reply(body={"ticket": self._shown(case)})
        if (found := LIST.fullmatch(path)) and "sort_order" in request.query_params:
            return self._words(self.cases[int(found[1])], request.query_params["sort_order"])
        if path == SEARCH:
            return self._search(request.query_params.get("query", ""))
        return super().answer(request, body)

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        fields = [{"id": k, "value": v} for k, v in on.fields.items()]
        return self._ticket(case) | {
            "tags": on.tags,
            "priority": on.priority,
            "assignee_id": on.assignee,
            "custom_fields": fields,
        }

    def _update(self, case: Case, body: Any) -> Reply:
        if "updates" in self.limits and self._over("updates"):
            return self.limited("updates", 60 - int(self.clock().timestamp() % 60))
        changes = dict(body["ticket"])
        safe, stamp = changes.pop("safe_update", False), changes.pop("updated_stamp", None)
        if safe and stamp != iso(case.updated_at):
            return Reply(409, {"error": "UpdateConflict"})
        if case.closed or case.id == self.refuses:
            return Reply(422, {"error": "RecordInvalid"})
        assert set(changes) <= KNOWN, changes
        on = self.on(case.id)
        on.tags = changes.get("tags", on.tags)
        assert changes.get("priority", "low") in PRIORITIES
        on.priority = changes.get("priority", on.priority)
        on.assignee = changes.get("assignee_id", on.assignee)
        for one in changes.get("custom_fields", ()):
            assert one["id"] in on.fields
            on.fields[one["id"]] = one["value"]
        if comment := changes.get("comment"):
            public = comment.get("public", True)  # as Zendesk has it
            self.says(case, comment["body"], public=public)
        case.updated_at = max(self.clock(), case.updated_at + timedelta(seconds=1))
        return self.took(Reply(body={"ticket": self._shown(case)}, headers=self._told()))

    def _told(self) -> dict[str, str]:
        if "updates" not in self.limits:
            return {}
        total, left = self.limits["updates"], self.left("updates")
        said = f"total={total}; remaining={left}; resets=60"
        return {"zendesk-ratelimit-tickets-update": said}

    def _over(self, name: str) -> bool:
        self._windows[name, self._window()] += 1
        over = self._windows[name, self._window()] > self.limits[name]
        self.refused[name] += over
        return over

    def _words(self, case: Case, order: str) -> Reply:
        words = sorted(case.words, key=lambda it: it.at, reverse=order == "desc")
        told = [
            {
                "id": it.id,
                "author_id": CUSTOMER if it.by == "customer" else AGENT,
                "body": it.text,
                "public": it.public,
                "created_at": iso(it.at),
            }
            for it in words[:100]
        ]
        return Reply(body={"comments": told, "next_page": None, "count": len(words)})

    def _search(self, query: str) -> Reply:
        email = query.removeprefix("email:")
        users = [{"id": CUSTOMER, "email": email, "role": "end-user"}]
        if email in self.agents:
            users.append({"id": self.agents[email], "email": email.upper(), "role": "agent"})
        return Reply(body={"users": users, "count": len(users)})
