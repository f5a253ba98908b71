"""The helpdesks whose webhook can be made by their API. A new one is a file and a line here.

Not here: HubSpot ("only in your private app settings", says its guide), Intercom and Front (a part
of an app, set on its page), Salesforce (metadata that is deployed, not data).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from triage.helpdesks.hooking import (
    chatwoot,
    freescout,
    freshdesk,
    gorgias,
    helpscout,
    jira,
    zammad,
    zendesk,
)
from triage.helpdesks.hooking.hooking import Hooking

HOOKINGS: Final[Mapping[str, Hooking]] = {
    "chatwoot": chatwoot,
    "freescout": freescout,
    "freshdesk": freshdesk,
    "gorgias": gorgias,
    "helpscout": helpscout,
    "jira": jira,
    "zammad": zammad,
    "zendesk": zendesk,
}

#: Whose secret their API neither takes nor tells: it is copied by hand first.
SECRET_BY_HAND: Final = frozenset({"freescout"})
