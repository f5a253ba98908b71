"""Writing to Intercom: tags one by one, by the ids of their names, then attributes, then a note.

Sources: Intercom's "Rate limiting" and reference (notes, versions), an open client (tags, parts).
Not in them: making a tag, which answers with the one of that name where there is one; taking a tag
off; the bodies of an assignment and of attributes. There is no priority that could be written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import Steps, at
from triage.helpdesks.writing.writing import Job, as_html, id_of

PARTS = frozenset({Part.TAGS, Part.NOTE, Part.ASSIGNEE, Part.FIELDS})
FIELD = re.compile(r"triage_[a-z0-9_]{1,50}")
PRIORITIES: Mapping[str, Priority] = {}
_NOBODY = "0"


def own(given: Mapping[str, str], response: Response) -> str:
    """Return who we are there. Raises Malformed."""
    return response.json()["id"].id()


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the conversation stands."""
    found = (yield _reading(ticket)).json()
    values = found["custom_attributes"].value
    values = values if isinstance(values, dict) else {}
    assignee = found["admin_assignee_id"].id_or_none()
    return Standing(
        tags=frozenset(_tags(found)),
        assignee=None if assignee == _NOBODY else assignee,
        fields={k: v for k, v in values.items() if FIELD.fullmatch(k) and isinstance(v, str)},
        closed=found["state"].line() == "closed",
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether a note with that mark is among its parts."""
    found = (yield _reading(ticket)).json()
    parts = found["conversation_parts"]["conversation_parts"].items()
    notes = [it["body"] for it in parts if it["part_type"].line() == "note"]
    return any(mark in it.text() for it in notes if it)


def write(job: Job) -> Steps[None]:
    """Carry out the plan, call by call."""
    plan, path = job.plan, f"/conversations/{at(job.ticket)}"
    ours = {"admin_id": job.own}
    for tag in sorted(plan.add):
        made = yield Request(path="/tags", method="POST", body={"name": tag})
        body = {"id": made.json()["id"].id(), **ours}
        yield Request(path=f"{path}/tags", method="POST", body=body)
    if plan.remove:
        known = _tags((yield _reading(job.ticket)).json())
        for tag in sorted(plan.remove & known.keys()):
            yield Request(path=f"{path}/tags/{at(known[tag])}", method="DELETE", body=ours)
    if plan.fields:
        attributes = {"custom_attributes": dict(plan.fields)}
        yield Request(path=path, method="PUT", body=attributes)
    by_us: dict[str, Any] = {"type": "admin", **ours}
    if plan.assignee:
        given = {"message_type": "assignment", "assignee_id": plan.assignee}
        yield Request(path=f"{path}/parts", method="POST", body=by_us | given)
    if plan.note:
        note = {"message_type": "note", "body": as_html(plan.note.text)}
        yield Request(path=f"{path}/reply", method="POST", body=by_us | note)


def _reading(ticket: str) -> Request:
    return Request(path=f"/conversations/{at(ticket)}")


def _tags(conversation: Field) -> dict[str, str]:
    """Return the ids of its tags by their names."""
    return {it["name"].text(): it["id"].id() for it in conversation["tags"]["tags"].items()}


def agent(email: str) -> Steps[str | None]:
    """Learn what Intercom calls that teammate, None where it knows none."""
    answer = yield Request(path="/admins")
    return id_of(answer.json()["admins"].items(), email)
