"""Writing to Jira Service Management: one edit with labels and fields, then a note for agents only.

The note is made with `public: false` at once: made public and changed later, its mail has gone out.
Labels are added and removed one by one within the edit, which no other change can undo. Sources:
open clients (the note), Jira's rate limits (few writes an issue). Not in them: the bodies of edits
and of assigning, the search of users. The names of priorities are Jira's first ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.steps import MOST_PAGES, Steps, at
from triage.helpdesks.writing.writing import Job, word

PARTS = frozenset(Part)
FIELD = re.compile(r"customfield_[0-9]{1,10}")
PRIORITIES: Mapping[str, Priority] = {
    "Low": Priority.LOW,
    "Lowest": Priority.LOW,
    "Medium": Priority.NORMAL,
    "High": Priority.HIGH,
    "Highest": Priority.URGENT,
}
_ISSUE, _REQUEST = "/rest/api/3/issue", "/rest/servicedeskapi/request"


def own(given: Mapping[str, str], response: Response) -> str:
    """Return who we are there. Raises Malformed."""
    return response.json()["accountId"].id()


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the issue stands."""
    answer = yield Request(path=f"{_ISSUE}/{at(ticket)}")
    found = answer.json()["fields"]
    values = found.value if isinstance(found.value, dict) else {}
    return Standing(
        tags=frozenset(it.text() for it in found["labels"].items()),
        priority=PRIORITIES.get(found["priority"]["name"].line()),
        assignee=found["assignee"]["accountId"].id_or_none(),
        fields={k: v for k, v in values.items() if FIELD.fullmatch(k) and isinstance(v, str)},
        closed=found["status"]["statusCategory"]["key"].line() == "done",
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether an internal comment with that mark is among its comments."""
    start, path = 0, f"{_REQUEST}/{at(ticket)}/comment"
    for _ in range(MOST_PAGES):
        query = (("public", "false"), ("internal", "true"), ("start", str(start)))
        found = (yield Request(path=path, query=query)).json()
        comments = list(found["values"].items())
        if any(mark in it["body"].text() for it in comments if not it["public"].flag()):
            return True
        start += len(comments)
        if found["isLastPage"].value is not False or not comments:
            break
    return False


def write(job: Job) -> Steps[None]:
    """Carry out the plan: one edit, whose it is, the note."""
    plan, path = job.plan, f"{_ISSUE}/{at(job.ticket)}"
    if edit := _edit(job):
        yield Request(path=path, method="PUT", body=edit)
    if plan.assignee:
        given = {"accountId": plan.assignee}
        yield Request(path=f"{path}/assignee", method="PUT", body=given)
    if plan.note:
        note = {"body": plan.note.text, "public": False}
        path = f"{_REQUEST}/{at(job.ticket)}/comment"
        yield Request(path=path, method="POST", body=note)


def _edit(job: Job) -> dict[str, Any]:
    plan = job.plan
    labels = [{"add": tag} for tag in sorted(plan.add)]
    labels += [{"remove": tag} for tag in sorted(plan.remove)]
    fields: dict[str, Any] = {k: v for k, v in plan.fields.items() if FIELD.fullmatch(k)}
    if plan.priority:
        fields["priority"] = {"name": word(plan.priority, PRIORITIES)}
    return ({"update": {"labels": labels}} if labels else {}) | (
        {"fields": fields} if fields else {}
    )


def agent(email: str) -> Steps[str | None]:
    """Learn what Jira calls that agent, None where it knows none or shows no addresses."""
    answer = yield Request(path="/rest/api/3/user/search", query=(("query", email),))
    for one in answer.json().items():
        is_person = one["accountType"].line() == "atlassian"  # a customer's is another
        if is_person and one["emailAddress"].line().lower() == email.lower():
            return one["accountId"].id()
    return None
