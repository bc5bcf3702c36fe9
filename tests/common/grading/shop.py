"""The smallest possible course: one package, one exercise, its probes; and what is right."""

import re
from pathlib import Path

import numpy as np

from common.grading.runner.limits import Limits
from common.grading.runner.probe_result import ProbeResult
from common.grading.runner.sandbox import Sandbox

EXERCISE = "shop/loss.py"
GOOD = b"def double(x):\n    return 2 * x\n"
PROBES = """
def double(inputs):
    from shop import loss
    return loss.double(inputs["x"])

def with_torch(inputs):
    import torch
    from shop import loss
    return loss.double(torch.from_numpy(inputs["x"])).detach().numpy()
"""
MORE_PROBES = """
def again(inputs):
    from shop import loss
    return loss.double(inputs["x"])
"""
LIMITS = Limits(
    cpu_seconds=2,
    wall_seconds=4,
    memory=400 * 2**20,
    processes=24,
    output_bytes=2**20,
    tmp_bytes=8 * 2**20,
)


def make_course(root: Path) -> Path:
    """Write the starter code into `root`, and beside it what no student may see."""
    for name, text in {
        EXERCISE: "def double(x):\n    raise NotImplementedError\n",
        "shop/__init__.py": "",
        "shop/tools.py": "RATE = 2\n",
        "tests/__init__.py": "",
        "tests/graded/__init__.py": "",
        "tests/graded/shop_probes.py": PROBES,
        "tests/graded/shop_more_probes.py": MORE_PROBES,
        "tests/graded/shop.py": "EXPECTED = 'the secret answer'\n",
        "grades.db": "the secret answer\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def open_sandbox(
    root: Path, *, preload=("numpy",), limits: Limits = LIMITS, guarded: bool = True
) -> Sandbox:
    return Sandbox(root, limits, replaceable=[EXERCISE], preload=preload, guarded=guarded)


def run(sandbox: Sandbox, source: bytes | str, probe: str = "double") -> ProbeResult:
    source = source.encode() if isinstance(source, str) else source
    module = "shop_more_probes" if probe == "again" else "shop_probes"
    place, x = f"tests.graded.{module}:{probe}", np.arange(4.0)
    return sandbox.run({EXERCISE: source}, "shop.loss", place, {"x": x})


def submit(
    sandbox: Sandbox, source: bytes | str, probe: str = "double"
) -> tuple[ProbeResult, bool]:
    """Run a submission; return what came, and whether it is right."""
    outcome = run(sandbox, source, probe)
    output = outcome.output
    right = (
        outcome.failure is None
        and type(output) is np.ndarray
        and output.dtype == np.float64
        and np.array_equal(output, 2 * np.arange(4.0))
    )
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", f"{outcome.failure}{outcome.stdout}")
    return outcome, right
