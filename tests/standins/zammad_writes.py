"""Zammad as it is written to: tags one by one, updates, articles of which only some are silent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly, within
from tests.standins.zammad import Zammad, _ticket

TICKET = re.compile(r"/api/v1/tickets/(\d+)")
NOTE = ("ticket_id", "subject", "body", "content_type", "type", "internal", "sender")
KNOWN = ("priority", "owner_id", "triage_level")
PRIORITIES = {"1 low", "2 normal", "3 high"}


@dataclass
class WrittenZammad(Writable, Zammad):
    """As its REST manual has it."""

    field: ClassVar = "triage_level"

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/api/v1/tags" and method == "GET":
            tags = self.on(int(request.query_params["o_id"])).tags
            return Reply(body={"tags": tags})
        if path in {"/api/v1/tags/add", "/api/v1/tags/remove"}:
            return self._tag(path, method, body)
        if path == "/api/v1/ticket_articles" and method == "POST":
            return self._article(body)
        if path == "/api/v1/users/search":
            return self._users(request.query_params["query"].removeprefix("email:"))
        if found := TICKET.fullmatch(path):
            return self._of_ticket(self.cases.get(int(found[1])), method, body)
        return super().answer(request, body)

    def _of_ticket(self, case: Case | None, method: str, body: Any) -> Reply:
        if case is None or case.gone:
            return Reply(404, {"error": "Couldn't find Ticket"})
        return self._update(case, body) if method == "PUT" else Reply(body=self._shown(case))

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        shown = {"priority": on.priority or "2 normal", "owner_id": on.assignee or 1}
        return _ticket(case) | shown | {"triage_level": on.fields.get("triage_level", "")}

    def _tag(self, path: str, method: str, body: Any) -> Reply:
        if not exactly(body, "item", "o_id", object="Ticket"):
            return bad()
        on, case = self.on(int(body["o_id"])), self.cases[int(body["o_id"])]
        if self.is_refused(case):
            return bad()
        if path.endswith("add") and method == "POST":
            on.tags += [body["item"]] if body["item"] not in on.tags else []
        elif path.endswith("remove") and method == "DELETE":
            on.tags = [it for it in on.tags if it != body["item"]]
        else:
            return Reply(404, {})
        return self.took(Reply(201, body=True), note=False)

    def _update(self, case: Case, body: Any) -> Reply:
        if self.is_refused(case) or not within(body, *KNOWN):
            return bad()
        on = self.on(case.id)
        if "priority" in body and body["priority"] not in PRIORITIES:
            return bad()
        on.priority = body.get("priority", on.priority)
        on.assignee = body.get("owner_id", on.assignee)
        if "triage_level" in body:
            on.fields["triage_level"] = body["triage_level"]
        return self.took(Reply(body=self._shown(case)), note=False)

    def _article(self, body: Any) -> Reply:
        if not within(body, *NOTE):
            return bad()
        case = self.cases[int(body["ticket_id"])]
        if self.is_refused(case):
            return bad()
        mails = body.get("type", "note") != "note"  # internal or not: the mail goes out
        self.says(case, body["body"], public=mails or body.get("internal") is not True)
        return self.took(Reply(201, {"id": 1}))

    def _users(self, email: str) -> Reply:
        users = [{"id": 8, "email": email, "roles": ["Customer"]}]
        if email in self.agents:
            users.append({"id": self.agents[email], "email": email.upper(), "roles": ["Agent"]})
        return Reply(body=users)
