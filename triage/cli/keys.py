"""`triage keys …`: which programs may ask, and what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from triage.cli.command import opened, say, show_table
from triage.domain.person import SYSTEM, Right

keys_app = typer.Typer(no_args_is_help=True, help="Programs' API keys.")

DAY = "%Y-%m-%d"
MINUTE = "%Y-%m-%d %H:%M UTC"


@keys_app.command("list")
def list_keys() -> None:
    """List programs' keys; the keys themselves are kept nowhere."""
    from triage.store import api_keys  # noqa: PLC0415

    with opened() as database, database.reading() as connection:
        keys = api_keys.listed(connection)
    rows = [
        (
            it.name,
            ", ".join(sorted(it.scopes)),
            _when(it.made_at, it.made_by),
            f"{it.used_at:{MINUTE}}" if it.used_at else "never",
            f"revoked {_when(it.revoked_at, it.revoked_by)}" if it.revoked_at else "in force",
        )
        for it in keys
    ]
    show_table(("name", "scopes", "made", "used", ""), rows)


@keys_app.command("add")
def add_key(
    name: str,
    scope: Annotated[
        list[Right], typer.Option(help="what the program may; a wider one holds the narrower")
    ],
) -> None:
    """Make a key for a program and print it, this once: `Authorization: Bearer KEY`."""
    from triage import programs  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        say(programs.add_key(database, SYSTEM, name, scope, utcnow()))


@keys_app.command("revoke")
def revoke_key(name: str) -> None:
    """End a program's key at once, for good."""
    from triage import programs  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        programs.revoke_key(database, SYSTEM, name, utcnow())
    say(f"{name}: revoked")


def _when(at: datetime, by: str | None) -> str:
    return f"{at:{DAY}} by {by}" if by else f"{at:{DAY}}"
