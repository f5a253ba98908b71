"""The page of trends: figures with their pictures and tables, and each table as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from triage import drivers, model_health, trends
from triage.api.state import State
from triage.domain.figure import Figure
from triage.domain.trend import STEPS, Period, Step, Window
from triage.errors import BadInput
from triage.page.charts import edition
from triage.page.figures import as_csv, manner, shown, value
from triage.page.room import room
from triage.page.shell import Reader, ReadState, page
from triage.trends import Seen, zone_of

FIGURES: Mapping[str, Callable[[Seen], Figure]] = {
    **trends.COUNTED,
    "drivers": drivers.drivers,
    "words": drivers.words,
    "strategies": model_health.strategies,
    "corrections": model_health.corrections,
    "reliability": model_health.reliability,
    "models": model_health.models,
}
UTC_NAME = "UTC"
ZONE = "triage_zone"  # the cookie in which `zone.js` says where its reader is
LONGEST_ZONE = 64  # characters
Zone = Annotated[str, Query(max_length=LONGEST_ZONE)]

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/trends")
def show_trends(
    request: Request,
    state: ReadState,
    viewer: Reader,
    period: Period = Period.WEEK,
    by: Step | None = None,
    zone: Zone = "",
) -> Response:
    """All figures of a period; a zone that is not known here is said, and UTC shown.

    Where nobody said a zone yet the browser is asked first, so that all is counted once.
    """
    told = zone or request.cookies.get(ZONE, "")[:LONGEST_ZONE]
    if not told:
        asked = {"period": period, "by": by or "", "zone": UTC_NAME}
        return page("zone.html", viewer, otherwise=f"/trends?{_query(asked)}")
    try:
        seen, unknown = _seen(state, period, by, told), ""
    except BadInput:
        seen, unknown = _seen(state, period, by, UTC_NAME), told
    return page("trends.html", viewer, **values(seen), zone_asked=zone, zone_unknown=unknown)


@router.get("/trends/{name}.csv")
def show_csv(
    name: str,
    state: ReadState,
    viewer: Reader,
    period: Period = Period.WEEK,
    by: Step | None = None,
    zone: Zone = "",
) -> Response:
    """One figure as CSV. Raises BadInput."""
    if name not in FIGURES:
        raise HTTPException(404, f"there is no figure {name!r}; expected {', '.join(FIGURES)}")
    seen = _seen(state, period, by, zone)
    kept = {"Content-Disposition": f'attachment; filename="triage-{name}-{period}.csv"'}
    return Response(as_csv(FIGURES[name](seen), seen.window), 200, kept, "text/csv; charset=utf-8")


def _seen(state: State, period: Period, by: Step | None, zone: str) -> Seen:
    window = Window.of(period, by, zone_of(zone or UTC_NAME), state.clock())
    return Seen(state.database, state.policy, window)


def values(seen: Seen) -> dict[str, Any]:
    window = seen.window
    return {
        "figures": {name: make(seen) for name, make in FIGURES.items()},
        "window": window,
        "periods": Period,
        "steps": STEPS[window.period],
        "address": partial(_address, window),
        "shown": partial(shown, window=window),
        "manner": partial(manner, window=window),
        "room": room,
        "value": partial(value, window=window),
        "library": f"/charts/{edition()}.js",
    }


def _address(window: Window, **changed: str) -> str:
    """Return the query of this page, with what is changed of it."""
    asked = {"period": window.period, "by": window.step, "zone": window.zone.key} | changed
    return _query(asked)


def _query(asked: Mapping[str, str]) -> str:
    return urlencode({name: it for name, it in asked.items() if it})
