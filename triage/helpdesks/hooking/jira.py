"""Jira's webhook of an administrator, for the service projects that connecting named.

Sources: Jira's webhook pages and open clients (the calls, the filter, the secret, which stays as it
is where a change leaves it out), the Service Desk API (the list of service projects).
"""

from __future__ import annotations

from triage.helpdesks.accounts.jira import projects
from triage.helpdesks.call import Request
from triage.helpdesks.event import Malformed
from triage.helpdesks.hooking.hooking import Hook, Wanted
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import MOST_PAGES, Steps, at

NEEDS = "the API token of a Jira administrator"
EVENTS = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created"]
PATH = "/rest/webhooks/1.0/webhook"


def hook(wanted: Wanted) -> Steps[Hook]:
    """Make the webhook, or set the one with our address right."""
    found = yield from _found(wanted.address)
    keys = yield from _known(wanted.given.get("projects", ""))
    body = {
        "name": wanted.name,
        "url": wanted.address,
        "events": EVENTS,
        "filters": {"issue-related-events-section": _only(keys)},
        "excludeBody": False,
        "secret": wanted.secret,
    }
    if found is None:
        yield Request(path=PATH, method="POST", body=body)
    else:
        number = found["self"].line(2_000).rpartition("/")[2]
        yield Request(path=f"{PATH}/{at(number)}", method="PUT", body=body)
    return Hook(found is None, wanted.secret)


def _found(address: str) -> Steps[Field | None]:
    answer = yield Request(path=PATH)
    return next((it for it in answer.json().items() if it["url"].value == address), None)


def _known(named: str) -> Steps[tuple[str, ...]]:
    """Return the projects that were named. Raises Malformed where the site has no such project.

    Without a filter Jira would send every issue of the site; with a wrong one, nothing.
    """
    there = yield from _service_projects()
    try:
        keys = projects(named)
    except ValueError as error:
        raise Malformed(f"{error}; connect the source again") from error
    if strange := [it for it in keys if it not in there]:
        known = ", ".join(sorted(there)) or "none"
        raise Malformed(f"projects: {strange[0]} is no service project there; known: {known}")
    return keys


def _service_projects() -> Steps[frozenset[str]]:
    there: set[str] = set()
    for _ in range(MOST_PAGES):
        query = (("start", str(len(there))), ("limit", "50"))
        page = (yield Request(path="/rest/servicedeskapi/servicedesk", query=query)).json()
        there |= {it["projectKey"].line() for it in page["values"].items()}
        if page["isLastPage"].value is not False:
            break
    return frozenset(there)


def _only(keys: tuple[str, ...]) -> str:
    """Return the filter in Jira's query language, in which some words are reserved."""
    quoted = ", ".join(f'"{it}"' for it in keys)
    return f"project in ({quoted})"
