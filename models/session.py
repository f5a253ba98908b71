"""The network on ONNX Runtime: token ids and segments in, logits out, safe for many threads.

One thread a call and no spinning: parallelism is one call a core, and a waiting thread that
spins takes the machine from the web process (43 ms against 6 ms CPU per request, measured).
"""

import os
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from models.manifest import ModelUnavailable

INPUTS = ("input_ids", "pooling")
MASK = "attention_mask"  # of networks exported otherwise than by `training.served`


class Session:
    """One loaded network; `logits` may be called by many threads at once."""

    def __init__(self, path: Path, n_labels: int) -> None:
        """Load the network. Raises ModelUnavailable if it is not one with `n_labels` outputs."""
        self._session = _open(path)
        names = {it.name for it in self._session.get_inputs()}
        outputs = self._session.get_outputs()
        if names - {MASK} != set(INPUTS) or outputs[0].shape[-1] != n_labels:
            raise ModelUnavailable(
                f"{path} has inputs {', '.join(sorted(names))} and output shape "
                f"{outputs[0].shape}; expected {', '.join(INPUTS)} and {n_labels} labels"
            )
        self._masked = MASK in names
        self.at_once = len(os.sched_getaffinity(0))  # one thread a call

    def logits(
        self, input_ids: NDArray[np.int64], pooling: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Return the logits of one text's segments, (n_segments, n_labels).

        `input_ids` is (n_tokens,); `pooling` is (n_segments, n_tokens), each row the weights of
        one segment's mean. One text a call: with int8 an answer would depend on batch mates.
        """
        feed = {
            "input_ids": input_ids[None, :],
            "pooling": pooling[None, :, :],
        }
        if self._masked:
            feed[MASK] = np.ones((1, len(input_ids)), dtype=np.int64)
        (logits,) = self._session.run(None, feed)
        return cast("NDArray[np.float64]", logits[0].astype(np.float64))


def _open(path: Path) -> Any:
    import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415  # 0.2 s, 20 MB

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_mem_pattern = False  # kept for each shape, and every text has another
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime raises a class for each of its error codes
        raise ModelUnavailable(f"{path} cannot be loaded by ONNX Runtime: {error}") from error
