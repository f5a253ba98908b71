"""`triage alerts …`: whether an alert would reach anybody."""

from __future__ import annotations

import typer

from triage.cli.command import clear_errors, say
from triage.settings import read_settings

alerts_app = typer.Typer(no_args_is_help=True, help="What supervisors are told.")


@alerts_app.command("test")
def test() -> None:
    """Send a test alert by every channel that is set. Status 1 where one of them fails."""
    from triage import try_alert  # noqa: PLC0415 - each command imports only what it needs

    with clear_errors():
        tried = try_alert.try_channels(read_settings())
    for one in tried:
        say(f"{one.channel}: {one.why or 'sent'}")
    if any(one.why for one in tried):
        raise typer.Exit(1)
