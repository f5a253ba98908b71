"""Rows without a keyboard, and a page whose first row is near: menus, touch, the Tab key."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.acting import choose, opened, shown, told
from tests.page.served import AT_MOST, Complaints
from triage.api.cookies import SESSION
from triage.domain.person import Role
from triage.ports import utcnow

expect.set_options(timeout=AT_MOST)

FINGER = 44  # px, WCAG 2.5.5
MOST_PRESSES = 4  # from the page's start to its first row


@pytest.fixture
def phone(browser, served, complaints: Complaints) -> Iterator[Page]:
    """A page that is touched."""
    context = browser.new_context(
        base_url=served.address,
        viewport={"width": 390, "height": 800},
        has_touch=True,
        is_mobile=True,
        locale="en-GB",
    )
    context.set_default_timeout(AT_MOST)
    token = served.session_of(Role.SUPERVISOR)
    context.add_cookies([{"name": SESSION, "value": token, "url": served.address}])
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


@pytest.fixture
def ticket(desk):
    made = desk.decides("one", "full of anger")
    desk.decides("two", "hello")
    desk.world.hire(name="Ben", email="ben@example.org")
    return made


def more(page: Page, ticket: int) -> Locator:
    return page.get_by_role("button", name=f"What to do with #{ticket}", exact=True)


def seen(locator: Locator) -> bool:
    return locator.evaluate("it => getComputedStyle(it).opacity") == "1"


def test_a_row_offers_by_mouse_what_the_keys_do(desk, supervisor, complaints, ticket):
    shown(supervisor)
    supervisor.mouse.move(5, 5)
    assert not seen(more(supervisor, ticket))
    supervisor.get_by_role("link", name="About one").hover()
    assert seen(more(supervisor, ticket))
    more(supervisor, ticket).click()
    menu = supervisor.get_by_role("menu", name="What to do")
    expect(menu.get_by_role("menuitem")).to_have_text(
        [re.compile(it) for it in ("Give to", "Put into lane", "Correct", "Put off", "Add a note")]
    )
    menu.get_by_role("menuitem", name="Give to").click()
    expect(menu).to_be_hidden()
    dialog = supervisor.get_by_role("dialog", name="Give to")
    expect(dialog).to_contain_text(f"Ticket #{ticket}: About one")
    choose(dialog, "Ben")
    dialog.get_by_role("button", name="Give").click()
    told(supervisor, f"#{ticket} given to Ben")
    assert complaints.heard == []


def test_the_menu_is_used_by_keyboard_and_closes(desk, supervisor, ticket):
    shown(supervisor)
    supervisor.get_by_role("link", name="About one").focus()
    supervisor.keyboard.press("Tab")
    expect(more(supervisor, ticket)).to_be_focused()
    supervisor.keyboard.press("Enter")
    menu = supervisor.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Give to")).to_be_focused()
    supervisor.keyboard.press("ArrowUp")
    expect(menu.get_by_role("menuitem", name="Add a note")).to_be_focused()
    supervisor.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Give to")).to_be_focused()
    supervisor.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(more(supervisor, ticket)).to_be_focused()
    supervisor.keyboard.press("m")
    supervisor.keyboard.press("l")
    dialog = supervisor.get_by_role("dialog", name="Put into lane")
    expect(dialog).to_contain_text("About one")


def test_a_menu_acts_on_its_own_row_whatever_moves_meanwhile(desk, supervisor, ticket):
    shown(supervisor)
    supervisor.get_by_role("link", name="About two").hover()
    more(supervisor, desk.messages(ticket)[0] + 1).click()
    desk.clock.now = utcnow()
    desk.decides("urgent", "full of anger", minutes_ago=20)
    expect(supervisor.locator("#desk > li")).to_have_count(3)
    supervisor.get_by_role("menuitem", name="Add a note").click()
    dialog = supervisor.get_by_role("dialog", name="Note for colleagues")
    expect(dialog).to_contain_text("About two")


def test_an_agent_is_offered_what_they_may_do(desk, agent, ticket):
    shown(agent)
    agent.get_by_role("link", name="About one").hover()
    more(agent, ticket).click()
    expect(agent.get_by_role("menuitem")).to_have_text([re.compile("Add a note")])


def test_by_touch_every_row_shows_its_menu_and_it_gives_the_ticket(desk, phone, complaints, ticket):
    shown(phone)
    assert seen(more(phone, ticket))
    more(phone, ticket).tap()
    phone.get_by_role("menuitem", name="Give to").tap()
    dialog = phone.get_by_role("dialog", name="Give to")
    choose(dialog, "Ben")
    dialog.get_by_role("button", name="Give").tap()
    told(phone, f"#{ticket} given to Ben")
    assert complaints.heard == []


SMALL = """
least => [...document.querySelectorAll("button, select, input, summary, .bar a, .back")]
  .filter((it) => it.checkVisibility() && !it.closest(".skip"))
  .map((it) => it.matches("[type=checkbox]") ? it.closest("label") : it)
  .filter((it) => it.getBoundingClientRect().height < least)
  .map((it) => it.outerHTML.slice(0, 90))
"""


def test_what_a_finger_touches_is_large_enough(desk, phone, ticket):
    shown(phone)
    phone.locator("#filters summary").tap()
    assert phone.evaluate(SMALL, FINGER) == []
    more(phone, ticket).tap()
    assert phone.evaluate(SMALL, FINGER) == []
    opened(phone, ticket)
    assert phone.evaluate(SMALL, FINGER) == []
    for name in ("Give", "Lane", "Correct", "Put off", "Note"):
        phone.get_by_role("group").get_by_role("button", name=name, exact=True).tap()
        assert phone.evaluate(SMALL, FINGER) == [], name
        phone.keyboard.press("Escape")


# The Tab key


def test_the_first_row_is_a_few_presses_from_the_start_of_the_page(desk, supervisor, ticket):
    shown(supervisor)
    first = supervisor.locator("#desk > li").first.locator(".who a")
    supervisor.keyboard.press("Tab")
    expect(supervisor.get_by_role("link", name="Skip to the list")).to_be_focused()
    supervisor.keyboard.press("Enter")
    presses = 2
    while not first.evaluate("it => it === document.activeElement"):
        supervisor.keyboard.press("Tab")
        presses += 1
        assert presses <= MOST_PRESSES
    supervisor.keyboard.press("Enter")
    expect(supervisor.get_by_role("heading", name="About one")).to_be_visible()


def test_the_list_is_one_stop_and_the_arrows_move_within_it(desk, supervisor, ticket):
    for number in range(30):
        desk.decides(f"t{number}", "hello", minutes_ago=number)
    shown(supervisor)
    stops = supervisor.locator("#desk a:not([tabindex='-1']), #desk button:not([tabindex='-1'])")
    expect(stops).to_have_count(2)  # a row and its menu
    links = supervisor.locator("#desk .who a")
    links.nth(0).focus()
    supervisor.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    expect(links.nth(1)).to_have_attribute("tabindex", "0")
    expect(stops).to_have_count(2)
    supervisor.keyboard.press("ArrowUp")
    expect(links.nth(0)).to_be_focused()
