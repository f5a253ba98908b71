"""Trends in a real browser: pictures, tables and CSV all say what was put in, and no more."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect

from tests.page.served import AT_MOST
from tests.page.test_page import CONTRAST, HOSTILE, width_beyond
from triage.page.trends import FIGURES
from triage.ports import utcnow

expect.set_options(timeout=AT_MOST)
DRAWN = 60_000  # ms that the first picture may take: the library is bundled then


def look(page: Page, query: str = "period=24h&zone=UTC") -> None:
    page.goto(f"/trends?{query}")
    expect(page.locator("main")).to_have_attribute("data-drawn", "true", timeout=DRAWN)


def figure(page: Page, name: str) -> Locator:
    return page.locator(f"[data-figure={name}]")


def table(page: Page, name: str) -> list[list[str]]:
    """Return the table's rows as programs read them."""
    read = "rows => rows.map(row => [...row.querySelectorAll('data')].map(it => it.value))"
    found: list[list[str]] = figure(page, name).locator("tbody tr").evaluate_all(read)
    return found


def columns(page: Page, name: str, *wanted: str) -> list[tuple[str, ...]]:
    heads = (
        figure(page, name)
        .locator("thead th")
        .evaluate_all("all => all.map(it => it.dataset.column)")
    )
    places = [heads.index(it) for it in wanted]
    return [tuple(row[it] for it in places) for row in table(page, name)]


def downloaded(page: Page, name: str) -> list[list[str]]:
    link = figure(page, name).get_by_role("link", name=re.compile("^CSV"))
    answer = page.context.request.get(link.get_attribute("href") or "")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.text(), newline="")))


@pytest.fixture
def busy(desk: Any) -> Any:
    """A desk on which something happened: 3 angry and 4 calm tickets, one of them answered late."""
    for number in range(7):
        text = "full of anger" if number < 3 else "hello"
        values = {"tags": frozenset({"billing"}), "subject": f"invoice {number}"}
        desk.decides(f"T{number}", text, minutes_ago=50, **values)
    desk.is_answered("T0")
    desk.is_answered("T3")
    return desk


def test_every_table_equals_what_was_put_in(busy, supervisor, complaints):
    look(supervisor)
    assert sum(int(n) for (n,) in columns(supervisor, "volume", "tickets")) == 7
    assert sum(int(n) for (n,) in columns(supervisor, "volume", "charged")) == 3
    assert len(table(supervisor, "volume")) == 24
    assert sum(int(n) for (n,) in columns(supervisor, "levels", "extreme")) == 3
    assert sum(int(n) for (n,) in columns(supervisor, "levels", "calm")) == 4
    assert sum(int(n) for (n,) in columns(supervisor, "lanes", "standard")) == 4
    assert sum(int(n) for row in table(supervisor, "heat") for n in row[1:]) == 3
    met = columns(supervisor, "targets", "lane", "in time", "late", "overdue", "not due yet")
    assert met == [("charged", "0", "1", "2", "0"), ("standard", "1", "0", "0", "3")]
    common = columns(supervisor, "drivers", "kind", "name", "tickets", "charged", "angry")
    assert ("tag", "billing", "7", "3", "3") in common
    assert ("source", "demo", "7", "3", "3") in common
    assert columns(supervisor, "readings", "reading", "tickets")[0] == ("read", "7")
    assert columns(supervisor, "models", "model", "tickets") == [("fake-1", "7")]
    assert complaints.heard == []


def test_every_csv_equals_its_table(busy, supervisor):
    look(supervisor)
    for name in FIGURES:
        if table(supervisor, name):
            heads, *rows = downloaded(supervisor, name)
            assert rows == table(supervisor, name), name
            assert heads == figure(supervisor, name).locator("thead th").evaluate_all(
                "all => all.map(it => it.dataset.column)"
            )


def test_every_picture_is_drawn_and_named_and_stands_above_its_table(busy, supervisor, complaints):
    look(supervisor)
    pictures = supervisor.locator(".picture:visible")
    assert pictures.count() >= 7
    for picture in pictures.all():
        expect(picture.locator("svg")).to_be_visible()
        assert (picture.get_attribute("aria-label") or "").endswith("a picture of the table below")
    bars = figure(supervisor, "volume").locator(".picture path[aria-roledescription]")
    expect(bars).to_have_count(0)  # the table is what is read out
    assert supervisor.locator("[style]:not(.picture *, .picture), script:not([src])").count() == 0
    assert complaints.heard == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_take_their_colours_from_the_page(busy, supervisor, scheme):
    supervisor.emulate_media(color_scheme=scheme)
    look(supervisor)
    text = figure(supervisor, "volume").locator("svg text").first
    colours = (
        "node => [getComputedStyle(node).fill, getComputedStyle(document.body).backgroundColor]"
    )
    fill, ground = text.evaluate(colours)
    assert fill != ground
    assert supervisor.evaluate(CONTRAST) == []


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Kathmandu", "+05:45"), ("America/Phoenix", "-07:00")]
)
def test_times_are_those_of_the_readers_zone(busy, browser, supervisor, zone, offset):
    context = browser.new_context(
        base_url=busy.address, timezone_id=zone, storage_state=supervisor.context.storage_state()
    )
    page = context.new_page()
    page.goto("/trends?period=24h")
    expect(page.locator("main")).to_have_attribute("data-drawn", "true", timeout=DRAWN)
    known = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")  # by an older name
    expect(page.locator(".zone")).to_contain_text(f"Times are of {known}.")
    assert all(at.endswith(offset) for (at,) in columns(page, "volume", "from"))
    context.close()


def test_the_figures_are_counted_once_also_where_no_zone_is_known_yet(busy, browser, supervisor):
    session = supervisor.context.storage_state()
    context = browser.new_context(
        base_url=busy.address, timezone_id="Asia/Kathmandu", storage_state=session
    )
    page = context.new_page()
    counted: list[str] = []
    page.on("response", lambda it: counted.append(it.url) if is_counted(it) else None)
    for visits in (1, 2):
        page.goto("/trends?period=24h")
        expect(page.locator("main")).to_have_attribute("data-drawn", "true", timeout=DRAWN)
        assert len(counted) == visits, counted
    context.close()


def is_counted(answer: Response) -> bool:
    """Return whether this answer is a page with figures."""
    is_page = answer.url.split("?")[0].endswith("/trends")
    return is_page and "data-figure" in answer.text()


def test_without_a_script_the_figures_are_counted_by_utc(busy, browser, supervisor):
    context = browser.new_context(
        base_url=busy.address,
        java_script_enabled=False,
        storage_state=supervisor.context.storage_state(),
    )
    page = context.new_page()
    page.goto("/trends?period=24h")
    expect(page).to_have_url(re.compile(r"period=24h&zone=UTC$"))
    expect(page.locator(".zone")).to_contain_text("Times are of UTC.")
    expect(page.locator(".picture:visible")).to_have_count(0)
    context.close()


def test_a_zone_in_a_cookie_that_is_none_is_said_as_one_in_the_address(desk, supervisor):
    supervisor.context.add_cookies(
        [{"name": "triage_zone", "value": "<b>Mars</b>" + "x" * 999, "url": desk.address}]
    )
    answer = supervisor.context.request.get("/trends")
    assert answer.status == 200
    assert "The time zone &lt;b&gt;Mars&lt;/b&gt;" in answer.text()


def test_a_zone_that_is_not_known_is_said(desk, supervisor):
    look(supervisor, "zone=Mars/Olympus")
    expect(supervisor.locator(".zone")).to_contain_text("Mars/Olympus is not known here")
    answer = supervisor.context.request.get("/trends/volume.csv?zone=Mars/Olympus")
    assert answer.status == 422
    assert answer.json() == {
        "detail": "zone 'Mars/Olympus': expected a time zone like Europe/Berlin"
    }


def test_periods_and_steps_stand_in_the_address(busy, supervisor):
    look(supervisor)
    supervisor.get_by_role("navigation", name="Period").get_by_text("7 days").click()
    expect(supervisor.locator("main")).to_have_attribute("data-drawn", "true")
    assert len(table(supervisor, "volume")) == 7
    supervisor.get_by_role("link", name="by hour").click()
    expect(supervisor).to_have_url(re.compile("period=7d&by=hour&zone=UTC$"))
    expect(supervisor.get_by_role("link", name="by hour")).to_have_attribute("aria-current", "page")
    assert len(table(supervisor, "volume")) > 6 * 24


def test_what_is_no_figure_and_what_is_no_period_is_refused(desk, supervisor):
    get = supervisor.context.request.get
    missing = get("/trends/passwords.csv")
    assert (missing.status, "there is no figure" in missing.text()) == (404, True)
    assert get("/trends?period=1000y").status == 422


def test_strangers_see_no_figure(desk, stranger):
    get = stranger.context.request.get
    for path in ("/trends", "/trends/volume.csv", "/charts/1.js"):
        answer = get(path, max_redirects=0)
        assert answer.status in {303, 401}, path


WATCH = """
new PerformanceObserver((list) => list.getEntries().forEach((it) => { window.moved += it.value; }))
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [360, 1400])
def test_pictures_that_come_late_move_nothing(busy, supervisor, width):
    look(supervisor)  # the library is bundled by now
    supervisor.set_viewport_size({"width": width, "height": 800})
    held: list[Route] = []
    supervisor.route("**/charts/*", lambda it: held.append(it))  # noqa: PLW0108 - asked for its parameters
    supervisor.add_init_script(f"window.moved = 0; {WATCH}")
    supervisor.goto("/trends?period=24h&zone=UTC", wait_until="commit")
    expect(supervisor.get_by_role("heading", name="Models at work")).to_be_visible()
    supervisor.wait_for_timeout(700)  # somebody reads
    high = supervisor.evaluate("document.documentElement.scrollHeight")
    for one in held:
        one.continue_()
    expect(supervisor.locator("main")).to_have_attribute("data-drawn", "true", timeout=DRAWN)
    assert supervisor.evaluate("document.documentElement.scrollHeight") == high
    assert supervisor.evaluate("window.moved") < 0.01
    assert supervisor.locator(".room").count() == 0


def test_a_tip_names_what_it_counts_by_the_pages_words(busy, supervisor):
    look(supervisor)
    bars = figure(supervisor, "volume").locator(".mark-rect path")
    high = bars.evaluate_all("all => all.findIndex(it => it.getBBox().height > 3)")
    bars.nth(int(high)).hover(force=True)
    tip = supervisor.locator("#vg-tooltip-element")
    expect(tip).to_contain_text("tickets")
    assert "n" not in [it.strip().removesuffix(":") for it in tip.locator("td").all_inner_texts()]


def test_numbers_and_dates_are_written_as_their_reader_writes_them(busy, browser, supervisor):
    context = browser.new_context(
        base_url=busy.address, locale="de-DE", storage_state=supervisor.context.storage_state()
    )
    page = context.new_page()
    look(page, "period=7d&zone=UTC")
    shares = figure(page, "targets").locator("data[data-as=share]")
    assert {"0,0\N{NO-BREAK SPACE}%", "100,0\N{NO-BREAK SPACE}%"} <= set(shares.all_inner_texts())
    figure(page, "volume").locator("summary").click()
    today = figure(page, "volume").locator("tbody th").last
    value = today.locator("data").get_attribute("value")
    way = "{ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }"
    wanted = page.evaluate(f"at => new Date(at).toLocaleDateString('de-DE', {way})", value)
    expect(today).to_have_text(str(wanted))
    axis = figure(page, "targets").locator("svg text")
    assert "100\N{NO-BREAK SPACE}%" in axis.all_text_contents()
    context.close()


def test_without_pictures_the_tables_are_open(busy, supervisor):
    supervisor.route("**/charts/*", lambda route: route.abort())
    supervisor.goto("/trends?period=24h&zone=UTC")
    expect(supervisor.locator("#unpictured")).to_be_visible()
    expect(figure(supervisor, "volume").locator("tbody tr").first).to_be_visible()
    expect(supervisor.locator(".picture:visible")).to_have_count(0)


def test_a_desk_without_tickets_says_so(desk, supervisor, complaints):
    look(supervisor)
    expect(figure(supervisor, "drivers")).to_contain_text("Nothing to show in this period.")
    expect(figure(supervisor, "reliability")).to_contain_text("Too few feelings were put right")
    assert complaints.heard == []


# What no customer can do


def test_hostile_tags_and_subjects_do_no_harm(desk, supervisor, complaints):
    tags = frozenset({*(word[:60] for word in HOSTILE.values()), "=1+1", "@SUM(A1)"})
    for number in range(12):
        word = list(HOSTILE.values())[number % len(HOSTILE)]
        text = "full of anger" if number % 2 else "hello"
        desk.decides(f"T{number}", text, tags=tags, subject=f"{word[:400]} evil{'x' * 40}")
    supervisor.set_viewport_size({"width": 360, "height": 640})
    look(supervisor)
    supervisor.locator("details").evaluate_all("all => all.forEach(it => { it.open = true; })")
    made = supervisor.locator("main :is(script, img, style, link, [onerror], [href^=javascript])")
    expect(made).to_have_count(0)
    assert width_beyond(supervisor) <= 0
    names = [name for _, name in columns(supervisor, "drivers", "kind", "name")]
    assert "=1+1" in names
    written = [row[1] for row in downloaded(supervisor, "drivers")]
    assert {"'=1+1", "'@SUM(A1)"} <= set(written)
    assert not {one for one in written if one.startswith(("=", "+", "-", "@"))}
    assert complaints.heard == []


def test_no_customer_and_no_text_can_be_found_on_the_page(busy, supervisor):
    look(supervisor)
    shown = supervisor.locator("main").inner_text() + supervisor.content()
    for word in ("Customer T1", "full of anger", "About T1"):
        assert word not in shown


# How it looks, as far as that can be measured


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_the_page_of_trends_fits_its_window(busy, supervisor, width):
    supervisor.set_viewport_size({"width": width, "height": 800})
    look(supervisor, "period=7d&by=hour&zone=UTC")
    assert width_beyond(supervisor) <= 0
    for picture in supervisor.locator(".picture:visible").all():
        drawn, room = picture.locator("svg").bounding_box(), picture.bounding_box()
        assert drawn
        assert room
        assert drawn["width"] <= room["width"] + 1


def test_the_last_day_is_today(busy, supervisor):
    look(supervisor, "period=7d&zone=UTC")
    last = columns(supervisor, "volume", "from")[-1][0]
    assert last in {str((utcnow() - timedelta(minutes=it)).date()) for it in (0, 1)}
