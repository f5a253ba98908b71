"""One word a source: needs you, quiet, well; and what is the matter, the worst first."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.source_status import (
    LATE_DECISION,
    LEAST_REFUSED,
    Signs,
    Status,
    Trouble,
    status,
    troubles,
)

SIGNS = st.builds(
    Signs,
    ever_came=st.booleans(),
    is_silent=st.booleans(),
    given_up=st.integers(0, 2),
    oldest_waits=st.timedeltas(timedelta(0), timedelta(hours=1)),
    unread_today=st.integers(0, 2),
    refused_today=st.integers(0, 10),
    refused_last=st.booleans(),
    needs_credentials=st.booleans(),
    left_alone=st.booleans(),
    is_read=st.booleans(),
    writes_lost=st.integers(0, 2),
)
MANY = LEAST_REFUSED


@pytest.mark.parametrize(
    ("signs", "word", "first"),
    [
        (Signs(), Status.WELL, None),
        (Signs(is_silent=True), Status.QUIET, Trouble.SILENT),
        (Signs(ever_came=False), Status.NEEDS_YOU, Trouble.NEVER),
        (Signs(given_up=1, unread_today=3), Status.NEEDS_YOU, Trouble.GIVEN_UP),
        (Signs(oldest_waits=LATE_DECISION), Status.WELL, None),
        (Signs(oldest_waits=LATE_DECISION * 2), Status.NEEDS_YOU, Trouble.UNDECIDED),
        (Signs(unread_today=1), Status.NEEDS_YOU, Trouble.UNREAD),
        (Signs(needs_credentials=True), Status.NEEDS_YOU, Trouble.CREDENTIALS),
        (Signs(left_alone=True), Status.NEEDS_YOU, Trouble.BREAKER),
        (Signs(is_read=False), Status.NEEDS_YOU, Trouble.READING),
        (Signs(writes_lost=1), Status.NEEDS_YOU, Trouble.WRITES),
        # forged deliveries beside good ones, or at night, are nobody's trouble
        (Signs(refused_today=9000), Status.WELL, None),
        (Signs(refused_today=9000, refused_last=True), Status.WELL, None),
        (
            Signs(refused_today=MANY, refused_last=True, is_silent=True),
            Status.NEEDS_YOU,
            Trouble.REFUSED,
        ),
        # a new source whose helpdesk has the wrong secret; a trial alone is none
        (
            Signs(ever_came=False, refused_today=MANY, refused_last=True),
            Status.NEEDS_YOU,
            Trouble.REFUSED,
        ),
        (
            Signs(ever_came=False, refused_today=1, refused_last=True),
            Status.NEEDS_YOU,
            Trouble.NEVER,
        ),
    ],
)
def test_the_word_and_what_stands_first(signs, word, first):
    found = troubles(signs)
    assert (status(found), next(iter(found), None)) == (word, first)


@given(SIGNS)
def test_it_is_well_exactly_where_nothing_is_the_matter(signs):
    found = troubles(signs)
    assert (status(found) is Status.WELL) is (found == [])
    assert found == sorted(found, key=list(Trouble).index)
    assert (status(found) is Status.QUIET) is (found == [Trouble.SILENT])
