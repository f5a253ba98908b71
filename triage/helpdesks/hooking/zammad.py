"""Zammad's webhook and the three triggers that send it; the secret is ours, and never told again.

Sources: Zammad's REST manual ("Webhook", "Trigger", "Ticket State") and its specifications of
triggers (`article.action`, `article.internal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.helpdesks.call import Request
from triage.helpdesks.event import Malformed
from triage.helpdesks.hooking.hooking import Hook, Wanted
from triage.helpdesks.steps import Steps, at, number
from triage.helpdesks.zammad import CLOSED

NEEDS = "a token with the permissions admin.webhook and admin.trigger"


def hook(wanted: Wanted) -> Steps[Hook]:
    """Make the webhook and its triggers, or set right and add what is there already."""
    known, made = yield from _webhook(wanted)
    states = yield Request(path="/ticket_states")
    closed = [it["id"].id() for it in states.json().items() if it["name"].line() in CLOSED]
    if not closed:
        raise Malformed("ticket_states: expected one named closed or merged, found none")
    there = {it["name"].line() for it in (yield Request(path="/triggers")).json().items()}
    for name, condition in _conditions(closed).items():
        title = f"{wanted.name} {name}"
        if title not in there:
            body = _trigger(title, condition, known)
            yield Request(path="/triggers", method="POST", body=body)
    return Hook(made, wanted.secret)


def _webhook(wanted: Wanted) -> Steps[tuple[str, bool]]:
    """Return the webhook's number, and whether it was made."""
    body = {
        "name": wanted.name,
        "endpoint": wanted.address,
        "signature_token": wanted.secret,
        "ssl_verify": True,
        "active": True,
    }
    for one in (yield Request(path="/webhooks")).json().items():
        if one["endpoint"].value == wanted.address:
            known = one["id"].id()
            yield Request(path=f"/webhooks/{at(known)}", method="PUT", body=body)
            return known, False
    answer = yield Request(path="/webhooks", method="POST", body=body)
    return answer.json()["id"].id(), True


def _conditions(closed: list[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return the triggers' conditions by their names, in whose order Zammad runs them."""
    updated = _is("update")
    return {
        "1: created": {"ticket.action": _is("create")},
        "2: message": {
            "ticket.action": updated,
            "article.action": _is("create"),
            "article.internal": _is("false"),
        },
        "3: closed": {"ticket.action": updated, "ticket.state_id": _is(closed)},
    }


def _is(value: str | list[str]) -> dict[str, Any]:
    return {"operator": "is", "value": value}


def _trigger(name: str, condition: Mapping[str, Any], webhook: str) -> dict[str, Any]:
    return {
        "name": name,
        "condition": condition,
        "perform": {"notification.webhook": {"webhook_id": number(webhook)}},
        "activator": "action",
        "execution_condition_mode": "selective",
        "active": True,
    }
