"""What can be found in a text, and what is shown in its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

VEIL = "••••"
SHOWN = 4  # digits, by which a person knows a card or a telephone


class Kind(StrEnum):
    """What was found."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    ACCOUNT = "account"  # at a bank
    IDENTITY = "identity"  # a person's number at a state
    NUMBER = "number"  # unchecked: the text holds too many
    VEILED = "veiled"  # by an earlier masking


@dataclass(frozen=True, slots=True)
class Found:
    """Something personal at its place, and what is shown instead.

    `value` is what it is known by where it stands again.
    """

    start: int
    end: int
    kind: Kind
    shown: str
    value: str = ""


def number(start: int, end: int, kind: Kind, value: str) -> Found:
    """Return a number that was found: its end is shown, of a bank account the country, of a
    person's number at a state nothing.
    """
    shown = f"{VEIL} {value[-SHOWN:]}"
    if kind is Kind.IDENTITY:
        shown = VEIL
    elif kind is Kind.ACCOUNT:
        shown = f"{value[:2]} {shown}"
    return Found(start, end, kind, shown, value)
