"""Logs: a static event name with ids as fields, never a customer's text.

What slips in all the same is kept out here: personal data in values is masked, and of an exception
that is not ours the words are withheld, as they may quote what was worked on.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import structlog

from triage.errors import TriageError
from triage.masking import mask

WITHHELD = "(words withheld)"
#: Whose words are ours or the machine's.
TOLD = (TriageError, OSError, ImportError)
#: Fields that are no text: what an operator looks things up by.
NEVER_MASKED = frozenset({"event", "level", "timestamp", "delivery_key", "model", "version"})

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up_logs(log_format: str) -> None:
    """Write logs to standard error as lines for people (`console`) or machines (`json`)."""
    renderer = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            mask_values,
            structlog.processors.ExceptionRenderer(_of_structlog),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Quiet("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    _withhold_from_last_words()


def mask_values(
    _logger: object, _method: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask personal data in the fields of a log entry; ids and event names stay."""
    for name, value in fields.items():
        if name not in NEVER_MASKED:
            fields[name] = _masked(value)
    return fields


class Quiet(logging.Formatter):
    """Formats what libraries log as we do: masked, exceptions without the words of others."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        error = record.exc_info[1] if record.exc_info else None
        for one in _chain(error) if error else ():
            if not isinstance(one, TOLD) and str(one):
                line = line.replace(repr(one), WITHHELD).replace(str(one), WITHHELD)
        return mask(line).text

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        return told(ei[1])


def told(error: BaseException) -> str:
    """Return an exception's traceback with the words of none but our own exceptions."""
    return "\n".join(part.rstrip("\n") for one in _chain(error) for part in _parts(one))


def _parts(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):"
    yield from traceback.format_tb(error.__traceback__)
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    yield f"{name}: {mask(str(error)).text if isinstance(error, TOLD) else WITHHELD}"


def _chain(error: BaseException) -> list[BaseException]:
    """Return the exception and what led to it, first things first, each once."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return chain[::-1]


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value).text
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    if isinstance(value, dict):
        return {name: _masked(one) for name, one in value.items()}
    return value


def _of_structlog(exc_info: ExcInfo) -> str:
    return told(exc_info[1])


def _withhold_from_last_words() -> None:
    """Have a process or thread that an exception ends say so like a log entry."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = lambda _kind, error, _trace: print(told(error), file=sys.stderr)  # noqa: T201
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda args: (
            print(told(args.exc_value), file=sys.stderr) if args.exc_value else None  # noqa: T201
        )
