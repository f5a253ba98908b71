"""What every helpdesk's pull promises, each against its own stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes import NOON
from tests.standins.everyone import STANDINS
from tests.standins.pulling import Leaping, Pulled, a_case, connected
from tests.standins.standin import Reply, StandIn, Words, served
from triage.errors import HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.backlog.registry import BACKLOGS

DAY = timedelta(days=1)


@pytest.fixture(params=STANDINS)
def desk(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    clock = Leaping()
    with served(STANDINS[request.param](clock)) as made:
        yield made


@pytest.fixture
def pulled(desk: StandIn, database: Any) -> Iterator[Pulled]:
    with connected(desk, database, desk.clock) as made:  # type: ignore[arg-type]
        yield made


def test_every_helpdesk_that_can_be_pulled_is_tested_here():
    assert set(STANDINS) == set(BACKLOGS)


def test_every_ticket_is_read_with_its_thread(desk, pulled):
    for number in range(1, 12):
        desk.put(a_case(number, "It is broken.", "agent:Sorry!", f"Still {number}.", ago=number))
    counts = pulled.pull()
    assert counts["tickets"] == 11
    assert pulled.threads() == {
        str(number): [
            ("customer", "It is broken."),
            ("agent", "Sorry!"),
            ("customer", f"Still {number}."),
        ]
        for number in range(1, 12)
    }


def test_a_long_thread_is_read_whole(desk, pulled):
    desk.put(a_case(1, *(f"Message {number}." for number in range(45))))
    pulled.pull()
    assert [text for _, text in pulled.threads()["1"]] == [f"Message {it}." for it in range(45)]


def test_a_helpdesk_that_enforces_its_limit_refuses_next_to_nothing(desk, pulled):
    desk.limits["account"] = 120
    for number in range(1, 181):
        desk.put(a_case(number, ago=89 - number / 10))
    pulled.pull()
    assert len(pulled.threads()) == 180
    says_so = bool(desk.said())
    assert desk.refused.total() <= (1 if says_so else len(desk.asked) * 0.1)


def test_private_notes_are_not_read(desk, pulled):
    desk.put(a_case(1, "Hello?", "note:A difficult one."))
    pulled.pull()
    assert pulled.threads() == {"1": [("customer", "Hello?")]}


def test_what_changed_before_is_left_out(desk, pulled):
    desk.put(a_case(1, ago=50))
    desk.put(a_case(2, ago=5))
    pulled.pull(10 * DAY)
    assert set(pulled.threads()) == {"2"}


def test_closed_tickets_are_read_only_where_asked_for(desk, pulled):
    desk.put(a_case(1, closed=True))
    desk.put(a_case(2))
    assert pulled.pull()["closed"] == 1
    assert set(pulled.threads()) == {"2"}
    pulled.pull(closed=True)
    assert set(pulled.threads()) == {"1", "2"}
    assert pulled.row("1").status == "closed"


def test_a_ticket_of_ours_that_was_closed_there_is_closed_here(desk, pulled):
    desk.put(a_case(1))
    pulled.pull()
    pulled.clock.forward(days=1)
    desk.cases[1].closed, desk.cases[1].updated_at = True, pulled.clock() - timedelta(hours=1)
    pulled.pull()
    assert pulled.row("1").status == "closed"


def test_a_second_pull_reads_only_what_is_new(desk, pulled):
    desk.put(a_case(1))
    desk.put(a_case(2))
    pulled.pull()
    pulled.clock.forward(days=1)
    later = pulled.clock() - timedelta(hours=2)
    desk.cases[2].words.append(Words(299, "And now?", later))
    desk.cases[2].updated_at = later
    desk.asked.clear()
    assert pulled.pull()["messages"] == 2
    assert pulled.threads()["2"][-1] == ("customer", "And now?")
    first = THREAD[desk.vendor].format(1)
    assert not any(f"{first}?" in it or f"{first}." in it for it in desk.asked)


def test_a_helpdesk_that_says_wait_is_waited_for(desk, pulled):
    for number in range(1, 5):
        desk.put(a_case(number))
    desk.fails("", Reply(429, {}, {"retry-after": "37"}))
    pulled.pull()
    assert len(pulled.threads()) == 4
    assert pulled.clock.waited >= timedelta(seconds=37)


@pytest.mark.parametrize(
    "fault",
    [Reply(500, {}), Reply(503, {}), Reply(502, raw=b"<html>"), Reply(drops=True), Reply(429, {})],
)
def test_what_fails_for_a_moment_is_asked_again(desk, pulled, fault):
    for number in range(1, 8):
        desk.put(a_case(number))
    desk.fails("", fault, fault, Reply(500, {}))
    assert pulled.pull()["tickets"] == 7
    assert pulled.rejects() == []


def test_a_helpdesk_that_stays_away_ends_the_pull_which_then_goes_on(desk, pulled):
    for number in range(1, 8):
        desk.put(a_case(number))
    desk.fails("", *[Reply(503, {})] * 40)
    with pytest.raises(HelpdeskAway, match="status 503"):
        pulled.pull()
    desk.faults.clear()
    pulled.pull()
    assert len(pulled.threads()) == 7


def test_credentials_that_are_refused_end_it_at_once(desk, pulled):
    desk.put(a_case(1))
    desk.is_known = lambda request: False
    with pytest.raises(HelpdeskRefuses, match="credentials"):
        pulled.pull()
    assert len(desk.asked) == 1


def test_a_redirect_is_not_followed(desk, pulled):
    desk.fails("", Reply(302, {}, {"location": f"{desk.address}/elsewhere"}))
    with pytest.raises(HelpdeskRefuses, match="redirect"):
        pulled.pull()
    assert len(desk.asked) == 1


def test_a_ticket_that_breaks_the_helpdesk_is_a_reject(desk, pulled):
    for number in range(1, 6):
        desk.put(a_case(number))
    desk.fails(THREAD[desk.vendor].format(3), *[Reply(500, {})] * 50)
    counts = pulled.pull()
    assert set(pulled.threads()) == {"1", "2", "4", "5"}
    assert counts["rejects"] == 1
    assert "status 500" in pulled.rejects()[0]


def test_a_page_that_is_no_json_is_asked_again(desk, pulled):
    desk.put(a_case(1))
    desk.fails(PAGE[desk.vendor], Reply(raw=b'{"tickets": [{"id": 1, '), Reply(raw=b"\xff\xfe"))
    pulled.pull()
    assert set(pulled.threads()) == {"1"}


def test_a_page_that_nobody_can_read_is_a_reject_and_not_the_end(desk, pulled):
    for number in range(1, 12):
        desk.put(a_case(number, ago=20 - number))
    pages = []

    def spoil(path: str, body: Any) -> Any:
        if not path.endswith(PAGE[desk.vendor]):
            return body
        pages.append(path)
        return {"nothing": "of it"} if 2 <= len(pages) <= 4 else body

    desk.mutate = spoil
    counts = pulled.pull()
    assert counts["rejects"] == 1
    assert len(pulled.threads()) >= 5


def test_tickets_that_come_twice_are_stored_once(desk, pulled):
    for number in range(1, 6):
        desk.put(a_case(number, "One.", "Two."))
    desk.mutate = lambda path, body: doubled(body)
    pulled.pull()
    assert all(len(it) == 2 for it in pulled.threads().values())
    assert len(pulled.threads()) == 5


def doubled(body: Any) -> Any:
    """Every list of tickets or messages twice, the second time from its end."""
    if isinstance(body, list):
        return [doubled(it) for it in body] + [doubled(it) for it in reversed(body)]
    if isinstance(body, dict):
        return {k: doubled(v) if isinstance(v, list | dict) else v for k, v in body.items()}
    return body


def test_a_ticket_that_changes_while_it_is_read_is_read_in_the_end(desk, pulled):
    for number in range(1, 10):
        desk.put(a_case(number, ago=20 - number))
    changed = []

    def change(path: str) -> None:
        if not changed:
            changed.append(path)
            case = desk.cases[1]
            case.words.append(Words(199, "Anybody?", NOON - timedelta(minutes=5)))
            case.updated_at = case.words[-1].at

    desk.before = change
    pulled.pull()
    assert len(pulled.threads()) == 9
    assert pulled.threads()["1"][-1] == ("customer", "Anybody?")


THREAD = {  # by which part of its path a call for a ticket's thread is known
    "chatwoot": "/conversations/{}/messages",
    "freshdesk": "/tickets/{}/conversations",
    "intercom": "/conversations/{}",
    "zammad": "/by_ticket/{}",
    "zendesk": "/tickets/{}/comments",
}
PAGE = {  # and by its end one for a page of tickets
    "chatwoot": "/conversations",
    "freshdesk": "/tickets",
    "intercom": "/search",
    "zammad": "/search",
    "zendesk": "/incremental/tickets/cursor.json",
}
