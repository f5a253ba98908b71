"""How rude a reply of ours reads: a line through the network's logits, fitted on drafts of replies.

The network learned how customers write to us. What it says of a text by itself does not tell a cold
reply from a kind one that names anger; all its outputs together do.
"""

from dataclasses import dataclass

import numpy as np

from models.calibration import Floats, sigmoid


@dataclass(frozen=True, slots=True)
class Rudeness:
    """`whole` weighs each logit of the text, `most` the highest of its sentences, (n_labels,) both;
    from `threshold` on a draft reads rude.
    """

    whole: tuple[float, ...]
    most: tuple[float, ...]
    offset: float
    threshold: float

    def __call__(self, logits: Floats) -> float:
        """Return the probability that a text reads rude, from (1 + n_sentences, n_labels)."""
        score = logits[0] @ np.array(self.whole) + logits[1:].max(axis=0) @ np.array(self.most)
        return float(sigmoid(score + self.offset))

    def worst(self, logits: Floats) -> int:
        """Return which sentence reads most rude."""
        return int(np.argmax(logits[1:] @ (np.array(self.whole) + np.array(self.most))))
