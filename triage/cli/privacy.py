"""`triage retain`, `triage sources keep …`, `triage customer …`: what is kept of customers.

What is typed on the server is trusted as whoever administers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.command import clear_errors, say, show_table
from triage.domain.keeping import KeepAs, Keeping
from triage.domain.person import SYSTEM
from triage.errors import BadInput
from triage.logs import set_up_logs
from triage.ports import utcnow
from triage.settings import read_settings

if TYPE_CHECKING:
    from triage.erase import Erased
    from triage.store.database import Database

customer_app = typer.Typer(no_args_is_help=True, help="What is held of one customer.")

Source = Annotated[str, typer.Argument(help="as in `triage sources list`")]
Customer = Annotated[str, typer.Argument(help="the helpdesk's number for them, or their e-mail")]


def install(app: typer.Typer, sources_app: typer.Typer) -> None:
    """Add these commands to `triage`."""
    app.add_typer(customer_app, name="customer")
    app.command()(retain)
    sources_app.command()(keep)


def keep(
    name: Source,
    days: Annotated[int | None, typer.Option(help="after a closed ticket was answered")] = None,
    then: Annotated[KeepAs, typer.Option("--as", help="what becomes of it")] = KeepAs.DELETED,
    for_ever: Annotated[bool, typer.Option("--for-ever", help="keep all")] = False,  # noqa: FBT002
) -> None:
    """Say how long a helpdesk's closed tickets are kept, and what becomes of them then."""
    from triage import retain as verb  # noqa: PLC0415 - each command imports only what it needs

    with _opened() as database:
        if (days is None) is not for_ever:
            raise BadInput("expected --days with a number, or --for-ever")
        keeping = verb.keep(database, name, days, then)
    say(f"{name}: closed tickets are {_said(keeping)}")


def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,  # noqa: FBT002
) -> None:
    """Delete or anonymise what was kept long enough. The service does it by itself every day."""
    from triage import forget  # noqa: PLC0415
    from triage import retain as verb  # noqa: PLC0415
    from triage.store.purge import scrub  # noqa: PLC0415

    with _opened() as database:
        kept = read_settings().records
        for which, number in forget.due(database, kept, utcnow()).items():
            say(f"{which}: {_days(kept.days(which))}; rows due: {number}")
        due = verb.due(database, utcnow())
        rows = [
            (it.name, _said(it.keeping), f"{it.tickets}", f"{it.letters}", f"{it.left_open}")
            for it in due
        ]
        header = ("source", "closed tickets are", "due", "dead letters due", "as old, never closed")
        show_table(header, rows)
        if not dry_run:
            taken = chain(verb.retain(database, utcnow()), forget.forget(database, kept, utcnow()))
            gone = sum(taken, Counter[str]())
            say(f"{_counted(gone)} done")
            _say_if_not_scrubbed(scrubbed=scrub(database))


@customer_app.command("export")
def export(
    source: Source,
    customer: Customer,
    out: Annotated[Path, typer.Option("--out", "-o", help="a new file")],
) -> None:
    """Write all that is held of one customer into a file, as JSON."""
    from triage import disclose  # noqa: PLC0415

    with _opened() as database:
        found = disclose.disclose(database, source, customer, SYSTEM, utcnow())
        disclose.write(found, out)
    letters = len(found["deliveries_not_understood"])
    say(f"{len(found['tickets'])} tickets and {letters} dead letters written to {out}")


@customer_app.command("erase")
def erase(
    source: Source,
    customer: Customer,
    yes: Annotated[bool, typer.Option("--yes", help="do it")] = False,  # noqa: FBT002
    open_too: Annotated[  # noqa: FBT002
        bool, typer.Option("--open-too", help="also tickets that are not closed")
    ] = False,
) -> None:
    """Say what would be deleted of one customer; with --yes, delete it."""
    from triage import erase as verb  # noqa: PLC0415

    with _opened() as database:
        act = verb.erase if yes else verb.would_erase
        done = act(database, source, customer, open_too=open_too, by=SYSTEM, now=utcnow())
    _say_erased(done, done="deleted" if yes else "would be deleted; add --yes to do it")


def _say_erased(erased: Erased, done: str) -> None:
    say(f"{_counted(erased.rows)} {done}")
    if erased.left_open:
        say(f"{erased.left_open} tickets stay, as they are open; --open-too takes them as well")
    _say_if_not_scrubbed(scrubbed=erased.scrubbed)


def _say_if_not_scrubbed(*, scrubbed: bool) -> None:
    if not scrubbed:
        say("SQLite's log is in use and still holds the text; the next run of this empties it")


def _counted(rows: Counter[str]) -> str:
    """Return what went, by the names of the tables: `4 message, 2 ticket`."""
    parts = [f"{number} {table.replace('_', ' ')}" for table, number in sorted((+rows).items())]
    return f"rows: {', '.join(parts)}" if parts else "nothing"


def _said(keeping: Keeping) -> str:
    days = keeping.days
    return "kept for ever" if days is None else f"kept for {days} days, then {keeping.then}"


def _days(days: int) -> str:
    return f"kept for {days} days" if days else "kept for ever"


@contextmanager
def _opened() -> Iterator[Database]:
    from triage.store import schema  # noqa: PLC0415
    from triage.store.database import Database  # noqa: PLC0415

    with clear_errors():
        settings = read_settings()
        set_up_logs(settings.log_format)
        schema.migrate(settings.database)
        database = Database(settings.database)
        try:
            yield database
        finally:
            database.close()
