"""Replay: what another policy or model would have made of the past, played in memory.

Nothing is written: the database is read only, in chunks, and two runs of the same arrivals are
played beside each other, by the policy in force and by the one that is tried. Scorings are those
stored, unless another model is given, which then reads the messages again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import track

from triage.domain.agent import AgentId
from triage.domain.comparison import Comparison, compare
from triage.domain.emotion import Scoring
from triage.domain.policy import Policy
from triage.domain.replay import Arrival, Past, Turn, arrivals, turns, work_of
from triage.domain.simulation import play
from triage.domain.ticket import MessageId, TicketId
from triage.errors import BadInput
from triage.policyfile import load_policy
from triage.ports import Model
from triage.rules import Rules
from triage.settings import Settings
from triage.since import span
from triage.store import history
from triage.store.database import Database

CHUNK = 200  # tickets read at once
FIRST = TicketId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What is tried on the past: a policy beside the one in force, and a model where it is new."""

    in_force: Policy
    policy: Policy
    model: Model | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of it, with the names that a reader needs, and on what it rests."""

    since: datetime
    until: datetime
    policies: tuple[str, str]
    models: tuple[str, str]
    names: dict[AgentId, str]
    compared: Comparison
    answers: int
    known_work: int
    default: timedelta
    unread: int


def replay(
    database: Database,
    tried: Tried,
    since: datetime,
    now: datetime,
    default: timedelta,
    console: Console | None = None,
) -> Replay:
    """Return what was tried beside what is in force. Raises BadInput where there is no past."""
    with history.reading_only(database) as connection:
        history.check_tables(connection)
        staff = history.staff(connection, tried.in_force, since, now)
    read, pasts = _Read(), _pasts(database, tried.model, since)
    for past in track(pasts, "reading", console=console, transient=True, disable=not console):
        read.add(past, tried, since)
    if not read.arrivals:
        raise BadInput(f"since {since:%Y-%m-%d %H:%M} UTC no customer wrote anything that was read")
    arrived = sorted(read.arrivals, key=lambda it: (it.at, it.ticket.id))
    work = work_of(read.turns, staff, default)
    runs = (
        play(arrived, 0, staff, tried.in_force, work, now),
        play(arrived, 1, staff, tried.policy, work, now),
    )
    played = {it.turn for it in arrived}
    stored = ", ".join(sorted(read.models))
    return Replay(
        since=since,
        until=now,
        policies=(tried.in_force.version, tried.policy.version),
        models=(stored, tried.model.version if tried.model else stored),
        names={it.id: it.name for it in staff},
        compared=compare(arrived, runs, staff, tried.in_force, read.turns, (since, now)),
        answers=len(played),
        known_work=len(played & work.known),
        default=default,
        unread=read.unread,
    )


def replay_of(
    settings: Settings,
    since: datetime,
    policy_file: Path | None,
    weights: Path | None,
    default: timedelta,
    now: datetime,
    console: Console,
) -> Replay:
    """Return `replay` of the installation's own past. Raises TriageError."""
    if policy_file is None and weights is None:
        raise BadInput("nothing to try: expected --policy, --model or both")
    in_force = Rules.of(settings).current().policy
    policy = load_policy(policy_file) if policy_file else in_force
    database = history.existing(settings.database)
    try:
        model = _model(weights) if weights else None
        tried = Tried(in_force=in_force, policy=policy, model=model)
        return replay(database, tried, since, now, default, console)
    finally:
        database.close()


def moment(text: str, now: datetime) -> datetime:
    """Return since when: so long before now, or at a date (UTC where it names no zone).

    Raises BadInput.
    """
    try:
        since = datetime.fromisoformat(text)
    except ValueError:
        try:
            return now - span(text)
        except BadInput as error:
            raise BadInput(
                f"since {text!r}: expected a span such as 12h or 30d, or a date such as 2026-11-01"
            ) from error
    try:
        since = (since if since.tzinfo else since.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise BadInput(f"since {text!r}: expected a moment of this calendar") from None
    if since >= now:
        raise BadInput(f"since {text!r}: expected a moment in the past")
    return since


@dataclass(slots=True)
class _Read:
    """What was read so far; none of its words."""

    arrivals: list[Arrival] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    models: set[str] = field(default_factory=set)
    unread: int = 0

    def add(self, past: Past, tried: Tried, since: datetime) -> None:
        found, unread = arrivals(past, since, (tried.in_force, tried.policy))
        self.arrivals.extend(found)
        self.turns.extend(turns(past))
        self.models.update(it.model_version for it in past.scorings.values())
        self.unread += unread


def _pasts(database: Database, model: Model | None, since: datetime) -> Iterator[Past]:
    after = FIRST
    version = model.version if model else None
    while True:
        with history.reading_only(database) as connection:
            tickets = history.asked_since(connection, since, after, CHUNK)
            found = history.pasts(connection, tickets, version) if tickets else []
        for past in found:
            yield replace(past, again=_again(past, model) if model else past.scorings)
        if not tickets:
            return
        after = tickets[-1]


def _again(past: Past, model: Model) -> dict[MessageId, Scoring]:
    """Return the messages as this model reads them; outside any transaction."""
    return {
        it.id: past.again.get(it.id) or model.score(it.text, past.language_hint)
        for it in past.ticket.customer_messages
        if it.id in past.scorings  # what was never read is no part of the past
    }


def _model(weights: Path) -> Model:
    """Return the model of a folder or mapping file. Raises BadInput."""
    from models.classifier import Classifier  # noqa: PLC0415 - loaded only where one is tried
    from models.manifest import ModelUnavailable  # noqa: PLC0415

    try:
        return Classifier.load(weights)
    except ModelUnavailable as error:
        raise BadInput(str(error)) from error
