"""Front: the message that a preview left out, or else the conversation's newest.

Sources: Front's links within a captured event. The shape of a list of messages (`_results`, newest
first) is not in the sources we hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from triage.helpdesks import front_events
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing.completing import Step
from triage.helpdesks.event import Event, Thin
from triage.helpdesks.reading import Field


def complete(thin: Thin, answers: Sequence[Response]) -> Step:
    """Return the next call, or what was said. Raises Malformed."""
    conversation = f"/conversations/{quote(thin.ticket_id, safe='')}"
    if not answers:
        return Request(path=conversation)
    if len(answers) == 1 and thin.message_id:
        return Request(path=f"/messages/{quote(thin.message_id, safe='')}")
    if len(answers) == 1:
        return Request(path=f"{conversation}/messages")
    body = answers[1].json()
    messages = list(body["_results"].items()) if body["_results"] else [body]
    sent = [it for it in messages if not (it["is_draft"] and it["is_draft"].flag())]
    found = [_event(answers[0].json(), it, thin) for it in sent]
    return sorted(found, key=lambda it: it.occurred_at)


def _event(conversation: Field, message: Field, thin: Thin) -> Event:
    return front_events.message_event(conversation, message, thin.delivery_key)
