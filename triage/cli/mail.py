"""`triage sources …` for mailboxes, and for the names of a source's own side."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from triage.cli.command import clear_errors, opened, say
from triage.settings import Settings, read_settings

TLS_PORT, STARTTLS_PORT = 993, 143


def install(sources_app: typer.Typer) -> None:
    """Add the commands to those of sources."""
    sources_app.command("ours")(ours)
    sources_app.command("password")(password)


def ours(
    name: str,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="support addresses, accounts that write for us; none: forget them"),
    ] = None,
) -> None:
    """Say who is our own side at a source, so that its words are answers or echoes."""
    from triage import administration  # noqa: PLC0415 - each command imports only what it needs

    with clear_errors():
        administration.set_ours(_settings(), name, names or ())
    say(f"{name}: {', '.join(names or ()) or 'nobody'}")


def password(name: str) -> None:
    """Give a mailbox's new password, from a prompt or standard input."""
    from triage import add_mailbox  # noqa: PLC0415

    with clear_errors():
        add_mailbox.change_password(_settings(), name, _asked_password())
    say(f"{name}: kept, encrypted")


def set_up(name: str) -> None:
    """Do as `add` at a terminal: a name that is missing, bad or taken is asked for again."""
    from triage.cli.set_up import STOPPED, asked_name  # noqa: PLC0415

    try:
        with opened() as database:
            name = asked_name(database, _settings(), name, "mail")
        add(name)
    except (typer.Abort, KeyboardInterrupt):
        say("\nStopped; nothing was made.")
        raise typer.Exit(STOPPED) from None


def add(name: str) -> None:
    """Ask for a mailbox, look into it, keep it."""
    from triage import add_mailbox  # noqa: PLC0415
    from triage.store.mail_folders import Place  # noqa: PLC0415

    host = typer.prompt("IMAP server")
    starttls = not typer.confirm("TLS from the start (port 993)? No: STARTTLS", default=True)
    port = typer.prompt("port", default=STARTTLS_PORT if starttls else TLS_PORT, type=int)
    user = typer.prompt("user")
    folder = typer.prompt("folder", default="INBOX")
    addresses = typer.prompt("addresses that we answer from, by commas", default=user)
    marks_read = typer.confirm("mark as read what was read?", default=False)
    from_start = typer.confirm("read also what is in it already?", default=False)
    place = Place(
        host=host, port=port, starttls=starttls, user=user, folder=folder, marks_read=marks_read
    )
    with clear_errors():
        waiting = add_mailbox.add_mailbox(
            _settings(), name, place, _asked_password(), addresses.split(","), from_start=from_start
        )
    say(f"{name}: {folder} of {host} can be read; {waiting} mails there now will be.")
    say("It is looked into twice a minute. The password is encrypted in the database.")


def _asked_password() -> str:
    """Return the password from a prompt that hides it, or a line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True))
    return sys.stdin.readline().rstrip("\r\n")


def _settings() -> Settings:
    from triage.keys import with_keys  # noqa: PLC0415

    return with_keys(read_settings())
