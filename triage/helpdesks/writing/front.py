"""Writing to Front: tags are added by their ids, the note is a comment, which only teammates see.

The update that replaces all tags and all custom fields is used to assign only. Sources: Front's
reference of that update. Not in them: adding and removing tags, comments, listing and making tags,
teammates. There is no priority.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import MOST_PAGES, Steps, at
from triage.helpdesks.writing.writing import NOWHERE, Job, id_of, next_query

PARTS = frozenset({Part.TAGS, Part.NOTE, Part.ASSIGNEE})
FIELD = NOWHERE
PRIORITIES: Mapping[str, Priority] = {}


def own(given: Mapping[str, str], response: Response) -> str:
    """Return nothing: a token is the company's, and its comments name no teammate."""
    return ""


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the conversation stands."""
    found = (yield Request(path=_path(ticket))).json()
    return Standing(
        tags=frozenset(_tags(found["tags"])),
        assignee=found["assignee"]["id"].id_or_none(),
        closed=found["status"].line() in {"archived", "deleted"},
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether a comment with that mark is among its comments."""
    found = (yield Request(path=f"{_path(ticket)}/comments")).json()
    return any(mark in it["body"].text() for it in found["_results"].items() if it["body"])


def write(job: Job) -> Steps[None]:
    """Carry out the plan, call by call."""
    plan, path = job.plan, _path(job.ticket)
    if plan.add:
        known = yield from _known(plan.add)
        body = {"tag_ids": [known[tag] for tag in sorted(plan.add)]}
        yield Request(path=f"{path}/tags", method="POST", body=body)
    if plan.remove:
        there = _tags((yield Request(path=path)).json()["tags"])
        body = {"tag_ids": [there[tag] for tag in sorted(plan.remove & there.keys())]}
        yield Request(path=f"{path}/tags", method="DELETE", body=body)
    if plan.assignee:
        yield Request(path=path, method="PATCH", body={"assignee_id": plan.assignee})
    if plan.note:
        note = {"body": plan.note.text}
        yield Request(path=f"{path}/comments", method="POST", body=note)


def _path(ticket: str) -> str:
    return f"/conversations/{at(ticket)}"


def _tags(found: Field) -> dict[str, str]:
    """Return the ids of tags by their names."""
    return {it["name"].text(): it["id"].id() for it in found.items()}


def _known(names: frozenset[str]) -> Steps[dict[str, str]]:
    """Learn the ids of these tags; what does not exist is made."""
    known: dict[str, str] = {}
    query: tuple[tuple[str, str], ...] = (("limit", "100"),)
    for _ in range(MOST_PAGES):
        found = (yield Request(path="/tags", query=query)).json()
        known |= _tags(found["_results"])
        further = found["_pagination"]["next"]
        if names <= known.keys() or not further:
            break
        query = next_query(further.text())
    for name in sorted(names - known.keys()):
        made = yield Request(path="/tags", method="POST", body={"name": name})
        known[name] = made.json()["id"].id()
    return known


def agent(email: str) -> Steps[str | None]:
    """Learn what Front calls that teammate, None where it knows none."""
    found = (yield Request(path="/teammates")).json()
    return id_of(found["_results"].items(), email)
