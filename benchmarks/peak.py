"""How fast this machine multiplies int8 matrices at best, as the runtime that serves does it.

`python -m benchmarks.peak` prints TOP/s of two threads, each with products of its own, for large
matrices and for those of one ticket of 95 tokens. Needs the extra `torch`, for `onnx`.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
import typer
from onnx import TensorProto, helper, numpy_helper

THREADS = 2
ROUNDS = 7
LONG_ENOUGH = 5e10  # multiplications and additions a round and thread
#: Rows, inner, columns. The first two are large; the others are the network's own.
SHAPES = ((512, 1024, 1024), (1024, 1024, 1024), (95, 384, 1536), (95, 1536, 384), (95, 384, 1152))


def int8_peak() -> float:
    """Return operations a second of the fastest shape, two threads together."""
    return max(map(rate, SHAPES))


def rate(shape: tuple[int, int, int]) -> float:
    """Return operations a second for matrices of one shape, the best of some rounds."""
    rows, inner, columns = shape
    chance = np.random.default_rng(1)
    session = _product(rows, inner, columns, chance)
    values = chance.integers(0, 255, (rows, inner)).astype(np.uint8)
    once = 2 * rows * inner * columns
    count = max(1, int(LONG_ENOUGH / once))

    def work(_thread: int) -> None:
        for _ in range(count):
            session.run(None, {"a": values})

    best = 0.0
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            list(pool.map(work, range(THREADS)))
            best = max(best, THREADS * count * once / (time.perf_counter() - began))
    return best


def _product(
    rows: int, inner: int, columns: int, chance: np.random.Generator
) -> onnxruntime.InferenceSession:
    weight = chance.integers(-127, 127, (inner, columns)).astype(np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, inner])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [rows, columns])],
        [numpy_helper.from_array(weight, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def main() -> None:
    """Print the rate of each shape."""
    for shape in SHAPES:
        print(f"{'x'.join(map(str, shape)):16} {rate(shape) / 1e12:.3f} TOP/s")


if __name__ == "__main__":
    typer.run(main)
