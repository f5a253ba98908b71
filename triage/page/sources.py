"""The pages of sources: does each arrive, is it decided, what is the matter. Nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from triage import source_health
from triage.domain.source_status import Status
from triage.errors import UnknownSource
from triage.page.language import TRANSLATIONS, _
from triage.page.shell import Decider, ReadState, page
from triage.source_health import SourceHealth
from triage.store.database import Database

WORDS = {Status.NEEDS_YOU: _("needs you"), Status.QUIET: _("quiet"), Status.WELL: _("well")}
SHAPES = {Status.NEEDS_YOU: "▲", Status.QUIET: "◐", Status.WELL: "✓"}
REFUSED = {
    "header": _("a header is missing or not as expected"),
    "signature": _("the signature does not fit"),
    "stale": _("it was signed too long ago, or a clock is wrong"),
}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/sources")
def show_all(state: ReadState, viewer: Decider) -> Response:
    """Every source in a row, the worst first."""
    return page("sources.html", viewer, **listing(state.database, state.clock()))


def listing(database: Database, now: datetime) -> dict[str, Any]:
    """Return what the page of all sources is made from."""
    return {"found": source_health.look_at_all(database, now)} | _words()


@router.get("/sources/{name}")
def show_one(name: str, state: ReadState, viewer: Decider) -> Response:
    """One source: the same, with what failed last and the commands that help."""
    try:
        found = source_health.look_at(state.database, name, state.clock())
    except UnknownSource:
        return page("source_missing.html", viewer, 404)
    values: dict[str, Any] = {
        "found": found,
        "one": found.health,
        "failures": list(_failures(found.health)),
    }
    return page("source.html", viewer, address=state.settings.webhook(name), **values, **_words())


def _failures(one: SourceHealth) -> Iterator[tuple[str, datetime | None, str]]:
    """Yield what failed last where the helpdesk is called, each with when and why."""
    if one.helpdesk and one.helpdesk.failure:
        yield _("reading"), one.helpdesk.failed_at, one.helpdesk.failure
    if one.words and one.words.problem:
        yield _("fetching words"), None, one.words.problem
    if one.written and one.written.failure:
        yield _("writing"), one.written.failed_at, one.written.failure


def _words() -> dict[str, Any]:
    return {
        "words": WORDS,
        "shapes": SHAPES,
        "refused": REFUSED,
        "shown": source_health.shown,
        "took": took,
        "say": lambda advice: advice.sentence(TRANSLATIONS),
    }


def took(span: timedelta) -> str:
    """Return a short span as people say it: 0.4 s, 12 s, 3 min, 2 h."""
    seconds = span.total_seconds()
    if seconds < 10:  # noqa: PLR2004 - where tenths say something
        return f"{seconds:.1f} s"
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"  # noqa: PLR2004
