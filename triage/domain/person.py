"""Who works with Triage and what they may: roles for people, the same rights for programs' keys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """What somebody may; also the scopes of an API key."""

    READ = "read"  # desk, tickets, team, trends
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


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person by their log-in, or a program by its key."""

    name: str
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        return right in self.rights
