"""Numbers, and the way between the desk and a ticket: what was asked for is not lost on it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.page.acting import opened, shown
from tests.page.crowd import crowd
from tests.page.served import AT_MOST
from triage.api.cookies import SESSION
from triage.domain.person import Role

expect.set_options(timeout=AT_MOST)


def search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    expect(page.locator("#live")).to_have_text("live")


# Numbers


def test_our_number_and_the_helpdesks_stand_on_the_row_and_on_the_ticket(desk, supervisor):
    ticket = desk.decides("A-4711", "hello")
    shown(supervisor)
    row = supervisor.locator("#desk > li")
    expect(row.locator(".about")).to_contain_text(f"#{ticket} · Customer A. · demo A-4711")
    opened(supervisor, ticket)
    expect(supervisor.locator(".numbers")).to_have_text(f"#{ticket} · demo A-4711")
    expect(supervisor).to_have_title(f"#{ticket} About A-4711 · Triage")


@pytest.mark.parametrize("typed", ["#{0}", "{0}", "#A-4711", "a-47"])
def test_a_ticket_is_found_by_either_number(desk, supervisor, typed):
    desk.decides("first", "hello")
    desk.decides("second", "hello")
    wanted = desk.decides("A-4711", "hello")
    shown(supervisor)
    search(supervisor, typed.format(wanted))
    expect(supervisor.locator("#desk .who a")).to_have_text(["About A-4711"])


def test_the_number_of_a_ticket_that_does_not_wait_leads_to_it(desk, supervisor):
    ticket = desk.decides("A-4711", "hello")
    desk.is_answered("A-4711")
    shown(supervisor)
    search(supervisor, f"#{ticket}")
    empty = supervisor.locator("#empty")
    expect(empty).to_contain_text("Nobody who waits is in this view.")
    expect(empty).to_contain_text("answered")
    empty.get_by_role("link", name=f"#{ticket} · A-4711").click()
    expect(supervisor.get_by_role("heading", name="About A-4711")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "many", "charge"), [("de-DE", "1.234", "0,9"), ("en-GB", "1,234", "0.9")]
)
def test_numbers_are_written_as_their_reader_writes_them(
    desk, browser, complaints, locale, many, charge
):
    ticket = desk.decides("angry", "full of anger")
    crowd(desk, 1_233)
    context = browser.new_context(base_url=desk.address, locale=locale)
    token = desk.session_of(Role.SUPERVISOR)
    context.add_cookies([{"name": SESSION, "value": token, "url": desk.address}])
    page = context.new_page()
    complaints.listen(page)
    shown(page)
    expect(page.locator("#state")).to_contain_text(re.compile(rf"Waiting\s+{re.escape(many)}"))
    desk.decides("another", "hello")  # the header is asked for again
    more = many.replace("4", "5")
    expect(page.locator("#state")).to_contain_text(re.compile(rf"Waiting\s+{re.escape(more)}"))
    opened(page, ticket)
    expect(page.locator(".reads")).to_contain_text(f"charge {charge}")
    context.close()
    assert complaints.heard == []


# The way back


def test_back_leads_to_the_view_and_the_row_that_somebody_came_from(desk, supervisor, complaints):
    desk.decides("calm", "hello")
    for number in range(3):
        desk.decides(f"t{number}", "full of anger", minutes_ago=20 - number)
    shown(supervisor, "/?lane=charged")
    supervisor.keyboard.press("j")
    supervisor.keyboard.press("j")
    supervisor.keyboard.press("Enter")
    expect(supervisor.get_by_role("heading", name="About t1")).to_be_visible()
    expect(supervisor.locator("#live")).to_have_text("live")  # the page's script has run
    supervisor.get_by_role("link", name="← Desk").click()
    expect(supervisor).to_have_url(re.compile(r"/\?lane=charged$"))
    expect(supervisor.get_by_role("link", name="About t1")).to_be_focused()
    supervisor.keyboard.press("Enter")
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.keyboard.press("b")
    expect(supervisor).to_have_url(re.compile(r"/\?lane=charged$"))
    assert complaints.heard == []


def test_back_leads_far_down_a_long_desk(desk, supervisor):
    desk.decides("first", "hello", minutes_ago=3)
    crowd(desk, 1_000)
    shown(supervisor)
    supervisor.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    expect(supervisor.get_by_role("link", name=re.compile("^Copy [45]"))).not_to_have_count(0)
    supervisor.mouse.move(5, 5)
    link = supervisor.get_by_role("link", name="Copy 500", exact=True)
    link.click()
    expect(supervisor.get_by_role("heading", name="Copy 500")).to_be_visible()
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.get_by_role("link", name="← Desk").click()
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()


def test_back_from_a_ticket_in_a_tab_of_its_own_leads_to_the_view_too(desk, supervisor):
    desk.decides("angry", "full of anger")
    shown(supervisor, "/?lane=charged")
    with supervisor.context.expect_page() as opening:
        supervisor.get_by_role("link", name="About angry").click(modifiers=["ControlOrMeta"])
    other = opening.value
    expect(other.locator("#live")).to_have_text("live")
    expect(other.get_by_role("link", name="← Desk")).to_have_attribute("href", "/?lane=charged")


def test_back_stays_after_the_ticket_changed(desk, supervisor):
    ticket = desk.decides("angry", "full of anger")
    shown(supervisor, "/?lane=charged")
    supervisor.get_by_role("link", name="About angry").click()
    expect(supervisor.locator("#live")).to_have_text("live")
    desk.decides("angry-2", "more anger", ticket="angry")
    expect(supervisor.locator(".message")).to_have_count(2)
    back = supervisor.get_by_role("link", name="← Desk")
    expect(back).to_have_attribute("href", "/?lane=charged")
    assert ticket


def test_the_next_and_the_one_before_of_the_view_are_a_key_away(desk, supervisor, complaints):
    for number in range(3):
        desk.decides(f"t{number}", "full of anger", minutes_ago=20 - number)
        desk.decides(f"calm{number}", "hello", minutes_ago=400 - number)
    shown(supervisor, "/?lane=charged")
    supervisor.get_by_role("link", name="About t0").click()
    for key, subject in (("j", "t1"), ("j", "t2"), ("k", "t1"), ("k", "t0")):
        expect(supervisor.locator("#live")).to_have_text("live")
        supervisor.keyboard.press(key)
        expect(supervisor.get_by_role("heading", name=f"About {subject}")).to_be_visible()
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.keyboard.press("k")
    expect(supervisor.locator("#told")).to_contain_text("There is no other ticket of this view")
    supervisor.keyboard.press("b")
    expect(supervisor).to_have_url(re.compile(r"/\?lane=charged$"))
    assert complaints.heard == []


@pytest.mark.parametrize("view", ["//evil.example", "/\\evil.example", "javascript:alert(1)", ":x"])
def test_back_leads_nowhere_but_to_the_desk(desk, supervisor, complaints, view):
    ticket = desk.decides("angry", "full of anger")
    supervisor.goto("/team")
    supervisor.evaluate("view => sessionStorage.setItem('triage.view', view)", view)
    opened(supervisor, ticket)
    expect(supervisor.get_by_role("link", name="← Desk")).to_have_attribute("href", "/")
    assert complaints.heard == []
