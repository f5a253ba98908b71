"""Freshdesk as it is written to: an update replaces all tags, notes are private or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.freshdesk import CONVERSATIONS, Freshdesk, _reply, _ticket
from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, within

TICKET = re.compile(r"/api/v2/tickets/(\d+)(/notes)?")
KNOWN = ("priority", "responder_id", "tags", "custom_fields")


@dataclass
class WrittenFreshdesk(Writable, Freshdesk):
    """Without safe updates: who reads and writes may lose what came between."""

    field: ClassVar = "cf_triage_level"

    def may_be_beaten(self, path: str) -> bool:
        found = TICKET.fullmatch(path)
        return bool(found) and len([it for it in self.asked if f"GET {path}?" in it]) == 2

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/api/v2/agents":
            return self._agents(request.query_params["email"])
        if found := TICKET.fullmatch(path):
            return self._of_ticket(int(found[1]), bool(found[2]), method, body)
        if (found := CONVERSATIONS.fullmatch(path)) and int(found[1]) in self.cases:
            said = [_reply(it) for it in self.cases[int(found[1])].words[1:]]
            return self._paged(said, path, dict(request.query_params), self.part)
        return super().answer(request, body)

    def _of_ticket(self, number: int, notes: bool, method: str, body: Any) -> Reply:
        case = self.cases.get(number)
        if case is None or case.gone:
            return Reply(404, {})
        if method == "GET" and not notes:
            return Reply(body=self._shown(case))
        if self.is_refused(case) or method != ("POST" if notes else "PUT"):
            return bad()
        return self._note(case, body) if notes else self._update(case, body)

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        fields = {"cf_triage_level": on.fields.get("cf_triage_level")}
        shown = {"tags": on.tags, "priority": int(on.priority or 1), "responder_id": on.assignee}
        return _ticket(case, []) | shown | {"custom_fields": fields}

    def _update(self, case: Case, body: Any) -> Reply:
        if not within(body, *KNOWN) or set(body.get("custom_fields", ())) - {"cf_triage_level"}:
            return bad()
        on = self.on(case.id)
        on.tags = list(body.get("tags", on.tags))
        if "priority" in body:
            assert body["priority"] in {1, 2, 3, 4}
            on.priority = str(body["priority"])
        on.assignee = body.get("responder_id", on.assignee)
        on.fields |= body.get("custom_fields", {})
        return self.took(Reply(body=self._shown(case)), note=False)

    def _note(self, case: Case, body: Any) -> Reply:
        if not within(body, "body", "private"):
            return bad()
        self.says(case, body["body"], public=body.get("private", True) is not True)
        return self.took(Reply(201, {"id": 1}))

    def _agents(self, email: str) -> Reply:
        known = [it for it in self.agents if it == email]
        return Reply(body=[{"id": self.agents[it], "contact": {"email": it}} for it in known])
