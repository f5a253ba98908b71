"""Intercom as it is written to: tags by id, replies that are notes or reach the customer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.intercom import Intercom, _conversation
from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly

PATH = re.compile(r"/conversations/(\d+)(?:/(tags|reply|parts)(?:/(\w+))?)?")


@dataclass
class WrittenIntercom(Writable, Intercom):
    """Every write says which teammate is shown as its author."""

    field: ClassVar = "triage_level"

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/admins":
            return Reply(body={"admins": [{"id": v, "email": k} for k, v in self.agents.items()]})
        if path == "/tags" and method == "POST" and exactly(body, "name"):
            return Reply(body={"id": self.tag_id(body["name"]), "name": body["name"]})
        if (found := PATH.fullmatch(path)) and int(found[1]) in self.cases:
            case = self.cases[int(found[1])]
            if case.gone:
                return Reply(404, {"type": "error.list"})
            if method == "GET":
                return Reply(body=self._shown(case))
            changed = not self.is_refused(case) and self._change(case, method, found, body)
            return self.took(Reply(body={}), note=found[2] == "reply") if changed else bad()
        return super().answer(request, body)

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        return _conversation(case, parts=True) | {
            "tags": {"tags": [{"id": self.tag_id(it), "name": it} for it in on.tags]},
            "admin_assignee_id": on.assignee or 0,
            "custom_attributes": {k: v for k, v in on.fields.items() if k != 77},
        }

    def _change(self, case: Case, method: str, found: re.Match[str], body: Any) -> bool:
        on, what = self.on(case.id), (method, found[2])
        if what == ("POST", "tags") and exactly(body, "id", "admin_id"):
            on.tags = sorted({*on.tags, self.tag_name(body["id"])})
        elif what == ("DELETE", "tags") and exactly(body, "admin_id"):
            on.tags.remove(self.tag_name(found[3]))
        elif what == ("PUT", None) and exactly(body, "custom_attributes"):
            on.fields |= body["custom_attributes"]
        elif what == ("POST", "parts") and exactly(
            body, "admin_id", "assignee_id", type="admin", message_type="assignment"
        ):
            on.assignee = body["assignee_id"]
        elif what == ("POST", "reply") and exactly(
            body, "admin_id", "message_type", "body", type="admin"
        ):
            self.says(case, body["body"], public=body["message_type"] != "note")
        else:
            return False
        return True
