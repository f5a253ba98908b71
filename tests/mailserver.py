"""A real mailbox for tests: pymap, an IMAP server in Python, with a certificate of its own."""

from __future__ import annotations

import imaplib
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.receivers import a_certificate
from tests.servers import answers, free_port, wait_until
from triage.store.mail_folders import Place

USER, PASSWORD = "help@shop.example", 'pass "word\\ of 2'


@dataclass
class MailServer:
    """Keeps mails in memory: started again, it has none, and numbers them anew."""

    folder: Path
    tls: bool = True
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        _, self.context = a_certificate(self.folder)

    def start(self) -> None:
        secure = ["--cert", str(self.folder / "cert.pem"), "--key", str(self.folder / "key.pem")]
        listening = ["--host", "127.0.0.1", "--port", str(self.port)]
        user = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        program = [str(Path(sys.executable).with_name("pymap")), *listening]
        command = [*program, *(secure if self.tls else ["--no-tls"]), *user]
        with (self.folder / "pymap.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(lambda: answers(self.port), "pymap")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def place(self, **changes: object) -> Place:
        known = {"host": "localhost", "port": self.port, "starttls": True, "user": USER}
        return Place(**{"folder": "INBOX", **known, **changes})  # type: ignore[arg-type]

    def client(self) -> imaplib.IMAP4:
        """Return a mail program that is logged in."""
        program = imaplib.IMAP4("localhost", self.port)
        if self.tls:
            program.starttls(self.context)
        program.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        return program

    def receive(self, *mails: bytes, folder: str = "INBOX", at: str | None = None) -> None:
        """Put mails into a folder, as a mail server does that delivers."""
        program = self.client()
        for mail in mails:
            kind, _ = program.append(folder, "", at or "", mail)
            assert kind == "OK"
        program.logout()

    def empty(self) -> None:
        """Delete every mail; numbers are not used again."""
        program = self.client()
        program.select("INBOX")
        program.store("1:*", "+FLAGS", r"(\Deleted)")
        program.expunge()
        program.logout()

    def unread(self) -> int:
        program = self.client()
        program.select("INBOX", readonly=True)
        _, found = program.search(None, "UNSEEN")
        program.logout()
        return len(found[0].split())
