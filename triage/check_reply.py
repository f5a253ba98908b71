"""Check a draft against the ticket that it answers: what it still owes this customer.

Reads the scorings that are stored; only how the draft itself reads needs a model, which a command
loads and the web process asks a worker for. Nothing of the draft or the findings is kept: they are
about a text, never about its writer.
"""

from __future__ import annotations

import sys
from pathlib import Path

from triage.domain.emotion import Span
from triage.domain.feelings import named_feelings
from triage.domain.reading import read_ticket, recent
from triage.domain.reply import Check, Finding, check_reply, reads_rude
from triage.domain.ticket import TicketId
from triage.errors import BadInput, NotReadYet, UnknownTicket
from triage.ports import Model
from triage.receipt import situation
from triage.rules import InForce, Rules
from triage.settings import Settings
from triage.store import decisions, schema, threads
from triage.store.database import Database


def check(
    draft: str,
    ticket_id: TicketId,
    database: Database,
    rules: InForce,
    rude: Span | None = None,
) -> tuple[Finding, ...]:
    """Return the findings, most important first; `rude` is the sentence that a model calls so.

    Raises UnknownTicket, NotReadYet.
    """
    with database.reading() as connection:
        made = decisions.of_ticket(connection, ticket_id)
        model = made[0].model_version if made else ""
        found = threads.load(connection, [ticket_id], model).get(ticket_id)
    if found is None:
        raise UnknownTicket(f"there is no ticket {ticket_id}")
    messages = recent(found.ticket, rules.policy)
    if not messages or any(one.id not in found.scorings for one in messages):
        raise NotReadYet(f"ticket {ticket_id} has not been read yet; try again in a moment")
    scorings = [found.scorings[one.id] for one in messages]
    reading = read_ticket(found.ticket, scorings, rules.policy, found.corrected)
    said = check_reply(draft, situation(found.ticket, reading), rules.playbook)
    forbidden = any(it.check is Check.SAFEGUARD for it in said)
    # a model of customers' words takes anger that is named for anger
    kind = rude is None or any(named_feelings(rude.of(draft)))
    return said if rude is None or kind or forbidden else (*said, reads_rude(rude, rules.playbook))


def check_file(settings: Settings, ticket: int, file: Path) -> tuple[Finding, ...]:
    """Return what the draft in a file (`-`: standard input) still owes. Raises TriageError."""
    draft, rules = _draft(file), Rules.of(settings).current()
    schema.migrate(settings.database)
    database = Database(settings.database)
    try:
        check(draft, TicketId(ticket), database, rules)  # before a model is loaded for it
        return check(draft, TicketId(ticket), database, rules, _model(settings).reads_rude(draft))
    finally:
        database.close()


def _model(settings: Settings) -> Model:
    from models.classifier import WEIGHTS, Classifier  # noqa: PLC0415 - the web process has none

    return Classifier.load(settings.weights_folder or WEIGHTS)


def _draft(file: Path) -> str:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: {error}; expected a draft in UTF-8") from error
    if not text.strip():
        raise BadInput(f"{file}: empty; expected a draft")
    return text
