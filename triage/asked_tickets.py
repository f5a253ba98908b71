"""Which tickets somebody means: `lane=charged language=en`, in the words of the desk's address.

What follows the `?` in the desk's address bar is understood as it stands there.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from triage.domain.agent import AgentId
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.ticket import TicketId
from triage.errors import BadInput
from triage.since import span
from triage.store import agents, rescores, sources
from triage.store.desk_views import View

SEARCH = "q"
SINGLE = ("unassigned", "late", "snoozed")  # words that need no value
LONGEST = 300  # characters of a query
NOT_ASKED = "which tickets? expected open ones, a since, or a query such as lane=charged"
FLAGS = {"": True, "true": True, "on": True, "1": True, "yes": True, "false": False, "no": False}


def tickets_asked(
    connection: Any,
    open_ones: bool,  # noqa: FBT001 - as it is asked
    since: str,
    query: str,
    now: datetime,
) -> tuple[str, list[TicketId]]:
    """Return in words which tickets are meant, and their numbers. Raises BadInput."""
    if not (open_ones or since or query):
        raise BadInput(NOT_ASKED)
    view = view_of(connection, query) if query.strip() else None
    moment = now - span(since) if since else None
    words = [
        "open" if open_ones else "",
        f"written in since {since}" if since else "",
        " ".join(_said(*pair) for pair in _pairs(query) if pair[1] or pair[0] in SINGLE),
    ]
    if open_ones and since and view is None:
        found = set(rescores.choose(connection, None, None, now))
        tickets = [it for it in rescores.choose(connection, None, moment, now) if it in found]
    else:
        tickets = rescores.choose(connection, view, moment, now)
    return ", ".join(filter(None, words)), tickets


def _said(name: str, value: str) -> str:
    """Return a word as a run keeps it: what was searched for may be a customer's name."""
    if not value:
        return name
    return f"{name}=…" if name == SEARCH else f"{name}={value}"


def view_of(connection: Any, query: str) -> View:
    """Return the view that a query's words ask for. Raises BadInput."""
    asked: dict[str, Any] = {}
    for name, value in _pairs(query):
        if name not in READERS:
            known = ", ".join(sorted(READERS))
            raise BadInput(f"query: unknown word {name!r}, expected one of {known}")
        key, read = READERS[name]
        if value or read is _flag:
            asked[key] = read(connection, name, value)
    return View(**asked)


def _pairs(query: str) -> list[tuple[str, str]]:
    if len(query) > LONGEST:
        raise BadInput(f"query: expected {LONGEST} characters at most, found {len(query)}")
    text = query.strip().lstrip("/?")
    if "&" in text:
        return parse_qsl(text, keep_blank_values=True)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise BadInput(f"query {query!r}: expected words such as lane=charged ({error})") from error
    pairs = [word.partition("=") for word in words]
    return [(name, value) for name, _, value in pairs]


def _one_of(kind: type[StrEnum]) -> Callable[[Any, str, str], Any]:
    def read(_connection: Any, name: str, value: str) -> Any:
        try:
            return kind(value)
        except ValueError:
            choices = ", ".join(kind)
            raise BadInput(f"query: unknown {name} {value!r}, expected one of {choices}") from None

    return read


def _flag(_connection: Any, name: str, value: str) -> bool:
    if value.lower() not in FLAGS:
        raise BadInput(f"query: {name}={value!r}, expected {name} alone, or true or false")
    return FLAGS[value.lower()]


def _text(_connection: Any, _name: str, value: str) -> str:
    return value


def _source(connection: Any, name: str, value: str) -> str:
    known = [it[0] for it in sources.listed(connection)]
    if value not in known:
        raise BadInput(f"query: unknown {name} {value!r}, expected one of {', '.join(known)}")
    return value


def _agent(connection: Any, name: str, value: str) -> AgentId:
    """An agent by number or name."""
    known = {it.id: it.name for it in agents.listed(connection)}
    if value.isdecimal() and int(value) in known:
        return AgentId(int(value))
    named = [number for number, it in known.items() if it.casefold() == value.casefold()]
    if len(named) != 1:
        raise BadInput(f"query: no one {name} {value!r}, expected an agent's name or number")
    return AgentId(named[0])


READERS: dict[str, tuple[str, Callable[[Any, str, str], Any]]] = {
    "lane": ("lane", _one_of(Lane)),
    "flag": ("flag", _one_of(Flag)),
    "team": ("team", _text),
    "agent": ("agent", _agent),
    "source": ("source", _source),
    "language": ("language", _text),
    "unassigned": ("unassigned", _flag),
    "late": ("late", _flag),
    "snoozed": ("snoozed", _flag),
    SEARCH: ("search", _text),
}
