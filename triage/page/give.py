"""To whom a ticket can be given: everybody, those first who are able, with what hinders the others.

A person may overrule each hindrance; they should know of it before.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from triage.api.access import require
from triage.api.desk import TicketNumber
from triage.domain.person import Right
from triage.domain.routing import Asked, Hindrance
from triage.domain.standing import Standing
from triage.domain.ticket import TicketId
from triage.find_able import find_able
from triage.page.language import _
from triage.page.shell import ReadState, fragment

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/tickets/{ticket_id}/able", dependencies=[Depends(require(Right.DECIDE))])
def show_able(ticket_id: TicketNumber, state: ReadState) -> Response:
    """The choices of the dialog that gives a ticket to somebody."""
    found = find_able(state.database, TicketId(ticket_id), state.policy, state.clock())
    groups = (
        (_("Able now"), [(it, _said(it, found.asked)) for it in found.able]),
        (
            _("Not by the rules; you may all the same"),
            [(it, _said(it, found.asked)) for it in found.others],
        ),
    )
    return HTMLResponse(fragment("able.html", groups=groups))


def _said(one: Standing, asked: Asked) -> str:
    """Say how somebody stands to the ticket, and what they hold."""
    agent = one.agent
    holds = _("holds %(load)d of %(capacity)d") % {"load": agent.load, "capacity": agent.capacity}
    return ", ".join([*_facts(one, asked), holds])


def _facts(one: Standing, asked: Asked) -> Iterator[str]:
    if one.holds:
        yield _("has it now")
    if one.agent.id == asked.need.familiar:
        yield _("knows this customer")
    if not one.agent.present:
        yield _("away")
    elif not one.here:
        yield _("off shift")
    for by in one.hindered_by:
        yield _hindered(one, by, asked)


def _hindered(one: Standing, by: Hindrance, asked: Asked) -> str:
    agent = one.agent
    lacking = " + ".join(sorted(asked.skills - agent.skills))
    return {
        Hindrance.DECLINED: _("handed it back"),
        Hindrance.OPTED_OUT: _("takes no heavy tickets"),
        Hindrance.EXPERIENCE: _("experience %(has)d, asked is %(asked)d")
        % {"has": agent.experience, "asked": asked.least_experience},
        Hindrance.TEAM: _("not in the team %(team)s") % {"team": " / ".join(sorted(asked.teams))},
        Hindrance.SKILL: _("lacks the skill %(skill)s") % {"skill": lacking},
        Hindrance.LANGUAGE: _("does not speak %(language)s") % {"language": asked.need.language},
        Hindrance.RESTS: _("rests from heavy tickets"),
        Hindrance.ROOM: _("full")
        if agent.load >= agent.capacity
        else _("at their emotional limit"),
    }[by]
