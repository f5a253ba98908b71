"""How a source does in one word, and what is the matter: what people would lose stands first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LATE_DECISION = timedelta(minutes=5)  # a worker that lives decides within seconds
LEAST_REFUSED = 3  # in a day: `triage sources test` has one refused on purpose


class Status(StrEnum):
    """In the order in which sources stand: worst first."""

    NEEDS_YOU = "needs you"
    QUIET = "quiet"
    WELL = "well"


class Trouble(StrEnum):
    """What is the matter, the worst first."""

    GIVEN_UP = "given_up"  # tickets could not be decided
    UNDECIDED = "undecided"  # tickets wait too long for their decision
    REFUSED = "refused"  # nothing is taken any more, while deliveries are refused
    NEVER = "never"  # nothing ever came
    UNREAD = "unread"  # authentic deliveries of the last day could not be understood
    CREDENTIALS = "credentials"  # events wait for words, and the source is not connected
    BREAKER = "breaker"  # the helpdesk failed so often that it is left alone
    READING = "reading"  # the helpdesk is not read as it should be
    WRITES = "writes"  # writes of the last day were given up
    SILENT = "silent"  # for longer than is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a status is told from."""

    ever_came: bool = True
    is_silent: bool = False
    given_up: int = 0
    oldest_waits: timedelta = timedelta(0)
    unread_today: int = 0
    refused_today: int = 0
    refused_last: bool = False  # nothing was taken since
    needs_credentials: bool = False
    left_alone: bool = False
    is_read: bool = True
    writes_lost: int = 0


def troubles(signs: Signs) -> list[Trouble]:
    """Return all that is the matter, the worst first."""
    stopped = signs.refused_last and (signs.is_silent or not signs.ever_came)
    found = {
        Trouble.GIVEN_UP: signs.given_up > 0,
        Trouble.UNDECIDED: signs.oldest_waits > LATE_DECISION,
        Trouble.REFUSED: stopped and signs.refused_today >= LEAST_REFUSED,
        Trouble.NEVER: not signs.ever_came,
        Trouble.UNREAD: signs.unread_today > 0,
        Trouble.CREDENTIALS: signs.needs_credentials,
        Trouble.BREAKER: signs.left_alone,
        Trouble.READING: not signs.is_read,
        Trouble.WRITES: signs.writes_lost > 0,
        Trouble.SILENT: signs.is_silent,
    }
    return [it for it, is_so in found.items() if is_so]


def status(found: list[Trouble]) -> Status:
    """Return the one word."""
    if not found:
        return Status.WELL
    return Status.QUIET if found == [Trouble.SILENT] else Status.NEEDS_YOU
