"""How a source's helpdesk is called, and whether all works: `triage sources connect | test`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.command import clear_errors, opened, say
from triage.errors import BadInput

if TYPE_CHECKING:
    from triage.check import Check
    from triage.helpdesks.accounts.account import Ask
    from triage.settings import Settings


def install(sources: typer.Typer) -> None:
    """Add these commands to `triage sources`."""
    sources.command("connect")(connect)
    sources.command("test")(test)


def connect(
    name: Annotated[str, typer.Argument(help="the source, as in `triage sources list`")],
    value: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE of what is no secret; else you are asked"),
    ] = None,
    make_webhook: Annotated[  # noqa: FBT002 - an option by name
        bool, typer.Option("--make-webhook", help="make its webhook there, too, where it lets us")
    ] = False,
) -> None:
    """Say how to call a source's helpdesk. Secrets are asked for, or read from standard input."""
    from triage import connect as verb  # noqa: PLC0415
    from triage.make_webhook import make_webhook as make  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        settings = settings_with_keys()
        asks = verb.asks(database, settings, name)
        given = _given(asks, value or [])
        address = verb.connect(database, settings, name, given, utcnow())
        say(f"{name}: connected to {address}")
        if make_webhook:
            say(f"{name}: {make(database, settings, name)}")
        bad = show(verb.check(database, settings, name))
    if bad:
        raise typer.Exit(1)


def _given(asks: Sequence[Ask], values: Sequence[str]) -> dict[str, str]:
    """Return every value: from the options where it is no secret, else asked for or read."""
    given = {}
    for one in values:
        key, equals, value = one.partition("=")
        ask = next((it for it in asks if it.name == key), None)
        if ask is None or not equals:
            known = ", ".join(it.name for it in asks if not it.secret)
            raise BadInput(f"--set {key}: expected NAME=VALUE, with one of {known}")
        if ask.secret:
            raise BadInput(f"--set {key}: a secret is not said there, where all can see it")
        given[key] = value
    for ask in asks:
        if ask.name not in given:
            given[ask.name] = _asked(ask)
    return given


def _asked(ask: Ask) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n") or (ask.otherwise or "")
    return prompt(ask)


def prompt(ask: Ask, default: str | None = None) -> str:
    """Ask for one value at the terminal, unseen where it is a secret."""
    shown = None if ask.secret else default or ask.otherwise
    return str(typer.prompt(ask.label, default=shown, hide_input=ask.secret))


def test(name: Annotated[str, typer.Argument(help="the source")]) -> None:
    """Try a source's way in and its helpdesk, and say what works. Status 1 where some does not."""
    from triage.try_source import try_source  # noqa: PLC0415

    with opened() as database:
        bad = show(try_source(database, settings_with_keys(), name))
    if bad:
        raise typer.Exit(1)


def show(checks: Iterable[Check]) -> bool:
    """Say what each check found, as soon as it did; return whether any is bad."""
    bad = False
    for one in checks:
        say(f"{'good' if one.good else 'BAD '}  {one.what:<16}{one.said}")
        bad = bad or not one.good
    return bad


def settings_with_keys() -> Settings:
    from triage.keys import with_keys  # noqa: PLC0415
    from triage.settings import read_settings  # noqa: PLC0415

    with clear_errors():
        return with_keys(read_settings())
