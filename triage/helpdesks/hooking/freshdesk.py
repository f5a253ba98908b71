"""Freshdesk's webhooks: the action of three automation rules, which name the ticket only.

What they name is fetched, since Freshdesk puts text into JSON as it is. What an automation closes
by itself is learned by reconciliation. Sources: open clients and configurations as code that mirror
rules as they are read (paths, performers, events, the action). Not in them: the position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from triage.helpdesks.call import Request
from triage.helpdesks.freshdesk_templates import SCHEMA
from triage.helpdesks.hooking.hooking import Hook, Wanted
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import MOST_PAGES, Steps, at

NEEDS = "an administrator's API key"
CONTENT: Final = {"schema": SCHEMA, "event": "ticket.changed", "ticket_id": "{{ticket.id}}"}

_CREATION, _UPDATES = "1", "4"  # kinds of rules
_EVERY_TICKET = {
    "name": "condition_set_1",
    "match_type": "all",
    "properties": [
        {
            "resource_type": "ticket",
            "field_name": "priority",
            "operator": "in",
            "value": [1, 2, 3, 4],
        }
    ],
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule of ours; `by`: whose doing it heeds, as Freshdesk numbers them; None at creation."""

    name: str
    kind: str
    by: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def _when_written(name: str, by: int) -> _Rule:
    events = [{"field_name": "reply_sent"}, {"field_name": "status", "from": "--", "to": "--"}]
    return _Rule(name, _UPDATES, by, {"performer": {"type": by}, "events": events})


_RULES = (
    _Rule("tickets created", _CREATION, more={"conditions": [_EVERY_TICKET]}),
    _when_written("what agents change", 1),
    _when_written("what customers change", 2),
)


def hook(wanted: Wanted) -> Steps[Hook]:
    """Make the rules, or set right those that send to us."""
    every = {_CREATION: (yield from _rules(_CREATION)), _UPDATES: (yield from _rules(_UPDATES))}
    ours = {
        kind: [it for it in rules if _sends_to(it, wanted.address)] for kind, rules in every.items()
    }
    for rule in _RULES:
        path = f"/automations/{rule.kind}/rules"
        body = _body(wanted, rule)
        same = (it for it in ours[rule.kind] if it["performer"]["type"].value == rule.by)
        if found := next(same, None):
            yield Request(path=f"{path}/{at(found['id'].id())}", method="PUT", body=body)
            continue
        if rule.kind == _CREATION:
            # last: where only the first matching rule is carried out, theirs go before
            body["position"] = len(every[_CREATION]) + 1
        yield Request(path=path, method="POST", body=body)
    return Hook(made=not any(ours.values()), secret=wanted.secret)


def _rules(kind: str) -> Steps[list[Field]]:
    """Return all rules of a kind; how many a page has is not known."""
    found: dict[str, Field] = {}
    for number in range(1, MOST_PAGES + 1):
        query = (("page", str(number)), ("per_page", "100"))
        answer = yield Request(path=f"/automations/{kind}/rules", query=query)
        page = {it["id"].id(): it for it in answer.json().items()}
        if not page.keys() - found.keys():
            break
        found |= page
    return list(found.values())


def _sends_to(rule: Field, address: str) -> bool:
    return any(action["url"].value == address for action in rule["actions"].items())


def _body(wanted: Wanted, rule: _Rule) -> dict[str, Any]:
    name = f"{wanted.name}: {rule.name}"
    return {"name": name, "active": True, "actions": [_webhook(wanted)], **rule.more}


def _webhook(wanted: Wanted) -> dict[str, Any]:
    return {
        "field_name": "trigger_webhook",
        "request_type": "POST",
        "url": wanted.address,
        "content_type": "JSON",
        "content_layout": "2",
        "content": CONTENT,
        "custom_headers": {"X-Triage-Secret": wanted.secret},
    }
