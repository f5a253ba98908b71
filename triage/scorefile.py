"""`triage score`: JSON Lines in, one JSON line each out. No server, no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import orjson

from models.classifier import Classifier
from models.manifest import ModelUnavailable
from triage.domain.charge import History, thread_charge
from triage.domain.emotion import Emotion
from triage.domain.policy import Policy
from triage.domain.reading import read_message
from triage.domain.ticket import Author, Message, MessageId
from triage.errors import BadInput
from triage.ports import Model

LONGEST_LINE = 4 * 1024 * 1024  # bytes
NO_TIME = datetime.fromtimestamp(0, UTC)


def score_lines(
    lines: Iterable[bytes],
    out: IO[bytes],
    complaints: IO[str],
    policy: Policy,
    weights: Path | None = None,
) -> int:
    """Score each line in turn; return how many were rejected (told to `complaints` by line)."""
    try:
        model = Classifier.load(weights) if weights else Classifier.load()
    except ModelUnavailable as error:
        raise BadInput(str(error)) from error
    rejected = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            result = scored(_record(line), model, policy)
        except BadInput as error:
            rejected += 1
            print(f"triage: line {number}: {error}", file=complaints)
            continue
        out.write(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE))
        out.flush()
    return rejected


def scored(record: dict[str, Any], model: Model, policy: Policy) -> dict[str, Any]:
    """Return one text's result; offsets are characters of the text given."""
    text = record["text"]
    scoring = model.score(text, record.get("language"))
    message = Message(id=MessageId(0), author=Author.CUSTOMER, text=text, sent_at=NO_TIME)
    reading = read_message(message, scoring, policy)
    flags = dict.fromkeys(raised.flag for raised in reading.flags)
    charge = thread_charge([reading.charge], History(), flags, policy)
    return {
        "id": record["id"],
        "charge": round(charge.value, 4),
        "level": charge.level,
        "emotions": {str(e): round(scoring.emotions.get(e, 0.0), 4) for e in Emotion},
        "flags": list(flags),
        "language": scoring.language,
        "state": scoring.state,
        "evidence": [
            {"text": e.span.of(text), "start": e.span.start, "end": e.span.end, "weight": e.weight}
            for e in reading.evidence
        ],
    }


def _record(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise BadInput(f"{len(line)} bytes; expected {LONGEST_LINE} at most")
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadInput(f'{error}; expected JSON like {{"id": "1", "text": "…"}}') from error
    if not isinstance(record, dict) or not isinstance(record.get("id"), str | int):
        raise BadInput("no id; expected an object with id (text or number) and text")
    if not isinstance(record.get("text"), str):
        raise BadInput("no text; expected an object with id and text (a string)")
    return record
