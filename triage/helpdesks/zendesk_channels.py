"""How Zendesk names the ways in which customers reach us, in events and in templates."""

from __future__ import annotations

from triage.domain.ticket import Channel
from triage.helpdesks.reading import Field

#: Only "email" is in the sources we hold; an unknown one is OTHER, which costs nothing.
_CHANNELS = {
    "email": Channel.EMAIL,
    "mail": Channel.EMAIL,
    "web": Channel.WEB,
    "web form": Channel.WEB,
    "web widget": Channel.WEB,
    "help center post": Channel.WEB,
    "mobile": Channel.WEB,
    "mobile_sdk": Channel.WEB,
    "chat": Channel.CHAT,
    "native_messaging": Channel.CHAT,
    "messaging": Channel.CHAT,
    "sms": Channel.CHAT,
    "whatsapp": Channel.CHAT,
    "voice": Channel.PHONE,
    "phone": Channel.PHONE,
    "phone call (incoming)": Channel.PHONE,
    "voicemail": Channel.PHONE,
    "twitter": Channel.SOCIAL,
    "facebook": Channel.SOCIAL,
    "facebook post": Channel.SOCIAL,
}


def channel(via: Field) -> Channel:
    """Return the channel that a `via` names."""
    return _CHANNELS.get(via.line().lower(), Channel.OTHER)
