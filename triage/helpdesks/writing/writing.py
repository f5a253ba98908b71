"""What one vendor's writing file offers: requests to make, and how the answers are read.

Nothing that any of them makes can reach a customer: a note is private by the vendor's own way.
"""

from __future__ import annotations

from typing import Protocol

from triage.domain.write_back import Part, Plan, Standing
from triage.helpdesks.call import Request, Response


class Writing(Protocol):
    """One vendor's way to write; `ticket` is the vendor's own name for it."""

    PARTS: frozenset[Part]  # what can be written there at all

    def ticket_request(self, ticket: str) -> Request:
        """Return the call that tells how the ticket stands."""

    def standing(self, response: Response) -> Standing:
        """Return how it stands. Raises Malformed."""

    def notes_request(self, ticket: str) -> Request:
        """Return the call that lists its newest words, private ones too."""

    def has_note(self, response: Response, mark: str) -> bool:
        """Return whether a private note with that mark is among them. Raises Malformed."""

    def requests(self, ticket: str, plan: Plan, standing: Standing) -> tuple[Request, ...]:
        """Return the calls that carry out the plan, a note in the last of them."""

    def agent_request(self, email: str) -> Request:
        """Return the call that finds an agent by e-mail address."""

    def agent(self, response: Response, email: str) -> str | None:
        """Return what the helpdesk calls that agent, None where it knows none. Raises Malformed."""
