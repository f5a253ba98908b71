"""Writing to FreeScout: its call replaces all tags, so they are read just before and just after.

Its API is an add-on whose source is closed; only that the calls exist is in the sources we hold,
not what they hold. There is no priority.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import Steps, at, number
from triage.helpdesks.writing.writing import NOWHERE, Job, as_html, id_of, replace_tags

PARTS = frozenset({Part.TAGS, Part.NOTE, Part.ASSIGNEE})
FIELD = NOWHERE
PRIORITIES: Mapping[str, Priority] = {}


def own(given: Mapping[str, str], response: Response) -> str:
    """Return who we are there: a key is nobody's, so that connecting asks as whom we write."""
    return given["user"]


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the conversation stands."""
    found = (yield Request(path=_path(ticket))).json()
    return Standing(
        tags=_tags(found),
        assignee=found["assignee"]["id"].id_or_none(),
        closed=found["status"].line() in {"closed", "spam"} or found["state"].line() == "deleted",
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether a note with that mark is among its threads."""
    found = (yield Request(path=_path(ticket))).json()
    threads = found["_embedded"]["threads"].items()
    notes = [it["body"] for it in threads if it["type"].line() == "note"]
    return any(mark in it.text() for it in notes if it)


def write(job: Job) -> Steps[None]:
    """Carry out the plan, call by call."""
    plan, path = job.plan, _path(job.ticket)
    if plan.add or plan.remove:
        yield from replace_tags(plan, path, _tags)
    if plan.assignee:
        given = {"byUser": number(job.own), "assignTo": number(plan.assignee)}
        yield Request(path=path, method="PUT", body=given)
    if plan.note:
        text = as_html(plan.note.text)
        note = {"type": "note", "text": text, "user": number(job.own)}
        yield Request(path=f"{path}/threads", method="POST", body=note)


def _path(ticket: str) -> str:
    return f"/conversations/{at(ticket)}"


def _tags(conversation: Field) -> frozenset[str]:
    return frozenset(it["name"].text() for it in conversation["_embedded"]["tags"].items())


def agent(email: str) -> Steps[str | None]:
    """Learn what FreeScout calls that user, None where it knows none."""
    found = (yield Request(path="/users", query=(("email", email),))).json()
    return id_of(found["_embedded"]["users"].items(), email)
