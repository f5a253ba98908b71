"""Calibrate: fit this installation's model to what its people corrected, or say why not.

What people said, and what stood on closed tickets without anybody's objection, is read from the
database; the network reads those messages again; `models.refit` decides label by label. Nothing
leaves the house, and nothing that was decided changes: the next worker that starts uses it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from rich.console import Console
from rich.progress import track

from models import installation
from models.classifier import WEIGHTS, Classifier
from models.installation import CALIBRATION, BadCalibration, Installation
from models.manifest import Manifest, ModelUnavailable
from models.refit import Example, Refit, refit
from models.text import own_words, without_lone_surrogates
from triage.domain.lessons import NOTHING, left, said
from triage.domain.policy import Policy
from triage.domain.risk import risk_flags
from triage.domain.ticket import TicketId
from triage.errors import BadInput
from triage.masking import mask
from triage.rules import Rules
from triage.settings import Settings
from triage.store import lessons, schema
from triage.store.database import Database
from triage.store.lessons import Taught

CHUNK = 200  # tickets read at once
MOST_CLOSED = 5_000  # closed tickets, newest first: more add minutes of reading and little else
FIRST, LAST = TicketId(0), TicketId(2**62)
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What became of each label, from how many messages, and the model's version from now on."""

    refit: Refit
    corrected: int
    unchanged: int
    version: str
    path: Path
    note: str = ""


def calibrate(settings: Settings, console: Console, now: datetime) -> Calibrated:
    """Fit the calibration again and keep it where it is better. Raises BadInput, BadFile."""
    policy = Rules.of(settings).current().policy
    try:
        model = Classifier.load(settings.weights_folder or WEIGHTS)
        before, in_force, note = _in_force(settings, model.manifest)
    except ModelUnavailable as error:
        raise BadInput(str(error)) from error
    read = track(_messages(settings), "reading messages", console=console, transient=True)
    examples = _examples(read, model, policy)
    found = refit(examples, model.manifest, in_force, policy.level_cuts)
    corrected = sum(bool(it.said) for it in examples)
    counts = {"corrected": corrected, "unchanged": len(examples) - corrected}
    path = settings.data_folder / CALIBRATION
    if found:
        fitted = _merged(before, found, model.manifest, now, **counts)
        _write(path, fitted)
        in_force = installation.applied(path, model.manifest)
    return Calibrated(refit=found, version=in_force.version, path=path, note=note, **counts)


def as_rows(found: Calibrated) -> list[tuple[str, ...]]:
    """Return each label's verdict as a row of texts."""
    return [
        (it.label, "fitted anew" if it.changed else "stays", it.why) for it in found.refit.verdicts
    ]


def summary(found: Calibrated) -> str:
    """Return from what it was fitted, and what comes of it, in a few sentences."""
    read = f"{found.corrected} corrected and {found.unchanged} unchanged messages were read."
    note = f" {found.note}." if found.note else ""
    if not found.refit:
        return f"{read}{note} Nothing was written; the model stays {found.version}."
    return (
        f"{read}{note} {found.path} was written: the model is {found.version} in every worker "
        "that starts from now on. Remove the file to go back."
    )


def export(settings: Settings, file: Path) -> int:
    """Write what people corrected as JSON Lines with text and labels; return how many messages.

    The file holds what customers wrote: it must be new, and only its owner may read it. Raises
    BadInput.
    """
    rows = [one for one in _messages(settings, closed=0) if one.corrected]
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise BadInput(f"{file}: is there already; expected the name of a new file") from None
    except OSError as error:
        raise BadInput(f"{file}: {error}; expected the name of a new file") from error
    with os.fdopen(made, "wb") as lines:
        lines.writelines(orjson.dumps(_line(it), option=orjson.OPT_APPEND_NEWLINE) for it in rows)
    return len(rows)


def _write(path: Path, fitted: Installation) -> None:
    try:
        installation.write(path, fitted)
    except OSError as error:
        said = f"{path}: {error.strerror}; expected a file that can be written"
        raise BadInput(said) from error


def _in_force(settings: Settings, shipped: Manifest) -> tuple[Installation | None, Manifest, str]:
    """Return the calibration there is, the numbers in force, and why it was left out if it was."""
    path = settings.data_folder / CALIBRATION
    try:
        return installation.read(path), installation.applied(path, shipped), ""
    except BadCalibration as error:  # what is fitted now takes its place
        return None, shipped, str(error)


def _messages(settings: Settings, closed: int = MOST_CLOSED) -> list[Taught]:
    """Return every corrected message, and those that stood alone on the newest closed tickets."""
    schema.migrate(settings.database)
    database = Database(settings.database)
    try:
        return [*_corrected(database), *_left(database, closed)]
    finally:
        database.close()


def _corrected(database: Database) -> Iterator[Taught]:
    after = FIRST
    while True:
        with database.reading() as connection:
            tickets = lessons.corrected_tickets(connection, after, CHUNK)
            found = lessons.taught(connection, tickets) if tickets else []
        yield from (one for one in found if one.corrected)
        if not tickets:
            return
        after = tickets[-1]


def _left(database: Database, most: int) -> Iterator[Taught]:
    before = LAST
    while most > 0:
        with database.reading() as connection:
            rows = lessons.closed_tickets(connection, before, min(CHUNK, most))
            found = lessons.taught(connection, [it.ticket_id for it in rows]) if rows else []
        yield from (one for one in found if not one.corrected)
        if not rows:
            return
        most, before = most - len(rows), rows[-1].ticket_id


def _examples(messages: Iterable[Taught], model: Classifier, policy: Policy) -> list[Example]:
    examples = (_example(one, model, policy) for one in messages)
    return [one for one in examples if one is not None]


def _example(one: Taught, model: Classifier, policy: Policy) -> Example | None:
    outputs = model.outputs(one.text, one.language_hint)
    if outputs is None:
        return None
    readable = without_lone_surrogates(one.text)
    # what rules find is raised whatever the model says, so it teaches the model nothing
    ruled = {it.flag for it in risk_flags(own_words(readable).of(readable))}
    told = said(one.corrected, one.claimed) if one.corrected else NOTHING
    stood = left(one.shown, policy) if one.shown else NOTHING
    return Example(
        ticket=one.ticket_id,
        outputs=outputs,
        said=told.without_flags(ruled),
        left=stood.without_flags(ruled),
    )


def _merged(
    before: Installation | None,
    found: Refit,
    shipped: Manifest,
    now: datetime,
    *,
    corrected: int,
    unchanged: int,
) -> Installation:
    """Return the calibration with what changed; what did not stays as it was before."""
    kept = before.model_dump(include={"emotions", "levels", "flags"}) if before else {}
    emotions = {it: installation.line(platt) for it, platt in found.emotions.items()}
    flags = {it: round(at, installation.DIGITS) for it, at in found.flags.items()}
    levels = tuple(map(installation.line, found.levels)) if found.levels else kept.get("levels")
    return Installation(
        model=shipped.version,
        fingerprint=installation.fingerprint(shipped),
        made_at=now,
        corrected=corrected,
        unchanged=unchanged,
        emotions=kept.get("emotions", {}) | emotions,
        levels=levels,
        flags=kept.get("flags", {}) | flags,
    )


def _line(one: Taught) -> dict[str, object]:
    corrected = one.corrected
    assert corrected is not None, "only corrected messages are exported"
    given: dict[str, object] = {"text": mask(one.text, one.language_hint).text}
    if corrected.level is not None:
        given["level"] = corrected.level
    if corrected.calm or corrected.emotion:
        given["emotions"] = [corrected.emotion] if corrected.emotion else []
    if corrected.flags is not None:
        given["flags"] = sorted(corrected.flags)
    return given
