"""Zendesk whose webhooks can be made by API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from tests.standins.hooked import Hooked
from tests.standins.standin import Reply
from tests.standins.writable import bad, exactly
from tests.standins.zendesk_writes import WrittenZendesk

EVENTS = re.compile(r"zen:event-type:ticket\.(created|comment_added|status_changed)")


@dataclass
class HookedZendesk(Hooked, WrittenZendesk):
    """As its "Webhooks API" has it: pages by cursor, a secret of its own."""

    at: str = "endpoint"

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/api/v2/webhooks":
            return self._made(body) if method == "POST" else self._page(request)
        if found := re.fullmatch(r"/api/v2/webhooks/(\w+)/signing_secret", path):
            told = {"algorithm": "SHA256", "secret": self.secrets[found[1]]}
            return Reply(body={"signing_secret": told})
        return super().answer(request, body)

    def by_hand(self, address: str, **more: Any) -> None:
        super().by_hand(address, **({"status": "active"} | more))

    def _made(self, body: Any) -> Reply:
        known = {"http_method": "POST", "request_format": "json", "status": "active"}
        if not exactly(body, "webhook"):
            return bad()
        hook = body["webhook"]
        if not exactly(hook, "name", "endpoint", "subscriptions", **known):
            return Reply(400, {"errors": [{"code": "InvalidRequest"}]})
        if not all(EVENTS.fullmatch(it) for it in hook["subscriptions"]):
            return Reply(400, {"errors": [{"code": "InvalidSubscription"}]})
        return Reply(201, {"webhook": self.added(hook, "c2VjcmV0IG9mIFplbmRlc2sncyBvd24=")})

    def _page(self, request: Request) -> Reply:
        after = int(request.query_params.get("page[after]", "0"))
        assert int(request.query_params["page[size]"]) == 100
        some = self.hooks[after : after + self.per_page]
        more = after + len(some) < len(self.hooks)
        meta = {"has_more": more, "after_cursor": str(after + len(some)), "before_cursor": None}
        return Reply(body={"webhooks": some, "meta": meta, "links": {}})
