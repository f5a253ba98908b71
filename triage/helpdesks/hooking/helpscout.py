"""Help Scout's webhook; the secret is ours.

Sources: Help Scout's "Create Webhook" (Mailbox API 2.0), its own client in PHP for the list and the
update.
"""

from __future__ import annotations

from triage.helpdesks.call import Request
from triage.helpdesks.hooking.hooking import Hook, Wanted
from triage.helpdesks.reading import Field
from triage.helpdesks.writing.writing import MOST_PAGES, Steps, at

NEEDS = "an app of an administrator's"
EVENTS = [
    "convo.created",
    "convo.customer.reply.created",
    "convo.agent.reply.created",
    "convo.status",
    "convo.merged",
    "convo.deleted",
]


def hook(wanted: Wanted) -> Steps[Hook]:
    """Make the webhook, or set the one with our address right."""
    found = yield from _found(wanted.address)
    body = {
        "url": wanted.address,
        "events": EVENTS,
        "secret": wanted.secret,
        "label": wanted.name,
        "payloadVersion": "V2",
    }
    if found is None:
        yield Request(path="/webhooks", method="POST", body=body)
    else:
        yield Request(path=f"/webhooks/{at(found['id'].id())}", method="PUT", body=body)
    return Hook(found is None, wanted.secret)


def _found(address: str) -> Steps[Field | None]:
    for number in range(1, MOST_PAGES + 1):
        answer = yield Request(path="/webhooks", query=(("page", str(number)),))
        page = answer.json()
        for one in page["_embedded"]["webhooks"].items():
            if one["url"].value == address:
                return one
        pages = page["page"]["totalPages"].value
        if not isinstance(pages, int) or number >= pages:
            break
    return None
