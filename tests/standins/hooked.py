"""Stand-ins whose webhooks can be made by API; each takes what its vendor's manual shows only.

`signs` tells, by address, with which secret a helpdesk would sign.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import field as held
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from tests.standins.standin import Reply, StandIn


@dataclass
class Hooked(StandIn):
    """A helpdesk with webhooks, each as its vendor shows it; `at` is what the address is called."""

    hooks: list[dict[str, Any]] = held(default_factory=list)
    secrets: dict[str, str] = held(default_factory=dict)  # by a webhook's id
    per_page: int = 100
    loses: bool = False  # the answer to the next webhook that is made
    at: str = "url"
    path: ClassVar = "/webhooks"

    def _reply(self, request: Request, body: Any) -> Reply:
        reply = super()._reply(request, body)
        made = request.method == "POST" and request.url.path.endswith(self.path)
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

    def embedded_page(self, number: int) -> Reply:
        """Return one page of those lists that embed their parts."""
        some = self.hooks[(number - 1) * self.per_page : number * self.per_page]
        pages = max(1, -(-len(self.hooks) // self.per_page))
        told = {"size": self.per_page, "totalPages": pages, "number": number}
        return Reply(body={"_embedded": {"webhooks": some}, "page": told})
