"""`POST /webhooks/{source}`: read the bytes, have them accepted, answer. Nothing else."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from triage.api.state import State, state_of
from triage.helpdesks.event import Delivery, Refused
from triage.helpdesks.registry import ANSWERS
from triage.store.sources import NAME

router = APIRouter(tags=["webhooks"])


class Answer(BaseModel):
    """What became of the delivery: `accepted`, `duplicate`, `ignored` or `dead_letter`."""

    status: str
    reason: str = ""


@router.post(
    "/webhooks/{source}",
    response_model=Answer,
    responses={
        401: {"description": "not authentic"},
        404: {"description": "unknown source"},
        413: {"description": "body too large"},
        503: {"description": "database away; send again"},
    },
)
async def receive(
    source: Annotated[str, Path(pattern=f"^{NAME.pattern}$")],
    request: Request,
    state: Annotated[State, Depends(state_of)],
) -> Answer | Response:
    """Accept one delivery of a helpdesk, signed by the source's secret."""
    address = _address(request, state.settings.public_url)
    sent = (dict(request.headers), await request.body(), address, request.method)
    delivery = Delivery(*sent, received_at=state.clock())
    started = time.perf_counter()
    try:
        accepted = await asyncio.wrap_future(state.intake.accept(source, delivery))
    except Refused as refused:
        state.metrics.refused.labels(refused.reason).inc()
        state.refusals.note(source, refused.reason, state.clock())
        raise
    state.metrics.deliveries.labels(accepted.outcome).inc()
    state.metrics.acknowledged.observe(time.perf_counter() - started)
    if accepted.reply:
        return JSONResponse({"challenge": accepted.reply})
    if answer := ANSWERS.get(accepted.vendor):
        return Response(answer.body, media_type=answer.media_type)
    return Answer(status=accepted.outcome, reason=accepted.reason)


@router.head("/webhooks/{source}", include_in_schema=False)
async def reached() -> None:
    """Answer a helpdesk that only asks whether anybody is here, as Intercom may."""


def _address(request: Request, public_url: str) -> str:
    """Return the address that the sender called: behind a proxy only the setting knows it."""
    if not public_url:
        return str(request.url)
    path: str = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
    query = f"?{request.url.query}" if request.url.query else ""
    return public_url.rstrip("/") + path.partition("?")[0] + query
