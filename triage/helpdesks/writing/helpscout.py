"""Writing to Help Scout: its call replaces all tags, so they are read just before and just after.

Sources: an open client of the Mailbox API 2.0, tested against it (tags, notes, the JSON Patch that
assigns). Not in them: what a conversation and its threads look like, users by e-mail. There is no
priority; its custom fields are left alone, as its call replaces all of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import MOST_PAGES, Steps, at, number
from triage.helpdesks.writing.writing import NOWHERE, Job, as_html, id_of, replace_tags

PARTS = frozenset({Part.TAGS, Part.NOTE, Part.ASSIGNEE})
FIELD = NOWHERE
PRIORITIES: Mapping[str, Priority] = {}


def own(given: Mapping[str, str], response: Response) -> str:
    """Return who we are there. Raises Malformed."""
    return response.json()["id"].id()


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the conversation stands."""
    found = (yield Request(path=_path(ticket))).json()
    return Standing(
        tags=_tags(found),
        assignee=found["assignee"]["id"].id_or_none(),
        closed=found["status"].line() in {"closed", "spam"},
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether a note with that mark is among its threads."""
    for page in range(1, MOST_PAGES):
        path = f"{_path(ticket)}/threads"
        found = (yield Request(path=path, query=(("page", str(page)),))).json()
        threads = found["_embedded"]["threads"].items()
        notes = [it["body"] for it in threads if it["type"].line() == "note"]
        if any(mark in it.text() for it in notes if it):
            return True
        if page >= _pages(found):
            break
    return False


def _pages(found: Field) -> int:
    total = found["page"]["totalPages"].value
    return total if isinstance(total, int) else 1


def write(job: Job) -> Steps[None]:
    """Carry out the plan, call by call."""
    plan, path = job.plan, _path(job.ticket)
    if plan.add or plan.remove:
        yield from replace_tags(plan, path, _tags)
    if plan.assignee:
        given = {"op": "replace", "path": "/assignTo", "value": number(plan.assignee)}
        yield Request(path=path, method="PATCH", body=[given])
    if plan.note:
        note = {"text": as_html(plan.note.text)}
        yield Request(path=f"{path}/notes", method="POST", body=note)


def _path(ticket: str) -> str:
    return f"/conversations/{at(ticket)}"


def _tags(conversation: Field) -> frozenset[str]:
    return frozenset(it["tag"].text() for it in conversation["tags"].items())


def agent(email: str) -> Steps[str | None]:
    """Learn what Help Scout calls that user, None where it knows none."""
    found = (yield Request(path="/users", query=(("email", email),))).json()
    return id_of(found["_embedded"]["users"].items(), email)
