"""Gorgias' webhooks: three HTTP integrations, one for each event, since a template names its event.

Sources: Gorgias' "Integration object" (its `http`, the triggers, a form by fields), open clients
(what is made, the list's pages). Not in them: that one is replaced by PUT. The secret is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from triage.helpdesks.call import Request
from triage.helpdesks.event import Malformed
from triage.helpdesks.gorgias import SCHEMA
from triage.helpdesks.hooking.hooking import Hook, Wanted
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import MOST_PAGES, Steps, at

NEEDS = "an administrator's API key"

_PLACE = {"ticket_id": "{{ticket.id}}"}
_WORDS = _PLACE | {
    "subject": "{{ticket.subject}}",
    "language": "{{ticket.language}}",
    "customer_id": "{{ticket.customer.id}}",
    "customer_email": "{{ticket.customer.email}}",
    "customer_name": "{{ticket.customer.name}}",
    "message_id": "{{message.id}}",
    "from_agent": "{{message.from_agent}}",
    "sender_email": "{{message.sender.email}}",
    "text": "{{message.stripped_text}}",
    "created_at": "{{message.created_datetime}}",
}
#: What each trigger sends. The moment of closing tells a second closing from the first one.
FORMS: Final[Mapping[str, Mapping[str, str]]] = {
    trigger: {"schema": SCHEMA, "event": trigger} | form
    for trigger, form in {
        "ticket-created": _WORDS | {"channel": "{{ticket.channel}}"},
        "ticket-message-created": _WORDS | {"channel": "{{message.channel}}"},
        "ticket-updated": _PLACE
        | {"status": "{{ticket.status}}", "closed_at": "{{ticket.closed_datetime}}"},
    }.items()
}


def hook(wanted: Wanted) -> Steps[Hook]:
    """Make the integrations, or set right those with our address."""
    there = yield from _there(wanted.address)
    left = list(there)
    for trigger, form in FORMS.items():
        body = _integration(wanted, trigger, form)
        found = next((it for it in left if it["http"]["triggers"][trigger].value is True), None)
        if found is None:
            yield Request(path="/integrations", method="POST", body=body)
        else:
            left.remove(found)  # what it sends is set right, and only at this event
            path = f"/integrations/{at(found['id'].id())}"
            yield Request(path=path, method="PUT", body=body)
    return Hook(made=not there, secret=wanted.secret)


def _there(address: str) -> Steps[list[Field]]:
    """Return the integrations that send to us. Raises Malformed where one is not active."""
    found: list[Field] = []
    query: tuple[tuple[str, str], ...] = (("limit", "100"),)
    for _ in range(MOST_PAGES):
        page = (yield Request(path="/integrations", query=query)).json()
        found += [it for it in page["data"].items() if _sends_to(it, address)]
        if not page["meta"]["next_cursor"]:
            break
        query = (("limit", "100"), ("cursor", page["meta"]["next_cursor"].text()))
    if any(it["deactivated_datetime"] for it in found):
        raise Malformed("there is an integration with our address that is not active: activate it")
    return found


def _sends_to(found: Field, address: str) -> bool:
    return found["type"].value == "http" and found["http"]["url"].value == address


def _integration(wanted: Wanted, trigger: str, form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": f"{wanted.name} {trigger}",
        "type": "http",
        "http": {
            "url": wanted.address,
            "method": "POST",
            "headers": {"X-Triage-Secret": wanted.secret},
            "request_content_type": "application/json",
            "response_content_type": "application/json",
            "form": dict(form),
            "triggers": {it: it == trigger for it in FORMS},
        },
    }
