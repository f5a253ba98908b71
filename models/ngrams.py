"""What runs of one to three tokens say by themselves: a line beside the network.

A small network reads the sense of a sentence and forgets rare turns of phrase; a bag of runs
remembers them and knows no sense. Each is wrong elsewhere (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.calibration import Floats
from models.manifest import NGRAMS, ModelUnavailable

LONGEST = 3  # tokens of a run
BITS = 18  # of a token's id in a run's key, one more than any vocabulary here needs
Keys = NDArray[np.int64]


def keys_of(input_ids: NDArray[np.int64]) -> Keys:
    """Return a number for each run of tokens, the same for the same run; repeats included.

    `input_ids` is (n_tokens,) with the two marks at its ends, which are left out.
    """
    ids = input_ids[1:-1] + 1  # a run of two is no run of three that begins with the first token
    runs, key = [ids], ids
    for length in range(1, LONGEST):
        key = (key[:-1] << BITS) | ids[length:]
        runs.append(key)
    return np.concatenate(runs)


@dataclass(frozen=True, slots=True)
class Ngrams:
    """`keys` are sorted, (n_runs,); `rarity` is their inverse document frequency, (n_runs,);
    `weights` are int8, (n_runs, n_outputs), to be multiplied by `scales`, (n_outputs,).
    """

    keys: Keys
    rarity: NDArray[np.float32]
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    offsets: NDArray[np.float32]

    def __call__(self, input_ids: NDArray[np.int64]) -> Floats:
        """Return what the runs of a text add up to for each output, (n_outputs,)."""
        runs, often = np.unique(keys_of(input_ids), return_counts=True)
        at = np.searchsorted(self.keys, runs)
        at[at == len(self.keys)] = 0
        known = self.keys[at] == runs
        at = at[known]
        strength = (1 + np.log(often[known])) * self.rarity[at]
        length = float(np.sqrt((strength**2).sum())) or 1.0
        found = (strength / length) @ self.weights[at].astype(np.float32)
        return np.asarray(found * self.scales + self.offsets, dtype=np.float64)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what `save` wrote. Raises ValueError, KeyError or OSError for anything else."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(*(stored[it] for it in ("keys", "rarity", "weights", "scales", "offsets")))

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path,
            keys=self.keys,
            rarity=self.rarity,
            weights=self.weights,
            scales=self.scales,
            offsets=self.offsets,
        )


class Network(Protocol):
    """What turns tokens into logits."""

    @property
    def at_once(self) -> int:
        """How many calls at a time make it fastest."""

    def logits(self, input_ids: NDArray[np.int64], pooling: NDArray[np.float32]) -> Floats:
        """Return the logits of one text's segments, (n_segments, n_labels)."""


class Joined:
    """A network and the runs beside it, as one network."""

    def __init__(
        self, network: Network, ngrams: Ngrams, columns: Sequence[int], shares: Sequence[float]
    ) -> None:
        """`columns` are the network's outputs to which the runs' are added, times `shares`."""
        self._network, self._ngrams = network, ngrams
        self._columns, self._shares = np.array(columns), np.array(shares)

    @property
    def at_once(self) -> int:
        return self._network.at_once

    def logits(self, input_ids: NDArray[np.int64], pooling: NDArray[np.float32]) -> Floats:
        """Return the logits of one text's segments, (n_segments, n_labels), as a session does.

        What the runs of the whole text say is said of each of its sentences too: they only differ
        by what the network reads in them.
        """
        found = self._network.logits(input_ids, pooling)
        found[:, self._columns] += self._shares * self._ngrams(input_ids)
        return found


def with_ngrams(
    network: Network, folder: Path, labels: Sequence[str], shares: Mapping[str, float]
) -> Network:
    """Return the network with the runs of a weights folder beside it, where it has shares for them.

    Raises ModelUnavailable.
    """
    if not shares:
        return network
    path = folder / NGRAMS
    try:
        ngrams = Ngrams.load(path)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelUnavailable(f"{path} cannot be read as runs of tokens: {error}") from error
    if len(ngrams.scales) != len(shares):
        raise ModelUnavailable(
            f"{path} has {len(ngrams.scales)} outputs; the manifest names {len(shares)}"
        )
    return Joined(network, ngrams, [labels.index(it) for it in shares], list(shares.values()))
