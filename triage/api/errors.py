"""Which error is which HTTP answer. No other module knows a status of an error."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from triage.errors import (
    BadInput,
    ChangedMeanwhile,
    NotAllowed,
    NotLoggedIn,
    NotReadYet,
    ProviderUnavailable,
    StoreUnavailable,
    TooManyTries,
    TriageError,
    UnknownAgent,
    UnknownCustomer,
    UnknownPerson,
    UnknownRun,
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
    UnknownCustomer: 404,
    UnknownPerson: 404,
    UnknownRun: 404,
    NotAllowed: 403,
    NotLoggedIn: 401,
    TooManyTries: 429,
    ProviderUnavailable: 503,
    NotReadYet: 409,
    ChangedMeanwhile: 409,
    StoreUnavailable: 503,
}


def install(app: FastAPI) -> None:
    """Answer our errors with their status and one sentence."""
    app.add_exception_handler(TriageError, _answer)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _not_expected)


async def _answer(_request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    headers = {"Retry-After": RETRY_AFTER} if status == STATUS[StoreUnavailable] else None
    return JSONResponse({"detail": str(error)}, status, headers)


async def _refused(_request: Request, _error: Exception) -> JSONResponse:
    """Say nothing about which part was wrong: the reason goes to the metrics only."""
    return JSONResponse({"detail": "not authentic"}, 401)


async def _not_expected(_request: Request, error: Exception) -> JSONResponse:
    """Say what was expected where; repeated, half of a character or NaN would break the answer."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    wrong = [{name: one[name] for name in ("type", "loc", "msg")} for one in found]
    return JSONResponse({"detail": wrong}, 422)
