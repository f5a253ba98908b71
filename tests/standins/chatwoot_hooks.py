"""Chatwoot whose webhooks can be made by API, of today and of old."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from tests.standins.chatwoot import BASE
from tests.standins.chatwoot_writes import WrittenChatwoot
from tests.standins.hooked import Hooked
from tests.standins.standin import Reply
from tests.standins.writable import bad, exactly

EVENTS = {"conversation_created", "conversation_status_changed", "message_created"}


@dataclass
class HookedChatwoot(Hooked, WrittenChatwoot):
    """Of 2026 it makes a secret and tells it; an older one (`signs_nothing`) knows none."""

    signs_nothing: bool = False

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == f"{BASE}/webhooks" and method == "GET":
            told = [it | self._told(it) for it in self.hooks]
            return Reply(body={"payload": {"webhooks": told}})
        if path == f"{BASE}/webhooks" and method == "POST":
            return self._made(body)
        if found := re.fullmatch(rf"{BASE}/webhooks/(\d+)", path):
            assert method == "DELETE"
            self.hooks = [it for it in self.hooks if str(it["id"]) != found[1]]
            return Reply(200, raw=b"")
        return super().answer(request, body)

    def _told(self, hook: dict[str, Any]) -> dict[str, Any]:
        return {} if self.signs_nothing else {"secret": self.secrets[str(hook["id"])]}

    def _made(self, body: Any) -> Reply:
        if not exactly(body, "url", "name", "subscriptions"):
            return bad()
        if not set(body["subscriptions"]) <= EVENTS or not body["subscriptions"]:
            return Reply(422, {"message": "Subscriptions Invalid events"})
        if body["url"] in self.addresses():
            return Reply(422, {"message": "Url has already been taken"})
        made = self.added(body | {"account_id": 1}, "a-secret-of-chatwoots-own")
        return Reply(body={"payload": {"webhook": made | self._told(made)}})
