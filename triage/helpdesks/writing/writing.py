"""What one vendor's writing file offers: tasks in steps, without I/O.

Nothing that any of them makes can reach a customer: a note is private by the vendor's own way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from triage.domain.write_back import Part, Plan, Priority, Standing
from triage.helpdesks.call import Request, Response
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import Steps

NOWHERE = re.compile(r"(?!)")  # of a helpdesk without fields of one's own: no name fits


class Beaten(Exception):
    """Somebody changed the ticket at the same moment; it is read again, then written."""


class NotThere(Exception):
    """What we know as a ticket is none at the helpdesk."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to carry out on which ticket, as it stood; `own`: who we are there, where it is told."""

    ticket: str
    plan: Plan
    standing: Standing
    own: str = ""


class Writing(Protocol):
    """One vendor's way to write; `ticket` is the vendor's own name for it.

    Tasks raise Malformed for an answer that is not as it should be, Beaten for somebody faster.
    """

    PARTS: frozenset[Part]  # what can be written there at all
    FIELD: re.Pattern[str]  # the names of fields that may be written
    PRIORITIES: Mapping[str, Priority]  # their words

    def own(self, given: Mapping[str, str], response: Response) -> str:
        """Return who we are, from what connecting was given and the answer to `whoami`."""

    def standing(self, ticket: str) -> Steps[Standing]:
        """Learn how the ticket stands."""

    def has_note(self, ticket: str, mark: str) -> Steps[bool]:
        """Learn whether a private note with that mark is among its newest words."""

    def write(self, job: Job) -> Steps[None]:
        """Carry out the plan, with the note in the last call."""

    def agent(self, email: str) -> Steps[str | None]:
        """Learn what the helpdesk calls an agent, None where it knows none of that address."""


def id_of(people: Iterable[Field], email: str) -> str | None:
    """Return the id of whoever has that e-mail address, None where nobody has. Raises Malformed."""
    for one in people:
        if one["email"].line().lower() == email.lower():
            return one["id"].id()
    return None


def as_html(text: str) -> str:
    """Return plain text as HTML that shows it."""
    return escape(text).replace("\n", "<br>")


def tags_after(standing: Iterable[str], plan: Plan) -> list[str]:
    """Return all tags once a plan is carried out, for vendors whose call replaces them."""
    return sorted((frozenset(standing) - plan.remove) | plan.add)


def replace_tags(
    plan: Plan, path: str, read: Callable[[Field], Iterable[str]], to: str = "tags"
) -> Steps[None]:
    """Replace all tags of what stands at a path: read just before, and just after to be sure."""
    wanted = tags_after(read((yield Request(path=path)).json()), plan)
    yield Request(path=f"{path}/{to}", method="PUT", body={to: wanted})
    check_tags(wanted, read((yield Request(path=path)).json()))


def check_tags(wanted: Iterable[str], standing: Iterable[str]) -> None:
    """Raise Beaten where not all that was written stands there."""
    if set(wanted) - set(standing):
        raise Beaten


def highest(wanted: Priority | None, words: Mapping[str, Priority]) -> Priority | None:
    """Return the wanted priority, or the next lower one that the vendor has a word for."""
    if wanted is None:
        return None
    return max((it for it in words.values() if it <= wanted), default=None)


def word(priority: Priority, words: Mapping[str, Priority]) -> str:
    """Return a vendor's word for a priority."""
    return next(it for it, known in words.items() if known is priority)


def next_query(address: str) -> tuple[tuple[str, str], ...]:
    """Return the query of the next page's address; its host and path are not followed."""
    return tuple(parse_qsl(urlsplit(address).query))
