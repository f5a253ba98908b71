"""A span of time as people type it: 90d, 12h, 2w."""

from __future__ import annotations

import re
from datetime import timedelta

from triage.errors import BadInput

SPAN = re.compile(r"([1-9][0-9]{0,3})([hdw])")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def span(text: str) -> timedelta:
    """Return the span. Raises BadInput."""
    found = SPAN.fullmatch(text)
    if found is None:
        raise BadInput(f"since {text!r}: expected a number and h, d or w, such as 90d")
    return int(found[1]) * UNITS[found[2]]
