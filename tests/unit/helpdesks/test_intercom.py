"""Intercom's notifications: which part of a conversation each of them means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from signed_deliveries import example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import intercom
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Thin

PARTS = "conversation_parts"


def document(name: str) -> dict[str, Any]:
    return json.loads(example(f"intercom_{name}"))


def parsed(body: dict[str, Any]) -> Event | Thin | Ignored:
    return intercom.parse(Delivery({}, json.dumps(body).encode()))


def with_item(name: str, **changes: object) -> Event | Thin | Ignored:
    body = document(name)
    body["data"]["item"] |= changes
    return parsed(body)


def with_part(name: str, **changes: object) -> Event | Thin | Ignored:
    body = document(name)
    body["data"]["item"][PARTS][PARTS][-1] |= changes
    return parsed(body)


def test_a_conversation_begins_with_its_source():
    event = parsed(document("created"))
    assert (event.kind, event.ticket_id) == (Kind.TICKET_CREATED, "1911149811")
    assert event.delivery_key == "notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3"
    assert event.message.external_id == "1911149811#source"
    assert event.message.text == "I was charged twice for order 10442."
    assert event.message.sent_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert (event.channel, event.subject) == (Channel.CHAT, None)
    assert (event.customer_id, event.customer_name) == ("5bc8f7ae2d96695c18a", "Dana Reyes")


def test_a_reply_is_the_customers_newest_part():
    event = parsed(document("customer_replied"))
    assert (event.kind, event.message.author) == (Kind.MESSAGE_ADDED, Author.CUSTOMER)
    assert (event.message.external_id, event.message.text) == ("4412", "It has been three days.")


@pytest.mark.parametrize("kind", ["user", "lead", "contact"])
def test_customers_have_several_names(kind):
    event = with_part("customer_replied", author={"type": kind, "id": "1"})
    assert event.message.author is Author.CUSTOMER


def test_an_admins_reply_is_an_answer_and_a_bots_is_none():
    assert parsed(document("agent_replied")).message.author is Author.AGENT
    bot = with_part("agent_replied", author={"type": "bot", "id": "1"})
    assert bot.message.author is Author.SYSTEM


def test_a_reply_without_its_part_is_to_be_fetched():
    thin = with_item("customer_replied", **{PARTS: {PARTS: []}})
    assert (type(thin), thin.ticket_id) == (Thin, "1911149811")
    note = with_part("customer_replied", part_type="note")
    assert isinstance(note, Thin)


@pytest.mark.parametrize("name", ["admin_noted", "ping"])
def test_notes_and_pings_are_ignored(name):
    assert isinstance(parsed(document(name)), Ignored)


@pytest.mark.parametrize("topic", ["conversation.admin.assigned", "conversation_part.tag.created"])
def test_our_own_writes_come_back_and_are_ignored(topic):
    assert isinstance(parsed(document("agent_replied") | {"topic": topic}), Ignored)


def test_closing_ends_a_conversation_with_or_without_a_last_word():
    event = parsed(document("closed"))
    assert (event.kind, event.status, event.message) == (Kind.STATUS_CHANGED, Status.CLOSED, None)
    event = with_part("closed", body="<p>Done, thank you.</p>")
    assert (event.message.text, event.message.author) == ("Done, thank you.", Author.AGENT)
    assert event.status is Status.CLOSED


@pytest.mark.parametrize("name", ["id", "conversation_id"])
def test_a_deleted_conversation_leaves_the_desk(name):
    body = document("deleted")
    body["data"]["item"] = {"type": "conversation", name: "77"}
    event = parsed(body)
    assert (event.ticket_id, event.status) == ("77", Status.CLOSED)


def test_lists_stand_plain_or_within_an_object():
    plain = with_item("created", contacts=[{"id": "9"}], tags=[{"name": "vip"}])
    assert (plain.customer_id, plain.tags) == ("9", {"vip"})


def test_the_shapes_before_version_2_are_read():
    body = document("created")
    item = body["data"]["item"]
    item["conversation_message"] = item.pop("source")
    item["user"] = item.pop("contacts")["contacts"][0]
    event = parsed(body)
    assert event.message.text == "I was charged twice for order 10442."
    assert event.customer_id == "5bc8f7ae2d96695c18a"


def test_what_intercom_had_to_remove_is_no_text():
    removed = "We've removed this part of the conversation to comply with Twitter's terms of use."
    assert with_part("customer_replied", body=f"<p>{removed}</p>").message.text == ""


def test_a_mails_subject_is_html():
    source = document("created")["data"]["item"]["source"]
    event = with_item("created", source=source | {"subject": "<p>Order &amp; refund</p>"})
    assert event.subject == "Order & refund"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"topic": None}, "topic: expected a string, found nothing"),
        ({"created_at": "soon"}, "created_at: expected ISO 8601"),
        ({"data": {"item": {"id": "1"}}}, "data.item.source.author.type: expected one of user"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes, sentence):
    with pytest.raises(Malformed) as error:
        parsed(document("created") | changes)
    assert str(error.value).startswith(sentence.replace(".source.", ".conversation_message."))
