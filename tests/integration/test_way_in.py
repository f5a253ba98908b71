"""The way in, tried as every helpdesk would use it, through the real web process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.servers import free_port
from tests.unit.helpdesks.signed_deliveries import VENDORS
from tests.webprocess import installed_at, web_process
from triage import administration
from triage.check import Check
from triage.helpdesks.clicks import CLICKS
from triage.helpdesks.registry import HELPDESKS
from triage.keys import with_keys
from triage.settings import Settings
from triage.store import sources, tables
from triage.store.database import Database
from triage.store.sources import Source, Vault
from triage.try_source import try_source
from triage.try_way_in import way_in

SECRETS = {vendor.name: vendor.secret for vendor in VENDORS}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A web process with a source of every vendor, each named as its vendor."""
    settings = with_keys(installed_at(tmp_path_factory.mktemp("installed"), free_port()))
    for vendor, secret in SECRETS.items():
        administration.add_source(settings, vendor, vendor, secret)
    with web_process(settings):
        yield settings


def found(settings: Settings, name: str) -> list[Check]:
    database = Database(settings.database)
    try:
        return list(try_source(database, settings, name))
    finally:
        database.close()


def source_of(settings: Settings, name: str) -> Source:
    database = Database(settings.database)
    try:
        with database.reading() as connection:
            return sources.by_name(connection, name, Vault(settings.secret_key))
    finally:
        database.close()


@pytest.mark.parametrize("vendor", sorted(HELPDESKS))
def test_the_way_in_is_tried_for_every_vendor(running: Settings, vendor: str):
    public, signature, clock, *more = found(running, vendor)
    assert signature == Check("signature", "a good one was taken, a wrong one refused")
    assert clock.what == "clock"
    assert clock.good
    assert public.good is not CLICKS[vendor].hosted
    assert "TRIAGE_PUBLIC_URL is not set" in public.said
    assert all(it.what == "helpdesk" and "not connected" in it.said for it in more)


def test_nothing_of_a_trial_is_kept(running: Settings):
    for vendor in HELPDESKS:
        list(way_in(running, source_of(running, vendor)))
    database = Database(running.database)
    with database.reading() as connection:
        for table in (tables.ticket, tables.delivery, tables.dead_letter, tables.event):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
    database.close()


def test_a_public_address_that_is_set_and_answers_is_good(running: Settings):
    set_to = running.model_copy(update={"public_url": f"http://127.0.0.1:{running.port}/"})
    first = found(set_to, "zendesk")[0]
    assert first == Check("public address", f"http://127.0.0.1:{running.port} answers")


def test_where_nobody_answers_it_is_said_what_to_do(running: Settings):
    other = running.model_copy(update={"port": free_port()})
    first, *more = found(other, "generic")
    assert not first.good
    assert "could not be reached" in first.said
    assert "start Triage with make up" in first.said
    assert [it.what for it in more] == []


def test_a_secret_that_the_service_does_not_know_is_told_as_that(running: Settings):
    source = source_of(running, "zendesk")
    public, signature, _ = way_in(running, replace(source, secrets=("another-secret-entirely",)))
    assert "answers" in public.said
    assert not signature.good
    assert "a good signature was refused (401)" in signature.said


def test_another_installation_is_told_as_that(running: Settings, tmp_path: Path):
    other = with_keys(installed_at(tmp_path, running.port))
    administration.add_source(other, "generic", "elsewhere")
    (only,) = found(other, "elsewhere")
    assert not only.good
    assert "knows no such source" in only.said


class TakesAll(BaseHTTPRequestHandler):
    """Says yes to everybody, as a parked domain does."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_that_takes_everything_is_not_taken_for_triage(running: Settings):
    server = HTTPServer(("127.0.0.1", 0), TakesAll)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    other = running.model_copy(update={"port": server.server_port})
    signature = list(way_in(other, source_of(running, "generic")))[1]
    server.shutdown()
    server.server_close()
    assert not signature.good
    assert "a wrong signature was answered with status 200" in signature.said


def test_an_address_that_cannot_be_called_is_one_sentence(running: Settings):
    other = running.model_copy(update={"public_url": "ftp://triage example"})
    first = found(other, "generic")[0]
    assert not first.good
    assert "expected https://host" in first.said
