"""What leaving PyTorch gains: each domain's network on one thread, by PyTorch and by ONNX Runtime.

    python benchmarks/export.py RUN …

Trained runs are exported in processes of their own, five times each. Torch, float32 and int8 take
turns within each, by the thread's own time where the system counts it. The figures are medians of
the exports, and the ratios those of the medians.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

TIMES = 5
"""Exports of each run, each with its own measurement."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN", help="folders of trained runs")
    parser.add_argument("--times", type=int, default=TIMES, help="measurements of each")
    arguments = parser.parse_args()
    print("run | domain | torch, ms | float32, ms | int8, ms | torch / float32 | torch / int8")
    for run in map(Path, arguments.runs):
        domain = json.loads((run / "config.json").read_text(encoding="utf-8"))["task"]
        found: dict[str, list[float]] = {"torch": [], "fp32": [], "int8": []}
        for _ in range(arguments.times):
            for name, value in measured(domain, run).items():
                found[name].append(value)
        middle = {name: statistics.median(values) for name, values in found.items()}
        ratios = [middle["torch"] / middle[name] for name in ("fp32", "int8")]
        cells = [run.name, domain, *(f"{value:.2f}" for value in middle.values())]
        print(" | ".join([*cells, *(f"{ratio:.2f}" for ratio in ratios)]), flush=True)


def measured(domain: str, run: Path) -> dict[str, float]:
    """Export in a process of its own; return the milliseconds of each row."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", domain, "export", str(run), "--int8", "--json"]
        command += ["--out", str(Path(folder, "model.zip"))]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{run}: {done.stderr.strip()}")
    rows = json.loads(done.stdout)["figures"]
    return {row["name"]: row["milliseconds"] for row in rows if row["milliseconds"] is not None}


if __name__ == "__main__":
    main()
