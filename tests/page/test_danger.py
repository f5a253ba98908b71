"""Somebody in danger: moved away only with a reason, and never out of sight while with nobody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.acting import by_rules, opened, pressed, shown, told
from tests.page.conftest import window
from tests.page.served import AT_MOST, Complaints
from triage import alert
from triage.domain.person import Role
from triage.domain.policy import DEFAULT_POLICY
from triage.ports import utcnow
from triage.store import alerts, tables

expect.set_options(timeout=AT_MOST)

DANGER = "I want to kill myself"


@pytest.fixture
def unsafe(desk):
    """A ticket in danger that nobody holds; its alert was seen by Tom."""
    made = desk.decides("unsafe", DANGER)
    holds(desk, made, None)
    is_seen_by(desk, "Tom")
    return made


@pytest.fixture
def other(browser, served):
    """A page of a second person who decides."""
    with window(browser, served, Complaints(), Role.ADMIN) as page:
        yield page


def holds(desk, ticket, agent):
    value = agent or "NULL"
    with desk.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE ticket SET assignee_id = {value} WHERE id = {ticket}")


def is_seen_by(desk, name):
    alert.look(desk.database, DEFAULT_POLICY, utcnow(), sends=False)
    with desk.database.writing() as connection:
        alerts.see(connection, range(1, 100), name, utcnow())


def strip(page: Page) -> Locator:
    return page.locator("#danger .danger")


def asked(page: Page) -> None:
    """Have the page ask now instead of at its next ten seconds."""
    with page.expect_response("**/danger"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


# Moved away


def test_out_of_danger_leads_one_confirmation_with_a_reason_by_keyboard(
    desk, supervisor, complaints, unsafe
):
    opened(supervisor, unsafe)
    dialog = pressed(supervisor, "l", "Put into lane")
    expect(dialog.get_by_label("Lane")).to_have_value("safeguard")
    expect(dialog.get_by_role("alert").first).to_be_hidden()
    dialog.get_by_label("Lane").press("s")  # the next that begins so: standard
    expect(dialog.get_by_label("Lane")).to_have_value("standard")
    expect(dialog.get_by_text("Somebody may be in danger here.")).to_be_visible()
    supervisor.keyboard.press("Enter")
    expect(dialog.get_by_label("Why you are sure")).to_be_focused()
    assert desk.world.ticket(unsafe).chosen_lane is None
    supervisor.keyboard.type("it is a song")
    supervisor.keyboard.press("Enter")
    told(supervisor, f"#{unsafe} put into lane standard")
    by_rules(desk, unsafe)
    kept = supervisor.get_by_role("region", name="Corrections")
    expect(kept).to_contain_text("put into lane standard, before safeguard, Sue: it is a song")
    assert complaints.heard == []


def test_who_changes_their_mind_is_asked_for_nothing(desk, supervisor, unsafe):
    opened(supervisor, unsafe)
    dialog = pressed(supervisor, "l", "Put into lane")
    dialog.get_by_label("Lane").select_option("gentle")
    expect(dialog.get_by_role("button", name="Put out of danger")).to_be_visible()
    dialog.get_by_label("Lane").select_option("safeguard")
    expect(dialog.get_by_label("Why, if you like")).to_be_visible()
    dialog.get_by_role("button", name="Put", exact=True).click()
    told(supervisor, f"#{unsafe} put into lane safeguard")


@pytest.mark.parametrize("why", [{}, {"why": "  "}])
def test_the_api_asks_for_the_reason_too(desk, supervisor, unsafe, why):
    body = {"lane": "standard", "revision": desk.world.ticket(unsafe).revision} | why
    ours = {"Origin": desk.address}
    answer = supervisor.request.post(f"/api/tickets/{unsafe}/lane", data=body, headers=ours)
    assert answer.status == 422
    assert answer.json()["detail"].startswith("why: expected a reason")


# Never out of sight


def test_with_nobody_it_stays_for_everybody_and_becomes_calm_for_who_has_seen_it(
    desk, supervisor, other, complaints, unsafe
):
    for page in (supervisor, other):
        shown(page)
        expect(strip(page)).to_contain_text("In danger, and with nobody:")
        expect(strip(page)).not_to_have_class("danger alone calm")
        expect(page).to_have_title("▲ 1 Desk · Triage")
    strip(supervisor).get_by_role("button", name="I have seen it").click()
    expect(strip(supervisor)).to_have_class("danger alone calm")
    expect(strip(supervisor).get_by_role("button")).to_be_hidden()
    asked(other)
    expect(strip(other).get_by_role("button", name="I have seen it")).to_be_visible()
    heights = set()
    for path in ("/alerts", "/team", "/trends", f"/tickets/{unsafe}"):
        supervisor.goto(path)
        expect(strip(supervisor)).to_have_class("danger alone calm")
        heights.add(strip(supervisor).bounding_box()["height"])
    assert len(heights) == 1  # no page's own styles reach into it
    strip(supervisor).get_by_role("link", name=f"#{unsafe}").click()
    expect(supervisor.get_by_role("heading", name="About unsafe")).to_be_visible()
    assert complaints.heard == []


def test_all_alerts_seen_leave_it_in_sight(desk, supervisor):
    unsafe = desk.decides("unsafe", DANGER)
    holds(desk, unsafe, None)
    desk.decides("unsafe-2", DANGER)
    alert.look(desk.database, DEFAULT_POLICY, utcnow(), sends=False)
    supervisor.goto("/alerts")
    supervisor.get_by_role("button", name="I have seen all 2").click()
    expect(strip(supervisor).first).to_contain_text(f"#{unsafe}")
    expect(strip(supervisor).first).to_have_class("danger alone calm")  # they have just seen it


def test_with_nobody_it_stands_there_before_anybody_has_seen_its_alert(desk, supervisor, agent):
    first = desk.decides("first", DANGER)
    second = desk.decides("second", DANGER)
    holds(desk, first, None)
    alert.look(desk.database, DEFAULT_POLICY, utcnow(), sends=False)
    for page in (supervisor, agent):
        page.goto("/team")
        expect(strip(page)).to_have_text(re.compile(rf"with nobody:\s+#{first} 1\d mins left"))
    strip(agent).get_by_role("button", name="I have seen it").click()
    expect(strip(agent)).to_have_class("danger alone calm")
    assert seen_by(desk) == [None, None]
    with supervisor.expect_response("**/alerts/seen"):
        strip(supervisor).get_by_role("button", name="I have seen it").click()
    assert seen_by(desk) == ["Sue", None]  # the second is held, and an alert of its own
    assert second


def seen_by(desk):
    with desk.database.reading() as connection:
        query = tables.alert.select().order_by(tables.alert.c.ticket_id)
        return [row.seen_by for row in connection.execute(query)]


def test_what_somebody_holds_goes_for_who_has_seen_it_and_for_nobody_else(
    desk, supervisor, other, unsafe
):
    holds(desk, unsafe, 1)
    for page in (supervisor, other):
        shown(page)
        expect(strip(page)).to_contain_text(f"In danger, and waiting: #{unsafe} with Ann")
    strip(supervisor).get_by_role("button", name="I have seen it").click()
    expect(strip(supervisor)).to_be_hidden()
    supervisor.reload()
    asked(supervisor)
    expect(strip(supervisor)).to_be_hidden()
    asked(other)
    expect(strip(other)).to_be_visible()
    holds(desk, unsafe, None)
    asked(supervisor)
    expect(strip(supervisor)).to_have_class("danger alone calm")


def test_a_new_one_is_loud_again(desk, supervisor, unsafe):
    shown(supervisor)
    strip(supervisor).get_by_role("button", name="I have seen it").click()
    holds(desk, desk.decides("another", DANGER), None)
    is_seen_by(desk, "Tom")
    asked(supervisor)
    expect(strip(supervisor)).not_to_have_class("danger alone calm")
    expect(strip(supervisor).get_by_role("button", name="I have seen it")).to_be_visible()


def test_it_goes_once_the_customer_is_answered(desk, supervisor, unsafe):
    shown(supervisor)
    expect(strip(supervisor)).to_be_visible()
    desk.is_answered("unsafe")
    asked(supervisor)
    expect(strip(supervisor)).to_have_count(0)
    expect(supervisor).to_have_title("Desk · Triage")


def test_what_is_read_stays_where_it_is_when_the_strip_comes(desk, supervisor):
    for number in range(12):
        desk.decides(f"t{number}", "hello", minutes_ago=30 - number)
    shown(supervisor)
    row = supervisor.locator("#desk > li").nth(2)
    row.hover()
    before = row.bounding_box()["y"]
    unsafe = desk.decides("unsafe", DANGER)
    holds(desk, unsafe, None)
    is_seen_by(desk, "Tom")
    asked(supervisor)
    expect(strip(supervisor)).to_be_in_viewport()
    moved = supervisor.get_by_role("link", name="About t2").locator("xpath=ancestor::li")
    assert abs(moved.bounding_box()["y"] - before) <= 2
