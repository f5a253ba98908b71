"""For everybody: axe finds nothing on any page, in light and dark, narrow and wide."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.served import AT_MOST

expect.set_options(timeout=AT_MOST)

PAGES = (
    "/",
    "/?lane=charged",
    "/?q=nowhere",
    "/promises",
    "/team",
    "/trends",
    "/alerts",
    "/alerts/week",
    "/sources",
    "/sources/demo",
    "/people",
    "/people/keys",
    "/people/audit",
    "/account",
)
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
LEVELS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def ticket(desk):
    """One of each kind that a page may show."""
    worried = desk.decides("worried", "I worry", minutes_ago=500)
    desk.decides("grieving", "my husband died last week and I worry", minutes_ago=1)
    desk.decides("unsafe", "I want to kill myself", minutes_ago=1)
    desk.is_given_up(desk.receives("lost", "hello"))
    angry = desk.decides("angry", "full of anger, my lawyer will write", minutes_ago=45)
    desk.decides("angry-2", "and more anger", ticket="angry", minutes_ago=5)
    desk.is_promised(worried, "Tell them what the bank said.", minutes_ago=30)
    desk.is_corrected(angry, desk.messages(angry)[0], level=2)
    return angry


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=LEVELS).response["violations"]
    return [f"{it['id']}: {it['nodes'][0]['html'][:200]}" for it in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_no_page_shuts_anybody_out(desk, admin, complaints, ticket, size, scheme):
    admin.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    admin.set_viewport_size(size)
    for path in (*PAGES, f"/tickets/{ticket}"):
        assert admin.goto(path).status == 200, path
        admin.wait_for_load_state("load")
        assert violations(admin) == [], path
        beyond = admin.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0, f"{path} is {beyond} px too wide"
    assert complaints.heard == []


def test_no_dialog_shuts_anybody_out(desk, supervisor, ticket):
    supervisor.goto(f"/tickets/{ticket}")
    expect(supervisor.locator("#live")).to_have_text("live")
    for key in "alcznh?":
        supervisor.keyboard.press(key)
        expect(supervisor.get_by_role("dialog")).to_be_visible()
        assert violations(supervisor) == [], key
        supervisor.keyboard.press("Escape")
        expect(supervisor.get_by_role("dialog")).to_be_hidden()


def test_no_menu_shuts_anybody_out(desk, supervisor, ticket):
    supervisor.goto("/")
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.keyboard.press("j")
    supervisor.keyboard.press("m")
    expect(supervisor.get_by_role("menu")).to_be_visible()
    assert violations(supervisor) == []


def test_the_log_in_shuts_nobody_out(desk, stranger):
    stranger.goto("/login")
    assert violations(stranger) == []


def test_axe_would_find_something(desk, supervisor):
    supervisor.goto("/promises")
    supervisor.evaluate("document.querySelector('h1').outerHTML = '<img src=\"/static/icon.svg\">'")
    assert any(it.startswith("image-alt") for it in violations(supervisor))
