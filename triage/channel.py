"""A channel for alerts: what it is given, how it says no, and for how long it is waited for."""

from __future__ import annotations

import http.client
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from triage.errors import TriageError

TAKES = 15.0  # s at most for all of it: for the name's address, and however slowly bytes come


class NotSent(TriageError):
    """A channel did not take a message; the reason names no address and no secret."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is sent: one line that says it, and the whole."""

    title: str
    text: str


class Channel(Protocol):
    """A way out of the house."""

    @property
    def name(self) -> str: ...

    def send(self, note: Note) -> None:
        """Send it, or raise NotSent."""


def send_within(channel: Channel, note: Note, takes: float = TAKES) -> None:
    """Send, and wait so long for it at most: a name's look-up knows no time-out. Raises NotSent."""
    ended: list[NotSent | None] = []

    def run() -> None:
        try:
            channel.send(note)
            ended.append(None)
        except NotSent as error:
            ended.append(error)
        except Exception as error:  # a bug of ours: nothing of it may be shown or lost
            ended.append(NotSent(f"failed ({type(error).__name__})"))

    thread = threading.Thread(target=run, name=f"alert by {channel.name}", daemon=True)
    thread.start()
    thread.join(takes)
    if not ended:
        raise NotSent(f"did not end within {takes:g} s")
    if ended[0]:
        raise ended[0]


@contextmanager
def said_clearly() -> Iterator[None]:
    """Turn whatever goes wrong into NotSent: many errors would show the address."""
    try:
        yield
    except NotSent:
        raise
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"answered with code {error.smtp_code}") from None
    except (OSError, http.client.HTTPException, smtplib.SMTPException, ValueError) as error:
        raise NotSent(f"could not be reached ({type(error).__name__})") from None
