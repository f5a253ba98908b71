"""A network's weights on disk: what a stopped run continues from, and what others go on from."""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

CHECKPOINT = "checkpoint.pt"
TORCH = "model.safetensors"  # of a weights folder
NETWORK = "network"  # the part that `export` reads


class Checkpoint:
    """The file in `folder` that holds the parts of a run; replaced whole or not at all."""

    def __init__(self, folder: Path, **parts: Any) -> None:
        """`parts` have `state_dict` and `load_state_dict`; NETWORK is what shall be exported."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / CHECKPOINT
        self._parts = parts

    def resume(self) -> int:
        """Load what an earlier run left and return how many epochs it finished."""
        if not self._path.exists():
            return 0
        saved = torch.load(self._path, weights_only=True)
        done = int(saved.pop("epoch"))
        for name, state in saved.items():
            self._parts[name].load_state_dict(state)
        return done

    def save(self, epoch: int) -> None:
        """Write every part after `epoch` epochs."""
        state = {name: part.state_dict() for name, part in self._parts.items()}
        new = self._path.with_suffix(".new")
        torch.save(state | {"epoch": epoch}, new)
        new.replace(self._path)


def network_in(folder: Path) -> dict[str, Tensor]:
    """Return a network's weights by name, of a run's folder or of a weights folder."""
    if (folder / TORCH).exists():
        return {name: it.float() for name, it in load_file(folder / TORCH).items()}
    weights: dict[str, Tensor] = torch.load(folder / CHECKPOINT, weights_only=True)[NETWORK]
    return weights


def save_half(weights: Mapping[str, Tensor], folder: Path) -> None:
    """Write weights for torch in fp16, to go on from elsewhere."""
    save_file({name: it.half().contiguous() for name, it in weights.items()}, folder / TORCH)
