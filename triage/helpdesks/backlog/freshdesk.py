"""Freshdesk's backlog: tickets by their last change, and each ticket's conversations.

Page by page what moves meanwhile would make others slip through, so each page is asked for by the
last change of the one before. Sources: Freshdesk's "List all tickets" as clients quote it.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from triage.helpdesks.backlog import backlog
from triage.helpdesks.backlog.backlog import Cursor, Listed, Page, Step
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing import freshdesk
from triage.helpdesks.reading import Field

PER_PAGE = "100"  # the most there is

beyond = backlog.beyond


def page_request(cursor: Cursor) -> Request:
    """Return the request for the page where the cursor stands."""
    return Request(
        path="/tickets",
        query=(
            ("updated_since", cursor.since.strftime("%Y-%m-%dT%H:%M:%SZ")),
            ("order_by", "updated_at"),
            ("order_type", "asc"),
            ("include", "description,requester"),
            ("per_page", PER_PAGE),
            ("page", str(cursor.page)),
        ),
    )


def read_page(response: Response, cursor: Cursor) -> Page:
    """Return the page. Raises Malformed."""
    tickets = backlog.listed(response.json().items(), _listed)
    return Page(tickets, backlog.by_change(tickets, cursor) if _has_more(response) else None)


def _listed(item: Field) -> Listed:
    gone = freshdesk.is_gone(item)
    closed = gone or item["status"].value in freshdesk.CLOSED
    return Listed(item["id"].id(), item["updated_at"].moment(), closed, item, gone)


def thread(listed: Listed, answers: Sequence[Response]) -> Step:
    """Return the next call for conversations, or what they tell. Raises Malformed."""
    if not listed.gone and (not answers or _has_more(answers[-1])):
        path = f"/tickets/{quote(listed.external_id, safe='')}/conversations"
        query = (("per_page", PER_PAGE), ("page", str(len(answers) + 1)))
        return Request(path=path, query=query)
    said = [one for answer in answers for one in answer.json().items()]
    return freshdesk.events(listed.ticket, said)


def _has_more(response: Response) -> bool:
    return 'rel="next"' in response.headers.get("link", "")
