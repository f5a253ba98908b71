"""Chatwoot as it is written to: labels that are replaced, messages that are private or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from tests.standins.chatwoot import BASE, Chatwoot, _conversation
from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly, within

CONVERSATION = re.compile(rf"{BASE}/conversations/(\d+)(?:/(\w+))?")
PRIORITIES = {"low", "medium", "high", "urgent", None}


@dataclass
class WrittenChatwoot(Writable, Chatwoot):
    """Without safe updates: who reads and writes may lose what came between."""

    def may_be_beaten(self, path: str) -> bool:
        return path.endswith("/labels") and len([it for it in self.asked if f"{path}?" in it]) == 1

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == f"{BASE}/agents":
            return Reply(
                body=[{"id": v, "email": k, "role": "agent"} for k, v in self.agents.items()]
            )
        if found := CONVERSATION.fullmatch(path):
            case = self.cases.get(int(found[1]))
            if case is None or case.gone:
                return Reply(404, {"error": "Resource could not be found"})
            if method == "GET" and found[2] in {None, "labels"}:
                shown = self._shown(case)
                return Reply(body={"payload": shown["labels"]} if found[2] else shown)
            if method == "POST":
                return bad() if self.is_refused(case) else self._written(case, found[2], body)
        return super().answer(request, body)

    def _shown(self, case: Case) -> dict[str, Any]:
        on, shown = self.on(case.id), _conversation(case)
        shown["meta"]["assignee"] = {"id": on.assignee} if on.assignee else None
        return shown | {"labels": on.tags, "priority": on.priority}

    def _written(self, case: Case, what: str | None, body: Any) -> Reply:
        on = self.on(case.id)
        if what == "labels" and exactly(body, "labels"):
            on.tags = list(body["labels"])
        elif what == "toggle_priority" and exactly(body, "priority"):
            assert body["priority"] in PRIORITIES
            on.priority = body["priority"]
        elif what == "assignments" and exactly(body, "assignee_id"):
            on.assignee = body["assignee_id"]
        elif what == "messages" and within(body, "content", "message_type", "private"):
            self.says(case, body["content"], public=body.get("private") is not True)
            return self.took(Reply(body={"id": 1}))
        else:
            return bad()
        return self.took(Reply(body={}), note=False)
