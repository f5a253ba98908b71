"""Every stand-in that may be written to, by its vendor."""

from __future__ import annotations

from tests.standins.standin import StandIn
from tests.standins.zendesk_writes import WrittenZendesk

WRITTEN: dict[str, type[StandIn]] = {kind.vendor: kind for kind in (WrittenZendesk,)}
