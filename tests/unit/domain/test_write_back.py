"""What is written to a helpdesk, and what a human's hand protects from us."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.policy import Lane
from triage.domain.write_back import (
    CLOSED,
    PREFIX,
    PRIORITY_CHANGED,
    RAISED,
    TAGS_REMOVED,
    TAKEN,
    Note,
    Part,
    Plan,
    Priority,
    Standing,
    Wanted,
    Written,
    after,
    plan,
    priority_of,
    tags_of,
)

ALL = frozenset(Part)
TAGS = st.frozensets(st.sampled_from(["vip", "billing", "triage_a", "triage_b", "triage_c"]))
OURS = st.frozensets(st.sampled_from(["triage_a", "triage_b", "triage_c"]))
PRIORITIES = st.none() | st.sampled_from(Priority)
PEOPLE = st.none() | st.sampled_from(["1", "2", "3"])
FIELDS = st.dictionaries(st.sampled_from(["f1", "f2"]), st.sampled_from(["", "x", "y"]))


WANTED = st.builds(
    Wanted,
    tags=OURS,
    priority=PRIORITIES,
    assignee=PEOPLE,
    fields=FIELDS,
    note=st.none() | st.builds(Note, st.sampled_from(["k1", "k2"]), st.just("words")),
)
STANDING = st.builds(
    Standing, tags=TAGS, priority=PRIORITIES, assignee=PEOPLE, fields=FIELDS, closed=st.booleans()
)
WRITTEN = st.builds(
    Written,
    tags=OURS,
    priority=PRIORITIES,
    assignee=PEOPLE,
    fields=FIELDS,
    note=st.sampled_from(["", "k1"]),
)
SWITCHES = st.frozensets(st.sampled_from(Part))


def stands(standing: Standing, found: Plan) -> Standing:
    """Return what stands at the helpdesk once a plan is carried out."""
    return Standing(
        tags=(standing.tags - found.remove) | found.add,
        priority=found.priority or standing.priority,
        assignee=found.assignee or standing.assignee,
        fields={**standing.fields, **found.fields},
        closed=standing.closed,
    )


@given(WANTED, STANDING, WRITTEN, SWITCHES)
def test_tags_of_others_are_never_touched(wanted, standing, written, on):
    found = plan(wanted, standing, written, on)
    assert all(tag.startswith(PREFIX) for tag in found.add | found.remove)


@given(WANTED, STANDING, WRITTEN, SWITCHES)
def test_nothing_is_written_twice(wanted, standing, written, on):
    found = plan(wanted, standing, written, on)
    again = plan(wanted, stands(standing, found), after(written, found), on)
    assert not again.writes


@given(WANTED, STANDING, WRITTEN, SWITCHES)
def test_what_is_switched_off_is_not_written(wanted, standing, written, on):
    found = plan(wanted, standing, written, on)
    assert Part.TAGS in on or not (found.add or found.remove)
    assert Part.PRIORITY in on or found.priority is None
    assert Part.ASSIGNEE in on or found.assignee is None
    assert Part.FIELDS in on or not found.fields
    assert Part.NOTE in on or found.note is None
    assert {one.part for one in found.left if one is not CLOSED} <= on


@given(WANTED, STANDING, WRITTEN)
def test_what_a_human_changed_since_we_wrote_is_left_alone(wanted, standing, written):
    found = plan(wanted, standing, written, ALL)
    if standing.assignee not in {None, written.assignee}:
        assert found.assignee is None
    if written.priority is not None and standing.priority != written.priority:
        assert found.priority is None
    for name in found.fields:
        assert standing.fields.get(name) in {None, "", written.fields.get(name)}


@given(WANTED, STANDING, SWITCHES)
def test_a_priority_that_others_set_is_never_lowered(wanted, standing, on):
    found = plan(wanted, standing, Written(), on)
    assert found.priority is None or found.priority >= (standing.priority or 0)


@given(WANTED, WRITTEN)
def test_a_closed_ticket_is_left_alone(wanted, written):
    found = plan(wanted, Standing(closed=True), written, ALL)
    assert (found.writes, found.left) == (False, (CLOSED,))


LEFT = {
    "a higher priority": (
        Wanted(priority=Priority.HIGH),
        Standing(priority=Priority.URGENT),
        Written(),
        RAISED,
    ),
    "a priority changed since": (
        Wanted(priority=Priority.URGENT),
        Standing(priority=Priority.LOW),
        Written(priority=Priority.HIGH),
        PRIORITY_CHANGED,
    ),
    "somebody else's ticket": (Wanted(assignee="1"), Standing(assignee="2"), Written(), TAKEN),
    "a tag taken off": (
        Wanted(tags=frozenset({"triage_a"})),
        Standing(),
        Written(tags=frozenset({"triage_a"})),
        TAGS_REMOVED,
    ),
}


@pytest.mark.parametrize(("wanted", "standing", "written", "left"), LEFT.values(), ids=LEFT)
def test_what_is_left_alone_is_said(wanted, standing, written, left):
    found = plan(wanted, standing, written, ALL)
    assert (found.writes, found.left) == (False, (left,))


def test_what_we_raised_may_be_lowered_again():
    found = plan(
        Wanted(priority=Priority.NORMAL),
        Standing(priority=Priority.URGENT),
        Written(priority=Priority.URGENT),
        ALL,
    )
    assert found.priority is Priority.NORMAL


def test_a_ticket_that_is_still_ours_may_go_to_somebody_else():
    found = plan(Wanted(assignee="2"), Standing(assignee="1"), Written(assignee="1"), ALL)
    assert found.assignee == "2"


def test_tags_say_lane_level_flags_and_feeling():
    assert tags_of(Lane.CHARGED, 3, frozenset({"legal"}), "anger") == {
        "triage_lane_charged",
        "triage_level_3",
        "triage_flag_legal",
        "triage_feels_anger",
    }


@pytest.mark.parametrize(
    ("lane", "level", "priority"),
    [
        (Lane.SAFEGUARD, 0, Priority.URGENT),
        (Lane.CHARGED, 4, Priority.URGENT),
        (Lane.CHARGED, 2, Priority.HIGH),
        (Lane.GENTLE, 1, Priority.HIGH),
        (Lane.STANDARD, 0, Priority.NORMAL),
        (Lane.UNSCORED, 0, Priority.NORMAL),
    ],
)
def test_the_lane_says_how_pressing_a_ticket_is(lane, level, priority):
    assert priority_of(lane, level) is priority
