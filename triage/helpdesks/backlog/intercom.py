"""Intercom's backlog: a search of conversations by their last change, and each one's parts.

The operation is sourced, the body of the search and `pages.next` are from general knowledge
(docs/helpdesks/backlog.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from triage.helpdesks.backlog import backlog
from triage.helpdesks.backlog.backlog import Cursor, Listed, Page, Step
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing import intercom
from triage.helpdesks.event import Thin
from triage.helpdesks.reading import Field

PER_PAGE = 150  # the most there is

beyond = backlog.beyond


def page_request(cursor: Cursor) -> Request:
    """Return the request for the page where the cursor stands."""
    since = int(cursor.since.timestamp()) - 1  # ">" leaves that second out
    changed = {"field": "updated_at", "operator": ">", "value": since}
    after = {"starting_after": cursor.token} if cursor.token else {}
    return Request(
        method="POST",
        path="/conversations/search",
        body={
            "query": {"operator": "AND", "value": [changed]},
            "sort": {"field": "updated_at", "order": "ascending"},
            "pagination": {"per_page": PER_PAGE} | after,
        },
    )


def read_page(response: Response, cursor: Cursor) -> Page:
    """Return the page. Raises Malformed."""
    body = response.json()
    if not isinstance(body["conversations"].value, list):
        raise body["conversations"].unlike("a list")
    tickets = backlog.listed(body["conversations"].items(), _listed)
    token = body["pages"]["next"]["starting_after"].id_or_none()
    seen = backlog.newest(tickets, cursor.seen)
    return Page(tickets, backlog.went_on(cursor, token=token, seen=seen) if token else None)


def _listed(item: Field) -> Listed:
    closed = item["state"].line() == "closed"
    return Listed(item["id"].id(), item["updated_at"].moment(), closed, item)


def thread(listed: Listed, answers: Sequence[Response]) -> Step:
    """Return the call for the conversation, or what it tells. Raises Malformed."""
    name = listed.external_id
    thin = Thin(
        delivery_key=f"pull:{name}"[:200],
        what="conversation",
        occurred_at=listed.updated_at,
        ticket_id=name,
    )
    return intercom.complete(thin, answers)
