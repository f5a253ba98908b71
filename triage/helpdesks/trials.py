"""A delivery of our own that tries the way in: signed as its vendor signs, and nothing to keep.

Each vendor's file makes one that its own `parse` ignores, so that no ticket comes of it: by its
kind, and a raw mail, which has none, by the mark.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from triage.helpdesks.event import Delivery

TEST: Final = "triage.test"  # the name of the event, where names are free
MARK: Final = "x-triage-test"
WHY: Final = "a test event of Triage's own"


def encoded(document: Any) -> bytes:
    """Return a body of JSON."""
    return json.dumps(document, separators=(",", ":")).encode()


def delivery(
    address: str, body: bytes, headers: Mapping[str, str], media_type: str = "application/json"
) -> Delivery:
    """Return what is to be sent to that address."""
    return Delivery({"content-type": media_type, MARK: "1", **headers}, body, address)
