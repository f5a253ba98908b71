"""What one vendor's completing file offers: asked again with each answer, until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Event, Thin

#: The next call to make, or the events, oldest first; none: nothing of it is for us.
Step: TypeAlias = Request | Sequence[Event]


class Completing(Protocol):
    """How one vendor's thin events become whole."""

    def complete(self, thin: Thin, answers: Sequence[Response]) -> Step:
        """Return the next call, or what the answers so far say, all good ones. Raises Malformed.

        The path stands below the account's address.
        """
