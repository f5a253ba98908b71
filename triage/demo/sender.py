"""Sends demo tickets through the signed webhook of the running service, as a helpdesk would."""

from __future__ import annotations

import json
import secrets
import time
import urllib.request
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from rich.console import Console
from rich.progress import track

from triage import administration
from triage.errors import TriageError, UnknownSource
from triage.helpdesks.standard_webhooks import sign
from triage.ports import utcnow
from triage.settings import Settings

SOURCE = "demo"
PATIENCE = 10.0  # s for an answer
START_WITHIN = 60.0  # s for a service that was only just started
LOOK_EVERY = 0.25  # s


class NotRunning(TriageError):
    """The service does not answer at its address; start it with `make up` first."""


def send_one(settings: Settings, text: str, *, subject: str, ticket: str, name: str) -> str:
    """Send one customer's message and return what the service answered. Raises NotRunning."""
    number = ticket or f"T-{secrets.token_hex(3)}"
    kind = "ticket.customer_replied" if ticket else "ticket.created"
    data = {
        "ticket_id": number,
        "subject": subject,
        "text": text,
        "channel": "email",
        "requester": {"id": name.casefold(), "name": name},
    }
    answer = _post(settings, _secret(settings), kind, data)
    return f"{number}: {answer['status']}; see http://{settings.host}:{settings.port}/"


def play_day(settings: Settings, pace: float, console: Console) -> None:
    """Import the sample agents and send the day's events, one each `pace` seconds.

    Raises NotRunning where the service is not ready within START_WITHIN.
    """
    _wait_until_ready(settings, console)
    secret = _secret(settings)
    with resources.as_file(resources.files("triage.demo") / "agents.csv") as agents:
        count = administration.import_agents(settings, Path(agents))
    console.print(f"{count} agents on shift; watch http://{settings.host}:{settings.port}/")
    run = secrets.token_hex(2)  # a second day opens new tickets
    for event in track(list(day()), description="a day at the desk", console=console):
        _post(settings, secret, event["type"], _renamed(event["data"], run))
        time.sleep(pace)


def _wait_until_ready(settings: Settings, console: Console) -> None:
    """Give a service that was only just started the time it needs."""
    address = f"http://{settings.host}:{settings.port}"
    deadline = time.monotonic() + START_WITHIN
    with console.status(f"waiting for {address}; start it with make up if you have not"):
        while not _is_ready(f"{address}/readyz"):
            if time.monotonic() > deadline:
                raise NotRunning(f"{address} is not ready: start it with make up")
            time.sleep(LOOK_EVERY)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE):  # noqa: S310 - our own
            return True
    except OSError:  # refused, or not ready
        return False


def day() -> Iterator[dict[str, Any]]:
    """Yield the day's events in order: `type`, `data`, and for customers' messages `expect`."""
    text = (resources.files("triage.demo") / "tickets.jsonl").read_text(encoding="utf-8")
    yield from map(json.loads, text.splitlines())


def _renamed(data: dict[str, Any], run: str) -> dict[str, Any]:
    return data | {"ticket_id": f"{data['ticket_id']}-{run}"}


def _secret(settings: Settings) -> str:
    """Return a secret that the demo's source knows; the source is made where there is none."""
    try:
        return administration.rotate(settings, SOURCE)
    except UnknownSource:
        return administration.add_source(settings, "generic", SOURCE).secret


def _post(settings: Settings, secret: str, kind: str, data: dict[str, Any]) -> dict[str, str]:
    body = json.dumps({"type": kind, "timestamp": utcnow().isoformat(), "data": data}).encode()
    webhook_id, seconds = f"msg_{secrets.token_hex(8)}", int(time.time())
    request = urllib.request.Request(
        f"http://{settings.host}:{settings.port}/webhooks/{SOURCE}",
        body,
        {
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": sign(secret, webhook_id, seconds, body),
        },
    )
    return _answer(request)


def _answer(request: urllib.request.Request) -> dict[str, str]:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            told: dict[str, str] = json.load(answer)
            return told
    except HTTPError as error:
        raise NotRunning(f"{request.full_url} answered {error.code} {error.reason}") from error
    except URLError as error:
        raise NotRunning(f"{request.full_url} does not answer: start it with make up") from error
