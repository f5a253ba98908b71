"""The helpdesks whose backlog can be read, by vendor name. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from triage.helpdesks.backlog import chatwoot, freshdesk, intercom, zammad, zendesk
from triage.helpdesks.backlog.backlog import Backlog

BACKLOGS: Final[Mapping[str, Backlog]] = {
    "chatwoot": chatwoot,
    "freshdesk": freshdesk,
    "intercom": intercom,
    "zammad": zammad,
    "zendesk": zendesk,
}
