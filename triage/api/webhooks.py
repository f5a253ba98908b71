"""`POST /webhooks/{source}`: read the bytes, have them accepted, answer. Nothing else."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from triage.administration import NAME
from triage.api.state import State, state_of
from triage.helpdesks.event import Delivery, Refused

router = APIRouter(tags=["webhooks"])


class Answer(BaseModel):
    """What became of the delivery: `accepted`, `duplicate`, `ignored` or `dead_letter`."""

    status: str
    reason: str = ""


@router.post(
    "/webhooks/{source}",
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
) -> Answer:
    """Accept one delivery of a helpdesk, signed by the source's secret."""
    delivery = Delivery(dict(request.headers), await request.body())
    started = time.perf_counter()
    try:
        accepted = await asyncio.wrap_future(state.intake.accept(source, delivery))
    except Refused as refused:
        state.metrics.refused.labels(refused.reason).inc()
        raise
    state.metrics.deliveries.labels(accepted.outcome).inc()
    state.metrics.acknowledged.observe(time.perf_counter() - started)
    return Answer(status=accepted.outcome, reason=accepted.reason)
