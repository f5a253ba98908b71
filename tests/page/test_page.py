"""The page in a real browser: it is true, stays true, and no customer's word acts in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.served import AT_MOST
from triage.domain.policy import DEFAULT_POLICY, Lane
from triage.ports import utcnow

expect.set_options(timeout=AT_MOST)

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "vector": "<svg onload=alert(1)></svg>",
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
    "link": "<a href='javascript:alert(1)'>x</a></a></li></ol></main>",
    "template": "{{ 7 * 7 }} ${7 * 7} %7B%7B",
    "override": "refund \u202egnitiaw si\u202c of 12 \u2066",
    "word": "x" * 10_000,
    "flood": "😡🔥💥" * 2_000,
    "marks": "h" + "\u0336\u0489" * 2_000,
}


def rows(page: Page) -> Locator:
    return page.locator("#desk > li")


def subjects(page: Page) -> Locator:
    return page.locator("#desk .who a")


def is_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_text("live")


def width_beyond(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_a_ticket_that_is_not_there_leads_back_to_the_desk(desk, supervisor):
    assert supervisor.goto("/tickets/999").status == 404
    supervisor.get_by_role("link", name="Back to the desk").click()
    expect(supervisor.get_by_role("heading", name="Desk")).to_be_visible()


# What it shows


def test_the_desk_shows_who_waits_why_how_charged_until_when_with_whom(
    desk, supervisor, complaints
):
    desk.decides("calm", "hello", minutes_ago=30)
    desk.decides("angry", "full of anger, my lawyer will write to you", minutes_ago=5)
    desk.decides("worried", "I worry", minutes_ago=400)
    desk.receives("unread", "hello", minutes_ago=1)
    supervisor.goto("/")
    expect(rows(supervisor)).to_have_count(4)
    by_place = rows(supervisor).evaluate_all("all => all.map(row => +row.dataset.place)")
    assert by_place == sorted(by_place)
    in_order = ["About worried", "About angry", "About calm", "About unread"]
    expect(subjects(supervisor)).to_have_text(in_order)

    angry = rows(supervisor).nth(1)
    expect(angry.locator(".charge")).to_contain_text("extreme")
    expect(angry.locator(".charge")).to_contain_text("charged")
    expect(angry.locator(".who")).to_contain_text("Customer a.")
    expect(angry.locator(".feeling")).to_have_text("anger")
    expect(angry.locator(".flag")).to_have_text(["legal"])
    expect(angry.locator(".reason")).to_have_text("charge level 4")
    expect(angry.locator(".say")).to_contain_text("Say first:")
    expect(angry.locator(".with")).to_have_text("Ann")
    expect(angry.locator(".left")).to_have_text(re.compile(r"^2[45] mins? left$"))
    expect(angry.locator(".age")).to_have_text(re.compile(r"^[56] mins?$"))
    expect(rows(supervisor).first.locator(".left")).to_have_text(re.compile("late$"))
    expect(rows(supervisor).last.locator(".charge")).to_contain_text("new")
    state = supervisor.locator("#state")
    for said in ("In danger nobody", "Late 1", "On shift 1 of 1", "Waiting 4"):
        expect(state).to_contain_text(re.compile(said.replace(" ", r"\s+")))
    is_live(supervisor)
    assert complaints.heard == []


def test_where_nobody_waits_it_says_so(desk, supervisor):
    supervisor.goto("/")
    expect(supervisor.get_by_text("Nobody waits.")).to_be_visible()
    desk.decides("first", "hello")
    expect(rows(supervisor)).to_have_count(1)
    expect(supervisor.get_by_text("Nobody waits.")).to_be_hidden()


def test_a_ticket_that_was_given_up_raises_an_alarm_without_a_reload(desk, supervisor):
    lost = desk.receives("lost", "hello")
    supervisor.goto("/")
    is_live(supervisor)
    alarm = supervisor.locator("#state").get_by_role("alert")
    expect(alarm).to_have_count(0)
    desk.is_given_up(lost)
    expect(rows(supervisor).first).to_contain_text("given up: read it yourself")
    expect(alarm).to_contain_text("1 ticket could not be read")


def test_a_ticket_shows_conversation_evidence_card_and_reasons(desk, supervisor, complaints):
    ticket = desk.decides("angry", "I am full of anger, order 12 is two weeks late", minutes_ago=9)
    desk.decides("more", "Still full of anger.", ticket="angry", minutes_ago=1)
    supervisor.goto("/")
    supervisor.get_by_role("link", name="About angry").click()
    expect(supervisor).to_have_url(re.compile(f"/tickets/{ticket}$"))
    thread = supervisor.get_by_role("region", name="Conversation")
    expect(thread.locator(".text")).to_have_count(2)
    evidence = thread.locator(".text mark").first
    expect(evidence).to_contain_text("full of anger")
    assert "underline" in evidence.evaluate("node => getComputedStyle(node).textDecorationLine")
    card = supervisor.get_by_role("region", name="Acknowledgement card")
    for heading in ("Say first", "Then", "Never", "Avoid"):
        expect(card.get_by_role("heading", name=heading)).to_be_visible()
    expect(card.locator(".heard").first).to_be_visible()
    expect(card.locator(".steps li").first).to_be_visible()
    expect(card).to_contain_text("Follow up:")
    why = supervisor.get_by_role("region", name="Why")
    for word in ("Lane", "Place", "Person", "Raised by", "Trend", "Decided by"):
        expect(why.get_by_text(word, exact=True)).to_be_visible()
    expect(why.get_by_role("row", name=re.compile("^anger"))).to_have_class("sure")
    expect(supervisor.get_by_role("region", name="Assignments")).to_contain_text("Ann")
    assert complaints.heard == []


def test_a_ticket_that_nobody_read_yet_can_be_looked_at(desk, supervisor, complaints):
    ticket = desk.receives("unread", "hello there", subject=None, customer_name=None)
    supervisor.goto(f"/tickets/{ticket}")
    expect(supervisor.get_by_role("heading", name="(no subject)")).to_be_visible()
    expect(supervisor.locator(".text")).to_have_text("hello there")
    expect(supervisor.get_by_text("Not read yet.")).to_be_visible()
    assert complaints.heard == []


def test_a_broken_promise_is_an_alarm_and_stands_first_among_the_promises(
    desk, supervisor, complaints
):
    late = desk.decides("late", "hello")
    desk.is_promised(late, "Tell them what the bank said.", minutes_ago=30)
    desk.is_promised(late, "Ask whether it arrived.", minutes_ago=-600)
    supervisor.goto("/")
    supervisor.get_by_role("alert").get_by_role("link").click()
    promised = supervisor.locator(".promises tbody tr, .promises > tr")
    expect(promised).to_have_count(2)
    expect(promised.first).to_contain_text("broken")
    expect(promised.last).not_to_contain_text("broken")
    supervisor.get_by_role("link", name="About late").first.click()
    expect(supervisor.get_by_role("region", name="Promises")).to_contain_text("broken")
    assert complaints.heard == []


def test_a_correction_is_shown_with_who_and_why(desk, supervisor, complaints):
    ticket = desk.decides("angry", "full of anger")
    (message,) = desk.messages(ticket)
    desk.is_corrected(ticket, message, level=1, no_emotion=True)
    supervisor.goto(f"/tickets/{ticket}")
    shown = supervisor.get_by_role("region", name="Corrections")
    expect(shown).to_contain_text("charge is mild, was extreme, Sue <b>: no")
    expect(shown).to_contain_text("feeling is no strong one, was anger")
    expect(supervisor.locator(".summary")).to_contain_text("mild")
    assert complaints.heard == []


# How it stays true


def test_the_decided_appear_in_their_place_and_the_answered_leave(desk, supervisor, complaints):
    desk.decides("old", "hello", minutes_ago=60)
    desk.decides("young", "hello", minutes_ago=2)
    supervisor.goto("/")
    is_live(supervisor)
    supervisor.evaluate("window.sameDocument = true")
    desk.decides("between", "hello", minutes_ago=30)
    expect(subjects(supervisor)).to_have_text(["About old", "About between", "About young"])
    expect(rows(supervisor).nth(1).locator(".left")).to_have_text(re.compile("left$"))
    desk.decides("first", "full of anger")
    expect(subjects(supervisor).first).to_have_text("About first")
    expect(supervisor.locator("#state")).to_contain_text(re.compile(r"Waiting\s+4"))
    desk.is_answered("old")
    expect(subjects(supervisor)).to_have_text(["About first", "About between", "About young"])
    expect(supervisor.locator("#state")).to_contain_text(re.compile(r"Waiting\s+3"))
    desk.decides("between-2", "now full of anger", ticket="between")
    expect(subjects(supervisor)).to_have_text(["About between", "About first", "About young"])
    assert supervisor.evaluate("window.sameDocument")
    assert complaints.heard == []


def test_tickets_of_one_moment_stand_in_the_order_of_their_numbers(desk, supervisor):
    at = utcnow() - timedelta(minutes=10)
    accept = desk.world.accept
    ids = [accept(f"m{n}", "hello", ticket=f"T{n}", at=at, subject=f"S{n}") for n in range(4)]
    desk.clock.now = utcnow()
    desk.world.decide(ids[0], ids[3])
    supervisor.goto("/")
    is_live(supervisor)
    desk.world.decide(ids[2])
    desk.world.decide(ids[1])
    expect(supervisor.locator("#desk .word")).to_have_text(["calm"] * 4)
    expect(subjects(supervisor)).to_have_text(["S0", "S1", "S2", "S3"])


def test_a_keyboard_stays_on_the_row_that_moves(desk, supervisor):
    desk.decides("one", "hello", minutes_ago=3)
    desk.decides("two", "hello", minutes_ago=2)
    supervisor.goto("/")
    is_live(supervisor)
    supervisor.get_by_role("link", name="About two").focus()
    desk.decides("two-2", "full of anger", ticket="two")
    expect(subjects(supervisor).first).to_have_text("About two")
    expect(supervisor.get_by_role("link", name="About two")).to_be_focused()


def test_after_the_server_was_away_the_page_catches_up(desk, supervisor):
    desk.decides("before", "hello", minutes_ago=5)
    supervisor.goto("/")
    is_live(supervisor)
    supervisor.evaluate("window.sameDocument = true")
    desk.stop()
    expect(supervisor.locator("#live")).to_contain_text("connection lost")
    desk.is_answered("before")
    desk.decides("meanwhile", "full of anger", minutes_ago=1)
    desk.start()
    expect(subjects(supervisor)).to_have_text(["About meanwhile"])
    is_live(supervisor)
    assert supervisor.evaluate("window.sameDocument")


def test_who_was_logged_out_is_led_to_the_log_in(desk, supervisor):
    supervisor.goto("/")
    is_live(supervisor)
    supervisor.context.clear_cookies()
    desk.decides("new", "hello")  # a change makes the page ask for the facts
    expect(supervisor).to_have_url(re.compile(r"/login(\?|$)"))


# What no customer can do


@pytest.mark.parametrize("name", HOSTILE)
def test_no_word_of_a_customer_acts_in_the_page(desk, supervisor, complaints, name):
    word = HOSTILE[name]
    supervisor.set_viewport_size({"width": 360, "height": 640})
    supervisor.goto("/")
    is_live(supervisor)
    ticket = desk.decides(
        name, f"{word} I am full of anger {word}", subject=word[:500], customer_name=word[:190]
    )
    expect(rows(supervisor)).to_have_count(1)
    _does_no_harm(supervisor, word)
    supervisor.reload()
    expect(rows(supervisor)).to_have_count(1)
    _does_no_harm(supervisor, word)
    supervisor.goto(f"/tickets/{ticket}")
    expect(supervisor.locator(".text").first).to_contain_text(word[:100])
    _does_no_harm(supervisor, word)
    assert complaints.heard == []


def _does_no_harm(page: Page, word: str) -> None:
    expect(page.locator("h1").first).to_be_visible()
    made = page.locator("main :is(script, img, svg, style, link, [onerror], [href^=javascript])")
    expect(made).to_have_count(0)
    assert width_beyond(page) <= 0
    if "7 * 7" in word:
        expect(page.locator("main")).not_to_contain_text("49")


def test_the_policy_of_the_page_stops_what_would_slip_through(desk, supervisor, complaints):
    supervisor.goto("/")
    is_live(supervisor)
    supervisor.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.acted=true>')"
    )
    supervisor.wait_for_timeout(300)
    assert supervisor.evaluate("window.acted === undefined")
    assert any("Content Security Policy" in one for one in complaints.heard)


# How it looks, as far as that can be measured


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_the_page_fits_its_window(desk, supervisor, width):
    desk.decides("angry", "full of anger, my lawyer will write to you", minutes_ago=5)
    supervisor.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/tickets/1", "/promises", "/login"):
        supervisor.goto(path)
        assert width_beyond(supervisor) <= 0, path


CONTRAST = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const texts = [...document.querySelectorAll("body *")].filter((node) =>
    [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  return texts.filter((node) => node.checkVisibility()).map((node) => {
    const [a, b] = [light(channels(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return { ratio, what: `${node.tagName}.${node.className}: ${node.textContent.trim()}` };
  }).filter((one) => one.ratio < 4.5);
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_ground(desk, supervisor, scheme):
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5."""
    supervisor.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ticket = desk.decides("angry", "full of anger, my lawyer will write to you", minutes_ago=45)
    desk.is_given_up(desk.receives("lost", "hello"))
    desk.decides("grieving", "my husband died last week and I worry", minutes_ago=1)
    desk.is_promised(ticket, "Tell them what the bank said.", minutes_ago=30)
    for path in ("/", f"/tickets/{ticket}", "/promises", "/login"):
        supervisor.goto(path)
        assert supervisor.evaluate(CONTRAST) == [], path


def test_parts_of_the_page_have_names(desk, supervisor):
    ticket = desk.decides("angry", "full of anger")
    supervisor.goto("/")
    expect(supervisor.get_by_role("banner")).to_be_visible()
    expect(supervisor.get_by_role("main")).to_be_visible()
    expect(supervisor.get_by_role("list", name=re.compile("Customers who wait"))).to_be_visible()
    expect(supervisor.locator("#live[role=status]")).to_have_text("live")
    supervisor.goto(f"/tickets/{ticket}")
    expect(supervisor.get_by_role("complementary", name="Card and history")).to_be_visible()
    assert supervisor.locator("[style], script:not([src]), [onclick]").count() == 0


def test_the_test_knows_the_target_it_counts_down(desk):
    """The minutes above come from the policy's: charged at level 4."""
    assert DEFAULT_POLICY.targets[Lane.CHARGED][4] == 30
