"""The helpdesks whose webhook can be made by their API. A new one is a file and a line here.

Not here, though they have such a call: Jira (an administrator's webhook without a filter of
projects would send every issue of the site), Gorgias (the integration for closed tickets needs a
condition that no source of ours shows by API), FreeScout (its call is in no source of ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from triage.helpdesks.hooking import chatwoot, helpscout, zammad, zendesk
from triage.helpdesks.hooking.hooking import Hooking

HOOKINGS: Final[Mapping[str, Hooking]] = {
    "chatwoot": chatwoot,
    "helpscout": helpscout,
    "zammad": zammad,
    "zendesk": zendesk,
}
