"""Raise alerts and send them: look at the facts, keep what is new, tell whoever is to be told.

Any number of processes may do both at once. An incident is raised once, by its key; an alert is
sent by whoever claims it. Sending is at least once: a process that ends between the channel's yes
and the commit leaves it to be sent again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from triage.channel import TAKES, Channel, Note, NotSent, send_within
from triage.domain import alerts as rules
from triage.domain.policy import Policy
from triage.domain.telling import Raised, tell
from triage.settings import Settings
from triage.store import alert_facts, alerts
from triage.store.alerts import MOST_ATTEMPTS, ToSend
from triage.store.database import Database
from triage.store.outbox import Due

MOST_TOGETHER = 20  # alerts in one message
FIRST_PAUSE = timedelta(seconds=15)  # after a failure, doubled for each further one
LONGEST_PAUSE = timedelta(minutes=20)

log = structlog.get_logger()


def look(database: Database, policy: Policy, now: datetime, *, sends: bool) -> list[Raised]:
    """Raise what is new, end what is over; return what was raised. Raises StoreUnavailable."""
    with database.reading() as connection:
        facts = alert_facts.facts(connection, policy, now)
    found = rules.look(facts, policy.alerts, now)
    ended = rules.over(facts, policy.alerts, now)
    if not (found or ended):
        return []
    with database.writing() as connection:
        alerts.lock(connection)
        alerts.end(connection, ended)
        known = alerts.known(connection, [it.key for it in found])
        new = [it for it in found if it.key not in known]
        raised = tell(new, alerts.lately(connection, now), policy, now)
        alerts.add(connection, raised, now, sends=sends)
    for one in raised:
        log.warning(
            "alert_raised", kind=one.alert.kind, ticket_id=one.alert.ticket, quiet=one.quiet
        )
    return raised


def raise_untold(
    database: Database, policy: Policy, one: Due, now: datetime, *, sends: bool
) -> None:
    """Raise that a helpdesk was given up for one ticket. Raises StoreUnavailable."""
    found = rules.untold(one.ticket_id, one.attempts + 1, now)
    with database.writing() as connection:
        alerts.lock(connection)
        raised = tell([found], alerts.lately(connection, now), policy, now)
        alerts.add(connection, raised, now, sends=sends)
    log.warning("alert_raised", kind=found.kind, ticket_id=found.ticket)


@dataclass(slots=True)
class Sender:
    """Sends what was raised. Remembers which channel took an alert that another refused, so that
    only the other is tried again; a new process would try both.
    """

    database: Database
    channels: Sequence[Channel]
    link: str
    takes: float = TAKES
    chance: Callable[[], float] = random.random
    _took: dict[int, set[str]] = field(default_factory=dict)

    def send_due(self, now: datetime) -> int:
        """Send what is due in one message; return how many went. Raises StoreUnavailable."""
        if not self._is_due(now):
            return 0
        with self.database.writing() as connection:
            alerts.withdraw(connection)
            claimed = alerts.claim(connection, MOST_TOGETHER, now)
        if not claimed:
            return 0
        for channel in self.channels:
            self._send(channel, [it for it in claimed if channel.name not in self._took_of(it)])
        done = [it for it in claimed if len(self._took_of(it)) == len(self.channels)]
        with self.database.writing() as connection:
            alerts.sent(connection, done, now)
            for one in claimed:
                if one not in done:
                    alerts.failed(connection, one, self._again(one, now))
        self._forget(claimed, done)
        return len(done)

    def _is_due(self, now: datetime) -> bool:
        with self.database.reading() as connection:
            return alerts.is_due(connection, now)

    def _send(self, channel: Channel, those: Sequence[ToSend]) -> None:
        if not those:
            return
        try:
            send_within(channel, note(those, self.link), self.takes)
        except NotSent as error:
            ids = [it.id for it in those]
            log.warning("alert_not_sent", channel=channel.name, why=str(error), alerts=ids)
            return
        for one in those:
            self._took_of(one).add(channel.name)

    def _took_of(self, one: ToSend) -> set[str]:
        return self._took.setdefault(one.id, set())

    def _again(self, one: ToSend, now: datetime) -> datetime | None:
        """Return when it is tried again; None: it is given up."""
        if one.attempts >= MOST_ATTEMPTS:
            log.error("alert_given_up", alert_id=one.id, kind=one.kind, attempts=one.attempts)
            return None
        pause = min(FIRST_PAUSE * (1 << (one.attempts - 1)), LONGEST_PAUSE)
        return now + pause * (0.5 + self.chance() / 2)  # so that not all try at once

    def _forget(self, claimed: Sequence[ToSend], done: Sequence[ToSend]) -> None:
        for one in claimed:
            if one in done or one.attempts >= MOST_ATTEMPTS:
                self._took.pop(one.id, None)


def note(those: Sequence[ToSend], link: str) -> Note:
    """Return what is sent of these alerts: what each says, and where to look."""
    lines = [f"{_mark(it)}{it.text} {_place(it, link)}" for it in those]
    return Note(_title(those), "\n".join(lines))


def base_link(settings: Settings) -> str:
    """Return where people reach the page, without a slash at its end."""
    return settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"


def _title(those: Sequence[ToSend]) -> str:
    critical = sum(it.kind in rules.CRITICAL for it in those)
    if len(those) == 1:
        one = those[0]
        about = f", ticket {one.ticket}" if one.ticket else ""
        return f"Triage{' CRITICAL' if critical else ''}: {words(one.kind)}{about}"
    return f"Triage: {len(those)} alerts" + (f", {critical} CRITICAL" if critical else "")


def words(kind: rules.Kind) -> str:
    """Return a kind in words."""
    return kind.replace("_", " ")


def _mark(one: ToSend) -> str:
    return "CRITICAL: " if one.kind in rules.CRITICAL else ""


def _place(one: ToSend, link: str) -> str:
    return f"{link}/tickets/{one.ticket}" if one.ticket else f"{link}/alerts"
