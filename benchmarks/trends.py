"""The page of trends over 100,000 tickets in 90 days: how long the server takes to answer it.

Tickets are made up, most of them closed; the newest 5,000 have threads, scorings and decisions as
the service writes them, all others a decision. On SQLite and on PostgreSQL, where that is
installed; each figure is also timed by itself, cut into days, and the page also as it is shown
where nobody asks for days: by weeks.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import insert

from benchmarks.inbox import ORDINARY
from benchmarks.services import real_servers
from benchmarks.table import Report, Target, median, show
from triage.domain.deadline import lane_of, respond_by
from triage.domain.emotion import Emotion
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.trend import Period, Step, Window
from triage.page.shell import fragment
from triage.page.trends import FIGURES, values
from triage.ports import utcnow
from triage.store import schema, sources, tables
from triage.store.database import Database
from triage.store.sources import Vault, new_key
from triage.trends import Seen

SPAN = timedelta(days=89)
WITHIN = 1.0  # s
CHUNK = 5_000  # rows inserted at once
WITH_THREADS = 5_000  # the newest tickets
RUNS = 5
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
PAGE, BY_DAY = "the page", "the page, by day"
UNITS = ("ms", "ms of a core")
Took = tuple[float, float]  # seconds that pass, and seconds of a core
PARIS = ZoneInfo("Europe/Paris")
STEMS = ("order", "bill", "parcel", "account", "refund", "login", "invoice", "update", "help")
WORDS = [f"{stem}{end}" for stem in STEMS for end in ("", "s", "ing", "ed", "er", "less", "ful")]
TAGS = ("billing", "technical", "returns", "vip", "delivery", "login", "app", "refund")
FEELINGS = ("anger", "frustration", "worry", "disappointment", None)


def main(
    tickets: Annotated[int, typer.Option(min=100)] = 100_000,
    quick: Annotated[bool, typer.Option(help="2,000 tickets, SQLite only")] = False,  # noqa: FBT002
    json: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Fill a database of each kind, make the page RUNS times, and print the table."""
    count, now = 2_000 if quick else tickets, utcnow()
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        urls = {SQLITE: f"sqlite:///{Path(made) / 'triage.db'}"}
        if not quick:
            urls |= servers(stack)
        show(report({name: measure(url, count, now) for name, url in urls.items()}, count), json)


def servers(stack: ExitStack) -> dict[str, str]:
    """Return a PostgreSQL of our own, nothing where it is not installed."""
    try:
        postgres = stack.enter_context(real_servers()).postgres
    except FileNotFoundError:
        return {}
    return {POSTGRES: postgres.create("trends").replace("postgresql://", "postgresql+psycopg://")}


def measure(url: str, tickets: int, now: datetime) -> dict[str, Took]:
    """Return how long each figure takes, and the whole page, on this database."""
    schema.migrate(url)
    database = Database(url)
    fill(database, tickets, now)

    def seen(step: Step = Step.DAY) -> Seen:
        window = Window.of(Period.QUARTER, step, PARIS, now)
        return Seen(database, DEFAULT_POLICY, window)

    render(seen())  # templates are compiled once
    took = {name: timed(lambda make=make: make(seen())) for name, make in FIGURES.items()}
    took[PAGE] = timed(lambda: render(seen(Step.WEEK)))
    took[BY_DAY] = timed(lambda: render(seen()))
    database.close()
    return took


def report(found: Mapping[str, Mapping[str, Took]], tickets: int) -> Report:
    """Return the table: a row for each figure, two columns for each database."""
    return Report(
        name="trends",
        title=f"The page of trends, {tickets:,} tickets opened in 90 days",
        columns=("figure", *(f"{name}, {unit}" for name in found for unit in UNITS)),
        rows=[
            (name, *(1000 * it for took in found.values() for it in took[name]))
            for name in (*FIGURES, PAGE, BY_DAY)
        ],
        targets=[
            Target(f"server time of {page}, {name}", took[page][0], WITHIN, "s")
            for name, took in found.items()
            for page in (PAGE, BY_DAY)
        ],
        notes=[
            "Medians of 5. Those that count by hour share one query on the page.",
            "A core's time is what this process takes where nothing else runs.",
        ],
    )


def render(seen: Seen) -> str:
    """Return the page's part that changes, as the server makes it."""
    asked = {"zone_asked": seen.window.zone.key, "zone_unknown": ""}
    return fragment("trends.html", viewer=None, **values(seen), **asked)


def timed(work: Callable[[], Any]) -> Took:
    """Return the medians of RUNS: seconds that pass, and seconds of a core."""
    passed, used = [], []
    for _ in range(RUNS):
        began, before = time.perf_counter(), time.process_time()
        work()
        passed.append(time.perf_counter() - began)
        used.append(time.process_time() - before)
    return median(passed), median(used)


def fill(database: Database, count: int, now: datetime) -> None:
    """Store so many tickets, opened one after the other until now."""
    chance = random.Random(1)
    with database.writing() as connection:
        vault = Vault(new_key())
        for name in ("desk", "shop"):
            sources.add(connection, name, "generic", ("s",), vault, now)
    for first in range(1, count + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, count + 1))
        made = [ticket(it, count, now, chance) for it in numbers]
        threads = [it for it in made if it["id"] > count - WITH_THREADS]
        with database.writing() as connection:
            connection.execute(insert(tables.ticket), made)
            connection.execute(insert(tables.message), [m for it in made for m in messages(it)])
            connection.execute(insert(tables.decision), [decided(it) for it in made])
            if threads:
                connection.execute(
                    insert(tables.scoring), [s for it in threads for s in scored(it)]
                )
            told = [corrected(it) for it in made if it["status"] == "closed" and it["id"] % 25 == 0]
            if told:
                connection.execute(insert(tables.correction), told)


def ticket(number: int, count: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    """Return a ticket's row; charged ones speak of bills and refunds more often."""
    opened = now - SPAN * ((count - number) / count)
    level = chance.choices(range(5), ORDINARY)[0]
    feeling = chance.choice(FEELINGS) if level else None
    named = Emotion(feeling) if feeling else None
    lane, _ = lane_of(level, (), named)
    due = respond_by(opened, lane, level, DEFAULT_POLICY)
    waited = (due - opened) * chance.lognormvariate(-0.8, 0.7)
    done = opened + waited if opened + waited < now else None
    words = chance.sample(WORDS, 5) + (["refund", "bill"] if level > 1 and number % 3 else [])
    return {
        "id": number,
        "source_id": 1 + (number % 4 == 0),
        "external_id": f"T{number}",
        "subject": " ".join(words),
        "channel": ("email", "chat", "web")[number % 3],
        "status": "closed" if done else "waiting",
        "customer_id": f"C{number % 30_000}",
        "customer_name": f"Customer {number % 30_000}",
        "tags": sorted(chance.sample(TAGS, chance.randrange(3))),
        "opened_at": opened,
        "waiting_since": opened,
        "released_at": done,
        "decision_id": number,
        "lane": lane,
        "level": level,
        "language": "en",
        "reading": chance.choices(("scored", "empty", "automatic"), (0.94, 0.01, 0.05))[0],
        "feeling": feeling,
        "situation": "calm",
        "respond_by": due,
        "state": "done",
    }


def messages(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a question, an answer and what came next."""
    for place, author in enumerate(("customer", "agent", "customer")):
        at = one["opened_at"] + timedelta(minutes=5 * place)
        yield {
            "id": 3 * one["id"] + place,
            "ticket_id": one["id"],
            "external_id": f"m{place}",
            "author": author,
            "text": "words " * 40,
            "sent_at": at,
            "received_at": at,
        }


def scored(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the scorings of what the customer wrote."""
    for place in (0, 2):
        charge = max(0.0, one["level"] * 0.22 - 0.1 * place)
        yield {
            "message_id": 3 * one["id"] + place,
            "model_version": "minilm",
            "result": {"state": "scored", "charge": charge, "emotions": emotions(one)},
            "scored_at": one["opened_at"],
        }


def decided(one: dict[str, Any]) -> dict[str, Any]:
    """Return a decision's row, as large as they are."""
    return {
        "id": one["id"],
        "ticket_id": one["id"],
        "message_id": 3 * one["id"],
        "model_version": "minilm",
        "policy_version": "1",
        "playbook_version": "1",
        "decided_at": one["opened_at"],
        "result": {
            "mode": "assign",
            "feeling": one["feeling"],
            "emotions": emotions(one),
            "card": {"rule": f"rule {one['level']}", "opening": "words " * 200},
        },
    }


def emotions(one: dict[str, Any]) -> dict[str, float]:
    """Return probabilities: that of the feeling that was named is high."""
    high = 0.6 + 0.39 * (one["id"] % 97) / 97
    return {str(it): high if it == one["feeling"] else 0.04 for it in Emotion}


def corrected(one: dict[str, Any]) -> dict[str, Any]:
    """Return a correction of the feeling that was named."""
    return {
        "ticket_id": one["id"],
        "message_id": 3 * one["id"],
        "what": "emotion",
        "was": one["feeling"],
        "now": None,
        "by": "Sue",
        "corrected_at": one["released_at"],
    }


if __name__ == "__main__":
    typer.run(main)
