"""Whether we may tag, note and assign, where a helpdesk tells so without a write.

Most do not: then only a write tells. Sources: Zendesk's "Users" (roles); clients that quote
Freshdesk's API for an agent's `ticket_scope`. What a role of an agent's leaves out is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from triage.helpdesks.call import Response

ONLY_A_WRITE = "whether it may tag, note and assign only a write tells"

MAY = frozenset({"agent", "admin"})
ALL = 1  # an agent's scope: every ticket
NARROW: Final[Mapping[int, str]] = {2: "of its groups and its own", 3: "of its own"}


class Lacks(ValueError):
    """A right is missing; the message says which, and who has it."""


def zendesk(first: Response) -> str:
    """Return what the role of who we are says. Raises Lacks, Malformed."""
    role = first.json()["user"]["role"].line() or "none"
    if role not in MAY:
        raise Lacks(f"the role {role} may not tag, note or assign: give an agent's token")
    limits = ", unless a custom role of yours leaves something out" if role == "agent" else ""
    return f"the role {role} may tag, note and assign{limits}"


def freshdesk(first: Response) -> str:
    """Return which tickets are in the reach of who we are. Raises Lacks, Malformed."""
    scope = first.json()["ticket_scope"].value
    if isinstance(scope, int) and (seen := NARROW.get(scope)):
        raise Lacks(f"it reaches only tickets {seen}: give the key of an agent with global access")
    return f"it reaches every ticket; {ONLY_A_WRITE}" if scope == ALL else ONLY_A_WRITE


#: By vendor, what is told by the answer to `whoami`.
RIGHTS: Final[Mapping[str, Callable[[Response], str]]] = {
    "zendesk": zendesk,
    "freshdesk": freshdesk,
}
