"""`triage sources …`: helpdesks that may send."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from triage.cli import mail, set_up
from triage.cli.command import NamesVendors, clear_errors, console, show_table
from triage.domain.ticket import Mode
from triage.errors import BadInput
from triage.settings import Settings, read_settings

MAILBOX = "imap"  # which Triage reads itself

sources_app = typer.Typer(no_args_is_help=True, help="Helpdesks that may send.")


@sources_app.command("add", cls=NamesVendors)
def add_source(
    vendor: Annotated[str, typer.Argument(help="a helpdesk")],
    name: Annotated[str, typer.Argument(help="as in its address, /webhooks/NAME")] = "",
    secret: Annotated[
        str, typer.Option(help="the helpdesk's own; made for you where it lets you")
    ] = "",
) -> None:
    """Let a helpdesk send. At a terminal it asks, says where to click, connects and tries it.

    Elsewhere, or with a name and a secret, it prints the address and the secret to enter there.
    """
    from triage import administration  # noqa: PLC0415

    if sys.stdin.isatty() and not (name and secret):
        mail.set_up(name) if vendor == MAILBOX else set_up.set_up(vendor, name)
        return
    with clear_errors():
        if not name:
            raise BadInput("NAME: expected a name, as in its address /webhooks/NAME, found none")
    if vendor == MAILBOX:
        mail.add(name)
        return
    with clear_errors():
        made = administration.add_source(_settings(), vendor, name, secret)
    console.print(f"address  {made.address}\nsecret   {made.secret}", highlight=False, markup=False)
    console.print("The secret is shown this once; it is encrypted in the database.")


@sources_app.command("list")
def list_sources() -> None:
    """List who may send."""
    from triage import administration  # noqa: PLC0415

    with clear_errors():
        rows = administration.list_sources(_settings())
    header = (
        "name",
        "vendor",
        "mode",
        "first message may raise the lane",
        "words to fetch",
        "helpdesk",
        "written there",
        "how it does",
    )
    show_table(header, rows)


@sources_app.command("mode")
def set_mode(
    name: str,
    mode: Annotated[Mode, typer.Argument(help="what Triage may do with its tickets")],
    first_message: Annotated[  # noqa: FBT002 - an option by name
        bool, typer.Option(help="may a first message alone leave the standard lane?")
    ] = True,
) -> None:
    """Only observe a helpdesk's tickets, suggest who should answer, or assign them."""
    from triage import administration  # noqa: PLC0415

    with clear_errors():
        administration.set_mode(_settings(), name, mode, opening_raises=first_message)
    console.print(f"{name}: {mode}", highlight=False, markup=False)


@sources_app.command("rotate")
def rotate(
    name: str,
    secret: Annotated[str, typer.Option(help="the new secret; made for you where possible")] = "",
) -> None:
    """Add a new secret beside the newest old one, so that none is refused while you change it."""
    from triage import administration  # noqa: PLC0415

    with clear_errors():
        console.print(
            administration.rotate(_settings(), name, secret), highlight=False, markup=False
        )


def _settings() -> Settings:
    from triage.keys import with_keys  # noqa: PLC0415

    return with_keys(read_settings())
