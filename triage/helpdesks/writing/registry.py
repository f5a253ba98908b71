"""The helpdesks that can be written to, by vendor name. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from triage.helpdesks.writing import (
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
from triage.helpdesks.writing.writing import Writing

WRITINGS: Final[Mapping[str, Writing]] = {
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
