"""A task at a helpdesk: calls to make one after another, as their answers tell.

It is a generator of requests that is sent their good answers: no I/O, and a call may depend on the
answer before.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeAlias, TypeVar
from urllib.parse import quote

from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Malformed

_T = TypeVar("_T")
Steps: TypeAlias = Generator[Request, Response, _T]

MOST_PAGES = 50  # of a list that is looked through


def carried_out(steps: Steps[_T], ask: Callable[[Request], Response]) -> _T:
    """Return what a task comes to; `ask` returns good answers, and raises for the others."""
    try:
        request = next(steps)
        while True:
            request = steps.send(ask(request))
    except StopIteration as end:
        found: _T = end.value
        return found


def at(name: str) -> str:
    """Return a vendor's own name for something as one piece of a path."""
    return quote(name, safe="")


def number(name: str) -> int:
    """Return an id as the number that it is at this vendor's. Raises Malformed."""
    if not (name.isascii() and name.isdecimal()):
        raise Malformed("an id: expected a whole number, found something else")
    return int(name)
