"""Disclose to one customer all that is held of them (GDPR, articles 15 and 20), as JSON.

What is about colleagues rather than the customer is left out. The file holds what the customer
wrote: it must be new, and only its owner may read it.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

from triage.errors import BadInput, UnknownCustomer
from triage.store import audit, customers
from triage.store.audit import Action
from triage.store.database import Database

OWNER_ONLY = 0o600

log = structlog.get_logger()


def disclose(
    database: Database, source: str, customer: str, by: str, now: datetime
) -> dict[str, Any]:
    """Return all that is held of a customer. Raises UnknownSource, UnknownCustomer."""
    with database.reading() as connection:
        found = customers.find(connection, source, customer)
        if not found:
            raise UnknownCustomer("nothing is held of this customer")
        tickets = customers.held(connection, (*found.open, *found.closed))
        letters = customers.letters(connection, found.letters)
    with database.writing() as connection:
        about = f"{source}: {len(tickets)} tickets"
        audit.note(connection, by, Action.DISCLOSED, about=about, now=now)
    log.info("customer_disclosed", source=source, tickets=len(tickets), by=by)
    return {
        "source": source,
        "customer": customer,
        "held_at": now,
        "tickets": tickets,
        "deliveries_not_understood": letters,
    }


def write(found: dict[str, Any], file: Path) -> None:
    """Write what was found into a new file that only its owner may read. Raises BadInput."""
    told = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as error:
        why = "is there already" if isinstance(error, FileExistsError) else str(error)
        raise BadInput(f"{file}: {why}; expected the name of a new file") from error
    with os.fdopen(made, "wb") as out:
        out.write(told)
