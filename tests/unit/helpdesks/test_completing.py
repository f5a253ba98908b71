"""How thin events become whole: which calls are made, in turn, and what their answers mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import answers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signed_deliveries import NOW
from test_helpdesk_contract import mutated, storable

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing.completing import Step
from triage.helpdesks.completing.registry import COMPLETING
from triage.helpdesks.event import Event, Kind, Malformed, Parsed, Thin
from triage.helpdesks.registry import HELPDESKS

#: Each vendor's thin events with what is answered, in turn.
CASES: dict[str, tuple[str, str, str, str | None, Sequence[Any]]] = {
    "freshdesk": (
        "freshdesk",
        "ticket",
        "6541",
        None,
        (answers.FRESHDESK_TICKET, answers.FRESHDESK_CONVERSATIONS),
    ),
    "intercom": (
        "intercom",
        "conversation.user.replied",
        "1911149811",
        None,
        (answers.INTERCOM,),
    ),
    "helpscout": ("helpscout", "convo.created", "105001", None, (answers.HELPSCOUT,)),
    "front": (
        "front",
        "message",
        "cnv_1042nr10",
        "msg_1sb0aaaa",
        (answers.FRONT_CONVERSATION, answers.FRONT_MESSAGE),
    ),
    "front, no message": (
        "front-rule",
        "message",
        "cnv_1042nr10",
        None,
        (answers.FRONT_CONVERSATION, {"_results": [answers.FRONT_MESSAGE]}),
    ),
    "hubspot ticket": ("hubspot", "ticket", "901", None, (answers.HUBSPOT_TICKET,)),
    "hubspot message": (
        "hubspot",
        "message",
        "3300112233",
        "b1c2d3e4f5",
        (answers.HUBSPOT_THREAD, answers.HUBSPOT_MESSAGE),
    ),
    "hubspot thread": ("hubspot", "thread", "3300112233", None, (answers.HUBSPOT_THREAD,)),
}
EVERY_CASE = pytest.mark.parametrize("case", CASES)


def thin_of(case: str) -> Thin:
    _, what, ticket, message, _ = CASES[case]
    return Thin(delivery_key="k", what=what, occurred_at=NOW, ticket_id=ticket, message_id=message)


def step(case: str, *bodies: Any) -> Step:
    answered = [Response(200, {}, json.dumps(body).encode()) for body in bodies]
    return COMPLETING[CASES[case][0]].complete(thin_of(case), answered)


def completed(case: str, *bodies: Any) -> Sequence[Event]:
    found = step(case, *(bodies or CASES[case][4]))
    assert not isinstance(found, Request)
    return found


def paths(case: str) -> list[str]:
    """Return the calls that are made until a thin event is whole."""
    made: list[str] = []
    answered = CASES[case][4]
    for count in range(len(answered)):
        asked = step(case, *answered[:count])
        assert isinstance(asked, Request)
        assert asked.method == "GET"
        made.append(asked.path + "".join(f"?{k}={v}" for k, v in asked.query))
    assert not isinstance(step(case, *answered), Request)
    return made


def test_who_may_be_completed_may_send():
    assert set(COMPLETING) <= set(HELPDESKS)
    assert {case[0] for case in CASES.values()} == set(COMPLETING)


def test_the_calls_are_the_vendors():
    threads = "/conversations/v3/conversations/threads/3300112233"
    assert {case: paths(case) for case in CASES} == {
        "freshdesk": [
            "/tickets/6541?include=requester",
            "/tickets/6541/conversations?per_page=100?page=1",
        ],
        "intercom": ["/conversations/1911149811"],
        "helpscout": ["/conversations/105001?embed=threads"],
        "front": ["/conversations/cnv_1042nr10", "/messages/msg_1sb0aaaa"],
        "front, no message": [
            "/conversations/cnv_1042nr10",
            "/conversations/cnv_1042nr10/messages",
        ],
        "hubspot ticket": [
            "/crm/v3/objects/tickets/901"
            "?properties=subject,content,createdate,hs_lastmodifieddate,source_type,closed_date"
            "?associations=contacts"
        ],
        "hubspot message": [
            f"{threads}?association=TICKET",
            f"{threads}/messages/b1c2d3e4f5",
        ],
        "hubspot thread": [f"{threads}?association=TICKET"],
    }


@EVERY_CASE
def test_an_id_from_outside_names_no_other_path(case):
    vendor, thin = CASES[case][0], replace(thin_of(case), ticket_id="../../a?b=c#d/e")
    asked = COMPLETING[vendor].complete(thin, [])
    assert "..%2F..%2Fa%3Fb%3Dc%23d%2Fe" in asked.path


def test_freshdesk_tells_the_whole_thread_without_private_notes():
    first, second = completed("freshdesk")
    assert (first.kind, first.message.external_id) == (Kind.TICKET_CREATED, "6541#description")
    assert (second.message.external_id, second.message.author) == ("2", Author.CUSTOMER)
    assert second.message.text == "It has been three days."
    assert (first.customer_id, first.channel) == ("dana@example.org", Channel.EMAIL)
    assert first.tags == {"billing"}


def test_freshdesks_first_answer_is_promised_until_there_is_one():
    ticket, replies = deepcopy(CASES["freshdesk"][4])
    assert completed("freshdesk")[0].promised_at == datetime(2026, 11, 20, 18, 12, 7, tzinfo=UTC)
    replies.append(replies[1] | {"id": 3, "incoming": False})
    assert all(it.promised_at is None for it in completed("freshdesk", ticket, replies))


@pytest.mark.parametrize("ended", [{"status": 4}, {"status": 5}, {"spam": True}, {"deleted": True}])
def test_freshdesks_resolved_closed_and_spam_tickets_are_closed(ended):
    ticket = answers.FRESHDESK_TICKET | ended
    last = completed("freshdesk", ticket, answers.FRESHDESK_CONVERSATIONS)[-1]
    assert (last.status, last.message) == (Status.CLOSED, None)


def test_freshdesks_full_pages_are_followed_to_their_end():
    full = [answers.FRESHDESK_CONVERSATIONS[1] | {"id": number} for number in range(100)]
    asked = step("freshdesk", answers.FRESHDESK_TICKET, full)
    assert isinstance(asked, Request)
    assert ("page", "2") in asked.query
    assert len(completed("freshdesk", answers.FRESHDESK_TICKET, full, full[:1])) == 102
    assert len(completed("freshdesk", answers.FRESHDESK_TICKET, *[full] * 5)) == 500


def test_intercom_tells_the_conversation_without_its_notes():
    first, second, closed = completed("intercom")
    assert first.message.external_id == "1911149811#source"
    assert (second.message.external_id, second.message.text) == ("4412", "It has been three days.")
    assert (closed.status, closed.message) == (Status.CLOSED, None)


def test_help_scout_tells_what_was_said_in_public_oldest_first():
    *said, merged = completed("helpscout")
    assert [it.message.external_id for it in said] == ["1", "5"]
    assert said[1].message.text == "It has been\nthree days."
    assert (said[0].customer_id, said[0].customer_name) == ("706401868", "Dana Reyes")
    assert (merged.ticket_id, merged.status) == ("104999", Status.CLOSED)


@pytest.mark.parametrize(("kind", "by", "author"), [
    ("message", "user", Author.AGENT),
    ("reply", "user", Author.AGENT),
    ("phone", "user", Author.CUSTOMER),
    ("chat", "customer", Author.CUSTOMER),
    ("beaconchat", "user", Author.AGENT),
])  # fmt: skip
def test_help_scouts_threads_say_whose_words_they_are(kind, by, author):
    body = deepcopy(answers.HELPSCOUT)
    body["_embedded"]["threads"][0] |= {"type": kind, "createdBy": {"type": by}}
    assert completed("helpscout", body)[1].message.author is author


@pytest.mark.parametrize("case", ["front", "front, no message"])
def test_front_tells_the_message_that_the_preview_left_out(case):
    [event] = completed(case)
    assert (event.ticket_id, event.message.external_id) == ("cnv_1042nr10", "msg_1sb0aaaa")
    assert (event.message.text, event.subject) == (
        "It has been three days.",
        "Charged twice for order 10442",
    )


def test_hubspot_tells_a_tickets_words():
    [event] = completed("hubspot ticket")
    assert (event.ticket_id, event.message.external_id) == ("901", "901#description")
    assert (event.message.text, event.channel) == ("I was charged twice.", Channel.WEB)
    assert event.customer_id == "51"


def test_a_ticket_that_hubspot_made_of_a_conversation_is_told_by_that():
    body = deepcopy(answers.HUBSPOT_TICKET)
    body["properties"]["content"] = ""
    assert completed("hubspot ticket", body) == []


def test_hubspots_message_belongs_to_its_threads_ticket_or_else_to_the_thread():
    assert completed("hubspot message")[0].ticket_id == "901"
    alone = answers.HUBSPOT_THREAD | {"threadAssociations": {}}
    [event] = completed("hubspot message", alone, answers.HUBSPOT_MESSAGE)
    assert event.ticket_id == "thread:3300112233"
    assert (event.message.text, event.customer_name) == ("It has been three days.", "Dana Reyes")


@pytest.mark.parametrize(
    ("changes", "author"),
    [
        ({}, Author.CUSTOMER),
        ({"direction": "OUTGOING", "senders": [{"actorId": "A-9"}]}, Author.AGENT),
        ({"direction": "OUTGOING", "senders": [{"actorId": "B-9"}]}, Author.SYSTEM),
    ],
)
def test_hubspots_direction_says_whose_words_they_are(changes, author):
    message = answers.HUBSPOT_MESSAGE | changes
    [event] = completed("hubspot message", answers.HUBSPOT_THREAD, message)
    assert event.message.author is author


@pytest.mark.parametrize("kind", ["COMMENT", "WELCOME_MESSAGE"])
def test_hubspots_comments_are_nothing_for_us(kind):
    message = answers.HUBSPOT_MESSAGE | {"type": kind}
    assert completed("hubspot message", answers.HUBSPOT_THREAD, message) == []


def test_what_hubspot_cut_off_is_asked_for():
    short = answers.HUBSPOT_MESSAGE | {"truncationStatus": "TRUNCATED", "text": "It has"}
    asked = step("hubspot message", answers.HUBSPOT_THREAD, short)
    assert isinstance(asked, Request)
    assert asked.path.endswith("/messages/b1c2d3e4f5/original-content")
    whole = {"text": "It has been three days.", "richText": None}
    [event] = completed("hubspot message", answers.HUBSPOT_THREAD, short, whole)
    assert event.message.text == "It has been three days."


def test_hubspots_closed_thread_closes_its_ticket():
    assert completed("hubspot thread") == []
    [event] = completed("hubspot thread", answers.HUBSPOT_THREAD | {"status": "CLOSED"})
    assert (event.ticket_id, event.status) == ("901", Status.CLOSED)


@EVERY_CASE
@given(data=st.data())
def test_whatever_is_answered_gives_events_or_a_sentence(case, data):
    bodies = [deepcopy(body) for body in CASES[case][4]]
    which = data.draw(st.integers(0, len(bodies) - 1))
    for _ in range(data.draw(st.integers(1, 3))):
        if isinstance(bodies[which], dict | list):
            bodies[which] = mutated(data, bodies[which])
    found = tried(case, bodies)
    assert isinstance(found, Request) or storable(found)


def tried(case: str, bodies: Sequence[Any]) -> Request | Parsed | Malformed:
    try:
        found = step(case, *bodies)
    except Malformed as error:
        return error
    return found if isinstance(found, Request) else tuple(found)
