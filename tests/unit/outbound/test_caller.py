"""A call waits for its turn, is repeated while that may help, and ends with one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON
from tests.standins.pulling import Leaping
from triage.domain.quota import Limit
from triage.errors import HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.call import Request, Response
from triage.outbound.caller import Caller, Patience
from triage.outbound.client import AnswerRefused, Unreachable
from triage.outbound.gate import Gate
from triage.store import accounts, schema, sources
from triage.store.database import Database
from triage.store.sources import Vault, new_key

GET = Request(path="/things")
PATIENCE = Patience(4, timedelta(minutes=10))

Answer = int | tuple[int, dict[str, str]] | Exception


@dataclass
class Scripted:
    """Answers as it was told, the last way for ever; notes when it was asked."""

    clock: Leaping
    answers: list[Answer]
    asked: list[timedelta] = field(default_factory=list)

    def send(self, _request: Request) -> Response:
        self.asked.append(self.clock() - NOON)
        one = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(one, Exception):
            raise one
        status, headers = one if isinstance(one, tuple) else (one, {})
        return Response(status, headers, b"{}")


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    url, vault = f"sqlite:///{tmp_path}/triage.db", Vault(new_key())
    schema.migrate(url)
    database = Database(url)
    with database.writing() as connection:
        sources.add(connection, "desk", "zendesk", ("s" * 32,), vault, NOON)
        accounts.connect(connection, 1, "https://a.example", {}, vault, NOON)
    yield Gate(database, 1, (Limit("account", 600),))
    database.close()


def a_caller(gate: Gate, *answers: Answer, patience: Patience = PATIENCE) -> Caller:
    clock = Leaping()
    sends = Scripted(clock, list(answers))
    return Caller(sends, gate, lambda _: None, clock, clock.until, lambda: 0.5, patience)


@pytest.mark.parametrize("passing", [500, 503, 429, 408, Unreachable("away")])
def test_what_may_pass_is_tried_again(gate, passing):
    caller = a_caller(gate, passing, passing, 200)
    assert caller.ask(GET).status == 200
    assert len(caller.sends.asked) == 3


@pytest.mark.parametrize("status", [200, 204, 400, 404, 409, 410, 422, 501])
def test_what_stays_as_it_is_is_answered_at_once(gate, status):
    caller = a_caller(gate, status)
    assert caller.ask(GET).status == status
    assert len(caller.sends.asked) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (401, HelpdeskRefuses),
        (403, HelpdeskRefuses),
        (301, HelpdeskRefuses),
        (307, HelpdeskRefuses),
        (AnswerRefused("too large"), HelpdeskAway),
    ],
)
def test_what_no_repetition_mends_ends_it_at_once(gate, answer, kind):
    caller = a_caller(gate, answer)
    with pytest.raises(kind, match="/things: "):
        caller.ask(GET)
    assert len(caller.sends.asked) == 1


def test_a_helpdesk_that_says_when_is_asked_then_and_not_before(gate):
    caller = a_caller(gate, (429, {"retry-after": "40"}), (503, {"retry-after": "70"}), 200)
    caller.ask(GET)
    first, second, third = caller.sends.asked
    assert timedelta(seconds=40) <= second - first < timedelta(seconds=42)
    assert timedelta(seconds=70) <= third - second < timedelta(seconds=72)


def test_being_too_fast_is_no_failure_and_opens_no_breaker(gate):
    caller = a_caller(gate, *[(429, {"retry-after": "1"})] * 9, 200)
    assert caller.ask(GET).status == 200


def test_patience_ends_after_some_failures(gate):
    caller = a_caller(gate, 500)
    with pytest.raises(HelpdeskAway, match="status 500"):
        caller.ask(GET)
    assert len(caller.sends.asked) == PATIENCE.failures


def test_patience_ends_where_the_helpdesk_asks_for_more_than_there_is(gate):
    caller = a_caller(gate, (429, {"retry-after": "3000"}))
    with pytest.raises(HelpdeskAway, match="status 429"):
        caller.ask(GET)
    with pytest.raises(HelpdeskAway, match="left alone until 2026-11-20 12:50 UTC"):
        caller.ask(GET)
    assert len(caller.sends.asked) == 1
    assert caller.clock.waited < timedelta(minutes=1)


def test_after_failures_in_a_row_the_next_call_waits_for_the_breaker(gate):
    caller = a_caller(gate, *[500] * 5, 200, patience=Patience(9, timedelta(hours=1)))
    caller.ask(GET)
    before, last = caller.sends.asked[-2:]
    assert last - before >= timedelta(seconds=30)
