"""A span of time is a number with its unit, and anything else is said to be none."""

from datetime import timedelta

import pytest

from triage.errors import BadInput
from triage.since import span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90d", timedelta(days=90)),
        ("12h", timedelta(hours=12)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_a_span_is_read(text: str, expected: timedelta):
    assert span(text) == expected


@pytest.mark.parametrize("text", ["", "90", "d", "0d", "-1d", "90 d", "90m", "10000d", "90d\n"])
def test_anything_else_is_refused_with_an_example(text: str):
    with pytest.raises(BadInput, match="such as 90d"):
        span(text)
