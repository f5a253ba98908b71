"""A correction is said as a sentence, whatever it was before."""

from __future__ import annotations

import pytest

from triage.page.corrections import corrected

NAMES = {1: "Ann", 2: "Ben"}


@pytest.mark.parametrize(
    ("what", "was", "now", "said"),
    [
        ("level", None, 3, "charge is strong, was not read"),
        ("level", 4, 0, "charge is calm, was extreme"),
        ("emotion", None, "anger", "feeling is anger, was not clear"),
        ("emotion", "joy", None, "feeling is no strong one, was joy"),
        ("flags", [], ["self_harm"], "flags: self harm added"),
        ("flags", ["legal", "churn"], ["press"], "flags: press added; churn, legal taken away"),
        ("flags", ["legal"], ["legal"], "flags: confirmed as they were"),
        ("lane", "charged", "gentle", "put into lane gentle, before charged"),
        ("lane", "charged", None, "put where its words ask, before charged"),
        ("agent", 1, 2, "given to Ben, before Ann"),
        ("agent", None, 2, "given to Ben"),
        ("agent", 7, None, "given to whoever is able, before somebody who has left"),
    ],
)
def test_a_correction_is_a_sentence(what, was, now, said):
    assert corrected({"what": what, "was": was, "now": now}, NAMES) == said
