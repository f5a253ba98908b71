"""What a page's address asks for: a view of the desk, a place in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel, BeforeValidator, Field

from triage.api.schemas import LARGEST_ID, Text
from triage.domain.agent import AgentId
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.ticket import TicketId
from triage.store.desk import Place
from triage.store.desk_views import View

LAST_MOMENT = 253_402_300_799  # s since 1970: the end of the year 9999


def _or_nothing(value: Any) -> Any:
    """A form sends what was left open as an empty text."""
    return None if value == "" else value


class Asked(BaseModel):
    """The view in an address, as its form sends it."""

    lane: Annotated[Lane | None, BeforeValidator(_or_nothing)] = None
    team: Text = Field(default="", max_length=100)
    agent: Annotated[int | None, BeforeValidator(_or_nothing)] = Field(
        default=None, ge=1, le=LARGEST_ID
    )
    source: Text = Field(default="", max_length=64)
    language: Text = Field(default="", max_length=16)
    flag: Annotated[Flag | None, BeforeValidator(_or_nothing)] = None
    unassigned: bool = False
    late: bool = False
    snoozed: bool = False
    q: Text = Field(default="", max_length=100)


async def _view(asked: Annotated[Asked, Query()]) -> View:
    return View(
        lane=asked.lane,
        team=asked.team,
        agent=AgentId(asked.agent) if asked.agent else None,
        source=asked.source,
        language=asked.language,
        flag=asked.flag,
        unassigned=asked.unassigned,
        late=asked.late,
        snoozed=asked.snoozed,
        search=asked.q.strip(),
    )


async def _place(
    place: Annotated[float | None, Query(ge=0, le=LAST_MOMENT)] = None,
    id: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,  # noqa: A002 - as the page calls it
) -> Place | None:
    return Place(datetime.fromtimestamp(place, UTC), TicketId(id)) if place is not None else None


AskedView = Annotated[View, Depends(_view)]
AskedPlace = Annotated[Place | None, Depends(_place)]
