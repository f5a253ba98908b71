"""Whatever is sent to the documented interface is answered as documented, and never with a 5xx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from schemathesis.python import asgi
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.admitted import a_key
from tests.integration.test_decide import World
from triage.api.app import create_app
from triage.settings import Settings
from triage.store import schema as tables
from triage.store import sources
from triage.store.database import Database
from triage.store.sources import Vault, new_key

KEY = "the-api-key-of-these-tests"
EXAMPLES = 100  # an operation, with the key; a fifth of it without
ENDLESS = "/api/events"  # a stream that never ends; tests/page follows one in a browser

UNWANTED = {
    "positive_data_acceptance",  # a cursor is a string to the schema, but only ours are places
}


class Web:
    """The web process, which begins with the tests; operations are collected before."""

    process: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.process(scope, receive, send)


def _settings(folder: Path) -> Settings:
    return Settings(data_folder=folder, database_url="", redis_url="", secret_key=new_key())


@pytest.fixture(scope="module", autouse=True)
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    made = _settings(tmp_path_factory.mktemp("openapi"))
    tables.migrate(made.database)
    _fill(made)
    web.process = create_app(made)
    yield
    asgi.shutdown_lifespans()


def _fill(made: Settings) -> None:
    """Tickets of every state under the first ids, which examples begin with, and a real source."""
    database = Database(made.database)
    world = World(database)
    world.hire()
    a_key(database, KEY)
    for number, text in enumerate(("full of anger", "hello", "odd \x07 \u202e 😡", "")):
        world.accept(f"m{number}", text, ticket=f"T{number}")
    world.decide(*range(1, 4))
    with database.writing() as connection:
        sources.change_secrets(connection, "demo", ("whsec_aaaa",), Vault(made.secret_key))
    database.close()


documented = schemathesis.openapi.from_dict(create_app(_settings(Path("unused"))).openapi())
# what nobody asked for in a query is ignored, as HTTP servers do
documented.config.generation.update(allow_extra_parameters=False)
operations = documented.exclude(path=ENDLESS)
operations.app = web = Web()
checks = [check for check in CHECKS.get_all() if check.__name__ not in UNWANTED]


def examples(number: int) -> Any:
    return settings(
        max_examples=number,
        derandomize=True,  # CI fails for a change, not for luck
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def is_json(body: Any) -> bool:
    try:
        json.loads(body or b"")
    except (ValueError, TypeError):
        return False
    return True


@operations.parametrize()
@examples(EXAMPLES)
def test_with_the_key_every_answer_is_as_documented(case):
    headers = {"Authorization": f"Bearer {KEY}"}
    case.call_and_validate(headers=headers, checks=checks)


@operations.parametrize()
@examples(EXAMPLES // 5)
def test_without_the_key_every_answer_is_as_documented_and_shows_nothing(case):
    answer = case.call_and_validate(checks=checks)
    if case.path.startswith("/api/"):
        unread = {400, 422} if not is_json(answer.request.body) else set()
        assert answer.status_code in {401, 405} | unread  # what is no JSON is refused before
