"""The helpdesks that can be called, by vendor name. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from triage.helpdesks.accounts import (
    chatwoot,
    freshdesk,
    front,
    hubspot,
    intercom,
    zammad,
    zendesk,
)
from triage.helpdesks.accounts.account import Account

ACCOUNTS: Final[Mapping[str, Account]] = {
    "chatwoot": chatwoot,
    "freshdesk": freshdesk,
    "front": front,
    "front-rule": front,
    "hubspot": hubspot,
    "intercom": intercom,
    "zammad": zammad,
    "zendesk": zendesk,
}
