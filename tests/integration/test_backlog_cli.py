"""`triage sources connect | test` and `triage backlog pull`, as an operator types them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.standins.freshdesk import KEY, Freshdesk
from tests.standins.pulling import a_case
from tests.standins.standin import Reply, served
from triage.ports import utcnow

Run = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Freshdesk]:
    made = Freshdesk(utcnow, limits={"account": 6_000})
    with served(made):
        monkeypatch.setenv("TRIAGE_OUTBOUND_PRIVATE_HOSTS", f"127.0.0.1:{made.port}")
        yield made


@pytest.fixture
def connected(desk: Freshdesk, triage: Run) -> CompletedProcess[str]:
    triage("sources", "add", "freshdesk", "desk")
    return triage(
        "sources", "connect", "desk", "--set", f"address={desk.address}", given=f"{KEY}\n"
    )


def test_connecting_reads_the_secret_from_standard_input_and_says_what_works(
    connected: CompletedProcess[str], tmp_path: Path
):
    assert connected.returncode == 0, connected.stderr
    lines = connected.stdout.splitlines()
    assert "connected to http://127.0.0.1:" in lines[0]
    assert [line.split()[:2] for line in lines[1:]] == [
        ["good", "address"],
        ["good", "reachable"],
        ["good", "credentials"],
        ["good", "clock"],
        ["good", "limit"],
        ["good", "tickets"],
        ["good", "permission"],
    ]
    assert KEY not in connected.stdout + connected.stderr
    assert KEY.encode() not in (tmp_path / "data" / "triage.db").read_bytes()


def test_what_does_not_work_is_said_with_status_1(
    connected: CompletedProcess[str], desk: Freshdesk, triage: Run
):
    desk.is_known = lambda _request: False  # type: ignore[method-assign]
    tried = triage("sources", "test", "desk")
    assert tried.returncode == 1
    assert "BAD   credentials" in tried.stdout
    assert KEY not in tried.stdout + tried.stderr


def test_a_pull_says_what_it_read_and_a_second_one_that_nothing_changed(
    connected: CompletedProcess[str], desk: Freshdesk, triage: Run
):
    for number in range(1, 8):
        desk.put(a_case(number, "One.", "Two."))
    desk.put(a_case(9, closed=True))
    first = triage("backlog", "pull", "desk", "--since", "9999d")
    assert first.returncode == 0, first.stderr
    assert "7 tickets, 14 messages, 0 rejects were read." in first.stdout
    assert "1 closed, and left out" in first.stdout
    second = triage("backlog", "pull", "desk", "--since", "9999d")
    assert "0 tickets, 0 messages, 0 rejects were read." in second.stdout
    closed = triage("backlog", "pull", "desk", "--since", "9999d", "--closed")
    assert "1 tickets, 1 messages" in closed.stdout


def test_rejects_are_counted_and_give_status_1(
    connected: CompletedProcess[str], desk: Freshdesk, triage: Run
):
    desk.put(a_case(1))
    desk.fails("/tickets/1/conversations", Reply(422, {}))
    tried = triage("backlog", "pull", "desk", "--since", "9999d")
    assert tried.returncode == 1
    assert "1 rejects were read" in tried.stdout


def test_what_is_wrong_with_a_connection_is_one_sentence(desk: Freshdesk, triage: Run):
    triage("sources", "add", "freshdesk", "desk")
    triage("sources", "add", "generic", "other")
    tries = [
        (("sources", "connect", "nobody"), "there is no source named 'nobody'"),
        (("sources", "connect", "other"), "vendor 'generic' cannot be called"),
        (("sources", "connect", "desk", "--set", "key=x"), "a secret is not said there"),
        (("sources", "connect", "desk", "--set", "colour=x"), "expected NAME=VALUE"),
        (("sources", "connect", "desk", "--set", "address=http://10.0.0.1"), "https at port 443"),
        (("sources", "connect", "desk", "--set", "address=a b"), "address: expected one such as"),
        (("backlog", "pull", "desk"), "desk: not connected"),
        (("backlog", "pull", "desk", "--since", "soon"), "expected a number and h, d or w"),
    ]
    for arguments, sentence in tries:
        tried = triage(*arguments, given="k3y\n")
        assert tried.returncode == 2, tried.stdout
        assert sentence in tried.stderr
        assert len(tried.stderr.strip().splitlines()) == 1
