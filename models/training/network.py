"""The trainable network: MiniLM encoder, mean pooling, one GELU layer, one sigmoid output a label.

`pooling` rows say which tokens form a segment, so one pass through the encoder scores the whole
text and each of its sentences: the sentences' logits are the evidence for the text's.
"""
# mypy: disable-error-code="import-not-found,misc"
# torch is an extra: the default install and its type check go without

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from models.training.base import base_tokenizer, our_tokenizer
from models.training.emoji import named

HIDDEN_UNITS = 384
DROPOUT = 0.1
#: Measured on two cores, tickets of 30 words: dropout here took half of the time, and torch's fused
#: attention trained 0.7 times as fast as the plain one.
ATTENTION = {"attention_probs_dropout_prob": 0.0, "attn_implementation": "eager"}


class SharedDropout(nn.Module):
    """Dropout with one mask for a batch: drawing one a text took 14 % of a step in a profile."""

    def forward(self, hidden: Tensor) -> Tensor:
        """Return `hidden`, (n_texts, n_tokens, width), some of it left out while training."""
        if not self.training:
            return hidden
        return hidden * nn.functional.dropout(torch.ones_like(hidden[:1]), DROPOUT)


class EmotionNetwork(nn.Module):
    """Token ids and segments in, logits out."""

    def __init__(
        self, base: Path, n_labels: int, *, pretrained: bool = True, inner: int | None = None
    ) -> None:
        """`inner` is how many inner units a layer has, where that is not what the base has."""
        super().__init__()
        more = ATTENTION | ({"intermediate_size": inner} if inner else {})
        self.encoder = (
            AutoModel.from_pretrained(base, add_pooling_layer=False, **ATTENTION)
            if pretrained
            else AutoModel.from_config(
                AutoConfig.from_pretrained(base, **more), add_pooling_layer=False
            )
        )
        for block in (self.encoder.embeddings, *self._outputs()):
            block.dropout = SharedDropout()
        if pretrained:
            named(self.encoder.embeddings.word_embeddings.weight, base_tokenizer(), our_tokenizer())
        width = self.encoder.config.hidden_size
        self.head = nn.Sequential(
            nn.Dropout(DROPOUT),
            nn.Linear(width, HIDDEN_UNITS),
            nn.GELU(),
            nn.Dropout(DROPOUT),
            nn.Linear(HIDDEN_UNITS, n_labels),
        )

    def _outputs(self) -> Iterator[nn.Module]:
        for layer in self.encoder.encoder.layer:
            yield from (layer.attention.output, layer.output)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, pooling: Tensor) -> Tensor:
        """Return logits, (n_texts, n_segments, n_labels).

        `input_ids` and `attention_mask` are (n_texts, n_tokens); `pooling` is
        (n_texts, n_segments, n_tokens), each row the weights of one segment's mean, summing to 1.
        """
        tokens = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        logits: Tensor = self.head(torch.bmm(pooling.to(tokens.dtype), tokens))
        return logits


def whole_text(attention_mask: Tensor) -> Tensor:
    """Return the pooling weights of one segment that is the whole text, (n_texts, 1, n_tokens)."""
    weights = attention_mask.float()
    return (weights / weights.sum(dim=1, keepdim=True)).unsqueeze(1)
