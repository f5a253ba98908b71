"""Every stand-in that may be written to, by its vendor."""

from __future__ import annotations

from tests.standins.chatwoot_writes import WrittenChatwoot
from tests.standins.freescout_writes import WrittenFreeScout
from tests.standins.freshdesk_writes import WrittenFreshdesk
from tests.standins.front_writes import WrittenFront
from tests.standins.gorgias_writes import WrittenGorgias
from tests.standins.helpscout_writes import WrittenHelpScout
from tests.standins.hubspot_writes import WrittenHubSpot
from tests.standins.intercom_writes import WrittenIntercom
from tests.standins.jira_writes import WrittenJira
from tests.standins.writable import Writable
from tests.standins.zammad_writes import WrittenZammad
from tests.standins.zendesk_writes import WrittenZendesk

KINDS: tuple[type[Writable], ...] = (
    WrittenChatwoot,
    WrittenFreeScout,
    WrittenFreshdesk,
    WrittenFront,
    WrittenGorgias,
    WrittenHelpScout,
    WrittenHubSpot,
    WrittenIntercom,
    WrittenJira,
    WrittenZammad,
    WrittenZendesk,
)
#: A rule of Front's sends; what is written to is Front all the same.
WRITTEN: dict[str, type[Writable]] = {kind.vendor: kind for kind in KINDS}
SAME = {"front-rule": "front"}
