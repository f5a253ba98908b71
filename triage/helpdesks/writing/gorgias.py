"""Writing to Gorgias: tags are added by name, the note is a message of the channel internal-note.

Sources: an open client (the calls for tags), Gorgias's reference (who a ticket is given to). Not in
them: bodies of tags, priority, the internal note, users by e-mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.steps import Steps, at, number
from triage.helpdesks.writing.writing import NOWHERE, Job, id_of, word

PARTS = frozenset({Part.TAGS, Part.PRIORITY, Part.NOTE, Part.ASSIGNEE})
FIELD = NOWHERE
PRIORITIES: Mapping[str, Priority] = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "critical": Priority.URGENT,
}
NOTE = "internal-note"


def own(given: Mapping[str, str], response: Response) -> str:
    """Return who we are there: what comes back names the address."""
    return given["email"]


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the ticket stands."""
    found = (yield Request(path=_path(ticket))).json()
    return Standing(
        tags=frozenset(it["name"].text() for it in found["tags"].items()),
        priority=PRIORITIES.get(found["priority"].line()),
        assignee=found["assignee_user"]["id"].id_or_none(),
        closed=found["status"].line() == "closed",
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether an internal note with that mark is among its newest messages."""
    query = (("order_by", "created_datetime:desc"), ("limit", "100"))
    found = (yield Request(path=f"{_path(ticket)}/messages", query=query)).json()
    notes = [it["body_text"] for it in found["data"].items() if it["channel"].line() == NOTE]
    return any(mark in it.text() for it in notes if it)


def write(job: Job) -> Steps[None]:
    """Carry out the plan, call by call."""
    plan, path = job.plan, _path(job.ticket)
    if plan.add:
        yield Request(path=f"{path}/tags", method="POST", body={"names": sorted(plan.add)})
    if plan.remove:
        yield Request(path=f"{path}/tags", method="DELETE", body={"names": sorted(plan.remove)})
    if changes := _changes(job):
        yield Request(path=path, method="PUT", body=changes)
    if plan.note:
        note = {
            "channel": NOTE,
            "via": "api",
            "from_agent": True,
            "sender": {"email": job.own},
            "body_text": plan.note.text,
        }
        yield Request(path=f"{path}/messages", method="POST", body=note)


def _path(ticket: str) -> str:
    return f"/tickets/{at(ticket)}"


def _changes(job: Job) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if job.plan.priority:
        changes["priority"] = word(job.plan.priority, PRIORITIES)
    if job.plan.assignee:
        changes["assignee_user"] = {"id": number(job.plan.assignee)}
    return changes


def agent(email: str) -> Steps[str | None]:
    """Learn what Gorgias calls that user, None where it knows none."""
    found = (yield Request(path="/users", query=(("email", email),))).json()
    return id_of(found["data"].items(), email)
