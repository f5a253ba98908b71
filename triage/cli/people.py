"""`triage people …`: who may log in.

What is typed on the server is trusted as whoever administers. Passwords are never arguments: those
stand in the shell's history and in the list of processes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.command import opened, say, show_table
from triage.domain.person import SYSTEM, Role

if TYPE_CHECKING:
    from triage.store.people import Person

people_app = typer.Typer(no_args_is_help=True, help="People who log in.")

DAY = "%Y-%m-%d"
Email = Annotated[str, typer.Option(help="the same as the agent's, where they are one")]


@people_app.command("list")
def list_people() -> None:
    """List who may log in, and who may no longer."""
    from triage.store import people  # noqa: PLC0415 - each command imports only what it needs

    with opened() as database, database.reading() as connection:
        everybody = people.everybody(connection)
    rows = [
        (it.name, it.role, it.email or "", _way(it), f"{it.created_at:{DAY}}") for it in everybody
    ]
    show_table(("name", "role", "e-mail", "logs in by", "since"), rows)


@people_app.command("add")
def add_person(
    name: Annotated[str, typer.Argument(help="what they log in with")],
    role: Annotated[Role, typer.Option(help="what they may do")] = Role.AGENT,
    email: Email = "",
) -> None:
    """Let somebody log in. Prints a password, this once; they can change it on the page."""
    from triage import admit  # noqa: PLC0415
    from triage.passwords import Passwords  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        say(admit.add(database, Passwords(), SYSTEM, name, role, email, utcnow()))


@people_app.command("role")
def set_role(
    name: str, role: Role, email: Annotated[str | None, typer.Option(help="theirs, anew")] = None
) -> None:
    """Give somebody another role; it counts with their next click."""
    from triage import admit  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        person = admit.named(database, name)
        kept = person.email or "" if email is None else email
        admit.change(database, SYSTEM, person.id, role, kept, utcnow())
    say(f"{name}: {role}")


@people_app.command("password")
def set_password(
    name: str,
    generate: Annotated[  # noqa: FBT002 - an option by name
        bool, typer.Option("--generate", help="make a random one and print it")
    ] = False,
) -> None:
    """Set somebody's password: asked for, or the first line of standard input."""
    from triage import admit  # noqa: PLC0415
    from triage.passwords import Passwords  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        person = admit.named(database, name)
        given = None if generate else _asked(name)
        _, password = admit.set_password(database, Passwords(), SYSTEM, person.id, given, utcnow())
    say(password if generate else f"{name}: password set; their sessions ended")


@people_app.command("unlink")
def unlink(name: str) -> None:
    """Forget which account of the identity provider is somebody's; their sessions end."""
    from triage import admit  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        person = admit.named(database, name)
        admit.unlink(database, SYSTEM, person.id, utcnow())
    say(f"{name}: no longer known by the identity provider")


@people_app.command("deactivate")
def deactivate(name: str) -> None:
    """Shut somebody out at once."""
    _set_active(name, active=False)


@people_app.command("activate")
def activate(name: str) -> None:
    """Let somebody in again."""
    _set_active(name, active=True)


def _set_active(name: str, *, active: bool) -> None:
    from triage import admit  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        person = admit.named(database, name)
        admit.set_active(database, SYSTEM, person.id, active=active, now=utcnow())
    say(f"{name}: {'active' if active else 'deactivated'}")


def _asked(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt(f"new password of {name}", hide_input=True, confirmation_prompt=True)
    return asked


def _way(person: Person) -> str:
    if not person.active:
        return "deactivated"
    ways = [("password", person.password), ("provider", person.subject)]
    return " or ".join(way for way, kept in ways if kept)
