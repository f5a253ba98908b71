"""`triage rescore FILE`: read in, score, write, and say how it went. See the package."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from models.classifier import Classifier
from models.manifest import ModelUnavailable
from triage.domain.policy import Policy
from triage.errors import BadInput
from triage.installed import installed_model
from triage.ports import Clock, Model
from triage.rescore_file.asked import STANDARD_INPUT, Request
from triage.rescore_file.reading_in import ALL_READ, read_in
from triage.rescore_file.report import Report
from triage.rescore_file.result import Rules
from triage.rescore_file.scoring import Scoring
from triage.rescore_file.shown import Shown, levels_note
from triage.rescore_file.tally import Tally
from triage.rescore_file.work import Work
from triage.rescore_file.writing_out import write_out
from triage.settings import Settings
from triage.ticketfile.source import identity_of

BEGAN, RUN = "began", "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a run; `scored` tickets in `seconds`, without those of before a kill."""

    report: Report
    scored: int
    seconds: float
    files: tuple[Path, ...]

    @property
    def rejected(self) -> int:
        return self.report.counts["rejects"]


def rescore_file(
    asked: Request, model: Model, policy: Policy, shown: Shown, clock: Clock
) -> Outcome:
    """Score the tickets of a file into another one. Raises BadInput; see `Request`."""
    with _in_words(asked):
        asked.check()
        _check_begun(asked)
        with closing(Work(asked.work)) as work:
            try:
                _note_run(asked, work, model, policy, clock)
                outcome = _run(asked, work, model, policy, shown)
            except BadInput:
                if work.fact(RUN) is None or work.spoilt:
                    _remove(asked)  # nothing in it would be of use
                raise
        _remove(asked)
    return outcome


def model_of(weights: Path | None, settings: Settings) -> Model:
    """Return the model asked for, or this installation's. Raises BadInput."""
    try:
        return Classifier.load(weights) if weights else installed_model(settings)
    except ModelUnavailable as error:
        raise BadInput(str(error)) from error


def in_words(it: Outcome) -> list[str]:
    """Return what a reader wants to know at the end: how many, how fast, and where it is."""
    counts, levels = it.report.counts, it.report.tally.everybody.levels
    rate = f", {it.scored / it.seconds:,.0f} a second" if it.scored and it.seconds else ""
    said = [
        f"{counts['results']:,} tickets scored{rate}; {counts['repeated']:,} of "
        f"{counts['messages']:,} messages had a text of before.",
        "Levels: " + ", ".join(f"{level}: {levels[level]:,}" for level in range(5)) + ".",
    ]
    if it.rejected:
        rows = "row was" if it.rejected == 1 else "rows were"
        said.append(f"{it.rejected:,} {rows} rejected: {it.files[0]} says which and why.")
    return [*said, f"Written: {', '.join(map(str, reversed(it.files)))}"]


def _run(asked: Request, work: Work, model: Model, policy: Policy, shown: Shown) -> Outcome:
    columns = read_in(asked, work, shown)
    began = datetime.fromisoformat(work.fact(BEGAN))
    rules = Rules.of(policy, model.version, began, knows_authors=bool(columns.author))
    tally = Tally.over(asked.by, work.results())
    before, since = tally.everybody.tickets, time.monotonic()
    _score(asked, work, model, rules, tally, shown)
    report = Report(
        name=asked.name,
        began=began,
        model=model.version,
        policy=policy.version,
        counts=work.counts(),
        tally=tally,
        unmasked=asked.unmasked,
    )
    seconds = time.monotonic() - since
    files = write_out(asked, work, report, shown)
    scored = tally.everybody.tickets - before
    return Outcome(report=report, scored=scored, seconds=seconds, files=files)


def _score(
    asked: Request, work: Work, model: Model, rules: Rules, tally: Tally, shown: Shown
) -> None:
    done = tally.everybody
    with shown.phase("scoring", work.counts()["tickets"], done.tickets) as advance:

        def seen(result: dict[str, Any]) -> None:
            tally.add(result)
            advance(done.tickets, levels_note(done.levels))

        Scoring(work, model, rules, seen).run(asked.workers or model.at_once)


def _check_begun(asked: Request) -> None:
    if asked.work.exists() and not asked.resume:
        raise BadInput(
            f"{asked.work} is of a run that did not end: go on with --resume, or delete it to "
            "begin anew"
        )
    if not asked.work.exists():
        _remove(asked)  # what a run left whose work file somebody deleted


def _note_run(asked: Request, work: Work, model: Model, policy: Policy, clock: Clock) -> None:
    """Note what the run depends on, or raise BadInput where one that goes on has another."""
    now = {
        "the file": _identity(asked, work),
        "what its columns mean": asdict(asked.columns),
        "how it is written": asdict(asked.reading),
        "who its customers are": sorted(asked.customers),
        "the format of its times": asked.time_format,
        "--by": list(asked.by),
        "the model": model.version,
        "the policy": hashlib.blake2b(repr(policy).encode(), digest_size=16).hexdigest(),
    }
    was = work.fact(RUN)
    if was is None:
        with work.moving():
            work.note(BEGAN, clock().isoformat())
            work.note(RUN, now)
        return
    changed = [
        name for name, value in orjson.loads(orjson.dumps(now)).items() if was[name] != value
    ]
    if changed:
        raise BadInput(
            f"{' and '.join(changed)} changed since the run began: give what was given then, or "
            f"delete {asked.work} to begin anew"
        )


def _identity(asked: Request, work: Work) -> str:
    if asked.file == STANDARD_INPUT:
        return asked.file
    if work.fact(ALL_READ) and not asked.path.exists():
        return str(work.fact(RUN)["the file"])  # all of it is here
    return identity_of(asked.path, asked.name)


def _remove(asked: Request) -> None:
    for path in (asked.copy, asked.journal, asked.work):
        path.unlink(missing_ok=True)


@contextmanager
def _in_words(asked: Request) -> Iterator[None]:
    """Say in a sentence what a disk or a file system refuses; what is scored is kept."""
    try:
        yield
    except sqlite3.Error as error:
        raise BadInput(f"{asked.work}: {error}; {_go_on(asked)}") from error
    except OSError as error:
        where = error.filename or asked.out
        raise BadInput(f"{where}: {_reason(error)}; {_go_on(asked)}") from error


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _go_on(asked: Request) -> str:
    if asked.work.exists():
        return "what is done is kept: mend that, and run it again with --resume"
    return "expected a folder with room, that may be written to"
