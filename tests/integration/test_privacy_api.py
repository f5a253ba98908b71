"""Lists show no personal data, the ticket itself does; customers are told and erased by rights."""

from __future__ import annotations

import json

import pytest

from tests.admitted import a_key
from tests.integration.kept_tickets import WORD, a_full_ticket, a_letter, where
from tests.integration.test_api import AS_SUPERVISOR
from triage.domain.person import Right
from triage.store import follow_ups

SUBJECT = "Call 020 7946 0958 about order 4711-2291, dana@example.org"
MASKED = "Call •••• 0958 about order 4711-2291, d…@example.org"
CUSTOMER = "/api/customers/demo/cust-4711"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ticket(service) -> int:
    service.hire()
    made = service.accept(
        "m1", f"I am full of anger. {SUBJECT}", subject=SUBJECT, customer_name="Dana Reyes"
    )
    service.decide(made)
    return made


def test_the_desk_masks_what_the_ticket_itself_shows(service, ticket):
    (row,) = service.get("/api/desk").json()["rows"]
    assert (row["subject"], row["customer"]) == (MASKED, "Dana R.")
    assert "020 7946" not in json.dumps(row)
    shown = service.get(f"/api/tickets/{ticket}").json()
    assert (shown["row"]["subject"], shown["row"]["customer"]) == (SUBJECT, "Dana Reyes")
    assert SUBJECT in shown["messages"][0]["text"]


def test_dead_letters_are_listed_masked(service):
    a_letter(service, b'{"from": "dana@example.org", "tel": "+44 20 7946 0958"}')
    (letter,) = service.get("/api/dead-letters").json()
    assert letter["body"] == '{"from": "d…@example.org", "tel": "•••• 0958"}'


def test_promises_are_listed_masked(service, ticket):
    now = service.clock()
    with service.database.writing() as connection:
        follow_ups.promise(connection, ticket, f"News for Dana. {SUBJECT}", now, now)
    (promise,) = service.get("/api/follow-ups").json()
    assert promise["subject"] == MASKED
    assert promise["text"] == f"News for Dana. {MASKED}"


def test_who_administers_gets_all_of_a_customer_and_may_erase_it(service):
    service.hire()
    a_full_ticket(service)
    held = service.get(CUSTOMER).json()
    assert held["tickets"][0]["ticket"][0]["subject"] == f"My {WORD}"
    would = service.client.delete(f"{CUSTOMER}?dry_run=true", headers=AS_SUPERVISOR).json()
    done = service.client.delete(CUSTOMER, headers=AS_SUPERVISOR).json()
    assert (would["dry_run"], done["dry_run"], done["scrubbed"]) == (True, False, True)
    assert would["rows"] == done["rows"]
    assert done["rows"]["ticket"] == 1
    assert where(service.database, WORD) == set()
    assert service.get(CUSTOMER).status_code == 404
    assert "there is no source" in service.get("/api/customers/other/1").json()["detail"]


def test_who_only_decides_may_neither(service):
    service.hire()
    a_full_ticket(service)
    key = a_key(service.database, scopes=[Right.DECIDE])
    as_supervisor = {"Authorization": f"Bearer {key}"}
    assert service.client.get(CUSTOMER, headers=as_supervisor).status_code == 403
    assert service.client.delete(CUSTOMER, headers=as_supervisor).status_code == 403
    assert service.client.delete(CUSTOMER).status_code == 401
    assert where(service.database, WORD)
