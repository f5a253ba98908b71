"""The helpdesks whose thin events can be completed, by vendor name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from triage.helpdesks.completing import freshdesk, front, helpscout, hubspot, intercom
from triage.helpdesks.completing.completing import Completing

COMPLETING: Final[Mapping[str, Completing]] = {
    "freshdesk": freshdesk,
    "front": front,
    "front-rule": front,
    "helpscout": helpscout,
    "hubspot": hubspot,
    "intercom": intercom,
}
