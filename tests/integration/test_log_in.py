"""Log-ins against real databases: what they open, for how long, and what guessing is worth."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event as sql
from sqlalchemy import select
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from tests.admitted import PASSWORD, a_person, a_session
from tests.fakes import NOON, SetClock
from tests.integration.test_access import (
    OURS,
    QUICK,
    SECOND,
    log,
    logged_in,
)
from tests.integration.test_api import Service, on_sqlite
from tests.integration.test_decide import World
from triage import admit, log_in, programs
from triage.api.app import create_app
from triage.api.cookies import BROWSER, SESSION
from triage.change_password import Change, change_password
from triage.domain.person import Right, Role
from triage.domain.throttle import MOST, WINDOW, Of
from triage.errors import BadInput, NotLoggedIn, TooManyTries
from triage.log_in import Attempt
from triage.passwords import Passwords
from triage.sealed import Seal
from triage.store import access_tables, audit, events, people, sessions
from triage.store.database import Database
from triage.store.events import EventKind
from triage.store.people import Person
from triage.store.sessions import LASTS
from triage.store.sources import new_key

SEAL = Seal(new_key())


def tries(service: Service, name: str, password: str, **headers: str) -> Any:
    client = TestClient(service.app, follow_redirects=False, headers=headers)
    return client.post("/login", data={"name": name, "password": password})


def attempt(name: str = "Sue", password: str = PASSWORD, **more: Any) -> Attempt:
    return Attempt(name=name, password=password, address=more.pop("address", "192.0.2.1"), **more)


# Log-in and log-out


def test_a_session_opens_with_the_password_and_ends_with_the_log_out(service):
    a_person(service.database, "Sue", Role.SUPERVISOR)
    assert tries(service, "Sue", "wrong").status_code == 401
    answer = tries(service, " Sue ", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    client = TestClient(service.app, follow_redirects=False, headers=OURS)
    client.cookies = answer.cookies
    token = answer.cookies[SESSION]
    assert client.get("/api/desk").status_code == 200
    client.post("/logout")
    client.cookies.set(SESSION, token)  # kept by a thief
    assert client.get("/api/desk").status_code == 401
    assert log(service.database)[:2] == [("Sue", "logged out", None), ("Sue", "logged in", None)]


@on_sqlite
def test_the_cookie_is_for_this_host_and_no_script_and_over_https_for_nothing_else(service):
    a_person(service.database, "Sue", Role.SUPERVISOR)
    answer = tries(service, "Sue", PASSWORD)
    for cookie in answer.headers.get_list("set-cookie"):
        assert all(it in cookie.lower() for it in ("httponly", "samesite=lax", "path=/"))
        assert "domain" not in cookie.lower()
    secure = TestClient(service.app, "https://triage.test", follow_redirects=False)
    answer = secure.post("/login", data={"name": "Sue", "password": PASSWORD})
    for cookie in answer.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert "secure" in cookie.lower()
    assert secure.get("/api/desk").status_code == 200
    token = answer.cookies[f"__Host-{SESSION}"]
    secure.cookies.clear()
    secure.cookies.set(SESSION, token)  # planted by a neighbour, without the prefix
    assert secure.get("/api/desk").status_code == 401


@on_sqlite
def test_only_the_hash_of_a_token_or_key_or_password_is_kept(service):
    a_person(service.database, "Sue", Role.SUPERVISOR)
    token = tries(service, "Sue", PASSWORD).cookies[SESSION]
    key = programs.add_key(service.database, "triage", "ci", [Right.READ], NOON)
    with service.database.reading() as connection:
        tables = access_tables.metadata.sorted_tables
        kept = str([connection.execute(select(table)).all() for table in tables])
    for secret in (token, key, PASSWORD):
        assert secret not in kept
    assert sessions.hashed(token) in kept


@on_sqlite
def test_a_session_that_somebody_planted_is_not_the_one_that_the_log_in_opens(service):
    """Session fixation: the token is made at the log-in, whatever the browser sent."""
    a_person(service.database, "Sue", Role.SUPERVISOR)
    client = TestClient(service.app, follow_redirects=False, headers=OURS)
    client.cookies.set(SESSION, "planted")
    answer = client.post("/login", data={"name": "Sue", "password": PASSWORD})
    assert answer.cookies[SESSION] != "planted"
    planted = TestClient(service.app, cookies={SESSION: "planted"})
    assert planted.get("/api/desk").status_code == 401


def test_a_session_ends_after_its_time(database):
    person = a_person(database, "Sue", Role.SUPERVISOR)
    with database.writing() as connection:
        token = sessions.begin(connection, person, NOON)
        assert sessions.whose(connection, token, NOON + LASTS - SECOND)
        assert sessions.whose(connection, token, NOON + LASTS) is None
        sessions.begin(connection, person, NOON + LASTS)
        left = connection.execute(select(access_tables.session.c.token_hash)).scalars().all()
    assert sessions.hashed(token) not in left


def test_the_page_leads_to_the_log_in_and_on_to_where_one_wanted(service):
    a_person(service.database, "Sue", Role.SUPERVISOR)
    led = service.client.get("/tickets/1?a=b")
    assert led.headers["location"] == "/login?next=/tickets/1%3Fa%3Db"
    form = {"name": "Sue", "password": PASSWORD, "next": "/tickets/1?a=b"}
    assert service.client.post("/login", data=form).headers["location"] == "/tickets/1?a=b"
    evil = form | {"next": "//evil.example"}
    elsewhere = service.client.post("/login", data=evil, headers=OURS)
    assert elsewhere.headers["location"] == "/"


# Guessing


def test_after_a_few_failures_even_the_right_password_waits(service):
    a_person(service.database, "Sue", Role.SUPERVISOR)
    for _ in range(MOST[Of.NAME]):
        assert tries(service, "Sue", "wrong").status_code == 401
    answer = tries(service, "Sue", PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= WINDOW.total_seconds()
    assert "Wait 15 minutes" in answer.text


def test_waiting_or_success_forgets_the_failures(database):
    a_person(database, "Sue", Role.SUPERVISOR)
    clock = SetClock(NOON)
    for _ in range(MOST[Of.NAME] - 1):
        with pytest.raises(NotLoggedIn):
            log_in.log_in(
                database, QUICK, SEAL, attempt(password="wrong"), clock.forward(seconds=1)
            )
    log_in.log_in(database, QUICK, SEAL, attempt(), clock.forward(seconds=1))
    for _ in range(MOST[Of.NAME]):
        with pytest.raises(NotLoggedIn):
            log_in.log_in(
                database, QUICK, SEAL, attempt(password="wrong"), clock.forward(seconds=1)
            )
    with pytest.raises(TooManyTries):
        log_in.log_in(database, QUICK, SEAL, attempt(), clock.forward(seconds=1))
    clock.forward(seconds=WINDOW.total_seconds())
    assert log_in.log_in(database, QUICK, SEAL, attempt(), clock.now).token


def test_a_stranger_who_goes_on_guessing_locks_nobody_out_of_their_own_browser(database):
    a_person(database, "Sue", Role.SUPERVISOR)
    clock = SetClock(NOON)
    known = log_in.log_in(database, QUICK, SEAL, attempt(), clock.now).browser
    for number in range(20):
        guess = attempt(password="guess", address=f"198.51.100.{number}")
        with pytest.raises((NotLoggedIn, TooManyTries)):
            log_in.log_in(database, QUICK, SEAL, guess, clock.forward(seconds=1))
    with pytest.raises(TooManyTries):
        log_in.log_in(database, QUICK, SEAL, attempt(), clock.now)
    assert log_in.log_in(database, QUICK, SEAL, attempt(browser=known), clock.now).token
    forged = SEAL.close("other", ["Sue", "x"])
    with pytest.raises(TooManyTries):
        log_in.log_in(database, QUICK, SEAL, attempt(browser=forged), clock.now)


def test_one_address_may_not_try_many_names(database):
    clock = SetClock(NOON)
    for number in range(MOST[Of.ADDRESS]):
        with pytest.raises(NotLoggedIn):
            log_in.log_in(database, QUICK, SEAL, attempt(f"n{number}"), clock.forward(seconds=1))
    with pytest.raises(TooManyTries):
        log_in.log_in(database, QUICK, SEAL, attempt("another"), clock.now)
    elsewhere = attempt("another", address="192.0.2.2")
    with pytest.raises(NotLoggedIn):
        log_in.log_in(database, QUICK, SEAL, elsewhere, clock.now)


def test_many_guesses_at_once_are_no_way_round(database):
    a_person(database, "Sue", Role.SUPERVISOR)

    def guess(number: int) -> type[Exception] | None:
        try:
            now = NOON + number * SECOND
            log_in.log_in(database, QUICK, SEAL, attempt(password="wrong"), now)
        except (NotLoggedIn, TooManyTries) as error:
            return type(error)
        return None

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(guess, range(24)))
    assert found.count(NotLoggedIn) == MOST[Of.NAME]
    assert found.count(TooManyTries) == 24 - MOST[Of.NAME]


@on_sqlite
def test_the_answer_does_not_say_whether_there_is_such_a_person(service):
    a_person(service.database, "Sue", Role.SUPERVISOR)
    shut = a_person(service.database, "Tom", Role.AGENT)
    admit.set_active(service.database, "triage", shut, active=False, now=NOON)
    no_password = {"name": "Uma", "role": "agent", "active": True, "created_at": NOON}
    with service.database.writing() as connection:
        connection.execute(access_tables.person.insert().values(no_password))
    names = ("Sue", "Tom", "Uma", "Nobody", "Sue' OR 1=1 --")
    answers = [tries(service, name, "wrong").text for name in names]
    assert len({re.sub(r'name="name" value="[^"]*"', "", it) for it in answers}) == 1
    assert tries(service, "Tom", PASSWORD).status_code == 401


@on_sqlite
def test_an_unknown_name_takes_as_long_as_a_wrong_password(database):
    passwords = Passwords()
    with database.writing() as connection:
        people.add(connection, "Sue", Role.AGENT, NOON, password=passwords.hash(PASSWORD))

    def took(name: str, number: int) -> float:
        who, start = attempt(name, "wrong", address=f"192.0.2.{number}"), perf_counter()
        with pytest.raises(NotLoggedIn):
            log_in.log_in(database, passwords, SEAL, who, NOON + number * WINDOW)
        return perf_counter() - start

    known = [took("Sue", n) for n in range(1, 8)]
    unknown = [took("Nobody", n) for n in range(1, 8)]
    assert 0.5 < median(unknown) / median(known) < 2.0


def test_a_hash_with_old_parameters_is_made_anew_at_the_next_log_in(database):
    with database.writing() as connection:
        old = QUICK.hash(PASSWORD)
        person = people.add(connection, "Sue", Role.AGENT, NOON, password=old)
    newer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    log_in.log_in(database, newer, SEAL, attempt(), NOON)
    with database.reading() as connection:
        kept = people.by_id(connection, person).password
    assert kept != old
    assert not newer.is_outdated(kept)
    assert log_in.log_in(database, newer, SEAL, attempt(), NOON + SECOND).token


@on_sqlite
def test_no_password_key_or_token_is_logged(service):
    a_person(service.database, "Sue", Role.SUPERVISOR)
    with capture_logs() as logged:
        token = tries(service, "Sue", PASSWORD).cookies[SESSION]
        tries(service, "hunter2-typed-as-name", "wrong-secret")
        service.get("/api/desk")
        service.client.get("/api/desk", headers={"Authorization": "Bearer wrong-key"})
    words = (PASSWORD, token, "hunter2", "wrong-secret", "wrong-key", "the-api-key")
    noted = log(service.database)
    assert not [word for word in words if word in f"{logged} {noted}"]
    with service.database.reading() as connection:
        kept = str(connection.execute(select(access_tables.audit)).all())
        kept += str(connection.execute(select(access_tables.failed_login)).all())
    assert not [word for word in words if word in kept]


# What it costs


def test_a_request_reads_its_session_with_one_query_by_index(database):
    person = a_person(database, "Sue", Role.SUPERVISOR)
    token = a_session(database, person)
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cur: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    sql.listen(database.engine, "before_cursor_execute", note)
    with database.reading() as connection:
        assert sessions.whose(connection, token, NOON)
    sql.remove(database.engine, "before_cursor_execute", note)
    ((statement, parameters),) = [it for it in asked if not it[0].startswith("BEGIN")]
    with database.reading() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        prefix = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = str(connection.exec_driver_sql(f"{prefix} {statement}", parameters).all())
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan


@on_sqlite
def test_a_cookie_of_a_browser_is_no_session(service):
    a_person(service.database, "Sue", Role.SUPERVISOR)
    known = tries(service, "Sue", PASSWORD).cookies[BROWSER]
    assert TestClient(service.app, cookies={SESSION: known}).get("/api/desk").status_code == 401


@on_sqlite
def test_a_provider_that_is_set_wrongly_is_said_by_name(settings):
    for wrong in (
        {"oidc_issuer": "http://id.example.org"},
        {"oidc_issuer": "https://id.example.org"},
    ):
        with (
            pytest.raises(BadInput, match="TRIAGE_OIDC_"),
            TestClient(create_app(settings.model_copy(update=wrong))),
        ):
            pass


@on_sqlite
def test_a_browser_has_one_session_the_newest(service):
    browser = TestClient(service.app, follow_redirects=False, headers=OURS)
    for name in ("Kate", "Ada"):
        a_person(service.database, name, Role.SUPERVISOR)
    tokens = []
    for name in ("Kate", "Ada"):
        answer = browser.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303
        tokens.append(browser.cookies[SESSION])
    for token, status in zip(tokens, (401, 200), strict=True):
        other = TestClient(service.app, cookies={SESSION: token})
        assert other.get("/api/desk").status_code == status


class Interrupted(Passwords):
    """Does something in the moment in which a new password is hashed."""

    def __init__(self, meanwhile: Any) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.meanwhile = meanwhile

    def hash(self, password: str) -> str:
        self.meanwhile()
        return super().hash(password)


def changed(old: str = PASSWORD, new: str = "carl's new horses") -> Change:
    return Change(old=old, new=new, address="192.0.2.1")


@pytest.mark.parametrize("shut_out", [True, False])
def test_who_is_shut_out_while_they_change_their_password_stays_out(database, shut_out):
    number = a_person(database, "Carl", Role.AGENT)

    def meanwhile() -> None:
        if shut_out:
            admit.set_active(database, "Ada", number, active=False, now=NOON)
        else:
            admit.set_password(database, QUICK, "Ada", number, "the admin's own choice", NOON)

    a_person(database, "Ada", Role.ADMIN)
    with database.reading() as connection:
        before = people.by_id(connection, number)
    with pytest.raises(NotLoggedIn, match="changed meanwhile"):
        change_password(database, Interrupted(meanwhile), before.principal, changed(), NOON)
    with database.reading() as connection:
        after = people.by_id(connection, number)
        assert not connection.execute(select(access_tables.session)).all()
    assert not QUICK.fits(after.password, changed().new)


# Who is logged in, and must say their present password


@on_sqlite
def test_a_wrong_present_password_is_noted_and_after_a_few_even_the_right_one_waits(service):
    carl = logged_in(service, "Carl", Role.AGENT)

    def changes(old: str, new: str = "carl's new horses") -> Any:
        return carl.post("/account/password", data={"old": old, "new": new})

    for _ in range(MOST[Of.PERSON]):
        assert changes("wrong").status_code == 403
    assert log(service.database, by="Carl") == [("Carl", "gave a wrong password", None)] * 5
    refused = changes(PASSWORD)
    assert (refused.status_code, "Wait 15 minutes" in refused.text) == (429, True)
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW.total_seconds()
    assert carl.get("/api/desk").status_code == 200
    assert tries(service, "Carl", PASSWORD).status_code == 303  # a log-in has its own count


def test_wrong_present_passwords_are_forgotten_with_success_and_count_for_one_person(database):
    carl, dora = (
        people_by_id(database, a_person(database, name, Role.AGENT)).principal
        for name in ("Carl", "Dora")
    )

    def change(who: Any, **asked: str) -> str:
        return change_password(database, QUICK, who, changed(**asked), NOON)

    for _ in range(MOST[Of.PERSON] - 1):
        with pytest.raises(NotLoggedIn, match="not your present password"):
            change(carl, old="wrong")
    with pytest.raises(BadInput, match="expected 10 to 200"):
        change(carl, new="short")  # looked at before, and no try
    change(carl)
    for _ in range(MOST[Of.PERSON]):
        with pytest.raises(NotLoggedIn):
            change(carl, old="wrong")
    with pytest.raises(TooManyTries):
        change(carl, old=changed().new)
    assert change(dora)
    admit.set_password(database, QUICK, "triage", carl.person_id, "the admin's choice", NOON)
    assert change(carl, old="the admin's choice")


def test_many_present_passwords_at_once_are_no_way_round(database):
    carl = people_by_id(database, a_person(database, "Carl", Role.AGENT)).principal

    def guess(_number: int) -> type[Exception]:
        with pytest.raises((NotLoggedIn, TooManyTries)) as refused:
            change_password(database, QUICK, carl, changed(old="wrong"), NOON)
        return refused.type

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(guess, range(24)))
    assert found.count(NotLoggedIn) == MOST[Of.PERSON]


def people_by_id(database: Database, number: int) -> Person:
    with database.reading() as connection:
        found = people.by_id(connection, number)
    assert found
    return found


@on_sqlite
@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8::1%<b>", "2001:db8::1"),
        ("<b>nobody's address</b>", "unknown"),
    ],
)
def test_where_a_refused_log_in_came_from_is_an_address_or_unknown(service, said, noted):
    client = TestClient(service.app, client=(said, 1))
    client.post("/login", data={"name": "Nobody", "password": "wrong"})
    with service.database.reading() as connection:
        (row,) = audit.noted(connection, 1)
    assert row.about == f"under an unknown name, from {noted}"


def test_whoever_looks_closely_at_a_person_lets_nobody_change_them_meanwhile(database):
    """A log-in with the old password must not outlive the setting of a new one."""
    number = a_person(database, "Sue", Role.AGENT)
    order: list[str] = []

    def set_password() -> None:
        admit.set_password(database, QUICK, "triage", number, None, NOON)
        order.append("set")

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as connection:
            assert people.by_id(connection, number, lock=True)
            setting = pool.submit(set_password)
            with pytest.raises(TimeoutError):
                setting.result(timeout=0.5)
            token = sessions.begin(connection, number, NOON)
            order.append("begun")
        setting.result()
    with database.reading() as connection:
        assert sessions.whose(connection, token, NOON) is None
    assert order == ["begun", "set"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whoever_logs_in_waits_for_nobody_who_writes_to_the_feed(database):
    """Each has a lock of its own; SQLite has one writer anyway."""
    ticket = World(database).accept("m1", "hello")
    a_person(database, "Sue", Role.SUPERVISOR)
    with ThreadPoolExecutor(1) as pool, database.writing() as connection:
        events.append(connection, EventKind.WAITING, [ticket], NOON)
        logging_in = pool.submit(log_in.log_in, database, QUICK, SEAL, attempt(), NOON)
        assert logging_in.result(timeout=2).token  # an idle transaction would be ended after three
