"""Gorgias' templates, and the shared secret that stands in for a signature."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from signed_deliveries import NOW, example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import gorgias
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Refused

SECRET = "a-secret-of-gorgias-1"


def parse(name: str, **changes: object) -> Event | Ignored:
    document = json.loads(example(f"gorgias_{name}")) | changes
    ours = frozenset({"bot@shop.example"})
    body = json.dumps(document).encode()
    return gorgias.parse(Delivery({}, body, received_at=NOW, ours=ours))


def test_a_created_ticket_carries_its_first_message():
    event = parse("created")
    assert (event.kind, event.channel) == (Kind.TICKET_CREATED, Channel.EMAIL)
    assert (event.ticket_id, event.message.external_id) == ("10234567", "55123456")
    assert (event.customer_id, event.language_hint) == ("dana@example.org", "en")
    assert event.occurred_at == NOW


def test_a_moment_in_the_template_goes_before_when_it_came():
    event = parse("created", created_at="2026-11-20T10:12:07+00:00")
    assert event.message.sent_at == datetime(2026, 11, 20, 10, 12, 7, tzinfo=UTC)


@pytest.mark.parametrize("staff", ["True", "true", True, "1"])
def test_what_the_company_wrote_is_an_answer(staff):
    assert parse("customer_replied", from_agent=staff).message.author is Author.AGENT


@pytest.mark.parametrize("staff", ["False", False, None, "", "None"])
def test_everything_else_is_the_customers(staff):
    assert parse("customer_replied", from_agent=staff).message.author is Author.CUSTOMER


def test_our_own_note_and_our_own_message_are_ignored():
    assert isinstance(parse("internal_note"), Ignored)
    assert isinstance(parse("agent_replied", sender_email="Bot@shop.example"), Ignored)


def test_a_closed_ticket_is_a_status_without_words():
    event = parse("closed")
    assert (event.status, event.message) == (Status.CLOSED, None)


def test_an_update_closes_where_it_says_so_and_is_ignored_else():
    closed = parse("closed", event="ticket-updated", status="closed", closed_at="2026-11-20T11:00Z")
    assert (closed.kind, closed.status) == (Kind.STATUS_CHANGED, Status.CLOSED)
    assert closed.occurred_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    for status in ("open", "", None):
        assert isinstance(parse("closed", event="ticket-updated", status=status), Ignored)


def test_a_second_closing_is_another_delivery_and_a_change_after_the_first_is_the_same():
    first, change, second = (
        parse("closed", event="ticket-updated", status="closed", closed_at=at).delivery_key
        for at in ("2026-11-20T11:00Z", "2026-11-20T11:00Z", "2026-11-21T09:30Z")
    )
    assert first == change != second


@pytest.mark.parametrize("at", ["None", "20 November", "2026-11-20T10:12:07.123456", " "])
def test_a_moment_that_a_template_spoils_is_when_the_delivery_came(at):
    assert parse("created", created_at=at).occurred_at == NOW


def test_html_stands_in_where_the_plain_text_is_empty():
    assert parse("created", text="", html="<p>My <b>refund</b></p>").message.text == "My refund"


def test_a_template_of_another_version_is_malformed():
    with pytest.raises(Malformed, match=r"^schema: expected one of triage.gorgias.v1, found"):
        parse("created", schema="triage.gorgias.v2")


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({"x-triage-secret": SECRET}, ""),
        ({"authorization": f"bearer {SECRET}"}, ""),
        ({}, f"https://triage.example.com/webhooks/shop?a=1&secret={SECRET}"),
    ],
)
def test_the_secret_may_come_in_a_header_or_in_the_address(headers, url):
    gorgias.verify(Delivery(headers, b"{}", url), (SECRET,), NOW)


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({}, "https://triage.example.com/webhooks/shop?secret=wrong"),
        ({}, f"https://triage.example.com/webhooks/shop?secret={SECRET}&secret={SECRET}x"),
        ({}, "https://triage.example.com/webhooks/shop?secret="),
        ({}, "https://[::1/?secret=" + SECRET),
        ({}, "https://t.example/?" + "a=1&" * 50 + f"secret={SECRET}"),
        ({"authorization": f"Basic {SECRET}"}, ""),
        ({"x-triage-secret": "wrong"}, f"https://t.example/?secret={SECRET}"),
    ],
)
def test_a_missing_a_wrong_and_an_ambiguous_secret_are_refused(headers, url):
    with pytest.raises(Refused):
        gorgias.verify(Delivery(headers, b"{}", url), (SECRET,), NOW)
