"""Whom an identity provider vouches for comes in where somebody here allows it, and not else."""

from __future__ import annotations

import pytest

from tests.admitted import a_person
from tests.fakes import NOON
from triage.domain.identity import RoleMapping, identity_of
from triage.domain.person import Role, fault_of_name
from triage.errors import NotLoggedIn
from triage.recognise import recognise
from triage.store import people

ISSUER = "https://id.example.org"
ROLES = RoleMapping(
    agents=frozenset({"desk"}), supervisors=frozenset({"leads"}), admins=frozenset({"ops"})
)


def vouched(name="sue", groups=("desk",), **claims):
    said = {"sub": f"sub-{name}", "preferred_username": name, "groups": list(groups)} | claims
    return identity_of(ISSUER, said, "groups")


def role_of(database, name):
    with database.reading() as connection:
        person = people.named(connection, name)
    return person.role if person else None


def test_whose_groups_give_no_role_stays_outside(database):
    with pytest.raises(NotLoggedIn, match="open nothing here"):
        recognise(database, vouched(groups=("sales",)), ROLES, NOON)
    assert role_of(database, "sue") is None
    recognise(database, vouched(groups=("leads",)), ROLES, NOON)
    assert role_of(database, "sue") is Role.SUPERVISOR


def test_who_was_shut_out_does_not_come_back_as_somebody_new(database):
    number = a_person(database, "sue", Role.AGENT)
    with database.writing() as connection:
        people.change(connection, number, {"active": False})
    with pytest.raises(NotLoggedIn, match="deactivated"):
        recognise(database, vouched(), RoleMapping(), NOON)


def test_the_provider_does_not_take_away_the_last_admin(database):
    a_person(database, "ada", Role.ADMIN, "ada@example.org")
    ada = vouched("ada", email="ada@example.org", email_verified=True)
    recognise(database, ada, ROLES, NOON)
    assert role_of(database, "ada") is Role.ADMIN
    a_person(database, "eve", Role.ADMIN)
    recognise(database, ada, ROLES, NOON)
    assert role_of(database, "ada") is Role.AGENT


def test_an_address_of_other_letters_is_nobodys(database):
    a_person(database, "kate", Role.ADMIN, "kate@example.org")
    stranger = vouched("mallory", email="\u212aate@example.org", email_verified=True)
    assert stranger.email is None
    recognise(database, stranger, RoleMapping(), NOON)
    assert role_of(database, "mallory") is Role.AGENT


@pytest.mark.parametrize("name", ["triage", "Identity Provider", "a stranger", "Sue\u0301"])
def test_nobody_is_called_like_the_service_or_almost_like_another(name):
    assert fault_of_name(name)
