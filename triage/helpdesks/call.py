"""A call to a helpdesk, as its vendor's file describes it and reads the answer: no I/O here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from triage.helpdesks.document import read_json
from triage.helpdesks.reading import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask; `path` stands below the account's address, `counts` names its own limit.

    The body is sent as JSON, as a form, or, where it is a list, as a JSON Patch.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    body: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = field(default=None, repr=False)
    counts: str = ""
    is_form: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - what HTTP calls a success

    def json(self) -> Field:
        """Return the document. Raises Malformed."""
        return read_json(self.body)
