"""Check a draft against the ticket that it answers: what it still owes this customer.

Reads the scorings that are stored, so it needs no model. Nothing of the draft or the findings is
kept: they are about a text, never about its writer.
"""

from __future__ import annotations

import sys
from pathlib import Path

from triage.domain.acknowledgement import Playbook
from triage.domain.policy import DEFAULT_POLICY, Policy
from triage.domain.reading import read_ticket, recent
from triage.domain.reply import Finding, check_reply
from triage.domain.ticket import TicketId
from triage.errors import BadInput, NotReadYet, UnknownTicket
from triage.playbook import load_playbook
from triage.receipt import situation
from triage.settings import Settings
from triage.store import decisions, schema, threads
from triage.store.database import Database


def check(
    draft: str, ticket_id: TicketId, database: Database, policy: Policy, playbook: Playbook
) -> tuple[Finding, ...]:
    """Return the findings, most important first. Raises UnknownTicket, NotReadYet."""
    with database.reading() as connection:
        made = decisions.of_ticket(connection, ticket_id)
        model = made[0].model_version if made else ""
        found = threads.load(connection, [ticket_id], model).get(ticket_id)
    if found is None:
        raise UnknownTicket(f"there is no ticket {ticket_id}")
    messages = recent(found.ticket, policy)
    if not messages or any(one.id not in found.scorings for one in messages):
        raise NotReadYet(f"ticket {ticket_id} has not been read yet; try again in a moment")
    reading = read_ticket(found.ticket, [found.scorings[one.id] for one in messages], policy)
    return check_reply(draft, situation(found.ticket, reading), playbook)


def check_file(settings: Settings, ticket: int, file: Path) -> tuple[Finding, ...]:
    """Return what the draft in a file (`-`: standard input) still owes. Raises TriageError."""
    draft = _draft(file)
    schema.migrate(settings.database)
    database = Database(settings.database)
    try:
        return check(draft, TicketId(ticket), database, DEFAULT_POLICY, load_playbook())
    finally:
        database.close()


def _draft(file: Path) -> str:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: {error}; expected a draft in UTF-8") from error
    if not text.strip():
        raise BadInput(f"{file}: empty; expected a draft")
    return text
