"""FreeScout as it is written to: all tags at once, threads that are notes or replies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly

KEY = "freescout-k3y-s3cret"
PATH = re.compile(r"/api/conversations/(\d+)(?:/(tags|threads))?")


@dataclass
class WrittenFreeScout(Writable):
    """Without safe updates: who reads and writes may lose what came between."""

    vendor = "freescout"
    given: ClassVar = {"user": "3", "key": KEY}

    def is_known(self, request: Request) -> bool:
        return request.headers.get("x-freescout-api-key") == KEY

    def may_be_beaten(self, path: str) -> bool:
        asked = [it for it in self.asked if f"GET {path}?" in it]
        return self.asked[-1].startswith("GET /api/conversations/") and len(asked) == 2

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/api/users":
            users = [{"id": v, "email": k} for k, v in self.agents.items()]
            return Reply(body={"_embedded": {"users": users}})
        if (found := PATH.fullmatch(path)) and int(found[1]) in self.cases:
            return self._of_case(self.cases[int(found[1])], method, found[2], body)
        return Reply(404, {})

    def _of_case(self, case: Case, method: str, what: str | None, body: Any) -> Reply:
        if case.gone:
            return Reply(404, {})
        if method == "GET":
            return Reply(body=self._shown(case))
        if self.is_refused(case) or not self._change(case, (method, what), body):
            return bad()
        return self.took(Reply(201, {}), note=what == "threads")

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        kinds = [("customer" if it.public else "note", it.text) for it in case.words]
        return {
            "id": case.id,
            "status": "closed" if case.closed else "active",
            "state": "published",
            "assignee": {"id": on.assignee} if on.assignee else None,
            "_embedded": {
                "tags": [{"id": 1, "name": it} for it in on.tags],
                "threads": [{"type": kind, "body": text} for kind, text in kinds],
            },
        }

    def _change(self, case: Case, what: tuple[str, str | None], body: Any) -> bool:
        on = self.on(case.id)
        if what == ("PUT", "tags") and exactly(body, "tags"):
            on.tags = list(body["tags"])
        elif what == ("PUT", None) and exactly(body, "assignTo", byUser=3):
            on.assignee = body["assignTo"]
        elif what == ("POST", "threads") and exactly(body, "type", "text", user=3):
            self.says(case, body["text"], public=body["type"] != "note")
        else:
            return False
        return True
