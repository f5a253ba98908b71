"""What people corrected, as a sentence: what it is now, and what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.page.language import _
from triage.page.words import level_word, words


def corrected(one: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """Say a correction; `names` are those of the agents, by number."""
    was, now = one["was"], one["now"]
    match one["what"]:
        case "level":
            return _level(was, now)
        case "emotion":
            return _changed(_("feeling"), _felt(now), words(was) if was else _("not clear"))
        case "flags":
            return _flags(set(was or ()), set(now or ()))
        case "lane":
            to = _("put into lane %s") % now if now else _("put where its words ask")
            return _from(to, was)
        case "agent":
            to = _("given to %s") % _named(now, names) if now else _("given to whoever is able")
            return _from(to, _named(was, names) if was else None)
    return _changed(str(one["what"]), str(now), was)


def _level(was: int | None, now: int) -> str:
    return _changed(_("charge"), level_word(now), None if was is None else level_word(was))


def _felt(now: str | None) -> str:
    return words(now) if now else _("no strong one")


def _flags(was: set[str], now: set[str]) -> str:
    """Say which flags came and which went."""
    parts = [
        said % ", ".join(map(words, sorted(those)))
        for said, those in ((_("%s added"), now - was), (_("%s taken away"), was - now))
        if those
    ]
    return _("flags: %s") % "; ".join(parts or [_("confirmed as they were")])


def _named(agent: int, names: Mapping[int, str]) -> str:
    return names.get(agent, _("somebody who has left"))


def _changed(what: str, now: str, was: str | None) -> str:
    before = _("was %s") % was if was is not None else _("was not read")
    return _("%(what)s is %(now)s, %(before)s") % {"what": what, "now": now, "before": before}


def _from(to: str, was: str | None) -> str:
    return _("%(to)s, before %(was)s") % {"to": to, "was": was} if was else to
