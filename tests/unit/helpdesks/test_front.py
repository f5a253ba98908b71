"""Front's events, by an application and by a rule: messages, and conversations that end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from signed_deliveries import NOW, VENDORS, example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import front, front_rule
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Refused, Thin

RULE = next(vendor for vendor in VENDORS if vendor.name == "front-rule")


def document(name: str) -> dict[str, Any]:
    return json.loads(example(f"front_{name}"))


def parsed(body: dict[str, Any], **headers: str) -> Event | Thin | Ignored:
    return front.parse(Delivery(headers, json.dumps(body).encode()))


def with_message(name: str, **changes: Any) -> Event | Thin | Ignored:
    body = document(name)
    body["payload"]["target"]["data"] |= changes
    return parsed(body)


def test_the_message_that_made_a_conversation_opens_it():
    event = parsed(document("created"))
    assert (event.kind, event.delivery_key) == (Kind.TICKET_CREATED, "evt_3s78kxhw")
    assert (event.ticket_id, event.message.external_id) == ("cnv_1042nr10", "msg_1sagx9sk")
    assert event.message.text == "I was charged twice for order 10442."
    assert event.message.sent_at == datetime(2026, 9, 21, 14, 13, 20, 930000, tzinfo=UTC)
    assert (event.customer_id, event.customer_name) == ("dana@example.org", "Dana Reyes")
    assert (event.subject, event.channel) == ("Charged twice for order 10442", Channel.EMAIL)


def test_a_later_message_is_a_reply():
    event = parsed(document("customer_replied"))
    assert (event.kind, event.message.author) == (Kind.MESSAGE_ADDED, Author.CUSTOMER)
    assert event.tags == {"Billing"}


def test_a_colleague_who_passes_mail_on_makes_a_case_all_the_same():
    author = {"id": "tea_a0ljo", "email": "sam@acme.example"}
    assert with_message("created", author=author).message.author is Author.CUSTOMER


def test_what_goes_out_is_an_answer_and_may_close():
    event = parsed(document("outbound"))
    assert (event.message.author, event.status) == (Author.AGENT, None)
    body = document("outbound")
    body["payload"]["conversation"]["status"] = "archived"
    assert parsed(body).status is Status.CLOSED


def test_html_is_read_where_there_is_no_text():
    event = with_message("created", text=None)
    assert event.message.text == "I was charged twice for order 10442."


def test_a_draft_is_ignored():
    assert isinstance(with_message("outbound", is_draft=True), Ignored)


@pytest.mark.parametrize("name", ["tag_added", "comment"])
def test_our_own_tags_and_comments_come_back_and_are_ignored(name):
    assert isinstance(parsed(document(name)), Ignored)


@pytest.mark.parametrize("name", ["conversation_archived", "conversation_deleted"])
def test_a_conversation_that_ends_leaves_the_desk(name):
    event = parsed(document("archived") | {"type": name})
    assert (event.status, event.message) == (Status.CLOSED, None)


def test_a_preview_is_to_be_fetched():
    thin = parsed(document("preview"))
    assert (type(thin), thin.ticket_id, thin.message_id) == (Thin, "cnv_1042nr10", "msg_1sb0aaaa")


def test_a_check_of_the_address_is_answered_with_its_challenge():
    found = parsed(document("sync"), **{"x-front-challenge": "c-77"})
    assert (type(found), found.reply) == (Ignored, "c-77")


def test_a_rules_event_stands_without_an_envelope():
    event = front_rule.parse(Delivery({}, example("front-rule_created")))
    assert event == parsed(document("created"))
    assert isinstance(front_rule.parse(Delivery({}, example("front-rule_comment"))), Ignored)


def test_a_rule_may_sign_the_body_without_its_space():
    """As the sample of Front's manual does; a body that says otherwise is refused all the same."""
    pretty = example("front-rule_created")
    compact = json.dumps(json.loads(pretty), separators=(",", ":"), ensure_ascii=False).encode()
    assert pretty != compact
    signed = replace(RULE.delivery(compact), body=pretty)
    front_rule.verify(signed, (RULE.secret,), NOW)
    forged = replace(signed, body=pretty.replace(b"twice", b"thrice"))
    with pytest.raises(Refused):
        front_rule.verify(forged, (RULE.secret,), NOW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": None}, "payload.target.data.id: expected a string or a whole number"),
        ({"is_inbound": "yes"}, "payload.target.data.is_inbound: expected true or false"),
        ({"created_at": "now"}, "payload.target.data.created_at: expected ISO 8601"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes, sentence):
    with pytest.raises(Malformed) as error:
        with_message("created", **changes)
    assert str(error.value).startswith(sentence)
