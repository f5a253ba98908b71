"""Which error is which HTTP answer. No other module knows a status of an error."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from triage.errors import (
    BadInput,
    ChangedMeanwhile,
    NotReadYet,
    StoreUnavailable,
    TriageError,
    UnknownAgent,
    UnknownSource,
    UnknownTicket,
)
from triage.helpdesks.event import Refused

RETRY_AFTER = "30"  # s; Zendesk sends again only where this is below 60

STATUS: dict[type[TriageError], int] = {
    BadInput: 422,
    UnknownSource: 404,
    UnknownTicket: 404,
    UnknownAgent: 404,
    NotReadYet: 409,
    ChangedMeanwhile: 409,
    StoreUnavailable: 503,
}


def install(app: FastAPI) -> None:
    """Answer our errors with their status and one sentence."""
    app.add_exception_handler(TriageError, _answer)
    app.add_exception_handler(Refused, _refused)


async def _answer(_request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    headers = {"Retry-After": RETRY_AFTER} if status == STATUS[StoreUnavailable] else None
    return JSONResponse({"detail": str(error)}, status, headers)


async def _refused(_request: Request, _error: Exception) -> JSONResponse:
    """Say nothing about which part was wrong: the reason goes to the metrics only."""
    return JSONResponse({"detail": "not authentic"}, 401)
