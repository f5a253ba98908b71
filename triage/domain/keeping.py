"""How long tickets and our own records are kept, and what stays of a ticket made anonymous. Pure.

What is kept is named, the rest goes: a part that is added to receipts later is not kept by mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

FEWEST_DAYS, MOST_DAYS = 1, 36_500
RECORDS_KEPT = 400  # days: a year, and time to look back at its end

#: Of a receipt: what was decided, when and by what. No word of the customer's is in it.
KEPT_OF_RECEIPT = (
    "lane",
    "charge",
    "level",
    "contributions",
    "trajectory",
    "charges",
    "state",
    "language",
    "emotions",
    "shown",
    "feeling",
    "respond_by",
    "agent",
    "mode",
    "suggested",
    "reasons",
    "inputs",
)
#: Of its card: what stands in the playbook. What was drafted or quoted goes.
KEPT_OF_CARD = (
    "rule",
    "situation",
    "title",
    "playbook_version",
    "feeling",
    "steps",
    "avoid",
    "never",
    "follow_up",
    "questions",
    "personal",
    "next_need",
    "lesson",
    "example",
    "calm",
    "agent_note",
    "evidence",
)
EMPTIED_OF_CARD: Mapping[str, Any] = {"heard": [], "opening": None, "brief": None, "draft": None}
KEPT_OF_FLAG = ("flag", "message_id")


class KeepAs(StrEnum):
    """What becomes of a ticket after its time."""

    DELETED = "deleted"
    ANONYMISED = "anonymised"  # counts, charge, lanes and times stay, no word and no name


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a source's tickets are kept after they are closed; `days` is None for ever."""

    days: int | None
    then: KeepAs = KeepAs.DELETED

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if self.days is not None and not FEWEST_DAYS <= self.days <= MOST_DAYS:
            raise ValueError(f"days: expected {FEWEST_DAYS} to {MOST_DAYS}, got {self.days}")

    def until(self, now: datetime) -> datetime | None:
        """Return the moment before which closed tickets have had their time."""
        return now - timedelta(days=self.days) if self.days is not None else None


class Record(StrEnum):
    """What Triage writes down about itself."""

    AUDIT = "audit log"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Records:
    """How many days our own records are kept; 0 is for ever."""

    audit_days: int = RECORDS_KEPT
    alert_days: int = RECORDS_KEPT

    def days(self, which: Record) -> int:
        return self.audit_days if which is Record.AUDIT else self.alert_days

    def ending(self, now: datetime) -> Iterator[tuple[Record, datetime]]:
        """Yield which are not kept for ever, with the moment before which they have had theirs."""
        for which in Record:
            if days := self.days(which):
                yield which, now - timedelta(days=days)


def without_words(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """Return a receipt without what the customer wrote, without names, and without places in texts
    that are no longer there.
    """
    kept = {name: receipt[name] for name in KEPT_OF_RECEIPT if name in receipt}
    flags = [{name: flag[name] for name in KEPT_OF_FLAG} for flag in receipt.get("flags", ())]
    said = [flag | {"start": 0, "end": 0, "words": ""} for flag in flags]
    card = receipt.get("card") or {}
    kept_card = {name: card[name] for name in KEPT_OF_CARD if name in card}
    return kept | {
        "flags": said,
        "evidence": {},
        "card": {**kept_card, **EMPTIED_OF_CARD} if card else None,
    }
