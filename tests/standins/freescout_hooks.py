"""FreeScout whose webhooks can be made by API, and have no secret of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from tests.standins.freescout_writes import WrittenFreeScout
from tests.standins.hooked import Hooked
from tests.standins.standin import Reply
from tests.standins.writable import exactly

KEY = "s" * 32  # with which it signs all, as the source was given it
EVENTS = {
    "convo.assigned",
    "convo.created",
    "convo.deleted",
    "convo.deleted_forever",
    "convo.restored",
    "convo.moved",
    "convo.status",
    "convo.customer.reply.created",
    "convo.agent.reply.created",
    "convo.note.created",
    "customer.created",
    "customer.updated",
}


@dataclass
class HookedFreeScout(Hooked, WrittenFreeScout):
    """One key signs for all webhooks, and no call tells it; none changes one either."""

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/api/webhooks" and method == "GET":
            return self.embedded_page(int(request.query_params.get("page", "1")))
        if path == "/api/webhooks" and method == "POST":
            return self._made(body)
        if found := re.fullmatch(r"/api/webhooks/(\d+)", path):
            assert method == "DELETE"
            self.hooks = [it for it in self.hooks if str(it["id"]) != found[1]]
            return Reply(204, raw=b"")
        return super().answer(request, body)

    def signs(self, address: str) -> str:
        assert address in self.addresses()
        return KEY

    def _made(self, body: Any) -> Reply:
        if not exactly(body, "url", "events") or not set(body["events"]) <= EVENTS:
            return Reply(400, {"message": "Bad request"})
        return Reply(201, {"id": self.added(body, KEY)["id"]})
