"""For whoever keeps it running: health, readiness, metrics, dead letters and dead tickets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from prometheus_client import CONTENT_TYPE_LATEST

from triage.api.access import GUARDED, Decider, require
from triage.api.schemas import LARGEST_ID, DeadLetter
from triage.api.state import State, state_of
from triage.domain.person import Right
from triage.domain.ticket import TicketId
from triage.errors import StoreUnavailable, UnknownTicket
from triage.masking import mask
from triage.store import audit, desk, inspection, readiness, work
from triage.store.audit import Action

router = APIRouter(tags=["operations"])
ReadState = Annotated[State, Depends(state_of)]


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process lives; asks nobody else."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "not ready"}})
def readyz(state: ReadState) -> dict[str, str]:
    """Say whether deliveries can be stored. A broker that is away does not matter to that."""
    if state.stopping.is_set():
        raise StoreUnavailable("stopping")
    with state.database.reading() as connection:
        readiness.check(connection)
    return {"status": "ready"}


@router.get("/metrics", response_class=Response, responses={503: {"description": "database away"}})
def metrics(state: ReadState) -> Response:
    """Show the metrics for Prometheus: counts and times, never a customer's word."""
    now = state.clock()
    with state.database.reading() as connection:
        backlog = work.backlog(connection, now)
        waiting = desk.count(connection)
    oldest = max(0.0, (now - backlog.oldest).total_seconds()) if backlog.oldest else 0.0
    page = state.metrics.page(backlog, oldest, waiting, state.follower.listeners)
    return Response(page, media_type=CONTENT_TYPE_LATEST)


@router.get(
    "/api/dead-letters",
    dependencies=[Depends(require(Right.READ))],
    tags=["desk"],
    responses=GUARDED,
)
def dead_letters(
    state: ReadState, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[DeadLetter]:
    """Show authentic deliveries that could not be understood, newest first, with the reason."""
    with state.database.reading() as connection:
        letters = inspection.dead_letters(connection, limit)
    return [DeadLetter(**row | {"body": mask(row["body"]).text}) for row in letters]


@router.post(
    "/api/tickets/{ticket_id}/retry",
    tags=["desk"],
    responses=GUARDED | {404: {"description": "no dead ticket of that id"}},
)
def retry(
    ticket_id: Annotated[int, Path(ge=1, le=LARGEST_ID)], state: ReadState, decider: Decider
) -> dict[str, str]:
    """Give a ticket that was given up another five attempts."""
    with state.database.writing() as connection:
        if not work.revive(connection, TicketId(ticket_id), state.clock()):
            raise UnknownTicket(f"there is no dead ticket {ticket_id}")
        audit.note(connection, decider, Action.RETRIED, ticket_id, now=state.clock())
    state.publisher.tell(TicketId(ticket_id))
    return {"status": "due"}
