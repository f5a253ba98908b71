"""The last phase: results, rejects and report into their files, each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from triage.rescore_file.asked import Request
from triage.rescore_file.markdown import markdown
from triage.rescore_file.page import page
from triage.rescore_file.report import Report
from triage.rescore_file.result import COLUMNS
from triage.rescore_file.shown import Shown
from triage.rescore_file.work import Work
from triage.ticketfile.column import Column, Form
from triage.ticketfile.writers import whole, written


def write_out(asked: Request, work: Work, report: Report, shown: Shown) -> tuple[Path, ...]:
    """Write what was asked for; return the files, the results last."""
    files = [*_write_rejects(asked, work), asked.markdown, asked.page]
    for path, write in ((asked.markdown, markdown), (asked.page, page)):
        with whole(path) as file:
            file.write(write(report).encode("utf-8", "replace"))
    _write_results(asked, work, report, shown)
    return (*files, asked.out)


def _write_results(asked: Request, work: Work, report: Report, shown: Shown) -> None:
    names = _kept_names(asked.columns.keep)
    columns = [*COLUMNS, *(Column(it, Form.AS_IT_CAME) for it in names.values())]
    total = report.counts["results"]
    with (
        shown.phase("writing", total) as advance,
        written(asked.out, columns) as write,
    ):
        for number, row in enumerate(_rows(work, names), 1):
            write(row)
            if number % 1000 == 0:
                advance(number, "")


def _rows(work: Work, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    for result in work.results():
        kept = result.pop("kept")
        yield {**result, **{name: kept.get(column) for column, name in names.items()}}


def _kept_names(keep: tuple[str, ...]) -> dict[str, str]:
    """Return the name that each column of the file has among ours."""
    ours = {it.name for it in COLUMNS}
    return {it: f"{it} (in)" if it in ours else it for it in keep}


def _write_rejects(asked: Request, work: Work) -> Iterator[Path]:
    """Write why rows were left out, or remove what an earlier run said."""
    if not work.counts()["rejects"]:
        asked.rejects.unlink(missing_ok=True)
        return
    with whole(asked.rejects) as file:
        for one in work.rejects():
            line = {"line": one.line, "reason": one.reason}
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    yield asked.rejects
