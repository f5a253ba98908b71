"""A scoring comes back from the database as it went in, also one of an earlier version."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import a_scoring
from triage.domain.emotion import Emotion, SeenFlag, Span
from triage.domain.flag import Flag
from triage.store.threads import as_json, from_json


def test_what_was_stored_is_read_again():
    scoring = a_scoring("Bad. Worse.", shown=[Emotion.ANGER], anger=0.75)
    (sentence,) = scoring.sentences
    scoring = replace(
        scoring,
        charge=0.5,
        sentences=(replace(sentence, charge=0.25),),
        flags=(SeenFlag(Flag.DANGER, Span(5, 11)),),
    )
    assert from_json(scoring.model_version, as_json(scoring)) == scoring


def test_one_stored_before_models_read_charge_is_read_too():
    scoring = a_scoring("Bad.", anger=0.75)
    stored = as_json(scoring)
    del stored["charge"], stored["flags"]
    stored["sentences"] = [one[:3] for one in stored["sentences"]]
    assert from_json(scoring.model_version, stored) == scoring
