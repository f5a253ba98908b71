"""The closing report as Markdown: tables, with a bar of characters where there is a share."""

from __future__ import annotations

from collections.abc import Iterator

from triage.rescore_file.report import Report, notes, summary, tables
from triage.whole_page import Shown

SPECIAL = str.maketrans({it: f"\\{it}" for it in "\\`*_[]<>|#"})


def markdown(it: Report) -> str:
    """Return the report; what customers wrote cannot become markup."""
    parts = ["# Backlog scored again", _plain(summary(it))]
    for one in tables(it):
        parts += [f"## {_plain(one.title)}", "\n".join(_table(one))]
    parts += ["## What this rests on", *map(_plain, notes(it))]
    return "\n\n".join(parts) + "\n"


def _table(one: Shown) -> Iterator[str]:
    yield f"| {' | '.join(_plain(it) or ' ' for it in one.header)} |"
    yield f"|{'---|' * len(one.header)}"
    for row in one.rows:
        yield f"| {' | '.join(map(_plain, row))} |"


def _plain(text: str) -> str:
    return " ".join(text.split()).translate(SPECIAL)
