"""A demo with several threads, with one, side by side, and as it chooses: alone and in company.

    python benchmarks/threads.py [--domain tabular] [--epochs 3] [--repeats 3]

Wall seconds of `python -m DOMAIN demo` from start to end, the medians of the repeats, which are
interleaved. Worth something only on a computer that does nothing else. The busy process is a loop
in Python that never ends.
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from common.training.threads import usable_cores

ROOT = Path(__file__).parents[1]


def policies() -> dict[str, list[str]]:
    """Return the options of the demo for each way of using the cores."""
    cores = str(usable_cores())
    return {
        "one training, a thread for each core": ["--processes", "1", "--threads", cores],
        "one training, one thread": ["--processes", "1", "--threads", "1"],
        "side by side, one thread each": ["--processes", cores, "--threads", "1"],
        "as the demo chooses": [],
    }


def seconds(domain: str, epochs: int, options: list[str]) -> float:
    """Return how long a demo takes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", domain, "demo", "--device", "cpu", "--json"]
        command += ["--epochs", str(epochs), "--out", str(Path(folder) / "run"), *options]
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began


@contextlib.contextmanager
def busy() -> Iterator[None]:
    """Keep one core busy meanwhile."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--domain", default="tabular")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(arguments.repeats):
        for company, beside in (("alone", contextlib.nullcontext), ("beside one", busy)):
            for name, options in policies().items():
                with beside():
                    took = seconds(arguments.domain, arguments.epochs, options)
                found.setdefault((name, company), []).append(took)
    print(f"{'':<40}{'alone, s':>12}{'beside one, s':>16}")
    for name in policies():
        alone, beside_one = (
            statistics.median(found[name, company]) for company in ("alone", "beside one")
        )
        print(f"{name:<40}{alone:>12.1f}{beside_one:>16.1f}")


if __name__ == "__main__":
    main()
