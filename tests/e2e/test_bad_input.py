"""What a stranger, a broken sender or a broken house can do to a running service: not much."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from tests.e2e.helpdesk import Helpdesk, a_ticket, body_of
from tests.e2e.service import API, SWEEP, WORKER, Service, running
from tests.servers import PostgresServer, free_port, postgres_folder, wait_until
from triage.helpdesks.whsec import new_secret
from triage.store.database import Database
from triage.store.tables import dead_letter, delivery, message, ticket

MEGABYTE = 1_000_000  # below the cap of 1 MiB, envelope included
DECIDED_WITHIN = 30.0  # s
ANSWERED_WITHIN = 10.0  # s, also without a database
STORED = (ticket, message, delivery, dead_letter)

EVIL_TEXTS = {
    "a wall of text": {"text": "I am so angry about this! " * (MEGABYTE // 26)},
    "one word without end": {"text": "a" * MEGABYTE},
    "no-break spaces": {"text": "\u00a0" * (MEGABYTE // 6)},
    "NUL bytes": {"text": "I am\0 furious\0\0 with you."},
    "lone surrogates": {"text": "broken \ud83d and \udc00 halves"},
    "nothing": {"text": ""},
    "nested markup": {"html": "<div>" * 90_000 + "help" + "</div>" * 75_000},
    "markup that never ends": {"html": "<a <b <" * (900_000 // 7)},
    "quotes in quotes": {"html": "<blockquote>" * 70_000 + "I am furious"},
    "many angle brackets": {"text": "> " * (MEGABYTE // 2)},
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    programs = {"api": API, "worker": WORKER, "sweep": SWEEP}
    with running(tmp_path_factory.mktemp("bad-input"), programs) as service:
        yield service


@pytest.fixture
def helpdesk(service: Service) -> Helpdesk:
    return Helpdesk(service.webhook, service.secret)


def stored(service: Service) -> list[int]:
    """Return how many rows there are of everything that a delivery can leave behind."""
    with closing(Database(service.settings.database)) as database, database.reading() as connection:
        return [
            connection.execute(select(func.count()).select_from(it)).scalar_one() for it in STORED
        ]


def dead_letters(service: Service) -> list[dict[str, Any]]:
    letters = httpx.get(f"{service.address}/api/dead-letters", headers=service.key)
    return letters.raise_for_status().json()


def test_what_is_not_authentic_is_refused_and_leaves_nothing(service: Service, helpdesk: Helpdesk):
    body = a_ticket()
    stranger = Helpdesk(service.webhook, new_secret())
    an_hour_ago = helpdesk.headers(body, at=time.time() - 3600)
    another_body = helpdesk.headers(body + b" ")
    before = stored(service)
    refused = [
        httpx.post(service.webhook, content=body),
        httpx.post(service.webhook, content=body, headers=an_hour_ago),
        httpx.post(service.webhook, content=body, headers=another_body),
        stranger.send(body),
        helpdesk.send(body, **{"webhook-signature": "v1,bm90IGEgc2lnbmF0dXJl"}),
    ]
    assert [answer.status_code for answer in refused] == [401] * 5
    assert {answer.text for answer in refused} == {'{"detail":"not authentic"}'}
    assert stored(service) == before


def test_an_unknown_source_is_not_found(service: Service):
    nobody = Helpdesk(f"{service.address}/webhooks/nobody", service.secret)
    assert nobody.send(a_ticket()).status_code == 404


def test_a_length_over_the_cap_is_refused_before_the_body_is_read(service: Service):
    where = (service.settings.host, service.settings.port)
    with socket.create_connection(where, timeout=5) as connection:
        head = f"POST /webhooks/shop HTTP/1.1\r\nHost: x\r\nContent-Length: {2**31}\r\n\r\n"
        connection.sendall(head.encode() + b"{")
        assert b" 413 " in connection.recv(64)


def test_a_body_in_chunks_is_refused_once_it_is_over_the_cap(service: Service):
    chunks = (b"x" * 64_000 for _ in range(40))
    before = stored(service)
    # it may close the connection while we are still sending
    with suppress(httpx.WriteError, httpx.RemoteProtocolError):
        assert httpx.post(service.webhook, content=chunks).status_code == 413
    assert stored(service) == before
    assert service.is_ready()


MALFORMED: dict[str, bytes] = {
    "no JSON": b"{not json",
    "broken UTF-8": b'{"type": "ticket.created\xff\xfe"}',
    "no object": b"[1, 2, 3]",
    "an unknown type": body_of("ticket.exploded", ticket_id="T-1"),
    "no ticket": body_of("ticket.created", text="hello"),
    "a key twice": b'{"type": "ticket.created", "type": "ticket.closed"}',
    "depth without end": b"[" * 500_000,
    "a number without end": b'{"type": ' + b"9" * 900_000 + b"}",
    "nothing": b"",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_authentic_but_not_understood_is_kept_with_a_reason(
    service: Service, helpdesk: Helpdesk, body: bytes
):
    started = time.monotonic()
    answer = helpdesk.send(body)
    assert time.monotonic() - started < 2.0
    assert (answer.status_code, answer.json()["status"]) == (200, "dead_letter")
    (newest, *_) = dead_letters(service)
    assert newest["reason"] == answer.json()["reason"]
    assert newest["reason"]


@pytest.mark.parametrize("text", EVIL_TEXTS.values(), ids=EVIL_TEXTS)
def test_an_evil_text_is_decided_in_bounded_time(
    service: Service, helpdesk: Helpdesk, text: dict[str, str]
):
    data = {"ticket_id": f"T-{time.time_ns()}", "message_id": "m1", **text}
    started = time.monotonic()
    assert helpdesk.send(body_of("ticket.created", **data)).json()["status"] == "accepted"
    assert time.monotonic() - started < 2.0
    wait_until(lambda: _is_decided(service, data["ticket_id"]), "it is decided", DECIDED_WITHIN)


def _is_decided(service: Service, ticket_id: str) -> bool:
    rows = httpx.get(f"{service.address}/api/desk?limit=500", headers=service.key).json()["rows"]
    return any(row["decided"] for row in rows if row["external_id"] == ticket_id)


def test_nothing_of_all_this_ended_a_process(service: Service):
    assert {
        name: it.log.read_text().count("Traceback") for name, it in service.programs.items()
    } == {
        "api": 0,
        "worker": 0,
        "sweep": 0,
    }


def test_without_a_broker_deliveries_are_accepted_as_quickly(tmp_path: Path):
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    with running(tmp_path, {"api": API}, redis_url=nowhere) as service:
        helpdesk = Helpdesk(service.webhook, service.secret)
        for _ in range(5):
            started = time.monotonic()
            assert helpdesk.send(a_ticket()).json()["status"] == "accepted"
            assert time.monotonic() - started < 1.0
        assert stored(service) == [5, 5, 5, 0]


class OwnPostgres(PostgresServer):
    """A cluster that nobody else uses, so that it can be stopped."""

    def start_again(self) -> None:
        log = str(self.folder / "log")
        self._run("pg_ctl", "--pgdata", str(self.folder / "cluster"), "--log", log, "restart")


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    try:
        postgres_folder()
    except FileNotFoundError:
        pytest.skip("no PostgreSQL here; CI has one")
    with tempfile.TemporaryDirectory(prefix="triage-pg-") as folder:
        server = OwnPostgres(Path(folder))
        server.start()
        yield server
        server.stop()


def test_without_a_database_the_sender_is_told_to_come_again(
    own_postgres: OwnPostgres, tmp_path: Path
):
    with running(tmp_path, {"api": API}, database_url=own_postgres.create("shop")) as service:
        helpdesk = Helpdesk(service.webhook, service.secret)
        body = a_ticket()
        assert helpdesk.send(a_ticket()).status_code == 200
        own_postgres.stop()
        for _ in range(3):
            started = time.monotonic()
            answer = helpdesk.send(body)
            assert time.monotonic() - started < ANSWERED_WITHIN
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) < 60
        assert httpx.get(f"{service.address}/healthz").status_code == 200
        assert httpx.get(f"{service.address}/readyz").status_code == 503
        own_postgres.start_again()
        wait_until(service.is_ready, "the API finds the database again")
        assert stored(service) == [1, 1, 1, 0]
        assert helpdesk.send(body).json()["status"] == "accepted"
        assert stored(service) == [2, 2, 2, 0]
