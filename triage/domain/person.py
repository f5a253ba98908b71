"""Who works with Triage and what they may: roles for people, the same rights for programs' keys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

LONGEST_NAME = 100  # characters of a person's name, and of whom a program acts for
SHORTEST_PASSWORD = 10  # characters; length is what counts (NIST SP 800-63B), not their kinds
LONGEST_PASSWORD = 200
SYSTEM = "triage"  # as whom a command on the server acts
OF_PROGRAMS = ("key ", "(by key ")  # how programs sign: no person's name may look so
OF_THE_SERVICE = ("triage", "identity provider", "a stranger")


class Right(StrEnum):
    """What somebody may; also the scopes of an API key."""

    READ = "read"  # desk, tickets, team, trends; a person also writes notes
    DECIDE = "decide"  # overrule, correct, put off, say who is there
    ADMINISTER = "administer"  # people, keys, sources, what is kept how long


class Role(StrEnum):
    """What somebody is at the desk."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.READ}),
    Role.SUPERVISOR: frozenset({Right.READ, Right.DECIDE}),
    Role.ADMIN: frozenset(Right),
}
#: A wider scope holds the narrower: who may decide must see what about.
SCOPES: dict[Right, frozenset[Right]] = {
    Right.READ: RIGHTS[Role.AGENT],
    Right.DECIDE: RIGHTS[Role.SUPERVISOR],
    Right.ADMINISTER: RIGHTS[Role.ADMIN],
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person by their log-in, or a program by its key."""

    name: str  # as the audit log writes it
    rights: frozenset[Right]
    person_id: int | None = None  # None: a program
    email: str | None = None

    def may(self, right: Right) -> bool:
        return right in self.rights

    def may_decline(self, holder_email: str | None) -> bool:
        """Return whether they may hand back a ticket of the agent with this e-mail address."""
        own = self.email is not None and holder_email is not None
        return self.may(Right.DECIDE) or (own and same_email(self.email, holder_email))

    def may_write_notes(self) -> bool:
        """Return whether they may leave notes: a program that only reads writes nothing."""
        return self.may(Right.DECIDE) or (self.person_id is not None and self.may(Right.READ))

    def on_behalf_of(self, name: str | None) -> str | None:
        """Return whose name a change carries; None where they may not use that name.

        A person acts under their own name only; a program may say for whom it acts.
        """
        if self.person_id is None:
            return f"{name} (by {self.name})" if name else self.name
        return self.name if name in {None, self.name} else None


def program(key_name: str, scopes: frozenset[Right]) -> Principal:
    """Return who asks with the API key of this name."""
    rights = frozenset[Right]().union(*(SCOPES[scope] for scope in scopes))
    return Principal(f"key {key_name}", rights)


def same_email(one: str | None, other: str | None) -> bool:
    return (one or "").casefold() == (other or "").casefold()


def fault_of_name(name: str) -> str | None:
    """Return what is wrong with a person's name, None where it is good."""
    if not name or len(name) > LONGEST_NAME or name != name.strip() or not name.isprintable():
        return f"expected 1 to {LONGEST_NAME} visible characters, without a space at either end"
    if name.casefold().startswith(OF_PROGRAMS[0]) or OF_PROGRAMS[1] in name.casefold():
        return "names of that form are programs'"
    if name.casefold() in OF_THE_SERVICE:
        return "that name is Triage's own in the audit log"
    if name != normalize("NFKC", name):
        return "expected letters in their usual form"
    return None


def fault_of_password(password: str, name: str) -> str | None:
    """Return what is wrong with a new password, None where it is good."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return f"expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
    if len(set(password)) < SHORTEST_PASSWORD // 2:
        return "expected more than a few characters again and again"
    if name.casefold() in password.casefold() and len(password) < len(name) + SHORTEST_PASSWORD:
        return "expected more than the name"
    return None
