"""Help Scout's webhook; the secret is ours.

Sources: Help Scout's "Create Webhook" (Mailbox API 2.0), its own client in PHP for the list and the
update.
"""

from __future__ import annotations

from triage.helpdesks.call import Request
from triage.helpdesks.hooking.hooking import Hook, Wanted, embedded
from triage.helpdesks.steps import Steps, at

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
    found = yield from embedded(wanted.address)
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
