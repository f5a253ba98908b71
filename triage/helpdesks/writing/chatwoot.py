"""Writing to Chatwoot: its call replaces all labels, so they are read just before and just after.

Sources: Chatwoot's own API description (labels, priority, assignments), an open client (private
messages, labels that are overwritten). Not in them: `priority` and the assignee in what is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.steps import Steps, at, number
from triage.helpdesks.writing.writing import NOWHERE, Job, check_tags, id_of, tags_after, word

PARTS = frozenset({Part.TAGS, Part.PRIORITY, Part.NOTE, Part.ASSIGNEE})
FIELD = NOWHERE
PRIORITIES: Mapping[str, Priority] = {
    "low": Priority.LOW,
    "medium": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}


def own(given: Mapping[str, str], response: Response) -> str:
    """Return nothing: the call that tells who we are stands outside the account."""
    return ""


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the conversation stands."""
    answer = yield Request(path=_path(ticket))
    found = answer.json()
    return Standing(
        tags=frozenset(it.text() for it in found["labels"].items()),
        priority=PRIORITIES.get(found["priority"].line()),
        assignee=found["meta"]["assignee"]["id"].id_or_none(),
        closed=found["status"].line() == "resolved",
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether a private message with that mark is among its newest ones."""
    answer = yield Request(path=f"{_path(ticket)}/messages")
    said = [it for it in answer.json()["payload"].items() if it["private"].value is True]
    return any(mark in it["content"].text() for it in said if it["content"])


def write(job: Job) -> Steps[None]:
    """Carry out the plan, call by call."""
    plan, path = job.plan, _path(job.ticket)
    if plan.add or plan.remove:
        yield from _label(job)
    if plan.priority:
        body = {"priority": word(plan.priority, PRIORITIES)}
        yield Request(path=f"{path}/toggle_priority", method="POST", body=body)
    if plan.assignee:
        given = {"assignee_id": number(plan.assignee)}
        yield Request(path=f"{path}/assignments", method="POST", body=given)
    if plan.note:
        note = {"content": plan.note.text, "message_type": "outgoing", "private": True}
        yield Request(path=f"{path}/messages", method="POST", body=note)


def _path(ticket: str) -> str:
    return f"/conversations/{at(ticket)}"


def _label(job: Job) -> Steps[None]:
    path = f"{_path(job.ticket)}/labels"
    wanted = tags_after(_labels((yield Request(path=path))), job.plan)
    yield Request(path=path, method="POST", body={"labels": wanted})
    check_tags(wanted, _labels((yield Request(path=path))))


def _labels(response: Response) -> frozenset[str]:
    return frozenset(it.text() for it in response.json()["payload"].items())


def agent(email: str) -> Steps[str | None]:
    """Learn what Chatwoot calls that agent, None where it knows none."""
    answer = yield Request(path="/agents")
    return id_of(answer.json().items(), email)
