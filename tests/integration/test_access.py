"""People, sessions, keys and the audit log over the interface, against real databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from starlette.testclient import TestClient

from tests.admitted import a_key, a_person, a_session
from tests.fakes import NOON
from tests.integration.test_api import Service, on_sqlite
from triage import admit, programs
from triage.api.cookies import SESSION
from triage.domain.person import Right, Role
from triage.errors import BadInput
from triage.page.once import KEPT
from triage.passwords import Passwords
from triage.store import access_tables, api_keys, audit, people
from triage.store.database import Database

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
OURS = {"Sec-Fetch-Site": "same-origin"}
SECOND = timedelta(seconds=1)
PASSWORD = re.compile(r"<code>([a-z2-9]{5}(?:-[a-z2-9]{5}){3})</code>")
KEY = re.compile(r"<code>(triage_[\w-]{43})</code>")


def logged_in(service: Service, name: str, role: Role, email: str | None = None) -> TestClient:
    """A browser of somebody with this role."""
    client = TestClient(service.app, follow_redirects=False, headers=OURS)
    person = a_person(service.database, name, role, email)
    client.cookies.set(SESSION, a_session(service.database, person))
    return client


def log(database: Database, **which: Any) -> list[tuple[str, str, int | None]]:
    with database.reading() as connection:
        rows = audit.noted(connection, 100, **which)
    return [(row.by, row.action, row.ticket_id) for row in rows]


# What is taken away is gone at once


def test_who_is_deactivated_or_gets_another_password_is_out_at_once(service):
    for change in (
        lambda it: admit.set_active(service.database, "triage", it, active=False, now=NOON),
        lambda it: admit.set_password(service.database, QUICK, "triage", it, None, NOON),
    ):
        name = f"Sue {len(log(service.database))}"
        person = a_person(service.database, name, Role.SUPERVISOR)
        client = TestClient(service.app, cookies={SESSION: a_session(service.database, person)})
        assert client.get("/api/desk").status_code == 200
        change(person)
        assert client.get("/api/desk").status_code == 401


def test_another_role_counts_with_the_next_request(service):
    tom = logged_in(service, "Tom", Role.AGENT)
    body = {"present": False}
    service.hire()
    assert tom.post("/api/agents/1/presence", json=body).status_code == 403
    with service.database.reading() as connection:
        person = people.named(connection, "Tom").id
    admit.change(service.database, "triage", person, Role.SUPERVISOR, "", NOON)
    assert tom.post("/api/agents/1/presence", json=body).status_code == 200
    assert log(service.database)[0] == ("Tom", "set presence", None)


def test_somebody_always_goes_on_to_administer(database):
    first = admit.first_admin(database, QUICK, "", NOON)
    assert first
    assert admit.first_admin(database, QUICK, "", NOON) is None
    person = admit.named(database, "admin").id
    for change in (
        lambda: admit.change(database, "triage", person, Role.AGENT, "", NOON),
        lambda: admit.set_active(database, "triage", person, active=False, now=NOON),
    ):
        with pytest.raises(BadInput, match="the only active admin"):
            change()
    admit.add(database, QUICK, "triage", "second", Role.ADMIN, "", NOON)
    admit.change(database, "triage", person, Role.AGENT, "", NOON)


def test_two_people_have_neither_a_name_nor_a_mail_address_in_common(database):
    admit.add(database, QUICK, "triage", "Sue", Role.AGENT, "sue@example.org", NOON)
    taken = [("Sue", ""), ("SUE", ""), ("Tom", "sue@example.org"), ("Tom", "SUE@Example.org")]
    for name, email in taken:
        with pytest.raises(BadInput, match="another person's already"):
            admit.add(database, QUICK, "triage", name, Role.AGENT, email, NOON)
    admit.add(database, QUICK, "triage", "Tom", Role.AGENT, "", NOON)
    tom = admit.named(database, "Tom").id
    with pytest.raises(BadInput, match="another person's already"):
        admit.change(database, "triage", tom, Role.AGENT, "Sue@Example.ORG", NOON)
    assert admit.named(database, "Tom").email is None


# Programs


def test_a_key_may_what_its_scope_says_until_it_is_revoked(service):
    service.hire()
    service.accept("m1", "hello")
    body = {"present": True}

    def asked(key: str) -> tuple[int, int, int]:
        headers = {"Authorization": f"Bearer {key}"}
        read = service.client.get("/api/follow-ups", headers=headers)
        decide = service.client.post("/api/agents/1/presence", json=body, headers=headers)
        note = service.client.post("/api/tickets/1/notes", json={"text": "hello"}, headers=headers)
        return read.status_code, decide.status_code, note.status_code

    reads = programs.add_key(service.database, "triage", "reports", [Right.READ], NOON)
    decides = programs.add_key(service.database, "triage", "bot", [Right.DECIDE], NOON)
    assert asked(reads) == (200, 403, 403)
    assert asked(decides) == (200, 200, 200)
    programs.revoke_key(service.database, "Ada", "bot", NOON)
    with service.database.reading() as connection:
        known = {it.name: it for it in api_keys.listed(connection)}
    assert known["reports"].used_at
    assert (known["reports"].made_by, known["reports"].revoked_by) == ("triage", None)
    assert (known["bot"].made_by, known["bot"].revoked_by) == ("triage", "Ada")
    assert asked(decides) == (401, 401, 401)
    with pytest.raises(BadInput, match="no key of that name in force"):
        programs.revoke_key(service.database, "triage", "bot", NOON)
    with pytest.raises(BadInput, match="there is, or was"):
        programs.add_key(service.database, "triage", "bot", [Right.READ], NOON)


def test_the_use_of_a_key_is_written_at_most_once_a_minute(database):
    key = a_key(database)
    with database.writing() as connection:
        assert api_keys.whose(connection, key, NOON)[1]
        api_keys.note_use(connection, key, NOON)
        assert not api_keys.whose(connection, key, NOON + 59 * SECOND)[1]
        api_keys.note_use(connection, key, NOON + 59 * SECOND)
        assert api_keys.whose(connection, key, NOON + 60 * SECOND)[1]


# Whose name a change carries, and what is noted


def test_a_person_acts_under_their_own_name_and_a_program_for_somebody(service):
    service.hire()
    ticket = service.accept("m1", "hello")
    service.decide(ticket)
    sue = logged_in(service, "Sue", Role.SUPERVISOR)

    def put(client: Any, lane: str, **more: Any) -> Any:
        body = {"lane": lane, "revision": service.ticket(ticket).revision} | more
        return client.post(f"/api/tickets/{ticket}/lane", json=body)

    assert put(sue, "charged").status_code == 200
    refused = put(sue, "gentle", by="Tom")
    assert (refused.status_code, "you act as Sue" in refused.text) == (422, True)
    service.client.headers["Authorization"] = "Bearer the-api-key-of-these-tests"
    assert put(service.client, "gentle", by="Tom").status_code == 200
    assert put(service.client, "standard").status_code == 200
    moved = [row for row in log(service.database, ticket_id=ticket) if row[1] == "moved"]
    assert [by for by, _, _ in moved] == ["key tests 0", "Tom (by key tests 0)", "Sue"]
    of_tom = log(service.database, by="Tom")
    assert [by for by, _, _ in of_tom] == ["Tom (by key tests 0)"]


@on_sqlite
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Sue\n2026-12-01 Ada", "visible characters"),
        ("\u202eeuS", "visible characters"),
        (" Sue", "without a space at either end"),
        ("Sue (by key other)", "names of that form are programs'"),
        ("triage", "Triage's own in the audit log"),
    ],
)
def test_a_program_acts_for_nobody_with_an_impossible_name(service, name, says):
    ticket = service.accept("m1", "hello")
    service.decide(ticket)
    body = {"lane": "charged", "revision": service.ticket(ticket).revision, "by": name}
    headers = {"Authorization": f"Bearer {a_key(service.database)}"}
    refused = service.client.post(f"/api/tickets/{ticket}/lane", json=body, headers=headers)
    assert (refused.status_code, refused.json()["detail"][:4]) == (422, "by: ")
    assert says in refused.json()["detail"]
    assert log(service.database) == []


def test_an_agent_may_write_notes_and_remove_their_own(service):
    ticket = service.accept("m1", "hello")
    tom, uma = (logged_in(service, name, Role.AGENT) for name in ("Tom", "Uma"))
    note = tom.post(f"/api/tickets/{ticket}/notes", json={"text": "hello"}).json()["note"]
    assert uma.delete(f"/api/notes/{note}").status_code == 404
    assert tom.delete(f"/api/notes/{note}").status_code == 200


def test_every_view_of_a_ticket_is_noted_and_no_word_of_its_customer(service):
    ticket = service.accept("m1", "zebra full of anger", subject="Quagga", customer_name="Okapi")
    service.decide(ticket)
    sue = logged_in(service, "Sue", Role.SUPERVISOR)
    for path in ("/api/tickets/{}", "/tickets/{}", "/api/tickets/{}/explanation"):
        assert sue.get(path.format(ticket)).status_code == 200
    assert sue.get("/tickets/99").status_code == 404
    message = service.get(f"/api/tickets/{ticket}").json()["messages"][0]["id"]
    revision = service.ticket(ticket).revision
    body = {"message": message, "level": 1, "revision": revision, "why": "the zebra is calm"}
    assert sue.post(f"/api/tickets/{ticket}/corrections", json=body).status_code == 200
    noted = log(service.database, ticket_id=ticket)
    assert [row for row in noted if row[0] == "Sue"] == [
        ("Sue", "corrected", ticket),
        *[("Sue", "saw", ticket)] * 3,
    ]
    with service.database.reading() as connection:
        kept = str(connection.execute(select(access_tables.audit)).all()).lower()
    assert not [word for word in ("zebra", "quagga", "okapi", "anger") if word in kept]


def test_an_agent_may_hand_back_their_own_ticket_only(service):
    service.hire(name="Ann", email="ann@example.org")
    service.hire(name="Ben", email="ben@example.org", capacity=0)
    ticket = service.accept("m1", "hello")
    service.decide(ticket)
    assert service.row(ticket).agent_name == "Ann"
    ann = logged_in(service, "Ann", Role.AGENT, "ANN@example.org")
    ben = logged_in(service, "Ben", Role.AGENT, "ben@example.org")

    def decline(client: TestClient) -> int:
        body = {"agent": 1, "revision": service.ticket(ticket).revision}
        return client.post(f"/api/tickets/{ticket}/decline", json=body).status_code

    assert ann.post(f"/api/tickets/{ticket}/lane", json={}).status_code == 403
    assert decline(ben) == 403
    assert decline(ann) == 200
    assert log(service.database, ticket_id=ticket)[0] == ("Ann", "declined", ticket)


def test_what_is_not_changed_is_not_noted(service):
    ticket = service.accept("m1", "hello")
    service.decide(ticket)
    sue = logged_in(service, "Sue", Role.SUPERVISOR)
    body = {"lane": "charged", "revision": 99}
    assert sue.post(f"/api/tickets/{ticket}/lane", json=body).status_code == 409
    assert log(service.database, ticket_id=ticket) == []


def test_what_is_put_off_written_or_taken_back_is_noted_without_its_words(service):
    service.clock.now = datetime.now(UTC)
    ticket = service.accept("m1", "hello", at=service.clock.now)
    service.decide(ticket)
    sue = logged_in(service, "Sue", Role.SUPERVISOR)

    def does(what: str, **body: Any) -> int:
        seen = {"revision": service.ticket(ticket).revision} | body
        return sue.post(f"/api/tickets/{ticket}/{what}", json=seen).status_code

    until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    note = sue.post(f"/api/tickets/{ticket}/notes", json={"text": "zebra"}).json()["note"]
    assert (does("snooze", until=until), does("lane", lane="charged"), does("undo")) == (200,) * 3
    assert sue.delete(f"/api/notes/{note}").status_code == 200
    done = [action for _, action, _ in log(service.database, ticket_id=ticket)]
    assert done == ["removed a note", "took back", "moved", "put off", "wrote a note"]
    with service.database.reading() as connection:
        assert "zebra" not in str(connection.execute(select(access_tables.audit)).all())


def test_what_is_disclosed_and_erased_is_noted_without_naming_the_customer(service):
    ticket = service.accept("m1", "zebra", customer_id="okapi-7", customer_name="Okapi")
    service.decide(ticket)
    ada = logged_in(service, "Ada", Role.ADMIN)
    assert ada.get("/api/customers/demo/okapi-7").status_code == 200
    assert ada.delete("/api/customers/demo/okapi-7?dry_run=true").status_code == 200
    assert ada.delete("/api/customers/demo/okapi-7?open_too=true").status_code == 200
    assert [row[:2] for row in log(service.database, by="Ada")] == [
        ("Ada", "erased a customer"),
        ("Ada", "looked what an erase would take"),
        ("Ada", "disclosed a customer"),
    ]
    with service.database.reading() as connection:
        kept = str(connection.execute(select(access_tables.audit)).all()).lower()
    assert not [word for word in ("zebra", "okapi") if word in kept]


# Other sites


@on_sqlite
def test_what_another_site_makes_a_browser_send_changes_nothing(service):
    service.hire()
    ada = logged_in(service, "Ada", Role.ADMIN)
    paths = ["/logout", "/people", "/people/keys", "/account/password", "/api/agents/1/presence"]
    for path in paths:
        for sent in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "", "Origin": "null"},
        ):
            answer = ada.post(path, data={"name": "Eve", "role": "admin"}, headers=sent)
            assert answer.status_code == 403, (path, sent)
            assert answer.json() == {
                "detail": "this request comes from another site; nothing was changed"
            }
            assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(people_names(service)) == 1
    own = {"Sec-Fetch-Site": "", "Origin": "http://testserver"}
    added = ada.post("/people", data={"name": "Eve", "role": "agent"}, headers=own)
    assert (added.status_code, added.headers["location"]) == (303, "/people")


def people_names(service: Service) -> list[str]:
    with service.database.reading() as connection:
        return [it.name for it in people.everybody(connection)]


@on_sqlite
def test_the_interfaces_description_is_open_and_tells_nothing_of_this_installation(service):
    told = service.client.get("/openapi.json")
    assert told.status_code == 200
    for secret in (service.settings.secret_key, str(service.settings.data_folder), "demo"):
        assert secret not in told.text


# What is shown once


@on_sqlite
def test_a_secret_is_shown_on_the_page_that_its_making_leads_to_and_never_again(service):
    ada = logged_in(service, "Ada", Role.ADMIN)
    tom = a_person(service.database, "Tom", Role.AGENT)
    for path, form, shown in (
        ("/people", {"name": "Eve", "role": "agent"}, PASSWORD),
        (f"/people/{tom}/password", {}, PASSWORD),
        ("/people/keys", {"name": "reports", "scope": "read"}, KEY),
    ):
        led = ada.post(path, data=form)
        assert led.status_code == 303
        first, second = ada.get(led.headers["location"]), ada.get(led.headers["location"])
        (secret,) = shown.findall(first.text)
        assert secret not in second.text
        assert secret not in str(led.headers)


@on_sqlite
def test_what_is_shown_once_opens_for_its_own_session_and_page_only(service):
    ada, eve = (logged_in(service, name, Role.ADMIN) for name in ("Ada", "Eve"))
    kept = ada.post("/people", data={"name": "Tom", "role": "agent"}).cookies[KEPT]
    eve.cookies.set(KEPT, kept)
    assert PASSWORD.findall(eve.get("/people").text) == []
    assert PASSWORD.findall(ada.get("/people/keys").text) == []
    assert PASSWORD.findall(ada.get("/people").text)
    ada.cookies.set(KEPT, kept[:-4] + "AAAA")
    assert PASSWORD.findall(ada.get("/people").text) == []


@on_sqlite
def test_ones_own_password_is_not_set_without_the_present_one(service):
    """A session that somebody else got hold of must not become a password."""
    ada = logged_in(service, "Ada", Role.ADMIN)
    person = admit.named(service.database, "Ada")
    answer = ada.post(f"/people/{person.id}/password")
    assert (answer.status_code, "under your name" in answer.text) == (422, True)
    assert admit.named(service.database, "Ada") == person
    assert ada.get("/people").status_code == 200


# The identity provider's accounts


def test_who_is_unlinked_is_out_at_once_and_known_to_the_provider_no_more(service):
    ada = logged_in(service, "Ada", Role.ADMIN)
    sue = logged_in(service, "Sue", Role.SUPERVISOR)
    number = admit.named(service.database, "Sue").id
    assert "not known by the identity provider" in ada.post(f"/people/{number}/unlink").text
    with service.database.writing() as connection:
        people.change(connection, number, {"subject": "u-1"})
    assert sue.get("/api/desk").status_code == 200
    assert ada.post(f"/people/{number}/unlink").headers["location"] == f"/people#person-{number}"
    assert sue.get("/api/desk").status_code == 401
    assert admit.named(service.database, "Sue").subject is None
    with service.database.reading() as connection:
        (noted,) = audit.noted(connection, 1)
    told = (noted.by, noted.action, noted.about)
    assert told == ("Ada", "changed person", "Sue: no longer known by the identity provider")
    assert ada.post("/people/999/unlink").status_code == 404
    assert sue.post(f"/people/{number}/unlink").status_code == 303  # to the log-in


def test_the_only_admin_is_unlinked_only_with_a_password(database):
    with database.writing() as connection:
        number = people.add(connection, "Ada", Role.ADMIN, NOON, subject="u-1")
    with pytest.raises(BadInput, match="the only active admin"):
        admit.unlink(database, "triage", number, NOON)
    admit.set_password(database, QUICK, "triage", number, "the horses of ada", NOON)
    assert admit.unlink(database, "triage", number, NOON).name == "Ada"


# Who of the people is an agent of the roster


@on_sqlite
def test_the_list_of_people_says_which_agent_of_the_roster_somebody_is(service):
    service.hire(name="Ann of the roster", email="ANN@example.org")
    ada = logged_in(service, "Ada", Role.ADMIN, "ann.of.admins@example.org")
    a_person(service.database, "Ann", Role.AGENT, "ann@example.org")
    for name, email in (("Ben", "ben@example.org"), ("Cal", None)):
        a_person(service.database, name, Role.AGENT, email)
    shown = ada.get("/people").text
    assert "in the roster as <bdi>Ann of the roster</bdi>" in shown
    assert shown.count("nobody of the roster has this e-mail address") == 2
    assert "who is both must have the same e-mail address" in shown
