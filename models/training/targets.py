"""What the network is taught: its outputs by name, and a text's targets with how far to trust them.

Several kinds of data teach one network. Each text has a target for the outputs that its kind knows
and no weight on the others. Two readers' labels are averaged: where they differ, the target lies
between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from models.calibration import Floats
from models.manifest import LEVELS
from models.training.corpus import CONDUCTS, EMOTIONS, FLAGS, Labels

CHARGED = 3  # the level from which a message must not be missed
HINTED = 0.7  # how present an emotion is that is hinted only

EMOTION_OUTPUTS = tuple(f"ticket {it}" for it in EMOTIONS)
CHARGE_OUTPUTS = tuple(f"charge {it}" for it in range(1, LEVELS + 1))  # at least so much
CONDUCT_OUTPUTS = CONDUCTS[1:]  # at least so rude
FLAG_OUTPUTS = tuple(f"flag {it}" for it in FLAGS)
GUIDELINE_OUTPUTS = (*EMOTION_OUTPUTS, *CHARGE_OUTPUTS, *CONDUCT_OUTPUTS, *FLAG_OUTPUTS)
DISTRESS = "distress of a reader"  # 0–1, of the essays in empathic_reactions
FALL = "fall"  # of a sentence: by how many levels the charge falls without it


def outputs(goemotions: Sequence[str]) -> list[str]:
    """Return the names of all outputs in their order: GoEmotions', the guideline's, the others."""
    return [*goemotions, *GUIDELINE_OUTPUTS, DISTRESS, FALL]


def of_labels(labels: Labels) -> Floats:
    """Return one reader's targets, (n_guideline_outputs,)."""
    emotions = [_presence(labels.emotions.get(it, 0)) for it in EMOTIONS]
    charge = [float(labels.charge >= level) for level in range(1, LEVELS + 1)]
    conduct = [float(CONDUCTS.index(labels.conduct) >= CONDUCTS.index(it)) for it in CONDUCTS[1:]]
    flags = [float(it in labels.flags) for it in FLAGS]
    return np.array([*emotions, *charge, *conduct, *flags])


def of_readers(readers: Iterable[Labels]) -> Floats:
    """Return the mean of what several readers saw, (n_guideline_outputs,)."""
    return np.asarray(np.mean([of_labels(it) for it in readers], axis=0), dtype=np.float64)


def _presence(strength: int) -> float:
    return (0.0, HINTED, 1.0)[strength]
