"""`triage …`: what an administrator, a supervisor or a lead types. Commands only delegate."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from triage.cli import connect, mail, privacy, writes
from triage.cli.alerts import alerts_app
from triage.cli.backlog import backlog_app
from triage.cli.command import clear_errors, console, show_table
from triage.cli.keys import keys_app
from triage.cli.people import people_app
from triage.cli.rescore import rescore_app
from triage.cli.sources import sources_app
from triage.errors import BadInput
from triage.settings import Settings, read_settings

app = typer.Typer(
    no_args_is_help=True,
    help="Sentiment-driven ticket triage, self-hosted.",
    pretty_exceptions_enable=False,
)
agents_app = typer.Typer(no_args_is_help=True, help="People who answer.")
app.add_typer(sources_app, name="sources")
app.add_typer(agents_app, name="agents")
app.add_typer(people_app, name="people")
app.add_typer(keys_app, name="keys")
app.add_typer(alerts_app, name="alerts")
app.add_typer(rescore_app, name="rescore")
app.add_typer(backlog_app, name="backlog")
privacy.install(app, sources_app)
connect.install(sources_app)
mail.install(sources_app)
writes.install(sources_app)


@app.command()
def up() -> None:
    """Run the whole service on this machine, and restart what dies, until Ctrl-C."""
    from triage import running  # noqa: PLC0415 - each command imports only what it needs

    with clear_errors():
        asyncio.run(running.run(read_settings(), console))


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version; the first time, make the person admin."""
    from triage import first_start  # noqa: PLC0415

    with clear_errors():
        if first := first_start.prepare(read_settings()):
            console.print(first, highlight=False, markup=False)


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="JSON Lines with id and text; - for standard input")],
    weights: Annotated[
        Path | None, typer.Option(help="another model: a folder or mapping file")
    ] = None,
) -> None:
    """Score texts, one JSON line each. No server, no database."""
    from triage import scorefile  # noqa: PLC0415
    from triage.policyfile import load_policy  # noqa: PLC0415

    with clear_errors():
        policy = load_policy(read_settings().policy_file)
        if str(file) != "-" and not file.is_file():
            raise BadInput(f"{file}: no such file; expected JSON Lines or - for standard input")
        lines = sys.stdin.buffer if str(file) == "-" else file.open("rb")
        with lines:
            rejected = scorefile.score_lines(lines, sys.stdout.buffer, sys.stderr, policy, weights)
    raise typer.Exit(1 if rejected else 0)


@app.command()
def send(
    text: Annotated[str, typer.Argument(help="what the customer writes")],
    subject: str = "A first ticket",
    ticket: Annotated[str, typer.Option(help="add to this ticket instead of opening one")] = "",
    name: Annotated[str, typer.Option(help="the customer's name")] = "Dana Reyes",
) -> None:
    """Send one ticket through the signed webhook of the running service, as a helpdesk would."""
    from triage.demo import sender  # noqa: PLC0415

    with clear_errors():
        answer = sender.send_one(_settings(), text, subject=subject, ticket=ticket, name=name)
    console.print(answer, highlight=False, markup=False)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="a policy or a playbook, as YAML")],
) -> None:
    """Say whether a policy or playbook file is good, before it is put in force."""
    from triage import rules  # noqa: PLC0415

    with clear_errors():
        good = rules.check_file(file)
    console.print(f"{file}: {good}", highlight=False, markup=False, soft_wrap=True)


@app.command("check-reply")
def check_reply(
    ticket: Annotated[int, typer.Argument(help="the ticket's number, as in its page's address")],
    file: Annotated[Path, typer.Argument(help="the draft; - for standard input")],
) -> None:
    """Say what a draft still owes the customer, and why. Status 1 where there is something."""
    from triage.check_reply import check_file  # noqa: PLC0415

    with clear_errors():
        found = check_file(_settings(), ticket, file)
    for one in found:
        better = f"\n    better: {one.better}" if one.better else ""
        said = f"{one.check}: {one.text}{better}"
        console.print(said, highlight=False, markup=False, soft_wrap=True)
    if not found:
        console.print("Nothing to mend.")
    raise typer.Exit(1 if found else 0)


@app.command()
def explain(
    ticket: Annotated[int, typer.Argument(help="the ticket's number, as in its page's address")],
) -> None:
    """Say where a ticket stands, why, and what would change that. Quotes the customer."""
    from triage import explain as verb  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with clear_errors():
        found = verb.explain_of(read_settings(), ticket, utcnow())
    console.print(verb.as_text(found), highlight=False, markup=False, soft_wrap=True)


@app.command()
def calibrate(
    export: Annotated[
        Path | None, typer.Option(help="write what was corrected to this file, and fit nothing")
    ] = None,
) -> None:
    """Fit this installation's calibration to what its people corrected, or say why not."""
    from triage import calibrate as verb  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with clear_errors():
        if export is not None:
            count = verb.export(_settings(), export)
            said = f"{count} corrected messages written to {export}"
            console.print(said, highlight=False, markup=False, soft_wrap=True)
            return
        found = verb.calibrate(_settings(), console, utcnow())
    show_table(("label", "", "why"), verb.as_rows(found))
    console.print(verb.summary(found), highlight=False, markup=False, soft_wrap=True)


@app.command()
def accuracy(
    since: Annotated[str, typer.Option(help="closed since then: 90d, 12h, 2w")] = "90d",
) -> None:
    """Show the share of closed tickets that people left as they were decided."""
    from triage import accuracy as verb  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415
    from triage.since import span  # noqa: PLC0415

    with clear_errors():
        found = verb.accuracy_of(_settings(), utcnow() - span(since))
    show_table(("label", "unchanged", "share", "95 % interval"), verb.as_rows(found))


@app.command()
def outcomes(
    since: Annotated[str, typer.Option(help="answered since then: 90d, 12h, 2w")] = "90d",
) -> None:
    """Show how customers' next messages read after replies, by strategy and by feeling."""
    from triage import outcomes as verb  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415
    from triage.since import span  # noqa: PLC0415

    with clear_errors():
        found = verb.outcomes_of(_settings(), utcnow() - span(since))
    for name, kinds in (("strategy", found.strategies), ("feeling", found.emotions)):
        show_table((name, *verb.HEADER), verb.as_rows(kinds))


@app.command()
def replay(
    since: Annotated[str, typer.Option(help="12h, 30d, 2w, or a date such as 2026-11-01")],
    policy: Annotated[Path | None, typer.Option(help="the policy to try, as YAML")] = None,
    model: Annotated[
        Path | None, typer.Option(help="the model to try: a folder, or a mapping file")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="write a page with a picture, too")] = None,
    minutes: Annotated[
        int, typer.Option(min=1, max=480, help="on an answer of which history says nothing")
    ] = 15,
) -> None:
    """Play the past by another policy or model, in memory: what would have moved, who waited."""
    from triage import replay as verb  # noqa: PLC0415
    from triage import replay_page  # noqa: PLC0415
    from triage import replay_report as report  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with clear_errors():
        if out is not None:
            replay_page.check_writable(out)  # before what may take long
        now = utcnow()
        tried = (verb.moment(since, now), policy, model, timedelta(minutes=minutes), now)
        found = verb.replay_of(read_settings(), *tried, console)
        if out is not None:
            replay_page.write_page(found, out)
    console.print(report.summary(found), highlight=False, markup=False)
    for shown in report.tables(found):
        console.print(f"\n{shown.title}", highlight=False, markup=False)
        show_table(shown.header, shown.rows)
    console.print("", *report.notes(found), sep="\n", highlight=False, markup=False)


@app.command()
def demo(
    pace: Annotated[float, typer.Option(help="seconds between two events")] = 1.5,
) -> None:
    """Play a working day at a support desk: about 60 tickets through the signed webhook."""
    from triage.demo import sender  # noqa: PLC0415

    with clear_errors():
        sender.play_day(_settings(), pace, console)


@agents_app.command("import")
def import_agents(file: Path) -> None:
    """Add or change agents from a CSV file: all rows, or none."""
    from triage import administration  # noqa: PLC0415

    with clear_errors():
        count = administration.import_agents(_settings(), file)
    console.print(f"{count} agents imported")


@agents_app.command("list")
def list_agents() -> None:
    """List who answers, and what they hold now."""
    from triage import administration  # noqa: PLC0415

    with clear_errors():
        rows = administration.list_agents(_settings())
    show_table(("id", "name", "experience", "skills", "on shift", "holds", "emotional load"), rows)


def _settings() -> Settings:
    from triage.keys import with_keys  # noqa: PLC0415

    return with_keys(read_settings())


def main() -> None:
    """Be the command; what it writes is for who runs it, and nobody else."""
    os.umask(0o077)
    app(prog_name="triage")
