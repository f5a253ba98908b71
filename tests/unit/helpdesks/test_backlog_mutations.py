"""Whatever a helpdesk answers, reading its backlog gives tickets, events or one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request as Incoming

from tests.fakes import NOON, SetClock
from tests.standins.everyone import STANDINS
from tests.standins.pulling import a_case
from tests.standins.standin import StandIn
from tests.unit.helpdesks.test_helpdesk_contract import mutated, storable
from triage.helpdesks.accounts.registry import ACCOUNTS
from triage.helpdesks.backlog.backlog import Broken, Cursor, Listed, Page
from triage.helpdesks.backlog.registry import BACKLOGS
from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Malformed

SINCE = Cursor(NOON - timedelta(days=90))
EVERY_VENDOR = pytest.mark.parametrize("vendor", BACKLOGS)


def a_desk(vendor: str) -> StandIn:
    desk = STANDINS[vendor](SetClock())
    desk.put(a_case(1, "It is broken.", "agent:Sorry!", "note:Hm.", "Still."))
    desk.put(a_case(2, closed=True))
    return desk


def answer(desk: StandIn, request: Request) -> Response:
    """Return what the stand-in says to a call, without a network."""
    prefix = ACCOUNTS[desk.vendor].address({"address": desk.address} | dict(desk.given))
    path = prefix.removeprefix(desk.address) + request.path
    query = "&".join(f"{k}={v}" for k, v in request.query).replace(" ", "%20").replace("+", "%2B")
    headers = [(b"intercom-version", b"2.14")]
    scope = {"type": "http", "method": request.method, "path": path, "headers": headers}
    reply = desk.answer(Incoming(scope | {"query_string": query.encode()}), request.body)
    assert reply.status == 200, (path, reply)
    return Response(200, dict(reply.headers), json.dumps(reply.body).encode())


def talk(vendor: str) -> Iterator[tuple[str, Any]]:
    """Yield each answer that reading two tickets takes, as JSON."""
    desk, backlog = a_desk(vendor), BACKLOGS[vendor]
    page = answer(desk, backlog.page_request(SINCE))
    yield "page", json.loads(page.body)
    listed = next(it for it in backlog.read_page(page, SINCE).tickets if isinstance(it, Listed))
    step = backlog.thread(listed, [])
    assert isinstance(step, Request)
    yield "thread", json.loads(answer(desk, step).body)


def read(vendor: str, what: str, response: Response) -> object:
    """Read an answer as a pull would; its sentence where it makes no sense."""
    backlog = BACKLOGS[vendor]
    try:
        if what == "page":
            return checked(vendor, backlog.read_page(response, SINCE))
        page = backlog.read_page(answer(a_desk(vendor), backlog.page_request(SINCE)), SINCE)
        listed = next(it for it in page.tickets if isinstance(it, Listed))
        step = backlog.thread(listed, [response])
        return step if isinstance(step, Request) else all(map(storable, step))
    except Malformed as error:
        return error


def checked(vendor: str, page: Page) -> Page:
    """Return the page; each of its tickets is one, or says why it is none, and can be asked for."""
    for one in page.tickets:
        if isinstance(one, Broken):
            assert one.reason
            continue
        assert 0 < len(one.external_id) <= 200
        try:
            step = BACKLOGS[vendor].thread(one, [])
        except Malformed:
            continue
        assert not isinstance(step, Request) or step.path.startswith("/")
        assert not isinstance(step, Request) or step.path.isascii()
    if page.after is not None:
        assert Cursor.from_json(json.loads(json.dumps(page.after.as_json()))) == page.after
    return page


@EVERY_VENDOR
def test_an_answer_as_it_should_be_is_read(vendor):
    for what, body in talk(vendor):
        found = read(vendor, what, Response(200, {}, json.dumps(body).encode()))
        assert not isinstance(found, Malformed)


@EVERY_VENDOR
@pytest.mark.parametrize("what", ["page", "thread"])
@given(data=st.data())
def test_whatever_stands_in_an_answer_no_reader_fails(vendor, what, data):
    body = dict(talk(vendor))[what]
    for _ in range(data.draw(st.integers(1, 3))):
        if isinstance(body, dict | list):
            body = mutated(data, body)
    read(vendor, what, Response(200, {}, json.dumps(body).encode()))


@EVERY_VENDOR
@pytest.mark.parametrize("what", ["page", "thread"])
@given(body=st.binary(max_size=200), link=st.text(max_size=40))
def test_whatever_bytes_come_no_reader_fails(vendor, what, body, link):
    read(vendor, what, Response(200, {"link": link}, body))


@EVERY_VENDOR
@given(body=st.recursive(st.none() | st.text(max_size=9), st.lists, max_leaves=3), status=st.text())
def test_whatever_an_account_answers_its_name_and_limit_are_read_or_said(vendor, body, status):
    headers = dict.fromkeys(("x-rate-limit", "x-ratelimit-total", "x-rate-limit-remaining"), status)
    response = Response(200, headers, json.dumps(body).encode())
    ACCOUNTS[vendor].quota(response)
    with suppress(Malformed):
        ACCOUNTS[vendor].name(response)


@EVERY_VENDOR
@pytest.mark.parametrize("name", ["../../admin", "1/2", "1?x=1", "1#", "ü", "a b", "%2e%2e"])
def test_a_tickets_name_is_one_part_of_a_path(vendor, name):
    page = BACKLOGS[vendor].read_page(
        answer(a_desk(vendor), BACKLOGS[vendor].page_request(SINCE)), SINCE
    )
    listed = next(it for it in page.tickets if isinstance(it, Listed))
    step = BACKLOGS[vendor].thread(
        Listed(name, listed.updated_at, listed.closed, listed.ticket), []
    )
    ordinary = BACKLOGS[vendor].thread(listed, [])
    assert isinstance(step, Request)
    assert isinstance(ordinary, Request)
    assert step.path.count("/") == ordinary.path.count("/")
    assert not set(step.path) & set("?# ü")
