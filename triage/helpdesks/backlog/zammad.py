"""Zammad's backlog: a search of tickets by their last change, and each ticket's articles.

Each page is asked for by the last change of the one before. Sources: Zammad's REST manual (search,
articles by ticket); the query's form is Elasticsearch's and not in it, nor are `page` and
`per_page` (docs/helpdesks/backlog.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from triage.helpdesks import hygiene, zammad
from triage.helpdesks.backlog import backlog
from triage.helpdesks.backlog.backlog import Cursor, Listed, Page, Step
from triage.helpdesks.backlog.thread import Told, events
from triage.helpdesks.call import Request, Response
from triage.helpdesks.reading import Field

PER_PAGE = "100"

beyond = backlog.beyond


def page_request(cursor: Cursor) -> Request:
    """Return the request for the page where the cursor stands."""
    since = cursor.since.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Request(
        path="/tickets/search",
        query=(
            ("query", f'updated_at:["{since}" TO *]'),
            ("sort_by", "updated_at"),
            ("order_by", "asc"),
            ("expand", "true"),
            ("limit", PER_PAGE),
            ("per_page", PER_PAGE),
            ("page", str(cursor.page)),
        ),
    )


def read_page(response: Response, cursor: Cursor) -> Page:
    """Return the page; the last one is empty, as a server may give fewer than asked for.

    Raises Malformed.
    """
    tickets = backlog.listed(response.json().items(), _listed)
    return Page(tickets, backlog.by_change(tickets, cursor) if tickets else None)


def _listed(item: Field) -> Listed:
    closed = item["state"].line().lower() in zammad.CLOSED
    return Listed(item["id"].id(), item["updated_at"].moment(), closed, item)


def thread(listed: Listed, answers: Sequence[Response]) -> Step:
    """Return the call for the articles, or what they tell. Raises Malformed."""
    if not answers:
        path = f"/ticket_articles/by_ticket/{quote(listed.external_id, safe='')}"
        return Request(path=path, query=(("expand", "true"),))
    articles = [it for it in answers[0].json().items() if it["internal"].value is not True]
    ticket, first = listed.ticket, next(iter(articles), Field(None))
    told = Told(
        ticket_id=listed.external_id,
        updated_at=listed.updated_at,
        closed=listed.closed,
        subject=ticket["title"].line(hygiene.MAX_SUBJECT) or None,
        channel=zammad.channel(ticket["create_article_type"] or first["type"]),
        customer_id=ticket["customer_id"].id_or_none(),
    )
    return events(told, [zammad.article_message(it) for it in articles])
