"""What stand-ins share that may be written to: what stands on tickets, what would reach a customer.

Whatever they do not know is refused, and fails the test by that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as held
from datetime import timedelta
from typing import Any, ClassVar

from tests.standins.standin import Case, Reply, StandIn, Words
from triage.domain.write_back import Priority
from triage.helpdesks.writing.registry import WRITINGS


@dataclass
class Stood:
    """What stands on a ticket besides its words."""

    tags: list[str] = held(default_factory=lambda: ["web_form"])
    priority: str | None = None
    assignee: Any = None
    fields: dict[Any, str | None] = held(default_factory=lambda: {77: None})


@dataclass
class Writable(StandIn):
    """A helpdesk whose tickets may be changed; `agents`: ids by e-mail address."""

    stood: dict[int, Stood] = held(default_factory=dict)
    agents: dict[str, Any] = held(default_factory=dict)
    tag_ids: dict[str, str] = held(default_factory=lambda: {"web_form": "tag_1", "vip": "tag_2"})
    writes: int = 0  # that were carried out
    refuses: int = 0  # the ticket of which no write is taken
    reached: list[str] = held(default_factory=list)  # what a customer could have seen
    loses: bool = False
    field: ClassVar[Any] = ""  # one of its own fields, where it has such
    always_private: ClassVar[bool] = False  # the call for notes can make nothing else

    def touch(self, number: int) -> None:
        """Have somebody change a ticket."""
        self.cases[number].updated_at = self.clock() + timedelta(seconds=30)

    def may_be_beaten(self, path: str) -> bool:
        """Return whether this call is the last moment at which somebody may be faster."""
        return not self.asked[-1].startswith("GET")

    def loses_answer(self) -> None:
        """Take the next note, and never say so."""
        self.loses = True

    def priority_of(self, number: int) -> Priority | None:
        word = self.on(number).priority
        return WRITINGS[self.vendor].PRIORITIES[word] if word else None

    def on(self, number: int) -> Stood:
        return self.stood.setdefault(number, Stood())

    def tag_id(self, name: str) -> str:
        """Return a tag's id; what does not exist is made."""
        return self.tag_ids.setdefault(name, f"tag_{len(self.tag_ids) + 1}")

    def tag_name(self, number: str) -> str:
        return next(name for name, known in self.tag_ids.items() if known == number)

    def says(self, case: Case, text: str, *, public: bool) -> None:
        """Add words of an agent to a case; public ones reach a customer."""
        number = 10_000 + sum(len(it.words) for it in self.cases.values())
        case.words.append(Words(number, text, self.clock(), "agent", public))
        if public:
            self.reached.append(text)

    def took(self, reply: Reply, *, note: bool = True) -> Reply:
        """Count a write; the answer to a note may be lost."""
        self.writes += 1
        if not (note and self.loses):
            return reply
        self.loses = False
        return replace(reply, drops=True)

    def is_refused(self, case: Case) -> bool:
        return case.closed or case.id == self.refuses


def exactly(body: Any, *keys: str, **fixed: Any) -> bool:
    """Return whether a body has these keys, no others, and these very values."""
    if not isinstance(body, Mapping) or set(body) != {*keys, *fixed}:
        return False
    return all(
        body[name] == value and type(body[name]) is type(value) for name, value in fixed.items()
    )


def within(body: Any, *keys: str) -> bool:
    """Return whether a body has some of these keys, and no others."""
    return isinstance(body, Mapping) and bool(body) and set(body) <= set(keys)


def bad(why: str = "unknown") -> Reply:
    return Reply(422, {"error": why})
