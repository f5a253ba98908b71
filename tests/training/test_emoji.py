"""Emoji are words of the vocabulary, and begin with the meaning of their names."""

import pytest
import torch
from transformers import AutoModel

from models.training.base import base_folder, base_tokenizer, our_tokenizer
from models.training.network import EmotionNetwork


@pytest.mark.parametrize("text", ["great👏👏🏽 job", "😡🤬", "🤦‍♀️ lost", "💔x🙄"])
def test_no_emoji_and_no_word_that_it_touches_is_unknown(text):
    assert "[UNK]" in base_tokenizer().encode(text).tokens
    assert "[UNK]" not in our_tokenizer().encode(text).tokens


@pytest.mark.parametrize("text", ["It's fine, don't worry!", "order NT-40418", "naïve café :("])
def test_text_without_emoji_reads_as_before(text):
    assert our_tokenizer().encode(text).ids == base_tokenizer().encode(text).ids


def test_offsets_lead_back_to_the_emoji():
    text = "great👏🏽 job"
    encoding = our_tokenizer().encode(text, add_special_tokens=False)
    assert [text[a:b] for a, b in encoding.offsets] == ["great", "👏", "🏽", "job"]


def test_the_vocabulary_grows_by_nothing():
    assert our_tokenizer().get_vocab_size() == base_tokenizer().get_vocab_size()


@pytest.mark.parametrize(
    ("emoji", "name"),
    [("😭", "loudly crying face"), ("💔", "broken heart"), ("😡", "pouting face")],
)
def test_an_emoji_begins_as_the_mean_of_the_words_of_its_name(emoji, name):
    tokenizer = our_tokenizer()
    words = EmotionNetwork(base_folder(), 2).encoder.embeddings.word_embeddings.weight
    named = words[tokenizer.encode(name, add_special_tokens=False).ids].mean(dim=0)
    assert torch.allclose(words[tokenizer.token_to_id(emoji)], named)


def test_what_the_base_model_knew_keeps_its_own_meaning():
    known = EmotionNetwork(base_folder(), 2).encoder.embeddings.word_embeddings.weight
    before = AutoModel.from_pretrained(base_folder()).embeddings.word_embeddings.weight
    at = base_tokenizer().token_to_id("♥")
    assert torch.equal(known[at], before[at])
