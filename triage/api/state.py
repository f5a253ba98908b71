"""What the web process holds while it runs, built whole at its start."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import structlog
from fastapi import Request

from triage.accept import Intake
from triage.api.access import Access
from triage.api.metrics import Metrics
from triage.api.refusals import RefusalCount
from triage.domain.policy import Policy
from triage.errors import BadInput, StoreUnavailable
from triage.feed import Follower
from triage.ports import Clock
from triage.queue import Publisher
from triage.rules import Rules
from triage.settings import Settings
from triage.store import sources
from triage.store.database import Database
from triage.store.sources import Source, Vault

log = structlog.get_logger()

SOURCES_KEPT = 5.0  # s that a source is remembered
LOOKED_AGAIN = 0.5  # s at most between two looks at a source whose deliveries are refused


@dataclass(frozen=True, slots=True)
class KnownSources:
    """The sources by name, each remembered for a moment."""

    database: Database
    vault: Vault
    _known: dict[str, tuple[float, Source]] = field(default_factory=dict)

    def named(self, name: str, *, doubted: bool = False) -> Source:
        """Return a source, almost as it is now where it is doubted: its secret may be new.

        Raises UnknownSource, StoreUnavailable.
        """
        known = self._known.get(name)
        if known and time.monotonic() - known[0] < (LOOKED_AGAIN if doubted else SOURCES_KEPT):
            return known[1]
        try:
            with self.database.reading() as connection:
                found = sources.by_name(connection, name, self.vault)
        except BadInput as error:  # ours to mend, so the sender is asked to send again
            log.error("source_cannot_be_opened", source=name, error=str(error))  # noqa: TRY400 - its words say all
            raise StoreUnavailable("not ready for this source") from error
        self._known[name] = (time.monotonic(), found)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The web process's parts."""

    settings: Settings
    database: Database
    publisher: Publisher
    intake: Intake
    follower: Follower
    metrics: Metrics
    refusals: RefusalCount
    access: Access
    rules: Rules
    clock: Clock
    stopping: asyncio.Event

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.rules.current().policy


async def state_of(request: Request) -> State:
    """The dependency that gives a route the process's state.

    Like each that waits for nothing it is a coroutine: FastAPI runs others in a thread, and there
    and back costs a delivery more than all that is done with it.
    """
    state: State = request.app.state.triage
    return state
