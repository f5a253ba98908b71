"""The web process over its interface: what it accepts, shows, to whom, and what it never says."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from standardwebhooks.webhooks import Webhook
from starlette.testclient import TestClient

from tests.admitted import PASSWORD, a_key, a_person
from tests.fakes import NOON
from tests.integration.test_decide import World
from tests.unit.helpdesks.signed_deliveries import VENDORS, example
from triage import administration, sweep
from triage.api.app import create_app
from triage.api.cookies import SESSION
from triage.api.state import LOOKED_AGAIN, State
from triage.domain.person import Role
from triage.settings import Settings
from triage.store import outbox_tables, sources, tables, work
from triage.store.database import Database
from triage.store.sources import Vault

KEY = "the-api-key-of-these-tests"
AS_SUPERVISOR = {"Authorization": f"Bearer {KEY}"}
LARGEST = 4096  # bytes
GENERIC, ZAMMAD = (next(it for it in VENDORS if it.name == name) for name in ("generic", "zammad"))
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
GUARDED = [
    "/api/desk",
    "/api/tickets/1",
    "/api/agents",
    "/api/events",
    "/api/dead-letters",
    "/desk/events",
    "/desk/state",
    "/desk/rows",
]


class Service(World):
    """The web process inside this one; decisions are made by calling the verb, not by a worker."""

    def __init__(self, settings: Settings, database: Database) -> None:
        super().__init__(database)
        self.settings = settings
        self.app = create_app(settings)
        self.client = TestClient(self.app, follow_redirects=False)
        self._ids = itertools.count()
        a_key(database, KEY)
        with database.writing() as connection:
            for vendor in (GENERIC, ZAMMAD):
                name, secrets, vault = vendor.name, (vendor.secret,), Vault(settings.secret_key)
                sources.add(connection, name, vendor.name, secrets, vault, NOON)

    @property
    def state(self) -> State:
        state: State = self.app.state.triage
        return state

    def signed(self, body: bytes, at: datetime | None = None) -> dict[str, str]:
        moment, webhook_id = at or datetime.now(UTC), f"msg_{next(self._ids)}"
        naive = moment.astimezone(UTC).replace(tzinfo=None)  # as the package wants it
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(GENERIC.secret).sign(webhook_id, naive, body.decode()),
        }

    def send(self, body: bytes, headers: dict[str, str], source: str = "generic") -> Any:
        return self.client.post(f"/webhooks/{source}", content=body, headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=AS_SUPERVISOR)

    def stored(self) -> int:
        kept = (tables.delivery, tables.dead_letter, tables.ticket, tables.message)
        with self.database.reading() as connection:
            counts = [select(func.count()).select_from(table) for table in kept]
            return sum(connection.execute(count).scalar_one() for count in counts)


def on_sqlite(test: Any) -> Any:
    """Run the test on one database: its rule does not depend on which."""
    return pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)(test)


# What comes in


def test_a_signed_delivery_is_accepted_once(service):
    body = example("generic_created")
    headers = service.signed(body)
    answers = [service.send(body, headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["status"] for answer in answers] == ["accepted", "duplicate"]
    assert service.count(tables.message) == 1
    assert len(service.get("/api/desk").json()["rows"]) == 1


@on_sqlite
def test_what_is_not_for_us_is_ignored_and_leaves_nothing(service):
    note = example("zammad_internal_note")
    headers = ZAMMAD.headers(ZAMMAD.secret, note, datetime.now(UTC))
    answer = service.send(note, headers, "zammad")
    assert (answer.status_code, answer.json()["status"]) == (200, "ignored")
    assert answer.json()["reason"]
    assert service.stored() == 0


@on_sqlite
def test_what_is_authentic_but_not_understood_is_kept_with_the_reason(service):
    body = b'{"type": "ticket.created", "data": 7}'
    headers = service.signed(body)
    answers = [service.send(body, headers).json()["status"] for _ in range(2)]
    assert answers == ["dead_letter", "duplicate"]
    (letter,) = service.get("/api/dead-letters").json()
    assert (letter["source"], letter["body"]) == ("generic", body.decode())
    assert letter["reason"]
    assert service.count(tables.ticket) == 0


def _forgeries(service: Service, body: bytes) -> Iterator[dict[str, str]]:
    good = service.signed(body)
    yield {}
    yield {name: value for name, value in good.items() if name != "webhook-signature"}
    yield good | {"webhook-signature": "v1,bm90IHRoZSBzaWduYXR1cmU="}
    yield good | {"webhook-signature": ""}
    yield good | {"webhook-timestamp": "soon"}
    yield good | {"webhook-id": "another"}
    yield service.signed(body + b" ")
    yield service.signed(body, datetime.now(UTC) - timedelta(hours=1))
    yield service.signed(body, datetime.now(UTC) + timedelta(hours=1))


@on_sqlite
def test_no_forgery_is_stored_or_told_what_was_wrong_with_it(service):
    body = example("generic_created")
    answers = [service.send(body, headers) for headers in _forgeries(service, body)]
    assert {(answer.status_code, answer.text) for answer in answers} == {
        (401, '{"detail":"not authentic"}')
    }
    assert service.stored() == 0
    assert "triage_deliveries_refused_total{" in service.client.get("/metrics").text


def test_an_unknown_source_is_not_found_whatever_its_name(service):
    assert service.send(b"{}", {}, "nobody").status_code == 404
    for name in ("%00", "a%00b", "..%2F..%2Fetc", "%F0%9F%98%80", "x" * 64):
        assert service.send(b"{}", {}, name).status_code in {404, 422}, name
    assert service.stored() == 0


@on_sqlite
def test_a_source_whose_secrets_cannot_be_opened_asks_to_send_again(service):
    """The operator changed the key: the sender can do nothing about it and must not give up."""
    answer = service.send(b"{}", {}, "demo")  # sealed with the key of World's own vault
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "key" not in answer.text
    assert service.stored() == 0


@on_sqlite
def test_a_new_secret_counts_as_soon_as_it_is_used(service):
    """The source is remembered by then, with its old secret only."""
    body = example("generic_created")
    service.send(body, service.signed(body))
    time.sleep(LOOKED_AGAIN)
    fresh = administration.rotate(service.settings, GENERIC.name)
    naive = datetime.now(UTC).replace(tzinfo=None)
    signature = Webhook(fresh).sign("msg_new", naive, body.decode())
    headers = service.signed(body) | {"webhook-id": "msg_new", "webhook-signature": signature}
    assert service.send(body, headers).status_code == 200


@on_sqlite
def test_a_body_that_is_too_large_is_refused(service):
    in_parts: Any = iter([b"x" * LARGEST, b"x"])  # without a Content-Length to look at
    assert service.send(b"x" * (LARGEST + 1), {}).status_code == 413
    assert service.send(in_parts, {}).status_code == 413
    assert service.stored() == 0


# Who may look


WITHOUT_THE_KEY: list[dict[str, Any]] = [
    {},
    {"Authorization": "Bearer wrong"},
    {"Authorization": "Bearer "},
    {"Authorization": KEY},
    {"Authorization": f"Basic {KEY}"},
    {"Authorization": f"Bearer {KEY}x"},
    {"Authorization": "Bearer schlüssel".encode("latin-1")},
    {"Cookie": f"{SESSION}=wrong"},
    {"Cookie": f"{SESSION}={KEY}"},
    {"Cookie": f"{SESSION}="},
]


@on_sqlite
def test_nobody_without_the_key_sees_anything(service):
    for headers in WITHOUT_THE_KEY:
        for path in GUARDED:
            answer = service.client.get(path, headers=headers)
            assert answer.status_code == 401, (path, headers)
        retried = service.client.post("/api/tickets/1/retry", headers=headers)
        assert retried.status_code == (403 if "Cookie" in headers else 401)  # from another site?
        for page, then in (("/", ""), ("/tickets/1", "?next=/tickets/1")):
            answer = service.client.get(page, headers=headers)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/login{then}")


# What is shown


def test_the_desk_pages_through_every_ticket_once_in_order(service):
    minutes = [(n * 37) % 50 for n in range(250)]  # many share a moment: the id decides
    for number, minute in enumerate(minutes):
        at = NOON - timedelta(minutes=minute, microseconds=minute)
        service.accept(f"m{number}", "hello", ticket=f"T{number}", at=at)
    page = service.get("/api/desk?limit=1").json()
    seen: list[dict[str, Any]] = page["rows"]
    for limit in (7, 100, 100, 500):
        page = service.get(f"/api/desk?limit={limit}&cursor={page['next']}").json()
        seen += page["rows"]
    assert page["next"] is None
    places = [(row["respond_by"], row["id"]) for row in seen]
    assert places == sorted(places)
    assert len({row["id"] for row in seen}) == len(seen) == 250


def test_a_cursor_that_we_never_gave_is_refused_or_a_harmless_place(service):
    service.accept("m1", "hello")
    places = ("nan 1", "inf 1", "1e99 1", "-1e12 1", "1 x")
    for nonsense in ("x", "MQ==", "é", *map(_cursor, places)):
        answer = service.get(f"/api/desk?cursor={nonsense}")
        assert answer.status_code == 422, nonsense
        assert "cursor" in answer.json()["detail"]
    for number in ("-1", "9" * 30, f"-{'9' * 30}"):
        answer = service.get(f"/api/desk?cursor={_cursor(f'0 {number}')}")
        assert (answer.status_code, len(answer.json()["rows"])) == (200, 1), number


def _cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def test_a_ticket_shows_thread_scorings_decisions_with_reasons_and_card(service):
    service.hire()
    ticket = service.accept("m1", "I am full of anger", subject="Refund")
    service.decide(ticket)
    service.accept("m2", "any news?", at=NOON + timedelta(minutes=5))
    service.clock.forward(minutes=6)
    service.decide(ticket)
    shown = service.get(f"/api/tickets/{ticket}").json()
    assert [message["text"] for message in shown["messages"]] == ["I am full of anger", "any news?"]
    assert len(shown["scorings"]) == len(shown["decisions"]) == 2
    newest, oldest = shown["decisions"]
    assert newest["at"] > oldest["at"]
    assert all(decision["reasons"] for decision in shown["decisions"])
    assert set(newest["versions"]) == {"model", "policy", "playbook"}
    assert shown["assignments"][0]["agent"] == shown["row"]["agent"] == "Ann"
    assert shown["card"] == newest["card"]
    assert shown["card"]["title"]
    assert shown["row"]["why"] == newest["reasons"][0]["text"]


@on_sqlite
def test_what_was_done_at_the_helpdesk_stands_by_the_ticket(service):
    ticket = service.accept("m1", "full of anger")
    service.decide(ticket)
    rows = [
        {"ticket_id": ticket, "outcome": outcome, "text": f"tags <b>{outcome}</b>", "at": NOON}
        for outcome in ("written", "left", "failed")
    ]
    with service.database.writing() as connection:
        connection.execute(outbox_tables.writing.insert(), rows)
    told = service.get(f"/api/tickets/{ticket}").json()["told"]
    assert [it["outcome"] for it in told] == ["failed", "left", "written"]
    page = service.get(f"/tickets/{ticket}").text
    assert "At the helpdesk" in page
    assert "left alone: <bdi>tags &lt;b&gt;left&lt;/b&gt;</bdi>" in page


def test_a_ticket_that_nobody_read_yet_has_no_level_to_believe(service):
    ticket = service.accept("m1", "hello")
    shown = service.get(f"/api/tickets/{ticket}").json()
    assert (shown["row"]["decided"], shown["row"]["lane"]) == (False, "unscored")
    assert shown["card"] is None


@on_sqlite
def test_agents_are_shown_with_what_they_carry(service):
    service.hire()
    service.decide(service.accept("m1", "full of anger"))
    (ann,) = service.get("/api/agents").json()
    assert (ann["name"], ann["load"], ann["capacity"], ann["on_shift"]) == ("Ann", 1, 3, True)
    assert ann["emotional_load"] > 0


@on_sqlite
def test_a_ticket_that_is_not_there_is_said_to_be_missing(service):
    for path in ("/api/tickets", "/tickets"):
        assert service.get(f"{path}/999").status_code == 404
        for number in ("0", "-1", "9" * 20, "one"):
            assert service.get(f"{path}/{number}").status_code == 422, number


# What a draft still owes


def test_a_draft_is_checked_against_the_customers_own_words(service):
    ticket = service.accept("m1", "You charged my card twice, I am full of anger")
    service.decide(ticket)
    draft = {"ticket": ticket, "text": "Hello, please calm down, we are looking into it."}
    answer = service.client.post("/api/replies/check", json=draft, headers=AS_SUPERVISOR)
    assert answer.status_code == 200
    found = answer.json()["findings"]
    assert not answer.json()["tone_read"]  # here is no worker
    assert {"acknowledged", "owned", "next step", "wording"} <= {one["check"] for one in found}
    words = {draft["text"][it["start"] : it["end"]].lower(): it for it in found if it["start"]}
    said = words["calm down"]
    assert said["check"] == "wording"
    assert said["better"]
    assert said["evidence"]


@on_sqlite
def test_a_draft_for_a_ticket_that_nobody_read_yet_is_asked_for_again(service):
    def status(ticket: int, text: str = "Hello") -> int:
        draft = {"ticket": ticket, "text": text}
        answer = service.client.post("/api/replies/check", json=draft, headers=AS_SUPERVISOR)
        return int(answer.status_code)

    ticket = service.accept("m1", "hello")
    assert status(ticket) == 409
    service.decide(ticket)
    assert status(ticket) == 200
    service.accept("m2", "any news?", at=NOON + timedelta(minutes=5))
    assert status(ticket) == 409  # the newest message counts too
    assert status(999) == 404
    assert status(ticket, "") == 422


def test_a_ticket_that_was_given_up_can_be_tried_again(service):
    ticket = service.accept("m1", "hello")
    assert _retry(service, ticket).status_code == 404
    with service.database.writing() as connection:
        connection.execute(update(tables.ticket).values(attempts=work.MOST_ATTEMPTS))
    sweep.give_up(service.database, service.clock())
    assert service.get("/api/desk").json()["rows"][0]["dead"]
    assert "triage_tickets_dead 1.0" in service.client.get("/metrics").text
    assert _retry(service, ticket).json() == {"status": "due"}
    service.clock.now = datetime.now(UTC)
    assert service.decide(ticket) == 1
    assert service.get("/api/desk").json()["rows"][0]["decided"]


def _retry(service: Service, ticket: int) -> Any:
    return service.client.post(f"/api/tickets/{ticket}/retry", headers=AS_SUPERVISOR)


# For who keeps it running


@on_sqlite
def test_it_is_alive_and_ready_and_says_so_when_it_stops(service):
    assert service.client.get("/healthz").json() == {"status": "alive"}
    assert service.client.get("/readyz").json() == {"status": "ready"}
    service.state.stopping.set()
    answer = service.client.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert service.client.get("/healthz").status_code == 200


@on_sqlite
def test_without_its_database_it_lives_is_not_ready_and_asks_to_send_again(settings):
    away = {"database_url": "postgresql://triage@127.0.0.1:9/away"}
    with TestClient(create_app(settings.model_copy(update=away))) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/metrics", "/api/desk"):
            assert client.get(path, headers=AS_SUPERVISOR).status_code == 503, path
        answer = client.post("/webhooks/generic", content=b"{}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


@on_sqlite
def test_metrics_hold_counts_and_no_word_of_a_customer(service):
    service.decide(service.accept("m1", "Zebra anger", subject="Quagga", customer_name="Okapi"))
    service.send(example("generic_created"), service.signed(example("generic_created")))
    shown = service.client.get("/metrics").text
    assert 'triage_deliveries_total{outcome="accepted"} 1.0' in shown
    assert "triage_desk_tickets 2.0" in shown
    assert "triage_webhook_ack_seconds_count 1.0" in shown
    sent = json.loads(example("generic_created"))["data"]
    words = ("zebra", "quagga", "okapi", "anger", "t-1", sent["subject"])
    assert not [word for word in words if word.casefold() in shown.casefold()]


def _one_of_each(service: Service) -> Iterator[tuple[int, Any]]:
    client, get = service.client, service.get
    for path in ("", "login", "tickets/1", "desk/state", "healthz", "readyz", "metrics"):
        yield 200, get(f"/{path}")
    for path in ("api/desk", "api/tickets/1", "api/agents", "api/dead-letters", "openapi.json"):
        yield 200, get(f"/{path}")
    for name in ("style.css", "desk.js", "times.js", "icon.svg"):
        yield 200, get(f"/static/{name}")
    yield 200, service.send(example("generic_created"), service.signed(example("generic_created")))
    yield 303, client.get("/")
    yield 401, service.send(b"{}", {})
    yield 401, client.get("/api/desk")
    yield 401, client.post("/login", data={"name": "Sue", "password": "wrong"})
    yield 404, get("/nowhere")
    yield 404, get("/tickets/999")
    yield 404, get("/static/../app.py")
    yield 404, service.send(b"{}", {}, "nobody")
    yield 405, client.put("/api/desk")
    yield 413, service.send(b"x" * (LARGEST + 1), {})
    yield 422, get("/api/desk?limit=0")


@on_sqlite
def test_another_method_is_answered_with_every_one_that_the_path_knows(service):
    def allowed(path: str) -> str:
        answer = service.client.options(path)
        assert answer.status_code == 405
        return answer.headers["Allow"]

    assert allowed("/api/rescores") == "GET, POST"
    assert allowed("/api/customers/demo/dana") == "DELETE, GET"
    assert allowed("/api/desk") == "GET"


@on_sqlite
def test_every_answer_carries_the_headers_and_none_a_secret(service):
    service.decide(service.accept("m1", "full of anger"))
    a_person(service.database, "Sue", Role.SUPERVISOR)
    secrets = (
        KEY,
        PASSWORD,
        service.settings.secret_key,
        GENERIC.secret,
        GENERIC.secret[6:],
        ZAMMAD.secret,
    )
    for status, answer in _one_of_each(service):
        what = f"{answer.request.method} {answer.request.url}"
        assert answer.status_code == status, what
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, what
        assert not [one for one in secrets if one in answer.text], what


@on_sqlite
def test_a_crash_says_nothing_of_itself_and_carries_the_headers(service):
    service.app.add_api_route("/crash", _crash)
    client = TestClient(service.app, raise_server_exceptions=False)
    answer = client.get("/crash")
    assert (answer.status_code, "zebra" in answer.text) == (500, False)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def _crash() -> None:
    raise RuntimeError("zebra")
