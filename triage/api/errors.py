"""Which error is which HTTP answer. No other module knows a status of an error."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

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

METHOD_NOT_ALLOWED = 405
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
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
    app.add_exception_handler(HTTPException, _as_it_is)
    app.add_exception_handler(RequestValidationError, _not_expected)


async def _answer(_request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    headers = {"Retry-After": RETRY_AFTER} if status == STATUS[StoreUnavailable] else None
    return JSONResponse({"detail": str(error)}, status, headers)


async def _as_it_is(request: Request, error: Exception) -> Response:
    """Name every method that a path knows where another was used: Starlette names one route's."""
    assert isinstance(error, HTTPException)
    if error.status_code == METHOD_NOT_ALLOWED and (methods := _methods(request)):
        error.headers = {"Allow": ", ".join(methods)}
    return await http_exception_handler(request, error)


def _methods(request: Request) -> list[str]:
    def knows(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(it.matches(scope)[0] is Match.FULL for it in request.app.routes)

    return [method for method in METHODS if knows(method)]


async def _refused(_request: Request, _error: Exception) -> JSONResponse:
    """Say nothing about which part was wrong: the reason goes to the metrics only."""
    return JSONResponse({"detail": "not authentic"}, 401)


async def _not_expected(_request: Request, error: Exception) -> JSONResponse:
    """Say what was expected where; repeated, half of a character or NaN would break the answer."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    wrong = [{name: one[name] for name in ("type", "loc", "msg")} for one in found]
    return JSONResponse({"detail": wrong}, 422)
