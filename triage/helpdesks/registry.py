"""The helpdesks that Triage understands, by vendor name. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from triage.helpdesks import (
    chatwoot,
    freshdesk,
    front,
    front_rule,
    helpscout,
    hubspot,
    intercom,
    standard_webhooks,
    zammad,
    zendesk,
)
from triage.helpdesks.event import Helpdesk

HELPDESKS: Final[Mapping[str, Helpdesk]] = {
    "generic": standard_webhooks,
    "zendesk": zendesk,
    "zammad": zammad,
    "freshdesk": freshdesk,
    "intercom": intercom,
    "chatwoot": chatwoot,
    "helpscout": helpscout,
    "front": front,
    "front-rule": front_rule,
    "hubspot": hubspot,
}
