"""Jira whose administrator's webhooks can be made by API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.hooked import Hooked
from tests.standins.jira_writes import WrittenJira
from tests.standins.standin import Reply
from tests.standins.writable import bad, exactly

EVENTS = {
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
}


@dataclass
class HookedJira(Hooked, WrittenJira):
    """A webhook is named by its own address; its secret is kept where a change leaves it out."""

    path: ClassVar = "/rest/webhooks/1.0/webhook"
    projects: tuple[str, ...] = ("HELP", "SHOP", "HR")

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/rest/servicedeskapi/servicedesk":
            return self._desks(int(request.query_params.get("start", "0")))
        if path == self.path:
            return self._set({}, body) if method == "POST" else Reply(body=self._told())
        if found := re.fullmatch(rf"{self.path}/(\d+)", path):
            hook = self.of_id(found[1])
            return self._set(hook, body) if hook and method == "PUT" else Reply(404, {})
        return super().answer(request, body)

    def _desks(self, start: int) -> Reply:
        some = self.projects[start : start + 2]
        values = [{"id": str(n), "projectKey": it} for n, it in enumerate(some, start)]
        is_last = start + len(some) == len(self.projects)
        return Reply(body={"start": start, "values": values, "isLastPage": is_last})

    def _told(self) -> list[dict[str, Any]]:
        return [self._shown(it) for it in self.hooks]

    def _shown(self, hook: dict[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in hook.items() if key not in {"id", "secret"}}
        return kept | {"self": f"{self.address}{self.path}/{hook['id']}", "enabled": True}

    def _set(self, hook: dict[str, Any], body: Any) -> Reply:
        if not exactly(body, "name", "url", "events", "filters", "secret", excludeBody=False):
            return bad()
        if not set(body["events"]) <= EVENTS:
            return bad("unknown event")
        if set(body["filters"]) != {"issue-related-events-section"}:
            return bad("unknown filter")
        if hook:
            hook.update(body)
            self.secrets[str(hook["id"])] = body["secret"]
        else:
            hook = self.added(body, body["secret"])
        return Reply(200, self._shown(hook))
