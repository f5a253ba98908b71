"""Log-in by a real OpenID provider that tells the truth, lies, is replayed, or is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from tests.admitted import a_person, a_session
from tests.fakes import NOON
from tests.integration.test_api import on_sqlite
from tests.provider import CLIENT, SECRET, Provider, a_provider
from triage import admit
from triage.api.app import create_app
from triage.api.cookies import SESSION
from triage.domain.person import Role
from triage.page.login_oidc import UNDER_WAY
from triage.settings import Settings
from triage.store import audit, people
from triage.store.database import Database
from triage.store.sources import new_key

SUE = {"sub": "u-1", "preferred_username": "sue", "email": "sue@example.org"}
VERIFIED = {"email_verified": True}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with a_provider() as made:
        yield made


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.tells(**SUE, **VERIFIED)
    return running


@pytest.fixture
def settings(tmp_path: Path, database_url: str, provider: Provider) -> Settings:
    return Settings(
        data_folder=tmp_path,
        database_url=database_url,
        redis_url="",
        secret_key=new_key(),
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_supervisors="leads, heads",
        oidc_admins="owners",
    )


@pytest.fixture
def browser(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield client


def goes(browser: TestClient, then: str = "/") -> str:
    """Go to the provider and come back; return the address with which one comes back."""
    led = browser.get("/login/oidc", params={"next": then})
    assert led.status_code == 303, led.text
    back = httpx2.get(led.headers["location"], follow_redirects=False)
    return str(back.headers["location"]).removeprefix("http://testserver")


def logs_in(browser: TestClient, then: str = "/") -> Any:
    return browser.get(goes(browser, then))


def person(database: Database, name: str) -> Any:
    with database.reading() as connection:
        return people.named(connection, name)


def is_out(browser: TestClient) -> bool:
    return browser.get("/api/desk").status_code == 401 and SESSION not in browser.cookies


def test_whom_the_provider_vouches_for_is_new_here_as_an_agent(browser, database):
    answer = logs_in(browser, "/promises")
    assert (answer.status_code, answer.headers["location"]) == (303, "/promises")
    assert browser.get("/api/desk").status_code == 200
    assert browser.get("/people").status_code == 403
    made = person(database, "sue")
    assert (made.role, made.email, made.password) == (Role.AGENT, "sue@example.org", None)
    browser.cookies.clear()
    assert logs_in(browser).status_code == 303
    with database.reading() as connection:
        assert len(people.everybody(connection)) == 1
        noted = [(row.by, row.action) for row in audit.noted(connection, 10)]
    assert noted == [("sue", "logged in")] * 2 + [("identity provider", "added person")]


def test_groups_give_a_role_anew_with_each_log_in(browser, database, provider):
    a_person(database, "Ada", Role.ADMIN)  # somebody must go on to administer
    for groups, role in ((["heads"], Role.SUPERVISOR), (["owners"], Role.ADMIN), ([], Role.AGENT)):
        provider.tells(**SUE, groups=groups)
        assert logs_in(browser).status_code == 303
        assert person(database, "sue").role is role


@on_sqlite
def test_what_the_token_leaves_out_the_provider_is_asked_for(browser, database, provider):
    provider.tells(sub="u-1")
    provider.told_later = {"preferred_username": "sue", "groups": ["leads"]}
    assert logs_in(browser).status_code == 303
    assert person(database, "sue").role is Role.SUPERVISOR
    provider.told_later = {"sub": "u-2", "groups": ["owners"]}  # of somebody else
    assert logs_in(browser).status_code == 303
    assert person(database, "sue").role is Role.AGENT


def test_a_verified_address_finds_its_person_and_an_unverified_nobody(browser, database, provider):
    ours = a_person(database, "Sue of ours", Role.AGENT, "Sue@example.org")
    provider.tells(**SUE)
    assert logs_in(browser).status_code == 303
    assert person(database, "sue").id != ours
    provider.tells(**SUE | {"sub": "u-9", "preferred_username": "s2"}, **VERIFIED)
    assert logs_in(browser).status_code == 303
    assert person(database, "Sue of ours").subject
    assert person(database, "s2") is None
    provider.tells(**SUE | {"sub": "u-10", "preferred_username": "s3"}, **VERIFIED)
    assert logs_in(browser).status_code == 303
    assert (person(database, "s3").email, person(database, "Sue of ours").id) == (None, ours)


def test_a_name_of_somebody_here_is_not_taken_over(browser, database, provider):
    admin = a_person(database, "admin", Role.ADMIN)
    provider.tells(sub="u-1", preferred_username="admin", name="Mallory", groups=[])
    assert logs_in(browser).status_code == 303
    assert person(database, "Mallory").role is Role.AGENT
    assert (person(database, "admin").id, person(database, "admin").subject) == (admin, None)


def test_nobody_signs_with_a_name_of_somebody_here_in_other_letters(browser, database, provider):
    a_person(database, "Ada", Role.ADMIN)
    provider.tells(sub="u-1", preferred_username="ADA", name="Mallory")
    assert logs_in(browser).status_code == 303
    with database.reading() as connection:
        assert {it.name for it in people.everybody(connection)} == {"Ada", "Mallory"}


def test_who_was_unlinked_is_linked_again_by_their_address_and_else_somebody_new(
    browser, database, provider
):
    ours = a_person(database, "Sue of ours", Role.AGENT, "sue@example.org")
    logs_in(browser)
    admit.unlink(database, "triage", ours, NOON)
    assert browser.get("/api/desk").status_code == 401
    logs_in(browser)
    assert person(database, "Sue of ours").subject
    admit.change(database, "triage", ours, Role.AGENT, "", NOON)
    admit.unlink(database, "triage", ours, NOON)
    logs_in(browser)
    assert (person(database, "Sue of ours").subject, bool(person(database, "sue"))) == (None, True)


@on_sqlite
def test_who_logs_in_by_the_provider_ends_the_session_that_the_browser_had(browser, database):
    earlier = a_session(database, a_person(database, "Ada", Role.ADMIN))
    browser.cookies.set(SESSION, earlier)
    assert logs_in(browser).status_code == 303
    other = TestClient(browser.app, cookies={SESSION: earlier})
    assert other.get("/api/desk").status_code == 401


def test_who_is_deactivated_stays_out(browser, database):
    logs_in(browser)
    admit.set_active(database, "triage", person(database, "sue").id, active=False, now=NOON)
    browser.cookies.clear()
    answer = logs_in(browser)
    assert (answer.status_code, "deactivated" in answer.text) == (401, True)
    assert is_out(browser)


#: What a token says, and for what of it the log says that it was refused.
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another nonce": ({"nonce": "of another log-in"}, "'nonce'"),
    "no nonce": ({"nonce": None}, "'nonce'"),
    "expired": ({"exp": int(time.time()) - 3600}, "expired"),
    "no end": ({"exp": None}, "'exp'"),
    "made tomorrow": ({"iat": int(time.time()) + 86_400}, "in the future"),
    "for another program": ({"aud": "another"}, "'aud'"),
    "for several, us not named": ({"aud": [CLIENT, "another"]}, "'azp'"),
    "for another party": ({"azp": "another"}, "'azp'"),
    "of another issuer": ({"iss": "https://evil.example"}, "'iss'"),
    "no issuer": ({"iss": None}, "'iss'"),
    "nobody": ({"sub": None}, "'sub'"),
    "for another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "'at_hash'"),
}


@on_sqlite
@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_this_log_in_opens_nothing(browser, provider, lie):
    provider.lies, why = LIES[lie]
    with capture_logs() as logged:
        answer = logs_in(browser)
    assert answer.status_code == 401
    assert "cannot be trusted" in answer.text
    assert is_out(browser)
    assert [it["event"] for it in logged] == ["oidc_log_in_refused"]
    assert why in logged[0]["why"]
    assert provider.redeemed[-1] not in str(logged)


@on_sqlite
@pytest.mark.parametrize(
    "key",
    [
        RSAKey.generate_key(2048, {"kid": "k1"}),
        OctKey.import_key(SECRET * 2, {"kid": "k1"}),  # which we know, too, so it proves nothing
    ],
)
def test_a_token_signed_by_anybody_else_opens_nothing(browser, provider, key):
    provider.signed_with = key
    assert logs_in(browser).status_code == 401
    assert is_out(browser)


@on_sqlite
@pytest.mark.parametrize(
    "said",
    [
        {"state": "of another log-in"},
        {"state": ""},
        {"code": ""},
        {"code": "of somebody else"},
        {"iss": "https://evil.example"},
        {"error": "access_denied", "code": ""},
    ],
)
def test_an_answer_to_another_log_in_opens_nothing(browser, provider, said):
    provider.answer = said
    assert logs_in(browser).status_code == 401
    assert is_out(browser)


@on_sqlite
def test_an_answer_counts_in_its_own_browser_and_once(browser, settings):
    address = goes(browser)
    other = TestClient(browser.app, follow_redirects=False)
    assert other.get(address).status_code == 401
    assert is_out(other)
    assert browser.get(address).status_code == 303
    browser.cookies.clear()
    assert browser.get(address).status_code == 401
    assert is_out(browser)


@on_sqlite
def test_what_the_browser_keeps_of_a_log_in_cannot_be_read_or_made(browser):
    led = browser.get("/login/oidc")
    kept = led.cookies[UNDER_WAY]
    state = httpx2.URL(led.headers["location"]).params["state"]
    assert state not in kept
    cookie = led.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "max-age=600"))
    browser.cookies.set(UNDER_WAY, kept[:-4] + "AAAA")
    assert browser.get(f"/login/oidc/callback?state={state}&code=x").status_code == 401


@on_sqlite
def test_a_provider_that_is_away_is_said_to_be(settings, provider):
    away = settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    with TestClient(create_app(away), follow_redirects=False) as browser:
        answer = browser.get("/login/oidc")
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)


@on_sqlite
def test_a_provider_under_another_name_is_not_believed(settings, provider):
    other = settings.model_copy(update={"oidc_issuer": f"{provider.issuer}/"})
    with TestClient(create_app(other), follow_redirects=False) as browser, capture_logs() as logged:
        assert browser.get("/login/oidc").status_code == 503
    assert logged[0]["event"] == "oidc_issuer_differs"


@on_sqlite
def test_the_log_in_leads_to_our_own_pages_only(browser):
    assert logs_in(browser, "//evil.example").headers["location"] == "/"


@on_sqlite
def test_without_a_provider_there_is_only_the_form(settings):
    none = settings.model_copy(update={"oidc_issuer": ""})
    with TestClient(create_app(none), follow_redirects=False) as browser:
        assert browser.get("/login/oidc").headers["location"] == "/login"
        assert browser.get("/login/oidc/callback?code=x&state=y").status_code == 401
        assert "Log in with" not in browser.get("/login").text


@on_sqlite
def test_an_address_is_verified_only_where_it_is_said(browser, database, provider):
    provider.tells(sub="u-1", preferred_username="mallory", email="ada@example.org")
    provider.told_later = {"sub": "u-1", "email_verified": True, "groups": ["heads"]}
    assert logs_in(browser).status_code == 303
    assert person(database, "mallory").email is None
