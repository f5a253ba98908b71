"""What somebody wrote, as bounded plain text: as it came, or as a reader saw the HTML."""

from __future__ import annotations

from models.text import from_html
from triage.helpdesks import hygiene
from triage.helpdesks.reading import Field


def plain(field: Field) -> str:
    """Return plain text; nothing where it is missing, as with attachments alone."""
    return hygiene.shorten(field.text()) if field else ""


def from_markup(field: Field) -> str:
    """Return the text that HTML shows, without the mail it quotes; nothing where it is missing."""
    return hygiene.shorten(hygiene.clean(from_html(field.text()))) if field else ""


def names(items: Field, name: str) -> frozenset[str]:
    """Return tags from a list of objects that carry their name under `name`, or of names."""
    return hygiene.tags(_name(item, name) for item in items.items())


def _name(item: Field, name: str) -> str:
    return item.line() if isinstance(item.value, str) else item[name].line()
