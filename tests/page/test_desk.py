"""The list on the desk: views, any length, nothing jumps, what changed is marked, keys."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from tests.page.crowd import crowd
from tests.page.served import AT_MOST
from triage.ports import utcnow
from triage.store import tables

expect.set_options(timeout=AT_MOST)

STILL = 2  # px that a row may seem to move by rounding


def rows(page: Page) -> Locator:
    return page.locator("#desk > li")


def subjects(page: Page) -> Locator:
    return page.locator("#desk .who a")


def shown(page: Page, address: str = "/") -> Page:
    page.goto(address)
    expect(page.locator("#live")).to_have_text("live")
    return page


def top_of(page: Page, subject: str) -> float:
    box = page.locator("#desk > li", has=page.get_by_role("link", name=subject, exact=True))
    return float(box.evaluate("row => row.getBoundingClientRect().top"))


def in_words(page: Page, label: str, value: str) -> None:
    page.get_by_role("search").get_by_label(label).select_option(value)


# Views


def test_a_view_shows_what_was_asked_and_stands_in_the_address(desk, supervisor, complaints):
    desk.decides("calm", "hello")
    desk.decides("angry", "full of anger, my lawyer will write")
    desk.decides("worried", "I worry")
    shown(supervisor)
    in_words(supervisor, "Flag", "legal")
    expect(subjects(supervisor)).to_have_text(["About angry"])
    expect(supervisor).to_have_url(re.compile(r"/\?flag=legal$"))
    expect(supervisor.locator("#live")).to_have_text("live")
    in_words(supervisor, "Lane", "gentle")
    expect(supervisor.get_by_text("Nobody who waits is in this view.")).to_be_visible()
    supervisor.get_by_role("link", name="Show all").click()
    expect(rows(supervisor)).to_have_count(3)
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.keyboard.press("/")
    supervisor.keyboard.type("WORRIED")
    supervisor.keyboard.press("Enter")
    expect(subjects(supervisor)).to_have_text(["About worried"])
    supervisor.reload()
    expect(supervisor.get_by_role("searchbox")).to_have_value("WORRIED")
    assert complaints.heard == []


def test_what_arrives_is_shown_where_it_is_in_the_view(desk, supervisor):
    desk.decides("one", "full of anger")
    shown(supervisor, "/?lane=charged")
    desk.decides("two", "hello")
    desk.decides("three", "full of anger")
    expect(subjects(supervisor)).to_have_text(["About one", "About three"])
    desk.is_answered("one")
    expect(subjects(supervisor)).to_have_text(["About three"])


def test_a_view_is_kept_by_name_and_forgotten(desk, supervisor, complaints):
    desk.decides("angry", "full of anger")
    desk.decides("calm", "hello")
    shown(supervisor)
    expect(supervisor.get_by_role("button", name="Keep this view")).to_be_hidden()
    shown(supervisor, "/?lane=charged")
    supervisor.get_by_role("button", name="Keep this view").click()
    supervisor.get_by_label("Name, in this browser").fill("Fires <b>")
    supervisor.get_by_role("button", name="Keep", exact=True).click()
    shown(supervisor)
    supervisor.get_by_role("link", name="Fires <b>").click()
    expect(subjects(supervisor)).to_have_text(["About angry"])
    supervisor.get_by_role("button", name="Forget the view Fires <b>").click()
    expect(supervisor.get_by_role("link", name="Fires <b>")).to_have_count(0)
    assert complaints.heard == []


@pytest.mark.parametrize(
    "address",
    ["/?lane=nowhere", "/?agent=x", "/?flag=1", "/desk/rows?at=-1", "/desk/rows?limit=9999"],
)
def test_a_view_that_cannot_be_is_refused(desk, supervisor, address):
    assert supervisor.request.get(address).status == 422


# Any length


def test_a_long_desk_is_scrolled_by_windows_of_it(desk, supervisor, complaints):
    desk.decides("first", "full of anger", minutes_ago=3)
    crowd(desk, 5_000)
    shown(supervisor)
    expect(subjects(supervisor).first).to_have_text("About first")
    assert rows(supervisor).count() <= 200
    whole = supervisor.locator("#desk").evaluate("list => list.offsetHeight")
    pitch = rows(supervisor).first.evaluate("row => row.offsetHeight")
    assert whole > 5_000 * pitch
    supervisor.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(supervisor.get_by_role("link", name="Copy 4999", exact=True)).to_be_in_viewport()
    assert rows(supervisor).count() <= 200
    last = rows(supervisor).last
    expect(last).to_have_attribute("aria-setsize", "5001")
    expect(last).to_have_attribute("aria-posinset", "5001")
    supervisor.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    expect(supervisor.get_by_role("link", name=re.compile("^Copy 2[45]"))).not_to_have_count(0)
    supervisor.evaluate("scrollTo(0, 0)")
    expect(subjects(supervisor).first).to_have_text("About first")
    assert complaints.heard == []


def test_a_row_is_never_higher_than_its_place(desk, supervisor):
    desk.decides("one", "full of anger " * 40, subject="long " * 60, customer_name="name " * 30)
    desk.decides("two", "hello")
    for width in (360, 700, 1280, 1920):
        supervisor.set_viewport_size({"width": width, "height": 800})
        shown(supervisor)
        boxes = rows(supervisor).evaluate_all(
            "all => all.map(row => [row.getBoundingClientRect().top, row.offsetHeight])"
        )
        (first, height), (second, same) = boxes
        assert height == same
        assert second >= first + height


# Nothing jumps


def test_what_is_pointed_at_stays_where_it_is_when_others_arrive_before_it(desk, supervisor):
    for number in range(12):
        desk.decides(f"t{number}", "hello", minutes_ago=30 - number)
    shown(supervisor)
    rows(supervisor).nth(2).hover()
    before = top_of(supervisor, "About t2")
    desk.decides("urgent", "full of anger", minutes_ago=20)
    desk.decides("more", "full of anger", minutes_ago=21)
    expect(rows(supervisor)).to_have_count(14)
    assert abs(top_of(supervisor, "About t2") - before) <= STILL


def test_what_is_read_stays_where_it_is_after_scrolling(desk, supervisor):
    desk.decides("first", "hello", minutes_ago=3)
    crowd(desk, 300)
    shown(supervisor)
    supervisor.mouse.move(5, 5)
    supervisor.evaluate("scrollTo(0, 9000)")
    expect(supervisor.get_by_role("link", name="Copy 99", exact=True)).to_have_count(1)
    supervisor.wait_for_timeout(500)
    read = supervisor.evaluate(
        "[...document.querySelectorAll('#desk > li')]"
        ".find(row => row.getBoundingClientRect().top > 100).querySelector('a').textContent"
    )
    before = top_of(supervisor, read)
    desk.decides("urgent", "full of anger")
    expect(supervisor.locator("#state")).to_contain_text("302")
    supervisor.wait_for_timeout(3_500)  # it asks once more what stands here
    assert abs(top_of(supervisor, read) - before) <= STILL


def test_what_is_pointed_at_is_not_taken_away_before_the_pointer_leaves(desk, supervisor):
    desk.decides("one", "hello", minutes_ago=3)
    desk.decides("two", "hello", minutes_ago=2)
    shown(supervisor)
    rows(supervisor).first.hover()
    desk.is_answered("one")
    expect(rows(supervisor).first).to_have_class(re.compile("gone"))
    supervisor.mouse.move(5, 5)
    expect(subjects(supervisor)).to_have_text(["About two"])


# While you were away


def test_what_changed_while_nobody_looked_is_marked_until_seen(desk, supervisor):
    desk.decides("old", "hello", minutes_ago=5)
    shown(supervisor)
    expect(supervisor.get_by_text("while you were away")).to_be_hidden()
    supervisor.goto("/promises")
    desk.decides("new", "full of anger")
    shown(supervisor)
    expect(supervisor.get_by_text("1 changed while you were away")).to_be_visible()
    fresh = supervisor.locator("#desk > li.fresh")
    expect(fresh).to_have_count(1)
    expect(fresh).to_contain_text("About new")
    expect(fresh.get_by_text("changed", exact=True)).to_be_visible()
    supervisor.keyboard.press("s")
    expect(fresh).to_have_count(0)
    shown(supervisor)
    expect(fresh).to_have_count(0)


# Keys, and what a row says


def test_the_desk_is_used_by_keyboard_alone(desk, supervisor, complaints):
    desk.decides("one", "hello", minutes_ago=3)
    desk.decides("two", "hello", minutes_ago=2)
    shown(supervisor)
    supervisor.keyboard.press("j")
    expect(supervisor.get_by_role("link", name="About one")).to_be_focused()
    supervisor.keyboard.press("j")
    expect(supervisor.get_by_role("link", name="About two")).to_be_focused()
    supervisor.keyboard.press("k")
    expect(supervisor.get_by_role("link", name="About one")).to_be_focused()
    supervisor.keyboard.press("?")
    expect(supervisor.get_by_role("dialog", name="Keys")).to_be_visible()
    supervisor.keyboard.press("Escape")
    supervisor.get_by_role("link", name="About one").focus()
    supervisor.keyboard.press("Enter")
    expect(supervisor).to_have_url(re.compile("/tickets/1$"))
    assert complaints.heard == []


def test_a_row_shows_how_the_charge_went_over_the_conversation(desk, supervisor):
    desk.decides("one", "hello", minutes_ago=5)
    desk.decides("one-2", "now full of anger", ticket="one", minutes_ago=1)
    shown(supervisor)
    picture = rows(supervisor).first.get_by_role("img")
    expect(picture).to_have_accessible_name(re.compile(r"charge rising: 0\.\d+ in the first"))


def test_what_is_put_off_leaves_the_desk_and_comes_back(desk, supervisor):
    ticket = desk.decides("later", "hello")
    with desk.database.writing() as connection:
        mine = update(tables.ticket).where(tables.ticket.c.id == ticket)
        connection.execute(mine.values(snoozed_until=utcnow() + timedelta(minutes=30)))
    shown(supervisor)
    expect(rows(supervisor)).to_have_count(0)
    supervisor.get_by_role("link", name="1 put off").click()
    expect(subjects(supervisor)).to_have_text(["About later"])
    desk.decides("later-2", "hello? anybody?", ticket="later")
    shown(supervisor)
    expect(subjects(supervisor)).to_have_text(["About later"])
