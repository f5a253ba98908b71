"""`triage up` from nothing to a running service: keys, tables, processes, and what to do first."""

from __future__ import annotations

import asyncio
import os
import socket
import urllib.request
from urllib.error import URLError

from rich.console import Console

from triage.broker.location import check_filesystem, check_sqlite
from triage.errors import BadInput
from triage.first_start import prepare
from triage.keys import with_keys
from triage.logs import set_up_logs
from triage.oidc import provider_of
from triage.rules import Rules
from triage.settings import Settings
from triage.supervisor import Supervisor, programs

READY_WITHIN = 60.0  # s on a slow machine
ASK_EVERY = 0.1  # s
ADMIN_PASSWORD = "TRIAGE_ADMIN_PASSWORD"  # noqa: S105 - the setting's name; no child needs it
KNOWN = "  forgot a password?   triage people password NAME"


async def run(settings: Settings, console: Console) -> None:
    """Run the service until SIGINT or SIGTERM.

    Raises BadInput, BadFile or StoreUnavailable at once.
    """
    set_up_logs(settings.log_format)
    os.umask(0o077)
    settings = with_keys(settings)
    _check_port(settings)
    Rules.of(settings)  # a bad file is said once, not by every process
    provider_of(settings)  # likewise
    if not (settings.redis_url and settings.database_url):
        check_sqlite()
        check_filesystem(settings.data_folder / "broker.db")
    first = await asyncio.to_thread(prepare, settings)
    supervisor = Supervisor(programs(settings.threads), _environment(settings))
    greeting = asyncio.create_task(_greet(settings, console, first))
    await supervisor.run()
    if first and not greeting.done():  # it ended before it could be said
        _say(console, first)
    greeting.cancel()
    console.print("stopped; what was accepted is kept")


def _check_port(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadInput(
                f"{settings.host}:{settings.port} cannot be used ({error.strerror}); "
                "choose another with TRIAGE_PORT"
            ) from error


def _environment(settings: Settings) -> dict[str, str]:
    """The children's environment: ours, with the key and an absolute data folder."""
    ours = {name: value for name, value in os.environ.items() if name != ADMIN_PASSWORD}
    return ours | {
        "TRIAGE_SECRET_KEY": settings.secret_key,
        "TRIAGE_DATA_FOLDER": str(settings.data_folder.absolute()),
        "PYTHONUNBUFFERED": "1",
    }


async def _greet(settings: Settings, console: Console, first: str | None) -> None:
    address = f"http://{settings.host}:{settings.port}"
    if not await _is_ready(address):
        console.print("the API is not ready yet; its log above says why", style="red")
        _say(console, first or KNOWN)
        return
    _say(
        console,
        f"\nTriage is ready at {address}\n"
        f"{first or KNOWN}\n"
        f'  send a first ticket  triage send "I was charged twice and nobody answers me!"\n'
        f"  watch a whole day    make demo\n"
        f"  stop                 Ctrl-C\n",
    )


def _say(console: Console, words: str) -> None:
    console.print(words, highlight=False, markup=False)


async def _is_ready(address: str) -> bool:
    for _ in range(int(READY_WITHIN / ASK_EVERY)):
        if await asyncio.to_thread(_answers, f"{address}/readyz"):
            return True
        await asyncio.sleep(ASK_EVERY)
    return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)  # noqa: PLR2004
    except (URLError, OSError):
        return False
