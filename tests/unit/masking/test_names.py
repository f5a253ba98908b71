"""A customer's name on a list: enough to tell two apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.masking import short_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Dana Reyes", "Dana R."),
        ("Dana", "Dana"),
        ("Reyes, Dana", "Dana R."),
        ("José María de la Cruz", "José C."),
        ("dana.reyes@example.org", "d…@example.org"),
        ("Dana +44 20 7946 0958", "Dana •••• 0958"),
        ("山田太郎", "山…"),
        ("김 민수", "김 민."),
        ("X" * 60, "X" * 30 + "…"),
        ("a very long field that says something", "a…"),
        ("  ", "  "),
        ("", ""),
        (None, None),
    ],
)
def test_a_name_is_shortened(name, shown):
    assert short_name(name) == shown


@given(st.text(max_size=30))
def test_a_short_name_stays_as_it_is(name):
    short = short_name(name)
    assert short_name(short) == short
