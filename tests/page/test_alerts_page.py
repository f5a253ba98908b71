"""The page of alerts in a real browser: what holds, who has seen it, what would have fired."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.history import past_charged
from tests.page.served import AT_MOST, Desk
from triage import alert
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.ticket import TicketId
from triage.ports import utcnow
from triage.store import alerts, tables

expect.set_options(timeout=AT_MOST)

MINUTE = timedelta(minutes=1)
WEEK = timedelta(weeks=1)
HOSTILE = "<img src=x onerror=alert(1)> boycott \u202egnitiaw {{ 7 * 7 }} boycott"
DANGER = "I want to end my life, I see no way out"


def look(desk: Desk) -> None:
    alert.look(desk.database, DEFAULT_POLICY, utcnow(), sends=False)


def in_danger(desk: Desk, key: str = "danger", **values: Any) -> TicketId:
    return desk.decides(key, DANGER, **values)


def charged(desk: Desk, minutes_ago: list[float], subject: str, weeks_ago: int = 0) -> None:
    """Store decided charged tickets that came so long ago and were answered at once."""
    with desk.database.writing() as connection:
        for minutes in minutes_ago:
            at = utcnow() - minutes * MINUTE - weeks_ago * WEEK
            connection.execute(
                past_charged(desk.world.source_id, f"{subject[:20]} {at.timestamp()}", subject, at)
            )


def usual(desk: Desk, *minutes_ago: float) -> None:
    for week in range(1, 9):
        charged(desk, list(minutes_ago) or [0, 10], "Where is my parcel", week)


def now(page: Page) -> Locator:
    return page.locator(".now > li")


def test_who_is_in_danger_stands_on_top_until_they_are_answered(desk, supervisor, complaints):
    desk.decides("angry", "full of anger", minutes_ago=25)
    ticket = in_danger(desk)
    look(desk)
    supervisor.goto("/alerts")
    expect(now(supervisor)).to_have_count(2)
    first = now(supervisor).first
    expect(first).to_contain_text("Critical")
    expect(first.get_by_role("heading")).to_contain_text("Somebody may come to harm")
    expect(first).to_contain_text(f"Ticket {ticket} waits in lane safeguard, level 4")
    expect(first.get_by_role("link")).to_have_attribute("href", f"/tickets/{ticket}")
    expect(now(supervisor).nth(1)).to_contain_text("Target about to break")
    desk.is_answered("danger")
    supervisor.reload()
    expect(now(supervisor)).to_have_count(1)
    expect(supervisor.locator("table.before tbody tr, table.before > tr")).to_have_count(2)
    assert complaints.heard == []


def test_whoever_saw_an_alert_first_is_named(desk, supervisor, agent, complaints):
    in_danger(desk)
    look(desk)
    agent.goto("/alerts")
    expect(now(agent)).to_have_count(1)
    expect(agent.get_by_role("button", name=re.compile("seen"))).to_have_count(0)
    supervisor.goto("/alerts")
    supervisor.get_by_role("button", name=re.compile("I have seen it")).click()
    expect(now(supervisor)).to_contain_text("seen by Sue")
    expect(supervisor.get_by_role("button", name=re.compile("seen"))).to_have_count(0)
    agent.reload()
    expect(now(agent)).to_contain_text("seen by Sue")
    assert complaints.heard == []


def test_an_agent_may_look_and_not_say_that_they_have_seen(desk, agent):
    in_danger(desk)
    look(desk)
    answer = agent.request.post("/alerts/1/seen", max_redirects=0)
    assert answer.status == 403


def test_all_that_are_shown_can_be_seen_at_once_and_no_newer_ones(desk, supervisor):
    for key in ("one", "two"):
        in_danger(desk, key)
    look(desk)
    supervisor.goto("/alerts")
    in_danger(desk, "three")
    look(desk)
    supervisor.get_by_role("button", name="I have seen all 2").click()
    expect(now(supervisor)).to_have_count(3)
    expect(supervisor.get_by_role("button", name=re.compile("I have seen it"))).to_have_count(1)


def test_a_surge_shows_its_common_words_which_do_nothing(desk, supervisor, complaints):
    usual(desk)
    charged(desk, [n / 2 for n in range(12)], HOSTILE)
    look(desk)
    supervisor.goto("/alerts")
    expect(now(supervisor)).to_contain_text("Surge of charged tickets")
    expect(now(supervisor)).to_contain_text("12 charged tickets came within 30 min; 1.0 are usual")
    expect(now(supervisor).locator(".said").first).to_have_text(re.compile("^[a-z]+$"))
    expect(now(supervisor).locator(".common")).to_contain_text("boycott")
    assert "boycott" not in stored_texts(desk)
    made = supervisor.locator("main :is(script, img, svg, style, [onerror])")
    expect(made).to_have_count(0)
    assert complaints.heard == []


def stored_texts(desk: Desk) -> str:
    with desk.database.reading() as connection:
        return " ".join(connection.execute(tables.alert.select()).columns("text").scalars())


def test_what_became_of_sending_is_said(desk, supervisor):
    in_danger(desk)
    look(desk)
    supervisor.goto("/alerts")
    expect(now(supervisor)).to_contain_text("on this page only")
    for values, said in (
        ({"wake_at": utcnow()}, "about to be sent"),
        ({"wake_at": utcnow(), "attempts": 2}, "not sent yet: 2 attempts failed"),
        ({"attempts": alerts.MOST_ATTEMPTS}, "not sent: given up after 10 attempts"),
        ({"sent_at": utcnow(), "attempts": 1}, "sent"),
        ({"quiet": True}, "held back"),
    ):
        ordinary = {"wake_at": None, "attempts": 0, "sent_at": None, "quiet": False}
        with desk.database.writing() as connection:
            connection.execute(tables.alert.update().values(ordinary | values))
        supervisor.reload()
        expect(now(supervisor)).to_contain_text(said)


def test_the_rate_of_the_last_week_counts_kinds_days_and_critical_ones(desk, supervisor):
    desk.decides("angry", "full of anger", minutes_ago=25)
    in_danger(desk)
    look(desk)
    supervisor.goto("/alerts")
    figures = supervisor.locator(".figures")
    expect(figures).to_contain_text(re.compile("Told, in all\\s*2"))
    expect(figures).to_contain_text(re.compile("Told, an hour\\s*0.01"))
    expect(figures).to_contain_text(re.compile("Of them critical\\s*50%"))
    by_kind = supervisor.get_by_role("table", name="By kind")
    expect(by_kind.get_by_role("row", name=re.compile("Target about to break 1 0"))).to_be_visible()
    expect(supervisor.get_by_role("table", name="By day").get_by_role("row")).to_have_count(9)


def test_where_nothing_is_alarming_it_says_so(desk, supervisor, complaints):
    supervisor.goto("/alerts")
    expect(supervisor.get_by_text("Nothing is alarming now.")).to_be_visible()
    expect(supervisor.get_by_text("neither a webhook nor e-mail is set")).to_be_visible()
    assert complaints.heard == []


def test_last_week_is_played_with_an_edited_threshold_and_nothing_is_written(
    desk, supervisor, complaints
):
    usual(desk, *range(0, 160, 16))
    charged(desk, [60 + n for n in range(9)], "Broken")
    desk.decides("angry", "full of anger", minutes_ago=15)
    supervisor.goto("/alerts/week")
    expect(supervisor.get_by_text("Nothing would have fired.")).to_be_visible()
    supervisor.get_by_label("False surges accepted, a week").fill("5")
    supervisor.get_by_label("A target is near, minutes before").fill("20")
    supervisor.get_by_role("button", name="Play last week").click()
    expect(supervisor).to_have_url(re.compile("sensitivity=5&near=20"))
    fired = supervisor.locator("table.before")
    expect(fired).to_contain_text("Surge of charged tickets")
    expect(fired).to_contain_text("Target about to break")
    expect(supervisor.locator(".figures")).to_contain_text(re.compile("Told, in all\\s*2"))
    expect(supervisor.locator("code")).to_contain_text('surge_false_alarms: 5, near: "20 min"')
    supervisor.get_by_role("link", name="As it is in force").click()
    expect(supervisor.get_by_text("Nothing would have fired.")).to_be_visible()
    assert stored_texts(desk) == ""
    assert complaints.heard == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("sensitivity=0", "sensitivity: expected a number above 0 and up to 100"),
        ("sensitivity=nan", "sensitivity: expected a number above 0"),
        ("sensitivity=1e9", "sensitivity: expected a number above 0"),
        ("near=0", "near: expected whole minutes from 1 to 1440"),
        ("near=%3Cscript%3E", "near: expected whole minutes"),
        ("near=99999", "near: expected whole minutes"),
    ],
)
def test_a_bad_threshold_is_said_in_one_sentence(desk, supervisor, query, says):
    assert supervisor.goto(f"/alerts/week?{query}").status == 422
    expect(supervisor.get_by_role("alert")).to_contain_text(says)
    expect(supervisor.locator("[aria-invalid]")).to_have_count(1)


# The banner of every page

TRY = """
<!doctype html><title>t</title><template id="time-words" data-late="{0} late" data-left="{0} left">
</template><button id="sound" data-on="on" data-off="off" data-asleep="asleep"></button>
<div id="banner"></div><script type="module" src="/static/try.js"></script>
"""
SCRIPT = """
import { watchAlerts, wireSound } from "/static/alerts.js";
wireSound(document.getElementById("sound"));
watchAlerts(document.getElementById("banner"));
"""
COUNT_NOTES = """
window.notes = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.notes++; return make.call(this); };
"""


def any_page(context: BrowserContext) -> Page:
    """Open a page of ours that has the banner, as another page would put it in."""
    page = context.new_page()
    page.add_init_script(COUNT_NOTES)
    page.route("**/static/try.html", lambda it: it.fulfill(body=TRY, content_type="text/html"))
    page.route(
        "**/static/try.js", lambda it: it.fulfill(body=SCRIPT, content_type="text/javascript")
    )
    page.goto("/static/try.html")
    return page


def asked(page: Page) -> None:
    """Have the page ask now instead of at its next ten seconds."""
    with page.expect_response("**/alerts/now"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_banner_says_the_most_pressing_alert_on_any_page_until_it_is_seen(desk, supervisor):
    page = any_page(supervisor.context)
    expect(page.get_by_role("alert")).to_be_empty()
    desk.decides("angry", "full of anger", minutes_ago=25)
    look(desk)
    asked(page)
    expect(page.get_by_role("status")).to_contain_text("Target about to break")
    ticket = in_danger(desk)
    look(desk)
    asked(page)
    expect(page.get_by_role("alert")).to_contain_text(f"Ticket {ticket} waits in lane safeguard")
    expect(page.get_by_role("alert")).to_contain_text("1 more alert")
    expect(page.get_by_role("status")).to_be_empty()
    page.get_by_role("button", name="I have seen it").click()
    expect(page.get_by_role("status")).to_contain_text("Target about to break")
    expect(page.get_by_role("alert")).to_be_empty()
    desk.is_answered("angry")
    asked(page)
    expect(page.get_by_role("status")).to_be_empty()


def test_what_is_held_back_makes_no_banner(desk, supervisor):
    in_danger(desk)
    look(desk)
    with desk.database.writing() as connection:
        connection.execute(tables.alert.update().values(quiet=True))
    page = any_page(supervisor.context)
    asked(page)
    expect(page.locator("#banner")).to_have_text("")


def test_a_sound_is_made_where_it_is_wanted_and_once_for_all_tabs(desk, supervisor):
    one, other = any_page(supervisor.context), any_page(supervisor.context)
    one.get_by_role("button", name="off").click()
    expect(one.locator("#sound")).to_have_text("on")
    expect(other.locator("#sound")).to_have_text("asleep")
    other.locator("#sound").click()
    expect(other.locator("#sound")).to_have_text("on")
    tried = one.evaluate("window.notes") + other.evaluate("window.notes")
    in_danger(desk)
    look(desk)
    for _ in range(2):
        asked(one)
        asked(other)
        for page in (one, other):
            expect(page.get_by_role("alert")).to_contain_text("Somebody may come to harm")
    one.wait_for_timeout(200)
    assert one.evaluate("window.notes") + other.evaluate("window.notes") == tried + 4


def test_no_sound_is_made_where_none_is_wanted(desk, supervisor):
    page = any_page(supervisor.context)
    page.locator("#banner").click(force=True, position={"x": 0, "y": 0}, no_wait_after=True)
    in_danger(desk)
    look(desk)
    asked(page)
    expect(page.get_by_role("alert")).to_contain_text("Somebody may come to harm")
    assert page.evaluate("window.notes") == 0


def test_after_a_reload_the_sound_wakes_with_the_first_gesture(desk, supervisor):
    page = any_page(supervisor.context)
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_text("on")
    page.reload()
    expect(page.locator("#sound")).to_have_text("asleep")
    page.keyboard.press("Tab")
    expect(page.locator("#sound")).to_have_text("on")


def test_the_page_says_when_there_are_new_alerts(desk, supervisor):
    with supervisor.expect_response("**/alerts/now"):
        supervisor.goto("/alerts")
    in_danger(desk)
    look(desk)
    asked(supervisor)
    supervisor.get_by_role("link", name="There are new alerts: show them").click()
    expect(now(supervisor)).to_have_count(1)


def test_a_stranger_is_told_nothing(desk, stranger):
    in_danger(desk)
    look(desk)
    for path in ("/alerts", "/alerts/now", "/alerts/week"):
        stranger.goto(path)
        expect(stranger).to_have_url(re.compile("/login"))
    assert stranger.request.post("/alerts/1/seen", max_redirects=0).status in {303, 401, 403}


# How it looks


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_the_pages_fit_their_window(desk, supervisor, width):
    usual(desk)
    charged(desk, [n / 2 for n in range(12)], "boycott " * 40)
    in_danger(desk)
    look(desk)
    supervisor.set_viewport_size({"width": width, "height": 800})
    for path in ("/alerts", "/alerts/week"):
        supervisor.goto(path)
        beyond = "document.documentElement.scrollWidth - window.innerWidth"
        assert supervisor.evaluate(beyond) <= 0, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_there_are_alerts(desk, supervisor, scheme):
    usual(desk)
    charged(desk, [n / 2 for n in range(12)], "boycott")
    desk.decides("angry", "full of anger", minutes_ago=25)
    in_danger(desk)
    look(desk)
    supervisor.emulate_media(color_scheme=scheme)
    for path in ("/alerts", "/alerts/week", "/alerts/week?near=none"):
        supervisor.goto(path)
        found = Axe().run(supervisor).response["violations"]
        assert [(it["id"], it["nodes"][0]["html"][:200]) for it in found] == [], path


def test_parts_have_names_and_nothing_is_inline(desk, supervisor):
    in_danger(desk)
    look(desk)
    for path in ("/alerts", "/alerts/week"):
        supervisor.goto(path)
        expect(supervisor.get_by_role("heading", level=1)).to_have_count(1)
        expect(supervisor.get_by_role("main")).to_be_visible()
        assert supervisor.locator("[style], script:not([src]), [onclick]").count() == 0
        assert supervisor.locator("table:not(:has(caption))").count() == 0
