"""What one vendor's hooking file offers: its webhook to us, made by its API where it lets us.

Asked for twice it makes one: one with our address is looked for first, and set right where that can
be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from triage.helpdesks.call import Request
from triage.helpdesks.reading import Field
from triage.helpdesks.steps import MOST_PAGES, Steps

LONGEST_SECRET = 512  # characters of one that a vendor tells


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where the webhook leads, our secret where the vendor takes one, and its name there.

    `given` is what connecting was given.
    """

    address: str
    secret: str = field(repr=False)
    name: str
    given: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook as it is now: whether it was made just now, and the secret that it signs with."""

    made: bool
    secret: str = field(repr=False)


class Hooking(Protocol):
    """One vendor's way to have itself told where to send."""

    NEEDS: str  # the right that the credentials need, in words

    def hook(self, wanted: Wanted) -> Steps[Hook]:
        """Make or find the webhook. Raises Malformed where an answer is not as it should be."""


def embedded(address: str) -> Steps[Field | None]:
    """Return the webhook with that address, if a list has it whose pages embed their parts."""
    for number in range(1, MOST_PAGES + 1):
        answer = yield Request(path="/webhooks", query=(("page", str(number)),))
        page = answer.json()
        for one in page["_embedded"]["webhooks"].items():
            if one["url"].value == address:
                return one
        pages = page["page"]["totalPages"].value
        if not isinstance(pages, int) or number >= pages:
            break
    return None
