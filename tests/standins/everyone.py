"""Every stand-in, by its vendor."""

from __future__ import annotations

from tests.standins.chatwoot import Chatwoot
from tests.standins.freshdesk import Freshdesk
from tests.standins.intercom import Intercom
from tests.standins.standin import StandIn
from tests.standins.zammad import Zammad
from tests.standins.zendesk import Zendesk

KINDS: tuple[type[StandIn], ...] = (Chatwoot, Freshdesk, Intercom, Zammad, Zendesk)
STANDINS: dict[str, type[StandIn]] = {kind.vendor: kind for kind in KINDS}
