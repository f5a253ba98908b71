"""How each agent stands to one ticket: who could take it now, and what stands in the others' way.

By the same questions as `route` asks, all of them instead of the first, and of everybody instead of
those on shift. A person may overrule each. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.domain.agent import Agent
from triage.domain.policy import Policy
from triage.domain.routing import Asked, Hindrance, Need, asked_of, hindrances, preference
from triage.domain.team import Team


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent before one ticket; `holds` where it is theirs already."""

    agent: Agent
    here: bool
    holds: bool
    hindered_by: tuple[Hindrance, ...]

    @property
    def able(self) -> bool:
        return self.here and not self.hindered_by


@dataclass(frozen=True, slots=True)
class Standings:
    """Everybody before one ticket, and what it asks of them."""

    able: list[Standing]  # whom the rules prefer first
    others: list[Standing]  # who lacks least first
    asked: Asked


def standings(need: Need, team: Team, policy: Policy) -> Standings:
    """Return how everybody stands to what a ticket asks for."""
    asked = asked_of(need, team, policy)
    here = {it.id for it in team.here}
    found = [
        Standing(
            agent=it,
            here=it.id in here,
            holds=it.id == need.assignee,
            hindered_by=tuple(hindrances(it, asked, policy, team.now)),
        )
        for it in team.everybody
    ]
    able = [it for it in found if it.able]
    others = [it for it in found if not it.able]
    return Standings(
        able=sorted(able, key=lambda it: preference(it.agent, need.level)),
        others=sorted(others, key=_lacks),
        asked=asked,
    )


def _lacks(one: Standing) -> tuple[bool, int, str, int]:
    return not one.here, len(one.hindered_by), one.agent.name.casefold(), one.agent.id
