"""The page of promises: what was said to customers and is not kept yet; broken ones in red."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from triage.page.shell import Reader, ReadState, page
from triage.review_promises import review

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/promises")
def show_promises(state: ReadState, viewer: Reader) -> Response:
    """What was promised to customers and is not kept yet."""
    return page("promises.html", viewer, found=review(state.database, state.clock()))
