"""FreeScout's conversations: which of their threads counts."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
from signed_deliveries import NOW, example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import freescout
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed

APP_KEY = "base64:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
REPLIED, ANSWERED = "convo.customer.reply.created", "convo.agent.reply.created"


def parse(name: str, event: str, **changes: object) -> Event | Ignored:
    document = json.loads(example(f"freescout_{name}")) | changes
    headers = {"x-freescout-event": event}
    return freescout.parse(Delivery(headers, json.dumps(document).encode(), received_at=NOW))


def test_a_new_conversation_carries_its_first_thread():
    event = parse("created", "convo.created")
    assert (event.kind, event.channel) == (Kind.TICKET_CREATED, Channel.EMAIL)
    assert (event.ticket_id, event.message.external_id) == ("105001", "17")
    assert event.message.text == "I was charged twice for order 10442."
    assert (event.customer_id, event.customer_name) == ("8", "Dana Reyes")


def test_a_reply_is_the_newest_of_the_customers_threads_wherever_it_stands():
    newest = parse("customer_replied", REPLIED).message
    assert (newest.external_id, newest.author) == ("21", Author.CUSTOMER)
    assert newest.sent_at == datetime(2026, 11, 20, 14, 25, 30, tzinfo=UTC)
    threads = json.loads(example("freescout_customer_replied"))["_embedded"]["threads"]
    turned = {"threads": threads[::-1]}
    assert parse("customer_replied", REPLIED, _embedded=turned).message == newest


def test_an_agents_answer_that_closes_the_conversation_says_so():
    event = parse("agent_replied", ANSWERED)
    assert (event.message.external_id, event.message.author) == ("22", Author.AGENT)
    assert event.status is Status.CLOSED
    assert parse("agent_replied", REPLIED).status is None


def test_a_note_is_ignored_and_never_taken_for_a_message():
    assert isinstance(parse("note", "convo.note.created"), Ignored)
    assert parse("note", REPLIED).message.external_id == "21"


def test_a_draft_is_no_message():
    threads = [{"id": 9, "type": "message", "state": "draft", "body": "not yet", "createdAt": "x"}]
    found = parse("created", ANSWERED, _embedded={"threads": threads}, preview="I was charged")
    assert found.message.text == "I was charged"


def test_without_threads_the_preview_stands_in():
    event = parse("created", "convo.created", _embedded=None)
    assert event.message.text == "I was charged twice"
    assert event.message.external_id == "105001#first"


@pytest.mark.parametrize("event", ["convo.status", "convo.deleted", "convo.deleted_forever"])
def test_what_ends_a_conversation_closes_it(event):
    assert parse("closed", event).status is Status.CLOSED


@pytest.mark.parametrize("event", ["convo.assigned", "convo.moved", "customer.updated"])
def test_other_events_are_ignored(event):
    assert isinstance(parse("created", event), Ignored)
    assert isinstance(parse("created", "convo.status"), Ignored)


def test_without_the_name_of_an_event_a_delivery_is_malformed():
    with pytest.raises(Malformed, match=r"^the header x-freescout-event: expected the name"):
        freescout.parse(Delivery({}, example("freescout_created")))


def test_tags_may_be_words_or_objects():
    tags = ["late", {"id": 1, "name": "billing"}]
    assert parse("created", "convo.created", tags=tags).tags == {"late", "billing"}


def test_the_key_is_the_md5_that_the_page_shows_and_never_the_app_key():
    digest = hashlib.md5(f"{APP_KEY}webhook_key".encode()).hexdigest()
    assert digest == "767fe609bebe85ec3dcb9a3c21dc7e0e"  # the one of the published vector
    freescout.check_secret(digest)
    with pytest.raises(ValueError, match="APP_KEY"):
        freescout.check_secret(APP_KEY)


def test_two_events_of_the_same_bytes_have_two_keys():
    keys = {
        freescout.delivery_key(Delivery({"x-freescout-event": event}, b"{}"))
        for event in ("convo.created", REPLIED)
    }
    assert len(keys) == 2
