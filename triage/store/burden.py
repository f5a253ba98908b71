"""What weighs on agents besides the loads: the late tickets that each holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from triage.domain.agent import AgentId
from triage.store.tables import ticket


def late_held(connection: Connection, now: datetime) -> dict[AgentId, int]:
    """Return how many tickets each agent holds whose customer should have been answered by now."""
    late = (
        (ticket.c.status == "waiting")
        & ticket.c.assignee_id.is_not(None)
        & (ticket.c.respond_by < now)
    )
    query = select(ticket.c.assignee_id, func.count()).where(late).group_by(ticket.c.assignee_id)
    return {AgentId(agent): count for agent, count in connection.execute(query)}
