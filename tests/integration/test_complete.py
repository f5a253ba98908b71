"""Thin events against stand-ins: what was left out is fetched, and nothing that came is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse

from tests.builders import POLICY
from tests.fakes import NOON
from tests.servers import wait_until
from tests.standins.pulling import Leaping, Pulled, connected
from tests.standins.standin import Reply, StandIn, served
from triage import administration, complete, connect
from triage.complete import Completer, pause
from triage.helpdesks.event import Delivery
from triage.helpdesks.registry import HELPDESKS
from triage.keep import keep, results_of
from triage.outbound.caller import ONCE
from triage.reach import reached
from triage.rules import Rules
from triage.store import tables, thin_events
from triage.store.thin_events import State
from workers import completing

BODIES = Path(__file__).parents[1] / "data" / "helpdesks"
THREADS = "/conversations/v3/conversations/threads/3300112233"


@dataclass
class HubSpot(StandIn):
    """A ticket, and a thread that belongs to it."""

    vendor = "hubspot"
    given: ClassVar = {"token": "pat-s3cret"}
    said_in_full: dict[str, Any] = field(default_factory=dict)

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == "Bearer pat-s3cret"

    def answer(self, request: Request, body: Any) -> Reply:
        found = self.said_in_full.get(request.url.path)
        return Reply(404, {"status": "error"}) if found is None else Reply(body=found)


@dataclass
class Freshdesk(HubSpot):
    """A ticket and its conversations."""

    vendor = "freshdesk"
    given: ClassVar = {"key": "k3y"}

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == "Basic azN5Olg="  # k3y:X


@dataclass
class HelpScout(HubSpot):
    """A conversation, and a token that a form of the app's credentials buys."""

    vendor = "helpscout"
    given: ClassVar = {"id": "app-1", "secret": "s3cret"}
    signed_in: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] != "/oauth2/token":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        form = parse_qs((await request.body()).decode())
        good = {"grant_type": ["client_credentials"], "client_id": ["app-1"]}
        known = form == good | {"client_secret": ["s3cret"]}
        self.signed_in += known
        body = {"access_token": "t0ken", "expires_in": 172800} if known else {"error": "invalid"}
        await JSONResponse(body, 200 if known else 400)(scope, receive, send)

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == "Bearer t0ken"


HUBSPOT: dict[str, Any] = {
    "/crm/v3/objects/tickets/901": {
        "id": "901",
        "properties": {"subject": "Charged twice", "content": "I was charged twice."},
        "createdAt": "2026-11-20T10:12:07.123Z",
    },
    THREADS: {"status": "OPEN", "threadAssociations": {"associatedTicketId": "901"}},
    f"{THREADS}/messages/b1c2d3e4f5": {
        "id": "b1c2d3e4f5",
        "type": "MESSAGE",
        "direction": "INCOMING",
        "text": "It has been three days.",
        "senders": [{"actorId": "V-51", "name": "Dana Reyes"}],
        "createdAt": "2026-11-20T14:25:30Z",
    },
}


@pytest.fixture
def desk() -> Iterator[HubSpot]:
    with served(HubSpot(Leaping(NOON), said_in_full=dict(HUBSPOT))) as made:
        yield made  # type: ignore[misc]


@pytest.fixture
def world(desk: HubSpot, database: Any) -> Iterator[Pulled]:
    with connected(desk, database, desk.clock) as made:  # type: ignore[arg-type]
        yield made


def receive(world: Pulled, *names: str) -> None:
    for name in names:
        headers = {"x-helpscout-event": "convo.created"}
        body = (BODIES / f"{name}.json").read_bytes()
        delivery = Delivery(headers, body, received_at=world.clock())
        results = results_of(HELPDESKS[world.desk.vendor].parse(delivery))
        with world.database.writing() as connection:
            keep(connection, 1, results, POLICY, world.clock())


def completed(world: Pulled, most: int = 100) -> int:
    reach = reached(world.settings, world.database, "desk", ONCE, world.clock.until, world.clock)
    with reach as desk:
        vendor, caller = desk.source.vendor, desk.caller
        made = Completer(world.database, 1, vendor, caller, lambda: POLICY, world.clock)
        return made.complete_due(most)


def state(world: Pulled) -> State | None:
    with world.database.reading() as connection:
        return thin_events.states(connection).get("desk")


def test_a_ticket_and_its_later_message_are_one_thread(world):
    receive(world, "hubspot_ticket_created", "hubspot_new_message")
    assert state(world) == State(2, "")
    assert completed(world) == 2
    said = [("customer", "I was charged twice."), ("customer", "It has been three days.")]
    assert world.threads() == {"901": said}
    assert world.row("901").state == "due"
    assert state(world) is None


def test_the_same_delivery_again_is_completed_once(world):
    receive(world, *["hubspot_new_message"] * 3)
    assert completed(world) == 1
    receive(world, "hubspot_new_message")
    assert completed(world) == 0


@pytest.mark.parametrize(
    "fault", [Reply(500, {}), Reply(429, {}), Reply(503, {}), Reply(drops=True), Reply(401, {})]
)
def test_a_helpdesk_that_fails_is_asked_again_and_nothing_is_lost(world, desk, fault):
    receive(world, "hubspot_ticket_created", "hubspot_new_message")
    desk.fails("", *[fault] * 2_000)
    for _ in range(5):
        completed(world)
        world.clock.forward(hours=2)
    waits = state(world)
    assert waits is not None
    assert waits.waiting == 2
    assert waits.problem
    desk.faults.clear()
    completed(world)
    world.clock.forward(hours=2)
    completed(world)
    assert len(world.threads()["901"]) == 2
    assert world.rejects() == []


def test_while_a_helpdesk_is_away_the_others_wait_their_turn(world, desk):
    """One failed call says enough: a hundred more would only make it worse."""
    receive(world, "hubspot_batch")
    desk.fails("", *[Reply(401, {})] * 20)
    assert completed(world) == 1
    assert len(desk.asked) == 1


def test_what_is_gone_there_is_forgotten(world, desk):
    desk.said_in_full.clear()
    receive(world, "hubspot_ticket_created", "hubspot_new_message")
    assert completed(world) == 2
    assert (world.threads(), world.rejects(), state(world)) == ({}, [], None)


def test_what_cannot_be_understood_is_a_dead_letter_and_harms_no_other(world, desk):
    desk.said_in_full["/crm/v3/objects/tickets/901"] = {"properties": {"content": 7}}
    desk.fails("/messages/b1c2d3e4f5", Reply(200, raw=b"<html>"))
    receive(world, "hubspot_ticket_created", "hubspot_new_message")
    assert completed(world) == 2
    assert len(world.rejects()) == 2
    assert all(reason for reason in world.rejects())
    with world.database.reading() as connection:
        body = connection.execute(select(tables.dead_letter.c.body)).scalars().first()
    assert json.loads(body)["ticket_id"] == "901"


def test_a_refused_request_is_a_dead_letter(world, desk):
    desk.fails("/tickets/901", Reply(400, {"message": "no such property"}))
    receive(world, "hubspot_ticket_created")
    assert completed(world) == 1
    assert world.rejects() == ["/crm/v3/objects/tickets/901: answered with status 400"]


def test_a_claim_that_was_lost_is_made_again(world):
    receive(world, "hubspot_ticket_created")
    with world.database.writing() as connection:
        assert thin_events.claim(connection, 1, world.clock(), sources=[1])
    assert completed(world) == 0
    world.clock.forward(minutes=5)
    assert completed(world) == 1


def test_without_credentials_the_source_says_what_it_needs(world):
    receive(world, "hubspot_ticket_created")
    with world.database.writing() as connection:
        connection.execute(thin_events.account.delete())
        assert thin_events.due_sources(connection, world.clock()) == []
        assert thin_events.states(connection)["desk"] == State(1, "needs credentials")
    [row] = administration.list_sources(world.settings)
    assert "1: needs credentials" in row


def test_pauses_grow_to_an_hour():
    assert [pause(tries) / timedelta(seconds=15) for tries in (1, 2, 3)] == [1, 2, 4]
    assert pause(50) == complete.LONGEST_PAUSE


def test_of_freshdesk_the_newest_reply_is_fetched_also_where_two_deliveries_became_one(database):
    ticket = {
        "id": 6541,
        "subject": "Charged twice",
        "description_text": "I was charged twice.",
        "status": 2,
        "source": 1,
        "created_at": "2026-11-20T10:12:07Z",
        "updated_at": "2026-11-20T14:25:30Z",
    }
    replies: list[dict[str, Any]] = []

    def reply(number: int) -> dict[str, Any]:
        at = f"2026-11-20T14:25:3{number}Z"
        return {
            "id": number,
            "body_text": f"Reply {number}",
            "incoming": True,
            "private": False,
            "created_at": at,
        }

    said = {"/api/v2/tickets/6541": ticket, "/api/v2/tickets/6541/conversations": replies}
    with (
        served(Freshdesk(Leaping(NOON), said_in_full=said)) as desk,
        connected(desk, database, desk.clock) as world,  # type: ignore[arg-type]
    ):
        replies.append(reply(1))
        receive(world, "freshdesk_thin_reply", "freshdesk_simple")
        receive(world, "freshdesk_thin_reply")

        def also_now(path: str) -> None:
            if path.endswith("conversations") and len(replies) == 1:
                receive(world, "freshdesk_thin_reply")  # while the old ones are being read

        desk.before = also_now
        completed(world)
        replies.append(reply(2))
        completed(world)
        texts = ["I was charged twice.", "Reply 1", "Reply 2"]
        assert [text for _, text in world.threads()["6541"]] == texts


CONVERSATION = {
    "id": 105001,
    "status": "active",
    "createdAt": "2026-11-20T10:12:07Z",
    "_embedded": {
        "threads": [
            {
                "id": 1,
                "type": "customer",
                "state": "published",
                "body": "I was charged twice.",
                "createdAt": "2026-11-20T10:12:07Z",
            }
        ]
    },
}


@pytest.fixture
def scout(database: Any) -> Iterator[Pulled]:
    said = {"/conversations/105001": CONVERSATION}
    with (
        served(HelpScout(Leaping(NOON), said_in_full=said)) as desk,
        connected(desk, database, desk.clock) as world,  # type: ignore[arg-type]
    ):
        receive(world, "helpscout_created")
        yield world


def test_help_scout_is_signed_in_to_once_and_then_asked(scout):
    assert completed(scout) == 1
    assert scout.desk.signed_in == 1
    assert scout.threads() == {"105001": [("customer", "I was charged twice.")]}


def test_a_sign_in_that_is_refused_is_said_on_the_source_and_nothing_is_lost(scout):
    scout.desk.given = {"id": "app-1", "secret": "wrong"}
    connect.connect(scout.database, scout.settings, "desk", given(scout.desk), NOON)
    with running(scout):
        wait_until(lambda: state(scout).problem, "the trouble to be noted")
    assert state(scout) == State(1, "/oauth2/token: the credentials are not good (400)")


def given(desk: StandIn) -> dict[str, str]:
    return {"address": desk.address} | dict(desk.given)


@contextmanager
def running(world: Pulled) -> Iterator[None]:
    """Have the worker's own thread complete what is due."""
    stopping = threading.Event()
    thread = completing.start(world.settings, Rules.of(world.settings), stopping)
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def test_the_worker_completes_what_is_due_by_itself(world):
    receive(world, "hubspot_ticket_created", "hubspot_new_message")
    with running(world):
        wait_until(lambda: state(world) is None, "both to be completed")
    assert len(world.threads()["901"]) == 2
