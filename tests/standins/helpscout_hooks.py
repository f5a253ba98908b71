"""Help Scout whose webhooks can be made by API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from tests.standins.helpscout_writes import WrittenHelpScout
from tests.standins.hooked import Hooked
from tests.standins.standin import Reply
from tests.standins.writable import exactly


@dataclass
class HookedHelpScout(Hooked, WrittenHelpScout):
    """Pages of a list that names its parts; what is made answers with nothing."""

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/webhooks" and method == "GET":
            return self.embedded_page(int(request.query_params.get("page", "1")))
        if path == "/webhooks" and method == "POST":
            return self._set({}, body, 201)
        if found := re.fullmatch(r"/webhooks/(\d+)", path):
            hook = self.of_id(found[1])
            return self._set(hook, body, 204) if hook and method == "PUT" else Reply(404, {})
        return super().answer(request, body)

    def _set(self, hook: dict[str, Any], body: Any, status: int) -> Reply:
        if not exactly(body, "url", "events", "secret", "label", payloadVersion="V2"):
            return Reply(400, {"message": "Bad request"})
        if len(body["secret"]) > 40 or not all(it.startswith("convo.") for it in body["events"]):
            return Reply(400, {"message": "Bad request"})
        if hook:
            hook.update(body)
            self.secrets[str(hook["id"])] = body["secret"]
        else:
            self.added(body, body["secret"])
        return Reply(status, raw=b"")
