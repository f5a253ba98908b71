"""What the tests of acting on tickets share: opening, pressing, choosing, and what is told."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.page.served import Desk
from triage.ports import utcnow


def opened(page: Page, ticket: int) -> Page:
    """Open a ticket's page, and wait until it follows the ticket."""
    page.goto(f"/tickets/{ticket}")
    expect(page.locator("#live")).to_have_text("live")
    return page


def shown(page: Page, address: str = "/") -> Page:
    """Open the desk, and wait until it is live."""
    page.goto(address)
    expect(page.locator("#live")).to_have_text("live")
    return page


def pressed(page: Page, key: str, name: str) -> Locator:
    """Press a key, and return the dialog of this name that it opens."""
    page.keyboard.press(key)
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    return dialog


def choose(dialog: Locator, name: str) -> None:
    """Choose an agent, once the server has said what hinders each."""
    expect(dialog.locator("optgroup")).not_to_have_count(0)
    number = dialog.locator(f"option[data-name='{name}']").get_attribute("value")
    dialog.get_by_label("Agent").select_option(value=number)


def gives(page: Page, name: str) -> None:
    """Give the ticket in use to an agent."""
    dialog = pressed(page, "a", "Give to")
    choose(dialog, name)
    dialog.get_by_role("button", name="Give").click()
    expect(dialog).to_be_hidden()


def told(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("#told")).to_contain_text(words)


def by_rules(desk: Desk, ticket: int) -> None:
    """Do what a worker does after a change."""
    desk.clock.now = utcnow()
    desk.world.decide(ticket)
