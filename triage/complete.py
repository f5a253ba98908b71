"""Complete thin events: fetch from the helpdesk what a delivery left out, and store it as told.

A helpdesk that is away or refuses us is asked again later, without end: nothing that came is lost.
What it answers and we cannot understand becomes a dead letter, what is gone there is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import orjson
import structlog

from triage.accept import BECAME
from triage.domain.policy import Policy
from triage.errors import BadInput, HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing.completing import Completing
from triage.helpdesks.completing.registry import COMPLETING
from triage.helpdesks.event import Event, Malformed
from triage.keep import is_echo
from triage.outbound.caller import Caller
from triage.ports import Clock
from triage.store import events, intake, thin_events
from triage.store.database import Database
from triage.store.thin_events import Waiting

MOST_CALLS = 10  # for one event; Freshdesk's longest threads take six
GONE = frozenset({404, 410})
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Completer:
    """Completes the thin events of one source that can be called."""

    database: Database
    source_id: int
    vendor: str
    caller: Caller
    policy: Callable[[], Policy]
    clock: Clock

    def complete_due(self, most: int) -> int:
        """Complete what is due, one by one; return how many were tried. Raises StoreUnavailable."""
        for count in range(most):
            if (waiting := self._claimed()) is None:
                return count
            if not self._complete(waiting):
                return count + 1  # the next one would fare no better now
        return most

    def _claimed(self) -> Waiting | None:
        with self.database.writing() as connection:
            found = thin_events.claim(connection, 1, self.clock(), sources=[self.source_id])
        return next(iter(found), None)

    def _complete(self, waiting: Waiting) -> bool:
        """Store what a thin event stands for; return whether the helpdesk answered."""
        try:
            found = _fetched(COMPLETING[self.vendor], waiting, self.caller)
        except (HelpdeskAway, HelpdeskRefuses, BadInput) as error:
            self._put_off(waiting, str(error))
            return False
        except Malformed as error:
            self._give_up(waiting, str(error))
            return True
        self._store(waiting, found)
        return True

    def _store(self, waiting: Waiting, found: Sequence[Event]) -> None:
        now, policy = self.clock(), self.policy()
        with self.database.writing() as connection:
            intake.lock_tickets(connection, {(waiting.source_id, it.ticket_id) for it in found})
            stored = [
                intake.store_event(connection, waiting.source_id, it, policy, now)
                for it in found
                if not is_echo(it)
            ]
            for status, kind in BECAME.items():
                ids = list(dict.fromkeys(it.ticket_id for it in stored if it.became is status))
                events.append(connection, kind, ids, now)
            thin_events.done(connection, waiting)

    def _put_off(self, waiting: Waiting, why: str) -> None:
        until = self.clock() + pause(waiting.attempts)
        with self.database.writing() as connection:
            thin_events.put_off(connection, waiting, until, why)
        log.warning("thin_event_waits", source=waiting.source, why=why)

    def _give_up(self, waiting: Waiting, why: str) -> None:
        """Keep what cannot be completed as a dead letter, for the operator to see."""
        now, thin = self.clock(), waiting.thin
        key = f"{thin.delivery_key} at {now.isoformat()}"  # the delivery's own may stand already
        body = orjson.dumps(
            {"what": thin.what, "ticket_id": thin.ticket_id, "message_id": thin.message_id}
        )
        with self.database.writing() as connection:
            intake.keep_dead_letter(connection, waiting.source_id, key, why, body, now)
            thin_events.done(connection, waiting)
        log.warning("delivery_not_understood", source=waiting.source, delivery_key=key)


def pause(attempts: int) -> timedelta:
    """Return how long a thin event waits after so many failed tries."""
    doubled: int = 2 ** min(attempts - 1, 16)
    return min(LONGEST_PAUSE, FIRST_PAUSE * doubled)


def _fetched(completing: Completing, waiting: Waiting, caller: Caller) -> Sequence[Event]:
    """Return what a thin event stands for; nothing where that is gone. Raises Malformed, and what
    `ask` raises.
    """
    answers: list[Response] = []
    while isinstance(step := completing.complete(waiting.thin, answers), Request):
        if len(answers) == MOST_CALLS:
            raise Malformed(f"{step.path}: expected an end after {MOST_CALLS} calls")
        answer = caller.ask(step)
        if answer.status in GONE:
            return []
        if not answer.is_good:
            raise Malformed(f"{step.path}: answered with status {answer.status}")
        answers.append(answer)
    return step
