"""The page of sources: does it arrive, is it decided, what is the matter, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete, insert, update

from tests.page.served import AT_MOST, Desk
from tests.page.test_for_everybody import violations
from tests.page.test_page import HOSTILE, width_beyond
from triage.domain.breaker import Breaker
from triage.domain.write_back import Part
from triage.ports import utcnow
from triage.store import accounts, intake, mail_folders, outbox, refusals, sources, tables
from triage.store.mail_folders import Place, Position
from triage.store.outbox_tables import outbox as outbox_table
from triage.store.outbox_tables import writer, writing
from triage.store.refusals import Refusals
from triage.store.sources import Vault

expect.set_options(timeout=AT_MOST)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def shop(desk: Desk) -> Iterator[int]:
    """A second source, taken away at the end."""
    vault = Vault(desk.settings.secret_key)
    with desk.database.writing() as connection:
        sources.add(connection, "shop", "zendesk", ("never shown",), vault, utcnow())
        known = sources.by_name(connection, "shop", vault).id
    yield known
    desk.is_emptied()
    with desk.database.writing() as connection:
        connection.execute(delete(tables.source).where(tables.source.c.id == known))


def came(desk: Desk, *minutes_ago: float, source: int = 0) -> None:
    with desk.database.writing() as connection:
        for ago in minutes_ago:
            at = utcnow() - ago * MINUTE
            known = source or desk.world.source_id
            intake.first_delivery(connection, known, at.isoformat(), at)


def unread(desk: Desk, key: str, reason: str, source: int = 0) -> None:
    with desk.database.writing() as connection:
        known = source or desk.world.source_id
        intake.keep_dead_letter(connection, known, key, reason, b"the customer's words", utcnow())


def connects(desk: Desk, source: int, breaker: Breaker | None = None) -> None:
    vault = Vault(desk.settings.secret_key)
    with desk.database.writing() as connection:
        told = {"email": "a@example.org", "token": "never shown"}
        accounts.connect(connection, source, "https://shop.example", told, vault, utcnow())
        if breaker:
            accounts.set_breaker(connection, source, breaker)


def rows(page: Page) -> Locator:
    return page.locator(".source")


def row(page: Page, name: str = "demo") -> Locator:
    return rows(page).filter(has=page.get_by_role("link", name=name, exact=True))


def test_supervisors_and_admins_find_it_in_the_navigation(desk, supervisor):
    supervisor.goto("/")
    supervisor.get_by_role("link", name="Sources").click()
    expect(supervisor.get_by_role("heading", name="Sources")).to_be_visible()
    expect(supervisor.get_by_role("link", name="Sources")).to_have_attribute("aria-current", "page")


def test_an_agent_may_not_look(desk, agent):
    for path in ("/sources", "/sources/demo"):
        assert agent.goto(path).status == 403
    expect(agent.get_by_role("link", name="Sources")).to_have_count(0)


def test_a_new_source_says_that_nothing_arrived_and_what_to_do(desk, admin):
    admin.goto("/sources")
    expect(row(admin).locator(".word")).to_have_text(re.compile("▲ needs you"))
    expect(row(admin)).to_contain_text("nothing yet")
    expect(row(admin)).to_contain_text("try the way in with: triage sources test demo")


def test_a_delivery_is_there_with_its_age_and_moment_and_makes_the_source_well(desk, admin):
    came(desk, 3, 70)
    admin.goto("/sources")
    expect(row(admin).locator(".word")).to_have_text(re.compile("✓ well"))
    arrives = row(admin).locator("td").first
    expect(arrives.locator("time.age")).to_have_text("3 mins")
    at = arrives.locator("time.at")
    manner = "new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })"
    told = at.get_attribute("datetime")
    expect(at).to_have_text(str(admin.evaluate(f"at => {manner}.format(new Date(at))", told)))
    expect(arrives).to_contain_text("1 in the last hour, 2 in the last day")


def test_a_quiet_desk_is_told_from_a_well_one(desk, supervisor):
    past = [n * 7 * 24 * 60 + 300 - m for n in (1, 2, 3) for m in range(0, 290, 3)]
    came(desk, 3 * 7 * 24 * 60 + 900, *past, 300)
    supervisor.goto("/sources")
    expect(row(supervisor).locator(".word")).to_have_text(re.compile("◐ quiet"))
    expect(row(supervisor)).to_contain_text("Nothing came for longer than is usual")


def test_what_waits_and_how_long_deciding_takes_is_told(desk, supervisor):
    came(desk, 1)
    desk.clock.now = utcnow()
    desk.decides("angry", "full of anger")
    desk.receives("new", "hello")
    supervisor.goto("/sources")
    decided = row(supervisor).locator("td").nth(1)
    expect(decided).to_contain_text("1 ticket waits")
    expect(decided).to_contain_text("longest since")
    expect(decided).to_contain_text(re.compile(r"in \d+\.\d s, 95 of 100 in \d+\.\d s"))


def test_what_was_given_up_needs_somebody(desk, supervisor):
    came(desk, 1)
    desk.is_given_up(desk.receives("lost", "hello"))
    supervisor.goto("/sources")
    expect(row(supervisor)).to_contain_text("1 ticket could not be decided")
    expect(row(supervisor)).to_contain_text("1 given up")


def test_what_could_not_be_read_stands_with_its_reason_and_not_with_its_words(desk, supervisor):
    came(desk, 1)
    unread(desk, "a", "ticket.id: expected a text, found nothing")
    for path in ("/sources", "/sources/demo"):
        supervisor.goto(path)
        main = supervisor.locator("main")
        expect(main).to_contain_text("1 could not be read, 1 in the last day")
        expect(main).to_contain_text("ticket.id: expected a text, found nothing")
        expect(main).not_to_contain_text("customer's words")


def test_what_was_refused_is_told_with_when_and_why(desk, supervisor):
    with desk.database.writing() as connection:
        refusals.add(connection, {"demo": Refusals(7, utcnow(), "signature")})
    supervisor.goto("/sources")
    expect(row(supervisor)).to_contain_text("7 refused today")
    expect(row(supervisor)).to_contain_text("the signature does not fit")
    expect(row(supervisor)).to_contain_text("triage sources rotate demo")


def test_a_mailbox_in_trouble_says_why_and_speaks_of_no_breaker(desk, shop, supervisor):
    came(desk, 1, source=shop)
    place = Place(host="imap.shop.test", port=993, starttls=False, user="help", folder="INBOX")
    with desk.database.writing() as connection:
        mail_folders.add(connection, shop, place, Position(1, 0), utcnow())
        mail_folders.note(connection, shop, None, "the log-in was refused <b>now</b>")
    supervisor.goto("/sources")
    expect(row(supervisor, "shop")).to_contain_text("needs you")
    expect(row(supervisor, "shop")).to_contain_text("the log-in was refused <b>now</b>")
    expect(row(supervisor, "shop")).not_to_contain_text("breaker")


def test_the_helpdesk_its_breaker_and_what_is_written_there_are_told(desk, shop, supervisor):
    came(desk, 1, source=shop)
    connects(desk, shop)
    ticket = desk.receives("T1", "hello")
    lost(desk, shop, ticket)
    supervisor.goto("/sources")
    expect(row(supervisor, "shop")).to_contain_text("breaker closed")
    expect(row(supervisor, "shop")).to_contain_text("0 wait · tags")
    expect(row(supervisor, "shop")).to_contain_text("1 given up")
    expect(row(supervisor, "shop")).to_contain_text("1 write to the helpdesk given up")
    connects(desk, shop, Breaker(5, utcnow()))
    supervisor.reload()
    expect(row(supervisor, "shop")).to_contain_text("breaker open: left alone")
    expect(row(supervisor, "demo")).to_contain_text("not connected")


def lost(desk: Desk, source: int, ticket: int) -> None:
    """A write that was given up, and the source's last failure."""
    now = utcnow()
    row = {"ticket_id": ticket, "source_id": source, "state": "dead", "revision": 1, "attempts": 9}
    told = {"ticket_id": ticket, "outcome": "failed", "text": "422: no such tag", "at": now}
    failed = {"source_id": source, "failure": "429: slow down", "failed_at": now}
    with desk.database.writing() as connection:
        outbox.set_parts(connection, "shop", {Part.TAGS}, {})
        connection.execute(insert(outbox_table), [row | {"wake_at": now, "written": {}}])
        connection.execute(insert(writing), [told])
        connection.execute(insert(writer), [failed])


def test_the_worst_stands_first(desk, shop, supervisor):
    came(desk, 1)
    came(desk, 1, source=shop)
    unread(desk, "a", "no JSON", source=shop)
    supervisor.goto("/sources")
    expect(rows(supervisor).locator("a")).to_have_text(["shop", "demo"])
    expect(supervisor.get_by_role("table")).to_have_accessible_name("2 sources, the worst first")


def test_a_source_has_its_own_page_by_keyboard_with_address_and_commands(desk, shop, supervisor):
    came(desk, 1, source=shop)
    connects(desk, shop)
    lost(desk, shop, desk.receives("T1", "hello"))
    for number in range(22):
        unread(desk, f"k{number}", f"reason {number}", source=shop)
    supervisor.goto("/sources")
    row(supervisor, "shop").get_by_role("link").focus()
    supervisor.keyboard.press("Enter")
    expect(supervisor).to_have_url(re.compile("/sources/shop$"))
    main = supervisor.locator("main")
    expect(main.locator("code").first).to_have_text(f"{desk.address}/webhooks/shop")
    for command in ("test shop", "rotate shop", "mode shop observe"):
        expect(main.get_by_text(f"triage sources {command}", exact=True)).to_be_visible()
    expect(main.locator(".letters tbody tr")).to_have_count(20)
    expect(main.locator(".letters tbody tr").first).to_contain_text("reason 21")
    expect(main.locator(".lost")).to_contain_text("422: no such tag")
    expect(main.locator(".failures")).to_contain_text("writing: 429: slow down")
    expect(main).not_to_contain_text("never shown")
    supervisor.get_by_role("link", name="All sources").click()
    expect(supervisor).to_have_url(re.compile("/sources$"))


def test_a_source_that_is_not_there_leads_back(desk, supervisor):
    assert supervisor.goto("/sources/nowhere").status == 404
    supervisor.get_by_role("link", name="All sources").click()
    expect(rows(supervisor)).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_hostile_values_do_no_harm_and_the_pages_fit(
    desk, shop, supervisor, complaints, width, scheme
):
    came(desk, 1, source=shop)
    connects(desk, shop, Breaker(5, utcnow()))
    lost(desk, shop, desk.receives("T1", "hello"))
    for number, word in enumerate(HOSTILE.values()):
        unread(desk, f"{number}", f"found {word}", source=shop)
    said = update(writer).values(failure=HOSTILE["link"])
    with desk.database.writing() as connection:
        connection.execute(said)
    supervisor.emulate_media(color_scheme=scheme)
    supervisor.set_viewport_size({"width": width, "height": 800})
    for path in ("/sources", "/sources/shop"):
        supervisor.goto(path)
        expect(supervisor.locator("h1")).to_be_visible()
        made = supervisor.locator("main :is(script, img, svg, style, link, [onerror])")
        expect(made).to_have_count(0)
        assert width_beyond(supervisor) <= 0
        assert violations(supervisor) == []
    assert complaints.heard == []
