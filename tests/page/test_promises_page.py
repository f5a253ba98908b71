"""The page of promises: what was said to whom, by when, with whom; and nothing of the playbook."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.served import AT_MOST
from tests.page.test_page import HOSTILE, width_beyond
from triage.domain.ticket import Author, TicketId
from triage.ports import utcnow
from triage.store import follow_ups

expect.set_options(timeout=AT_MOST)

INTERNAL = "The supervisor checks within the hour; correct the label when you know better."
SAID = "I have read it all. I will ring you before six. Kind regards"


def promises(desk: Any, key: str, said: str, *, minutes: float, **values: Any) -> TicketId:
    """Have somebody answer a ticket with these words; news is due in so many minutes."""
    ticket: TicketId = desk.decides(key, "full of anger", minutes_ago=90, **values)
    at = utcnow() - timedelta(minutes=80)
    desk.world.accept(f"{key}-a", said, ticket=key, author=Author.AGENT, at=at)
    now = utcnow()
    with desk.database.writing() as connection:
        follow_ups.keep(connection, ticket, now)  # what the card made of the answer
        follow_ups.promise(connection, ticket, INTERNAL, now + timedelta(minutes=minutes), now)
    return ticket


def rows(page: Page) -> Locator:
    return page.locator(".promises tbody tr")


def test_a_promise_says_what_was_said_to_whom_by_when_and_who_owns_it(desk, supervisor, complaints):
    ticket = promises(desk, "angry", SAID, minutes=200, customer_name="Dana Reyes")
    supervisor.goto("/promises")
    row = rows(supervisor)
    expect(row.get_by_text("I will ring you before six.")).to_be_visible()
    expect(row).not_to_contain_text("Kind regards")
    expect(row).to_contain_text("Dana R.")
    expect(row).to_contain_text("Ann")
    expect(row.locator("time.left")).to_have_text(re.compile("3 hrs (20|19) mins left"))
    due = row.locator("time.at").first
    at = due.get_attribute("datetime")
    manner = "new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })"
    expect(due).to_have_text(str(supervisor.evaluate(f"at => {manner}.format(new Date(at))", at)))
    expect(row.get_by_role("link")).to_have_attribute("href", f"/tickets/{ticket}")
    assert complaints.heard == []


def test_nothing_of_the_playbook_stands_there(desk, supervisor):
    promises(desk, "angry", "On it.", minutes=200)
    supervisor.goto("/promises")
    expect(rows(supervisor)).to_contain_text("Nothing in words: they wait for news.")
    expect(supervisor.locator("main")).not_to_contain_text(re.compile("supervisor|label"))


def test_the_answer_that_made_a_promise_is_the_one_that_is_quoted(desk, supervisor):
    promises(desk, "angry", SAID, minutes=200)
    later = utcnow() + timedelta(minutes=1)
    desk.world.accept("wrong-clock", "I will send it.", ticket="angry", author=Author.CUSTOMER)
    desk.world.accept("late", "We will refund you.", ticket="angry", author=Author.SYSTEM, at=later)
    supervisor.goto("/promises")
    expect(rows(supervisor).locator("q")).to_have_text(["I will ring you before six."])


def test_what_is_broken_stands_first_and_in_red(desk, supervisor):
    promises(desk, "soon", SAID, minutes=20)
    promises(desk, "broken", SAID, minutes=-5)
    supervisor.goto("/promises")
    expect(rows(supervisor)).to_have_count(2)
    expect(rows(supervisor).first).to_have_class("broken")
    expect(rows(supervisor).first).to_contain_text("5 mins late")
    expect(supervisor.get_by_role("table")).to_have_accessible_name(
        "2 promises to keep, due first; 1 broken"
    )
    colour = "node => getComputedStyle(node).color"
    alarm = rows(supervisor).first.locator(".late").first.evaluate(colour)
    assert alarm != rows(supervisor).last.locator("time.left").evaluate(colour)


def test_what_nobody_owns_says_so_and_personal_data_is_masked(desk, supervisor):
    said = "I will call you on +44 20 7946 0958 by noon."
    ticket = promises(desk, "angry", said, minutes=20)
    with desk.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE ticket SET assignee_id = NULL WHERE id = {ticket}")
    supervisor.goto("/promises")
    expect(rows(supervisor)).to_contain_text("nobody")
    expect(rows(supervisor)).to_contain_text("I will call you on")
    expect(rows(supervisor)).not_to_contain_text("7946")


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_hostile_words_do_no_harm_and_the_page_fits(desk, supervisor, complaints, width):
    for number, word in enumerate(HOSTILE.values()):
        said = f"I will do it by noon {word}."
        promises(
            desk, f"T{number}", said, minutes=number, subject=word[:400], customer_name=word[:200]
        )
    supervisor.set_viewport_size({"width": width, "height": 800})
    supervisor.goto("/promises")
    expect(rows(supervisor)).to_have_count(len(HOSTILE))
    made = supervisor.locator("main :is(script, img, svg, style, link, [onerror])")
    expect(made).to_have_count(0)
    assert width_beyond(supervisor) <= 0
    assert complaints.heard == []
