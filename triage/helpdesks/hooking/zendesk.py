"""Zendesk's webhook for ticket events; Zendesk makes the secret, and tells it.

Sources: Zendesk's "Webhooks API" (the object, the list's pages), "Creating and monitoring webhooks"
(event subscriptions), a client's tests for the signing secret's answer.
"""

from __future__ import annotations

from triage.helpdesks.call import Request
from triage.helpdesks.event import Malformed
from triage.helpdesks.hooking.hooking import LONGEST_SECRET, Hook, Wanted
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import MOST_PAGES, Steps, at

NEEDS = "an administrator's token"
EVENTS = ("ticket.created", "ticket.comment_added", "ticket.status_changed")


def hook(wanted: Wanted) -> Steps[Hook]:
    """Make or find the webhook, and learn its secret."""
    found = yield from _found(wanted.address)
    if found is None:
        answer = yield Request(path="/webhooks", method="POST", body={"webhook": _body(wanted)})
        number = answer.json()["webhook"]["id"].id()
    else:
        number = _active(found)["id"].id()
    answer = yield Request(path=f"/webhooks/{at(number)}/signing_secret")
    secret = answer.json()["signing_secret"]["secret"].line(LONGEST_SECRET)
    return Hook(found is None, secret)


def _body(wanted: Wanted) -> dict[str, object]:
    return {
        "name": wanted.name,
        "status": "active",
        "endpoint": wanted.address,
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": [f"zen:event-type:{it}" for it in EVENTS],
    }


def _found(address: str) -> Steps[Field | None]:
    """Return the webhook with that address, if there is one."""
    query: tuple[tuple[str, str], ...] = (("page[size]", "100"),)
    for _ in range(MOST_PAGES):
        page = (yield Request(path="/webhooks", query=query)).json()
        for one in page["webhooks"].items():
            if one["endpoint"].value == address:
                return one
        if page["meta"]["has_more"].value is not True:
            break
        query = (("page[size]", "100"), ("page[after]", page["meta"]["after_cursor"].text()))
    return None


def _active(found: Field) -> Field:
    if found["status"].value != "active":
        raise Malformed("there is a webhook with our address that is not active: switch it on")
    return found
