"""The contract of the Model port, held by the fake and by the real classifier alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.classifier import Classifier
from tests.fakes import FakeModel
from triage.domain.emotion import Emotion, ScoringState
from triage.ports import Model


@pytest.fixture(scope="module", params=["fake", "real"])
def model(request: pytest.FixtureRequest) -> Model:
    return FakeModel() if request.param == "fake" else Classifier.load()


within = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@within
@given(text=st.text(max_size=300))
def test_a_scoring_names_its_model_and_stays_within_bounds(model: Model, text: str):
    scoring = model.score(text)
    assert scoring.model_version == model.version
    assert 0 <= scoring.own_words.start <= scoring.own_words.end <= len(text)
    assert all(0 <= p <= 1 for p in scoring.emotions.values())
    assert set(scoring.emotions) <= set(Emotion)
    assert scoring.shown <= set(scoring.emotions)
    for sentence in scoring.sentences:
        assert 0 <= sentence.span.start <= sentence.span.end <= len(text)


@within
@given(text=st.text(max_size=300))
def test_the_same_text_gets_the_same_answer(model: Model, text: str):
    assert model.score(text) == model.score(text)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_no_words_is_a_state_not_a_label(model: Model, text: str):
    scoring = model.score(text)
    assert scoring.state is ScoringState.EMPTY
    assert not scoring.emotions


def test_every_emotion_has_a_probability_once_a_text_is_scored(model: Model):
    scoring = model.score("I am so full of anger that you charged me twice for this order.")
    assert scoring.state is ScoringState.SCORED
    assert set(scoring.emotions) == set(Emotion)
