"""Whether we may tag, note and assign, where a helpdesk tells so without a write.

Most do not: then only a write tells. Sources: Zendesk's "Users" (roles); clients that quote
Freshdesk's API for an agent's `ticket_scope`; a client of Jira's for `mypermissions`. What a role
of an agent's leaves out is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from triage.helpdesks.accounts import jira as jira_account
from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Malformed
from triage.helpdesks.steps import Steps

ONLY_A_WRITE = "whether it may tag, note and assign only a write tells"

MAY = frozenset({"agent", "admin"})
ALL = 1  # an agent's scope: every ticket
NEEDED: Final[Mapping[str, str]] = {  # Jira's permissions, and what they let us do
    "EDIT_ISSUES": "label",
    "ADD_COMMENTS": "note",
    "ASSIGN_ISSUES": "assign",
}
NARROW: Final[Mapping[int, str]] = {2: "of its groups and its own", 3: "of its own"}


class Lacks(ValueError):
    """A right is missing; the message says which, and who has it."""


def zendesk(first: Response, _given: Mapping[str, str]) -> Steps[str]:
    """Return what the role of who we are says. Raises Lacks, Malformed."""
    yield from ()  # who we are tells it
    role = first.json()["user"]["role"].line() or "none"
    if role not in MAY:
        raise Lacks(f"the role {role} may not tag, note or assign: give an agent's token")
    limits = ", unless a custom role of yours leaves something out" if role == "agent" else ""
    return f"the role {role} may tag, note and assign{limits}"


def freshdesk(first: Response, _given: Mapping[str, str]) -> Steps[str]:
    """Return which tickets are in the reach of who we are. Raises Lacks, Malformed."""
    yield from ()  # who we are tells it
    scope = first.json()["ticket_scope"].value
    if isinstance(scope, int) and (seen := NARROW.get(scope)):
        raise Lacks(f"it reaches only tickets {seen}: give the key of an agent with global access")
    return f"it reaches every ticket; {ONLY_A_WRITE}" if scope == ALL else ONLY_A_WRITE


def jira(_first: Response, given: Mapping[str, str]) -> Steps[str]:
    """Return what we may do in each project that was named. Raises Lacks, Malformed."""
    try:
        keys = jira_account.projects(given.get("projects", ""))
    except ValueError as error:
        raise Malformed(f"{error}; connect the source again") from error
    for key in keys:
        query = (("projectKey", key), ("permissions", ",".join(NEEDED)))
        answer = yield Request(path="/rest/api/3/mypermissions", query=query)
        told = answer.json()["permissions"]
        may_not = [do for it, do in NEEDED.items() if told[it]["havePermission"].value is not True]
        if may_not:
            raise Lacks(f"it may not {', '.join(may_not)} in {key}: give an agent's token")
    return f"it may label, note and assign in {', '.join(keys)}"


#: By vendor, what is told by the answer to `whoami`, or by calls that read.
RIGHTS: Final[Mapping[str, Callable[[Response, Mapping[str, str]], Steps[str]]]] = {
    "zendesk": zendesk,
    "freshdesk": freshdesk,
    "jira": jira,
}
