"""Every helpdesk by HTTP, as it sends through a proxy: signed for the address that it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.integration.test_api import on_sqlite
from tests.unit.helpdesks.signed_deliveries import VENDORS, Vendor, example, examples
from triage import administration
from triage.api.app import create_app
from triage.errors import BadInput
from triage.helpdesks.registry import HELPDESKS
from triage.settings import Settings
from triage.store import thin_events
from triage.store.database import Database
from triage.store.thin_events import State

ENOUGH = 1024 * 1024  # bytes
EVERY_VENDOR = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
BY_NAME = {vendor.name: vendor for vendor in VENDORS}


class Sender:
    """A vendor whose source is named "desk", behind a proxy at the address that it signs."""

    def __init__(self, client: TestClient, vendor: Vendor) -> None:
        self.client, self.vendor = client, vendor

    def send(self, body: bytes, query: str = "", **more: str) -> Any:
        headers = self.vendor.headers(self.vendor.secret, body, datetime.now(UTC))
        return self.client.post(f"/webhooks/desk{query}", content=body, headers=headers | more)


@pytest.fixture
def sender(settings: Settings, database: Database) -> Iterator[Callable[[str], Sender]]:
    behind = {"public_url": "https://triage.example.com", "max_body_bytes": ENOUGH}
    changed = settings.model_copy(update=behind)
    with TestClient(create_app(changed)) as client:

        def made(name: str) -> Sender:
            vendor = BY_NAME[name]
            added = administration.add_source(changed, name, "desk", vendor.secret)
            assert added.address == "https://triage.example.com/webhooks/desk"
            return Sender(client, vendor)

        yield made


@on_sqlite
@EVERY_VENDOR
def test_every_example_is_understood(sender, vendor):
    """Several examples carry one delivery's id: then the later ones are duplicates."""
    desk = sender(vendor.name)
    for name in examples(vendor.name):
        answer = desk.send(example(name))
        assert answer.status_code == 200, (name, answer.text)
        assert "dead_letter" not in answer.text, (name, answer.text)


@on_sqlite
def test_several_events_of_one_delivery_are_stored_by_their_own_keys(sender, database):
    desk = sender("hubspot")
    assert desk.send(example("hubspot_new_message")).json()["status"] == "accepted"
    answer = desk.send(example("hubspot_batch"))  # the same message among others
    assert answer.json()["status"] == "accepted"
    assert desk.send(example("hubspot_batch")).json()["status"] == "duplicate"
    with database.reading() as connection:
        waits = thin_events.states(connection)
    assert waits == {"desk": State(3, "needs credentials")}


@on_sqlite
def test_a_part_that_cannot_be_understood_is_a_dead_letter_of_its_own(sender):
    desk = sender("hubspot")
    body = example("hubspot_new_message").replace(b'"b1c2d3e4f5"', b"null")
    first = desk.send(body).json()
    assert first["status"] == "dead_letter"
    assert first["reason"].startswith("[0].messageId: expected a string")
    assert desk.send(body).json()["status"] == "duplicate"


@on_sqlite
def test_an_address_that_was_not_signed_is_refused(sender):
    desk = sender("hubspot")
    assert desk.send(example("hubspot_batch"), "?a=1").status_code == 401


@on_sqlite
def test_an_old_delivery_is_refused(sender):
    desk = sender("hubspot")
    body, old = example("hubspot_batch"), datetime.now(UTC) - timedelta(minutes=6)
    stale = desk.vendor.headers(desk.vendor.secret, body, old)
    assert desk.send(body, **stale).status_code == 401


@on_sqlite
def test_front_hears_its_challenge_back(sender):
    answer = sender("front").send(example("front_sync"), **{"x-front-challenge": "c-77"})
    assert answer.json() == {"challenge": "c-77"}


@on_sqlite
def test_a_helpdesk_that_only_looks_whether_anybody_is_there_is_answered(sender):
    answer = sender("intercom").client.head("/webhooks/desk")
    assert (answer.status_code, answer.text) == (200, "")


@on_sqlite
def test_a_source_of_every_vendor_can_be_made(settings, database):
    for name in HELPDESKS:
        made = administration.add_source(settings, name, f"a-{name}")
        HELPDESKS[name].check_secret(made.secret)
    with pytest.raises(BadInput, match=f"expected one of {', '.join(sorted(HELPDESKS))}"):
        administration.add_source(settings, "fax", "fax")
