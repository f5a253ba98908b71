"""Who could take a ticket now, and what stands in the way of everybody else."""

from __future__ import annotations

from datetime import datetime

from triage.domain.policy import Policy
from triage.domain.standing import Standings, standings
from triage.domain.team import Team
from triage.domain.ticket import TicketId
from triage.errors import UnknownTicket
from triage.store import agents, needs
from triage.store.database import Database


def find_able(database: Database, ticket_id: TicketId, policy: Policy, now: datetime) -> Standings:
    """Return how everybody stands to this ticket. Raises UnknownTicket, StoreUnavailable."""
    with database.reading() as connection:
        need = needs.of_ticket(connection, ticket_id, policy, now)
        everybody = agents.all_agents(connection, policy, now)
    if need is None:
        raise UnknownTicket(f"there is no ticket {ticket_id}")
    return standings(need, Team.at(everybody, now), policy)
