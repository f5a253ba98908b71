"""Tokens keep their places in the text; long texts lose their middle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from models.classifier import WEIGHTS
from models.manifest import TOKENIZER
from models.text import sentences
from models.tokens import pooling_of, tokens_of
from triage.domain.emotion import Span

BERT = Tokenizer.from_file(str(WEIGHTS / TOKENIZER))


def encoded(text: str, most: int = 256):
    return tokens_of(BERT, text, [Span(0, len(text))], most)


def test_what_ships_neither_pads_nor_truncates():
    assert BERT.padding is None
    assert BERT.truncation is None


def test_a_text_is_read_as_in_training():
    text = "Where is my refund? I waited 3 weeks."
    assert encoded(text).input_ids.tolist() == BERT.encode(text).ids


def test_a_long_text_keeps_its_head_and_its_tail():
    text = "first " + "middle " * 1_000 + "last"
    tokens = encoded(text)
    assert len(tokens.input_ids) == 256
    assert BERT.decode(tokens.input_ids.tolist()).startswith("first middle")
    assert BERT.decode(tokens.input_ids.tolist()).endswith("middle last")


def test_each_segment_is_the_mean_of_its_own_tokens():
    text = "One two. Three."
    tokens = encoded(text)
    pooling, seen = pooling_of(tokens, sentences(text, Span(0, len(text))))
    assert [it.of(text) for it in seen] == ["One two.", "Three."]
    assert pooling.astype(bool).astype(int).tolist() == [
        [1, 1, 1, 1, 1, 1, 1],  # [CLS] one two . three . [SEP]
        [0, 1, 1, 1, 0, 0, 0],
        [0, 0, 0, 0, 1, 1, 0],
    ]


def test_a_segment_whose_tokens_were_lost_has_no_row():
    text = "first. " + "middle " * 300 + "sentence. last."
    tokens = encoded(text, most=8)
    pooling, seen = pooling_of(
        tokens, [Span(0, 6), Span(1000, 1010), Span(len(text) - 5, len(text))]
    )
    assert [it.of(text) for it in seen] == ["first.", "last."]
    assert pooling.shape == (3, 8)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_rows_of_pooling_are_means(text: str):
    pooling, seen = pooling_of(encoded(text), sentences(text, Span(0, len(text))))
    assert pooling.shape[0] == 1 + len(seen)
    assert pooling.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
