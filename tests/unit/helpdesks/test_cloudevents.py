"""CloudEvents in their three modes, written by the official SDK and read by us."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from signed_deliveries import NOW, VENDORS, example, generic_headers

from triage.domain.ticket import Author
from triage.helpdesks import cloudevents
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Refused, Unread

VENDOR = next(vendor for vendor in VENDORS if vendor.name == "cloudevents")
AT = datetime(2026, 11, 20, 10, 12, 7, tzinfo=UTC)
BATCH = {"content-type": "application/cloudevents-batch+json"}
STRUCTURED = {"content-type": "application/cloudevents+json"}


def told(**changes: object) -> CloudEvent:
    attributes = {
        "type": "com.example.ticket.created",
        "source": "/helpdesk/acme",
        "id": "4d9f7c1e-1",
        "time": AT,
        "subject": "T-1042",
        "datacontenttype": "application/json",
    }
    data = {"subject": "Charged twice", "text": "Zweimal bezahlt — 50 €"}
    return CloudEvent(attributes | changes, data)


def delivered(message: Any) -> Delivery:
    headers = {name.lower(): value for name, value in message.headers.items()}
    body = message.body if isinstance(message.body, bytes) else message.body.encode()
    return Delivery(headers, body, received_at=NOW)


def structured(**changes: object) -> Event | Ignored:
    document = json.loads(example("cloudevents_created")) | changes
    delivery = Delivery(STRUCTURED, json.dumps(document).encode(), received_at=NOW)
    found = cloudevents.parse(delivery)
    assert not isinstance(found, tuple)
    return found


@pytest.mark.parametrize("write", [to_structured_event, to_binary_event])
def test_what_the_sdk_writes_is_read(write):
    delivery = delivered(write(told()))
    event = cloudevents.parse(delivery)
    assert (event.kind, event.ticket_id) == (Kind.TICKET_CREATED, "T-1042")
    assert event.message.text == "Zweimal bezahlt — 50 €"
    assert (event.occurred_at, event.subject) == (AT, "Charged twice")
    assert (
        event.delivery_key == cloudevents.delivery_key(delivery) == "14:/helpdesk/acme#4d9f7c1e-1"
    )


def test_headers_of_the_binary_mode_are_percent_encoded():
    event = cloudevents.parse(delivered(to_binary_event(told(subject='Größe "50 %"'))))
    assert event.ticket_id == 'Größe "50 %"'


def test_the_example_of_the_specification_and_an_old_quoted_header_are_read():
    headers = {
        "ce-specversion": '"1.0"',
        "ce-type": "com.example.ticket.created",
        "ce-source": "/helpdesk/acme",
        "ce-id": "4d9f7c1e-1",
        "ce-time": "2026-11-20T10:12:07Z",
        "ce-subject": '"T-\\"1042"',
        "content-type": "application/json; charset=utf-8",
    }
    event = cloudevents.parse(Delivery(headers, b'{"subject": "Charged twice", "text": "Twice"}'))
    assert event.ticket_id == 'T-"1042'


def test_each_event_of_a_batch_has_its_own_key_and_fate():
    created, reply, other = cloudevents.parse(Delivery(BATCH, example("cloudevents_batch")))
    assert created.delivery_key != reply.delivery_key
    assert (reply.message.author, reply.customer_id) == (Author.CUSTOMER, "u_77")
    assert isinstance(other, Ignored)
    assert cloudevents.parse(Delivery(BATCH, b"[]")) == ()


def test_an_event_of_a_batch_that_cannot_be_read_does_not_stop_the_others():
    events = json.loads(example("cloudevents_batch"))
    del events[0]["data"]["text"]
    spoilt, reply, _ = cloudevents.parse(Delivery(BATCH, json.dumps([*events[:2], 7]).encode()))
    assert isinstance(spoilt, Unread)
    assert spoilt.reason == "[0].data.text: expected a string, found nothing"
    assert json.loads(spoilt.body)["id"] == "4d9f7c1e-1"
    assert isinstance(reply, Event)


def test_a_batch_of_more_than_a_thousand_is_malformed():
    with pytest.raises(Malformed, match="at most 1000 events, found 1001"):
        cloudevents.parse(Delivery(BATCH, json.dumps([{}] * 1001).encode()))


def test_the_batch_is_told_from_the_structured_mode_though_they_begin_alike():
    with pytest.raises(Malformed, match="expected a list"):
        cloudevents.parse(Delivery(BATCH, example("cloudevents_created")))
    with pytest.raises(Malformed, match="expected an object"):
        cloudevents.parse(Delivery(STRUCTURED, example("cloudevents_batch")))


def test_a_ticket_in_the_data_goes_before_the_subject_of_the_event():
    assert structured(data={"ticket_id": "T-9", "text": "Hello"}).ticket_id == "T-9"


def test_data_in_base64_is_read():
    packed = base64.b64encode(b'{"text": "Hello"}').decode()
    assert structured(data=None, data_base64=packed).message.text == "Hello"
    with pytest.raises(Malformed, match=r"^data_base64: expected base64"):
        structured(data_base64="*")


def test_the_time_may_be_missing_and_is_then_when_it_came():
    assert structured(time=None).occurred_at == NOW


@pytest.mark.parametrize(
    "name", ["ticket.created", "Ticket.Created", "com.example.myticket.created", "order.shipped"]
)
def test_only_a_type_that_ends_as_ours_is_ours(name):
    found = structured(type=name)
    assert isinstance(found, Event if name == "ticket.created" else Ignored)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"specversion": "0.3"}, 'specversion: expected one of 1.0, found "0.3"'),
        ({"type": None}, "type: expected the name of an event"),
        ({"datacontenttype": "text/xml"}, 'datacontenttype: expected JSON, found "text/xml"'),
        ({"subject": None}, "data.ticket_id: expected a string or a whole number"),
        ({"data": "text"}, "data: expected an object, found a string"),
        ({"time": "now"}, "time: expected ISO 8601"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes, sentence):
    with pytest.raises(Malformed) as error:
        structured(**changes)
    assert str(error.value).startswith(sentence)


def test_a_body_without_any_attributes_is_no_cloudevent():
    with pytest.raises(Malformed, match=r"^the header ce-specversion: expected 1.0"):
        cloudevents.parse(Delivery({"content-type": "application/json"}, b"{}"))


def test_two_pairs_of_source_and_id_are_never_one_name():
    keys = {structured(source=source, id=name).delivery_key for source, name in PAIRS}
    assert len(keys) == len(PAIRS)
    assert all(len(key) <= 200 for key in keys)


PAIRS = [("a#b", "c"), ("a", "b#c"), ("a" * 300, "b"), ("a" * 301, "b"), ("a", "b\n"), ("a\n", "b")]


def test_a_standard_webhooks_signature_is_held_to_its_window_and_its_bytes():
    headers = generic_headers(VENDOR.secret, VENDOR.body, NOW)
    cloudevents.verify(Delivery(headers, VENDOR.body), (VENDOR.secret,), NOW)
    for delivery in (
        Delivery(headers, VENDOR.body + b" "),
        Delivery(headers | {"authorization": f"Bearer {VENDOR.secret}"}, b"{}"),
        Delivery(generic_headers(VENDOR.secret, VENDOR.body, AT.replace(day=1)), VENDOR.body),
    ):
        with pytest.raises(Refused):
            cloudevents.verify(delivery, (VENDOR.secret,), NOW)


def test_the_address_is_no_place_for_the_secret():
    delivery = Delivery({}, VENDOR.body, f"https://t.example/?secret={VENDOR.secret}")
    with pytest.raises(Refused):
        cloudevents.verify(delivery, (VENDOR.secret,), NOW)
