"""How a helpdesk is called is kept sealed; its limits and failures are shared by all callers."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.fakes import NOON
from triage.domain.breaker import OPENS_AFTER
from triage.domain.quota import MINUTE, Limit, Quota
from triage.errors import BadInput, NotConnected
from triage.outbound.gate import ACCOUNT, Gate
from triage.store import accounts, sources
from triage.store.database import Database
from triage.store.outbound_tables import account, call_limit
from triage.store.sources import Vault, new_key

LIMITS = (Limit(ACCOUNT, 60), Limit("export", 10))
SECRET = "t0p-s3cret-token"
OLD, NEW = new_key(), new_key()


@pytest.fixture
def source_id(database: Database) -> int:
    with database.writing() as connection:
        sources.add(connection, "desk", "zendesk", ("s" * 32,), Vault(OLD), NOON)
        found = sources.by_name(connection, "desk", Vault(OLD)).id
        given = {"token": SECRET, "email": "bot@acme.example"}
        accounts.connect(connection, found, "https://a.example", given, Vault(OLD), NOON)
    return found


def opened(database: Database, keys: str) -> accounts.Connected:
    with database.reading() as connection:
        return accounts.of_source(connection, "desk", Vault(keys))


def test_credentials_are_sealed_and_in_no_repr(database, source_id):
    with database.reading() as connection:
        kept = connection.execute(select(account.c.credentials)).scalar_one()
    assert SECRET not in kept
    found = opened(database, OLD)
    assert found.credentials["token"] == SECRET
    assert SECRET not in repr(found)


def test_credentials_are_opened_by_any_key_while_the_key_is_rotated(database, source_id):
    assert opened(database, f"{NEW},{OLD}").credentials["token"] == SECRET
    with pytest.raises(BadInput, match="another key"):
        opened(database, NEW)


def test_a_source_that_is_not_connected_is_said_with_what_to_do(database):
    with pytest.raises(NotConnected, match="triage sources connect desk"):
        opened(database, OLD)


def test_a_source_that_goes_takes_its_account_along(database, source_id):
    Gate(database, source_id, LIMITS).turn("export", NOON)
    with database.writing() as connection:
        sources.remove(connection, "desk")
        for table in (account, call_limit):
            assert connection.execute(select(table)).all() == []


def turns(gate: Gate, count: int, counts: str = "", now: datetime = NOON) -> list[datetime]:
    return [gate.turn(counts, now) for _ in range(count)]


def test_all_who_call_an_account_share_its_limit(database, source_id):
    gates = [Gate(database, source_id, LIMITS) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = [at for part in pool.map(lambda it: turns(it, 40), gates) for at in part]
    assert max(Counter((at - NOON) // MINUTE for at in found).values()) <= 60
    assert max(found) - NOON <= 160 / 60 * MINUTE * 1.05


def test_a_limit_of_its_own_counts_besides_the_accounts(database, source_id):
    gate = Gate(database, source_id, LIMITS)
    found = turns(gate, 12, "export")
    assert max(Counter((at - NOON) // MINUTE for at in found).values()) <= 10
    assert turns(gate, 1)[0] < found[-1]


def test_what_the_helpdesk_says_to_one_holds_for_all(database, source_id):
    first, second = (Gate(database, source_id, LIMITS) for _ in range(2))
    until = NOON + timedelta(seconds=37)
    first.closed("", until, NOON)
    assert turns(second, 1)[0] >= until
    first.observed(Quota(6_000, 5_000), NOON)
    third = Gate(database, source_id, LIMITS)
    assert turns(third, 200, now=until)[-1] - until < timedelta(seconds=5)


def test_an_account_that_fails_is_left_alone_by_all_until_one_call_succeeds(database, source_id):
    first, second = (Gate(database, source_id, LIMITS) for _ in range(2))
    for _ in range(OPENS_AFTER):
        first.failed(NOON)
    opens = first.turn("", NOON)
    assert opens >= NOON + timedelta(seconds=30)
    assert second.turn("", NOON) >= opens
    second.tries(opens)
    assert Gate(database, source_id, LIMITS).turn("", opens) > opens
    second.succeeded()
    assert Gate(database, source_id, LIMITS).turn("", opens + MINUTE) == opens + MINUTE


def test_connecting_anew_forgets_what_failed_before(database, source_id):
    gate: Any = Gate(database, source_id, LIMITS)
    for _ in range(OPENS_AFTER):
        gate.failed(NOON)
    with database.writing() as connection:
        accounts.connect(connection, source_id, "https://a.example", {}, Vault(OLD), NOON)
    assert Gate(database, source_id, LIMITS).turn("", NOON) == NOON
