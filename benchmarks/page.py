"""The supervisor's page with 100,000 open tickets: `python -m benchmarks.page`.

One web process on SQLite, as `triage up` runs it. The tickets are copies of two hundred that were
really decided, spread over lanes, agents and times; copies share their originals' receipts. First
view, views with a filter and windows in the middle are timed as a browser on this machine gets
them. Then a hundred open pages follow the desk at twenty events a second, and a real browser keeps
the desk open for as many changes as eight hours bring.
"""

from __future__ import annotations

import asyncio
import gzip
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from playwright.sync_api import sync_playwright
from sqlalchemy import update

from benchmarks.table import Report, Target, median, quantile, show
from tests.page.conftest import QUIET
from tests.page.crowd import crowd
from tests.page.served import Desk
from triage.api.cookies import SESSION
from triage.domain.person import Role
from triage.ports import utcnow
from triage.store import events, tables
from triage.store.events import EventKind

OPEN = 100_000  # tickets
ORIGINALS = 200
AGENTS, HELD = 40, 50  # people, and tickets that each holds
PAGES, RATE, SECONDS = 100, 20, 20
EIGHT_HOURS = 2_880  # changes: one each ten seconds
WARM = 1_000  # changes after which the browser has compiled what it will compile
PATIENCE = 60  # s for all of them to open
OPENING = 5  # s in which all of them listen, or got the last
TEXTS = ("hello", "full of anger, order 12 is late", "I worry about the bill", "thanks, what a joy")
VIEWS = {
    "first view": "/",
    "one lane": "/?lane=charged",
    "one flag": "/?flag=legal",
    "a search": "/?q=copy+777",
    "a number": "/?q=%23copy-777",
    "late ones": "/?late=true",
    "rows from 50,000 on": "/desk/rows?at=50000&limit=160",
    "rows of a lane from 20,000 on": "/desk/rows?lane=charged&at=20000&limit=160",
    "the header": "/desk/state",
}

#: Events by number, and when a page was told of them.
Arrived = list[tuple[int, float]]


def fill(desk: Desk, count: int) -> None:
    """Put so many open tickets onto the desk."""
    for number in range(AGENTS):
        desk.world.hire(name=f"Agent {number}", email=f"{number}@example.org", capacity=50)
    for number in range(ORIGINALS):
        extra = ", my lawyer will write to you" if number % 9 == 0 else ""
        desk.decides(f"t{number}", TEXTS[number % len(TEXTS)] + extra, minutes_ago=number)
    crowd(desk, count - ORIGINALS, AGENTS, HELD)


def timed(client: httpx.Client, path: str, rounds: int) -> tuple[float, int]:
    """Return the median time of a request in ms, and its size in bytes, compressed."""
    took, size = [], 0
    for _ in range(rounds + 2):
        began = time.perf_counter()
        answer = client.get(path)
        took.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, answer.text
        size = len(gzip.compress(answer.content))
    return median(took[2:]), size


def parts_size(client: httpx.Client) -> int:
    """Return how many bytes the first view weighs, compressed: page, styles, scripts."""
    total, seen, wanted = 0, set(), ["/"]
    while wanted:
        path = wanted.pop()
        if path in seen:
            continue
        seen.add(path)
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            raw = b"".join(answer.iter_raw())
            encoded = answer.headers.get("content-encoding") == "gzip"
        total += len(raw)
        text = (gzip.decompress(raw) if encoded else raw).decode()
        wanted += _linked(text)
    return total


def _linked(text: str) -> Iterator[str]:
    for part in text.replace("'", '"').split('"'):
        if part.startswith("/static/") and part.endswith((".css", ".js", ".svg")):
            yield part
        elif part.startswith("./") and part.endswith(".js"):
            yield f"/static/{part[2:]}"


def changing(desk: Desk, sent: dict[int, float]) -> None:
    """Change tickets at RATE for SECONDS, and note when each change was committed."""
    began = time.perf_counter()
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        change(desk, 1 + number % ORIGINALS, sent)


def change(desk: Desk, ticket_id: int, sent: dict[int, float] | None = None) -> None:
    """Change one ticket's place a little."""
    now = utcnow()
    moved = update(tables.ticket).where(tables.ticket.c.id == ticket_id)
    with desk.database.writing() as connection:
        connection.execute(moved.values(respond_by=now + timedelta(seconds=ticket_id), level=2))
        events.append(connection, EventKind.DECIDED, [ticket_id], now)
        seq = events.latest(connection)
    if sent is not None:
        sent[seq] = time.perf_counter()


async def follow(
    address: str, cookie: dict[str, str], got: Arrived, opened: asyncio.Semaphore
) -> None:
    """Follow the desk as a page does, and note when which change arrived."""
    async with (
        httpx.AsyncClient(base_url=address, cookies=cookie, timeout=60) as client,
        client.stream("GET", "/desk/events") as answer,
    ):
        opened.release()
        async for line in answer.aiter_lines():
            if line.startswith("id:"):
                got.append((int(line[3:]), time.perf_counter()))


async def watched(desk: Desk, cookie: dict[str, str], sent: dict[int, float]) -> Arrived:
    """Return what PAGES open pages were told of while the desk changed."""
    got: Arrived = []
    opened = asyncio.Semaphore(0)
    following = (follow(desk.address, cookie, got, opened) for _ in range(PAGES))
    tasks = [asyncio.create_task(one) for one in following]
    async with asyncio.timeout(PATIENCE):
        for _ in range(PAGES):
            await opened.acquire()
    await asyncio.sleep(OPENING)
    await asyncio.to_thread(changing, desk, sent)
    await asyncio.sleep(OPENING)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return got


def grown(desk: Desk, cookie: dict[str, str], changes: int) -> tuple[float, float]:
    """Return by what a warm page's heap and nodes are multiplied after so many more changes."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
        context = browser.new_context(base_url=desk.address)
        context.add_cookies(
            [{"name": n, "value": v, "url": desk.address} for n, v in cookie.items()]
        )
        page = context.new_page()
        page.goto("/")
        tools = context.new_cdp_session(page)
        tools.send("Performance.enable")
        before = _after(page, tools, desk, WARM)
        after = _after(page, tools, desk, changes)
        browser.close()
    return after[0] / before[0], after[1] / before[1]


def _after(page: Any, tools: Any, desk: Desk, changes: int) -> tuple[float, float]:
    for number in range(changes):
        change(desk, 1 + number % ORIGINALS)
        time.sleep(0.01)
    page.wait_for_timeout(5_000)
    tools.send("HeapProfiler.collectGarbage")
    found = {it["name"]: it["value"] for it in tools.send("Performance.getMetrics")["metrics"]}
    return found["JSHeapUsedSize"], found["Nodes"]


def main(
    count: Annotated[int, typer.Option(help="open tickets")] = OPEN,
    rounds: Annotated[int, typer.Option(help="of each view")] = 20,
    changes: Annotated[int, typer.Option(help="that eight hours bring")] = EIGHT_HOURS,
    json: Annotated[Path | None, typer.Option(help="write the figures here")] = None,
) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        try:
            fill(desk, count)
            desk.start()
            show(measured(desk, rounds, changes), json)
        finally:
            desk.close()


def measured(desk: Desk, rounds: int, changes: int) -> Report:
    """Return the report of a desk that is filled and served."""
    cookie = {SESSION: desk.session_of(Role.SUPERVISOR)}
    with httpx.Client(base_url=desk.address, cookies=cookie) as client:
        rows = [(name, *timed(client, path, rounds)) for name, path in VIEWS.items()]
        weight = parts_size(client) / 1024
    sent: dict[int, float] = {}
    got = asyncio.run(watched(desk, cookie, sent))
    late = [1000 * (at - sent[seq]) for seq, at in got if seq in sent]
    heap, nodes = grown(desk, cookie, changes)
    return Report(
        name="page",
        title="The desk with many open tickets",
        columns=("view", "median ms", "KB compressed"),
        rows=[(name, f"{took:.0f}", f"{size / 1024:.0f}") for name, took, size in rows],
        targets=(
            Target("first view, server and transfer", rows[0][1], 300, "ms"),
            Target("first view with styles and scripts", weight, 150, "KB"),
            Target(f"an event at {PAGES} pages, p99", quantile(late, 0.99), 500, "ms"),
            Target("events that arrived", len(late) / (PAGES * len(sent)), 1, "", at_least=True),
            Target("heap after eight hours' changes", heap, 1.1, "×"),
            Target("nodes after eight hours' changes", nodes, 1.1, "×"),
        ),
        notes=(f"{len(sent)} events at {RATE}/s, p50 {quantile(late, 0.5):.0f} ms",),
    )


if __name__ == "__main__":
    typer.run(main)
