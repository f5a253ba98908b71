"""The team in a real browser: true loads, advice with reasons, people and never a ranking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete, select, update

from tests.page.served import AT_MOST
from tests.page.test_page import CONTRAST, HOSTILE, width_beyond
from triage.domain.policy import DEFAULT_POLICY
from triage.ports import utcnow
from triage.store import access_tables, tables

expect.set_options(timeout=AT_MOST)
ALWAYS = {"zone": "UTC", "hours": {str(day): ["00:00", "00:00"] for day in range(7)}}
BUDGET = f"{DEFAULT_POLICY.emotional_budget:.0f}"


@pytest.fixture
def crew(desk: Any) -> Iterator[Any]:
    """A desk with Ann, who is of no team, and two of the team `billing`."""
    desk.world.hire(name="Zed", email="zed@example.org", team="billing", skills=["billing"])
    desk.world.hire(name="Bea", email="bea@example.org", team="billing", capacity=4)
    yield desk
    agents = tables.agent
    desk.is_emptied()
    with desk.database.writing() as connection:
        connection.execute(delete(agents).where(agents.c.email != "ann@example.org"))
        usual = {"present": True, "opted_out": False, "heavy_run": 0, "assigned_at": None}
        connection.execute(update(agents).values(usual))


def number_of(desk: Any, name: str) -> int:
    with desk.database.reading() as connection:
        query = select(tables.agent.c.id).where(tables.agent.c.name == name)
        return int(connection.execute(query).scalar_one())


def put(desk: Any, name: str, **values: Any) -> None:
    with desk.database.writing() as connection:
        mine = update(tables.agent).where(tables.agent.c.name == name)
        connection.execute(mine.values(values))


def holds(desk: Any, name: str, *, weight: float = 0.0, late: bool = False, count: int = 1) -> None:
    """Give somebody tickets of this weight."""
    due = utcnow() + timedelta(minutes=-5 if late else 90)
    for number in range(count):
        ticket = desk.receives(f"{name}-{weight}-{late}-{number}", "hello")
        values = {"assignee_id": number_of(desk, name), "weight": weight, "respond_by": due}
        with desk.database.writing() as connection:
            mine = update(tables.ticket).where(tables.ticket.c.id == ticket)
            connection.execute(mine.values(state="done", **values))


def row(page: Page, name: str) -> Locator:
    return page.locator(".crew tr").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def cell(page: Page, name: str, label: str) -> Locator:
    return row(page, name).locator(f"td[data-label='{label}']")


def advice(page: Page) -> Locator:
    return page.get_by_role("region", name="To look at").get_by_role("listitem")


def is_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_text("live")


def test_everybody_stands_there_with_what_they_carry(crew, supervisor, complaints):
    holds(crew, "Bea", weight=2.0, count=2)
    holds(crew, "Zed", late=True)
    put(crew, "Zed", shift=ALWAYS)
    supervisor.goto("/team")
    expect(cell(supervisor, "Bea", "Tickets")).to_contain_text("2 of 4")
    expect(cell(supervisor, "Bea", "Emotional load")).to_contain_text(f"4.0 of {BUDGET}")
    expect(cell(supervisor, "Bea", "Emotional load")).to_contain_text("light")
    expect(cell(supervisor, "Zed", "Tickets")).to_contain_text("1 late")
    expect(cell(supervisor, "Zed", "Skills")).to_have_text("billing")
    expect(cell(supervisor, "Ann", "Emotional load")).to_contain_text("nothing heavy")
    expect(supervisor.get_by_role("table", name="3 of 3 on shift")).to_be_visible()
    expect(supervisor.get_by_role("rowheader", name="billing")).to_be_visible()
    is_live(supervisor)
    assert complaints.heard == []


def test_people_stand_by_name_whatever_they_carry(crew, supervisor):
    names = ["Ann", "Bea", "Zed"]
    supervisor.goto("/team")
    expect(supervisor.locator(".crew th[scope=row]")).to_have_text(names)
    holds(crew, "Zed", weight=4.0, count=3)
    supervisor.reload()
    expect(supervisor.locator(".crew th[scope=row]")).to_have_text(names)


def test_advice_has_its_reason(crew, supervisor, complaints):
    holds(crew, "Bea", weight=4.0, count=3)
    holds(crew, "Zed", late=True, count=2)
    put(crew, "Ann", heavy_run=3, assigned_at=utcnow() - timedelta(minutes=20))
    supervisor.goto("/team")
    expect(advice(supervisor)).to_have_count(3)
    rest = "A rest from heavy tickets"
    expect(advice(supervisor).nth(0)).to_contain_text(f"Ann: {rest}. 3 heavy ones in a row")
    expect(advice(supervisor).nth(1)).to_contain_text(
        f"Bea: {rest}. Emotional load 12.0 of {BUDGET}, at the budget."
    )
    expect(advice(supervisor).nth(2)).to_contain_text(
        "Zed: Hand on late tickets. Holds 2 that should be answered by now; with room: Ann."
    )
    assert complaints.heard == []


def test_who_needs_several_things_is_named_once(crew, supervisor):
    holds(crew, "Bea", weight=4.0, count=3)
    holds(crew, "Bea", late=True)
    put(crew, "Bea", heavy_run=3, assigned_at=utcnow() - timedelta(minutes=20))
    supervisor.goto("/team")
    expect(advice(supervisor)).to_have_count(1)
    expect(advice(supervisor)).to_contain_text(
        f"Bea: A rest from heavy tickets. Emotional load 12.0 of {BUDGET}, at the budget."
        " 3 heavy ones in a row"
    )
    expect(advice(supervisor)).to_contain_text("Hand on a late ticket. Holds 1 that")


def test_loads_are_written_as_their_reader_writes_numbers(crew, browser, supervisor):
    holds(crew, "Bea", weight=2.5)
    context = browser.new_context(
        base_url=crew.address, locale="de-DE", storage_state=supervisor.context.storage_state()
    )
    page = context.new_page()
    page.goto("/team")
    is_live(page)
    expect(cell(page, "Bea", "Emotional load")).to_contain_text(f"2,5 of {BUDGET}")
    context.close()


def test_where_nobody_is_near_a_limit_it_says_so(crew, supervisor):
    supervisor.goto("/team")
    expect(supervisor.get_by_text("Nobody is near a limit.")).to_be_visible()


def test_who_opted_out_is_shown_like_everybody(crew, supervisor):
    put(crew, "Bea", opted_out=True)
    supervisor.goto("/team")
    expect(cell(supervisor, "Bea", "Heavy tickets")).to_have_text("takes none")
    expect(advice(supervisor)).to_have_count(0)
    assert row(supervisor, "Bea").get_attribute("class") is None


def test_who_is_marked_as_away_can_be_marked_as_here_again(crew, supervisor, complaints):
    holds(crew, "Bea")
    supervisor.goto("/team")
    is_live(supervisor)
    supervisor.evaluate("window.sameDocument = true")
    away = supervisor.get_by_role("button", name="Mark as away Bea")
    away.focus()
    supervisor.keyboard.press("Enter")
    here = supervisor.get_by_role("button", name="Mark as here Bea")
    expect(here).to_be_focused()
    expect(cell(supervisor, "Bea", "Here")).to_have_text("away")
    expect(advice(supervisor)).to_contain_text("Bea: Hand on what waits with them.")
    supervisor.keyboard.press("Enter")
    expect(away).to_be_focused()
    expect(cell(supervisor, "Bea", "Here")).to_have_text("on shift")
    assert supervisor.evaluate("window.sameDocument")
    assert complaints.heard == []
    noted = [(it.by, it.about) for it in audited(crew)]
    bea = number_of(crew, "Bea")
    assert noted == [("Sue", f"agent {bea}: absent"), ("Sue", f"agent {bea}: present")]


def audited(desk: Any) -> list[Any]:
    with desk.database.reading() as connection:
        return list(connection.execute(select(access_tables.audit).order_by("id")))


def test_it_works_without_a_script(crew, browser, supervisor):
    context = browser.new_context(
        base_url=crew.address,
        java_script_enabled=False,
        storage_state=supervisor.context.storage_state(),
    )
    page = context.new_page()
    page.goto("/team")
    page.get_by_role("button", name="Give no heavy ones Zed").click()
    expect(page).to_have_url(re.compile(f"/team#agent-{number_of(crew, 'Zed')}$"))
    expect(cell(page, "Zed", "Heavy tickets")).to_have_text("takes none")
    page.get_by_role("button", name="Give heavy ones Zed").click()
    expect(cell(page, "Zed", "Heavy tickets")).to_contain_text("0 in a row")
    context.close()


def test_who_may_not_decide_sees_and_changes_nothing(crew, agent):
    agent.goto("/team")
    expect(row(agent, "Bea")).to_be_visible()
    expect(agent.get_by_role("button", name=re.compile("Mark as"))).to_have_count(0)
    bea = number_of(crew, "Bea")
    origin = {"Origin": crew.address}
    answer = agent.context.request.post(
        f"/team/{bea}/present", form={"present": "false"}, headers=origin, max_redirects=0
    )
    assert answer.status == 403


def test_an_agent_that_is_not_there_is_answered_in_one_sentence(crew, supervisor):
    answer = supervisor.context.request.post(
        "/team/99999/present",
        form={"present": "true"},
        headers={"Origin": crew.address},
        max_redirects=0,
    )
    assert (answer.status, answer.json()) == (404, {"detail": "there is no agent 99999"})


def test_the_page_refreshes_itself_and_keeps_the_focus(crew, supervisor):
    supervisor.clock.install()
    supervisor.goto("/team")
    is_live(supervisor)
    button = supervisor.get_by_role("button", name="Mark as away Bea")
    button.focus()
    holds(crew, "Bea", weight=4.0, count=2)
    supervisor.clock.run_for(16_000)
    expect(cell(supervisor, "Bea", "Tickets")).to_contain_text("2 of 4")
    expect(button).to_be_focused()


def test_where_the_server_is_away_it_says_so(crew, supervisor):
    supervisor.clock.install()
    supervisor.goto("/team")
    is_live(supervisor)
    supervisor.route("**/team/now", lambda route: route.abort())
    supervisor.clock.run_for(16_000)
    expect(supervisor.locator("#live")).to_have_text("connection lost, trying again")


def test_hostile_names_do_no_harm(crew, supervisor, complaints):
    for number, word in enumerate(HOSTILE.values()):
        crew.world.hire(
            name=word[:200], email=f"h{number}@example.org", team=word[:100], skills=[word[:50]]
        )
    supervisor.set_viewport_size({"width": 360, "height": 640})
    supervisor.goto("/team")
    is_live(supervisor)
    supervisor.wait_for_timeout(300)
    made = supervisor.locator(
        "main :is(script, img, svg, style, link, [onerror], [href^=javascript])"
    )
    expect(made).to_have_count(0)
    assert width_beyond(supervisor) <= 0
    expect(supervisor.locator("main")).not_to_contain_text("49")
    assert complaints.heard == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1400])
def test_the_teams_page_fits_and_can_be_read(crew, supervisor, scheme, width):
    holds(crew, "Bea", weight=4.0, count=3)
    holds(crew, "Zed", late=True)
    put(crew, "Ann", present=False)
    supervisor.set_viewport_size({"width": width, "height": 800})
    supervisor.emulate_media(color_scheme=scheme)
    supervisor.goto("/team")
    is_live(supervisor)
    assert width_beyond(supervisor) <= 0
    assert supervisor.evaluate(CONTRAST) == []
    assert supervisor.locator("[style], script:not([src])").count() == 0
