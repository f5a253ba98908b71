"""Front as it is written to: tags by id in pages, comments, messages that would reach customers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly

TOKEN = "front-t0ken-s3cret"
PATH = re.compile(r"/conversations/(\w+)(?:/(tags|comments))?")


@dataclass
class WrittenFront(Writable):
    """Its update would replace tags, so that it only assigns."""

    vendor = "front"
    given: ClassVar = {"token": TOKEN}
    always_private: ClassVar = True

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {TOKEN}"

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/me":
            return Reply(body={"name": "Acme"})
        if path == "/teammates":
            found = [{"id": v, "email": k} for k, v in self.agents.items()]
            return Reply(body={"_results": found})
        if path == "/tags":
            return self._tags(request.query_params.get("page_token", "0"), method, body)
        if (found := PATH.fullmatch(path)) and int(found[1]) in self.cases:
            return self._of_case(self.cases[int(found[1])], method, found[2], body)
        return Reply(404, {})

    def _tags(self, token: str, method: str, body: Any) -> Reply:
        if method == "POST":
            is_new = exactly(body, "name") and body["name"] not in self.tag_ids
            return Reply(201, {"id": self.tag_id(body["name"])}) if is_new else bad()
        start, rows = int(token), [{"id": v, "name": k} for k, v in self.tag_ids.items()]
        further = start + 2 < len(rows)
        link = f"https://elsewhere.example/tags?page_token={start + 2}" if further else None
        return Reply(body={"_results": rows[start : start + 2], "_pagination": {"next": link}})

    def _of_case(self, case: Case, method: str, what: str | None, body: Any) -> Reply:
        if case.gone:
            return Reply(404, {})
        if method == "GET":
            return Reply(body=self._comments(case) if what else self._shown(case))
        if self.is_refused(case) or not self._change(case, (method, what), body):
            return bad()
        return self.took(Reply(201, {}), note=what == "comments")

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        return {
            "id": case.id,
            "status": "archived" if case.closed else "unassigned",
            "tags": [{"id": self.tag_id(it), "name": it} for it in on.tags],
            "assignee": {"id": on.assignee} if on.assignee else None,
        }

    def _comments(self, case: Case) -> dict[str, Any]:
        return {"_results": [{"body": it.text} for it in case.words if not it.public]}

    def _change(self, case: Case, what: tuple[str, str | None], body: Any) -> bool:
        on = self.on(case.id)
        if what == ("PATCH", None) and exactly(body, "assignee_id"):
            on.assignee = body["assignee_id"]
        elif what == ("POST", "comments") and exactly(body, "body"):
            self.says(case, body["body"], public=False)
        elif what[1] == "tags" and exactly(body, "tag_ids"):
            those = {self.tag_name(it) for it in body["tag_ids"]}
            on.tags = sorted({*on.tags} | those if what[0] == "POST" else {*on.tags} - those)
        else:
            return False
        return True
