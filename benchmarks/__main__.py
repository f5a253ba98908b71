"""`python -m benchmarks`: every figure, one after the other, each in a process of its own.

With `--json FILE` what they found is written as one object, by the benchmark's name. `broker` runs
only where it is named: it kills workers for eight minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console

ROUTING = ("routing", "recording", "backlog", "week", "alerts")
NAMES = (
    "inbound",
    "intake",
    "journey",
    "throughput",
    "footprint",
    "classifier",
    "page",
    "trends",
    "sources",
    "access",
    "rescore-file",
    "pull",
    "write-back",
    "rescore-service",
    *ROUTING,
)

console = Console()


def main(
    only: Annotated[
        list[str] | None, typer.Argument(help="names; all but broker where none is named")
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="write all figures here")] = None,
) -> None:
    """Measure and print tables. Ends with status 1 where a benchmark could not be run."""
    figures, failed = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for name in only or NAMES:
            file = Path(folder) / f"{name}.json"
            if run(name, file):
                failed.append(name)
            elif file.exists():
                figures[name] = orjson.loads(file.read_bytes())
    if out:
        out.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    if failed:
        console.print(f"could not be run: {', '.join(failed)}", style="red")
        raise typer.Exit(1)


def run(name: str, file: Path) -> int:
    """Run one benchmark; return its status."""
    console.rule(name)
    began = time.perf_counter()
    status = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name.replace('-', '_')}", "--json", str(file)],
        check=False,
    ).returncode
    console.print(f"{name} took {time.perf_counter() - began:.0f} s", style="dim")
    return status


if __name__ == "__main__":
    typer.run(main)
