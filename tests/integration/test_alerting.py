"""Alerts on real databases: raised once, ended when over, sent once, tried again, given up."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event, select, text, update

from tests.builders import POLICY
from tests.fakes import NOON
from tests.history import past_charged
from tests.integration.test_decide import World
from tests.receivers import HANGS, WebhookServer
from triage import alert
from triage.channel import Channel, Note, NotSent
from triage.channels import Webhook
from triage.domain.agent import Hours
from triage.domain.alert_policy import AlertPolicy
from triage.domain.alerts import Kind
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.ticket import Author, TicketId
from triage.store import alert_facts, alerts, outbox, outbox_tables, tables
from triage.store.database import Database

MINUTE = timedelta(minutes=1)
WEEK = timedelta(weeks=1)
LINK = "https://triage.example"


@dataclass
class Collects:
    """A channel that keeps what it gets, or refuses so often."""

    name: str = "kept"
    refuses: int = 0
    got: list[Note] = field(default_factory=list)

    def send(self, note: Note) -> None:
        if self.refuses:
            self.refuses -= 1
            raise NotSent("not now")
        self.got.append(note)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    made = WebhookServer([200])
    yield made
    made.close()


def look(world: World, policy: Any = POLICY, *, sends: bool = True) -> list[tuple[Kind, bool]]:
    found = alert.look(world.database, policy, world.clock(), sends=sends)
    return [(it.alert.kind, it.quiet) for it in found]


def rows(world: World) -> list[Any]:
    with world.database.reading() as connection:
        return list(connection.execute(select(tables.alert).order_by(tables.alert.c.id)))


def sender(world: World, *channels: Channel, **values: Any) -> alert.Sender:
    return alert.Sender(world.database, channels, LINK, chance=lambda: 1.0, **values)


def charged(world: World, moments: list[Any], subject: str = "Broken") -> None:
    """Store decided charged tickets that came at these moments and were answered at once."""
    with world.database.writing() as connection:
        known = len(rows_of(connection))
        for number, at in enumerate(moments, known):
            connection.execute(past_charged(world.source_id, f"C{number}", subject, at))


def rows_of(connection: Any) -> list[Any]:
    return list(connection.execute(select(tables.ticket.c.id)))


def usual(world: World, a_week: int = 2) -> None:
    """Have so many charged tickets come in the same hour of each of the past weeks."""
    weeks = range(1, POLICY.alerts.surge_weeks + 1)
    charged(world, [NOON - w * WEEK - n * 10 * MINUTE for w in weeks for n in range(a_week)])


def in_danger(world: World, key: str = "m1") -> TicketId:
    ticket = world.accept(key, "I want to end my life, I see no way out", ticket=key)
    world.decide(ticket)
    return ticket


def test_somebody_in_danger_is_told_of_once_with_a_link_and_none_of_their_words(world):
    ticket = in_danger(world)
    assert look(world) == [(Kind.SAFEGUARD, False)]
    assert look(world) == []
    kept = Collects()
    assert sender(world, kept).send_due(world.clock()) == 1
    (note,) = kept.got
    assert note.title == f"Triage CRITICAL: safeguard, ticket {ticket}"
    assert note.text == (
        f"CRITICAL: Ticket {ticket} waits in lane safeguard, level 4: signs of self harm. "
        f"{LINK}/tickets/{ticket}"
    )
    (row,) = rows(world)
    assert (row.sent_at, row.wake_at, row.attempts) == (NOON, None, 1)


def test_who_was_answered_and_is_in_danger_again_is_told_of_again(world):
    ticket = in_danger(world)
    look(world)
    world.clock.forward(minutes=10)
    world.accept("a1", "I am here", ticket="m1", author=Author.AGENT, at=NOON + 10 * MINUTE)
    assert look(world) == []
    world.clock.forward(minutes=10)
    world.accept("m2", "I still want to end my life", ticket="m1", at=NOON + 20 * MINUTE)
    world.decide(ticket)
    assert look(world) == [(Kind.SAFEGUARD, False)]


def test_an_earlier_message_that_comes_late_makes_no_second_incident(world):
    ticket = in_danger(world)
    look(world)
    world.accept("m0", "hello?", ticket="m1", at=NOON - 3 * MINUTE)
    world.decide(ticket)
    assert world.ticket(ticket).waiting_since == NOON - 3 * MINUTE
    assert look(world) == []


def test_a_flag_counts_whatever_the_lane_a_person_chose(world):
    ticket = in_danger(world)
    with world.database.writing() as connection:
        connection.execute(update(tables.ticket).values(lane=Lane.STANDARD))
    assert look(world) == [(Kind.SAFEGUARD, False)]
    with world.database.reading() as connection:
        (waits,) = alert_facts.facts(connection, POLICY, NOON).waiting or [None]
    assert waits is None
    assert Flag.SELF_HARM in world.ticket(ticket).flags


def test_a_target_about_to_break_is_told_of_once(world):
    world.decide(world.accept("m1", "full of anger"))  # due in 30 minutes
    world.clock.forward(minutes=19)
    assert look(world) == []
    world.clock.forward(minutes=2)
    assert look(world) == [(Kind.NEAR, False)]
    world.clock.forward(minutes=20)
    assert look(world) == []


def test_many_calm_tickets_about_to_be_late_are_one_incident_until_few_are(world):
    tickets = [world.accept(f"m{n}", "hello", ticket=f"T{n}") for n in range(12)]
    for at in range(0, 12, 4):
        world.decide(*tickets[at : at + 4])
    world.clock.forward(minutes=471)
    assert look(world) == [(Kind.MANY_NEAR, False)]
    assert look(world) == []
    world.clock.forward(minutes=10)  # all are late now: no longer about to be
    assert look(world) == []
    assert [it.key for it in rows(world)] == ["many_near:1"]


def test_a_surge_is_raised_once_while_it_lasts_and_again_when_it_comes_back(world):
    usual(world)
    charged(world, [NOON - n * MINUTE for n in range(12)])
    assert look(world) == [(Kind.SURGE, False)]
    assert look(world) == []
    world.clock.forward(minutes=60)
    assert look(world) == []
    assert [it.key for it in rows(world)] == ["surge:1"]
    charged(world, [world.clock() - n * MINUTE for n in range(20)])
    assert look(world) == [(Kind.SURGE, False)]
    assert [it.key for it in rows(world)] == ["surge:1", "surge:open"]


def test_what_is_usual_at_this_hour_is_no_surge(world):
    usual(world, a_week=6)
    charged(world, [NOON - n * MINUTE for n in range(8)])
    assert look(world) == []


def test_without_a_past_week_there_is_no_surge(world):
    charged(world, [NOON - n * MINUTE for n in range(60)])
    assert look(world) == []


def test_in_quiet_hours_only_critical_alerts_are_sent_and_the_rest_is_kept(world):
    night = replace(POLICY, alerts=AlertPolicy(quiet=Hours(time(12), time(14))))
    world.decide(world.accept("m1", "full of anger"))
    in_danger(world, "m2")
    world.clock.forward(minutes=21)
    assert look(world, night) == [
        (Kind.SAFEGUARD, False),
        (Kind.SAFEGUARD_NEAR, False),
        (Kind.NEAR, True),
    ]
    kept = Collects()
    sender(world, kept).send_due(world.clock())
    (note,) = kept.got
    assert note.title == "Triage: 2 alerts, 2 CRITICAL"
    assert "quiet hours" in rows(world)[2].text


def test_no_more_than_allowed_are_told_within_an_hour_and_the_next_counts_the_rest(world):
    few = replace(POLICY, alerts=AlertPolicy(most_an_hour=2))
    ids = [world.accept(f"m{n}", "full of anger", ticket=f"T{n}") for n in range(5)]
    world.decide(*ids)
    world.clock.forward(minutes=21)
    assert [quiet for _, quiet in look(world, few)] == [False, False, True, True, True]
    world.clock.forward(minutes=61)
    world.decide(world.accept("m9", "full of anger", ticket="T9", at=world.clock()))
    world.clock.forward(minutes=21)
    assert look(world, few) == [(Kind.NEAR, False)]
    assert rows(world)[-1].text.endswith(" 3 others were held back before it.")


def test_where_there_is_no_channel_alerts_are_raised_and_nothing_waits_to_be_sent(world):
    in_danger(world)
    assert look(world, sends=False) == [(Kind.SAFEGUARD, False)]
    assert rows(world)[0].wake_at is None


def test_several_processes_at_once_raise_and_send_each_alert_once(world):
    for number in range(8):
        in_danger(world, f"m{number}")
    with ThreadPoolExecutor(6) as pool:
        raised = list(pool.map(lambda _: look(world), range(12)))
    assert len(rows(world)) == 8
    assert sum(map(len, raised)) == 8
    kept, go = Collects(), threading.Barrier(4)

    def send(_: int) -> int:
        go.wait()
        return sender(world, kept).send_due(world.clock())

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 8
    lines = [line for note in kept.got for line in note.text.splitlines()]
    assert len(lines) == len(set(lines)) == 8


def test_what_was_refused_is_sent_later_and_later_and_then_once(world, server):
    server.statuses = [500, 302, 200]
    in_danger(world)
    look(world)
    sends = sender(world, Webhook(urlsplit(server.url)))
    assert sends.send_due(NOON) == 0
    assert rows(world)[0].wake_at == NOON + timedelta(seconds=15)
    assert sends.send_due(NOON + timedelta(seconds=14)) == 0
    assert len(server.got) == 1
    assert sends.send_due(NOON + timedelta(seconds=15)) == 0
    assert rows(world)[0].wake_at == NOON + timedelta(seconds=45)
    assert sends.send_due(NOON + timedelta(seconds=45)) == 1
    assert sends.send_due(NOON + timedelta(hours=1)) == 0
    assert len(server.got) == 3
    assert rows(world)[0].sent_at == NOON + timedelta(seconds=45)


def test_a_webhook_that_hangs_is_left_and_tried_again(world, server):
    server.statuses = [HANGS, 200]
    in_danger(world)
    look(world)
    sends = sender(world, Webhook(urlsplit(server.url)), takes=0.5)
    assert sends.send_due(NOON) == 0
    assert sends.send_due(NOON + MINUTE) == 1


def test_only_the_channel_that_refused_is_tried_again(world):
    in_danger(world)
    look(world)
    well, ill = Collects("well"), Collects("ill", refuses=2)
    sends = sender(world, well, ill)
    assert [sends.send_due(NOON + n * MINUTE) for n in range(3)] == [0, 0, 1]
    assert (len(well.got), len(ill.got)) == (1, 1)


def test_what_is_always_refused_is_given_up_and_can_be_seen(world):
    in_danger(world)
    look(world)
    sends = sender(world, Collects(refuses=99))
    now = NOON
    for _ in range(alerts.MOST_ATTEMPTS):
        now += timedelta(minutes=20)
        assert sends.send_due(now) == 0
    (row,) = rows(world)
    assert (row.sent_at, row.wake_at, row.attempts) == (None, None, alerts.MOST_ATTEMPTS)
    assert sends.send_due(now + timedelta(days=1)) == 0
    assert now - NOON < timedelta(hours=4)


def test_what_was_refused_and_is_over_meanwhile_is_not_sent(world):
    in_danger(world)
    look(world)
    kept = Collects(refuses=1)
    sends = sender(world, kept)
    assert sends.send_due(NOON) == 0
    world.accept("a1", "I am here", ticket="m1", author=Author.AGENT, at=NOON + MINUTE)
    assert sends.send_due(NOON + 2 * MINUTE) == 0
    assert kept.got == []
    assert rows(world)[0].wake_at is None


def test_what_a_process_claimed_that_died_is_sent_by_another(world):
    in_danger(world)
    look(world)
    with world.database.writing() as connection:
        assert len(alerts.claim(connection, 9, NOON)) == 1
    kept = Collects()
    assert sender(world, kept).send_due(NOON + MINUTE) == 0
    assert sender(world, kept).send_due(NOON + 3 * MINUTE) == 1


def test_an_alert_is_seen_by_whoever_was_first(world):
    in_danger(world)
    look(world)
    with world.database.writing() as connection:
        assert alerts.see(connection, [1], "Ann", NOON) == 1
        assert alerts.see(connection, [1], "Bob", NOON + MINUTE) == 0
    (row,) = rows(world)
    assert (row.seen_by, row.seen_at) == ("Ann", NOON)


def test_a_helpdesk_that_could_not_be_told_is_an_alert_until_it_is_tried_again(world):
    ticket = in_danger(world)
    with world.database.writing() as connection:
        connection.execute(tables.source.update().values(writes=("tags",), mode="assign"))
        outbox.mark(connection, [ticket], world.clock())
        source_id = connection.execute(select(tables.source.c.id)).scalar_one()
        (one,) = outbox.due(connection, source_id, 1, world.clock())
        connection.execute(outbox_tables.outbox.update().values(state="dead"))
    alert.raise_untold(world.database, POLICY, one, world.clock(), sends=False)
    assert untold(world) == [False]
    with world.database.writing() as connection:
        outbox.mark(connection, [ticket], world.clock())
    assert untold(world) == [True]


def untold(world: World) -> list[bool]:
    """Return of each alert of that kind whether it is over."""
    query = select(alert_facts.OVER).select_from(tables.alert).outerjoin(tables.ticket)
    with world.database.reading() as connection:
        found = connection.execute(query.where(tables.alert.c.kind == Kind.UNTOLD)).scalars()
        return [bool(one) for one in found]


def test_looking_uses_the_indexes_where_the_desk_is_large(database: Database):
    window = tables.ticket.c.opened_at > NOON - 30 * MINUTE
    counted = select(tables.ticket.c.id).where(window, tables.ticket.c.level >= 3)
    soon = tables.ticket.c.respond_by.between(NOON, NOON + 10 * MINUTE)
    near = select(tables.ticket.c.level).where(text("status = 'waiting'"), soon)
    for query, indexes in (
        (counted, {"ix_ticket_opened"}),
        (near, {"ix_ticket_desk", "ix_ticket_lane"}),
    ):
        assert any(it in plan(database, query) for it in indexes)


def test_who_is_in_danger_is_found_among_those_who_wait_with_a_flag(world):
    """Without reading everybody who waits: at 100,000 that took half a second."""
    with world.database.writing() as connection:
        made = past_charged(world.source_id, "T", "x", NOON).compile().params
        one = {name: it for name, it in made.items() if it is not None}
        many = [
            one
            | {"external_id": f"T{number}", "status": "waiting"}
            | {"flags": ["danger"] if number % 500 == 0 else []}
            for number in range(3_000)
        ]
        connection.execute(tables.ticket.insert(), many)
        connection.exec_driver_sql("ANALYZE")
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    event.listen(world.database.engine, "before_cursor_execute", note)
    with world.database.reading() as connection:
        found = alert_facts.facts(connection, POLICY, NOON)
    event.remove(world.database.engine, "before_cursor_execute", note)
    assert len(found.waiting) == 6
    explain = "EXPLAIN QUERY PLAN " if world.database.is_sqlite else "EXPLAIN "
    with world.database.reading() as connection:
        (query,) = [it for it in asked if "flags >" in it[0]]
        told = str(connection.exec_driver_sql(explain + query[0], query[1]).all())
    assert "ix_ticket_flagged" in told


def plan(database: Database, query: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    compiled = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.reading() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return str(connection.exec_driver_sql(explain + str(compiled)).all())
