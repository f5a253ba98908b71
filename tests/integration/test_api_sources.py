"""How sources do, over the interface: for supervisors; what is refused is counted, not stored."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests.admitted import a_key
from tests.integration.test_api import Service, example, on_sqlite
from triage.api.refusals import RefusalCount
from triage.domain.person import Right
from triage.settings import Settings
from triage.store import refusals
from triage.store.database import Database
from triage.store.refusals import Refusals

NOW = datetime(2026, 3, 2, 23, 59, 30, tzinfo=UTC)


@pytest.fixture
def service(settings: Settings, database: Database) -> Any:
    made = Service(settings, database)
    with made.client:
        yield made


def shown(service: Service, name: str) -> Any:
    return next(it for it in service.get("/api/sources").json() if it["name"] == name)


def test_a_delivery_is_shown_and_the_worst_stands_first(service):
    body = example("generic_created")
    assert service.send(body, service.signed(body)).status_code == 200
    found = service.get("/api/sources").json()
    assert found[-1]["name"] == "generic"
    assert (found[-1]["status"], found[-1]["deliveries_last_hour"]) == ("well", 1)
    assert found[0]["status"] == "needs you"
    assert found[0]["troubles"][0]["what"] == "never"


@on_sqlite
def test_only_whoever_may_decide_sees_how_sources_do(service):
    reader = a_key(service.database, scopes=[Right.READ])
    asked = service.client.get("/api/sources", headers={"Authorization": f"Bearer {reader}"})
    assert asked.status_code == 403
    assert service.client.get("/api/sources").status_code == 401


@on_sqlite
def test_no_secret_and_no_customers_word_is_shown(service):
    body = b'{"what": "my husband died"}'
    service.send(body, service.signed(body))
    answer = service.get("/api/sources").text
    assert '"dead_letters":1' in answer
    for hidden in ("husband", "secret", "whsec"):
        assert hidden not in answer


def test_a_flood_of_forgeries_costs_no_write_and_is_told_when_it_is_written(service):
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            written.append(statement)

    engine = service.state.database.engine
    event.listen(engine, "before_cursor_execute", note)
    for _ in range(30):
        assert service.send(b"{}", {}).status_code == 401
    assert written == []
    service.state.refusals.write()
    assert len(written) == 1
    service.state.refusals.write()  # nothing new
    assert len(written) == 1
    event.remove(engine, "before_cursor_execute", note)
    found = shown(service, "generic")
    assert (found["refused_today"], found["refused_reason"]) == (30, "header")
    assert found["troubles"][0]["what"] == "refused"


@on_sqlite
def test_what_was_refused_is_also_written_when_the_process_ends(settings, database):
    service = Service(settings, database)
    with service.client:
        service.send(b"{}", {})
    with database.reading() as connection:
        (found,) = refusals.latest(connection, datetime.now(UTC)).values()
    assert found.count == 1


def refused_now_and_then(count: RefusalCount, times: int) -> None:
    """Count so many, each written down before the next."""

    async def a_while() -> None:
        writing = asyncio.create_task(count.keep_writing(0.01))
        for _ in range(times):
            count.note("generic", "signature", datetime.now(UTC))
            await asyncio.sleep(0.5)
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writing

    asyncio.run(a_while())


@on_sqlite
def test_it_is_written_again_and_again_beside_the_requests(service):
    refused_now_and_then(RefusalCount(service.database), 1)
    assert shown(service, "generic")["refused_today"] == 1


@on_sqlite
def test_what_goes_wrong_once_does_not_end_the_counting(service, monkeypatch):
    add, tries = refusals.add, []

    def fails_once(*given: Any) -> None:
        tries.append(given)
        if len(tries) == 1:
            raise RuntimeError
        add(*given)

    monkeypatch.setattr(refusals, "add", fails_once)

    refused_now_and_then(RefusalCount(service.database), 2)
    assert (len(tries), shown(service, "generic")["refused_today"]) == (2, 1)


@on_sqlite
def test_what_cannot_be_written_now_is_written_the_next_time(settings, database, tmp_path):
    service = Service(settings, database)
    away = Database(f"sqlite:///{tmp_path}/not/there.db")
    count = RefusalCount(away)
    count.note("generic", "stale", NOW)
    count.write()
    count.note("generic", "signature", NOW + timedelta(seconds=1))
    count.write()
    known = RefusalCount(service.database, dict(count._counted))
    known.write()
    with database.reading() as connection:
        (found,) = refusals.latest(connection, NOW).values()
    assert found == Refusals(2, NOW + timedelta(seconds=1), "signature")


@on_sqlite
def test_a_new_day_counts_anew(database):
    count = RefusalCount(database)
    count.note("generic", "stale", NOW)
    count.note("generic", "signature", NOW + timedelta(minutes=1))
    assert count._counted["generic"] == Refusals(1, NOW + timedelta(minutes=1), "signature")
