"""Help Scout's events: a header says what happened, and the words are to be fetched."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from signed_deliveries import NOW, example

from triage.domain.ticket import Status
from triage.helpdesks import helpscout
from triage.helpdesks.event import Delivery, Event, Ignored, Malformed, Thin


def parse(name: str, event: str, **changes: Any) -> Event | Thin | Ignored:
    body = json.loads(example(f"helpscout_{name}")) | changes
    return parsed(json.dumps(body).encode(), event)


def parsed(body: bytes, event: str) -> Event | Thin | Ignored:
    headers = {"x-helpscout-event": event} if event else {}
    return helpscout.parse(Delivery(headers, body, received_at=NOW))


@pytest.mark.parametrize(
    "event",
    [
        "convo.created",
        "convo.customer.reply.created",
        "convo.agent.reply.created",
        "convo.merged",
        "beacon.chat.customer.replied",
    ],
)
def test_what_somebody_said_is_to_be_fetched(event):
    thin = parse("customer_replied", event)
    assert (type(thin), thin.what, thin.ticket_id) == (Thin, event, "105001")
    assert thin.occurred_at == datetime(2026, 11, 20, 14, 25, 30, tzinfo=UTC)
    assert not thin.repeats


@pytest.mark.parametrize(
    "event", ["convo.note.created", "convo.tags", "convo.assigned", "convo.custom-fields", "new"]
)
def test_our_own_notes_and_tags_come_back_and_are_ignored(event):
    assert isinstance(parse("customer_replied", event), Ignored)


@pytest.mark.parametrize(("status", "ends"), [("closed", 1), ("spam", 1), ("active", 0)])
def test_a_conversation_that_ends_leaves_the_desk(status, ends):
    found = parse("closed", "convo.status", status=status)
    assert isinstance(found, Event if ends else Ignored)


def test_a_deleted_conversation_is_closed_when_it_came():
    event = parse("deleted", "convo.deleted")
    assert (event.status, event.occurred_at) == (Status.CLOSED, NOW)


def test_without_its_header_a_delivery_says_nothing():
    with pytest.raises(Malformed, match="the header X-HelpScout-Event"):
        parse("created", "")


def test_one_body_of_two_events_is_two_deliveries():
    body = example("helpscout_created")
    keys = {parsed(body, event).delivery_key for event in ("convo.created", "convo.tags")}
    assert len(keys) == 2


def test_only_the_id_must_be_there():
    assert parsed(b'{"id": 7}', "convo.created").ticket_id == "7"
    with pytest.raises(Malformed, match=r"^id: expected"):
        parsed(b'{"number": 7}', "convo.created")


def test_a_secret_is_no_longer_than_help_scout_takes():
    helpscout.check_secret("x" * 40)
    with pytest.raises(ValueError, match="41 characters"):
        helpscout.check_secret("x" * 41)
    assert len(helpscout.new_secret()) <= 40
