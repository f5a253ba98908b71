"""Stand-ins whose webhooks can be made by API; each takes what its vendor's manual shows only.

`signs` tells, by address, with which secret a helpdesk would sign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from dataclasses import field as held
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from tests.standins.chatwoot import BASE
from tests.standins.chatwoot_writes import WrittenChatwoot
from tests.standins.helpscout_writes import WrittenHelpScout
from tests.standins.standin import Reply, StandIn
from tests.standins.writable import bad, exactly
from tests.standins.zammad_writes import WrittenZammad
from tests.standins.zendesk_writes import WrittenZendesk

CONDITIONS = {"ticket.action", "ticket.state_id", "article.action", "article.internal"}
CHATWOOT_EVENTS = {"conversation_created", "conversation_status_changed", "message_created"}
EVENTS = re.compile(r"zen:event-type:ticket\.(created|comment_added|status_changed)")


@dataclass
class Hooked(StandIn):
    """A helpdesk with webhooks, each as its vendor shows it; `at` is what the address is called."""

    hooks: list[dict[str, Any]] = held(default_factory=list)
    secrets: dict[str, str] = held(default_factory=dict)  # by a webhook's id
    per_page: int = 100
    loses: bool = False  # the answer to the next webhook that is made
    at: str = "url"

    def _reply(self, request: Request, body: Any) -> Reply:
        reply = super()._reply(request, body)
        made = request.method == "POST" and request.url.path.endswith("/webhooks")
        if not (made and self.loses):
            return reply
        self.loses = False
        return replace(reply, drops=True)

    def addresses(self) -> list[str]:
        return [str(it[self.at]) for it in self.hooks]

    def signs(self, address: str) -> str:
        (found,) = [it for it in self.hooks if it[self.at].partition("?")[0] == address]
        given = parse_qs(urlsplit(found[self.at]).query).get("secret")
        return given[0] if given else self.secrets[str(found["id"])]

    def by_hand(self, address: str, **more: Any) -> None:
        """Have somebody have made a webhook with the page."""
        self.added({self.at: address} | more, f"a-secret-made-by-hand-{len(self.hooks)}")

    def added(self, hook: dict[str, Any], secret: str) -> dict[str, Any]:
        made = {"id": len(self.hooks) + 101} | hook
        self.hooks.append(made)
        self.secrets[str(made["id"])] = secret
        return made

    def of_id(self, number: str) -> dict[str, Any] | None:
        return next((it for it in self.hooks if str(it["id"]) == number), None)


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
        if not set(body["subscriptions"]) <= CHATWOOT_EVENTS or not body["subscriptions"]:
            return Reply(422, {"message": "Subscriptions Invalid events"})
        if body["url"] in self.addresses():
            return Reply(422, {"message": "Url has already been taken"})
        made = self.added(body | {"account_id": 1}, "a-secret-of-chatwoots-own")
        return Reply(body={"payload": {"webhook": made | self._told(made)}})


@dataclass
class HookedHelpScout(Hooked, WrittenHelpScout):
    """Pages of a list that names its parts; what is made answers with nothing."""

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/webhooks" and method == "GET":
            return self._page(int(request.query_params.get("page", "1")))
        if path == "/webhooks" and method == "POST":
            return self._set({}, body, 201)
        if found := re.fullmatch(r"/webhooks/(\d+)", path):
            hook = self.of_id(found[1])
            return self._set(hook, body, 204) if hook and method == "PUT" else Reply(404, {})
        return super().answer(request, body)

    def _page(self, number: int) -> Reply:
        some = self.hooks[(number - 1) * self.per_page : number * self.per_page]
        pages = max(1, -(-len(self.hooks) // self.per_page))
        told = {"size": self.per_page, "totalPages": pages, "number": number}
        return Reply(body={"_embedded": {"webhooks": some}, "page": told})

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


KINDS: tuple[type[Hooked], ...] = (HookedChatwoot, HookedHelpScout, HookedZammad, HookedZendesk)
HOOKED: dict[str, type[Hooked]] = {kind.vendor: kind for kind in KINDS}
