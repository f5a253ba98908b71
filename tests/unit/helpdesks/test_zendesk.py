"""Zendesk's events and our trigger templates: what they mean for a ticket."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from signed_deliveries import example

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import zendesk
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed

HEADERS = {
    "x-zendesk-webhook-invocation-id": "01KAINV",
    "x-zendesk-webhook-signature-timestamp": "2026-11-20T14:25:41Z",
}


def parse(name: str, **changes: object) -> Event | Ignored:
    return parsed(json.loads(example(f"zendesk_{name}")) | changes)


def parsed(document: object) -> Event | Ignored:
    return zendesk.parse(Delivery(HEADERS, json.dumps(document).encode()))


def changed(name: str, part: str, **changes: object) -> Event | Ignored:
    document = json.loads(example(f"zendesk_{name}"))
    document[part] |= changes
    return parsed(document)


def test_a_created_ticket_carries_its_description():
    event = parse("ticket_created")
    assert event.kind is Kind.TICKET_CREATED
    assert event.delivery_key == "1f0c2d64-51c9-4f0e-9d0c-6f2f5f0f7a11"
    assert (event.ticket_id, event.channel) == ("7041", Channel.EMAIL)
    assert (event.subject, event.customer_id) == ("No heating since Friday", "9111000000001")
    assert event.tags == {"web_form", "heating"}
    assert event.message.external_id == "7041#description"
    assert event.message.author is Author.CUSTOMER
    assert event.message.sent_at == datetime(2026, 11, 20, 10, 12, 7, tzinfo=UTC)


def test_a_ticket_that_an_agent_files_is_still_the_customers_case():
    event = parse_detail(submitter_id="9111000000077", actor_id="9111000000077")
    assert event.message.author is Author.CUSTOMER


def test_a_private_ticket_is_ignored():
    assert isinstance(parse_detail(is_public=False), Ignored)


def parse_detail(**changes: object) -> Event | Ignored:
    return changed("ticket_created", "detail", **changes)


def test_a_customers_comment_is_a_message():
    event = parse("customer_comment")
    assert (event.kind, event.message.author) == (Kind.MESSAGE_ADDED, Author.CUSTOMER)
    assert (event.message.external_id, event.customer_name) == ("8800000000042", "Marek Dudek")
    assert event.message.sent_at == datetime(2026, 11, 20, 14, 25, 30, 123456, tzinfo=UTC)


def test_a_customers_comment_never_closes_a_ticket():
    event = changed("customer_comment", "detail", status="SOLVED")
    assert event.status is None


def test_an_agents_public_comment_is_an_answer_and_names_no_customer():
    event = parse("agent_comment")
    assert (event.message.author, event.customer_name) == (Author.AGENT, None)


def test_a_private_comment_is_ignored():
    found = parse("private_comment")
    assert found == Ignored("5e8f1f7e-2e3a-4b62-8b5e-7f7b6d1a4444", "a private comment")


def test_the_comment_that_carries_the_description_counts_once():
    """Zendesk may tell of one new ticket by two events; a later equal text is a new message."""
    document = json.loads(example("zendesk_customer_comment"))
    document["event"]["comment"]["body"] = document["detail"]["description"]
    assert parsed(document).message.external_id == "8800000000042"
    document["time"] = "2026-11-20T10:12:08.5Z"
    assert parsed(document).message.external_id == "7041#description"


@pytest.mark.parametrize("status", ["SOLVED", "CLOSED", "DELETED", "ARCHIVED", "SCRUBBED"])
def test_a_status_that_ends_a_ticket_closes_it(status):
    event = changed("status_solved", "detail", status=status)
    assert (event.kind, event.status) == (Kind.STATUS_CHANGED, Status.CLOSED)
    assert event.message is None


@pytest.mark.parametrize("status", ["NEW", "OPEN", "PENDING", "HOLD", "", None])
def test_every_other_status_is_ignored(status):
    assert isinstance(changed("status_solved", "detail", status=status), Ignored)


@pytest.mark.parametrize("name", ["soft_deleted", "permanently_deleted", "marked_as_spam"])
def test_a_deleted_ticket_leaves_the_desk(name):
    event = parse("status_solved", type=f"zen:event-type:ticket.{name}")
    assert event.status is Status.CLOSED


def test_an_event_we_have_no_use_for_is_ignored():
    assert isinstance(parse("ticket_created", type="zen:event-type:ticket.tags_changed"), Ignored)


@pytest.mark.parametrize("kind", ["ticket.created", "", None, 7])
def test_what_is_no_zendesk_event_is_malformed(kind):
    with pytest.raises(Malformed, match=r"^type: expected "):
        parse("ticket_created", type=kind)


def test_who_wrote_a_comment_must_be_told():
    document = json.loads(example("zendesk_customer_comment"))
    del document["event"]["comment"]["author"]
    with pytest.raises(Malformed, match=r"^event\.comment\.author\.is_staff: expected true or"):
        parsed(document)


def test_a_triggers_created_ticket_is_named_as_the_events_would_name_it():
    event = parse("trigger_created")
    assert event.delivery_key == "01KAINV"
    assert (event.kind, event.channel) == (Kind.TICKET_CREATED, Channel.EMAIL)
    assert event.message.external_id == "7041#description"
    assert event.tags == {"web_form", "heating"}
    assert (event.customer_id, event.customer_name) == ("marek@example.org", "Marek Dudek")
    assert event.language_hint == "pl"
    assert event.occurred_at == datetime(2026, 11, 20, 10, 12, tzinfo=UTC)


def test_a_triggers_reply_is_named_by_its_comment_or_else_by_its_delivery():
    assert parse("trigger_replied").message.external_id == "7041#01KAINV"
    assert parse("trigger_replied", comment_id="88").message.external_id == "88"
    assert parse("trigger_replied", comment_id="").message.external_id == "7041#01KAINV"


def test_two_replies_of_one_minute_have_two_names_even_without_an_invocation():
    names = set()
    for text in ("Hello?", "Anybody?"):
        document = json.loads(example("zendesk_trigger_replied")) | {"text": text}
        event = zendesk.parse(Delivery({}, json.dumps(document).encode()))
        names.add((event.delivery_key, event.message.external_id))
    assert len(names) == 2


def test_a_placeholder_that_came_out_empty_is_replaced_by_the_signed_moment():
    event = parse("trigger_replied", updated_at="")
    assert event.message.sent_at == datetime(2026, 11, 20, 14, 25, 41, tzinfo=UTC)


def test_a_triggers_private_comment_is_ignored():
    assert isinstance(parse("trigger_replied", is_public="false"), Ignored)


def test_triggers_tell_of_agents_answers_and_of_solved_tickets():
    assert parse("trigger_replied", event="agent.replied").message.author is Author.AGENT
    solved = parse("trigger_replied", event="ticket.solved")
    assert (solved.status, solved.message) == (Status.CLOSED, None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"event": "ticket.lost"}, "event: expected one of ticket.created, customer.replied"),
        ({"schema": "triage.zendesk.v9"}, "schema: expected one of triage.zendesk.v1, found"),
        ({"ticket_id": ""}, "ticket_id: expected 1 to 200 printable characters"),
        ({"updated_at": "May18, 2014"}, "updated_at: expected ISO 8601 with a time zone"),
    ],
)
def test_a_wrong_template_is_malformed_with_its_place(changes, sentence):
    with pytest.raises(Malformed) as error:
        parse("trigger_created", **changes)
    assert str(error.value).startswith(sentence)


def test_line_breaks_that_a_template_did_not_escape_are_read():
    body = example("zendesk_trigger_replied").replace(b"Nobody came. ", b"Nobody came.\r\n\t")
    event = zendesk.parse(Delivery(HEADERS, body))
    assert event.message.text == "Nobody came.\r\n\tIt is four degrees in here."


def test_text_that_breaks_the_template_names_the_ticket_to_look_up():
    body = example("zendesk_trigger_replied").replace(b"Nobody", b'He said "nobody"')
    with pytest.raises(Malformed) as error:
        zendesk.parse(Delivery(HEADERS, body))
    assert "this is ticket 7041" in str(error.value)
    assert "nobody" not in str(error.value)


def test_a_customer_cannot_change_the_ticket_through_an_unescaped_template():
    forged = b'hello", "ticket_id": "1", "x": "'
    body = example("zendesk_trigger_replied").replace(b"Nobody came.", forged)
    with pytest.raises(Malformed, match='the key "ticket_id" stands twice'):
        zendesk.parse(Delivery(HEADERS, body))
