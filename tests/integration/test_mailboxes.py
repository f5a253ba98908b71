"""A folder of a real IMAP server: read once, in order, encrypted, whatever is killed meanwhile."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import POLICY
from tests.mailserver import PASSWORD, USER, MailServer
from tests.servers import wait_until
from tests.terminal import terminal
from tests.unit.helpdesks.signed_deliveries import example
from triage import add_mailbox, read_mail
from triage.add_mailbox import add_mailbox as add
from triage.domain.ticket import Author, Status
from triage.errors import BadInput
from triage.helpdesks.event import Delivery
from triage.mailbox import MailboxTrouble
from triage.read_mail import read_folder
from triage.settings import Settings
from triage.store import mail_folders, sources, tables
from triage.store.database import Database
from triage.store.mail_folders import Folder
from triage.store.sources import Vault, new_key
from triage.store.thin_events import State  # noqa: F401 - its table must be known
from workers import mailboxes

ROOT = Path(__file__).parents[2]
SLOW = 90.0  # s for a process to start on a busy machine
NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
CREATED, REPLIED = example("email_created"), example("email_customer_replied")


def a_mail(number: int) -> bytes:
    return f"From: c{number}@example.org\nMessage-ID: <{number}@x>\n\nHello {number}".encode()


class Shop:
    """A mailbox, and an installation that reads it."""

    def __init__(self, server: MailServer, settings: Settings) -> None:
        self.server, self.settings = server, settings
        self.database = Database(settings.database)

    def add(self, name: str = "mail", **changes: Any) -> int:
        from_start = changes.pop("from_start", False)
        context = changes.pop("context", self.server.context)
        password = changes.pop("password", PASSWORD)
        place = self.server.place(**changes)
        return add(
            self.settings, name, place, password, [USER], from_start=from_start, context=context
        )

    @property
    def folder(self) -> Folder:
        with self.database.reading() as connection:
            [found] = mail_folders.all_folders(connection, Vault(self.settings.secret_key))
        return found

    def look(self, folder: Folder | None = None) -> int:
        context = self.server.context
        return read_folder(self.database, folder or self.folder, POLICY, NOW, context).stored

    def column(self, column: Any) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(column).order_by(column.table.c.id)).scalars())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    made = MailServer(tmp_path_factory.mktemp("mail"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def server(running: MailServer) -> MailServer:
    running.empty()
    return running


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    folder = tmp_path / "data"
    folder.mkdir()
    return Settings(data_folder=folder, database_url=database_url, secret_key=new_key())


@pytest.fixture
def shop(server: MailServer, settings: Settings) -> Iterator[Shop]:
    made = Shop(server, settings)
    yield made
    made.database.close()


def test_a_conversation_is_read_as_one_ticket_and_only_once(shop):
    shop.server.receive(CREATED)
    assert shop.add(from_start=True) == 1
    assert shop.look() == 1
    shop.server.receive(example("email_agent_replied"))
    assert shop.look() == 1
    assert shop.column(tables.ticket.c.status) == [Status.ANSWERED]
    shop.server.receive(REPLIED, example("email_absent"))
    assert (shop.look(), shop.look()) == (2, 0)
    assert shop.column(tables.ticket.c.external_id) == ["first@mail.example.org"]
    assert shop.column(tables.ticket.c.status) == [Status.WAITING]
    assert shop.column(tables.message.c.author) == [
        Author.CUSTOMER,
        Author.AGENT,
        Author.CUSTOMER,
        Author.SYSTEM,
    ]
    assert shop.column(tables.ticket.c.state) == ["due"]  # the sweep finds it


def test_a_new_source_reads_what_comes_from_now_on(shop):
    shop.server.receive(a_mail(1))
    assert shop.add() == 0
    shop.server.receive(a_mail(2))
    assert shop.look() == 1
    assert shop.column(tables.ticket.c.external_id) == ["2@x"]


def test_nothing_is_marked_as_read_unless_asked(shop):
    shop.server.receive(a_mail(1), a_mail(2))
    shop.add(from_start=True)
    shop.look()
    assert shop.server.unread() == 2
    shop.look(replace(shop.folder, position=mail_folders.Position(0, 0)))
    asked = replace(shop.folder, place=shop.server.place(marks_read=True))
    shop.server.receive(a_mail(3))
    shop.look(asked)
    assert shop.server.unread() == 2


def test_a_mailbox_that_numbers_anew_gives_nothing_twice_and_nothing_is_lost(shop):
    shop.server.receive(a_mail(1), a_mail(2))
    shop.add(from_start=True)
    shop.look()
    shop.server.stop()
    shop.server.start()  # it keeps mails in memory only: as if rebuilt from elsewhere
    today = datetime.now(UTC).strftime('"%d-%b-%Y %H:%M:%S +0000"')
    shop.server.receive(a_mail(2), a_mail(1), a_mail(3), at=today)
    assert shop.look() == 3
    assert shop.column(tables.ticket.c.external_id) == ["1@x", "2@x", "3@x"]
    assert shop.look() == 0


def test_of_a_mailbox_that_numbers_anew_only_the_last_days_are_read(shop):
    shop.add()
    shop.server.stop()
    shop.server.start()
    shop.server.receive(a_mail(1), at='"01-Jan-2020 10:00:00 +0000"')
    shop.server.receive(a_mail(2))
    shop.look()
    assert shop.column(tables.ticket.c.external_id) == ["2@x"]


def test_two_who_read_at_once_store_each_mail_once(shop):
    shop.server.receive(*map(a_mail, range(5)))
    shop.add(from_start=True)
    before = shop.folder
    assert (shop.look(before), shop.look(before)) == (5, 5)
    assert len(shop.column(tables.message.c.id)) == 5
    assert shop.folder.position.uid > before.position.uid
    assert shop.look() == 0


def test_what_cannot_be_understood_is_kept_and_the_next_is_read(shop):
    shop.server.receive(b"no header\n\nat all", a_mail(1))
    shop.add(from_start=True)
    assert shop.look() == 2
    assert shop.column(tables.ticket.c.external_id) == ["1@x"]
    [reason] = shop.column(tables.dead_letter.c.reason)
    assert reason.startswith("the body: expected a mail")


def test_a_large_mail_is_read_up_to_its_attachment(shop):
    large = CREATED.replace(b"not words", b"A" * 3_000_000)
    shop.server.receive(large)
    shop.add(from_start=True)
    assert shop.look() == 1
    assert "50 € twice" in shop.column(tables.message.c.text)[0]


def test_more_mails_than_one_look_takes_are_left_for_the_next(shop, monkeypatch):
    monkeypatch.setattr(read_mail, "MOST_AT_ONCE", 2)
    shop.server.receive(*map(a_mail, range(3)))
    shop.add(from_start=True)
    read_at = shop.folder.read_at
    assert shop.look() == 2
    assert shop.folder.read_at == read_at
    assert shop.look() == 1
    assert shop.folder.read_at == NOW


def test_the_password_is_encrypted_at_rest_and_can_be_changed(shop):
    shop.add()
    [sealed] = shop.column(tables.source.c.secrets)
    assert PASSWORD not in sealed
    assert shop.folder.password == PASSWORD
    add_mailbox.change_password(shop.settings, "mail", "another one")
    assert shop.folder.password == "another one"
    with pytest.raises(MailboxTrouble, match="does not take this user and password") as error:
        shop.look()
    assert "another one" not in f"{error.value}{error.value.__cause__!r}"


@pytest.mark.parametrize("starttls", [True, False])
def test_a_server_without_tls_is_never_told_the_password(settings, tmp_path, starttls):
    server = MailServer(tmp_path, tls=False)
    server.start()
    try:
        with pytest.raises(MailboxTrouble):
            Shop(server, settings).add(starttls=starttls)
    finally:
        server.stop()
    assert b"LOGIN" not in (tmp_path / "pymap.log").read_bytes()


def test_a_server_that_nobody_vouches_for_is_not_trusted(shop):
    with pytest.raises(MailboxTrouble, match="cannot be trusted"):
        shop.add(context=None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "wrong"}, "does not take this user and password"),
        ({"folder": "Größe & co"}, "no folder 'Größe & co' that may be read"),
        ({"port": 1}, "does not answer: connection refused"),
        ({"host": "no-such-host.invalid"}, "does not answer"),
    ],
)
def test_what_is_wrong_with_a_mailbox_is_said_before_anything_is_kept(shop, changes, sentence):
    with pytest.raises(MailboxTrouble, match=sentence):
        shop.add(**changes)
    assert shop.column(tables.source.c.id) == []


def test_bad_names_and_passwords_are_said_in_one_sentence(shop):
    shop.add()
    for changes, sentence in (
        ({"name": "mail"}, "there is a source of that name already"),
        ({"name": "No Name"}, "expected lower-case letters"),
        ({"password": ""}, "expected 1 to 500 printable"),
        ({"password": "a\r\nb"}, "expected 1 to 500 printable"),
        ({"user": "a\r\nb"}, "expected printable characters"),
    ):
        with pytest.raises(BadInput, match=sentence):
            shop.add(**changes)


def test_a_mailbox_in_trouble_stops_no_other_and_is_asked_less_and_less(shop, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(shop.server.folder / "cert.pem"))
    with shop.database.writing() as connection:
        vault = Vault(shop.settings.secret_key)
        sources.add(connection, "broken", "imap", ("x",), vault, NOW)
        broken = sources.by_name(connection, "broken", vault)
        position = mail_folders.Position(1, 0)
        mail_folders.add(connection, broken.id, shop.server.place(port=1), position, NOW)
    shop.add()
    shop.server.receive(a_mail(1))
    reader = mailboxes.Reader(shop.settings, _Rules())
    at, asked = NOW, 0
    for _ in range(12):
        before = dict(reader._pauses)
        reader.look(at)
        asked += before != reader._pauses
        at += timedelta(minutes=2.5)
    assert shop.column(tables.ticket.c.external_id) == ["1@x"]
    assert asked == 5  # at once and after 1, 2, 4 and 8 minutes, looked at every 2.5
    reader._database.close()
    with shop.database.reading() as connection:
        troubles = [it.trouble for it in mail_folders.all_folders(connection, vault)]
    assert troubles == ["the mailbox does not answer: connection refused", ""]


class _Rules:
    """The rules in force, of which mailboxes want the policy only."""

    policy = POLICY

    def current(self) -> _Rules:
        return self


@pytest.mark.timeout(600)
def test_whoever_reads_may_be_killed_and_nothing_is_lost_or_twice(shop):
    mails = 120
    shop.server.receive(*map(a_mail, range(mails)))
    shop.add(from_start=True)
    chance = random.Random(7)
    for _ in range(6):
        before = _count(shop)
        with _reading(shop):
            wait_until(lambda least=before: _count(shop) > least, "another mail", SLOW)
            time.sleep(chance.uniform(0, 0.05))
        if _count(shop) == mails:
            break
    with _reading(shop):
        wait_until(lambda: _count(shop) == mails, "all mails", SLOW)
    assert sorted(shop.column(tables.ticket.c.external_id)) == sorted(
        f"{n}@x" for n in range(mails)
    )
    assert len(shop.column(tables.message.c.id)) == mails


def _count(shop: Shop) -> int:
    with shop.database.reading() as connection:
        found = connection.execute(select(func.count()).select_from(tables.message))
        return int(found.scalar_one())


@contextmanager
def _reading(shop: Shop) -> Iterator[None]:
    """Run the process that reads mailboxes in a service, the one of the sweep; kill it."""
    known = {
        "TRIAGE_DATA_FOLDER": str(shop.settings.data_folder),
        "TRIAGE_SECRET_KEY": shop.settings.secret_key,
        "DATABASE_URL": shop.settings.database_url,
        "SSL_CERT_FILE": str(shop.server.folder / "cert.pem"),
    }
    command = [sys.executable, "-m", "workers.schedule"]
    with (shop.server.folder / "schedule.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | known, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def test_the_command_asks_and_tells_and_never_takes_a_password_as_an_argument(
    triage, server, tmp_path, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(server.folder / "cert.pem"))
    server.receive(a_mail(1))
    answers = ["localhost", "n", str(server.port), USER, "INBOX", "", "n", "y", PASSWORD]
    done = triage("sources", "add", "imap", "mail", given="\n".join(answers) + "\n")
    assert done.returncode == 0, done.stderr
    assert "INBOX of localhost can be read; 1 mails there now will be." in done.stdout
    assert PASSWORD not in done.stdout
    assert "imap" in triage("sources", "list").stdout
    assert (
        "mail: help@shop.example, b@shop.example"
        in triage("sources", "ours", "mail", USER, "b@shop.example").stdout
    )
    again = triage("sources", "password", "mail", given="new password\n")
    assert (again.returncode, "encrypted" in again.stdout) == (0, True)
    assert b"new password" not in b"".join(
        path.read_bytes() for path in (tmp_path / "data").glob("triage.db*")
    )
    refused = triage("sources", "password", "none", given="x\n")
    assert (refused.returncode, refused.stderr) == (2, "triage: there is no source named 'none'\n")


def test_at_a_terminal_a_bad_name_is_asked_for_again_and_the_mailbox_is_tried_as_a_source(
    triage, server, tmp_path, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(server.folder / "cert.pem"))
    known = os.environ | {"TRIAGE_DATA_FOLDER": str(tmp_path / "data")}
    with terminal(known, "sources", "add", "imap", "No Name") as stopped:
        stopped.expect("expected lower-case letters")
        stopped.answers(("[mail]", ""))
        stopped.expect("IMAP server")
        assert stopped.interrupted() == 130
    assert "Stopped; nothing was made." in stopped.said
    with terminal(known, "sources", "add", "imap") as one:
        one.answers(("[mail]", ""), ("IMAP server", "localhost"), ("No: STARTTLS", "n"))
        one.answers(("port [143]", str(server.port)), ("user", USER), ("folder", ""))
        one.answers(("answer from", ""), ("mark as read", "n"), ("read also", "n"))
        one.hidden("password", PASSWORD)
        assert one.ended() == 0, one.said
    tried = triage("sources", "test", "mail")
    assert tried.returncode == 0, tried.stderr
    assert "good  mailbox         INBOX of localhost can be read" in tried.stdout


def test_a_delivery_says_whose_side_an_address_is_on():
    delivery = Delivery({}, b"", ours=frozenset({"help@shop.example"}))
    assert delivery.is_ours(" Help@Shop.Example")
    assert not delivery.is_ours("dana@example.org")
    assert not delivery.is_ours(None)
