"""`triage sources writes`: what may be written to a source's helpdesk."""

from __future__ import annotations

from typing import Annotated

import typer

from triage.cli.command import opened, say


def install(sources: typer.Typer) -> None:
    """Add this command to `triage sources`."""
    sources.command("writes")(writes)


def writes(
    name: Annotated[str, typer.Argument(help="the source, as in `triage sources list`")],
    parts: Annotated[
        list[str],
        typer.Argument(help="tags, priority, note, assignee, fields; or none"),
    ],
    field: Annotated[
        list[str] | None,
        typer.Option(help="SHOWS=NAME: a field of the helpdesk to show lane, level or respond_by"),
    ] = None,
) -> None:
    """Say what Triage writes to a source's tickets, in place of what it wrote so far."""
    from triage import switch_writes as verb  # noqa: PLC0415

    with opened() as database:
        for sentence in verb.switch(database, name, parts, field or []):
            say(sentence)
