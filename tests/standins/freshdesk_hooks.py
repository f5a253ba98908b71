"""Freshdesk whose automation rules can be made by API, the webhook being the action of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.freshdesk_writes import WrittenFreshdesk
from tests.standins.hooked import Hooked
from tests.standins.standin import Reply
from tests.standins.writable import exactly

RULES = re.compile(r"/api/v2/automations/([14])/rules(?:/(\d+))?")
KEYS = {"1": {"conditions", "position"}, "4": {"performer", "events"}}
WEBHOOK = ("url", "content", "custom_headers")
FIXED = {"field_name": "trigger_webhook", "request_type": "POST", "content_type": "JSON"}


@dataclass
class HookedFreshdesk(Hooked, WrittenFreshdesk):
    """Rules of two kinds, each in pages of its own size; theirs stand among them."""

    path: ClassVar = "/automations/1/rules"

    def answer(self, request: Request, body: Any) -> Reply:
        if not (found := RULES.fullmatch(request.url.path)):
            return super().answer(request, body)
        kind, number = found.groups()
        if number:
            rule = self.of_id(number)
            return (
                self._set(kind, rule, body) if rule and request.method == "PUT" else Reply(404, {})
            )
        if request.method == "POST":
            return self._set(kind, {}, body)
        page = int(request.query_params["page"])
        every = [self._theirs(kind), *(it for it in self.hooks if it["kind"] == kind)]
        return Reply(body=every[(page - 1) * self.per_page : page * self.per_page])

    def addresses(self) -> list[str]:
        return list(dict.fromkeys(self._webhook(it)["url"] for it in self.hooks))

    def signs(self, address: str) -> str:
        (secret,) = {
            webhook["custom_headers"]["X-Triage-Secret"]
            for webhook in map(self._webhook, self.hooks)
            if webhook["url"] == address
        }
        return str(secret)

    def by_hand(self, address: str, **more: Any) -> None:
        action = {"url": address, "custom_headers": {"X-Triage-Secret": "typed by hand"}}
        self.added({"kind": "1", "name": "Ours", "actions": [action]} | more, "")

    def _webhook(self, rule: dict[str, Any]) -> dict[str, Any]:
        (action,) = rule["actions"]
        return dict(action)

    def _theirs(self, kind: str) -> dict[str, Any]:
        moves = {"field_name": "group_id", "value": 7}
        return {"id": 7 + int(kind), "name": "Billing", "active": True, "actions": [moves]}

    def _set(self, kind: str, rule: dict[str, Any], body: Any) -> Reply:
        if set(body) - KEYS[kind] != {"name", "active", "actions"} or len(body["actions"]) != 1:
            return Reply(400, {"description": "Validation failed"})
        if not exactly(body["actions"][0], *WEBHOOK, content_layout="2", **FIXED):
            return Reply(400, {"description": "Validation failed"})
        if rule:
            rule.update(body)
        else:
            rule = self.added(body | {"kind": kind}, "")
        return Reply(200, rule)
