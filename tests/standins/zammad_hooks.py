"""Zammad whose webhooks and triggers can be made by API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as held
from typing import Any

from starlette.requests import Request

from tests.standins.hooked import Hooked
from tests.standins.standin import Reply
from tests.standins.writable import bad, exactly
from tests.standins.zammad_writes import WrittenZammad

CONDITIONS = {"ticket.action", "ticket.state_id", "article.action", "article.internal"}


@dataclass
class HookedZammad(Hooked, WrittenZammad):
    """A webhook sends nothing by itself: triggers name it. Its token is never told again."""

    at: str = "endpoint"
    triggers: list[dict[str, Any]] = held(default_factory=list)

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path.removeprefix("/api/v1"), request.method
        if path == "/webhooks":
            return self._set({}, body, 201) if method == "POST" else Reply(body=self._masked())
        if found := re.fullmatch(r"/webhooks/(\d+)", path):
            hook = self.of_id(found[1])
            return self._set(hook, body, 200) if hook and method == "PUT" else Reply(404, {})
        if path == "/ticket_states":
            names = ("new", "open", "merged", "closed")
            return Reply(body=[{"id": n, "name": it} for n, it in enumerate(names, 1)])
        if path == "/triggers":
            return self._trigger(body) if method == "POST" else Reply(body=self.triggers)
        return super().answer(request, body)

    def _masked(self) -> list[dict[str, Any]]:
        return [it | {"signature_token": "**********"} for it in self.hooks]

    def _set(self, hook: dict[str, Any], body: Any, status: int) -> Reply:
        known = {"ssl_verify": True, "active": True}
        if not exactly(body, "name", "endpoint", "signature_token", **known):
            return bad()
        if hook:
            hook.update(body)
        else:
            hook = self.added(body, "")
        self.secrets[str(hook["id"])] = body["signature_token"]
        return Reply(status, hook | {"signature_token": "**********"})

    def _trigger(self, body: Any) -> Reply:
        known = {"activator": "action", "execution_condition_mode": "selective", "active": True}
        if not exactly(body, "name", "condition", "perform", **known):
            return bad()
        if body["name"] in {it["name"] for it in self.triggers}:
            return Reply(422, {"error": "Name has already been taken"})
        if not set(body["condition"]) <= CONDITIONS:
            return bad()
        number = body["perform"]["notification.webhook"]["webhook_id"]
        assert self.of_id(str(number)), "a trigger of no webhook"
        self.triggers.append({"id": len(self.triggers) + 1} | body)
        return Reply(201, self.triggers[-1])
