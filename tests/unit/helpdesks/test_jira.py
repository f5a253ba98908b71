"""Jira's webhooks: what its issues and comments mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from signed_deliveries import NOW, VENDORS, example

from triage.domain.ticket import Author, Status
from triage.helpdesks import jira
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Refused

JIRA = next(vendor for vendor in VENDORS if vendor.name == "jira")
OURS = "712020:1f4c8d90"


def parse(name: str, *path: str, ours: str = "", **changes: object) -> Event | Ignored:
    document = part = json.loads(example(f"jira_{name}"))
    for key in path:
        part = part[key]
    part |= changes
    return jira.parse(Delivery({}, json.dumps(document).encode(), ours=frozenset({ours.lower()})))


def test_a_created_issue_carries_its_description():
    event = parse("created")
    assert (event.kind, event.ticket_id) == (Kind.TICKET_CREATED, "HELP-17")
    assert event.message.external_id == "10042#description"
    assert event.message.text == "I was charged twice for order 10442. Please refund one."
    assert event.message.sent_at == datetime(2026, 11, 20, 10, 12, 7, tzinfo=UTC)
    assert (event.customer_id, event.customer_name) == ("qm:dana", "Dana Reyes")
    assert event.tags == {"billing"}


def test_an_issue_without_a_description_is_a_ticket_without_words():
    assert parse("created", "issue", "fields", description=None).message.text == ""


def test_an_issue_that_our_own_account_made_is_ignored():
    creator = {"accountId": OURS}
    assert isinstance(parse("created", "issue", "fields", creator=creator, ours=OURS), Ignored)


def test_a_customers_public_comment_is_a_message():
    event = parse("customer_replied")
    assert (event.kind, event.message.author) == (Kind.MESSAGE_ADDED, Author.CUSTOMER)
    assert (event.message.external_id, event.customer_name) == ("10501", "Dana Reyes")


def test_a_reporter_is_a_customer_also_with_an_account_of_the_company():
    reporter = {"accountId": OURS}
    event = parse("agent_replied", "issue", "fields", reporter=reporter)
    assert event.message.author is Author.CUSTOMER


def test_others_answer_and_apps_are_machines():
    assert parse("agent_replied").message.author is Author.AGENT
    app = {"accountId": "5b1", "accountType": "app"}
    assert parse("agent_replied", "comment", author=app).message.author is Author.SYSTEM


@pytest.mark.parametrize("public", [False, None, "true", 1])
def test_a_comment_that_is_not_surely_public_is_ignored(public):
    assert isinstance(parse("customer_replied", "comment", jsdPublic=public), Ignored)


def test_our_own_note_and_our_own_comment_are_ignored():
    assert isinstance(parse("internal_note"), Ignored)
    assert isinstance(parse("agent_replied", ours=OURS), Ignored)


def test_our_own_label_is_no_news():
    assert isinstance(parse("label_added"), Ignored)


def test_a_status_that_ends_an_issue_closes_it():
    event = parse("resolved")
    assert (event.kind, event.status) == (Kind.STATUS_CHANGED, Status.CLOSED)
    assert event.occurred_at == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_a_change_of_a_done_issue_that_is_no_status_closes_nothing():
    items = [{"field": "labels"}]
    assert isinstance(parse("resolved", "changelog", items=items), Ignored)


def test_a_deleted_issue_leaves_the_desk():
    assert parse("label_added", webhookEvent="jira:issue_deleted").status is Status.CLOSED


def test_an_event_we_have_no_use_for_is_ignored_and_one_without_a_name_malformed():
    assert isinstance(parse("created", webhookEvent="worklog_created"), Ignored)
    for name in (None, "", 7, []):
        with pytest.raises(Malformed, match=r"^webhookEvent: expected the name of an event"):
            parse("created", webhookEvent=name)


def test_a_document_becomes_its_words_with_a_line_a_block():
    assert parse("customer_replied_adf").message.text == "@Sam is anybody there?\norder 10442"


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("{color:#ff0000}Help{color} now", "Help now"),
        ("[~accountid:712020:1f] please", "please"),
        ("see !shot.png|width=200! there", "see  there"),
        ("h2. Broken\nit is", "Broken\nit is"),
        ("[the page|https://shop.example/x] fails", "the page fails"),
        ("wow! it broke! again", "wow! it broke! again"),
        ("a {quoted} word", "a {quoted} word"),
    ],
)
def test_wiki_markup_loses_its_marks_and_no_words(markup, words):
    assert parse("customer_replied", "comment", body=markup).message.text == words


def test_a_hostile_document_is_read_in_bounded_time():
    deep: dict[str, object] = {"type": "text", "text": "end"}
    for _ in range(400):
        deep = {"type": "paragraph", "content": [deep]}
    wide = {"type": "doc", "content": [{"type": "text", "text": "a"}] * 50_000}
    assert "end" in parse("customer_replied", "comment", body=deep).message.text
    assert len(parse("customer_replied", "comment", body=wide).message.text) < 20_001


def test_a_rule_that_cannot_sign_carries_the_secret():
    for headers in ({"x-triage-secret": JIRA.secret}, {"authorization": f"Bearer {JIRA.secret}"}):
        jira.verify(Delivery(headers, JIRA.body), (JIRA.secret,), NOW)
    with pytest.raises(Refused):
        jira.verify(Delivery({"x-triage-secret": "x" * 20}, JIRA.body), (JIRA.secret,), NOW)


def test_a_wrong_signature_is_refused_also_beside_the_secret():
    headers = {"x-hub-signature": "sha256=00", "x-triage-secret": JIRA.secret}
    with pytest.raises(Refused):
        jira.verify(Delivery(headers, JIRA.body), (JIRA.secret,), NOW)
