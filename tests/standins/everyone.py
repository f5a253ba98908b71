"""Every stand-in by its vendor: those that are read, and those whose webhook is made."""

from __future__ import annotations

from tests.standins.chatwoot import Chatwoot
from tests.standins.chatwoot_hooks import HookedChatwoot
from tests.standins.freescout_hooks import HookedFreeScout
from tests.standins.freshdesk import Freshdesk
from tests.standins.freshdesk_hooks import HookedFreshdesk
from tests.standins.gorgias_hooks import HookedGorgias
from tests.standins.helpscout_hooks import HookedHelpScout
from tests.standins.hooked import Hooked
from tests.standins.intercom import Intercom
from tests.standins.jira_hooks import HookedJira
from tests.standins.standin import StandIn
from tests.standins.zammad import Zammad
from tests.standins.zammad_hooks import HookedZammad
from tests.standins.zendesk import Zendesk
from tests.standins.zendesk_hooks import HookedZendesk

KINDS: tuple[type[StandIn], ...] = (Chatwoot, Freshdesk, Intercom, Zammad, Zendesk)
STANDINS: dict[str, type[StandIn]] = {kind.vendor: kind for kind in KINDS}

HOOKING: tuple[type[Hooked], ...] = (
    HookedChatwoot,
    HookedFreeScout,
    HookedFreshdesk,
    HookedGorgias,
    HookedHelpScout,
    HookedJira,
    HookedZammad,
    HookedZendesk,
)
HOOKED: dict[str, type[Hooked]] = {kind.vendor: kind for kind in HOOKING}
