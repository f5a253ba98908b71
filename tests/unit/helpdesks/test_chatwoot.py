"""Chatwoot's events: public messages of people, and the end of conversations."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from signed_deliveries import NOW, VENDORS, example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import chatwoot
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Refused

CHATWOOT = next(vendor for vendor in VENDORS if vendor.name == "chatwoot")


def parse(name: str, **changes: Any) -> Event | Ignored:
    body = json.loads(example(f"chatwoot_{name}")) | changes
    return chatwoot.parse(Delivery({"x-chatwoot-delivery": "d-1"}, json.dumps(body).encode()))


def test_a_message_that_comes_in_is_the_customers():
    event = parse("customer_replied")
    assert (event.kind, event.delivery_key) == (Kind.MESSAGE_ADDED, "d-1")
    assert (event.ticket_id, event.message.external_id) == ("10", "131")
    assert (event.message.text, event.message.author) == (
        "It has been three days.",
        Author.CUSTOMER,
    )
    assert (event.customer_id, event.customer_name) == ("14", "Dana Reyes")
    assert event.channel is Channel.EMAIL


def test_a_new_conversation_tells_its_first_message_by_the_same_name():
    event = parse("conversation_created")
    assert (event.kind, event.message.external_id) == (Kind.TICKET_CREATED, "118")
    assert event.message.sent_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


def test_a_new_conversation_whose_message_is_not_stored_yet_is_ignored():
    assert isinstance(parse("conversation_created", messages=[]), Ignored)


def test_agents_answers_and_machines_words_are_told_apart():
    assert parse("agent_replied").message.author is Author.AGENT
    assert parse("agent_replied", message_type="template").message.author is Author.SYSTEM
    bot = parse("agent_replied", sender={"id": 1, "type": "agent_bot"})
    assert bot.message.author is Author.SYSTEM


@pytest.mark.parametrize("name", ["private_note", "updated"])
def test_our_own_notes_and_labels_come_back_and_are_ignored(name):
    assert isinstance(parse(name), Ignored)


@pytest.mark.parametrize("kind", ["activity", 2])
def test_what_nobody_said_is_ignored(kind):
    assert isinstance(parse("customer_replied", message_type=kind), Ignored)


def test_a_resolved_conversation_is_closed_after_what_was_written_within_that_second():
    event = parse("resolved")
    assert (event.status, event.message) == (Status.CLOSED, None)
    assert event.occurred_at == datetime(2026, 9, 21, 14, 13, 21, tzinfo=UTC)


@pytest.mark.parametrize("status", ["open", "pending", "snoozed"])
def test_every_other_status_is_ignored(status):
    assert isinstance(parse("resolved", status=status), Ignored)


def test_an_agents_last_word_closes_and_a_customers_never_does():
    conversation = json.loads(example("chatwoot_agent_replied"))["conversation"]
    conversation["status"] = "resolved"
    assert parse("agent_replied", conversation=conversation).status is Status.CLOSED
    assert parse("customer_replied", conversation=conversation).status is None


def test_of_a_mail_the_reply_is_taken_where_chatwoot_cut_it_out():
    mail = {"email": {"text_content": {"reply": "Only this.", "full": "Only this.\n> that"}}}
    assert parse("customer_replied", content_attributes=mail).message.text == "Only this."


def test_attachments_alone_are_a_message_without_words():
    assert parse("customer_replied", content=None).message.text == ""


def test_without_a_delivery_id_the_bytes_name_it():
    body = example("chatwoot_customer_replied")
    assert chatwoot.parse(Delivery({}, body)).delivery_key.startswith("sha256:")


def test_an_unsigned_delivery_needs_the_secret_in_its_address():
    """Servers before 2026 sign nothing; a signature that is there must be good all the same."""
    url = f"https://triage.example.com/webhooks/chat?secret={CHATWOOT.secret}"
    chatwoot.verify(Delivery({}, b"{}", url), (CHATWOOT.secret,), NOW)
    signed = replace(CHATWOOT.delivery(), body=b"{}", url=url)
    for delivery in (signed, Delivery({}, b"{}", url + "x")):
        with pytest.raises(Refused):
            chatwoot.verify(delivery, (CHATWOOT.secret,), NOW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"event": 7}, "event: expected a string, found a number"),
        ({"message_type": "shouted"}, "message_type: expected one of incoming, outgoing"),
        ({"private": "no"}, "private: expected true or false, found a string"),
        ({"conversation": None}, "conversation.id: expected a string or a whole number"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes, sentence):
    with pytest.raises(Malformed) as error:
        parse("customer_replied", **changes)
    assert str(error.value).startswith(sentence)
