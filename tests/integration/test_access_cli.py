"""The first start and the commands of people and keys, as processes."""

from __future__ import annotations

import re

import pytest

from triage.domain.person import Role
from triage.settings import Settings
from triage.store import people
from triage.store.database import Database

PASSWORD = re.compile(r"\b[a-z2-9]{5}(?:-[a-z2-9]{5}){3}\b")


@pytest.fixture
def settings(tmp_path):
    return Settings(data_folder=tmp_path / "data", database_url="", redis_url="")


def kept(settings: Settings) -> bytes:
    """All that lies in the data folder."""
    return b"".join(it.read_bytes() for it in settings.data_folder.rglob("*") if it.is_file())


def person(settings: Settings, name: str):
    database = Database(settings.database)
    with database.reading() as connection:
        found = people.named(connection, name)
    database.close()
    return found


def test_the_first_start_makes_an_admin_and_says_the_password_once(triage, settings):
    first = triage("migrate")
    (password,) = PASSWORD.findall(first.stdout)
    assert "triage people password admin" in first.stdout
    assert password.encode() not in kept(settings)
    assert person(settings, "admin").role is Role.ADMIN
    again = triage("migrate")
    assert (again.returncode, again.stdout) == (0, "")


def test_a_password_of_the_environment_is_taken_and_said_nowhere(triage, settings, monkeypatch):
    monkeypatch.setenv("TRIAGE_ADMIN_PASSWORD", "short")
    refused = triage("migrate")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "password: expected 10 to 200 characters" in refused.stderr
    monkeypatch.setenv("TRIAGE_ADMIN_PASSWORD", "the horses of the operator")
    first = triage("migrate")
    assert "as TRIAGE_ADMIN_PASSWORD says" in first.stdout
    assert "horses" not in first.stdout + first.stderr
    assert b"horses" not in kept(settings)


def test_people_are_added_changed_and_shut_out(triage, settings):
    added = triage("people", "add", "Sue", "--role", "supervisor", "--email", "sue@example.org")
    assert PASSWORD.fullmatch(added.stdout.strip())
    assert triage("people", "role", "Sue", "admin").returncode == 0
    assert person(settings, "Sue").email == "sue@example.org"
    before = person(settings, "Sue").password
    done = triage("people", "password", "Sue", given="four horses ate my hat\n")
    assert (done.returncode, "horses" in done.stdout) == (0, False)
    assert person(settings, "Sue").password != before
    assert PASSWORD.fullmatch(triage("people", "password", "Sue", "--generate").stdout.strip())
    assert "the only active admin" in triage("people", "deactivate", "Sue").stderr
    triage("people", "add", "Tom", "--role", "admin")
    assert triage("people", "deactivate", "Sue").returncode == 0
    listed = triage("people", "list").stdout
    assert re.search(r"Sue\s+admin\s+sue@example.org\s+deactivated", listed)
    assert triage("people", "activate", "Sue").returncode == 0
    assert person(settings, "Sue").active


def test_somebody_is_unlinked_from_the_identity_provider(triage, settings):
    triage("people", "add", "Sue")
    refused = triage("people", "unlink", "Sue")
    assert (refused.returncode, "not known by the identity" in refused.stderr) == (2, True)
    sue, database = person(settings, "Sue").id, Database(settings.database)
    with database.writing() as connection:
        people.change(connection, sue, {"subject": "u-1"})
    database.close()
    assert re.search(r"Sue\s+agent\s+password or provider", triage("people", "list").stdout)
    assert triage("people", "unlink", "Sue").returncode == 0
    assert person(settings, "Sue").subject is None


def test_a_key_is_printed_alone_and_once_and_can_be_revoked(triage, settings):
    made = triage("keys", "add", "reports", "--scope", "read")
    key = made.stdout.strip()
    assert re.fullmatch(r"triage_[\w-]{43}", key)
    assert key.encode() not in kept(settings)
    listed = triage("keys", "list").stdout
    assert re.search(r"reports\s+read\s+\S+ by triage\s+never\s+in force", listed)
    assert triage("keys", "revoke", "reports").returncode == 0
    assert re.search(r"revoked \S+ by triage", triage("keys", "list").stdout)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("people", "add", " Sue"), "without a space at either end"),
        (("people", "add", "key x"), "names of that form are programs'"),
        (("people", "add", "Sue", "--email", "no address"), "expected one address"),
        (("people", "role", "Nobody", "admin"), "there is nobody named 'Nobody'"),
        (("people", "unlink", "Nobody"), "there is nobody named 'Nobody'"),
        (("people", "password", "Nobody"), "there is nobody named 'Nobody'"),
        (("keys", "add", "a/b", "--scope", "read"), "letters, digits, spaces"),
        (("keys", "revoke", "none"), "no key of that name in force"),
    ],
)
def test_bad_input_is_said_in_one_sentence_with_status_2(triage, command, says):
    done = triage(*command)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
