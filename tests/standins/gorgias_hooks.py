"""Gorgias whose HTTP integrations can be made by API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.gorgias_writes import WrittenGorgias
from tests.standins.hooked import Hooked
from tests.standins.standin import Reply
from tests.standins.writable import exactly

TRIGGERS = {
    "ticket-created",
    "ticket-updated",
    "ticket-message-created",
    "ticket-self-unsnoozed",
    "ticket-message-failed",
}
HTTP = ("url", "method", "headers", "form", "triggers")


@dataclass
class HookedGorgias(Hooked, WrittenGorgias):
    """An integration sends a form at each of its triggers; other kinds stand in the same list."""

    path: ClassVar = "/integrations"

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/api/integrations":
            return self._set({}, body, 201) if method == "POST" else self._page(request)
        if found := re.fullmatch(r"/api/integrations/(\d+)", path):
            hook = self.of_id(found[1])
            return self._set(hook, body, 202) if hook and method == "PUT" else Reply(404, {})
        return super().answer(request, body)

    def addresses(self) -> list[str]:
        return list(dict.fromkeys(it["http"]["url"] for it in self.hooks))

    def signs(self, address: str) -> str:
        (secret,) = {
            it["http"]["headers"]["X-Triage-Secret"]
            for it in self.hooks
            if it["http"]["url"] == address
        }
        return str(secret)

    def by_hand(self, address: str, **more: Any) -> None:
        headers = {"X-Triage-Secret": "typed by hand"}
        http = {"url": address, "headers": headers, "triggers": {"ticket-created": True}}
        self.added({"type": "http", "name": "Ours", "http": http} | more, "")

    def _page(self, request: Request) -> Reply:
        assert int(request.query_params["limit"]) == 100
        every = [{"id": 1, "type": "email", "name": "help@acme.example", "http": None}, *self.hooks]
        after = int(request.query_params.get("cursor", "0"))
        some = every[after : after + self.per_page]
        next_ = str(after + len(some)) if after + len(some) < len(every) else None
        return Reply(body={"data": some, "meta": {"next_cursor": next_, "prev_cursor": None}})

    def _set(self, hook: dict[str, Any], body: Any, status: int) -> Reply:
        known = {f"{it}_content_type": "application/json" for it in ("request", "response")}
        if not exactly(body, "name", "http", type="http"):
            return Reply(400, {"error": {"msg": "Failed to create integration."}})
        if not exactly(body["http"], *HTTP, **known):
            return Reply(400, {"error": {"msg": "Failed to create integration."}})
        if not set(body["http"]["triggers"]) <= TRIGGERS:
            return Reply(400, {"error": {"msg": "Unknown trigger."}})
        if hook:
            hook.update(body)
        else:
            hook = self.added(body | {"deactivated_datetime": None}, "")
        return Reply(status, hook)
