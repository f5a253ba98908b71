"""Writing to Zendesk: one update a ticket, refused by Zendesk where somebody was faster.

`safe_update` with the stamp that was read makes the whole list of tags safe to send, so that tags,
priority, assignee and the private note are one update and one audit. Sources: Zendesk's "Tickets",
"Adding tags to tickets without overwriting existing tags", "Ticket comments". The search for an
agent by e-mail is not in the sources we hold.
"""

from __future__ import annotations

from typing import Any

from triage.domain.write_back import Part, Plan, Priority, Standing
from triage.helpdesks.call import Request, Response

PARTS = frozenset(Part)
UPDATES = "updates"  # the limit of its own in which an update counts

_PRIORITIES = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}
_WORDS = {priority: word for word, priority in _PRIORITIES.items()}
_NEWEST = (("sort_order", "desc"),)


def ticket_request(ticket: str) -> Request:
    """Return the call that tells how the ticket stands."""
    return Request(path=f"/tickets/{ticket}.json")


def standing(response: Response) -> Standing:
    """Return how it stands. Raises Malformed."""
    ticket = response.json()["ticket"]
    return Standing(
        tags=frozenset(it.text() for it in ticket["tags"].items()),
        priority=_PRIORITIES.get(ticket["priority"].line()),
        assignee=ticket["assignee_id"].id_or_none(),
        fields={
            it["id"].id(): it["value"].text()
            for it in ticket["custom_fields"].items()
            if isinstance(it["value"].value, str)
        },
        closed=ticket["status"].line() in {"solved", "closed", "deleted"},
        stamp=ticket["updated_at"].line(),
    )


def notes_request(ticket: str) -> Request:
    """Return the call that lists its newest words, private ones too."""
    return Request(path=f"/tickets/{ticket}/comments.json", query=_NEWEST)


def has_note(response: Response, mark: str) -> bool:
    """Return whether a private note with that mark is among them. Raises Malformed."""
    comments = response.json()["comments"].items()
    return any(mark in it["body"].text() for it in comments if not it["public"].flag())


def requests(ticket: str, plan: Plan, standing: Standing) -> tuple[Request, ...]:
    """Return the one update that carries out the plan."""
    changes: dict[str, Any] = {"safe_update": True, "updated_stamp": standing.stamp}
    if plan.add or plan.remove:
        changes["tags"] = sorted((standing.tags - plan.remove) | plan.add)
    if plan.priority:
        changes["priority"] = _WORDS[plan.priority]
    if plan.assignee:
        changes["assignee_id"] = int(plan.assignee)
    if plan.fields:
        changes["custom_fields"] = [{"id": int(k), "value": v} for k, v in plan.fields.items()]
    if plan.note:
        changes["comment"] = {"body": plan.note.text, "public": False}
    path = f"/tickets/{ticket}.json"
    return (Request(path=path, method="PUT", body={"ticket": changes}, counts=UPDATES),)


def agent_request(email: str) -> Request:
    """Return the call that finds an agent by e-mail address."""
    return Request(path="/users/search.json", query=(("query", f"email:{email}"),))


def agent(response: Response, email: str) -> str | None:
    """Return what Zendesk calls that agent, None where it knows none. Raises Malformed."""
    for user in response.json()["users"].items():
        is_staff = user["role"].line() in {"agent", "admin"}
        if is_staff and user["email"].line().lower() == email.lower():
            return user["id"].id()
    return None
