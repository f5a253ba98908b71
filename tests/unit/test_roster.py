"""agents.csv: all rows or none; for a bad one which row, which column, what was expected."""

from importlib import resources

import pytest

from triage.errors import BadInput
from triage.roster import COLUMNS, read_roster

GOOD = {
    "name": "Ann Lee",
    "email": "ann@example.org",
    "experience": "4",
    "languages": "en;de",
    "skills": "billing;refunds",
    "team": "care",
    "capacity": "6",
    "timezone": "Europe/Berlin",
    "shift": "mon-fri 08:00-16:30",
}


def lines(*rows: dict[str, str]) -> list[str]:
    header = ",".join(COLUMNS)
    return [header, *(",".join(f'"{row[c]}"' for c in COLUMNS) for row in rows)]


def test_a_good_row_becomes_an_agent():
    (row,) = read_roster(lines(GOOD))
    assert row["languages"] == ["de", "en"]
    assert row["shift"]["hours"]["4"] == ["08:00:00", "16:30:00"]
    assert set(row["shift"]["hours"]) == {"0", "1", "2", "3", "4"}


def test_an_empty_shift_is_always_on_and_midnight_may_be_24():
    assert read_roster(lines(GOOD | {"shift": ""}))[0]["shift"] is None
    row = read_roster(lines(GOOD | {"shift": "mon-sun 00:00-24:00"}))[0]
    assert row["shift"]["hours"]["6"] == ["00:00:00", "00:00:00"]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("name", "", "1 to 200 characters"),
        ("email", "ann", "an address like"),
        ("experience", "6", "from 1 to 5"),
        ("experience", "expert", "from 1 to 5"),
        ("capacity", "0", "from 1 to 100"),
        ("languages", "english", "codes like en;de"),
        ("skills", "bil\tling", "words separated by ;"),
        ("timezone", "Mars/Base", "one like Europe/Berlin"),
        ("timezone", "../../etc/passwd", "one like Europe/Berlin"),
        ("shift", "mon-fri 8-16", "mon-fri 08:00-16:30"),
        ("shift", "mon-xyz 08:00-16:00", "mon-fri 08:00-16:30"),
        ("shift", "mon 25:00-26:00", "mon-fri 08:00-16:30"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(column: str, value: str, expected: str):
    with pytest.raises(BadInput) as raised:
        read_roster(lines(GOOD, GOOD | {"email": "bo@example.org"} | {column: value}))
    assert "line 3" in str(raised.value)
    assert f"column {column}" in str(raised.value)
    assert expected in str(raised.value)


def test_a_missing_column_is_named():
    with pytest.raises(BadInput, match="no column 'shift'"):
        read_roster([",".join(COLUMNS[:-1])])


def test_one_person_stands_once():
    with pytest.raises(BadInput, match="stands twice"):
        read_roster(lines(GOOD, GOOD))


def test_the_sample_is_good():
    sample = (resources.files("triage.demo") / "agents.csv").read_text(encoding="utf-8")
    assert len(read_roster(sample.splitlines())) >= 8
