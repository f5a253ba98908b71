"""Files of tickets as helpdesks export them: told by their content, damage named by its line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from triage.errors import BadInput
from triage.ticketfile.csv_rows import UNCLOSED
from triage.ticketfile.excel_rows import MOST_SHARED, SHARED
from triage.ticketfile.packed import open_unpacked
from triage.ticketfile.row import LONGEST, Reject, Row
from triage.ticketfile.source import Asked, Kind, Source, source_of

ROWS = [("id", "text"), ("1", "Bad."), ("2", "Worse;\nstill")]


@pytest.fixture
def written(tmp_path):
    def write(content: bytes | str, name: str = "tickets.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def found(path: Path, **asked: str) -> Source:
    return source_of(path, path.name, Asked(**asked))


def read(path: Path, **asked: str) -> list[Row | Reject]:
    return list(found(path, **asked).table().rows)


def cells(path: Path, **asked: str) -> list[list[object]]:
    rows = read(path, **asked)
    assert all(isinstance(it, Row) for it in rows), rows
    return [list(it.cells.values()) for it in rows]


def rejects(path: Path, **asked: str) -> list[tuple[int, str]]:
    return [(it.line, it.reason) for it in read(path, **asked) if isinstance(it, Reject)]


def as_csv(delimiter: str = ",", end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, csv.excel, delimiter=delimiter, lineterminator=end, quoting=1).writerows(ROWS)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_csv_is_read_whatever_parts_its_cells_and_ends_its_lines(written, delimiter, end):
    assert cells(written(as_csv(delimiter, end))) == [["1", "Bad."], ["2", "Worse;\nstill"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_unicode_is_read_by_its_mark_or_as_utf_8(written, encoding):
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    path = written((mark + "id,text\r\n1,Schöne Grüße 🙂\r\n").encode(encoding))
    assert cells(path) == [["1", "Schöne Grüße 🙂"]]
    assert found(path).table().columns == ["id", "text"]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("cp1252", "I was told “soon” – and Zoë’s café in Münster still waits. It’s been 3 weeks…"),
        ("cp1252", "plain words and one café"),
        ("cp1251", "Хочу вернуть деньги за заказ, пожалуйста помогите мне"),
        ("shift_jis", "お金を返してください。注文が届きません"),
    ],
)
def test_an_encoding_of_old_is_found_out(written, encoding, said):
    path = written(("id\ttext\r\n" + f"0\t{said}\r\n" * 30).encode(encoding))
    assert cells(path)[0] == ["0", said]


def test_bytes_that_are_not_of_the_encoding_reject_their_row_only(written):
    filler = "".join(f"{n},fine\n" for n in range(60_000))  # beyond what is looked at first
    path = written(b"id,text\n" + filler.encode() + b"x,caf\xe9\ny,good\n")
    assert rejects(path) == [(60_002, "byte 0xe9 is not utf-8; name the encoding with --encoding")]
    assert cells(path, encoding="cp1252")[-2:] == [["x", "café"], ["y", "good"]]


def test_an_encoding_that_nobody_knows_is_refused(written):
    with pytest.raises(BadInput, match="encoding 'klingon' is not known"):
        found(written(as_csv()), encoding="klingon")


def test_a_ragged_row_is_rejected_with_its_line(written):
    path = written('id,text\n1,"two\nlines"\n2,a,b\n3\n4,good\n5,good,,\n')
    assert rejects(path) == [
        (4, "3 cells; expected 2, as the first row has"),
        (5, "1 cells; expected 2, as the first row has"),
    ]
    assert [it.line for it in read(path) if isinstance(it, Row)] == [2, 6, 7]


def test_a_quote_that_is_never_closed_costs_one_row_and_not_the_rest(written):
    path = written('id,text\n1,fine\n2,"never closed\n3,fine\n4,fine\n')
    assert rejects(path) == [(3, UNCLOSED)]
    assert [it.cells["id"] for it in read(path) if isinstance(it, Row)] == ["1", "3", "4"]


def test_a_row_never_swallows_the_next_because_of_a_stray_quote(written):
    path = written('id,text\n1,"never closed\n2,"whole"\n3,"whole, too"\n')
    assert rejects(path) == [(2, UNCLOSED)]
    assert [it.cells["id"] for it in read(path) if isinstance(it, Row)] == ["2", "3"]


def test_quotes_behind_a_backslash_are_read_as_databases_write_them(written):
    path = written('id,text\n1,"He said \\"no\\", twice"\n2,fine\n')
    assert cells(path) == [["1", 'He said "no", twice'], ["2", "fine"]]


def test_a_delimiter_that_is_no_character_is_refused(written):
    with pytest.raises(BadInput, match="delimiter 'ab'"):
        read(written(as_csv()), delimiter="ab")


def test_a_line_that_is_too_long_is_rejected_in_little_memory(written):
    path = written(b"id,text\n1,fine\n2," + b"a" * 20 * LONGEST + b"\n3,fine\n")
    tracemalloc.start()
    try:
        assert rejects(path) == [(3, f"the line is longer than {LONGEST} characters")]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * LONGEST  # characters of the line are joined from parts once


def test_a_nul_byte_rejects_its_row(written):
    filler = "".join(f"{n},fine\n" for n in range(1000))
    path = written(f"id,text\n{filler}x,a\0b\ny,good\n")
    assert rejects(path) == [(1002, "it holds a NUL byte")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n ", "is empty"),
        (b"id\0\1\2,text\0", "is not a text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel file of before 2007"),
        (b'[{"id": 1}]', "is one JSON array"),
        (b"PK\x03\x04rest", "cannot be read as Excel"),
        (b"PAR1rest", "cannot be read as Parquet"),
        (b"\x1f\x8brest", "cannot be unpacked"),
        (b"\x28\xb5\x2f\xfdrest", "cannot be unpacked"),
    ],
)
def test_what_is_no_file_of_tickets_is_refused_in_a_sentence(written, content, said):
    with pytest.raises(BadInput, match=said):
        read(written(content))


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"gone.csv: no such file or directory"):
        found(tmp_path / "gone.csv")
    with pytest.raises(BadInput, match="is a directory"):
        found(tmp_path)


def test_columns_without_a_name_or_named_twice_stay_apart(written):
    assert found(written("id,,text,text\n1,a,b,c\n")).table().columns == [
        *("id", "column 2", "text", "text (4)")
    ]


def test_json_lines_name_what_lies_within_with_dots(written):
    lines = ['{"id": 1, "comment": {"body": "Bad."}}', "", "[1]", "{", '{"id": 2, "comment": 3}']
    path = written("\n".join(lines))
    assert found(path).kind is Kind.JSON_LINES
    assert found(path).table().columns == ["id", "comment.body", "comment"]
    assert [line for line, _ in rejects(path)] == [3, 4]
    assert [it.line for it in read(path) if isinstance(it, Row)] == [1, 5]


@pytest.mark.parametrize("pack", ["gzip", "zstd"])
def test_what_is_packed_is_unpacked_whatever_its_name(written, pack):
    path = written(_packed(as_csv().encode(), pack))
    assert cells(path) == [["1", "Bad."], ["2", "Worse;\nstill"]]


@pytest.mark.parametrize("pack", ["gzip", "zstd"])
def test_a_packed_file_cut_short_is_refused(written, pack):
    rows = "".join(f"{n},{n * 7919 % 10007} words\n" for n in range(200_000))
    whole = _packed(f"id,text\n{rows}".encode(), pack)
    with pytest.raises(BadInput, match=r"cannot be unpacked.*cut short"):
        read(written(whole[: len(whole) // 2]))


def test_a_bomb_is_refused_before_it_fills_a_disk(written):
    path = written(gzip.compress(b"id,text\n" + b"1,a\n" * 5_000_000))
    with (
        open_unpacked(path, "bomb.gz", small=1024 * 1024) as file,
        pytest.raises(BadInput, match=r"bomb\.gz unpacks to over 300 times its size"),
    ):
        file.read()


def _packed(content: bytes, how: str) -> bytes:
    if how == "gzip":
        return gzip.compress(content)
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def test_parquet_is_read_with_its_numbers_and_times(tmp_path):
    path = tmp_path / "tickets.parquet"
    when = datetime(2026, 11, 3, 9, 30)  # noqa: DTZ001 - as files have it
    parquet.write_table(pa.table({"id": [1, 2], "text": ["Bad.", None], "at": [when, when]}), path)
    assert cells(path) == [[1, "Bad.", when], [2, None, when]]


def test_times_of_parquet_are_read_to_the_microsecond(tmp_path):
    path = tmp_path / "tickets.parquet"
    nanoseconds = pa.array([1_793_696_400_000_000_001], pa.timestamp("ns", "UTC"))
    parquet.write_table(pa.table({"at": nanoseconds}), path)
    assert cells(path) == [[datetime(2026, 11, 3, 9, tzinfo=UTC)]]


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_parquet_file_cut_short_is_refused(tmp_path, share):
    path = tmp_path / "tickets.parquet"
    parquet.write_table(pa.table({"text": [f"words {n}" for n in range(10_000)]}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BadInput, match=r"cannot be read as Parquet.*cut short"):
        read(path)


def test_a_parquet_file_damaged_within_is_refused(tmp_path):
    path = tmp_path / "tickets.parquet"
    table = pa.table({"text": [f"words {n * 7919 % 10007}" for n in range(50_000)]})
    parquet.write_table(table, path, compression="zstd")
    whole = bytearray(path.read_bytes())
    whole[2000:2400] = bytes(400)
    path.write_bytes(whole)
    with pytest.raises(BadInput, match="cannot be read as Parquet"):
        read(path)


def _workbook(path: Path, *sheets: list[tuple[object, ...]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"sheet {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_excel_is_read_from_its_first_sheet_or_the_one_named(tmp_path):
    path = _workbook(tmp_path / "t.xlsx", [(), ("id", "text"), (1, "Bad.")], [("a", "b"), (2, 3)])
    assert cells(path) == [[1, "Bad."]]
    assert cells(path, sheet="sheet 2") == [[2, 3]]
    with pytest.raises(BadInput, match="no sheet 'x'; it has sheet 1, sheet 2"):
        read(path, sheet="x")


def test_a_sheet_of_notes_before_the_table_is_passed_over(tmp_path):
    path = _workbook(tmp_path / "t.xlsx", [("see the next sheet",)], [("id", "text"), (1, "Bad.")])
    assert cells(path) == [[1, "Bad."]]


def test_a_million_empty_rows_are_passed_over(tmp_path):
    path = _workbook(tmp_path / "t.xlsx", [("id", "text"), (1, "Bad.")])
    _last_row_at(path, 1_000_000)
    assert [(it.line, dict(it.cells)) for it in read(path)] == [
        (2, {"id": 1, "text": "Bad."}),
        (1_000_000, {"id": 2, "text": None}),
    ]


def _last_row_at(path: Path, number: int) -> None:
    """Put one more row far below: readers give every row between, though none is in the file."""
    with zipfile.ZipFile(path) as book:
        parts = {it: book.read(it) for it in book.namelist()}
    name = "xl/worksheets/sheet1.xml"
    row = f'<row r="{number}"><c r="A{number}"><v>2</v></c></row></sheetData>'
    parts[name] = parts[name].replace(b"</sheetData>", row.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for it, content in parts.items():
            book.writestr(it, content)


def test_a_workbook_with_too_much_shared_text_is_refused(tmp_path):
    path = _workbook(tmp_path / "t.xlsx", [("id", "text"), (1, "Bad.")])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr(SHARED, bytes(MOST_SHARED + 1))
    with pytest.raises(BadInput, match="save it as CSV"):
        read(path)


def test_entities_within_a_workbook_are_not_expanded(tmp_path):
    path = _workbook(tmp_path / "t.xlsx", [("id", "text"), (1, "Bad.")])
    with zipfile.ZipFile(path) as book:
        parts = {it: book.read(it) for it in book.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>'
    name = "xl/worksheets/sheet1.xml"
    parts[name] = bomb + parts[name].replace(b"<v>1</v>", b"<v>&b;</v>")
    with zipfile.ZipFile(path, "w") as book:
        for it, content in parts.items():
            book.writestr(it, content)
    with pytest.raises(BadInput, match="cannot be read as Excel"):
        read(path)


def test_a_file_that_changes_while_it_is_read_is_told(written):
    path = written(as_csv())
    source = found(path)
    source.check_unchanged()
    with path.open("a") as file:
        file.write("3,more\r\n")
    with pytest.raises(BadInput, match="changed while it was read"):
        source.check_unchanged()
    path.unlink()
    with pytest.raises(BadInput, match="it was there before"):
        source.check_unchanged()


def test_what_json_cannot_say_is_no_row(written):
    assert rejects(written(json.dumps({"id": 1}) + '\n{"text": "\\ud800"}\n'))[0][0] == 2
