"""What a benchmark says: rows to compare, targets that hold or do not, the machine it ran on."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

WIDTH = 110  # columns where nobody looks at a terminal


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that we promise, and what came out; it holds on its side of the limit."""

    name: str
    value: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of one benchmark; each row has a value for every column."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | float]]
    targets: Sequence[Target] = ()
    notes: Sequence[str] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


def show(report: Report, json: Path | None = None) -> None:
    """Print the report, and write it to a file as JSON where one is named."""
    console = Console(width=None if os.isatty(1) else WIDTH)
    console.print(_rows(report))
    if report.targets:
        console.print(_targets(report))
    for note in [*report.notes, _machine_in_words()]:
        console.print(f"  {note}", highlight=False, style="dim")
    console.print()
    if json:
        json.write_bytes(orjson.dumps(as_json(report), option=orjson.OPT_INDENT_2))


def as_json(report: Report) -> dict[str, Any]:
    """Return the report with its machine as JSON values."""
    whole = asdict(report)
    whole["rows"] = [dict(zip(report.columns, row, strict=True)) for row in report.rows]
    whole["targets"] = [asdict(one) | {"holds": one.holds} for one in report.targets]
    return whole | {"machine": machine()}


def machine() -> dict[str, Any]:
    """Return what numbers depend on: they compare within one run, not across machines."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies (the nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))


def _rows(report: Report) -> Table:
    table = Table(title=report.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column, value in zip(report.columns, report.rows[0], strict=True):
        is_word = isinstance(value, str)
        table.add_column(column, justify="left" if is_word else "right", no_wrap=is_word)
    for row in report.rows:
        table.add_row(*(_cell(value) for value in row))
    return table


def _targets(report: Report) -> Table:
    table = Table("target", "measured", "limit", "", box=None, padding=(0, 2, 0, 2))
    for one in report.targets:
        limit = f"{'≥' if one.at_least else '≤'} {one.limit:g} {one.unit}"
        verdict = "[green]holds[/]" if one.holds else "[red]does not hold[/]"
        table.add_row(one.name, f"{_cell(one.value)} {one.unit}", limit, verdict)
    return table


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _machine_in_words() -> str:
    it = machine()
    return (
        f"{it['cores']} cores of {it['processor']}, Python {it['python']}, "
        f"load average {it['load_average']} at the end"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
