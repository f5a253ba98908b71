"""Jira Service Management as it is written to: edits, assignees, comments, public or not."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly, within

EMAIL, TOKEN = "bot@acme.example", "jira-t0ken-s3cret"
KNOWN = "Basic " + b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
PATH = re.compile(r"/rest/(?:api/3/issue|servicedeskapi/request)/(\d+)(?:/(assignee|comment))?")


@dataclass
class WrittenJira(Writable):
    """Issues are known by keys, which are numbers here."""

    vendor = "jira"
    given: ClassVar = {"projects": "HELP", "email": EMAIL, "token": TOKEN}
    field: ClassVar = "customfield_10077"
    may: tuple[str, ...] = ("EDIT_ISSUES", "ADD_COMMENTS", "ASSIGN_ISSUES")

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == KNOWN

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/rest/api/3/myself":
            return Reply(body={"accountId": "5f:bot", "displayName": "Triage"})
        if path == "/rest/api/3/mypermissions":
            asked = request.query_params["permissions"].split(",")
            told = {it: {"key": it, "havePermission": it in self.may} for it in asked}
            return Reply(body={"permissions": told})
        if path == "/rest/api/3/user/search":
            customer = {"accountId": "qm:1", "emailAddress": request.query_params["query"]}
            found = [
                {"accountId": str(v), "emailAddress": k, "accountType": "atlassian"}
                for k, v in self.agents.items()
            ]
            return Reply(body=[customer | {"accountType": "customer"}, *found])
        if (found_ := PATH.fullmatch(path)) and int(found_[1]) in self.cases:
            return self._of_case(self.cases[int(found_[1])], method, path, body)
        return Reply(404, {})

    def _of_case(self, case: Case, method: str, path: str, body: Any) -> Reply:
        if case.gone:
            return Reply(404, {})
        if method == "GET":
            return Reply(body=self._comments(case) if "servicedesk" in path else self._shown(case))
        if self.is_refused(case) or not self._change(case, method, path, body):
            return bad()
        return self.took(Reply(201, {}), note="servicedesk" in path)

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        fields = {
            "labels": on.tags,
            "priority": {"name": on.priority} if on.priority else None,
            "assignee": {"accountId": on.assignee} if on.assignee else None,
            "status": {"statusCategory": {"key": "done" if case.closed else "new"}},
            "customfield_10077": on.fields.get("customfield_10077"),
        }
        return {"key": str(case.id), "fields": fields}

    def _comments(self, case: Case) -> dict[str, Any]:
        values = [{"body": it.text, "public": it.public} for it in case.words if not it.public]
        return {"values": values, "isLastPage": True}

    def _change(self, case: Case, method: str, path: str, body: Any) -> bool:
        on = self.on(case.id)
        if path.endswith("/assignee") and method == "PUT" and exactly(body, "accountId"):
            on.assignee = body["accountId"]
        elif "servicedesk" in path and method == "POST" and within(body, "body", "public"):
            self.says(case, body["body"], public=body.get("public", True) is not False)
        elif method == "PUT" and within(body, "update", "fields"):
            fields = body.get("fields", {})
            assert set(fields) <= {"priority", "customfield_10077"}
            on.priority = fields.get("priority", {"name": on.priority})["name"]
            on.fields |= {k: v for k, v in fields.items() if k != "priority"}
            for one in body.get("update", {}).get("labels", ()):
                ((verb, label),) = one.items()
                on.tags = sorted({*on.tags} | {label} if verb == "add" else {*on.tags} - {label})
        else:
            return False
        return True
