"""Deliveries that are no JSON, through the web process: SOAP and its answer, mails, batches."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from tests.fakes import NOON
from tests.unit.helpdesks.signed_deliveries import VENDORS, example
from triage.api.app import create_app
from triage.helpdesks import salesforce
from triage.settings import Settings
from triage.store import schema, sources, tables
from triage.store.database import Database
from triage.store.sources import Vault, new_key

KINDS = {vendor.name: vendor for vendor in VENDORS}
ADDRESS = "/webhooks/salesforce?secret=a-token-of-salesforce-1"
XML = {"content-type": "text/xml; charset=utf-8"}


class Desk:
    """A web process with a source of each of these kinds."""

    def __init__(self, settings: Settings, database: Database, client: TestClient) -> None:
        self.database, self.client = database, client
        vault = Vault(settings.secret_key)
        with database.writing() as connection:
            for name in ("salesforce", "email", "cloudevents"):
                sources.add(connection, name, name, (KINDS[name].secret,), vault, NOON)
            sources.add(connection, "box", "imap", ("password",), vault, NOON)
            sources.set_ours(connection, "email", ["Help@Shop.example"])

    def count(self, table: object) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]

    def post(self, name: str, body: bytes, **headers: str) -> dict[str, str]:
        known = {"authorization": f"Bearer {KINDS[name].secret}", **headers}
        answer = self.client.post(f"/webhooks/{name}", content=body, headers=known)
        assert answer.status_code == 200, answer.text
        found: dict[str, str] = answer.json()
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(data_folder=tmp_path, database_url="", redis_url="", secret_key=new_key())
    schema.migrate(settings.database)
    database = Database(settings.database)
    with TestClient(create_app(settings)) as client:
        yield Desk(settings, database, client)
    database.close()


@pytest.mark.parametrize("name", ["salesforce_case", "salesforce_several"])
def test_salesforce_hears_soap_once_all_is_committed_and_again_for_a_repetition(desk, name):
    for _ in range(2):
        answer = desk.client.post(ADDRESS, content=example(name), headers=XML)
        assert (answer.status_code, answer.text) == (200, salesforce.ANSWER)
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert desk.count(tables.ticket) == 1
    assert desk.count(tables.message) == 1


def test_what_cannot_be_read_is_acknowledged_too_and_kept(desk):
    spoilt = example("salesforce_case").replace(b"<sf:Id>5005g00000abcdeAAA</sf:Id>", b"")
    answer = desk.client.post(ADDRESS, content=spoilt, headers=XML)
    assert answer.text == salesforce.ANSWER
    assert (desk.count(tables.ticket), desk.count(tables.dead_letter)) == (0, 1)


def test_a_wrong_token_hears_no_acknowledgement(desk):
    answer = desk.client.post(ADDRESS + "x", content=example("salesforce_case"), headers=XML)
    assert answer.status_code == 401
    assert "Ack" not in answer.text


def test_each_event_of_a_batch_is_stored(desk):
    batch = example("cloudevents_batch")
    kind = {"content-type": "application/cloudevents-batch+json"}
    assert desk.post("cloudevents", batch, **kind) == {"status": "accepted", "reason": ""}
    assert desk.post("cloudevents", batch, **kind)["status"] == "duplicate"
    assert (desk.count(tables.ticket), desk.count(tables.message)) == (1, 2)
    assert desk.post("cloudevents", b"[]", **kind)["status"] == "ignored"


def test_our_own_mail_is_an_answer_by_the_sources_addresses(desk):
    kind = {"content-type": "message/rfc822"}
    for name in ("email_created", "email_agent_replied"):
        assert desk.post("email", example(name), **kind)["status"] == "accepted"
    with desk.database.reading() as connection:
        assert connection.execute(select(tables.ticket.c.status)).scalars().all() == ["answered"]


def test_nobody_can_send_to_a_mailbox_that_we_read(desk):
    secret = base64.b64encode(b"password").decode()
    for headers in ({"authorization": "Bearer password"}, {"x-triage-secret": secret}):
        answer = desk.client.post(
            "/webhooks/box", content=example("email_created"), headers=headers
        )
        assert (answer.status_code, answer.json()) == (
            404,
            {"detail": "nothing is sent to 'box': Triage reads it"},
        )
