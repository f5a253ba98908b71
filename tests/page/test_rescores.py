"""Runs that score again, in a real browser: begun, watched, applied and taken back by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from tests.integration.rescoring import CALMER, Rescoring
from tests.page.served import AT_MOST
from tests.page.test_for_everybody import NARROW, WIDE, violations
from tests.page.test_page import HOSTILE, width_beyond
from triage.ports import utcnow
from triage.store import tables

expect.set_options(timeout=AT_MOST)
ANGER = "I am full of anger"


@pytest.fixture
def world(desk: Any) -> Iterator[Rescoring]:
    """The desk's own tickets, with a worker that scores them again when it is told to."""
    made = Rescoring.__new__(Rescoring)
    made.__dict__.update(desk.world.__dict__)
    made.models, made.ways_given = {}, 0
    made.clock.now = utcnow()
    made.bulk = made.a_worker()
    yield made
    desk.is_emptied()
    with desk.database.writing() as connection:
        connection.execute(delete(tables.agent).where(tables.agent.c.email != "ann@example.org"))


def is_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_text("live")


def press(page: Page, name: str) -> None:
    """Press a button by keyboard alone."""
    page.get_by_role("button", name=re.compile(name)).focus()
    page.keyboard.press("Enter")


def test_a_run_is_begun_watched_applied_and_taken_back_by_keyboard(
    desk, world, supervisor, complaints
):
    ticket = desk.decides("angry", ANGER)
    supervisor.goto("/rescores")
    supervisor.get_by_label("Policy").set_input_files(
        {"name": "calmer.yaml", "mimeType": "text/yaml", "buffer": CALMER.encode()}
    )
    press(supervisor, "See what would change")
    expect(supervisor.get_by_role("heading", level=1)).to_contain_text("Run")
    number = int(supervisor.url.rpartition("/")[2])
    is_live(supervisor)
    expect(supervisor.get_by_role("progressbar")).to_be_visible()
    world.scores(number)
    expect(supervisor.get_by_role("heading", name="waits for you")).to_be_visible()
    moves = supervisor.get_by_role("region", name="The largest move").get_by_role("listitem")
    expect(moves).to_have_count(1)
    expect(moves).to_contain_text(ANGER)
    expect(moves.get_by_role("link")).to_have_attribute("href", f"/tickets/{ticket}")
    press(supervisor, "Apply 1 change")
    expect(supervisor.get_by_role("heading", name="being applied")).to_be_visible()
    world.applies(number)
    expect(supervisor.get_by_role("heading", name="applied", exact=True)).to_be_visible()
    press(supervisor, "Take 1 change back")
    expect(supervisor.get_by_role("heading", name="being taken back")).to_be_visible()
    world.applies(number)
    expect(supervisor.get_by_role("heading", name="taken back", exact=True)).to_be_visible()
    assert complaints.heard == []


def test_it_is_paused_goes_on_and_is_cancelled_by_keyboard(desk, world, supervisor):
    desk.decides("angry", ANGER)
    run = world.start()
    supervisor.goto(f"/rescores/{run}")
    is_live(supervisor)
    press(supervisor, "Pause")
    expect(supervisor.get_by_role("heading", name="scoring, paused")).to_be_visible()
    press(supervisor, "Go on")
    expect(supervisor.get_by_role("heading", name="scoring", exact=True)).to_be_visible()
    press(supervisor, "Cancel")
    expect(supervisor.get_by_role("heading", name="cancelled")).to_be_visible()
    expect(supervisor.locator("main form")).to_have_count(0)


def test_what_cannot_be_done_is_said_where_it_was_asked(desk, world, supervisor):
    desk.decides("angry", ANGER)
    run = world.start()
    supervisor.goto(f"/rescores/{run}")
    is_live(supervisor)
    supervisor.route("**/now", lambda route: route.abort())  # else the button is gone in time
    world.act(run, "cancel")
    press(supervisor, "Pause")
    expect(supervisor.locator("main").get_by_role("alert")).to_have_text(
        f"run {run} is cancelled; there is nothing to pause"
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [("mood=bad", "unknown word 'mood'"), ("lane=gentle", "no ticket that was decided")],
)
def test_what_is_asked_wrongly_stands_beside_the_form(desk, supervisor, query, said):
    desk.decides("angry", ANGER)
    supervisor.goto("/rescores")
    supervisor.get_by_label("those of a view of the desk").check()
    supervisor.get_by_label("The view, in the words of the desk's address").fill(query)
    press(supervisor, "See what would change")
    expect(supervisor.locator("main").get_by_role("alert")).to_contain_text(said)
    expect(supervisor.get_by_label("The view, in the words")).to_have_value(query)


def test_who_may_not_decide_sees_and_changes_nothing(desk, world, agent):
    desk.decides("angry", ANGER)
    run = world.start()
    agent.goto(f"/rescores/{run}")
    expect(agent.get_by_role("heading", name="scoring")).to_be_visible()
    expect(agent.locator("main form")).to_have_count(0)
    answer = agent.context.request.post(
        f"/rescores/{run}/cancel", headers={"Origin": desk.address}, max_redirects=0
    )
    assert answer.status == 403
    agent.goto("/rescores/999")
    expect(agent.get_by_role("heading", name="No such run")).to_be_visible()


def test_it_works_without_a_script(desk, world, browser, supervisor):
    desk.decides("angry", ANGER)
    run = world.start()
    world.scores(run)
    context = browser.new_context(
        base_url=desk.address,
        java_script_enabled=False,
        storage_state=supervisor.context.storage_state(),
    )
    page = context.new_page()
    page.goto(f"/rescores/{run}")
    page.get_by_role("button", name="Apply 1 change").click()
    expect(page.get_by_role("heading", name="being applied")).to_be_visible()
    context.close()


def test_hostile_words_do_no_harm(desk, world, supervisor, complaints):
    for number, word in enumerate(HOSTILE.values()):
        desk.decides(f"h{number}", f"full of anger {word}", subject=word[:200])
    run = world.start()
    world.scores(run)
    supervisor.set_viewport_size({"width": 360, "height": 640})
    supervisor.goto(f"/rescores/{run}")
    is_live(supervisor)
    made = supervisor.locator("main :is(script, img, svg, style, link, [onerror])")
    expect(made).to_have_count(0)
    assert width_beyond(supervisor) <= 0
    assert complaints.heard == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_no_page_of_runs_shuts_anybody_out(desk, world, supervisor, complaints, size, scheme):
    desk.decides("angry", ANGER)
    desk.decides("calm", "hello")
    run = world.start()
    world.scores(run)
    world.start()
    supervisor.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    supervisor.set_viewport_size(size)
    for path in ("/rescores", f"/rescores/{run}", f"/rescores/{run + 1}"):
        supervisor.goto(path)
        supervisor.wait_for_load_state("load")
        assert violations(supervisor) == [], path
        assert width_beyond(supervisor) <= 0, path
    assert complaints.heard == []
