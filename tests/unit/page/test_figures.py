"""A figure as text: for people, for programs, and as CSV that no spreadsheet takes for formulas."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from triage.domain.figure import Figure, Share, Times
from triage.domain.trend import Period, Step, Window
from triage.page.figures import as_csv, shown, value

AT = datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
KOLKATA = ZoneInfo("Asia/Kolkata")
DAILY = Window.of(Period.WEEK, Step.DAY, KOLKATA, AT)
HOURLY = Window.of(Period.WEEK, Step.HOUR, KOLKATA, AT)


@pytest.mark.parametrize(
    ("cell", "people", "programs"),
    [
        (None, "–", ""),
        (12, "12", "12"),
        (Share(0.12345), "12.3%", "0.1235"),
        (Share(1), "100.0%", "1"),
        (Times(2.345), "2.3 ×", "2.345"),
        (-0.2, "-0.20", "-0.2"),
        ("billing", "billing", "billing"),
        (AT, "Fri 20 Nov 17:00", "2026-11-20T17:00+05:30"),
    ],
)
def test_a_cell_is_written_for_people_and_for_programs(cell, people, programs):
    assert shown(cell, HOURLY) == people
    assert value(cell, HOURLY) == programs


def test_a_day_has_no_hour():
    assert shown(AT, DAILY) == "Fri 20 Nov"
    assert value(AT, DAILY) == "2026-11-20"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", '=cmd|"/c calc"!A0']
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    (_, row) = csv.reader(
        io.StringIO(as_csv(Figure("x", ("name",), ((text,),)), DAILY), newline="")
    )
    assert row == [f"'{text}"]


def test_a_negative_number_stays_a_number():
    assert as_csv(Figure("x", ("change", "name"), ((-0.5, "a,b"),)), DAILY) == (
        'change,name\r\n-0.5,"a,b"\r\n'
    )
