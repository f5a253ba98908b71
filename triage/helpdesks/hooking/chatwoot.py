"""Chatwoot's webhook of an account. Since 2026 it makes a secret and tells it; older servers sign
nothing, and have ours in the address.

Sources: Chatwoot's controller, its views and its specification of the webhooks, its API
description (`secret`, the events).
"""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

from triage.helpdesks.call import Request
from triage.helpdesks.event import Malformed
from triage.helpdesks.hooking.hooking import LONGEST_SECRET, Hook, Wanted
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import Steps, at

NEEDS = "an administrator's access token"
EVENTS = ["conversation_created", "conversation_status_changed", "message_created"]


def hook(wanted: Wanted) -> Steps[Hook]:
    """Make or find the webhook, and learn its secret."""
    answer = yield Request(path="/webhooks")
    for one in answer.json()["payload"]["webhooks"].items():
        if one["url"].line(2_000).partition("?")[0] == wanted.address:
            return Hook(made=False, secret=_known(one))
    made = yield from _made(wanted, wanted.address)
    if made["secret"]:
        return Hook(made=True, secret=made["secret"].line(LONGEST_SECRET))
    yield Request(path=f"/webhooks/{at(made['id'].id())}", method="DELETE")
    yield from _made(wanted, f"{wanted.address}?secret={quote(wanted.secret, safe='')}")
    return Hook(made=True, secret=wanted.secret)


def _made(wanted: Wanted, address: str) -> Steps[Field]:
    body = {"url": address, "name": wanted.name, "subscriptions": EVENTS}
    answer = yield Request(path="/webhooks", method="POST", body=body)
    return answer.json()["payload"]["webhook"]


def _known(found: Field) -> str:
    """Return the secret of a webhook that is there already."""
    if found["secret"]:
        return found["secret"].line(LONGEST_SECRET)
    given = parse_qs(urlsplit(found["url"].line(2_000)).query).get("secret", [])
    if not given:
        raise Malformed("there is a webhook with our address that has no secret: delete it there")
    return given[0]
