"""Whether we may tag, note and assign, where a helpdesk tells so without a write.

Most do not: then only a write tells. Source: Zendesk's "Users" (roles); what a custom role of an
agent leaves out is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from triage.helpdesks.call import Response

MAY = frozenset({"agent", "admin"})


class Lacks(ValueError):
    """A right is missing; the message says which, and who has it."""


def zendesk(first: Response) -> str:
    """Return what the role of who we are says. Raises Lacks, Malformed."""
    role = first.json()["user"]["role"].line() or "none"
    if role not in MAY:
        raise Lacks(f"the role {role} may not tag, note or assign: give an agent's token")
    limits = ", unless a custom role of yours leaves something out" if role == "agent" else ""
    return f"the role {role} may tag, note and assign{limits}"


#: By vendor, what is told by the answer to `whoami`.
RIGHTS: Final[Mapping[str, Callable[[Response], str]]] = {"zendesk": zendesk}
