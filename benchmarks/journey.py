"""From the webhook's answer to the row on the page's stream: `python -m benchmarks.journey`.

The whole service runs (API, worker, sweep), once embedded and once on Redis and PostgreSQL, and a
ticket's way through broker, lease, model, rules and feed is timed to its `decided` row on
/api/events: one at a time after a pause, then many a second. The peer is the model's own time for
the same tickets, alone in a niced process. p50 is the median of the rounds, p99 of all together.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.classifier import tickets
from benchmarks.load import deliveries, slots
from benchmarks.rawmodel import run_raw
from benchmarks.services import EMBEDDED, SWEEP, Installation, installations, worker
from benchmarks.table import Report, Target, median, quantile, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.helpdesks.event import Delivery

MODEL = "model alone"
ONE = "one at a time"
PAUSES = (0.05, 0.3)  # s before the next of those that come one at a time
MOST_P50, MOST_P99 = 60.0, 300.0  # ms
PATIENCE = 30.0  # s for the last row
WARM_UP = 10  # tickets
NOTES = (
    "from the webhook's answer read by the client to the decided row read from the stream",
    f"one at a time: {PAUSES[0]:g} to {PAUSES[1]:g} s of silence before each",
)


@dataclass(slots=True)
class Stream:
    """What came on /api/events: when each ticket's decided row arrived."""

    arrived: dict[str, float] = field(default_factory=dict)
    news: threading.Condition = field(default_factory=threading.Condition)

    def read(self, answer: http.client.HTTPResponse) -> None:
        """Read frames until the stream ends."""
        for line in answer:
            if line.startswith(b"data:"):
                self._note(json.loads(line[5:]), time.perf_counter())

    def wait_for(self, names: Sequence[str]) -> None:
        """Wait for the rows of these tickets. Raises AssertionError."""
        with self.news:
            came = self.news.wait_for(lambda: self.arrived.keys() >= set(names), PATIENCE)
        assert came, f"{len(set(names) - self.arrived.keys())} tickets did not arrive"

    def _note(self, row: dict[str, str], now: float) -> None:
        if row.get("kind") == "decided":
            with self.news:
                self.arrived.setdefault(row["external_id"], now)
                self.news.notify_all()


@dataclass(frozen=True, slots=True)
class Desk:
    """A running service, a page that listens, and the helpdesk's connection."""

    service: Installation
    stream: Stream
    helpdesk: http.client.HTTPConnection

    def send(self, delivery: Delivery) -> float:
        """Deliver a ticket; return when its answer was read."""
        headers = dict(delivery.headers)
        self.helpdesk.request("POST", "/webhooks/bench", delivery.body, headers)
        answer = self.helpdesk.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
        return time.perf_counter()

    def one_at_a_time(self, texts: Sequence[str], seed: int) -> list[float]:
        """Return each ticket's ms; the next leaves when this one has arrived."""
        dice, answered = random.Random(seed), {}
        for delivery in deliveries(texts, self.service.secret):
            time.sleep(dice.uniform(*PAUSES))
            answered[name_of(delivery)] = self.send(delivery)
            self.stream.wait_for([name_of(delivery)])
        return self._took(answered)

    def at_a_rate(self, texts: Sequence[str], rate: float, seed: int) -> list[float]:
        """Return each ticket's ms; they leave when they are due."""
        due = [time.perf_counter() + at for at in slots(len(texts), rate, seed)]
        answered = {}
        for delivery, when in zip(deliveries(texts, self.service.secret), due, strict=True):
            time.sleep(max(0.0, when - time.perf_counter()))
            answered[name_of(delivery)] = self.send(delivery)
        self.stream.wait_for(list(answered))
        return self._took(answered)

    def _took(self, answered: dict[str, float]) -> list[float]:
        return [1000 * (self.stream.arrived[name] - at) for name, at in answered.items()]


def name_of(delivery: Delivery) -> str:
    return str(json.loads(delivery.body)["data"]["ticket_id"])


@contextmanager
def desk(service: Installation, threads: int) -> Iterator[Desk]:
    """Start the whole service and follow its stream."""
    service.start_api()
    service.start(SWEEP)
    service.start(worker(threads)).wait_for("worker_ready")
    with following(service) as running:
        running.one_at_a_time(tickets(WARM_UP), seed=0)
        yield running
        service.stop()


@contextmanager
def following(service: Installation) -> Iterator[Desk]:
    """Follow the stream of a service that runs, and hold a connection to its webhook."""
    page = http.client.HTTPConnection("127.0.0.1", service.port)
    page.request("GET", "/api/events", headers={"Authorization": f"Bearer {service.api_key}"})
    stream, answer = Stream(), page.getresponse()
    threading.Thread(target=stream.read, args=[answer], daemon=True).start()
    helpdesk = http.client.HTTPConnection("127.0.0.1", service.port)
    yield Desk(service, stream, helpdesk)


Courses = dict[tuple[str, str], list[list[float]]]


def measure(singles: int, rate: float, seconds: float, rounds: int, threads: int) -> Courses:
    """Return the ms of each round's tickets, by installation and way of coming.

    One service runs at a time: two would share the cores.
    """
    many = f"{rate:g} a second"
    few, lot = tickets(singles), tickets(int(rate * seconds))
    courses: Courses = {}
    for number in range(rounds):
        alone = run_raw(singles, threads=1)["each_ms"]
        courses.setdefault((MODEL, ONE), []).append(alone)
        with installations() as pairs:
            for service in pairs:
                with desk(service, threads) as running:
                    singly = running.one_at_a_time(few, number)
                    together = running.at_a_rate(lot, rate, number)
                courses.setdefault((service.name, ONE), []).append(singly)
                courses.setdefault((service.name, many), []).append(together)
    return courses


def report(courses: Courses, settings: dict[str, float]) -> Report:
    """Compare both installations with the model's own time."""
    rows, targets = [], []
    model = p50(courses[MODEL, ONE])
    for (name, way), rounds in sorted(courses.items(), key=lambda it: it[0][0] != MODEL):
        every = [ms for one in rounds for ms in one]
        p99 = quantile(every, 0.99)
        rows.append([name, way, p50(rounds), p99, max(every), p50(rounds) / model, len(every)])
        if name != MODEL:
            targets.append(Target(f"{name}, {way}: p50", p50(rounds), MOST_P50, "ms"))
            targets.append(Target(f"{name}, {way}: p99", p99, MOST_P99, "ms"))
    return Report(
        name="journey",
        title="From the webhook's answer to the row on the page, ms",
        columns=("service", "tickets come", "p50", "p99", "most", "p50 / model", "tickets"),
        rows=rows,
        targets=targets,
        notes=[*NOTES, f"{EMBEDDED} with the embedded broker; one service runs at a time"],
        settings=settings,
        details={"; ".join(key): rounds for key, rounds in courses.items()},
    )


def p50(rounds: Sequence[Sequence[float]]) -> float:
    return median([quantile(one, 0.5) for one in rounds])


def main(
    singles: Annotated[int, typer.Option(help="tickets one at a time, each round")] = 40,
    rate: Annotated[float, typer.Option(help="tickets a second, after them")] = 20,
    seconds: float = 8,
    rounds: int = 2,
    threads: int = 2,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    courses = measure(singles, rate, seconds, rounds, threads)
    settings = {"singles": singles, "rate": rate, "seconds": seconds, "rounds": rounds}
    show(report(courses, settings | {"threads": threads}), out)


if __name__ == "__main__":
    typer.run(main)
