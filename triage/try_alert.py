"""Try every channel with an alert that says it is a test."""

from __future__ import annotations

from dataclasses import dataclass

from triage.alert import base_link
from triage.channel import Note, NotSent, send_within
from triage.channels import channels
from triage.errors import BadInput
from triage.settings import Settings


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a test by one channel; `why` it was not sent, empty where it was."""

    channel: str
    why: str


def try_channels(settings: Settings) -> list[Tried]:
    """Send a test by each channel. Raises BadInput where none is set, or one is set badly."""
    ways = channels(settings)
    if not ways:
        raise BadInput("no channel is set: expected TRIAGE_ALERT_WEBHOOK or TRIAGE_SMTP_URL")
    text = f"A test of Triage's alerts: nothing has happened. {base_link(settings)}/alerts"
    tried = []
    for way in ways:
        try:
            send_within(way, Note("Triage: a test", text))
            tried.append(Tried(way.name, ""))
        except NotSent as error:
            tried.append(Tried(way.name, f"not sent: {error}"))
    return tried
