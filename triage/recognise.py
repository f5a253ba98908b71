"""Whom an identity provider vouches for is recognised, or becomes a person here; then logged in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from triage.domain.identity import Identity, RoleMapping
from triage.domain.person import Role
from triage.errors import NotLoggedIn
from triage.log_in import begin
from triage.store import audit, people
from triage.store.audit import Action
from triage.store.database import Database
from triage.store.people import Person

PROVIDER = "identity provider"  # as whom it is noted
SHUT_OUT = "Your account here is deactivated; who administers Triage can change that."
NOT_ASKED = "Your groups at the identity provider open nothing here; ask who administers Triage."
NO_NAME = "The identity provider says no name that could be yours here; ask who administers Triage."


def recognise(database: Database, identity: Identity, roles: RoleMapping, now: datetime) -> str:
    """Begin the session of this person and return its token. Raises NotLoggedIn.

    Known by the provider's name for them; else by a verified e-mail address that stands beside a
    person without one; else they are new, an agent unless their groups say more.
    """
    if not roles.lets_in(identity.groups):
        raise NotLoggedIn(NOT_ASKED)
    with database.writing() as connection:
        person = _known(connection, identity, now) or _new(connection, identity, now)
        if not person.active:
            raise NotLoggedIn(SHUT_OUT)
        person = _with_role(connection, person, roles.role_of(identity.groups), now)
        return begin(connection, person, now)


def _known(connection: Any, identity: Identity, now: datetime) -> Person | None:
    if person := people.of_subject(connection, identity.subject, lock=True):
        return person
    email = identity.email
    person = people.of_email(connection, email, lock=True) if email else None
    if person is None or person.subject is not None:
        return None
    people.change(connection, person.id, {"subject": identity.subject})
    about = f"{person.name}: known by the identity provider"
    audit.note(connection, PROVIDER, Action.CHANGED_PERSON, about=about, now=now)
    return people.by_id(connection, person.id)


def _new(connection: Any, identity: Identity, now: datetime) -> Person:
    taken = people.of_email(connection, identity.email) if identity.email else None
    namesake = people.namesake(connection, identity.names[0]) if identity.names else None
    if any(one and not one.active for one in (taken, namesake)):
        raise NotLoggedIn(SHUT_OUT)  # who was shut out does not come back as somebody new
    email = None if taken else identity.email
    for name in identity.names:
        made = people.add(connection, name, Role.AGENT, now, email=email, subject=identity.subject)
        if made:
            about = f"{name}, {Role.AGENT}"
            audit.note(connection, PROVIDER, Action.ADDED_PERSON, about=about, now=now)
            return _found(connection, made)
    raise NotLoggedIn(NO_NAME)


def _with_role(connection: Any, person: Person, role: Role | None, now: datetime) -> Person:
    if role is None or role is person.role:
        return person
    if role is not Role.ADMIN and people.active_admins(connection, lock=True) == {person.id}:
        return person  # somebody must go on to administer
    people.change(connection, person.id, {"role": role.value})
    about = f"{person.name}: {person.role} to {role}"
    audit.note(connection, PROVIDER, Action.CHANGED_PERSON, about=about, now=now)
    return _found(connection, person.id)


def _found(connection: Any, person_id: int) -> Person:
    found = people.by_id(connection, person_id)
    assert found, "nobody removes people"
    return found
