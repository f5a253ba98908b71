"""Connect a source to its helpdesk: what is needed to call it, and whether that works.

The address is checked before anything is stored; what `check` finds stands in one line each.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from triage.check import Check, clock, tried
from triage.errors import BadInput, HelpdeskAway, HelpdeskRefuses, NotConnected, TriageError
from triage.helpdesks.accounts.account import Ask
from triage.helpdesks.accounts.rights import ONLY_A_WRITE, RIGHTS, Lacks
from triage.helpdesks.backlog.backlog import Cursor
from triage.helpdesks.backlog.registry import BACKLOGS
from triage.helpdesks.call import Response
from triage.helpdesks.steps import carried_out
from triage.helpdesks.writing.registry import WRITINGS
from triage.outbound.addresses import PrivateHosts, base_of, resolve
from triage.outbound.caller import ONCE
from triage.ports import utcnow
from triage.reach import Reached, account_of, reached, waiter
from triage.settings import Settings
from triage.store import accounts, outbox, sources
from triage.store.database import Database
from triage.store.sources import Vault

LONGEST_VALUE = 2_000  # characters


def asks(database: Database, settings: Settings, name: str) -> tuple[Ask, ...]:
    """Return what connecting that source needs. Raises UnknownSource, BadInput."""
    with database.reading() as connection:
        source = sources.by_name(connection, name, Vault(settings.secret_key))
    return account_of(source.vendor).ASKS


def connect(
    database: Database, settings: Settings, name: str, given: Mapping[str, str], now: datetime
) -> str:
    """Note how the source's helpdesk is called; return its address. Raises BadInput."""
    vault = Vault(settings.secret_key)
    with database.reading() as connection:
        source = sources.by_name(connection, name, vault)
    values, address = usable(settings, source.vendor, given)
    with database.writing() as connection:
        accounts.connect(connection, source.id, address, values, vault, now)
    return address


def usable(
    settings: Settings, vendor: str, given: Mapping[str, str]
) -> tuple[Mapping[str, str], str]:
    """Return the values and the address that they make; nothing is kept. Raises BadInput."""
    account = account_of(vendor)
    values = {ask.name: value_of(ask, given.get(ask.name)) for ask in account.ASKS}
    try:
        address = account.address(values)
    except ValueError as error:
        raise BadInput(str(error)) from error
    base_of(address, PrivateHosts.named(settings.outbound_private_hosts))
    return values, address


def value_of(ask: Ask, given: str | None) -> str:
    """Return a value that can stand in a header. Raises BadInput, which never shows it."""
    value = (ask.otherwise or "" if given is None else given).strip()
    if not value:
        raise BadInput(f"{ask.name}: expected {ask.label}, found nothing")
    if len(value) > LONGEST_VALUE or not (value.isascii() and value.isprintable()):
        raise BadInput(f"{ask.name}: expected at most {LONGEST_VALUE} printable ASCII characters")
    return value


def check(database: Database, settings: Settings, name: str) -> Iterator[Check]:
    """Yield what works and what does not; the first failure of a kind ends it.

    Raises UnknownSource, StoreUnavailable.
    """
    wait = waiter(threading.Event())
    try:
        with reached(settings, database, name, ONCE, wait) as desk:
            yield tried("address", lambda: _address(settings, desk))
            first = desk.caller.ask(desk.account.whoami())
            yield Check("reachable", f"{desk.source.address} answers")
            yield tried("credentials", lambda: f"known as {_name(desk, first)}")
            yield clock(first, "the helpdesk", utcnow())
            yield _limit(desk, first)
            if desk.source.vendor in BACKLOGS:
                yield tried("tickets", lambda: _tickets(desk))
            if desk.source.vendor in WRITINGS:
                yield tried("permission", lambda: _permission(desk, first))
            with database.reading() as connection:
                parts, newest = outbox.switched(connection, desk.source.source_id)
            if parts and desk.source.vendor in WRITINGS:
                yield tried("writing", lambda: _writing(desk, parts, newest))
    except NotConnected:
        raise
    except (BadInput, HelpdeskAway) as error:
        yield Check("reachable", str(error), good=False)
    except TriageError as error:
        yield Check("credentials", str(error), good=False)


def _address(settings: Settings, desk: Reached) -> str:
    base = base_of(desk.source.address, PrivateHosts.named(settings.outbound_private_hosts))
    try:
        found = resolve(base)
    except OSError:
        raise HelpdeskAway(f"{base.host}: the name leads nowhere") from None
    return f"{base.host} is at {', '.join(found[:3])}"


def _name(desk: Reached, answer: Response) -> str:
    if not answer.is_good:
        raise HelpdeskAway(f"answered with status {answer.status}; is the address right?")
    return desk.account.name(answer)


def _limit(desk: Reached, answer: Response) -> Check:
    found = desk.account.quota(answer)
    if found is None:
        first = desk.account.LIMITS[0]
        return Check("limit", f"not said; {first.calls} calls in {first.per} are assumed")
    left = "" if found.left is None else f", {found.left} left"
    return Check("limit", f"{found.calls} calls in {desk.account.LIMITS[0].per}{left}")


def _tickets(desk: Reached) -> str:
    cursor = Cursor(utcnow() - timedelta(hours=1))
    backlog = BACKLOGS[desk.source.vendor]
    answer = desk.caller.ask(backlog.page_request(cursor))
    if not answer.is_good:
        raise HelpdeskAway(f"tickets: answered with status {answer.status}")
    return f"can be read; {len(backlog.read_page(answer, cursor).tickets)} changed in the last hour"


def _permission(desk: Reached, first: Response) -> str:
    """Return what is told without a write of the right to tag, note and assign."""
    told = RIGHTS.get(desk.source.vendor)
    if told is None:
        return ONLY_A_WRITE
    try:
        return carried_out(told(first, desk.source.credentials), desk.caller.ask_well)
    except Lacks as error:
        raise HelpdeskRefuses(str(error)) from error


def _writing(desk: Reached, parts: tuple[str, ...], newest: str | None) -> str:
    """Read a ticket as before each write: whether it may be written only a write would tell."""
    said = f"{', '.join(parts)} are switched on"
    if newest is None:
        return f"{said}; there is no ticket yet to try the reading with"
    carried_out(WRITINGS[desk.source.vendor].standing(newest), desk.caller.ask_well)
    return f"{said}; ticket {newest} can be read for it, and only a write tells whether it may be"
