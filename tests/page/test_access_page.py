"""Log-in, people, keys and the audit log, as somebody with a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore
from time import monotonic

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.admitted import PASSWORD, a_person, a_session
from tests.page.conftest import window
from tests.page.served import AT_MOST, PEOPLE, Desk
from tests.page.test_page import CONTRAST, width_beyond
from tests.provider import CLIENT, SECRET, Provider, a_provider
from triage import admit
from triage.api.cookies import SESSION
from triage.domain.person import Role
from triage.domain.throttle import MOST, Of
from triage.feed import STILL_EVERY
from triage.ports import utcnow
from triage.store import people

expect.set_options(timeout=AT_MOST)

SUE = PEOPLE[Role.SUPERVISOR]
HOSTILE = "<img src=x onerror=alert(1)>"
PATHS = ("/people", "/people/keys", "/people/audit", "/account", "/login")


def log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def served_people(desk: Desk) -> Iterator[Desk]:
    """The desk, whose people are as they were when the test is over."""
    yield desk
    now = utcnow()
    for role, person in desk.people.items():
        admit.set_active(desk.database, "tests", person, active=True, now=now)
        email = f"{PEOPLE[role]}@example.org".lower()
        admit.change(desk.database, "tests", person, role, email, now)


# Log-in


def test_one_logs_in_is_led_to_where_one_wanted_and_out_again(desk, stranger, complaints):
    ticket = desk.decides("angry", "full of anger")
    stranger.goto(f"/tickets/{ticket}")
    expect(stranger).to_have_url(re.compile(f"/login\\?next=/tickets/{ticket}$"))
    expect(stranger.get_by_label("Name")).to_be_focused()
    log_in(stranger, SUE, "not the password")
    expect(stranger.get_by_role("alert")).to_have_text(
        "That name and password do not fit together."
    )
    expect(stranger.get_by_label("Name")).to_have_value(SUE)
    expect(stranger.get_by_label("Password")).to_be_focused()
    log_in(stranger, SUE, PASSWORD)
    expect(stranger).to_have_url(re.compile(f"/tickets/{ticket}$"))
    expect(stranger.get_by_role("banner")).to_contain_text(SUE)
    stranger.get_by_role("button", name="Log out").click()
    expect(stranger).to_have_url(re.compile("/login$"))
    stranger.goto("/promises")
    expect(stranger).to_have_url(re.compile(r"/login\?next=/promises$"))
    # the browser itself reports the one refused log-in
    assert [one for one in complaints.heard if "401" not in one] == []


def test_a_password_manager_knows_the_fields(desk, stranger):
    stranger.goto("/login")
    assert stranger.get_by_label("Name").get_attribute("autocomplete") == "username"
    password = stranger.get_by_label("Password")
    assert password.get_attribute("autocomplete") == "current-password"
    assert password.get_attribute("type") == "password"


def test_the_log_in_works_by_keyboard_alone(desk, stranger):
    stranger.goto("/login")
    expect(stranger.get_by_label("Name")).to_be_focused()
    stranger.keyboard.type(SUE)
    stranger.keyboard.press("Tab")
    stranger.keyboard.type(PASSWORD)
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_role("heading", name="Desk")).to_be_visible()


def test_who_fails_too_often_is_told_how_long_to_wait(desk, stranger):
    stranger.goto("/login")
    for _ in range(MOST[Of.NAME]):
        log_in(stranger, "Nobody", "wrong")
        expect(stranger.get_by_role("alert")).to_contain_text("do not fit together")
    log_in(stranger, "Nobody", "wrong")
    expect(stranger.get_by_role("alert")).to_have_text(
        "Too many passwords were wrong. Wait 15 minutes, then try again."
    )


def test_on_plain_http_of_another_name_forms_work_too(browser, desk, complaints):
    """There browsers send no Sec-Fetch-Site, and an Origin only where we let them."""
    address = desk.address.replace("127.0.0.1", "triage.test")
    with window(browser, desk, complaints) as page:
        page.goto(f"{address}/login")
        log_in(page, SUE, PASSWORD)
        expect(page.get_by_role("heading", name="Desk")).to_be_visible()
        page.get_by_role("button", name="Log out").click()
        expect(page).to_have_url(re.compile("/login$"))


def test_another_site_cannot_log_anybody_out(desk, supervisor):
    supervisor.route(
        "http://evil.test/",
        lambda route: route.fulfill(
            body=f'<form method=post action="{desk.address}/logout"><button>win</button></form>',
            content_type="text/html",
        ),
    )
    supervisor.goto("http://evil.test/")
    with supervisor.expect_response(f"{desk.address}/logout") as answer:
        supervisor.get_by_role("button").click()
    assert answer.value.status in {303, 403}  # 303: Lax keeps the cookie away, it was nobody's
    supervisor.goto("/")
    expect(supervisor.get_by_role("heading", name="Desk")).to_be_visible()


def test_who_is_shut_out_sees_no_more_of_an_open_page(served_people, supervisor):
    served_people.decides("before", "hello")
    supervisor.goto("/")
    expect(supervisor.locator("#live")).to_have_text("live")
    admit.set_active(
        served_people.database,
        "tests",
        served_people.people[Role.SUPERVISOR],
        active=False,
        now=utcnow(),
    )
    supervisor.wait_for_timeout(2_500)  # the stream looks again at most every two seconds
    served_people.decides("after", "hello")
    expect(supervisor).to_have_url(re.compile("/login"))


def test_who_is_shut_out_hears_no_more_on_streams_on_which_nothing_comes(desk):
    person = a_person(desk.database, "Sam", Role.AGENT)
    cookies = {SESSION: a_session(desk.database, person)}

    def follows(path: str) -> float:
        with httpx2.stream(
            "GET", desk.address + path, cookies=cookies, timeout=2 * STILL_EVERY
        ) as answer:
            assert answer.status_code == 200
            opened.release()
            for _ in answer.iter_bytes():  # only what keeps the connection open
                pass
        return monotonic() - shut_out_at

    opened = Semaphore(0)
    with ThreadPoolExecutor(2) as pool:
        following = [pool.submit(follows, path) for path in ("/api/events", "/desk/events")]
        for _ in following:
            assert opened.acquire(timeout=AT_MOST / 1000)
        shut_out_at = monotonic()
        admit.set_active(desk.database, "tests", person, active=False, now=utcnow())
        for one in following:
            assert one.result() < 1.5 * STILL_EVERY


# One's own account


def test_one_changes_ones_own_password(desk, browser, complaints):
    person = a_person(desk.database, "Uma", Role.AGENT)
    with window(browser, desk, complaints) as page:
        page.goto("/login?next=/account")
        log_in(page, "Uma", PASSWORD)
        expect(page.get_by_role("main")).to_contain_text("agent")
        for old, new, says in (
            ("wrong", "another good password", "That is not your present password."),
            (PASSWORD, "Uma1234567", "expected more than the name"),
        ):
            page.get_by_label("Present password").fill(old)
            page.get_by_label("New password").fill(new)
            page.get_by_role("button", name="Change").click()
            expect(page.get_by_role("main").get_by_role("alert")).to_contain_text(says)
        page.get_by_label("Present password").fill(PASSWORD)
        page.get_by_label("New password").fill("another good password")
        page.get_by_role("button", name="Change").click()
        expect(page.get_by_role("main").get_by_role("status")).to_contain_text(
            "Your password is changed"
        )
        page.goto("/")
        expect(page.get_by_role("heading", name="Desk")).to_be_visible()
    with window(browser, desk, complaints) as page:
        page.goto("/login")
        log_in(page, "Uma", "another good password")
        expect(page.get_by_role("heading", name="Desk")).to_be_visible()
    admit.set_active(desk.database, "tests", person, active=False, now=utcnow())


# Who administers


def test_an_agent_sees_no_people_and_is_told_so(desk, agent, supervisor, complaints):
    for page in (agent, supervisor):
        page.goto("/")
        expect(page.get_by_role("link", name="Desk", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="People")).to_have_count(0)
        for path in ("/people", "/people/keys", "/people/audit"):
            assert page.goto(path).status == 403
            expect(
                page.get_by_role("heading", name="This part is not yours to see")
            ).to_be_visible()
        page.get_by_role("link", name="Back to the desk").click()
        expect(page.get_by_role("heading", name="Desk")).to_be_visible()
    assert [one for one in complaints.heard if "403" not in one] == []


def test_a_person_is_added_and_logs_in_with_the_password_that_is_shown_once(
    served_people, admin, browser, complaints
):
    admin.goto("/")
    admin.get_by_role("link", name="People").click()
    admin.get_by_text("Add a person").click()
    admin.get_by_label("Name, to log in with").fill("Vic")
    form = admin.locator(".adding")
    form.get_by_label("Role").select_option("supervisor")
    form.get_by_role("button", name="Add").click()
    password = admin.locator(".secret code").inner_text()
    admin.reload()
    expect(admin.get_by_role("heading", name="Vic", exact=True)).to_be_visible()
    expect(admin.locator("main").get_by_role("alert")).to_have_count(0)  # was not added again
    expect(admin.get_by_text(password)).to_have_count(0)
    with window(browser, served_people, complaints) as page:
        page.goto("/login")
        log_in(page, "Vic", password)
        expect(page.get_by_role("heading", name="Desk")).to_be_visible()
        admin.goto("/people")
        expect(admin.get_by_text(password)).to_have_count(0)
        row = admin.locator("li", has=admin.get_by_role("heading", name="Vic", exact=True))
        row.get_by_label("Role").select_option("agent")
        row.get_by_role("button", name="Save Vic").click()
        expect(row.get_by_label("Role")).to_have_value("agent")
        row.get_by_role("button", name="New password for Vic").click()
        expect(admin.locator(".secret code")).not_to_have_text(password)
        newer = admit.named(served_people.database, "Vic")
        admin.reload()
        expect(admin.locator(".secret")).to_have_count(0)
        assert admit.named(served_people.database, "Vic") == newer  # and no other password was set
        row.get_by_role("button", name="Deactivate Vic").click()
        expect(row).to_contain_text("deactivated")
        page.goto("/")
        expect(page).to_have_url(re.compile("/login$"))
    assert complaints.heard == []


def test_what_will_not_do_is_said_in_one_sentence_and_nothing_typed_is_lost(desk, admin):
    admin.goto("/people")
    admin.get_by_text("Add a person").click()
    admin.get_by_label("Name, to log in with").fill(SUE)
    admin.locator(".adding").get_by_role("button", name="Add").click()
    expect(admin.get_by_role("main").get_by_role("alert")).to_contain_text(
        "another person's already"
    )
    expect(admin.get_by_label("Name, to log in with")).to_have_value(SUE)
    row = admin.locator("li", has=admin.get_by_role("heading", name="Ada"))
    row.get_by_role("button", name="Deactivate Ada").click()
    expect(admin.get_by_role("main").get_by_role("alert")).to_contain_text("the only active admin")


def test_a_key_is_made_shown_once_works_and_is_revoked(desk, admin, stranger, complaints):
    admin.goto("/people/keys")
    admin.get_by_text("Make a key").click()
    admin.get_by_label("Name of the program").fill("reports")
    admin.get_by_role("button", name="Make").click()
    key = admin.locator(".secret code").inner_text()
    admin.reload()
    expect(admin.locator("main").get_by_role("alert")).to_have_count(0)
    headers = {"Authorization": f"Bearer {key}"}
    asks = stranger.context.request
    assert asks.get("/api/desk", headers=headers).status == 200
    admin.goto("/people/keys")
    row = admin.locator("li", has=admin.get_by_role("heading", name="reports"))
    expect(row).to_contain_text("may read")
    expect(row).to_contain_text("last used")
    expect(admin.get_by_text(key)).to_have_count(0)
    row.get_by_role("button", name="Revoke reports").click()
    expect(row).to_contain_text(re.compile("made .* by Ada .* revoked .* by Ada", re.DOTALL))
    assert asks.get("/api/desk", headers=headers).status == 401
    assert complaints.heard == []


def test_the_audit_log_says_who_saw_which_ticket_and_can_be_filtered(
    desk, admin, supervisor, complaints
):
    one, two = desk.decides("one", "hello"), desk.decides("two", "hello")
    for ticket in (one, two):
        supervisor.goto(f"/tickets/{ticket}")
    admin.goto(f"/tickets/{one}")
    admin.goto("/people/audit")
    rows = admin.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(re.compile(rf"Ada\s*saw\s*{one}"))
    admin.get_by_role("combobox", name="Who").fill(SUE)
    admin.get_by_role("button", name="Show").click()
    expect(rows).to_have_count(2)
    admin.get_by_label("Ticket number").fill(str(two))
    admin.get_by_role("button", name="Show").click()
    expect(rows).to_have_count(1)
    admin.get_by_label("Ticket number").fill("999")
    admin.get_by_role("button", name="Show").click()
    expect(admin.get_by_text("Nothing is noted that fits.")).to_be_visible()
    admin.get_by_role("link", name="Show all").click()
    expect(rows).to_have_count(3)
    assert complaints.heard == []


def test_a_long_audit_log_is_read_page_by_page(desk, admin):
    for number in range(120):
        admin.context.request.get(f"/api/tickets/{desk.receives(f't{number}', 'hello')}")
    admin.goto("/people/audit")
    rows = admin.locator("tbody tr")
    expect(rows).to_have_count(100)
    admin.get_by_role("link", name="Older").click()
    expect(rows).to_have_count(20)
    expect(admin.get_by_role("link", name="Older")).to_have_count(0)
    admin.get_by_role("link", name="Newest").click()
    expect(rows).to_have_count(100)


def test_no_word_of_anybodys_acts_in_these_pages(desk, admin, complaints):
    person = a_person(desk.database, HOSTILE, Role.AGENT)
    with desk.database.writing() as connection:
        people.change(connection, person, {"email": '"><script>alert(1)</script>@x'})
    admit.set_active(desk.database, HOSTILE, person, active=False, now=utcnow())
    for path in ("/people", "/people/audit", "/people/audit?by=%22%3E%3Cscript%3Ealert(1)"):
        admin.goto(path)
        assert admin.locator("main :is(img, script, [onerror])").count() == 0
    assert complaints.heard == []
    assert admin.goto("/people/audit?ticket=1%20or%201").status == 422


# How it looks


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_these_pages_fit_their_window(desk, admin, width):
    admin.set_viewport_size({"width": width, "height": 800})
    for path in PATHS:
        admin.goto(path)
        assert width_beyond(admin) <= 0, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_these_pages_stands_out(desk, admin, scheme):
    admin.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in PATHS:
        admin.goto(path)
        assert admin.evaluate(CONTRAST) == [], path


def test_every_field_has_a_name_and_every_page_one_heading(desk, admin):
    for path in PATHS:
        admin.goto(path)
        assert admin.locator("h1").count() == 1, path
        fields = "input:not([type=hidden]):not([hidden]), select"
        unnamed = "all => all.filter(it => !it.labels.length && !it.ariaLabel).length"
        assert admin.locator(fields).evaluate_all(unnamed) == 0, path
        assert admin.locator("[style], script:not([src]), [onclick]").count() == 0


# By an identity provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with a_provider() as made:
        yield made


@pytest.fixture
def elsewhere(tmp_path: Path, provider: Provider) -> Iterator[Desk]:
    """A desk whose people log in by the provider."""
    made = Desk(tmp_path)
    made.start(
        TRIAGE_OIDC_ISSUER=provider.issuer,
        TRIAGE_OIDC_CLIENT_ID=CLIENT,
        TRIAGE_OIDC_CLIENT_SECRET=SECRET,
        TRIAGE_OIDC_SUPERVISORS="leads",
    )
    yield made
    made.close()


def test_one_logs_in_by_the_provider_and_is_refused_where_it_lies(
    browser: Browser, elsewhere, provider, complaints
):
    provider.tells(sub="u-1", preferred_username="wanda", groups=["leads"])
    with window(browser, elsewhere, complaints) as page:
        page.goto("/promises")
        page.get_by_role("link", name=f"Log in with 127.0.0.1:{provider.port}").click()
        expect(page).to_have_url(re.compile("/promises$"))
        expect(page.get_by_role("banner")).to_contain_text("wanda")
        page.goto("/account")
        expect(page.get_by_role("main")).to_contain_text("supervisor")
        expect(page.get_by_role("main")).to_contain_text("there is no password here")
        page.get_by_role("button", name="Log out").click()
        provider.lies = {"nonce": "of another log-in"}
        page.get_by_role("link", name=re.compile("^Log in with")).click()
        expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("cannot be trusted")
        page.goto("/")
        expect(page).to_have_url(re.compile("/login$"))
    assert [one for one in complaints.heard if "401" not in one] == []
