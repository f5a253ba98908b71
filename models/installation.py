"""This installation's own calibration, fitted to what its people corrected: a file, checked.

It is bound to the model that it was fitted to, and changes the version under which scorings are
kept, so that what was scored before stays as it was.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.calibration import Platt
from models.manifest import LEVELS, FlagOutput, Manifest, ModelUnavailable
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag

CALIBRATION = "calibration.json"  # its name in the data folder
DIGITS = 6  # kept of a number
NAMED = 7  # hexadecimal digits of the numbers' checksum, in the version

Share = Annotated[float, Field(gt=0, lt=1)]


class BadCalibration(ModelUnavailable):
    """The file cannot be used; the message says where it is wrong. The model itself can."""


class OfAnotherModel(BadCalibration):
    """The calibration was fitted to another model; the message says which."""


class Line(BaseModel):
    """Platt's sigmoid, its slope above 0: what the model sees more of is no less probable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slope: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    offset: Annotated[float, Field(allow_inf_nan=False)]


class Installation(BaseModel):
    """What the file says: the model, from what it was fitted, and the numbers that changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    fingerprint: str
    made_at: datetime
    corrected: Annotated[int, Field(ge=0)]  # messages
    unchanged: Annotated[int, Field(ge=0)]  # messages
    emotions: dict[Emotion, Line] = {}
    levels: Annotated[tuple[Line, ...], Field(min_length=LEVELS, max_length=LEVELS)] | None = None
    flags: dict[Flag, Share] = {}

    @property
    def name(self) -> str:
        """What stands behind the model's version: the same numbers have the same name."""
        numbers = self.model_dump(mode="json", include={"emotions", "levels", "flags"})
        return f"c{_checksum(numbers)[:NAMED]}"


def fingerprint(manifest: Manifest) -> str:
    """Return what binds a calibration to a model: its files, and what its outputs mean."""
    return _checksum(
        [
            dict(manifest.files),
            dict(manifest.shares),
            manifest.labels,
            {str(it): labels for it, labels in manifest.members.items()},
            {str(it): labels for it, labels in manifest.in_questions.items()},
            manifest.charge_labels,
            {str(it): output.label for it, output in manifest.flags.items()},
        ]
    )


def line(platt: Platt) -> Line:
    """Return the sigmoid as the file keeps it."""
    return Line(**{name: round(it, DIGITS) for name, it in asdict(platt).items()})


def applied(path: Path | None, manifest: Manifest) -> Manifest:
    """Return the manifest with the file's numbers; as it is where there is no file.

    Raises BadCalibration, OfAnotherModel.
    """
    if path is None or (found := read(path)) is None:
        return manifest
    if (found.model, found.fingerprint) != (manifest.version, fingerprint(manifest)):
        raise OfAnotherModel(
            f"{path} was fitted to {found.model}, not to the {manifest.version} that is loaded; "
            "run `triage calibrate` again, or remove the file"
        )
    return _with(found, manifest, path)


def read(path: Path) -> Installation | None:
    """Return what the file says, None where there is none. Raises BadCalibration."""
    try:
        return Installation.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadCalibration(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise BadCalibration(f"{path} is no calibration: {where}: {first['msg']}") from None


def write(path: Path, installation: Installation) -> None:
    """Put the file in its place whole, or not at all. Raises OSError."""
    made = path.with_suffix(".new")
    made.write_text(installation.model_dump_json(indent=2) + "\n", encoding="utf-8")
    made.replace(path)


def _with(found: Installation, manifest: Manifest, path: Path) -> Manifest:
    unknown = [*(found.emotions.keys() - manifest.members), *(found.flags.keys() - manifest.flags)]
    if unknown or (found.levels and manifest.scale is None):
        what = min(unknown, default="levels")
        raise BadCalibration(f"{path} calibrates {what}, which {manifest.version} does not read")
    emotions = {it: _platt(given) for it, given in found.emotions.items()}
    flags = {it: FlagOutput(manifest.flags[it].label, at) for it, at in found.flags.items()}
    scale = manifest.scale
    if scale is not None and found.levels:
        scale = replace(scale, platts=tuple(map(_platt, found.levels)))
    return replace(
        manifest,
        version=f"{manifest.version}+{found.name}",
        calibration={**manifest.calibration, **emotions},
        scale=scale,
        flags={**manifest.flags, **flags},
    )


def _platt(given: Line) -> Platt:
    return Platt(slope=given.slope, offset=given.offset)


def _checksum(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
