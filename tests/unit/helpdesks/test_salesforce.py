"""Salesforce's outbound messages, and XML made to hurt."""

from __future__ import annotations

import time
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signed_deliveries import NOW, VENDORS, example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import salesforce
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Refused, Unread
from triage.helpdesks.xml_document import read_xml

VENDOR = next(vendor for vendor in VENDORS if vendor.name == "salesforce")
ADDRESS = "https://triage.example.com/webhooks/sf?secret=a-token-of-salesforce-1"
CASE, SEVERAL = example("salesforce_case"), example("salesforce_several")


def parse(body: bytes, ours: str = "") -> tuple:
    delivery = Delivery({}, body, ADDRESS, received_at=NOW, ours=frozenset({ours}))
    return salesforce.parse(delivery)


def one(body: bytes) -> Event:
    [found] = parse(body)
    assert isinstance(found, Event), found
    return found


def refusal(body: bytes = CASE, url: str = ADDRESS, **headers: str) -> str:
    with pytest.raises(Refused) as refused:
        salesforce.verify(Delivery(headers, body, url), (VENDOR.secret,), NOW)
    return refused.value.reason


def test_a_case_is_a_ticket_named_by_its_notification():
    event = one(CASE)
    assert (event.delivery_key, event.kind) == ("04l5g00000xyzAAA", Kind.TICKET_CREATED)
    assert (event.ticket_id, event.subject) == (
        "5005g00000abcdeAAA",
        "Charged twice for order 10442",
    )
    assert event.message.text == "I was charged twice for order 10442."
    assert event.message.external_id == "5005g00000abcdeAAA#description"
    assert event.occurred_at == NOW  # the message tells no moment unless it was chosen


def test_fields_that_an_administrator_may_choose_are_read():
    chosen = b"<sf:Origin>Email</sf:Origin><sf:SuppliedEmail>dana@example.org</sf:SuppliedEmail>"
    chosen += b"<sf:CreatedDate>2026-11-20T10:12:07.000Z</sf:CreatedDate>"
    event = one(CASE.replace(b"</sObject>", chosen + b"</sObject>"))
    assert (event.channel, event.customer_id) == (Channel.EMAIL, "dana@example.org")
    assert event.message.sent_at.hour == 10


def test_each_notification_of_a_message_is_an_event_of_its_own():
    reply, note, closed = parse(SEVERAL)
    assert (reply.message.author, reply.message.external_id) == (
        Author.CUSTOMER,
        "02s5g00000mail1AAA",
    )
    assert reply.ticket_id == closed.ticket_id == "5005g00000abcdeAAA"
    assert isinstance(note, Ignored)  # not published: our own notes are such comments
    assert (closed.status, closed.message) == (Status.CLOSED, None)


def test_an_outgoing_mail_is_an_answer_and_our_own_is_ignored():
    outgoing = SEVERAL.replace(b"<sf:Incoming>true", b"<sf:Incoming>false")
    assert parse(outgoing)[0].message.author is Author.AGENT
    mine = outgoing.replace(b"<sf:FromName>", b"<sf:CreatedById>005X</sf:CreatedById><sf:FromName>")
    assert isinstance(parse(mine, ours="005x")[0], Ignored)


def test_a_published_comment_is_an_answer_unless_it_says_it_is_the_customers():
    published = SEVERAL.replace(b"<sf:IsPublished>false", b"<sf:IsPublished>true")
    assert parse(published)[1].message.author is Author.AGENT
    theirs = published.replace(
        b"<sf:CommentBody>", b"<sf:Incoming>true</sf:Incoming><sf:CommentBody>"
    )
    assert parse(theirs)[1].message.author is Author.CUSTOMER


def test_a_notification_that_cannot_be_read_does_not_stop_the_others():
    spoilt = SEVERAL.replace(b"2026-11-20T14:25:30.000Z", b"yesterday")
    first, _, closed = parse(spoilt)
    assert isinstance(first, Unread)
    assert first.delivery_key == "04l5g00000xyzAAB"
    assert first.reason.startswith("EmailMessage.MessageDate: expected ISO 8601")
    assert isinstance(closed, Event)


def test_a_record_we_have_no_use_for_is_ignored():
    assert isinstance(parse(CASE.replace(b"sf:Case", b"sf:Account"))[0], Ignored)


def test_the_token_stands_in_the_address_or_in_a_header():
    salesforce.verify(Delivery({}, CASE, ADDRESS), (VENDOR.secret,), NOW)
    salesforce.verify(VENDOR.delivery(), (VENDOR.other_secret, VENDOR.secret), NOW)


def test_a_message_of_another_organisation_is_refused_whoever_knows_the_token():
    assert refusal(CASE.replace(b"00D5g000000abcdEAA", b"00D5g000000abceEAA")) == "signature"
    assert refusal(CASE.replace(b"OrganizationId>", b"Organization>")) == "signature"
    assert refusal(b"<a/>") == "signature"
    assert refusal(url=ADDRESS + "x") == "signature"
    assert refusal(url="https://triage.example.com/webhooks/sf") == "header"


def test_an_organisation_of_15_and_of_18_characters_is_the_same():
    short = CASE.replace(b"00D5g000000abcdEAA", b"00D5g000000abcd")
    salesforce.verify(Delivery({}, short, ADDRESS), (VENDOR.secret,), NOW)


@pytest.mark.parametrize("secret", ["token-without-organisation", "005000000000000:" + "x" * 20])
def test_a_secret_without_an_organisation_is_refused(secret):
    with pytest.raises(ValueError, match="organisation's id"):
        salesforce.check_secret(secret)
    with pytest.raises(ValueError, match="expected 16 to 512"):
        salesforce.check_secret("00D5g000000abcd:short")


def test_the_answer_is_the_acknowledgement_in_soap():
    root = ET.fromstring(salesforce.ANSWER)
    ack = root.find(
        "{http://schemas.xmlsoap.org/soap/envelope/}Body"
        "/{http://soap.sforce.com/2005/09/outbound}notificationsResponse"
        "/{http://soap.sforce.com/2005/09/outbound}Ack"
    )
    assert ack.text == "true"


BOMBS = {
    "laughs": b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>',
    "file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "network": b'<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>',
    "parameter": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://192.0.2.1/a"> %x;]><a/>',
    "deep": b"<a>" * 50_000,
    "many": b"<a>" + b"<b/>" * 100_000 + b"</a>",
    "attributes": b"<a " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b"/>",
    "entity": b"<a>&nbsp;</a>",
    "twice": b"<a/><a/>",
    "empty": b"",
    "json": b"{}",
    "encoding": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "encodings": b'<?xml version="1.0" encoding="nonsense"?><a/>',
    "multibyte": b'<?xml version="1.0" encoding="shift_jis"?><a>\x83\x5c</a>',
    "bytes": b"<a>\xff</a>",
    "null": b"<a>\x00</a>",
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
def test_xml_that_is_dangerous_or_none_is_malformed_at_once(body):
    started = time.process_time()
    with pytest.raises(Malformed, match=r"^the body: expected"):
        parse(body)
    assert time.process_time() - started < 1


def test_what_xml_itself_escapes_is_read():
    root = read_xml(b"<a b='&lt;'>5 &amp; 6 &#8364; <![CDATA[<p>]]></a>")
    assert (root.text, root.attributes) == ("5 & 6 \u20ac <p>", {"b": "<"})


def test_more_notifications_than_salesforce_sends_are_malformed():
    start = CASE.index(b"   <Notification>")
    end = CASE.index(b"  </notifications>")
    with pytest.raises(Malformed, match=r"expected 1 to 100, found 101"):
        parse(CASE[:start] + CASE[start:end] * 101 + CASE[end:])
    with pytest.raises(Malformed, match=r"expected 1 to 100, found 0"):
        parse(CASE[:start] + CASE[end:])


NAMES = ("sf:Id", "sf:Subject", "sf:IsClosed", "Notification", "sObject", "Id", "xsi:type")


@given(
    st.sampled_from([CASE, SEVERAL]),
    st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=30)), max_size=4),
)
def test_whatever_the_elements_hold_parsing_gives_events_or_a_sentence(body, changes):
    for name, words in changes:
        escaped = words.replace("&", "&amp;").replace("<", "&lt;").encode(errors="replace")
        body = body.replace(f"<{name}>".encode(), f"<{name}>".encode() + escaped)
    try:
        results = parse(body)
    except Malformed:
        return
    for found in results:
        assert 0 < len(found.delivery_key) <= 200
        if isinstance(found, Event):
            assert 0 < len(found.ticket_id) <= 200


def test_a_delivery_is_ignored_by_nobody_elses_rule():
    """The same notification twice is known by its key, whichever message it came in."""
    again = replace(VENDOR.delivery(), body=CASE.replace(b"04k5g", b"04k6g"))
    assert salesforce.parse(again)[0].delivery_key == one(CASE).delivery_key
