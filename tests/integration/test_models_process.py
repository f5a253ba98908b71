"""What a process that scores takes on: no training libraries, little memory, soon ready."""

import json
import subprocess
import sys

PROBE = """
import json, sys, time
import models.text, models.language, models.session, models.manifest
early = sorted({"onnxruntime", "py3langid", "torch"} & set(sys.modules))
start = time.perf_counter()
from models.classifier import Classifier
Classifier.load().score("I am angry, where is my refund?")
ready = time.perf_counter() - start
pages = int(open("/proc/self/statm").read().split()[1]) if sys.platform == "linux" else 0
late = sorted({"torch", "transformers", "onnx", "models.training"} & set(sys.modules))
print(json.dumps({"early": early, "late": late, "ready": ready, "mb": pages * 4096 / 1e6}))
"""


def test_scoring_needs_no_training_library_and_importing_loads_nothing():
    probe = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, check=True, text=True
    )
    found = json.loads(probe.stdout)
    assert found["early"] == []
    assert found["late"] == []
    assert found["mb"] < 190  # 160 measured; a worker's own share comes on top, below 260
    assert found["ready"] < 10  # 1.1 s on an idle core; CI's may be shared
