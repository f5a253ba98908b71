"""Gorgias as it is written to: tags by name, messages of which only one channel is internal."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly, within

EMAIL, KEY = "bot@acme.example", "gorgias-k3y-s3cret"
KNOWN = "Basic " + b64encode(f"{EMAIL}:{KEY}".encode()).decode()
PATH = re.compile(r"/api/tickets/(\d+)(?:/(tags|messages))?")
MESSAGE = ("channel", "via", "from_agent", "sender", "body_text")


@dataclass
class WrittenGorgias(Writable):
    """A message of any other channel than internal-note goes out."""

    vendor = "gorgias"
    given: ClassVar = {"email": EMAIL, "key": KEY}

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == KNOWN

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/api/account":
            return Reply(body={"domain": "acme"})
        if path == "/api/users":
            return Reply(body={"data": [{"id": v, "email": k} for k, v in self.agents.items()]})
        if (found := PATH.fullmatch(path)) and int(found[1]) in self.cases:
            return self._of_case(self.cases[int(found[1])], method, found[2], body)
        return Reply(404, {})

    def _of_case(self, case: Case, method: str, what: str | None, body: Any) -> Reply:
        if case.gone:
            return Reply(404, {})
        if method == "GET":
            return Reply(body=self._messages(case) if what else self._shown(case))
        if self.is_refused(case) or not self._change(case, (method, what), body):
            return bad()
        return self.took(Reply(201, {}), note=what == "messages")

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        return {
            "id": case.id,
            "status": "closed" if case.closed else "open",
            "priority": on.priority,
            "tags": [{"id": 1, "name": it} for it in on.tags],
            "assignee_user": {"id": on.assignee} if on.assignee else None,
        }

    def _messages(self, case: Case) -> dict[str, Any]:
        kinds = [("email" if it.public else "internal-note", it.text) for it in case.words]
        return {"data": [{"channel": kind, "body_text": text} for kind, text in kinds]}

    def _change(self, case: Case, what: tuple[str, str | None], body: Any) -> bool:
        on = self.on(case.id)
        if what[1] == "tags" and exactly(body, "names"):
            those = set(body["names"])
            on.tags = sorted({*on.tags} | those if what[0] == "POST" else {*on.tags} - those)
        elif what == ("PUT", None) and within(body, "priority", "assignee_user"):
            on.priority = body.get("priority", on.priority)
            on.assignee = body.get("assignee_user", {"id": on.assignee})["id"]
        elif what == ("POST", "messages") and exactly(body, *MESSAGE):
            self.says(case, body["body_text"], public=body["channel"] != "internal-note")
        else:
            return False
        return True
