"""Giving a ticket to somebody: who could take it is said beside each name, and may be overruled."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.page.acting import choose, opened, pressed, shown, told
from tests.page.served import AT_MOST
from triage.domain.agent import AgentId
from triage.store import agents

expect.set_options(timeout=AT_MOST)


@pytest.fixture
def ticket(desk):
    """One that Ann holds; Ben is away, Cal full, Dan new, Eve able."""
    others = (("Ben", {}), ("Cal", {"capacity": 1}), ("Dan", {"experience": 1}), ("Eve", {}))
    made = desk.decides("one", "full of anger, order 12 is late")
    for name, values in others:
        desk.world.hire(name=name, email=f"{name}@example.org".lower(), **values)
    with desk.database.writing() as connection:
        ids = {it.name: AgentId(it.id) for it in agents.listed(connection)}
        agents.set_present(connection, ids["Ben"], present=False)
    filler = desk.decides("filler", "hello")
    with desk.database.writing() as connection:
        changed = f"UPDATE ticket SET assignee_id = {ids['Cal']} WHERE id = {filler}"
        connection.exec_driver_sql(changed)
    return made


def test_who_could_take_it_stands_first_and_what_hinders_the_others_beside_their_names(
    desk, supervisor, ticket
):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "a", "Give to")
    groups = dialog.locator("optgroup")
    expect(groups).to_have_count(2)
    expect(groups.nth(0).locator("option")).to_have_text(
        ["Eve: holds 0 of 3", "Ann: has it now, holds 1 of 3"]
    )
    expect(groups.nth(1).locator("option")).to_have_text(
        [
            "Cal: full, holds 1 of 1",
            "Dan: experience 1, asked is 3, holds 0 of 3",
            "Ben: away, holds 0 of 3",
        ]
    )


def test_a_person_overrules_what_hinders(desk, supervisor, complaints, ticket):
    shown(supervisor)
    supervisor.get_by_role("link", name="About one").focus()
    dialog = pressed(supervisor, "a", "Give to")
    choose(dialog, "Ben")
    supervisor.keyboard.press("Enter")
    told(supervisor, f"#{ticket} given to Ben")
    expect(supervisor.locator(f"#ticket-{ticket} .with")).to_have_text("Ben")
    assert complaints.heard == []


def test_where_it_cannot_be_asked_who_is_able_everybody_may_be_chosen(desk, supervisor, ticket):
    supervisor.route("**/able", lambda it: it.abort())
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "a", "Give to")
    expect(dialog.get_by_role("alert")).to_contain_text("who is able could not be asked")
    dialog.get_by_label("Agent").select_option(label="Eve")
    dialog.get_by_role("button", name="Give").click()
    told(supervisor, f"#{ticket} given to Eve")


def test_what_was_chosen_before_the_answer_stays_chosen(desk, supervisor, ticket):
    held = []

    def hold(route):  # a bound method of a list is none that Playwright takes
        held.append(route)

    supervisor.route("**/able", hold)
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "a", "Give to")
    dialog.get_by_label("Agent").select_option(label="Dan")
    wait_for(supervisor, held)
    held[0].continue_()
    expect(dialog.locator("optgroup")).to_have_count(2)
    chosen = dialog.get_by_label("Agent").evaluate("it => it.selectedOptions[0].dataset.name")
    assert chosen == "Dan"


def wait_for(page: Page, held: list[object]) -> None:
    for _ in range(100):
        if held:
            return
        page.wait_for_timeout(50)


def test_only_who_decides_is_told_what_hinders_whom(desk, agent, stranger, ticket):
    assert agent.request.get(f"/tickets/{ticket}/able").status == 403
    assert stranger.request.get(f"/tickets/{ticket}/able").status == 401


def test_a_ticket_that_is_not_there_can_be_given_to_nobody(desk, supervisor, ticket):
    assert supervisor.request.get("/tickets/999/able").status == 404
