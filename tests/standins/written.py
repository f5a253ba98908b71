"""Every stand-in that may be written to, by its vendor."""

from __future__ import annotations

from tests.standins.chatwoot_writes import WrittenChatwoot
from tests.standins.freshdesk_writes import WrittenFreshdesk
from tests.standins.writable import Writable
from tests.standins.zammad_writes import WrittenZammad
from tests.standins.zendesk_writes import WrittenZendesk

KINDS: tuple[type[Writable], ...] = (
    WrittenChatwoot,
    WrittenFreshdesk,
    WrittenZammad,
    WrittenZendesk,
)
WRITTEN: dict[str, type[Writable]] = {kind.vendor: kind for kind in KINDS}
