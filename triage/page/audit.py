"""The audit log: who saw and changed what, newest first, by person and by ticket."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from triage.api.schemas import LARGEST_ID, Text
from triage.page.shell import Administrator, ReadState, page
from triage.store import audit, people

ROWS_SHOWN = 100
Number = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/people/audit")
def show(
    state: ReadState,
    viewer: Administrator,
    by: Annotated[Text, Query(max_length=audit.LONGEST_BY)] = "",
    ticket: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "",  # an empty field is sent, too
    before: Number = None,
) -> Response:
    """A page of what was noted; what stands in the address says which."""
    wanted = {"by": by.strip(), "ticket": ticket}
    with state.database.reading() as connection:
        rows = audit.noted(
            connection,
            ROWS_SHOWN + 1,
            before=before,
            by=wanted["by"] or None,
            ticket_id=int(ticket) if ticket else None,
        )
        names = [person.name for person in people.everybody(connection)]
    shown, older = rows[:ROWS_SHOWN], None
    if len(rows) > ROWS_SHOWN:
        older = _address(wanted | {"before": str(shown[-1].id)})
    newest = _address(wanted) if before else None
    return page(
        "audit.html", viewer, rows=shown, names=names, asked=wanted, older=older, newest=newest
    )


def _address(asked: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/people/audit?{query}" if query else "/people/audit"
