"""Mails: whose words they are, in which conversation, and mails made to hurt."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_deliveries import NOW, VENDORS, example, generic_headers

from triage.domain.ticket import Author, Channel
from triage.helpdesks import mail
from triage.helpdesks.event import Delivery, Event, Kind, Malformed

VENDOR = next(vendor for vendor in VENDORS if vendor.name == "email")
OURS = frozenset({"help@shop.example"})


def parse(body: bytes, came: datetime | None = NOW) -> Event:
    return mail.parse(Delivery({}, body, received_at=came, ours=OURS))


def with_header(line: str, name: str = "customer_replied") -> bytes:
    return line.encode() + b"\n" + example(f"email_{name}")


def a_mail(text: str = "Hello", **headers: str) -> bytes:
    """Return a mail as the standard library writes it."""
    message = EmailMessage()
    message["From"] = "dana@example.org"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def test_a_new_mail_is_a_ticket_named_by_its_message_id():
    event = parse(example("email_created"))
    assert (event.kind, event.channel) == (Kind.TICKET_CREATED, Channel.EMAIL)
    assert event.ticket_id == "first@mail.example.org"
    assert event.subject == "Wo ist mein Päckchen? and my refund"
    assert (event.customer_id, event.customer_name) == ("dana@example.org", "Dana Réyes")
    assert event.message.sent_at == datetime(2026, 11, 20, 10, 12, 7, tzinfo=UTC)
    assert event.language_hint == "en"


def test_the_plain_text_is_read_in_its_charset_and_attachments_are_left():
    text = parse(example("email_created")).message.text
    assert text == "I paid 50 € twice, and nobody answers the phone."


def test_html_becomes_text_without_what_it_quotes():
    assert parse(example("email_customer_replied")).message.text == "It has been three days."


def test_an_answer_belongs_to_the_root_of_its_references():
    event = parse(example("email_customer_replied"))
    assert (event.kind, event.ticket_id) == (Kind.MESSAGE_ADDED, "first@mail.example.org")


def test_an_answer_without_references_belongs_to_the_mail_it_answers():
    event = parse(a_mail(In_Reply_To="<first@mail.example.org>", Message_ID="<x@y>"))
    assert event.ticket_id == "first@mail.example.org"


def test_who_writes_from_our_own_address_answers():
    event = parse(example("email_agent_replied"))
    assert (event.message.author, event.customer_id) == (Author.AGENT, None)
    assert event.ticket_id == "first@mail.example.org"


def test_a_form_that_sends_from_us_is_the_customers_whom_we_are_to_answer():
    body = a_mail(Reply_To="Dana <dana@example.org>").replace(
        b"From: dana@example.org", b"From: help@shop.example"
    )
    event = parse(body)
    assert (event.message.author, event.customer_id) == (Author.CUSTOMER, "dana@example.org")


@pytest.mark.parametrize("name", ["absent", "bounce"])
def test_a_machines_mail_is_never_the_customers(name):
    event = parse(example(f"email_{name}"))
    assert (event.message.author, event.customer_id) == (Author.SYSTEM, None)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: auto-replied; owner-email=x",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Failed-Recipients: a@b",
        "Return-Path: <>",
    ],
)
def test_the_headers_of_machines_are_known(header):
    assert parse(with_header(header)).message.author is Author.SYSTEM


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Precedence: list",
        "List-Id: <help.shop.example>",
        "Return-Path: <dana@example.org>",
        "X-Auto-Response-Suppress: All",
    ],
)
def test_a_customer_who_writes_through_a_list_is_no_machine(header):
    assert parse(with_header(header)).message.author is Author.CUSTOMER


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 1 Jan 2001 00:00:00 +0000",  # would pass everybody who waits
        "Mon, 1 Jan 2091 00:00:00 +0000",
        "Fri, 31 Feb 2026 10:00:00 +0000",
        "yesterday",
        "",
    ],
)
def test_a_moment_that_cannot_be_is_when_the_mail_came(date):
    assert parse(a_mail(Date=date) if date else a_mail()).message.sent_at == NOW


def test_a_moment_without_a_zone_is_utc_and_five_days_are_believed():
    old = (NOW - timedelta(days=4)).strftime("%a, %d %b %Y %H:%M:%S")
    body = a_mail().replace(b"From:", f"Date: {old}\nFrom:".encode(), 1)
    assert parse(body).message.sent_at == NOW - timedelta(days=4)


def test_the_same_mail_from_two_servers_has_one_name_and_two_mails_have_two():
    body = example("email_customer_replied")
    again = b"Received: from elsewhere\n" + body
    assert parse(body).delivery_key == parse(again).delivery_key
    device = [
        a_mail(Message_ID="<same@device>", Date=f"{day} Nov 2026 10:00:00 +0000")
        for day in (19, 20)
    ]
    assert len({parse(one).delivery_key for one in device}) == 2


def test_names_of_any_length_and_without_any_are_bounded():
    long = parse(a_mail().replace(b"From:", b"Message-ID: <" + b"x" * 800 + b"@y>\nFrom:", 1))
    assert long.ticket_id.startswith("sha256:")
    bare = parse(a_mail())
    assert bare.ticket_id == bare.delivery_key
    assert bare.delivery_key.startswith("sha256:")


@pytest.mark.parametrize(
    ("head", "payload", "text"),
    [
        (b"text/plain; charset=utf-8", "Größe".encode(), "Größe"),
        (b"text/plain; charset=iso-8859-1", "Größe".encode("latin-1"), "Größe"),
        (b"text/plain; charset=shift_jis", "注文".encode("shift_jis"), "注文"),
        (b"text/plain; charset=koi8-r", "заказ".encode("koi8-r"), "заказ"),
        (b"text/plain; charset=gb18030", "订单".encode("gb18030"), "订单"),
        (b"text/plain; charset=nonsense", "Größe".encode(), "Größe"),
        (b"text/plain; charset=us-ascii", "Größe".encode(), "Größe"),
        (b"text/plain", "Größe".encode("cp1252"), "Größe"),
        (b"text/plain; charset=punycode", b"a-b", "a-b"),
        (b"text/plain; charset*=utf-8''utf-8", "Größe".encode(), "Größe"),
        (b"application/pdf", b"%PDF", ""),
        (b"text/calendar", b"BEGIN:VCALENDAR", ""),
    ],
)
def test_charsets_are_read_and_what_lies_about_its_own_is_guessed(head, payload, text):
    body = b"From: dana@example.org\nContent-Type: " + head + b"\n\n" + payload
    assert parse(body).message.text == text


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?B?R3LDtsOfZQ==?=", "Größe"),
        ("=?utf-8?Q?Gr=C3=B6=C3=9Fe?=\n =?utf-8?Q?_und_mehr?=", "Größe und mehr"),
        ("=?nonsense?Q?x?=", "=?nonsense?Q?x?="),
        ("=?utf-8?B?*?=", "=?utf-8?B?*?="),
        ("Größe", "Größe"),
        ("a\n b", "a b"),
        ("", None),
    ],
)
def test_subjects_are_read_in_whatever_way_they_were_written(raw, subject):
    body = f"From: dana@example.org\nSubject: {raw}\n\nHello".encode()
    assert parse(body).subject == subject


def test_texts_between_pictures_are_one_and_a_forwarded_mail_is_not_the_customers():
    body = (
        b"From: a@b\nContent-Type: multipart/mixed; boundary=m\n\n"
        b"--m\n\nBefore\n--m\nContent-Type: image/png\n\nx\n--m\n\nAfter\n"
        b"--m\nContent-Type: message/rfc822\n\nFrom: c@d\n\nNot mine\n--m--\nepilogue"
    )
    assert parse(body).message.text == "Before\nAfter"


def test_a_mail_cut_off_in_its_attachment_keeps_its_words():
    body = example("email_created")
    assert "50 € twice" in parse(body[: body.index(b"not words")]).message.text


def test_a_boundary_that_begins_as_another_is_not_taken_for_it():
    body = (
        b"From: a@b\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\n"
        b"Content-Type: multipart/alternative; boundary=abc\n\n--abc\n\nMine\n--abc--\n--ab--"
    )
    assert parse(body).message.text == "Mine"


def test_line_ends_of_the_network_are_read_too():
    body = example("email_created").replace(b"\n", b"\r\n")
    assert parse(body).message.text == "I paid 50 € twice, and nobody answers the phone."


@pytest.mark.parametrize("body", [b"", b"\n\nwords", b"no header here", b"\xff\xfe"])
def test_what_is_no_mail_is_malformed(body):
    with pytest.raises(Malformed, match=r"^the body: expected a mail"):
        parse(body)


def nested(depth: int) -> bytes:
    body = b"From: a@b\n"
    for level in range(depth):
        body += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
    return body + b"\nend"


MULTIPART = b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n"
BOMBS = {
    "nested": nested(10_000),
    "parts": MULTIPART + b"--b\n\nx\n" * 100_000,
    "digest": MULTIPART.replace(b"mixed", b"digest") + b"--b\n\nA: b\n\nx\n" * 60_000,
    "headers": b"A: b\n" * 200_000,
    "folded": b"Subject: " + b"a\n " * 300_000 + b"\n\nx",
    "addresses": b"From: " + b"a@b, " * 200_000 + b"\n\nx",
    "brackets": b"From: " + b"(" * 500_000 + b"\n\nx",
    "words": b"Subject: " + b"=?utf-8?Q?a?= " * 70_000 + b"\n\nx",
    "references": b"References: " + b"<a@b> " * 150_000 + b"\n\nx",
    "parameters": b"Content-Type: text/plain; " + b"a=b; " * 200_000 + b"\n\nx",
    "rfc2231": b"Content-Type: text/plain; " + b"a*0=b; " * 2_000 + b"\n\nx",
    "base64": b"From: a@b\nContent-Transfer-Encoding: base64\n\n" + b"=" * 900_000,
    "quoted": b"From: a@b\nContent-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 450_000,
    "uuencoded": b"From: a@b\nContent-Transfer-Encoding: x-uuencode\n\nbegin 6 a\n"
    + b"M" * 900_000,
    "html": b"From: a@b\nContent-Type: text/html\n\n" + b"<div>" * 180_000,
    "boundaries": MULTIPART + b"--b" * 300_000,
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
def test_a_mail_made_to_hurt_takes_bounded_time(body):
    started = time.process_time()
    with contextlib.suppress(Malformed):
        parse(body)
    assert time.process_time() - started < 3


HEADS = st.sampled_from(
    [
        *(b"From: ", b"Subject: ", b"Date: ", b"References: ", b"Message-ID: ", b"Content-Type: "),
        *(b"Content-Transfer-Encoding: ", b"Content-Disposition: ", b"Auto-Submitted: "),
    ]
)
VALUES = st.sampled_from(
    [
        *(b"text/plain; charset=", b"multipart/mixed; boundary=b", b"base64", b"attachment"),
        *(b"=?utf-8?B?", b"=?utf-8?q?=ff?=", b"<a@b>", b'"', b"a@b", b"\xff", b"8bit", b"uuencode"),
        *(
            b"text/html",
            b"; filename*=utf-8''%ff",
            b"; charset*0=a; charset*1=b",
            b"message/rfc822",
        ),
    ]
)
LINES = st.builds(lambda *parts: b"".join(parts), HEADS, VALUES, VALUES | st.binary(max_size=20))


@settings(max_examples=400)
@given(
    st.lists(LINES, max_size=6), st.lists(st.sampled_from([b"--b", b"--b--", b"", b"x"]) | LINES)
)
def test_whatever_headers_and_parts_come_parsing_gives_an_event_or_a_sentence(head, body):
    whole = b"\n".join([*head, b"", *body])
    key = mail.delivery_key(Delivery({}, whole))
    assert 0 < len(key) <= 200
    try:
        event = parse(whole)
    except Malformed:
        return
    assert event.delivery_key == key
    assert all("\0" not in word for word in (event.message.text, event.subject or ""))
    assert event.message.text.encode() is not None
    assert 0 < len(event.ticket_id) <= 200


def test_a_signed_mail_is_held_to_its_bytes():
    headers = generic_headers(VENDOR.secret, example("email_absent"), NOW)
    mail.verify(Delivery(headers, example("email_absent")), (VENDOR.secret,), NOW)
