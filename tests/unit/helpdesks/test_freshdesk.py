"""Our templates for Freshdesk's rules: words where they are told, else what to fetch."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from signed_deliveries import NOW, VENDORS, example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import freshdesk
from triage.helpdesks.event import Delivery, Event, Kind, Malformed, Refused, Thin

FRESHDESK = next(vendor for vendor in VENDORS if vendor.name == "freshdesk")


def parse(name: str, **changes: object) -> Event | Thin:
    document = json.loads(example(f"freshdesk_{name}")) | changes
    return parsed(json.dumps(document).encode())


def parsed(body: bytes) -> Event | Thin:
    return freshdesk.parse(FRESHDESK.delivery(body))


def test_a_created_ticket_carries_its_description():
    event = parse("created")
    assert (event.kind, event.ticket_id) == (Kind.TICKET_CREATED, "6541")
    assert event.message.external_id == "6541#description"
    assert event.message.text == "Hi, I was charged twice for order 10442."
    assert (event.subject, event.channel) == ("Charged twice for order 10442", Channel.EMAIL)
    assert event.customer_id == "dana@example.org"
    assert event.occurred_at == event.message.sent_at == NOW


def test_a_reply_is_read_without_its_writer_and_without_what_it_quotes():
    event = parse("customer_replied")
    assert (event.message.author, event.message.text) == (
        Author.CUSTOMER,
        "It has been three days.",
    )
    assert event.tags == {"billing"}


def test_a_colon_in_the_words_themselves_cuts_nothing():
    for html in ("<div>Question : where is it?</div>", "Question : where is it?"):
        text = parse("customer_replied", html=html).message.text
        assert text == "Question : where is it?"


def test_what_is_nothing_but_a_quoted_mail_is_kept():
    html = "<div>----- Original message -----</div><div>It broke again.</div>"
    assert "It broke again." in parse("customer_replied", html=html).message.text


def test_an_agents_answer_and_the_closing_are_told_by_their_names():
    assert parse("agent_replied").message.author is Author.AGENT
    closed = parse("closed")
    assert (closed.kind, closed.status, closed.message) == (
        Kind.STATUS_CHANGED,
        Status.CLOSED,
        None,
    )


def test_a_mail_that_agents_begin_waits_for_nobody():
    assert parse("created", source="Outbound Email").message.author is Author.AGENT


@pytest.mark.parametrize("name", ["thin_reply", "simple"])
def test_without_words_the_ticket_is_to_be_fetched_and_what_waits_becomes_one(name):
    thin = parse(name)
    assert thin.repeats
    assert thin.what == "ticket"
    assert thin.delivery_key == f"{thin.ticket_id}#changed"


def test_text_that_breaks_the_template_is_fetched_by_the_tickets_id():
    body = example("freshdesk_customer_replied").replace(b'dir=\\"ltr\\"', b'dir="ltr"')
    assert parsed(body) == parse("thin_reply")


def test_line_breaks_that_a_template_did_not_escape_are_read():
    body = example("freshdesk_created").replace(b"Hi, I was", b"Hi,\r\nI was")
    assert parsed(body).message.text == "Hi, I was charged twice for order 10442."


def test_a_customer_cannot_put_words_elsewhere_through_an_unescaped_template():
    """They would be another ticket's; as it is, the first id is ours, and it is only fetched."""
    forged = b'x", "ticket_id": "1", "html": "y'
    found = parsed(example("freshdesk_created").replace(b"Hi, I was", forged))
    assert (type(found), found.ticket_id) == (Thin, "6541")


def test_the_same_words_an_hour_later_are_said_again():
    """The customer waits again, and a body has no other name than its bytes."""
    first = FRESHDESK.delivery()
    again = replace(first, received_at=NOW + timedelta(minutes=5))
    later = replace(first, received_at=NOW + timedelta(hours=1))
    key = freshdesk.delivery_key
    assert key(first) == key(again) != key(later)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"event": "ticket.lost"}, "event: expected one of ticket.created, customer.replied"),
        ({"schema": "triage.freshdesk.v9"}, "schema: expected one of triage.freshdesk.v1, found"),
        ({"ticket_id": None}, "ticket_id: expected a string or a whole number, found nothing"),
    ],
)
def test_a_wrong_template_is_malformed_with_its_place(changes, sentence):
    with pytest.raises(Malformed) as error:
        parse("created", **changes)
    assert str(error.value).startswith(sentence)


def test_when_it_came_must_be_known():
    with pytest.raises(Malformed, match="nor when the delivery came"):
        freshdesk.parse(Delivery({}, example("freshdesk_created")))


def test_the_secret_may_stand_as_a_bearer_and_never_in_the_address():
    secret = FRESHDESK.secret
    freshdesk.verify(Delivery({"authorization": f"Bearer {secret}"}, b""), (secret,), NOW)
    basic = base64.b64encode(f"x:{secret}".encode()).decode()
    for delivery in (
        Delivery({}, b"", f"https://triage.example.com/webhooks/d?secret={secret}"),
        Delivery({"authorization": f"Basic {basic}"}, b""),
    ):
        with pytest.raises(Refused):
            freshdesk.verify(delivery, (secret,), NOW)
