"""The generic contract: which events there are and what is read from them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from signed_deliveries import NOW, VENDORS, example, with_headers

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import standard_webhooks
from triage.helpdesks.event import Delivery, Event, Kind, Malformed

GENERIC = next(vendor for vendor in VENDORS if vendor.name == "generic")
HEADERS = {"webhook-id": "msg_1"}


def parse(name: str, **changes: object) -> Event:
    document = json.loads(example(f"generic_{name}"))
    document["data"] |= changes
    return parsed(document)


def parsed(document: object) -> Event:
    found = standard_webhooks.parse(Delivery(HEADERS, json.dumps(document).encode()))
    assert isinstance(found, Event)
    return found


def test_a_created_ticket_carries_the_customers_first_message():
    event = parse("created")
    assert event.kind is Kind.TICKET_CREATED
    assert event.delivery_key == "msg_1"
    assert (event.ticket_id, event.subject) == ("T-2077", "Parcel never arrived")
    assert (event.channel, event.language_hint) == (Channel.EMAIL, "en")
    assert event.tags == {"shipping", "late"}
    assert (event.customer_id, event.customer_name) == ("u_31", "Ines Okafor")
    assert event.occurred_at == datetime(2026, 11, 20, 10, 12, 7, tzinfo=UTC)
    assert event.message.external_id == "T-2077#first"
    assert event.message.author is Author.CUSTOMER
    assert event.message.text.startswith("The tracking page")
    assert event.message.sent_at == event.occurred_at
    assert event.status is None


def test_a_customers_reply_keeps_its_own_id_and_moment_in_utc():
    event = parse("customer_replied")
    assert (event.kind, event.message.author) == (Kind.MESSAGE_ADDED, Author.CUSTOMER)
    assert event.message.external_id == "M-9"
    assert event.occurred_at == datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert (event.customer_id, event.customer_name) == ("u_31", "Ines Okafor")


def test_a_reply_without_an_id_is_named_by_its_webhook():
    assert parse("customer_replied", message_id=None).message.external_id == "msg_1"


def test_an_agents_reply_may_be_html_and_does_not_name_the_customer():
    event = parse("agent_replied")
    assert (event.kind, event.message.author) == (Kind.MESSAGE_ADDED, Author.AGENT)
    assert "sent a second parcel & refunded" in event.message.text
    assert "<p>" not in event.message.text
    assert event.customer_id is None
    assert event.occurred_at == datetime.fromtimestamp(1795249800, tz=UTC)


def test_a_closed_ticket_is_a_status_without_words():
    event = parse("closed")
    assert (event.kind, event.status) == (Kind.STATUS_CHANGED, Status.CLOSED)
    assert event.message is None


def test_plain_text_goes_before_html_even_if_it_is_empty():
    assert parse("created", text="", html="<p>no</p>").message.text == ""


def test_a_customer_without_an_id_is_known_by_the_address():
    event = parse("created", requester={"email": "ines@example.org"})
    assert event.customer_id == "ines@example.org"


def test_an_unknown_channel_costs_nothing():
    assert parse("created", channel="carrier pigeon").channel is Channel.OTHER


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("created", {"ticket_id": None}, "data.ticket_id: expected a string or a whole number"),
        ("created", {"ticket_id": 1.5}, "data.ticket_id: expected a string or a whole number"),
        ("created", {"ticket_id": ""}, "data.ticket_id: expected 1 to 200 printable characters"),
        ("created", {"ticket_id": "T" * 201}, "data.ticket_id: expected 1 to 200 printable"),
        ("created", {"ticket_id": "T\n1"}, "data.ticket_id: expected 1 to 200 printable"),
        ("created", {"text": None}, "data.text: expected a string, found nothing"),
        ("created", {"text": 7}, "data.text: expected a string, found a number"),
        ("created", {"tags": "a b"}, "data.tags: expected a list, found a string"),
        ("created", {"tags": ["a", 1]}, "data.tags[1]: expected a string, found a number"),
        ("created", {"requester": "Ines"}, "data.requester: expected an object, found a string"),
        (
            "customer_replied",
            {"author": {"kind": "agent"}},
            'data.author.kind: expected one of customer, system, found "agent"',
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(name, changes, sentence):
    with pytest.raises(Malformed) as error:
        parse(name, **changes)
    assert str(error.value).startswith(sentence)


def test_an_unknown_type_is_malformed_and_named():
    with pytest.raises(Malformed) as error:
        parsed({"type": "ticket.exploded", "timestamp": "2026-11-20T10:12:07Z", "data": {}})
    assert str(error.value).startswith("type: expected one of ticket.created, ")
    assert str(error.value).endswith('found "ticket.exploded"')


@pytest.mark.parametrize(
    "timestamp",
    [
        *("2026-11-20T10:12:07", "2026-11-20", "yesterday", ""),  # naive, or no moment
        *("1989-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59"),
        *(0, -1, 10**31, 1795249800000),  # unset, before all, beyond all, milliseconds
        *(None, True, []),
    ],
)
def test_a_naive_or_absurd_moment_is_malformed(timestamp):
    with pytest.raises(Malformed, match=r"^timestamp: expected ISO 8601 with a time zone"):
        parsed({**json.loads(example("generic_created")), "timestamp": timestamp})


def test_one_good_signature_among_several_is_enough():
    delivery = GENERIC.delivery()
    good = delivery.headers["webhook-signature"]
    for header in (f"v1,AAAA {good}", f"{good} v1a,AAAA", f"nonsense  {good}"):
        signed = with_headers(delivery, {"webhook-signature": header})
        standard_webhooks.verify(signed, (GENERIC.secret,), NOW)


def test_a_secret_may_lack_its_padding():
    secret = "whsec_" + base64.b64encode(b"x" * 25).decode().rstrip("=")
    body, at = b"{}", int(NOW.timestamp())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(at),
        "webhook-signature": standard_webhooks.sign(secret, "msg_1", at, body),
    }
    standard_webhooks.verify(Delivery(headers, body), (secret,), NOW)


@pytest.mark.parametrize("size", [0, 23, 65])
def test_a_secret_of_the_wrong_size_is_refused(size):
    secret = "whsec_" + base64.b64encode(b"x" * size).decode()
    with pytest.raises(ValueError, match=f"decodes to {size} bytes, expected 24 to 64"):
        standard_webhooks.check_secret(secret)


def test_a_delivery_without_an_id_is_known_by_its_bytes():
    delivery = replace(GENERIC.delivery(), headers={})
    assert standard_webhooks.delivery_key(delivery).startswith("sha256:")
