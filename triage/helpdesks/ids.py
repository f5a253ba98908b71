"""The names that others give: bounded, printable, and made up where a vendor has none."""

from __future__ import annotations

import hashlib

#: Characters; the width of the columns that keep them.
MAX_ID = 200


def usable(name: str | None) -> str | None:
    """Return the name without outer space if it can be an id, else None."""
    name = (name or "").strip()
    return name if 0 < len(name) <= MAX_ID and name.isprintable() else None


def delivery_key(name: str | None, body: bytes) -> str:
    """Return the vendor's own name of a delivery, or else the fingerprint of its bytes."""
    return usable(name) or f"sha256:{hashlib.sha256(body).hexdigest()}"


def message_id(ticket_id: str, suffix: str) -> str:
    """Return the name of a message that its vendor left without one; same in, same out."""
    name = f"{ticket_id}#{suffix}"
    return name if len(name) <= MAX_ID else f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"
