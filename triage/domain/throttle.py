"""How often a password may be wrong: by name, by browser that is known to a person, by address.

A stranger can use up what a name has, but not what its person's own browser has (OWASP's "device
cookies"), so nobody is locked out by others for ever. Attempts that are refused do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address

WINDOW = timedelta(minutes=15)  # in which failures count
IPV6_NETWORK = 64  # bits; one customer of a provider has that many addresses


class Of(StrEnum):
    """Whose failures are counted together."""

    NAME = "name"  # that was tried, known or not, by browsers that we do not know
    BROWSER = "browser"  # which its person has used before
    ADDRESS = "address"  # an office behind one address has many people
    PERSON = "person"  # who is logged in and must say their present password


#: Failures within the window.
MOST: dict[Of, int] = {Of.NAME: 5, Of.BROWSER: 5, Of.ADDRESS: 30, Of.PERSON: 5}


@dataclass(frozen=True, slots=True)
class Tally:
    """One count of failures: of what, and of which."""

    of: Of
    which: str


def tallies(name: str, address: str, browser: str | None) -> tuple[Tally, ...]:
    """Return which counts an attempt belongs to; `browser` where its person is known by it.

    A known browser has its own count alone: behind a proxy everybody may have one address.
    """
    if browser:
        return (Tally(Of.BROWSER, browser),)
    return Tally(Of.NAME, name), Tally(Of.ADDRESS, network(address))


def of_person(person_id: int) -> Tally:
    """Return the count of somebody who is logged in: no stranger can use it up."""
    return Tally(Of.PERSON, str(person_id))


def wait(failures: Sequence[datetime], of: Of, now: datetime) -> timedelta | None:
    """Return how long to wait before the next attempt, None: not at all."""
    counted = sorted(at for at in failures if now - at < WINDOW)
    if len(counted) < MOST[of]:
        return None
    return counted[-MOST[of]] + WINDOW - now


def network(address: str) -> str:
    """Return what stands for an address: itself, or the network of a version 6 address."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known.version == 4:  # noqa: PLR2004 - the version's number
        return address
    mapped = known.ipv4_mapped
    return str(mapped) if mapped else f"{int(known) >> (128 - IPV6_NETWORK):x}::/{IPV6_NETWORK}"
