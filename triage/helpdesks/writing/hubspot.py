"""Writing to HubSpot: properties of a ticket in one update, then a note of the CRM about it.

A note of the CRM is a record for colleagues and is sent to nobody. A conversation without a ticket
has nothing that could be written to. Sources: a third party that quotes HubSpot's reference. Not in
them: the bodies, the association's number 228, owners, and that a ticket's notes are listed so.
HubSpot's tickets have no tags: a field may show what tags would.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.steps import Steps, at
from triage.helpdesks.writing.writing import Job, NotThere, as_html, id_of, word

PARTS = frozenset({Part.PRIORITY, Part.NOTE, Part.ASSIGNEE, Part.FIELDS})
FIELD = re.compile(r"triage_(?:lane|level|respond_by)")
PRIORITIES: Mapping[str, Priority] = {
    "LOW": Priority.LOW,
    "MEDIUM": Priority.NORMAL,
    "HIGH": Priority.HIGH,
}
_PROPERTIES = "hs_ticket_priority,hubspot_owner_id,closed_date"
_SHOWN = ("triage_lane", "triage_level", "triage_respond_by")  # fields of ours that are read
_NOTES = "/crm/v3/objects/notes"
_OF_TICKET = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228}


def own(given: Mapping[str, str], response: Response) -> str:
    """Return nothing: a private app is no person."""
    return ""


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the ticket stands. Raises NotThere."""
    query = (("properties", ",".join((_PROPERTIES, *_SHOWN))),)
    found = (yield Request(path=_path(ticket), query=query)).json()
    about = found["properties"]
    return Standing(
        priority=PRIORITIES.get(about["hs_ticket_priority"].line()),
        assignee=about["hubspot_owner_id"].id_or_none(),
        fields={name: about[name].text() for name in _SHOWN if about[name]},
        closed=bool(about["closed_date"]),
        stamp=found["updatedAt"].line(),
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether a note with that mark is among the ticket's."""
    found = (yield Request(path=_path(ticket), query=(("associations", "notes"),))).json()
    ids = [it["id"].id() for it in found["associations"]["notes"]["results"].items()]
    if not ids:
        return False
    body = {"inputs": [{"id": it} for it in ids[-100:]], "properties": ["hs_note_body"]}
    answer = yield Request(path=f"{_NOTES}/batch/read", method="POST", body=body)
    notes = [it["properties"]["hs_note_body"] for it in answer.json()["results"].items()]
    return any(mark in it.text() for it in notes if it)


def write(job: Job) -> Steps[None]:
    """Carry out the plan: the properties, the note."""
    plan = job.plan
    if changes := _changes(job):
        yield Request(path=_path(job.ticket), method="PATCH", body={"properties": changes})
    if plan.note:
        said = {"hs_timestamp": job.standing.stamp, "hs_note_body": as_html(plan.note.text)}
        about = {"to": {"id": job.ticket}, "types": [_OF_TICKET]}
        note = {"properties": said, "associations": [about]}
        yield Request(path=_NOTES, method="POST", body=note)


def _path(ticket: str) -> str:
    if not ticket.isdecimal():
        raise NotThere
    return f"/crm/v3/objects/tickets/{at(ticket)}"


def _changes(job: Job) -> dict[str, Any]:
    plan = job.plan
    changes: dict[str, Any] = {k: v for k, v in plan.fields.items() if FIELD.fullmatch(k)}
    if plan.priority:
        changes["hs_ticket_priority"] = word(plan.priority, PRIORITIES)
    if plan.assignee:
        changes["hubspot_owner_id"] = plan.assignee
    return changes


def agent(email: str) -> Steps[str | None]:
    """Learn what HubSpot calls that owner, None where it knows none."""
    found = (yield Request(path="/crm/v3/owners", query=(("email", email),))).json()
    return id_of(found["results"].items(), email)
