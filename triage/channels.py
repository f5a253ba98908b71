"""The ways out of the house for an alert: an incoming webhook as Slack knows it, and e-mail.

They follow no redirect and read no more of an answer than its status. A webhook's address is a
secret: no error names it.
"""

from __future__ import annotations

import http.client
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

import orjson

from triage.channel import Channel, Note, NotSent, said_clearly
from triage.errors import BadInput
from triage.settings import Settings

QUIET_FOR = 5.0  # s without a byte
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Webhook:
    """An incoming webhook that takes `{"text": …}`: Slack, Mattermost, and what imitates them."""

    address: SplitResult = field(repr=False)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    name: str = "webhook"

    def send(self, note: Note) -> None:
        """Post the text. Raises NotSent."""
        query = f"?{self.address.query}" if self.address.query else ""
        body = orjson.dumps({"text": note.text})
        client = self._client()
        with said_clearly():
            try:
                path = f"{self.address.path or '/'}{query}"
                client.request("POST", path, body, {"Content-Type": "application/json"})
                status = client.getresponse().status  # its body nobody needs
            finally:
                client.close()
        if not 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls a success
            raise NotSent(f"answered with status {status}")

    def _client(self) -> http.client.HTTPConnection:
        host, port = self.address.hostname or "", self.address.port
        if self.address.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=QUIET_FOR)
        return http.client.HTTPSConnection(host, port, timeout=QUIET_FOR, context=self.tls)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server; a password is said only after TLS."""

    server: SplitResult = field(repr=False)
    sender: str
    receivers: Sequence[str]
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    name: str = "e-mail"

    def send(self, note: Note) -> None:
        """Hand the mail to the server. Raises NotSent."""
        with said_clearly(), self._client() as client:
            self._log_in(client)
            refused = client.send_message(self._message(note))
        if refused:
            raise NotSent(f"{len(refused)} of {len(self.receivers)} addresses were refused")

    def _client(self) -> smtplib.SMTP:
        host, port = self.server.hostname or "", self.server.port or PORTS[self.server.scheme]
        if self.server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=QUIET_FOR, context=self.tls)
        return smtplib.SMTP(host, port, timeout=QUIET_FOR)

    def _log_in(self, client: smtplib.SMTP) -> None:
        client.ehlo()
        if self.server.scheme == "smtp" and client.has_extn("starttls"):
            client.starttls(context=self.tls)
            client.ehlo()
        elif self.server.scheme == "smtp" and self.server.username:
            raise NotSent("offers no STARTTLS, so the password was not said")
        if self.server.username:
            client.login(unquote(self.server.username), unquote(self.server.password or ""))

    def _message(self, note: Note) -> EmailMessage:
        message = EmailMessage()
        message["Subject"], message["From"] = note.title, self.sender
        message["To"] = ", ".join(self.receivers)
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="triage.invalid")
        message["Auto-Submitted"] = "auto-generated"  # so that nobody's absence note answers it
        message.set_content(note.text)
        return message


def channels(settings: Settings) -> list[Channel]:
    """Return the channels that the settings name, none where they name none. Raises BadInput."""
    found: list[Channel] = []
    if webhook := settings.alert_webhook.get_secret_value():
        found.append(Webhook(_address(webhook, "TRIAGE_ALERT_WEBHOOK", ("http", "https"))))
    if server := settings.smtp_url.get_secret_value():
        receivers = [it.strip() for it in settings.alert_mail_to.split(",") if it.strip()]
        if not (settings.alert_mail_from and receivers):
            raise BadInput("TRIAGE_SMTP_URL: TRIAGE_ALERT_MAIL_FROM and _TO must be set with it")
        address = _address(server, "TRIAGE_SMTP_URL", tuple(PORTS))
        found.append(Mail(address, settings.alert_mail_from, receivers))
    return found


def _address(text: str, setting: str, schemes: Sequence[str]) -> SplitResult:
    """Return the address taken apart. Raises BadInput, which does not show it."""
    expected = f"{setting}: expected an address such as {schemes[-1]}://host/, by "
    try:
        found = urlsplit(text)
        good = found.scheme in schemes and found.hostname and found.port != 0
    except ValueError:
        good = False
    if not good or not text.isascii() or not text.isprintable() or " " in text:
        raise BadInput(expected + " or ".join(schemes))
    return found
