"""Taking changes back: what was done is said, ten are kept, each says what it took back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.page.acting import gives, opened, pressed, shown, told
from tests.page.served import AT_MOST
from triage.ports import utcnow

expect.set_options(timeout=AT_MOST)


@pytest.fixture
def ticket(desk):
    """A ticket that Ann holds; Ben and Cal are there too."""
    made = desk.decides("one", "full of anger, order 12 is late")
    for name in ("Ben", "Cal"):
        desk.world.hire(name=name, email=f"{name}@example.org".lower())
    return made


def notes(page, ticket, *texts):
    for text in texts:
        dialog = pressed(page, "n", "Note for colleagues")
        dialog.get_by_label("Note").fill(text)
        dialog.get_by_role("button", name="Add").click()
        expect(dialog).to_be_hidden()


def test_changes_are_taken_back_one_after_the_other_also_after_another_page(
    desk, supervisor, complaints, ticket
):
    second = desk.decides("two", "hello")
    opened(supervisor, ticket)
    gives(supervisor, "Ben")
    told(supervisor, f"#{ticket} given to Ben")
    expect(supervisor.locator(".summary")).to_contain_text("Ben, chosen by a person")
    gives(supervisor, "Cal")
    told(supervisor, f"#{ticket} given to Cal")
    shown(supervisor)
    supervisor.get_by_role("link", name="About two").focus()
    dialog = pressed(supervisor, "z", "Put off")
    dialog.get_by_role("button", name="Put off").click()
    told(supervisor, f"#{second} put off for 30 minutes")
    supervisor.reload()
    supervisor.keyboard.press("u")
    told(supervisor, f"Taken back: #{second} put off for 30 minutes")
    expect(
        supervisor.get_by_role("button", name=f"Undo (u): #{ticket} given to Cal")
    ).to_be_visible()
    supervisor.keyboard.press("u")
    told(supervisor, f"Taken back: #{ticket} given to Cal")
    expect(supervisor.locator(f"#ticket-{ticket} .with")).to_have_text("Ben")
    supervisor.keyboard.press("u")
    told(supervisor, f"Taken back: #{ticket} given to Ben")
    expect(supervisor.locator(f"#ticket-{ticket} .with")).to_have_text("Ann")
    supervisor.keyboard.press("u")
    told(supervisor, "There is nothing to undo.")
    assert complaints.heard == []


def test_the_last_ten_are_kept_and_shown(desk, supervisor, ticket):
    opened(supervisor, ticket)
    notes(supervisor, ticket, *(f"note {number}" for number in range(11)))
    dialog = pressed(supervisor, "h", "What you did here")
    expect(dialog.get_by_role("listitem")).to_have_text([f"Note added to #{ticket}"] * 10)
    undo = dialog.get_by_role("button", name="Undo the newest")
    for left in range(9, -1, -1):
        undo.click()
        expect(dialog.get_by_role("listitem")).to_have_count(left)
    expect(dialog.get_by_text("Nothing yet.")).to_be_visible()
    supervisor.keyboard.press("Escape")
    kept = supervisor.get_by_role("region", name="Notes", exact=True).locator("li")
    expect(kept).to_have_text([re.compile("^note 0")])


def test_another_tab_undoes_nothing_of_this_one(desk, supervisor, ticket):
    opened(supervisor, ticket)
    notes(supervisor, ticket, "mine")
    other = supervisor.context.new_page()
    opened(other, ticket)
    other.keyboard.press("u")
    told(other, "There is nothing to undo.")


def test_what_can_no_longer_be_taken_back_says_why_and_is_forgotten(desk, supervisor, ticket):
    opened(supervisor, ticket)
    gives(supervisor, "Ben")
    told(supervisor, f"#{ticket} given to Ben")
    desk.clock.now = utcnow()
    desk.receives("one-2", "and now?", ticket="one")
    supervisor.keyboard.press("u")
    came = f"ticket {ticket}: its customer wrote since"
    told(supervisor, f"Not taken back: #{ticket} given to Ben. {came}")
    supervisor.keyboard.press("u")
    told(supervisor, "There is nothing to undo.")


def test_without_a_connection_it_can_be_taken_back_later(desk, supervisor, ticket):
    opened(supervisor, ticket)
    gives(supervisor, "Ben")
    supervisor.context.set_offline(True)
    supervisor.keyboard.press("u")
    told(supervisor, f"Not taken back: #{ticket} given to Ben. No connection")
    supervisor.context.set_offline(False)
    supervisor.keyboard.press("u")
    told(supervisor, f"Taken back: #{ticket} given to Ben")
