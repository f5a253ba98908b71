"""The private note at the helpdesk: how the customer feels, why, what to say first.

For agents only. It carries a mark by which it is found again: a note that was sent is never sent
twice, and one that comes back as a webhook is known as our own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from triage.domain.write_back import Left, Note

MARK = re.compile(r"\[triage:\d{1,19}:[0-9a-f]{12}\]")
OPENING = "Triage (private):"
LONGEST = 4_000  # characters: agents read it between two replies
MOST_STEPS = 4

_LEVELS = ("calm", "slightly charged", "charged", "highly charged", "extremely charged")
_LANES = {
    "safeguard": "Somebody may be in danger: a trained human answers, now.",
    "charged": "An experienced colleague should answer this soon.",
    "gentle": "This asks for an unhurried, gentle answer.",
}


def note_of(ticket: int, lane: str, result: Mapping[str, Any]) -> Note | None:
    """Return the note for a decision as its receipt `result` holds it; None: nothing worth saying.

    The key tells of what the agent reads, not of numbers that moved behind it.
    """
    if lane not in _LANES:
        return None
    text = "\n".join(_lines(lane, result))[:LONGEST]
    key = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Note(key, f"{text}\n\n{mark(ticket, key)}")


def mark(ticket: int, key: str) -> str:
    """Return by what a note is found again."""
    return f"[triage:{ticket}:{key}]"


def is_ours(text: str) -> bool:
    """Return whether words at the helpdesk are a note of ours.

    Who only quotes one has words of their own before it: those are read.
    """
    return text.lstrip().startswith(OPENING) and MARK.search(text) is not None


def with_left(note: Note, left: Sequence[Left]) -> Note:
    """Return the note with what was left alone, and why."""
    if not left:
        return note
    said = "\n".join(f"Left alone, {one.part}: {one.why}." for one in left)
    return Note(note.key, f"{note.text}\n{said}")


def _lines(lane: str, result: Mapping[str, Any]) -> list[str]:
    card = result["card"]
    lines = [f"{OPENING} {_LANES[lane]}"]
    lines.append(f"Charge: {_LEVELS[result['level']]}. {card['title']}.")
    if card.get("feeling"):
        lines.append(f"The customer {card['feeling']}.")
    lines.extend(f"They say: “{quote['text']}”" for quote in card["heard"][:1])
    lines.extend(f"Why here: {one['text']}" for one in result["reasons"] if one["about"] == "lane")
    lines.append("First:")
    lines.extend(f"- {_step(step)}" for step in card["steps"][:MOST_STEPS])
    lines.extend(f"Never: {one}" for one in card["never"])
    return lines


def _step(step: Mapping[str, Any]) -> str:
    return f"{step['name']}: {step.get('short') or step['do']}"
