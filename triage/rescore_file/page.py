"""The closing report as one page: a table for each figure, and its picture."""

from __future__ import annotations

from html import escape

from triage.rescore_file.pictures import pictures
from triage.rescore_file.report import Report, notes, summary, tables
from triage.whole_page import head, table

STYLE = """svg { max-width: 100%; height: auto; }
td { overflow-wrap: break-word; }
td:nth-child(6) { min-width: 15rem; max-width: 30rem; }
"""


def page(it: Report) -> str:
    """Return the page as HTML."""
    parts = [head("Backlog scored again", STYLE), "<h1>Backlog scored again</h1>"]
    parts.append(f"<p>{escape(summary(it))}</p>")
    drawn = pictures(it.tally)
    parts += [table(one, "".join(drawn.get(one.title, []))) for one in tables(it)]
    parts.append("<h2>What this rests on</h2>")
    parts += [f"<p>{escape(one)}</p>" for one in notes(it)]
    return "\n".join(parts) + "\n</main>\n"
