"""Have a connected helpdesk send to us: its webhook made by its API, its secret kept."""

from __future__ import annotations

import threading

from triage.errors import BadInput, HelpdeskAway
from triage.helpdesks.clicks import CLICKS
from triage.helpdesks.event import Malformed
from triage.helpdesks.hooking.hooking import Hook, Wanted
from triage.helpdesks.hooking.registry import HOOKINGS
from triage.helpdesks.registry import HELPDESKS
from triage.helpdesks.steps import carried_out
from triage.outbound.caller import ONCE
from triage.reach import reached, waiter
from triage.settings import Settings
from triage.store import sources
from triage.store.database import Database
from triage.store.sources import Source, Vault


def make_webhook(database: Database, settings: Settings, name: str) -> str:
    """Make the webhook of a connected source, or set it right; return in a sentence what was done.

    Raises UnknownSource, NotConnected, BadInput, HelpdeskAway, HelpdeskRefuses; what was made there
    by then is found the next time.
    """
    vault = Vault(settings.secret_key)
    with database.reading() as connection:
        source = sources.by_name(connection, name, vault)
    check_makes(settings, source.vendor)
    with reached(settings, database, name, ONCE, waiter(threading.Event())) as desk:
        given = desk.source.credentials
        wanted = Wanted(settings.webhook(name), source.secrets[0], f"Triage {name}", given)
        try:
            hook = carried_out(HOOKINGS[source.vendor].hook(wanted), desk.caller.ask_well)
        except Malformed as error:
            raise HelpdeskAway(f"the webhook: {error}") from error
        _keep(database, vault, source, hook)
        what = "was made" if hook.made else "was there already, and is used"
        return f"the webhook at {desk.source.address} {what}: it sends to {wanted.address}"


def check_makes(settings: Settings, vendor: str) -> None:
    """Raise BadInput where a vendor's webhook cannot be made by its API, or would lead nowhere."""
    if vendor not in HOOKINGS:
        known, guide = ", ".join(sorted(HOOKINGS)), CLICKS[vendor].guide if vendor in CLICKS else ""
        raise BadInput(
            f"vendor {vendor!r}: its webhook is made by hand, as docs/helpdesks/{guide}.md says; "
            f"by API Triage makes those of {known}"
        )
    if CLICKS[vendor].hosted and not settings.public_url:
        raise BadInput(
            "TRIAGE_PUBLIC_URL: expected the address at which the helpdesk reaches this "
            "installation, found nothing; a webhook would lead nowhere"
        )


def _keep(database: Database, vault: Vault, source: Source, hook: Hook) -> None:
    """Keep the secret that the webhook signs with, before the newest of those known so far."""
    if hook.secret == source.secrets[0]:
        return
    try:
        HELPDESKS[source.vendor].check_secret(hook.secret)
    except ValueError as error:
        raise HelpdeskAway(f"the webhook: {error}") from error
    with database.writing() as connection:
        kept = (hook.secret, source.secrets[0])
        sources.change_secrets(connection, source.name, kept, vault)
