"""Help Scout: the conversation with its threads, all that people said in public.

Sources: the conversation and thread objects of Help Scout's older manuals, and open clients of its
Mailbox API 2.0. Not in them: `embed=threads`, and which conversation an `action` of `merged` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids, words
from triage.helpdesks.backlog import thread
from triage.helpdesks.backlog.thread import Told
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing.completing import Step
from triage.helpdesks.event import Event, Kind, NewMessage, Thin
from triage.helpdesks.reading import Field

#: What people say in public; "note" and "lineitem" are not among them. Who typed the notes of a
#: phone call does not matter: they are the customer's case.
_SAID = {
    "customer": Author.CUSTOMER,
    "phone": Author.CUSTOMER,
    "message": Author.AGENT,
    "reply": Author.AGENT,
}
_CHATS = frozenset({"chat", "beaconchat"})  # of either: who made them tells
_ENDED = frozenset({"closed", "spam"})
_CHANNELS = {"email": Channel.EMAIL, "chat": Channel.CHAT, "phone": Channel.PHONE}


def complete(thin: Thin, answers: Sequence[Response]) -> Step:
    """Return the call, or what was said in the conversation. Raises Malformed."""
    if not answers:
        path = f"/conversations/{quote(thin.ticket_id, safe='')}"
        return Request(path=path, query=(("embed", "threads"),))
    conversation = answers[0].json()
    threads = [it for it in conversation["_embedded"]["threads"].items() if _is_public(it)]
    said = [message for it in threads if (message := _message(it))]
    return [*thread.events(_told(conversation), said), *_merged(conversation, thin)]


def _told(conversation: Field) -> Told:
    customer = conversation["primaryCustomer"] or conversation["createdBy"]
    name = f"{customer['first'].line()} {customer['last'].line()}".strip()
    changed = conversation["userUpdatedAt"] or conversation["createdAt"]
    return Told(
        ticket_id=conversation["id"].id(),
        updated_at=(conversation["closedAt"] or changed).moment(),
        closed=conversation["status"].line() in _ENDED or conversation["state"].line() == "deleted",
        subject=conversation["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=_CHANNELS.get(conversation["type"].line(), Channel.OTHER),
        customer_id=customer["id"].id_or_none() or customer["email"].id_or_none(),
        customer_name=name[: hygiene.MAX_NAME] or None,
        tags=words.names(conversation["tags"], "tag"),
    )


def _is_public(item: Field) -> bool:
    """Return whether a thread was sent: not a draft, nor hidden."""
    return item["state"].line() in {"", "published"}


def _message(item: Field) -> NewMessage | None:
    kind = item["type"].line()
    by_customer = item["createdBy"]["type"].line() == "customer"
    chat = (Author.CUSTOMER if by_customer else Author.AGENT) if kind in _CHATS else None
    if (author := _SAID.get(kind, chat)) is None:
        return None
    return NewMessage(
        external_id=item["id"].id(),
        author=author,
        text=words.from_markup(item["body"]),
        sent_at=item["createdAt"].moment(),
    )


def _merged(conversation: Field, thin: Thin) -> list[Event]:
    """Return the closing of the conversations that went into this one."""
    actions = [it["action"] for it in conversation["_embedded"]["threads"].items()]
    gone = {
        it["associatedEntities"]["originalConversation"].id_or_none()
        for it in actions
        if it["type"].line() == "merged"
    }
    return [_gone(one, thin) for one in sorted(gone - {None, thin.ticket_id}, key=str) if one]


def _gone(ticket_id: str, thin: Thin) -> Event:
    return Event(
        delivery_key=ids.message_id(thin.delivery_key, ticket_id),
        kind=Kind.STATUS_CHANGED,
        occurred_at=thin.occurred_at,
        ticket_id=ticket_id,
        status=Status.CLOSED,
    )
