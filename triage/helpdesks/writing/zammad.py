"""Writing to Zammad: tags one by one, which no other change can undo, then one update, then a note.

A note is always of type "note": an article of type "email" is sent even where it is internal.
Sources: Zammad's REST manual (tags, tickets, articles). The list of a ticket's tags, `expand` and
the search of users are not in the sources we hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from triage.domain.write_back import Part, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import Steps, at, number
from triage.helpdesks.writing.writing import Job, highest, id_of, word

PARTS = frozenset(Part)
#: Not any field: an "article" among a ticket's changes could be an e-mail.
FIELD = re.compile(r"triage_[a-z0-9_]{1,50}")
PRIORITIES: Mapping[str, Priority] = {
    "1 low": Priority.LOW,
    "2 normal": Priority.NORMAL,
    "3 high": Priority.HIGH,
}
_NOBODY = "1"  # Zammad's first user stands for nobody
_CLOSED = frozenset({"closed", "merged", "removed"})


def own(given: Mapping[str, str], response: Response) -> str:
    """Return who we are there. Raises Malformed."""
    return response.json()["id"].id()


def standing(ticket: str) -> Steps[Standing]:
    """Learn how the ticket stands; its tags are told apart."""
    answer = yield Request(path=f"/tickets/{at(ticket)}", query=(("expand", "true"),))
    tags = yield Request(path="/tags", query=(("object", "Ticket"), ("o_id", ticket)))
    found = answer.json()
    owner = found["owner_id"].id_or_none()
    values = found.value if isinstance(found.value, dict) else {}
    return Standing(
        tags=frozenset(it.text() for it in tags.json()["tags"].items()),
        priority=PRIORITIES.get(found["priority"].line()),
        assignee=None if owner == _NOBODY else owner,
        fields={k: v for k, v in values.items() if FIELD.fullmatch(k) and isinstance(v, str)},
        closed=found["state"].line() in _CLOSED,
    )


def has_note(ticket: str, mark: str) -> Steps[bool]:
    """Learn whether an internal article with that mark is among its articles."""
    answer = yield Request(path=f"/ticket_articles/by_ticket/{at(ticket)}")
    articles = answer.json().items()
    return any(mark in it["body"].text() for it in articles if it["internal"].flag())


def write(job: Job) -> Steps[None]:
    """Carry out the plan: tags, what stands on the ticket, the note."""
    plan = job.plan
    tagged = {"object": "Ticket", "o_id": number(job.ticket)}
    for tag in sorted(plan.add):
        yield Request(path="/tags/add", method="POST", body={"item": tag, **tagged})
    for tag in sorted(plan.remove):
        yield Request(path="/tags/remove", method="DELETE", body={"item": tag, **tagged})
    if changes := _changes(job):
        yield Request(path=f"/tickets/{at(job.ticket)}", method="PUT", body=changes)
    if plan.note:
        note = {
            "ticket_id": number(job.ticket),
            "subject": "Triage",
            "body": plan.note.text,
            "content_type": "text/plain",
            "type": "note",
            "internal": True,
            "sender": "Agent",
        }
        yield Request(path="/ticket_articles", method="POST", body=note)


def _changes(job: Job) -> dict[str, Any]:
    plan = job.plan
    changes: dict[str, Any] = {k: v for k, v in plan.fields.items() if FIELD.fullmatch(k)}
    if priority := highest(plan.priority, PRIORITIES):
        changes["priority"] = word(priority, PRIORITIES)
    if plan.assignee:
        changes["owner_id"] = number(plan.assignee)
    return changes


def agent(email: str) -> Steps[str | None]:
    """Learn what Zammad calls that agent, None where it knows none who may own tickets."""
    query = (("query", f"email:{email}"), ("expand", "true"), ("limit", "20"))
    answer = yield Request(path="/users/search", query=query)
    users = answer.json().items()
    return id_of((it for it in users if _is_staff(it)), email)


def _is_staff(user: Field) -> bool:
    return any(it.line() in {"Agent", "Admin"} for it in user["roles"].items())
