"""The phrasebook: how a lexicon's phrases are read, and how a text is folded to look for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.phrasebook import Phrasebook, fold


def test_a_phrase_that_could_never_be_found_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with plain words"):
        Phrasebook([("a kind", "this (?:or)|that")])


def test_folding_keeps_every_character_in_its_place() -> None:
    assert fold("İt’s `FINE`") == "İt's 'fine'"


@given(st.text())
def test_folding_any_text_keeps_its_length(text: str) -> None:
    assert len(fold(text)) == len(text)
