"""Trends against real databases: what was put in is what comes out, in the reader's zone."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from tests.builders import POLICY
from tests.fakes import NOON
from tests.history import past_charged
from tests.integration.test_decide import World
from triage import drivers, model_health, trends
from triage.domain.figure import Figure
from triage.domain.ticket import Author, TicketId
from triage.domain.trend import Period, Step, Window
from triage.errors import BadInput
from triage.store import tables
from triage.store.database import Database
from triage.trends import Seen

UTC_ZONE, BERLIN, KATHMANDU = (ZoneInfo(it) for it in ("UTC", "Europe/Berlin", "Asia/Kathmandu"))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def seen(
    world: World,
    period: Period = Period.WEEK,
    zone: ZoneInfo = UTC_ZONE,
    step: Step | None = None,
    now: datetime = NOON,
) -> Seen:
    return Seen(world.database, POLICY, Window.of(period, step, zone, now))


def opened(world: World, key: str, text: str, at: datetime = NOON, **values: Any) -> TicketId:
    world.clock.now = at
    ticket = world.accept(key, text, ticket=key, at=at, **values)
    world.decide(ticket)
    return ticket


def answered(world: World, key: str, at: datetime) -> None:
    world.clock.now = at
    world.accept(f"{key}-a", "On it.", ticket=key, author=Author.AGENT, at=at)


def rows(figure: Figure, *columns: str) -> list[tuple[Any, ...]]:
    places = [figure.columns.index(it) for it in columns or figure.columns]
    return [tuple(row[it] for it in places) for row in figure.rows]


def put(world: World, ticket: TicketId, **values: Any) -> None:
    with world.database.writing() as connection:
        connection.execute(update(tables.ticket).where(tables.ticket.c.id == ticket).values(values))


# How much, and how charged


def test_tickets_are_counted_in_the_hour_and_day_of_the_reader(world):
    for number, minute in enumerate((0, 10, 20)):  # of 18:15 UTC, midnight in Kathmandu
        at = datetime(2026, 11, 19, 18, 5, tzinfo=UTC) + minute * MINUTE
        opened(world, f"T{number}", "full of anger" if number else "hello", at)
    daily = trends.volume(seen(world, zone=KATHMANDU))
    assert [it[1:] for it in daily.rows][-2:] == [(1, 0), (2, 2)]
    hourly = trends.volume(seen(world, Period.DAY, KATHMANDU))
    assert [it for it in rows(hourly) if it[1]] == [
        (datetime(2026, 11, 19, 17, 15, tzinfo=UTC), 1, 0),
        (datetime(2026, 11, 19, 18, 15, tzinfo=UTC), 2, 2),
    ]
    assert len(hourly.rows) == 24


@pytest.mark.parametrize(
    ("day", "hours"),
    [(datetime(2026, 3, 29, tzinfo=BERLIN), 23), (datetime(2026, 10, 25, tzinfo=BERLIN), 25)],
)
def test_a_day_on_which_clocks_change_holds_all_its_hours(world, day, hours):
    start = day.astimezone(UTC)
    for number in range(-1, hours + 1):
        opened(world, f"T{number}", "hello", start + number * timedelta(hours=1) + 30 * MINUTE)
    evening = start + timedelta(hours=hours + 2)
    daily = trends.volume(seen(world, zone=BERLIN, now=evening))
    assert [it[1] for it in daily.rows[-3:]] == [1, hours, 1]
    hourly = trends.volume(seen(world, zone=BERLIN, step=Step.HOUR, now=evening))
    assert [it[1] for it in hourly.rows if it[1]] == [1] * (hours + 2)


def test_levels_and_lanes_are_those_of_the_decision_in_force(world):
    opened(world, "a", "hello")
    opened(world, "b", "full of anger")
    opened(world, "c", " ")
    world.accept("d", "not decided yet", ticket="d", at=NOON)
    levels = trends.levels(seen(world))
    assert rows(levels, "not read", "calm", "extreme")[-1] == (2, 1, 1)
    lanes = trends.lanes(seen(world))
    assert rows(lanes, "charged", "standard", "unscored")[-1] == (1, 2, 1)
    assert sum(map(sum, (it[1:] for it in lanes.rows))) == 4


def test_charged_tickets_stand_at_their_weekday_and_hour(world):
    opened(world, "a", "full of anger", datetime(2026, 11, 18, 23, 30, tzinfo=UTC))
    opened(world, "b", "hello", datetime(2026, 11, 18, 23, 30, tzinfo=UTC))
    found = trends.heat(seen(world, zone=BERLIN))
    thursday = found.rows[3]
    assert (thursday[0], thursday[1]) == ("thu", 1)
    assert sum(sum(it[1:]) for it in found.rows) == 1


# What became of them


def test_a_target_is_met_where_the_last_wait_ended_in_time(world):
    begin = NOON - timedelta(hours=10)
    for key in ("in time", "late", "overdue", "again"):
        opened(world, key, "full of anger", begin)
    opened(world, "not due yet", "full of anger", NOON - 5 * MINUTE)
    answered(world, "in time", begin + 30 * MINUTE)
    answered(world, "late", begin + 31 * MINUTE)
    answered(world, "again", begin + 5 * MINUTE)
    world.clock.now = NOON - 10 * MINUTE
    again = world.accept("again-2", "full of anger", ticket="again", at=NOON - 10 * MINUTE)
    world.decide(again)
    found = trends.targets(seen(world))
    assert rows(found, "lane", "in time", "late", "share", "overdue", "not due yet") == [
        ("charged", 1, 1, 0.5, 1, 2)
    ]


def test_how_many_were_answered_in_time_is_said_by_when_they_were_opened(world):
    early, late = NOON - timedelta(days=2), NOON - timedelta(hours=3)
    for key, at, minutes in (("a", early, 5), ("b", early, 50), ("c", late, 5)):
        opened(world, key, "full of anger", at)
        answered(world, key, at + minutes * MINUTE)
    found = rows(trends.course(seen(world)), "in time", "late", "share")
    assert [it for it in found if it[2] is not None] == [(1, 1, 0.5), (1, 0, 1.0)]


ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")
AFTER_CHANGES = datetime(2026, 11, 20, 12, 40, tzinfo=UTC)  # clocks changed before, in most
CUTS = (
    (Period.QUARTER, Step.DAY, "%Y-%m-%d"),
    (Period.QUARTER, Step.WEEK, "%G-%V"),
    (Period.WEEK, Step.HOUR, "%Y-%m-%d %H %z"),
)


def test_the_database_counts_as_a_clock_on_the_wall_does(world):
    chance, days = random.Random(7), timedelta(days=100)
    moments = [AFTER_CHANGES - chance.random() ** 2 * days for _ in range(300)]
    calm = range(0, 300, 3)
    with world.database.writing() as connection:
        for number, at in enumerate(moments):
            connection.execute(past_charged(world.source_id, f"T{number}", "x", at))
        keys = [f"T{number}" for number in calm]
        mine = update(tables.ticket).where(tables.ticket.c.external_id.in_(keys))
        connection.execute(mine.values(level=0))
    charged = [at for number, at in enumerate(moments) if number not in calm]
    for zone in map(ZoneInfo, ZONES):
        for period, step, form in CUTS:
            looked = seen(world, period, zone, step, AFTER_CHANGES)
            since, shown = looked.window.since, trends.volume(looked).rows
            counted = {it[0].astimezone(zone).strftime(form): it[1:] for it in shown if it[1]}
            both = (
                by_the_clock(moments, since, zone, form),
                by_the_clock(charged, since, zone, form),
            )
            assert counted == {it: (all_, both[1][it]) for it, all_ in both[0].items()}, zone
            hours = by_the_clock(charged, since, zone, "%u %H")
            days_of_week = enumerate(trends.heat(looked).rows, 1)
            squares = {
                f"{day} {hour:02}": n for day, it in days_of_week for hour, n in enumerate(it[1:])
            }
            assert {it: n for it, n in squares.items() if n} == hours, zone


def by_the_clock(
    moments: list[datetime], since: datetime, zone: ZoneInfo, form: str
) -> Counter[str]:
    return Counter(it.astimezone(zone).strftime(form) for it in moments if it >= since)


def test_what_was_opened_before_is_not_counted(world):
    opened(world, "old", "full of anger", NOON - timedelta(days=8))
    assert trends.targets(seen(world)).rows == ()
    assert sum(it[1] for it in trends.volume(seen(world)).rows) == 0
    assert sum(it[1] for it in trends.volume(seen(world, Period.MONTH)).rows) == 1


# What charged tickets have in common


def test_tags_sources_and_channels_say_what_share_of_them_is_charged(world):
    world.hire(skills=["billing"])
    for number in range(6):
        tags = frozenset({"billing", "new"} if number < 5 else {"rare"})
        opened(world, f"T{number}", "full of anger" if number < 2 else "hello", tags=tags)
    found = rows(drivers.drivers(seen(world)), "kind", "name", "tickets", "charged", "angry")
    assert found == [
        ("source", "demo", 6, 2, 2),
        ("channel", "other", 6, 2, 2),
        ("skill asked", "billing", 5, 2, 2),
        ("tag", "new", 5, 2, 2),
    ]


def test_words_are_those_of_several_customers_and_never_of_their_names(world):
    for number in range(200):
        angry, who = number % 2, f"C{number}" if number % 4 < 2 else "C1"
        words = "refund Smith" if angry else "question Smith"
        one = "loner" if angry and who == "C1" else ""
        opened(
            world,
            f"T{number}",
            "full of anger" if angry else "hello",
            subject=f"{words} {one} 4711",
            customer_id=who,
            customer_name="Ann Smith",
        )
    found = rows(drivers.words(seen(world)), "word", "charged with it", "others with it")
    assert found[0] == ("refund", 100, 0)
    assert {"smith", "loner", "4711", "question"} & {word for word, *_ in found} == set()


# How well it is read


def test_what_could_not_be_read_and_what_is_not_sure_is_said(world):
    opened(world, "a", "hello")
    opened(world, "b", " ")
    put(world, opened(world, "c", "full of anger"), feeling=None)
    world.accept("d", "later", ticket="d", at=NOON)
    found = {it[0]: it[1] for it in trends.readings(seen(world)).rows}
    assert found == {
        "read": 1,
        "not sure": 1,
        "empty": 1,
        "not read yet": 1,
        "unsupported_language": 0,
        "automatic": 0,
    }


def test_the_model_that_decided_is_named(world):
    opened(world, "a", "hello")
    opened(world, "b", "hello")
    assert model_health.models(seen(world)).rows == (("fake-1", 2, 1.0),)


def test_calibration_is_said_only_where_enough_was_put_right(world):
    for number in range(40):
        ticket = opened(world, f"T{number}", "full of anger")
        put(world, ticket, status="closed", released_at=NOON)
    assert model_health.reliability(seen(world)).rows == ()
    correct_feelings(world, 10)
    found = model_health.reliability(seen(world))
    assert rows(found, "from", "to", "named", "claimed", "stood", "share") == [
        (0.9, 1.0, 40, pytest.approx(0.9), 30, 0.75)
    ]
    said = {it[0]: it[1:3] for it in model_health.corrections(seen(world)).rows}
    assert said["emotion"] == (40, 10)
    assert said["level"] == (40, 0)


def correct_feelings(world: World, count: int) -> None:
    """Say of the first messages that they hold no feeling."""
    with world.database.writing() as connection:
        for message in connection.execute(tables.message.select().limit(count)).all():
            values = {"what": "emotion", "was": "anger", "now": None, "by": "Sue", "why": ""}
            connection.execute(
                tables.correction.insert().values(
                    ticket_id=message.ticket_id,
                    message_id=message.id,
                    corrected_at=NOON,
                    **values,
                )
            )


def test_what_customers_wrote_after_a_reply_stands_by_the_cards_rule(world):
    for number in range(12):
        begin = NOON - timedelta(hours=2)
        opened(world, f"T{number}", "full of anger", begin)
        answered(world, f"T{number}", begin + 5 * MINUTE)
        world.clock.now = begin + 9 * MINUTE
        world.decide(world.accept(f"T{number}-2", "hello", ticket=f"T{number}", at=world.clock()))
    (found,) = rows(model_health.strategies(seen(world)), "exchanges", "charged", "share", "silent")
    assert found == (12, 12, 1.0, 0)


def test_an_empty_desk_has_figures_without_numbers(world):
    for make in (*trends.COUNTED.values(), drivers.drivers, drivers.words):
        make(seen(world))
    for make in (model_health.strategies, model_health.reliability, model_health.models):
        assert make(seen(world)).rows == ()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "America", "x" * 64, "\0"])
def test_a_zone_that_is_none_is_refused_in_one_sentence(name):
    with pytest.raises(BadInput, match="expected a time zone"):
        trends.zone_of(name)
