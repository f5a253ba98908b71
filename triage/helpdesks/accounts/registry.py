"""The helpdesks that can be called, by vendor name. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from triage.helpdesks.accounts import (
    chatwoot,
    freescout,
    freshdesk,
    front,
    gorgias,
    helpscout,
    hubspot,
    intercom,
    jira,
    zammad,
    zendesk,
)
from triage.helpdesks.accounts.account import Account, SignsIn

ACCOUNTS: Final[Mapping[str, Account]] = {
    "chatwoot": chatwoot,
    "freescout": freescout,
    "freshdesk": freshdesk,
    "front": front,
    "front-rule": front,
    "gorgias": gorgias,
    "helpscout": helpscout,
    "hubspot": hubspot,
    "intercom": intercom,
    "jira": jira,
    "zammad": zammad,
    "zendesk": zendesk,
}

#: Those of them whose calls carry a token that must be asked for.
SIGN_IN: Final[Mapping[str, SignsIn]] = {"helpscout": helpscout}
