"""HubSpot's lists of thin events, and version 3 of its signature, which covers the address."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hubspot.utils.signature import Signature
from signed_deliveries import NOW, VENDORS, example

from triage.domain.ticket import Status
from triage.helpdesks import hubspot
from triage.helpdesks.event import Delivery, Event, Ignored, Malformed, Result, Thin, Unread

HUBSPOT = next(vendor for vendor in VENDORS if vendor.name == "hubspot")


def parsed(*events: Any) -> tuple[Result, ...]:
    return hubspot.parse(Delivery({}, json.dumps(events).encode()))


def one(name: str, **changes: Any) -> Result:
    [found] = parsed(json.loads(example(f"hubspot_{name}"))[0] | changes)
    return found


def test_a_new_ticket_is_to_be_fetched():
    thin = one("ticket_created")
    assert (type(thin), thin.what, thin.ticket_id) == (Thin, "ticket", "901")
    assert thin.occurred_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


def test_a_new_message_is_to_be_fetched_from_its_thread():
    thin = one("new_message")
    assert (thin.what, thin.ticket_id, thin.message_id) == ("message", "3300112233", "b1c2d3e4f5")


def test_the_type_may_stand_under_the_name_of_hubspots_table():
    event = json.loads(example("hubspot_new_message"))[0]
    event["eventType"] = event.pop("subscriptionType")
    assert isinstance(parsed(event)[0], Thin)


def test_every_event_of_a_batch_is_told_by_a_key_of_its_own():
    found = hubspot.parse(Delivery({}, example("hubspot_batch")))
    whats = [type(it).__name__ for it in found]
    assert whats == ["Thin", "Thin", "Ignored", "Ignored", *["Event"] * 4, "Thin", "Event"]
    closed = [it.ticket_id for it in found if isinstance(it, Event)]
    assert closed == ["901", "902", "903", "904", "thread:3300112233"]
    assert all(it.status is Status.CLOSED for it in found if isinstance(it, Event))


def test_a_repeated_try_has_the_same_key_and_another_event_another():
    key = one("new_message").delivery_key
    assert one("new_message", attemptNumber=3).delivery_key == key
    for name in ("portalId", "objectId", "eventId", "occurredAt", "messageId"):
        assert one("new_message", **{name: 1_700_000_000_000}).delivery_key != key


def test_what_is_broken_harms_no_other():
    good = json.loads(example("hubspot_new_message"))[0]
    found = parsed(good, good | {"messageId": None}, 7, good | {"occurredAt": "now"})
    assert [type(it) for it in found] == [Thin, Unread, Unread, Unread]
    assert [it.reason for it in found if isinstance(it, Unread)] == [
        "[1].messageId: expected a string or a whole number, found nothing",
        "[2]: expected an object, found a number",
        "[3].occurredAt: expected unix milliseconds, of 1990 to 2099, found a string",
    ]
    assert json.loads(found[1].body)["eventId"] == good["eventId"]


def test_our_own_comments_and_properties_come_back_and_are_ignored():
    assert isinstance(one("new_message", messageType="COMMENT"), Ignored)
    change = {"subscriptionType": "ticket.propertyChange", "propertyName": "hs_ticket_priority"}
    assert isinstance(one("ticket_created", **change, propertyValue="HIGH"), Ignored)


def test_a_ticket_that_is_opened_again_is_not_closed():
    change = {"subscriptionType": "ticket.propertyChange", "propertyName": "closed_date"}
    assert isinstance(one("ticket_created", **change, propertyValue=""), Ignored)


def test_objects_other_than_tickets_are_ignored():
    assert isinstance(one("ticket_created", objectTypeId="0-1"), Ignored)


def test_the_survivor_of_a_merge_may_be_a_new_ticket():
    merge = {"subscriptionType": "ticket.merge", "primaryObjectId": 901, "mergedObjectIds": [902]}
    event = json.loads(example("hubspot_ticket_created"))[0]
    assert [it.ticket_id for it in parsed(event | merge | {"newObjectId": 905})] == ["901", "902"]


def test_an_empty_list_holds_nothing_and_too_long_a_one_is_refused():
    assert parsed() == ()
    with pytest.raises(Malformed, match="at most 1000 events"):
        parsed(*[{}] * 1_001)


URL = "https://triage.example.com/webhooks/desk?a=1%2F2%3A3&b=%40x%20y%C3%BC"
AS_SIGNED = "https://triage.example.com/webhooks/desk?a=1/2:3&b=@x%20y%C3%BC"


def test_the_address_is_signed_as_hubspot_decodes_it():
    assert hubspot.decoded(URL) == AS_SIGNED
    assert hubspot.decoded(URL.replace("%2F", "%2f")) == AS_SIGNED
    assert hubspot.decoded("%253A%3a%21%24%27%28%29%2A%2C%3B") == "%253A:!$'()*,;"


@pytest.mark.parametrize(("method", "url"), [("PUT", URL), ("POST", URL + "&c=1"), ("POST", "")])
def test_another_method_or_address_is_refused(method, url):
    timestamp = str(int(NOW.timestamp() * 1_000))
    signed = (HUBSPOT.secret, "[]", "v3", AS_SIGNED, "POST", timestamp)
    headers = {
        "x-hubspot-request-timestamp": timestamp,
        "x-hubspot-signature-v3": Signature.get_signature(*signed),
    }
    good = Delivery(headers, b"[]", URL)
    hubspot.verify(good, (HUBSPOT.secret,), NOW)
    with pytest.raises(hubspot.signatures.Refused):
        hubspot.verify(replace(good, method=method, url=url), (HUBSPOT.secret,), NOW)


def test_the_older_signatures_are_not_enough():
    delivery = HUBSPOT.delivery()
    body = delivery.body.decode()
    for version in ("v1", "v2"):
        signature = Signature.get_signature(HUBSPOT.secret, body, version, delivery.url)
        timestamp = delivery.headers["x-hubspot-request-timestamp"]
        headers = {"x-hubspot-request-timestamp": timestamp, "x-hubspot-signature-v3": signature}
        with pytest.raises(hubspot.signatures.Refused):
            hubspot.verify(replace(delivery, headers=headers), (HUBSPOT.secret,), NOW)
