"""Writing to Freshdesk: its update replaces all tags, so they are read just before and just after.

Somebody else's tag of that very moment may be lost: there is no safe update. Sources:
clients that quote its API (fields, notes, codes). Not in them: that tags are replaced, the list of
agents by e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import MOST_PAGES, Steps, at, number
from triage.helpdesks.writing.writing import Job, as_html, check_tags, tags_after

PARTS = frozenset(Part)
FIELD = re.compile(r"cf_[a-z0-9_]{1,100}")
PRIORITIES: Mapping[str, Priority] = {
    "1": Priority.LOW,
    "2": Priority.NORMAL,
    "3": Priority.HIGH,
    "4": Priority.URGENT,
}
_CLOSED = (4, 5)  # resolved, closed


def own(given: Mapping[str, str], response: Response) -> str:
    """Return who we are there. Raises Malformed."""
    return response.json()["id"].id()


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the ticket stands."""
    answer = yield _reading(ticket)
    found = answer.json()
    fields = found["custom_fields"].value
    fields = fields if isinstance(fields, dict) else {}
    return Standing(
        tags=_tags(found),
        priority=PRIORITIES.get(found["priority"].id()),
        assignee=found["responder_id"].id_or_none(),
        fields={name: value for name, value in fields.items() if isinstance(value, str)},
        closed=found["status"].value in _CLOSED or found["deleted"].value is True,
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether a private note with that mark is among its conversations."""
    for page in range(1, MOST_PAGES):
        path = f"/tickets/{at(ticket)}/conversations"
        query = (("per_page", "100"), ("page", str(page)))
        answer = yield Request(path=path, query=query)
        said = answer.json().items()
        if any(mark in it["body_text"].text() for it in said if it["private"].flag()):
            return True
        if 'rel="next"' not in answer.headers.get("link", ""):
            break
    return False


def write(job: Job) -> Steps[None]:
    """Carry out the plan: what stands on the ticket, then the note."""
    changes = _changes(job)
    tagged = bool(job.plan.add or job.plan.remove)
    if tagged:
        answer = yield _reading(job.ticket)
        changes["tags"] = tags_after(_tags(answer.json()), job.plan)
    if changes:
        yield Request(path=f"/tickets/{at(job.ticket)}", method="PUT", body=changes)
    if tagged:
        answer = yield _reading(job.ticket)
        check_tags(changes["tags"], _tags(answer.json()))
    if job.plan.note:
        note = {"body": as_html(job.plan.note.text), "private": True}
        yield Request(path=f"/tickets/{at(job.ticket)}/notes", method="POST", body=note)


def _reading(ticket: str) -> Request:
    return Request(path=f"/tickets/{at(ticket)}")


def _tags(ticket: Field) -> frozenset[str]:
    return frozenset(it.text() for it in ticket["tags"].items())


def _changes(job: Job) -> dict[str, Any]:
    plan = job.plan
    changes: dict[str, Any] = {}
    if plan.priority:
        changes["priority"] = int(plan.priority)  # the same numbers
    if plan.assignee:
        changes["responder_id"] = number(plan.assignee)
    if plan.fields:
        changes["custom_fields"] = dict(plan.fields)
    return changes


def agent(email: str) -> Steps[str | None]:
    """Learn what Freshdesk calls that agent, None where it knows none."""
    answer = yield Request(path="/agents", query=(("email", email),))
    for one in answer.json().items():
        if one["contact"]["email"].line().lower() == email.lower():
            return one["id"].id()
    return None
