"""What an administrator sets up beside a running service: sources with their secrets, agents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from triage import reading_health, source_health, switch_writes
from triage.domain.ticket import Mode
from triage.errors import BadInput
from triage.helpdesks.registry import HELPDESKS
from triage.policyfile import load_policy
from triage.ports import utcnow
from triage.roster import read_roster
from triage.settings import Settings
from triage.store import agents, outbox, schema, sources, thin_events
from triage.store.database import Database
from triage.store.sources import Vault
from triage.store.thin_events import State

SECRETS_KEPT = 2  # the new one and the one that the helpdesk may still use


@dataclass(frozen=True, slots=True)
class NewSource:
    """Where the helpdesk sends to, and what it signs with."""

    address: str
    secret: str = field(repr=False)


def add_source(settings: Settings, vendor: str, name: str, secret: str = "") -> NewSource:
    """Make a source. Raises BadInput."""
    secret = _checked_secret(vendor, secret)
    _check_form(name)
    try:
        with _writing(settings) as connection:
            sources.add(connection, name, vendor, (secret,), Vault(settings.secret_key), utcnow())
    except IntegrityError as error:
        raise _taken(name) from error
    return NewSource(settings.webhook(name), secret)


def check_name(settings: Settings, name: str) -> None:
    """Raise BadInput where no source can be made with that name."""
    _check_form(name)
    with _writing(settings) as connection:
        if any(name == known for known, *_ in sources.listed(connection)):
            raise _taken(name)


def _check_form(name: str) -> None:
    if not sources.NAME.fullmatch(name):
        raise BadInput(f"name {name!r}: expected lower-case letters, digits, - and _, 63 at most")


def _taken(name: str) -> BadInput:
    return BadInput(f"name {name!r}: there is a source of that name already")


def rotate(settings: Settings, name: str, secret: str = "") -> str:
    """Add a new secret beside the newest old one and return it. Raises UnknownSource, BadInput."""
    vault = Vault(settings.secret_key)
    with _writing(settings) as connection:
        known = sources.by_name(connection, name, vault)
        fresh = _checked_secret(known.vendor, secret)
        kept = (fresh, *known.secrets)[:SECRETS_KEPT]
        sources.change_secrets(connection, name, kept, vault)
    return fresh


def list_sources(settings: Settings) -> list[tuple[str, ...]]:
    """Return every source as a row of texts."""
    with _writing(settings) as connection:
        waiting, now = thin_events.states(connection), utcnow()
        read = reading_health.healths(connection, now)
        written = outbox.standing(connection)
        words = {it.name: str(it.status) for it in source_health.health(connection, now)}
        return [
            (
                name,
                vendor,
                mode,
                "yes" if raises else "no",
                _words_wait(waiting.get(name)),
                reading_health.in_words(read.get(name), now),
                switch_writes.in_words(written.get(name), now),
                words[name],
            )
            for name, vendor, mode, raises in sources.listed(connection)
        ]


def _words_wait(state: State | None) -> str:
    """Return how many deliveries wait for their words, and why."""
    if state is None:
        return "-"
    return f"{state.waiting}: {state.problem}" if state.problem else f"{state.waiting}"


def set_mode(settings: Settings, name: str, mode: Mode, *, opening_raises: bool) -> None:
    """Say what Triage may do with a source's tickets. Raises UnknownSource."""
    with _writing(settings) as connection:
        sources.set_mode(connection, name, mode, opening_raises=opening_raises)


def set_ours(settings: Settings, name: str, ours: Iterable[str]) -> None:
    """Say which names are of our own side at a source. Raises UnknownSource."""
    with _writing(settings) as connection:
        sources.set_ours(connection, name, ours)


def import_agents(settings: Settings, file: Path) -> int:
    """Save the agents of a CSV file; return how many. Raises BadInput, and then nothing changes."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = read_roster(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: {error}; expected a CSV file in UTF-8") from error
    with _writing(settings) as connection:
        agents.save(connection, rows)
    return len(rows)


def list_agents(settings: Settings) -> list[tuple[str, ...]]:
    """Return every agent as a row of texts. Raises BadFile."""
    policy, now = load_policy(settings.policy_file), utcnow()
    with _writing(settings) as connection:
        everybody = agents.all_agents(connection, policy, now)
    return [
        (
            str(agent.id),
            agent.name,
            str(agent.experience),
            ", ".join(sorted(agent.skills)),
            "yes" if agent.on_shift(now) else "no",
            f"{agent.load} of {agent.capacity}",
            f"{agent.emotional_load:.1f}",
        )
        for agent in everybody
    ]


def check_vendor(vendor: str) -> None:
    """Raise BadInput where nobody of that name can send."""
    if vendor not in HELPDESKS:
        raise BadInput(f"vendor {vendor!r}: expected one of {', '.join(sorted(HELPDESKS))}")


def check_secret(vendor: str, secret: str) -> None:
    """Raise BadInput, which never shows it, where a vendor's source cannot be made with it."""
    try:
        HELPDESKS[vendor].check_secret(secret)
    except ValueError as error:
        raise BadInput(f"secret: {error}") from error


def _checked_secret(vendor: str, secret: str) -> str:
    check_vendor(vendor)
    secret = secret or HELPDESKS[vendor].new_secret()
    check_secret(vendor, secret)
    return secret


@contextmanager
def _writing(settings: Settings) -> Iterator[Connection]:
    schema.migrate(settings.database)
    database = Database(settings.database)
    try:
        with database.writing() as connection:
            yield connection
    finally:
        database.close()
