"""What the helpdesk is told of a decision, and what is left alone because a human decided it.

Compared are three states of the helpdesk's ticket: what we want there, what stands there now, and
what we wrote there last. What stands there and is not ours came from somebody else, and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from triage.domain.policy import Lane

PREFIX = "triage_"  # of every tag that is ours: others are never added, changed or removed


class Part(StrEnum):
    """What may be written, each switched by itself for a source."""

    TAGS = "tags"
    PRIORITY = "priority"
    NOTE = "note"
    ASSIGNEE = "assignee"
    FIELDS = "fields"


class Priority(IntEnum):
    """How pressing a ticket is at the helpdesk; each vendor has its own words for these."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4


@dataclass(frozen=True, slots=True)
class Note:
    """A private note; `key` tells whether one that says the same was written already."""

    key: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a decision asks for; None and nothing: no wish."""

    tags: frozenset[str] = frozenset()
    priority: Priority | None = None
    assignee: str | None = None  # as the helpdesk calls them
    fields: Mapping[str, str] = field(default_factory=dict)
    note: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands at the helpdesk now; None where it has no such thing."""

    tags: frozenset[str] = frozenset()
    priority: Priority | None = None
    assignee: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    stamp: str = ""  # of the version that was read, for those who refuse stale writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What we wrote last, part by part; None: never."""

    tags: frozenset[str] = frozenset()
    priority: Priority | None = None
    assignee: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    note: str = ""  # its key


@dataclass(frozen=True, slots=True)
class Left:
    """What was not written although it was wanted, and why, in a sentence for people."""

    part: Part
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to write; nothing where all stands as it should."""

    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    priority: Priority | None = None
    assignee: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    note: Note | None = None
    left: tuple[Left, ...] = ()

    @property
    def writes(self) -> bool:
        changes = (self.add, self.remove, self.priority, self.assignee, self.fields, self.note)
        return any(changes)


CLOSED = Left(Part.NOTE, "the ticket is closed at the helpdesk")
RAISED = Left(Part.PRIORITY, "it is as high already, and Triage lowers only what it raised")
PRIORITY_CHANGED = Left(Part.PRIORITY, "somebody changed it after Triage had")
TAKEN = Left(Part.ASSIGNEE, "somebody else was given the ticket at the helpdesk")
TAGS_REMOVED = Left(Part.TAGS, "somebody took them off")
FIELDS_CHANGED = Left(Part.FIELDS, "somebody changed them after Triage had")


def tags_of(lane: Lane, level: int, flags: frozenset[str], feeling: str | None) -> frozenset[str]:
    """Return the tags that say a decision in words which views and triggers can look for."""
    told = [f"lane_{lane}", f"level_{level}", *(f"flag_{flag}" for flag in flags)]
    return frozenset(PREFIX + it for it in [*told, *([f"feels_{feeling}"] if feeling else [])])


def priority_of(lane: Lane, level: int) -> Priority:
    """Return how pressing a decision makes a ticket: never more than its lane's target says."""
    if lane is Lane.SAFEGUARD or level == 4:  # noqa: PLR2004 - the highest level
        return Priority.URGENT
    return Priority.HIGH if lane in {Lane.CHARGED, Lane.GENTLE} else Priority.NORMAL


def plan(
    wanted: Wanted, standing: Standing, written: Written, switched_on: frozenset[Part]
) -> Plan:
    """Return what to write so that the helpdesk says what was decided, and what to leave alone."""
    if standing.closed:
        return Plan(left=(CLOSED,))
    add, remove, tags_left = _tags(wanted.tags, standing.tags, written.tags)
    priority, priority_left = _priority(wanted.priority, standing.priority, written.priority)
    assignee, assignee_left = _assignee(wanted.assignee, standing.assignee, written.assignee)
    fields, fields_left = _fields(wanted.fields, standing.fields, written.fields)
    on = switched_on.__contains__
    left = (tags_left, priority_left, assignee_left, fields_left)
    return Plan(
        add=add if on(Part.TAGS) else frozenset(),
        remove=remove if on(Part.TAGS) else frozenset(),
        priority=priority if on(Part.PRIORITY) else None,
        assignee=assignee if on(Part.ASSIGNEE) else None,
        fields=fields if on(Part.FIELDS) else {},
        note=_note(wanted.note, written.note) if on(Part.NOTE) else None,
        left=tuple(one for one in left if one and on(one.part)),
    )


def after(written: Written, found: Plan) -> Written:
    """Return what stands there of ours once a plan is carried out."""
    return Written(
        tags=(written.tags - found.remove) | found.add,
        priority=found.priority or written.priority,
        assignee=found.assignee or written.assignee,
        fields={**written.fields, **found.fields},
        note=found.note.key if found.note else written.note,
    )


def said(found: Plan) -> list[tuple[str, str]]:
    """Return in words what was written and what was left alone, each with its outcome."""
    parts = {
        "tags": bool(found.add or found.remove),
        f"priority {found.priority.name.lower()}" if found.priority else "": True,
        "assignee": found.assignee is not None,
        "fields": bool(found.fields),
        "a private note": found.note is not None,
    }
    names = [name for name, there in parts.items() if name and there]
    written = [("written", ", ".join(names))] if names else []
    return written + [("left", f"{one.part}: {one.why}") for one in found.left]


def _tags(
    wanted: frozenset[str], standing: frozenset[str], written: frozenset[str]
) -> tuple[frozenset[str], frozenset[str], Left | None]:
    """Add what is missing, but not what somebody took off; remove only what is ours."""
    taken_off = (written & wanted) - standing
    ours = frozenset(tag for tag in standing if tag.startswith(PREFIX))
    return wanted - standing - taken_off, ours - wanted, TAGS_REMOVED if taken_off else None


def _priority(
    wanted: Priority | None, standing: Priority | None, written: Priority | None
) -> tuple[Priority | None, Left | None]:
    """Raise what is lower; lower again only what stands as we wrote it."""
    if wanted is None or wanted == standing:
        return None, None
    if written is not None:
        return (wanted, None) if standing == written else (None, PRIORITY_CHANGED)
    if standing is not None and standing > wanted:
        return None, RAISED
    return wanted, None


def _assignee(
    wanted: str | None, standing: str | None, written: str | None
) -> tuple[str | None, Left | None]:
    """Give what is nobody's, or still with whom we gave it to."""
    if wanted is None or wanted == standing:
        return None, None
    return (wanted, None) if standing in {None, written} else (None, TAKEN)


def _fields(
    wanted: Mapping[str, str], standing: Mapping[str, str], written: Mapping[str, str]
) -> tuple[Mapping[str, str], Left | None]:
    """Fill what is empty, change what stands as we wrote it."""
    differs = {name: value for name, value in wanted.items() if standing.get(name) != value}
    free = {
        name: value
        for name, value in differs.items()
        if standing.get(name) in {None, "", written.get(name)}
    }
    return free, FIELDS_CHANGED if len(free) < len(differs) else None


def _note(wanted: Note | None, written: str) -> Note | None:
    return wanted if wanted and wanted.key != written else None
