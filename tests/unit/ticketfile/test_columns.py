"""Columns are guessed by names that exports use, and only where their cells agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from triage.errors import BadInput
from triage.ticketfile.cells import author_of, form_of, moment_of
from triage.ticketfile.columns import Columns, chosen
from triage.ticketfile.row import Row


def guessed(header: str, *rows: tuple[object, ...]) -> Columns:
    names = [it.strip() for it in header.split("|")]
    found = [Row(n, dict(zip(names, row, strict=True))) for n, row in enumerate(rows, 2)]
    return chosen(Columns(), names, found)


@pytest.mark.parametrize(
    ("header", "text", "ticket"),
    [
        ("id | text", "text", "id"),
        (
            "Ticket Number | Requester | Message (plain) | Priority",
            "Message (plain)",
            "Ticket Number",
        ),
        ("Case ID | Subject | Case Description", "Case Description", "Case ID"),
        ("conversation_id | message_id | body", "body", "conversation_id"),
        ("Ticket: id | comment.body | user id", "comment.body", "Ticket: id"),
        ("Nachricht | Datum", "Nachricht", ""),
    ],
)
def test_text_and_ticket_are_known_by_many_names(header, text, ticket):
    found = guessed(header)
    assert (found.text, found.ticket) == (text, ticket)


def test_an_id_beside_a_ticket_s_is_the_message_s():
    found = guessed("id | ticket_id | body")
    assert (found.ticket, found.message) == ("ticket_id", "id")


def test_an_author_is_taken_where_all_cells_say_who_wrote():
    header = "ticket_id | author | body"
    assert guessed(header, (1, "end-user", "x"), (1, "Agent", "x")).author == "author"
    assert guessed(header, (1, "end-user", "x"), (1, "Dana", "x")).author == ""
    assert guessed(header).author == ""


def test_a_time_is_taken_where_all_cells_are_times():
    header = "ticket_id | date | created_at | body"
    assert guessed(header, (1, "2026-11-03", "soon", "x")).sent_at == "date"
    assert guessed(header, (1, "", "", "x")).sent_at == ""


def test_one_cell_in_forty_that_disagrees_spoils_no_guess():
    rows = [(n, "customer", f"{n % 28 + 1}/11/2026 09:00", "x") for n in range(39)]
    found = guessed("id | role | created | text", *rows, (40, "Dana", "soon", "x"))
    assert (found.author, found.sent_at) == ("role", "created")


def test_no_column_is_taken_twice():
    told = Columns(text="message")
    found = chosen(told, ["message", "body", "id"], [])
    assert (found.text, found.ticket, found.message) == ("message", "id", "")


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["2026-11-03 09:00", "2026-11-03T09:00:00Z"], ""),
        (["03/11/2026 09:00", "28/11/2026 09:00"], "%d/%m/%Y %H:%M"),
        (["11/03/2026 9:05 PM", "11/28/2026 09:00 AM"], "%m/%d/%Y %I:%M %p"),
        (["03/11/2026 09:00"], None),  # the third of November or the eleventh of March
        (["3.11.2026 09:00:10"], "%d.%m.%Y %H:%M:%S"),
        (["Nov 3, 2026, 09:00"], "%b %d, %Y, %H:%M"),
        (["yesterday"], None),
    ],
)
def test_how_times_are_written_is_told_only_where_one_way_fits(cells, form):
    assert form_of(cells) == form


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-03 09:00",
        "2026-11-03T09:00:00Z",
        "2026-11-03 09:00:00 UTC",
        "2026-11-03 10:00:00 +0100",
        "2026-11-03T10:00:00.000+01:00",
        "1793696400",
        1793696400,
        "1793696400000",
        datetime(2026, 11, 3, 9),  # noqa: DTZ001 - as files have it
    ],
)
def test_a_moment_is_read_however_it_is_written(cell):
    assert moment_of(cell, None) == datetime(2026, 11, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["", "soon", "0001-01-01", "9999-12-31", "12", "NaN", "1e400", []])
def test_what_is_no_moment_is_none(cell):
    assert moment_of(cell, None) is None


def test_who_is_a_customer_may_be_told():
    assert author_of("Dana Reyes ", {"dana reyes"}) == "customer"
    assert author_of("Ann", {"dana reyes"}) == "agent"
    assert author_of("Ann", ()) is None


def test_what_is_told_must_be_there():
    with pytest.raises(BadInput, match="there is no column 'txt'; there are id, text"):
        chosen(Columns(text="txt"), ["id", "text"], [])
