"""Zammad's default payload: what its tickets and articles mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from signed_deliveries import NOW, VENDORS, example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import zammad
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed

ZAMMAD = next(vendor for vendor in VENDORS if vendor.name == "zammad")


def parse(
    name: str, ticket: dict[str, object] | None = None, article: dict[str, object] | None = None
) -> Event | Ignored:
    document = json.loads(example(f"zammad_{name}"))
    document["ticket"] |= ticket or {}
    if article:
        document["article"] |= article
    headers = {"x-zammad-delivery": "job-1"}
    return zammad.parse(Delivery(headers, json.dumps(document).encode()))


def test_the_first_article_opens_the_ticket():
    event = parse("created")
    assert (event.kind, event.delivery_key) == (Kind.TICKET_CREATED, "job-1")
    assert (event.ticket_id, event.message.external_id) == ("230", "501")
    assert (event.subject, event.channel) == ("Wrong size delivered twice", Channel.EMAIL)
    assert (event.customer_id, event.customer_name) == ("12", "Sofia Lindqvist")
    assert event.occurred_at == datetime(2026, 11, 20, 10, 12, 7, 318000, tzinfo=UTC)


def test_html_becomes_text_up_to_the_signature():
    assert parse("created").message.text == "You sent me the wrong size again."


def test_plain_text_is_left_as_it_is():
    article = {"content_type": "text/plain", "body": "a < b\n\n-- \nSofia"}
    assert parse("created", article=article).message.text == "a < b\n\n-- \nSofia"


def test_a_first_article_told_late_still_opens_the_ticket():
    event = parse("created", ticket={"article_count": 3, "article_ids": [501, 502, 503]})
    assert event.kind is Kind.TICKET_CREATED


def test_a_customers_later_article_is_a_message():
    event = parse("customer_replied")
    assert (event.kind, event.message.author) == (Kind.MESSAGE_ADDED, Author.CUSTOMER)
    assert event.message.text == "Three days, and not one word."


@pytest.mark.parametrize("sender", ["Agent", "System"])
def test_what_agents_and_machines_write_is_told_apart(sender):
    event = parse("customer_replied", article={"sender": sender})
    assert event.message.author is Author(sender.lower())


def test_a_phone_call_that_an_agent_typed_is_the_customers():
    event = parse("phone_created")
    assert (event.message.author, event.channel) == (Author.CUSTOMER, Channel.PHONE)


def test_an_internal_article_is_ignored():
    assert parse("internal_note") == Ignored("job-1", "an internal article, and not closed")


def test_an_internal_article_that_closes_the_ticket_closes_it_without_words():
    event = parse("internal_note", ticket={"state": "closed"})
    assert (event.kind, event.status) == (Kind.STATUS_CHANGED, Status.CLOSED)
    assert event.message is None


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_without_an_article_only_the_end_of_a_ticket_counts(state):
    event = parse("closed", ticket={"state": state})
    assert (event.kind, event.status) == (Kind.STATUS_CHANGED, Status.CLOSED)
    assert event.occurred_at == datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize("state", ["open", "pending reminder", None])
def test_without_an_article_every_other_change_is_ignored(state):
    assert isinstance(parse("closed", ticket={"state": state}), Ignored)


def test_an_agents_answer_that_closes_the_ticket_says_so():
    event = parse("customer_replied", ticket={"state": "closed"}, article={"sender": "Agent"})
    assert (event.kind, event.status) == (Kind.MESSAGE_ADDED, Status.CLOSED)


def test_a_customers_reply_never_closes_the_ticket():
    assert parse("customer_replied", ticket={"state": "closed"}).status is None


@pytest.mark.parametrize(
    ("kind", "channel"),
    [
        ("web", Channel.WEB),
        ("twitter status", Channel.SOCIAL),
        ("twitter direct-message", Channel.CHAT),
        ("note", Channel.OTHER),
    ],
)
def test_the_channel_is_how_the_ticket_began(kind, channel):
    assert parse("created", ticket={"create_article_type": kind}).channel is channel
    assert parse("customer_replied", article={"type": kind}).channel is channel


@pytest.mark.parametrize(
    ("article", "sentence"),
    [
        ({"sender": "Robot"}, "article.sender: expected one of Customer, Agent, System, found"),
        ({"body": None}, "article.body: expected a string, found nothing"),
        ({"internal": "no"}, "article.internal: expected true or false, found a string"),
        ({"id": None}, "article.id: expected a string or a whole number, found nothing"),
        ({"created_at": "now"}, "article.created_at: expected ISO 8601"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(article, sentence):
    with pytest.raises(Malformed) as error:
        parse("created", article=article)
    assert str(error.value).startswith(sentence)


def test_zammad_signs_no_moment_so_an_old_delivery_is_let_in():
    """Its store takes each job and each article once; there is nothing else to go by."""
    old = ZAMMAD.delivery(at=NOW - timedelta(days=30))
    zammad.verify(old, (ZAMMAD.secret,), NOW)
