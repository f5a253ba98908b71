"""A folder of a mailbox by IMAP (RFC 3501), always encrypted: what is new, one mail at a time.

Thin: what a mail means is read elsewhere, and how far the folder was read is kept elsewhere.
"""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from triage.errors import TriageError
from triage.store.mail_folders import Place, Position

TIMEOUT = 30.0  # s for each answer
MAX_MAIL = 1024 * 1024  # bytes read of one mail: attachments come last

_T = TypeVar("_T")

_CAME = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_SHIFTED = re.compile(r"[^\x20-\x7e]+")


class MailboxTrouble(TriageError):
    """The mailbox does not answer, or does not let us read."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail: its number, its first bytes and when it came into the mailbox."""

    uid: int
    body: bytes
    came: datetime | None


class Mailbox:
    """An open folder. Every method raises MailboxTrouble."""

    def __init__(self, connection: imaplib.IMAP4, place: Place) -> None:
        self._imap = connection
        self._place = place
        folder = _quoted(_utf7(place.folder))
        reads_only = not place.marks_read
        kind, _ = _asked(lambda: connection.select(folder, readonly=reads_only), "select")
        if kind != "OK":
            raise MailboxTrouble(f"the mailbox has no folder {place.folder!r} that may be read")
        self.validity = self._number("UIDVALIDITY")

    def last(self) -> Position:
        """Return the position behind the last mail that there is."""
        found = self._search("UID *")
        return Position(self.validity, max(found, default=0))

    def newer(self, uid: int) -> list[int]:
        """Return the numbers above this one, in order."""
        # "8:*" is also the last mail where that is the 7th, says RFC 3501
        return sorted(it for it in self._search(f"UID {uid + 1}:*") if it > uid)

    def since(self, day: datetime) -> list[int]:
        """Return the numbers of what came on that day or later, in order."""
        months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - shorter
        return sorted(self._search(f"SINCE {day.day}-{months[day.month - 1]}-{day.year}"))

    def fetch(self, uid: int) -> Fetched | None:
        """Return a mail, without marking it as read; None where it is there no more."""
        wanted = f"(UID INTERNALDATE BODY.PEEK[]<0.{MAX_MAIL}>)"
        found = self._uid("FETCH", str(uid), wanted)
        mail = next((it for it in found if isinstance(it, tuple)), None)  # the one with a body
        return Fetched(uid, mail[1], _came(b" ".join(_told(found)))) if mail else None

    def mark_read(self, uid: int) -> None:
        """Mark a mail as read, as a person who opened it would."""
        self._uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _search(self, what: str) -> list[int]:
        found = self._uid("SEARCH", what)
        return [int(word) for line in found if isinstance(line, bytes) for word in line.split()]

    def _uid(self, *command: str) -> Sequence[Any]:
        kind, found = _asked(lambda: self._imap.uid(*command), command[0].lower())
        if kind != "OK":
            raise MailboxTrouble(f"the mailbox refused to {command[0].lower()}")
        return found

    def _number(self, name: str) -> int:
        _, found = self._imap.response(name)
        last = (found or [None])[-1]
        if not isinstance(last, bytes) or not last.isdigit():
            raise MailboxTrouble(f"the mailbox tells no {name}, without which nothing can resume")
        return int(last)


@contextmanager
def opened(place: Place, password: str, context: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Yield the folder; log out at the end. Raises MailboxTrouble.

    `context`: whom to trust, where that is not who this machine trusts.
    """
    connection = _asked(lambda: _connected(place, context or _trusting()), "connect")
    try:
        _log_in(connection, place.user, password)
        yield Mailbox(connection, place)
    finally:
        _leave(connection)


def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context()


def _connected(place: Place, context: ssl.SSLContext) -> imaplib.IMAP4:
    if not place.starttls:
        return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=TIMEOUT)
    connection = imaplib.IMAP4(place.host, place.port, timeout=TIMEOUT)
    try:
        connection.starttls(context)  # raises where it is not offered: never without
    except BaseException:
        _hang_up(connection)
        raise
    return connection


def _log_in(connection: imaplib.IMAP4, user: str, password: str) -> None:
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            secret = f"\0{user}\0{password}".encode()
            connection.authenticate("PLAIN", lambda _: secret)
        else:
            connection.login(_quoted(user), password)
    except imaplib.IMAP4.abort as error:
        raise MailboxTrouble("the mailbox broke the connection at the log-in") from error
    except (imaplib.IMAP4.error, UnicodeError):  # whose words may repeat what was sent
        raise MailboxTrouble("the mailbox does not take this user and password") from None
    except OSError as error:
        raise MailboxTrouble(f"the mailbox does not answer: {_reason(error)}") from error


def _leave(connection: imaplib.IMAP4) -> None:
    try:
        connection.logout()
    except (imaplib.IMAP4.error, OSError):
        _hang_up(connection)


def _hang_up(connection: imaplib.IMAP4) -> None:
    with suppress(OSError):  # what went wrong before counts
        connection.shutdown()


def _asked(call: Callable[[], _T], what: str) -> _T:
    try:
        return call()
    except ssl.SSLError as error:
        raise MailboxTrouble(f"the mailbox cannot be trusted: {_reason(error)}") from error
    except OSError as error:
        raise MailboxTrouble(f"the mailbox does not answer: {_reason(error)}") from error
    except imaplib.IMAP4.error as error:
        raise MailboxTrouble(f"the mailbox refused to {what}") from error


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _told(found: Sequence[Any]) -> Iterator[bytes]:
    """Yield what was said before and behind the mail itself; some say the date behind it."""
    for item in found:
        said = item[0] if isinstance(item, tuple) else item
        if isinstance(said, bytes):
            yield said


def _came(told: bytes) -> datetime | None:
    found = _CAME.search(told)
    try:
        moment = parsedate_to_datetime(found[1].decode("ascii").strip()) if found else None
    except (ValueError, TypeError):
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(folder: str) -> str:
    """Return a folder's name as IMAP writes it (RFC 3501, 5.1.3)."""

    def shifted(match: re.Match[str]) -> str:
        encoded = base64.b64encode(match[0].encode("utf-16-be")).decode().rstrip("=")
        return f"&{encoded.replace('/', ',')}-"

    return _SHIFTED.sub(shifted, folder.replace("&", "&-"))
