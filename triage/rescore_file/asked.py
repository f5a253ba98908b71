"""What is asked of a run over a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from triage.errors import BadInput
from triage.ticketfile.columns import Columns
from triage.ticketfile.source import Asked as Reading
from triage.ticketfile.writers import PACKED, ending_of

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A file, what its columns mean, and where the results go."""

    file: str
    out: Path
    reading: Reading = field(default_factory=Reading)
    columns: Columns = field(default_factory=Columns)
    customers: frozenset[str] = frozenset()
    time_format: str | None = None
    by: tuple[str, ...] = ()
    workers: int = 0  # threads; 0: as suits the model
    resume: bool = False
    unmasked: bool = False

    @property
    def name(self) -> str:
        return "standard input" if self.file == STANDARD_INPUT else self.file

    @property
    def path(self) -> Path:
        return Path(self.file)

    @property
    def work(self) -> Path:
        return self.out.with_name(f"{self.out.name}.work")

    @property
    def journal(self) -> Path:
        """SQLite's own, beside the work file."""
        return self.out.with_name(f"{self.work.name}-journal")

    @property
    def copy(self) -> Path:
        """Where what can be read once only, or not in its place, is put."""
        return self.out.with_name(f"{self.out.name}.work-input")

    @property
    def rejects(self) -> Path:
        return self._beside("rejects.jsonl")

    @property
    def page(self) -> Path:
        return self._beside("report.html")

    @property
    def markdown(self) -> Path:
        return self._beside("report.md")

    def check(self) -> None:
        """Raise BadInput where the results could not be written."""
        ending_of(self.out)
        folder = self.out.parent
        if not folder.is_dir():
            raise BadInput(f"{folder}: no such folder; expected one to write {self.out.name} to")
        if self.out.is_dir():
            raise BadInput(f"{self.out} is a folder; expected a file to write")
        if self.file != STANDARD_INPUT and self.out.exists() and self.out.samefile(self.file):
            raise BadInput(f"{self.out} would be written over itself; name another file with -o")

    def _beside(self, ending: str) -> Path:
        name = self.out.name.removesuffix(self.out.suffix if self.out.suffix in PACKED else "")
        return self.out.with_name(f"{Path(name).stem}.{ending}")
