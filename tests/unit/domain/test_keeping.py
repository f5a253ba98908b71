"""How long tickets are kept, and what stays of a receipt that is made anonymous."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes import NOON
from triage.domain.keeping import KeepAs, Keeping, without_words

RECEIPT = {
    "lane": "charged",
    "level": 4,
    "evidence": {"1": [{"start": 3, "end": 9, "weight": 0.5}]},
    "flags": [{"flag": "legal", "message_id": 1, "start": 3, "end": 9, "words": "my Zebra"}],
    "card": {
        "rule": "angry",
        "title": "Anger",
        "heard": [{"text": "my Zebra", "start": 3, "end": 9}],
        "opening": "Dear Zebra",
        "brief": [{"kind": "name", "text": "Zebra"}],
        "draft": [{"kind": "quote", "text": "Zebra"}],
        "hand_over": {"who": "Zebra"},
    },
    "something_new": "Zebra",
}


def test_a_receipt_loses_every_word_and_keeps_what_was_decided():
    kept = without_words(RECEIPT)
    assert "Zebra" not in str(kept)
    assert "something_new" not in kept
    assert (kept["lane"], kept["level"]) == ("charged", 4)
    assert kept["flags"] == [{"flag": "legal", "message_id": 1, "start": 0, "end": 0, "words": ""}]
    assert (kept["card"]["rule"], kept["card"]["heard"], kept["card"]["draft"]) == (
        "angry",
        [],
        None,
    )
    assert without_words(kept) == kept


def test_a_receipt_without_a_card_stays_without():
    assert without_words({"lane": "unscored", "card": None})["card"] is None


def test_the_time_of_a_ticket_ends_after_the_days_or_never():
    assert Keeping(30).until(NOON) == NOON - timedelta(days=30)
    assert Keeping(None, KeepAs.ANONYMISED).until(NOON) is None


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_other_days_are_refused(days):
    with pytest.raises(ValueError, match="expected 1 to 36500"):
        Keeping(days)
