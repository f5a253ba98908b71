"""Help Scout as it is written to: all tags at once, notes, a JSON Patch that assigns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly

TOKEN = "helpscout-t0ken-s3cret"
PATCHES = "application/json-patch+json"
PATH = re.compile(r"/conversations/(\d+)(?:/(tags|notes|threads))?")


@dataclass
class WrittenHelpScout(Writable):
    """Without safe updates: who reads and writes may lose what came between."""

    vendor = "helpscout"
    given: ClassVar = {"id": "app", "secret": "helpscout-s3cret"}
    always_private: ClassVar = True

    def is_known(self, request: Request) -> bool:
        known = request.headers.get("authorization") == f"Bearer {TOKEN}"
        return known or request.url.path == "/oauth2/token"

    def may_be_beaten(self, path: str) -> bool:
        asked = [it for it in self.asked if f"GET {path}?" in it]
        return self.asked[-1].startswith("GET /conversations/") and len(asked) == 2

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/oauth2/token":
            return Reply(body={"access_token": TOKEN, "expires_in": 172_800})
        if path == "/users/me":
            return Reply(body={"id": 3, "firstName": "Tri", "lastName": "Age"})
        if path == "/users":
            users = [{"id": v, "email": k} for k, v in self.agents.items()]
            return Reply(body={"_embedded": {"users": users}})
        if method == "PATCH" and request.headers.get("content-type", PATCHES) != PATCHES:
            return Reply(415, {})
        if (found := PATH.fullmatch(path)) and int(found[1]) in self.cases:
            return self._of_case(self.cases[int(found[1])], method, found[2], body)
        return Reply(404, {})

    def _of_case(self, case: Case, method: str, what: str | None, body: Any) -> Reply:
        if case.gone:
            return Reply(404, {})
        if method == "GET":
            return Reply(body=self._threads(case) if what else self._shown(case))
        if self.is_refused(case) or not self._change(case, (method, what), body):
            return bad()
        return self.took(Reply(201, {}), note=what == "notes")

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        return {
            "id": case.id,
            "status": "closed" if case.closed else "active",
            "tags": [{"id": 1, "tag": it} for it in on.tags],
            "assignee": {"id": on.assignee} if on.assignee else None,
        }

    def _threads(self, case: Case) -> dict[str, Any]:
        kinds = [("customer" if it.public else "note", it.text) for it in case.words]
        threads = [{"type": kind, "body": text} for kind, text in kinds]
        return {"_embedded": {"threads": threads}, "page": {"number": 1, "totalPages": 1}}

    def _change(self, case: Case, what: tuple[str, str | None], body: Any) -> bool:
        on = self.on(case.id)
        if what == ("PUT", "tags") and exactly(body, "tags"):
            on.tags = list(body["tags"])
        elif what == ("PATCH", None) and isinstance(body, list):
            (one,) = body
            if not exactly(one, "value", op="replace", path="/assignTo"):
                return False
            on.assignee = one["value"]
        elif what == ("POST", "notes") and exactly(body, "text"):
            self.says(case, body["text"], public=False)
        else:
            return False
        return True
