"""Writing to Zendesk: one update a ticket, refused by Zendesk where somebody was faster.

`safe_update` with the stamp that was read makes the whole list of tags safe to send, so that tags,
priority, assignee and the private note are one update and one audit. Sources: Zendesk's "Tickets",
"Adding tags to tickets without overwriting existing tags", "Ticket comments". The search for an
agent by e-mail is not in the sources we hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.steps import Steps, at, number
from triage.helpdesks.writing.writing import Job, id_of, tags_after, word

PARTS = frozenset(Part)
FIELD = re.compile(r"[0-9]{1,20}")
UPDATES = "updates"  # the limit of its own in which an update counts
PRIORITIES: Mapping[str, Priority] = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}
_NEWEST = (("sort_order", "desc"),)


def own(given: Mapping[str, str], response: Response) -> str:
    """Return who we are there. Raises Malformed."""
    return response.json()["user"]["id"].id()


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the ticket stands."""
    answer = yield Request(path=f"/tickets/{at(ticket)}.json")
    found = answer.json()["ticket"]
    return Standing(
        tags=frozenset(it.text() for it in found["tags"].items()),
        priority=PRIORITIES.get(found["priority"].line()),
        assignee=found["assignee_id"].id_or_none(),
        fields={
            it["id"].id(): it["value"].text()
            for it in found["custom_fields"].items()
            if isinstance(it["value"].value, str)
        },
        closed=found["status"].line() in {"solved", "closed", "deleted"},
        stamp=found["updated_at"].line(),
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether a private note with that mark is among its newest words."""
    answer = yield Request(path=f"/tickets/{at(ticket)}/comments.json", query=_NEWEST)
    comments = answer.json()["comments"].items()
    return any(mark in it["body"].text() for it in comments if not it["public"].flag())


def write(job: Job) -> Steps[None]:
    """Carry out the plan in one update."""
    plan, before = job.plan, job.standing
    changes: dict[str, Any] = {"safe_update": True, "updated_stamp": before.stamp}
    if plan.add or plan.remove:
        changes["tags"] = tags_after(before.tags, plan)
    if plan.priority:
        changes["priority"] = word(plan.priority, PRIORITIES)
    if plan.assignee:
        changes["assignee_id"] = number(plan.assignee)
    if plan.fields:
        fields = [{"id": number(name), "value": value} for name, value in plan.fields.items()]
        changes["custom_fields"] = fields
    if plan.note:
        changes["comment"] = {"body": plan.note.text, "public": False}
    path = f"/tickets/{at(job.ticket)}.json"
    yield Request(path=path, method="PUT", body={"ticket": changes}, counts=UPDATES)


def agent(email: str) -> Steps[str | None]:
    """Learn what Zendesk calls that agent, None where it knows none."""
    answer = yield Request(path="/users/search.json", query=(("query", f"email:{email}"),))
    users = answer.json()["users"].items()
    return id_of((it for it in users if it["role"].line() in {"agent", "admin"}), email)
