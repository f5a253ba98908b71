"""FreeScout's webhook, which has no secret of its own: one key signs for all of the installation.

Sources: two open clients (the list, what is made and deleted, the events).
"""

from __future__ import annotations

from triage.helpdesks.call import Request
from triage.helpdesks.hooking.hooking import Hook, Wanted, embedded
from triage.helpdesks.steps import Steps, at

NEEDS = "an API key"
EVENTS = [
    "convo.created",
    "convo.customer.reply.created",
    "convo.agent.reply.created",
    "convo.status",
    "convo.deleted",
    "convo.deleted_forever",
]


def hook(wanted: Wanted) -> Steps[Hook]:
    """Make the webhook; one with our address that lacks an event is made anew."""
    found = yield from embedded(wanted.address)
    if found is not None and set(EVENTS) <= {it.line() for it in found["events"].items()}:
        return Hook(made=False, secret=wanted.secret)
    if found is not None:  # no call is known that changes one
        yield Request(path=f"/webhooks/{at(found['id'].id())}", method="DELETE")
    body = {"url": wanted.address, "events": EVENTS}
    yield Request(path="/webhooks", method="POST", body=body)
    return Hook(found is None, wanted.secret)
