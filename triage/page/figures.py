"""How the cells of a figure are written: for people, for programs, and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from triage.domain.figure import Cell, Figure, Share, Times
from triage.domain.trend import Step, Window
from triage.ticketfile.neutral import FORMULA

DIGITS = 4  # after the point, for programs


def shown(cell: Cell, window: Window) -> str:
    """Return the cell as people read it."""
    match cell:
        case None:
            return "–"
        case datetime():
            form = "%a %d %b %H:%M" if window.step is Step.HOUR else "%a %d %b"
            return cell.astimezone(window.zone).strftime(form)
        case Share():
            return f"{cell:.1%}"
        case Times():
            return f"{cell:.1f} ×"
        case float():
            return f"{cell:+.2f}"
    return str(cell)


def manner(cell: Cell, window: Window) -> tuple[str, int] | None:
    """Return as what `numbers.js` writes the cell, with how many digits; None: as it stands."""
    match cell:
        case None | str():
            return None
        case datetime():
            return ("hour" if window.step is Step.HOUR else "day"), 0
        case Share():
            return "share", 1
        case Times():
            return "times", 1
        case float():
            return "change", 2
    return "count", 0


def value(cell: Cell, window: Window) -> str:
    """Return the cell as programs read it: a moment with its offset, a share as 0–1."""
    match cell:
        case None:
            return ""
        case datetime():
            local = cell.astimezone(window.zone)
            hourly = window.step is Step.HOUR
            return local.isoformat(timespec="minutes") if hourly else local.date().isoformat()
        case float():
            return f"{round(cell, DIGITS):g}"
    return str(cell)


def as_csv(figure: Figure, window: Window) -> str:
    """Return the figure as CSV; what a spreadsheet would take for a formula gets an apostrophe."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(figure.columns)
    lines.writerows([_safe(cell, window) for cell in row] for row in figure.rows)
    return text.getvalue()


def _safe(cell: Cell, window: Window) -> str:
    written = value(cell, window)
    return f"'{written}" if isinstance(cell, str) and written.startswith(FORMULA) else written
