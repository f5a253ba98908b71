"""The web process that the page's tests look at, and what a browser had to complain about."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select, update

from tests.admitted import a_key, a_person, a_session
from tests.fakes import SetClock
from tests.integration.test_decide import World
from tests.servers import free_port, wait_until
from triage import correct, sweep
from triage.correct import Labels, Person
from triage.domain.person import Role
from triage.domain.ticket import Author, MessageId, TicketId
from triage.ports import utcnow
from triage.settings import Settings
from triage.store import access_tables, events, follow_ups, schema, tables, work
from triage.store.database import Database
from triage.store.events import EventKind
from triage.store.sources import new_key

KEY = "the-api-key-of-these-tests"  # of a program that may do everything
#: Who can log in, by role; their password is tests.admitted.PASSWORD.
PEOPLE = {Role.AGENT: "Ann", Role.SUPERVISOR: "Sue", Role.ADMIN: "Ada"}
KEPT = {tables.source, access_tables.person, access_tables.api_key}
STARTS_WITHIN = 60.0  # s, likewise
AT_MOST = 10_000  # ms that the page may take for anything: CI's cores may be shared


@dataclass
class Desk:
    """A web process of its own, and a worker's decisions without a worker."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.settings = Settings(
            data_folder=self.folder,
            database_url="",
            redis_url="",
            secret_key=new_key(),
            port=self.port,
        )
        schema.migrate(self.settings.database)
        self.database = Database(self.settings.database)
        self.world = World(self.database)
        self.people = {
            role: a_person(self.database, name, role, f"{name}@example.org".lower())
            for role, name in PEOPLE.items()
        }
        a_key(self.database, KEY)
        self.clock: SetClock = self.world.clock
        self.clock.now = utcnow()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, **more: str) -> None:
        known = {"TRIAGE_SECRET_KEY": self.settings.secret_key}
        known |= {"TRIAGE_DATA_FOLDER": str(self.folder), "TRIAGE_PORT": str(self.port)}
        command = [sys.executable, "-m", "triage.api"]
        environment = os.environ | known | {"DATABASE_URL": "", "REDIS_URL": ""} | more
        self.process = subprocess.Popen(command, env=environment)
        wait_until(self._answers, "the web process", STARTS_WITHIN)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def close(self) -> None:
        self.stop()
        self.database.close()

    def session_of(self, role: Role) -> str:
        """Return the token of a new session of the person with this role."""
        return a_session(self.database, self.people[role])

    def receives(self, key: str, text: str, *, minutes_ago: float = 0, **values: Any) -> TicketId:
        """Store a customer's message; nothing is decided yet."""
        at = utcnow() - timedelta(minutes=minutes_ago)
        ordinary = {"ticket": key, "subject": f"About {key}", "customer_name": f"Customer {key}"}
        return self.world.accept(key, text, at=at, **ordinary | values)

    def decides(self, key: str, text: str, **values: Any) -> TicketId:
        ticket = self.receives(key, text, **values)
        self.clock.now = utcnow()
        self.world.decide(ticket)
        return ticket

    def is_answered(self, key: str) -> None:
        ticket = self.world.accept(
            f"{key}-a", "On it.", ticket=key, author=Author.AGENT, at=utcnow()
        )
        with self.database.writing() as connection:
            events.append(connection, EventKind.ANSWERED, [ticket], utcnow())

    def is_promised(self, ticket: TicketId, text: str, *, minutes_ago: float) -> None:
        """Note a promise that was due so long ago and not kept."""
        now = utcnow()
        with self.database.writing() as connection:
            due = now - timedelta(minutes=minutes_ago)
            follow_ups.promise(connection, ticket, text, due, due)
        sweep.miss_promises(self.database, now)

    def is_corrected(self, ticket: TicketId, message: int, **labels: Any) -> None:
        self.clock.now = utcnow()
        sue = Person(
            ticket_id=ticket, revision=self.world.ticket(ticket).revision, by="Sue <b>", why="no"
        )
        given = Labels(**labels)
        correct.correct_labels(self.database, sue, MessageId(message), given, utcnow())
        self.world.decide(ticket)

    def messages(self, ticket: TicketId) -> list[int]:
        """Return the numbers of the ticket's messages."""
        mine = select(tables.message.c.id).where(tables.message.c.ticket_id == ticket)
        with self.database.reading() as connection:
            return list(connection.execute(mine).scalars())

    def is_given_up(self, ticket: TicketId) -> None:
        spent = update(tables.ticket).where(tables.ticket.c.id == ticket)
        with self.database.writing() as connection:
            connection.execute(spent.values(attempts=work.MOST_ATTEMPTS))
        self.clock.now = utcnow()
        assert sweep.give_up(self.database, self.clock.forward(seconds=10)) == 1

    def is_emptied(self) -> None:
        with self.database.writing() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                if table not in KEPT:
                    connection.execute(table.delete())
        self.world.hire()


@dataclass
class Complaints:
    """What a browser had to complain about: errors, violations of the policy, dialogs."""

    heard: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("dialog", self._dialog)

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.heard.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()
