"""Reaching a source's helpdesk: its credentials opened, its address checked, its limits shared."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from triage.errors import BadInput, HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.accounts.account import Account, SignsIn
from triage.helpdesks.accounts.registry import ACCOUNTS, SIGN_IN
from triage.helpdesks.event import Malformed
from triage.outbound.addresses import PrivateHosts, base_of
from triage.outbound.caller import Caller, Patience, Wait
from triage.outbound.client import Client
from triage.outbound.gate import Gate
from triage.ports import Clock, utcnow
from triage.settings import Settings
from triage.store import accounts
from triage.store.accounts import Connected
from triage.store.database import Database
from triage.store.sources import Vault


class Stopped(Exception):
    """The process was told to end; what was read so far is kept."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A helpdesk that can be called."""

    source: Connected
    account: Account
    caller: Caller

    def with_patience(self, patience: Patience) -> Caller:
        return replace(self.caller, patience=patience)


@contextmanager
def reached(
    settings: Settings,
    database: Database,
    name: str,
    patience: Patience,
    wait: Wait,
    clock: Clock = utcnow,
) -> Iterator[Reached]:
    """Yield the helpdesk of that source.

    Raises NotConnected, BadInput; HelpdeskAway and HelpdeskRefuses where we must sign in first.
    """
    with database.reading() as connection:
        source = accounts.of_source(connection, name, Vault(settings.secret_key))
    account = account_of(source.vendor)
    base = base_of(source.address, PrivateHosts.named(settings.outbound_private_hosts))
    gate = Gate(database, source.source_id, account.LIMITS)

    def caller(client: Client) -> Caller:
        draw = random.random  # a pause, no secret
        return Caller(client, gate, account.quota, clock, wait, draw, patience)

    with ExitStack() as opened:
        headers = account.headers(source.credentials)
        if source.vendor in SIGN_IN:
            without = opened.enter_context(closing(Client(base, headers)))
            headers = signed_in(SIGN_IN[source.vendor], source, caller(without))
        client = opened.enter_context(closing(Client(base, headers)))
        yield Reached(source, account, caller(client))


def signed_in(account: SignsIn, source: Connected, caller: Caller) -> Mapping[str, str]:
    """Return what calls carry once we signed in. Raises HelpdeskAway, HelpdeskRefuses."""
    request = account.token_request(source.credentials)
    answer = caller.ask(request)
    if not answer.is_good:  # OAuth2 says 400 where the credentials are wrong
        raise HelpdeskRefuses(f"{request.path}: the credentials are not good ({answer.status})")
    try:
        return account.token_headers(answer)
    except Malformed as error:
        raise HelpdeskAway(f"{request.path}: {error}") from error


def account_of(vendor: str) -> Account:
    """Return how a vendor's API is called. Raises BadInput."""
    if vendor not in ACCOUNTS:
        known = ", ".join(sorted(ACCOUNTS))
        raise BadInput(f"vendor {vendor!r} cannot be called; those that can: {known}")
    return ACCOUNTS[vendor]


def waiter(stopping: threading.Event, clock: Clock = utcnow) -> Wait:
    """Return what waits until a moment, or raises Stopped as soon as the process must end."""

    def wait(moment: datetime) -> None:
        if stopping.wait(max(0.0, (moment - clock()).total_seconds())):
            raise Stopped

    return wait
