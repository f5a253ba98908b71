"""A backlog from a file: threads by ticket, each text once, files whole, rejects by their line."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet
from rich.console import Console

from tests.fakes import NOON, FakeModel, SetClock
from triage.domain.policy import Policy
from triage.errors import BadInput
from triage.rescore_file.asked import Request
from triage.rescore_file.run import Outcome, in_words, rescore_file
from triage.rescore_file.shown import Shown
from triage.ticketfile.columns import Columns

HEADER = ("ticket_id", "message_id", "role", "created_at", "body", "team")


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


class Bench:
    """A folder in which files are scored by a model that counts what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.model, self.said = folder, FakeModel(), io.StringIO()
        self.shown: Callable[[Console], Shown] = Shown

    def file(self, *rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> Path:
        path = self.folder / "tickets.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    def run(self, path: Path, out: str = "scored.jsonl", **asked: Any) -> Outcome:
        request = Request(file=str(path), out=self.folder / out, workers=2, **asked)
        shown = self.shown(Console(file=self.said))
        return rescore_file(request, self.model, Policy(), shown, SetClock())

    def results(self, name: str = "scored.jsonl") -> list[dict[str, Any]]:
        lines = (self.folder / name).read_text(encoding="utf-8").splitlines()
        return [json.loads(it) for it in lines]

    def rejects(self) -> list[tuple[int, str]]:
        lines = (self.folder / "scored.rejects.jsonl").read_text(encoding="utf-8").splitlines()
        return [(it["line"], it["reason"]) for it in map(json.loads, lines)]

    def names(self) -> set[str]:
        return {it.name for it in self.folder.iterdir()}


def a_row(
    ticket: Any,
    text: str,
    *,
    number: Any = "",
    role: str = "customer",
    hour: int = 9,
    team: str = "red",
) -> tuple[Any, ...]:
    return (ticket, number, role, f"2026-11-03 {hour:02}:00", text, team)


def test_the_rows_of_a_ticket_are_one_thread_wherever_they_lie(bench):
    rows = [
        a_row("A", "anger, again", hour=12),
        a_row("B", "thanks, gratitude"),
        a_row("A", "Where is it?", hour=8),
    ]
    bench.run(bench.file(*rows))
    first, second = bench.results()
    assert (first["ticket"], first["messages"], first["trend"]) == ("A", 2, "rising")
    assert (first["hardest_line"], first["leading"], first["lane"]) == (2, "anger", "charged")
    assert (second["ticket"], second["lane"], second["level"]) == ("B", "standard", 0)


def test_a_result_says_what_triage_score_says_and_where_the_ticket_stands(bench):
    bench.run(bench.file(a_row(7, "So much anger!", number=1)))
    (found,) = bench.results()
    (evidence,) = found["evidence"]
    assert (evidence["text"], evidence["start"], evidence["end"]) == ("So much anger!", 0, 14)
    assert evidence["weight"] == pytest.approx(0.9, abs=0.01)
    assert found["emotions"]["anger"] == 0.9
    assert (found["state"], found["language"], found["shown"]) == ("scored", "en", ["anger"])
    assert found["respond_by"] == "2026-11-03T09:30:00Z"  # level 4: 30 minutes from the message
    assert (found["target_minutes"], found["waiting"]) == (30, True)
    assert (found["model"], found["policy"], found["hardest_message"]) == ("fake-1", "1", "1")


def test_who_was_answered_waits_no_more(bench):
    rows = [a_row("A", "anger"), a_row("A", "We are sorry.", role="agent", hour=10)]
    bench.run(bench.file(*rows))
    (found,) = bench.results()
    assert (found["waiting"], found["respond_by"], found["messages"]) == (False, None, 1)
    assert bench.model.asked == ["anger"]  # what agents wrote is never scored


def test_messages_without_an_answer_count_only_where_it_is_known_who_wrote(bench):
    rows = [(1, "worry"), (1, "worry!"), (1, "worry!!")]
    known = [("customer", *it) for it in rows]
    bench.run(bench.file(*rows, header=("ticket", "text")))
    (unknown,) = bench.results()
    bench.run(bench.file(*known, header=("role", "ticket", "text")))
    (following_up,) = bench.results()
    assert following_up["charge"] > unknown["charge"]


def test_without_times_a_customer_waits_since_the_run_began(bench):
    bench.run(bench.file((1, "anger"), header=("ticket", "text")))
    (found,) = bench.results()
    assert found["respond_by"] == f"{NOON + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}"


def test_a_text_is_scored_once_however_often_it_occurs(bench):
    rows = [a_row(n, ["anger", "worry", f"text {n}"][n % 3]) for n in range(300)]
    outcome = bench.run(bench.file(*rows))
    assert sorted(bench.model.asked).count("anger") == 1
    assert len(bench.model.asked) == 102
    assert outcome.report.counts["repeated"] == 198
    assert [it["ticket"] for it in bench.results()] == [str(n) for n in range(300)]


def test_only_the_newest_messages_of_a_long_thread_are_scored(bench):
    rows = [a_row("A", f"text {n}") for n in range(40)]
    bench.run(bench.file(*rows))
    assert sorted(bench.model.asked) == [f"text {n}" for n in range(32, 40)]


def test_html_is_scored_as_it_was_seen(bench):
    bench.run(bench.file(a_row("A", "<p>So much <b>anger</b></p><style>x{}</style>")))
    assert bench.model.asked == ["So much anger"]


def test_rows_that_say_too_little_are_rejected_with_their_line(bench):
    rows = [
        a_row("", "no ticket"),
        a_row("A", "fine", number=1),
        a_row("A", "twice", number=1),
        a_row("B", "who wrote?", role="Dana Reyes"),
        ("C", "", "customer", "yesterday", "when?", "red"),
        a_row("D", ""),
    ]
    told = Columns(author="role", sent_at="created_at")
    outcome = bench.run(bench.file(*rows), columns=told)
    assert bench.rejects() == [
        (2, "no ticket in 'ticket_id'"),
        (4, "message '1' of ticket 'A' was in line 3 already"),
        (5, "'role' does not say who wrote; name the customers with --customer"),
        (6, "'created_at' is no time; such as 2026-11-30 09:00, or use --time-format"),
    ]
    assert outcome.rejected == 4
    assert [(it["ticket"], it["state"]) for it in bench.results()] == [
        *(("A", "scored"), ("D", "empty"))
    ]
    assert "4 rows were rejected" in "\n".join(in_words(outcome))


def test_rejects_of_an_earlier_run_do_not_stay(bench):
    bench.run(bench.file(a_row("", "no ticket"), a_row("A", "fine")))
    bench.run(bench.file(a_row("A", "fine")))
    assert "scored.rejects.jsonl" not in bench.names()


def test_a_ticket_on_which_the_model_fails_is_rejected_and_no_other(bench):
    bench.model.failing = "unreadable"
    bench.run(bench.file(a_row("A", "unreadable"), a_row("B", "fine")))
    assert bench.rejects() == [(2, "ticket 'A' could not be scored: RuntimeError")]
    assert [it["ticket"] for it in bench.results()] == ["B"]


def test_the_columns_are_said_before_and_may_be_told(bench):
    header = ("Case Number", "Subject", "Beschreibung", "When", "Who")
    path = bench.file((1, "x", "anger", "03/11/2026 09:00", "dana"), header=header)
    bench.run(path)
    said = " ".join(bench.said.getvalue().split())
    assert "CSV, utf-8, parted by ,." in said
    assert "--text Beschreibung --ticket Case Number --message –" in said
    told = Columns(text="Subject", sent_at="When", author="Who")
    bench.run(path, columns=told, time_format="%d/%m/%Y %H:%M", customers=frozenset({"dana"}))
    (found,) = bench.results()
    assert (found["leading"], found["respond_by"]) != ("anger", None)
    assert found["respond_by"] == "2026-11-03T17:00:00Z"


def test_a_column_that_is_not_there_or_cannot_be_guessed_is_refused(bench):
    path = bench.file((1, "x"), header=("nr", "words"))
    with pytest.raises(BadInput, match="say which with --text: nr, words"):
        bench.run(path)
    with pytest.raises(BadInput, match="there is no column 'txt'; there are nr, words"):
        bench.run(path, columns=Columns(text="txt"))
    assert bench.names() == {"tickets.csv"}


STRANGE = [[1], True, 1e300, 10**15, 2**63, -0.5, "\u202e", None, "", "\x01", {"a": [2]}]
GOOD = {"ticket": "A", "text": "fine", "role": "customer", "at": "2026-11-03 09:00", "more": "x"}


def test_no_cell_of_json_however_strange_ends_a_run(bench):
    rows = [GOOD] * 9 + [{**GOOD, part: strange} for part in GOOD for strange in STRANGE]
    path = bench.folder / "tickets.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    columns = Columns(text="text", ticket="ticket", author="role", sent_at="at", keep=("more",))
    for ending in ("jsonl", "parquet", "xlsx"):
        outcome = bench.run(path, f"scored.{ending}", columns=columns)
        counts = outcome.report.counts
        assert counts["messages"] + counts["rejects"] == len(rows)
        assert counts["rejects"] > len(STRANGE)


def test_a_file_with_a_header_only_is_refused(bench):
    with pytest.raises(BadInput, match="names of columns and no tickets"):
        bench.run(bench.file())
    assert bench.names() == {"tickets.csv"}


def test_nothing_is_written_where_the_file_is_broken(bench):
    path = bench.folder / "tickets.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08rest")
    (bench.folder / "scored.jsonl").write_text("of before")
    with pytest.raises(BadInput, match="cannot be unpacked"):
        bench.run(path)
    assert bench.names() == {"tickets.csv.gz", "scored.jsonl"}
    assert (bench.folder / "scored.jsonl").read_text() == "of before"


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("scored.docx", "does not say what to write"),
        ("scored.parquet.gz", "does not say what to write"),
        ("nowhere/scored.csv", "no such folder"),
        ("tickets.csv", "would be written over itself"),
    ],
)
def test_where_nothing_could_be_written_is_refused_before_work(bench, out, said):
    path = bench.file(a_row("A", "fine"))
    with pytest.raises(BadInput, match=said):
        bench.run(path, out)
    assert bench.names() == {"tickets.csv"}
    assert bench.model.asked == []


def test_a_link_to_the_input_is_not_written_over_either(bench):
    path = bench.file(a_row("A", "fine"))
    (bench.folder / "link.csv").symlink_to(path)
    with pytest.raises(BadInput, match="would be written over itself"):
        bench.run(path, "link.csv")


FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
def test_no_cell_that_leaves_here_is_a_formula(bench, ending):
    rows = [a_row(f"{it} ", f"{it} anger", team=it) for it in FORMULAS]
    path = bench.file(*rows, header=(*HEADER[:-1], "=team"))
    bench.run(path, f"scored.{ending}", columns=Columns(keep=("=team",)))
    written = bench.folder / f"scored.{ending}"
    if ending == "xlsx":
        rows = list(openpyxl.load_workbook(written).active.iter_rows())
        assert all(it.data_type != "f" for row in rows for it in row)
        texts = [str(it.value) for row in rows for it in row if it.value is not None]
    else:
        with written.open(newline="", encoding="utf-8-sig") as file:
            table = csv.reader(file, delimiter="\t" if ending == "tsv" else ",")
            texts = [it for row in table for it in row]
    dangerous = [it for it in texts if it.startswith(("=", "+", "@", "\t", "\r"))]
    assert dangerous == []
    assert sum(it.startswith("'=cmd") for it in texts) == 3  # ticket, evidence, team


def test_every_form_says_the_same(bench):
    path = bench.file(a_row("A", "anger, worry", team="blue"), a_row("B", "fine"))
    for ending in ("jsonl", "csv", "csv.gz", "jsonl.zst", "parquet", "xlsx"):
        bench.run(path, f"scored.{ending}", columns=Columns(keep=("team", "ticket_id")))
    first, _ = bench.results()
    table = parquet.read_table(bench.folder / "scored.parquet").to_pylist()
    assert table[0] == {**first, "team": "blue"}
    with (bench.folder / "scored.csv").open(newline="", encoding="utf-8-sig") as file:
        flat, _ = csv.DictReader(file)
    assert (flat["charge"], flat["waiting"]) == (str(first["charge"]), "true")
    assert (flat["shown"], flat["evidence"]) == ("anger, worry", "anger, worry")
    header, row, _ = openpyxl.load_workbook(bench.folder / "scored.xlsx").active.values
    assert dict(zip(header, row, strict=True))["emotions_anger"] == first["emotions"]["anger"]
    bench.run(bench.folder / "scored.csv.gz", "again.jsonl", columns=Columns(text="evidence"))
    assert [it["ticket"] for it in bench.results("again.jsonl")] == ["A", "B"]


def test_a_column_that_is_carried_along_never_takes_the_place_of_a_result(bench):
    path = bench.file(("A", "anger", "mine"), header=("ticket", "text", "level"))
    bench.run(path, columns=Columns(keep=("level",)))
    (found,) = bench.results()
    assert (found["level"], found["level (in)"]) == (4, "mine")


def test_the_same_file_gives_the_same_bytes(bench):
    path = bench.file(*(a_row(n % 7, f"text {n}") for n in range(50)))
    for ending in ("csv.gz", "parquet", "jsonl"):
        bench.run(path, f"a.{ending}")
        bench.run(path, f"b.{ending}")
        one, other = ((bench.folder / f"{it}.{ending}").read_bytes() for it in "ab")
        assert one == other


def test_a_run_that_did_not_end_is_not_begun_again_by_mistake(bench):
    path = bench.file(a_row("A", "fine"))
    (bench.folder / "scored.jsonl.work").touch()
    with pytest.raises(BadInput, match="go on with --resume, or delete it"):
        bench.run(path)
    bench.run(path, resume=True)
    assert "scored.jsonl.work" not in bench.names()


class Stops(FakeModel):
    """Stops the run when so many texts were scored."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def score(self, text: str, language_hint: str | None = None) -> Any:
        if len(self.asked) >= self.after:
            raise KeyboardInterrupt
        return super().score(text, language_hint)


def _stopped(bench: Bench, path: Path, after: int) -> None:
    bench.model = Stops(after)
    with pytest.raises(KeyboardInterrupt):
        bench.run(path)
    assert "scored.jsonl" not in bench.names()
    bench.model = FakeModel()


def test_a_run_that_goes_on_must_be_asked_the_same(bench):
    path = bench.file(*(a_row(n, f"text {n}") for n in range(9)))
    _stopped(bench, path, 3)
    with pytest.raises(BadInput, match="what its columns mean changed since the run began"):
        bench.run(path, resume=True, columns=Columns(text="team"))
    with path.open("a") as file:
        file.write("more,,,,,\r\n")
    with pytest.raises(BadInput, match="the file changed since the run began"):
        bench.run(path, resume=True)
    assert "scored.jsonl.work" in bench.names()


def test_a_file_that_is_gone_is_not_needed_once_it_was_read(bench):
    path = bench.file(*(a_row(n, f"text {n}") for n in range(9)))
    _stopped(bench, path, 3)
    path.unlink()
    bench.run(path, resume=True)
    assert len(bench.results()) == 9


class Meanwhile(Shown):
    """Something happens to the file while it is read."""

    def __init__(self, console: Console, happens: Callable[[], object]) -> None:
        super().__init__(console)
        self._happens = happens

    def phase(self, what: str, total: int | None = None, done: int = 0) -> Any:
        if what == "reading":
            self._happens()
        return super().phase(what, total, done)


def _grow(path: Path) -> None:
    with path.open("a") as file:
        file.write("more,,,,,\r\n")


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (_grow, "changed while it was read"),
        (lambda path: os.truncate(path, 70), "changed while it was read"),
        (Path.unlink, "it was there before"),
    ],
)
def test_a_file_that_changes_or_vanishes_while_it_is_read_is_told(bench, happens, said):
    path = bench.file(*(a_row(n, f"text {n}") for n in range(9)))
    bench.shown = lambda console: Meanwhile(console, lambda: happens(path))
    with pytest.raises(BadInput, match=said):
        bench.run(path)
    assert bench.names() <= {"tickets.csv"}
    assert bench.model.asked == []


def test_a_disk_that_is_full_is_said_and_what_is_done_is_kept(bench):
    path = bench.file(*(a_row(n, f"text {n} " + "anger " * 50) for n in range(400)))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, before[1]))
    try:
        with pytest.raises(BadInput, match="run it again with --resume"):
            bench.run(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert bench.names() <= {"tickets.csv", "scored.jsonl.work", "scored.jsonl.work-journal"}
    bench.run(path, resume=True)
    assert len(bench.results()) == 400


class FillsUp(Shown):
    """The disk has no more room from the moment that results are written."""

    def phase(self, what: str, total: int | None = None, done: int = 0) -> Any:
        if what == "writing":
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
        return super().phase(what, total, done)


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "jsonl.zst", "parquet", "xlsx"])
def test_a_disk_that_fills_up_while_results_are_written_leaves_no_half_of_them(bench, ending):
    path, before = bench.file(*(a_row(n, f"text {n}") for n in range(900))), _file_limit()
    (bench.folder / f"scored.{ending}").write_text("of before")
    bench.shown = FillsUp
    try:
        with pytest.raises(BadInput, match=r"--resume"):
            bench.run(path, f"scored.{ending}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (bench.folder / f"scored.{ending}").read_text() == "of before"
    assert not any(it.endswith(".part") for it in bench.names())
    bench.shown = Shown
    outcome = bench.run(path, f"scored.{ending}", resume=True)
    assert (outcome.scored, outcome.report.counts["results"]) == (0, 900)


def _file_limit() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_FSIZE)


def test_the_report_masks_personal_data_and_shows_no_markup(bench):
    text = "anger! call +44 20 7946 0958 or dana.reyes@example.com <script>alert(1)</script>"
    path = bench.file(a_row("<b>A|B</b>", text, team="<i>red</i>"))
    bench.run(path, by=("team",), columns=Columns(keep=("team",)))
    for name in ("scored.report.md", "scored.report.html"):
        said = (bench.folder / name).read_text(encoding="utf-8")
        assert "dana.reyes" not in said
        assert "7946" not in said
        assert "<script>alert" not in said
        assert "<i>red" not in said
        assert "red" in said
    bench.run(path, unmasked=True)
    assert "7946" in (bench.folder / "scored.report.md").read_text(encoding="utf-8")


def test_a_folder_that_takes_no_files_is_refused(bench):
    path = bench.file(a_row("A", "fine"))
    locked = Path("/proc/self")  # takes none of anybody, where a folder of ours would of root
    with pytest.raises(BadInput, match="expected a folder with room"):
        bench.run(path, str(locked / "scored.csv"))
    assert bench.model.asked == []
