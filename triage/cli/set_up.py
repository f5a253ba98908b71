"""`triage sources add VENDOR` at a terminal: asks, says where to click, connects, and tries it all.

Until a source is made nothing is kept; from then on whatever stops the dialogue is answered with
what is kept, and how to go on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeVar

import typer

from triage.cli.command import opened, say
from triage.cli.connect import prompt, settings_with_keys, show
from triage.errors import BadInput, TriageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.helpdesks.clicks import Clicks
    from triage.settings import Settings
    from triage.store.database import Database

STOPPED = 130  # what shells know as ended by Ctrl-C
_T = TypeVar("_T")


def set_up(vendor: str, name: str) -> None:
    """Let a helpdesk send, step by step. Status 1 where something does not work in the end."""
    from triage import administration  # noqa: PLC0415 - each command imports only what it needs

    with opened() as database:
        administration.check_vendor(vendor)
        dialogue = Dialogue(database, settings_with_keys(), vendor)
        try:
            bad = dialogue.run(name)
        except (typer.Abort, KeyboardInterrupt):
            say(f"\n{dialogue.kept()}")
            raise typer.Exit(STOPPED) from None
        except TriageError:
            say(dialogue.kept())
            raise
    if bad:
        raise typer.Exit(1)


def free_name(database: Database, wanted: str) -> str:
    """Return that name, with a number where it is taken."""
    from triage.store import sources  # noqa: PLC0415

    with database.reading() as connection:
        taken = {name for name, *_ in sources.listed(connection)}
    return next(it for it in _numbered(wanted) if it not in taken)


def asked_name(database: Database, settings: Settings, name: str, proposed: str) -> str:
    """Return that name if a source can have it; else one that is asked for until one can."""
    from triage import administration  # noqa: PLC0415

    free = free_name(database, proposed)
    while not (name and _is_good(lambda: administration.check_name(settings, name))):  # noqa: B023
        name = str(typer.prompt("name, as in its address /webhooks/NAME", default=free))
    return name


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}{number}" for number in count(2))


@dataclass
class Dialogue:
    """One source that is being set up, and how far that is."""

    database: Database
    settings: Settings
    vendor: str
    name: str = ""
    made: bool = False
    connected: bool = False
    hooking: bool = False  # the webhook is being made just now
    copied: bool = False  # the vendor's secret, from there

    def run(self, name: str) -> bool:
        """Return whether something does not work in the end."""
        from triage.try_source import try_source  # noqa: PLC0415

        self._warn()
        self.name = asked_name(self.database, self.settings, name, self.vendor)
        if not self._by_api():
            self._by_hand()
            self._offer_connection()
        say("")
        bad = show(try_source(self.database, self.settings, self.name))
        say(f"\nTo try this again: triage sources test {self.name}")
        return bad

    def kept(self) -> str:
        """Return what is left of a dialogue that was stopped, and how to go on."""
        from triage.helpdesks.accounts.registry import ACCOUNTS  # noqa: PLC0415

        if not self.made:
            return "Stopped; nothing was made."
        said = f"Stopped; kept: the source {self.name}" + (", connected" * self.connected)
        if self.hooking:
            return (
                f"{said}; whether its webhook was made is not known. To find or make it: "
                f"triage sources connect {self.name} --make-webhook"
            )
        connects = self.vendor in ACCOUNTS and not self.connected
        again = f"triage sources connect {self.name}, and " if connects else ""
        return f"{said}. To go on: {again}triage sources test {self.name}"

    @property
    def _clicks(self) -> Clicks:
        from triage.helpdesks.clicks import CLICKS  # noqa: PLC0415

        return CLICKS[self.vendor]

    def _warn(self) -> None:
        if self._clicks.hosted and not self.settings.public_url:
            say(
                f"TRIAGE_PUBLIC_URL is not set: {self.vendor} cannot reach this machine from "
                "outside. Set it for the service and for this command, then the address is right."
            )

    # By API

    def _by_api(self) -> bool:
        """Make the webhook by API, if that can be and is wanted; return whether it was made."""
        from triage.helpdesks.hooking.registry import HOOKINGS, SECRET_BY_HAND  # noqa: PLC0415
        from triage.make_webhook import check_makes, make_webhook  # noqa: PLC0415

        try:
            check_makes(self.settings, self.vendor)
        except BadInput:
            return False
        needs = HOOKINGS[self.vendor].NEEDS
        say(f"Triage can make the webhook at {self.vendor} itself, with {needs}.")
        if not typer.confirm("Shall it? No: you are told where to click", default=False):
            return False
        secret = self._copied_secret(count(1)) if self.vendor in SECRET_BY_HAND else ""
        given = self._asked_values()
        self._make(secret)
        self._keep_connection(given)
        self.hooking = True
        try:
            made, said = True, make_webhook(self.database, self.settings, self.name)
        except TriageError as error:
            made, said = False, str(error)
        self.hooking = False  # not where it was stopped: `kept` tells of that
        say(f"{'Done' if made else 'That did not work'}: {said}")
        return made

    # By hand

    def _by_hand(self) -> None:
        numbers = count(1)
        self._make(self._copied_secret(numbers) if self._clicks.theirs and not self.copied else "")
        self._say_lines(self._clicks.then, numbers)
        say(f"All of it, with what becomes of what: docs/helpdesks/{self._clicks.guide}.md")
        typer.prompt("Press Enter when that is done", default="", show_default=False)

    def _copied_secret(self, numbers: Iterator[int]) -> str:
        """Say where the vendor's secret stands, and ask for it."""
        self._say_lines(self._clicks.before, numbers)
        secret = self._asked_secret()
        self.copied = True
        return secret

    def _say_lines(self, lines: tuple[str, ...], numbers: Iterator[int]) -> None:
        from triage.helpdesks.clicks import filled  # noqa: PLC0415

        secret = self._secret() if self.made else ""
        for line in filled(lines, self.settings.webhook(self.name), secret):
            say(f"  {next(numbers)}. {line}")

    def _asked_secret(self) -> str:
        from triage import administration  # noqa: PLC0415
        from triage.helpdesks.signatures import new_plain_secret  # noqa: PLC0415

        while True:
            unseen = not self._clicks.adds_token
            given = str(typer.prompt(self._clicks.theirs, hide_input=unseen)).strip()
            secret = f"{given}:{new_plain_secret()}" if self._clicks.adds_token else given
            if _is_good(lambda: administration.check_secret(self.vendor, secret)):  # noqa: B023
                return secret

    def _secret(self) -> str:
        from triage.store import sources  # noqa: PLC0415
        from triage.store.sources import Vault  # noqa: PLC0415

        with self.database.reading() as connection:
            vault = Vault(self.settings.secret_key)
            return sources.by_name(connection, self.name, vault).secrets[0]

    def _make(self, secret: str) -> None:
        """Make the source; where an attempt by API made it already, give it the real secret."""
        from triage import administration  # noqa: PLC0415

        if not self.made:
            administration.add_source(self.settings, self.vendor, self.name, secret)
            self.made = True
        elif secret:
            administration.rotate(self.settings, self.name, secret)

    # The connection

    def _offer_connection(self) -> None:
        from triage.helpdesks.accounts.registry import ACCOUNTS  # noqa: PLC0415

        if self.connected or self.vendor not in ACCOUNTS:
            return
        say(f"Connected, Triage also reads what {self.vendor} has already, and writes back there.")
        if typer.confirm("Connect it now? Enter skips", default=False):
            self._keep_connection(self._asked_values())

    def _asked_values(self) -> dict[str, str]:
        """Return what calling the helpdesk needs, asked for until it can be used."""
        from triage import connect, reach  # noqa: PLC0415

        given: dict[str, str] = {}
        while True:
            for ask in reach.account_of(self.vendor).ASKS:
                given[ask.name] = _until_good(
                    lambda: prompt(ask, given.get(ask.name)),  # noqa: B023
                    lambda value: connect.value_of(ask, value),  # noqa: B023
                )
            if _is_good(lambda: connect.usable(self.settings, self.vendor, given)):
                return given

    def _keep_connection(self, given: Mapping[str, str]) -> None:
        from triage import connect  # noqa: PLC0415
        from triage.ports import utcnow  # noqa: PLC0415

        address = connect.connect(self.database, self.settings, self.name, given, utcnow())
        self.connected = True
        say(f"Connected to {address}")


def _until_good(asked: Callable[[], str], checked: Callable[[str], str]) -> str:
    while True:
        value = asked()
        if _is_good(lambda: checked(value)):  # noqa: B023
            return value


def _is_good(check: Callable[[], object]) -> bool:
    """Return whether nothing is wrong; what is wrong is said in one sentence."""
    try:
        check()
    except BadInput as error:
        say(f"{error}")
        return False
    return True
