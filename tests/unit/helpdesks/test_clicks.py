"""Where to click: for every vendor, short, with all that must be entered, and as the guides say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from triage.helpdesks.clicks import CLICKS, filled
from triage.helpdesks.registry import HELPDESKS

GUIDES = Path(__file__).parents[3] / "docs" / "helpdesks"
ADDRESS, SECRET = "https://triage.example.com/webhooks/desk", "00D5g000000abcdEAA:a-t0ken"
EVERY_VENDOR = pytest.mark.parametrize("vendor", sorted(CLICKS))
MOST_LINES = 6


def test_every_vendor_of_the_registry_says_where_to_click():
    assert set(CLICKS) == set(HELPDESKS)


@EVERY_VENDOR
def test_what_is_said_is_short_and_names_all_that_is_entered(vendor: str):
    clicks = CLICKS[vendor]
    lines = filled(clicks.before, ADDRESS) + filled(clicks.then, ADDRESS, SECRET)
    said = " ".join(lines)
    assert 2 <= len(lines) <= MOST_LINES
    assert ADDRESS in said
    assert (SECRET.partition(":")[2] in said) is (not clicks.theirs or clicks.adds_token)
    assert "{address}" not in said
    assert "{secret}" not in said


@EVERY_VENDOR
def test_a_secret_is_never_named_before_there_is_one(vendor: str):
    assert not re.search(r"\{(secret|token)\}", " ".join(CLICKS[vendor].before))
    assert bool(CLICKS[vendor].before) is bool(CLICKS[vendor].theirs)


@EVERY_VENDOR
def test_every_menu_that_is_named_stands_in_the_guide(vendor: str):
    guide = (GUIDES / f"{CLICKS[vendor].guide}.md").read_text(encoding="utf-8").lower()
    for line in CLICKS[vendor].before + CLICKS[vendor].then:
        path = re.split(r"[;,:{]", line)[0]
        for menu in path.split(" > ") if " > " in path else ():
            assert menu.strip().lower() in guide, menu
