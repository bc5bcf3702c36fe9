"""The trainer beside a bare loop, skorch, Keras on torch and Lightning, in one run.

    python benchmarks/trainer.py [--repeats 9] [--epochs 20] [--threads 2] [--json]
    python benchmarks/trainer.py --only bare ours     # where skorch, Keras, Lightning are missing

Everyone trains the same network from the same weights on the same tensors with AdamW, the same
batches and a validation each epoch, its bars and logs off; two more rows have them on. What is
timed is an epoch: a fit of one epoch is subtracted from a longer one, so that nobody pays for
setting up or warming up. The bare loop does nothing else; the one with the same duties also
anneals the learning rate, looks whether losses and gradients are finite, and keeps the best
weights, as ours does; therefore the losses differ. The repeats are interleaved, so that whatever
else the computer does disturbs everyone. A ratio is taken within each repeat, for a computer's
speed wavers from minute to minute; the median of the ratios is printed, and for the bare loop's the
middle half of them. The column cpu is the processor's time against the bare loop's, of use where
the computer has other work as well. Memory is the peak of a process of its own. The deadline is one
of 0.1 minutes on the real clock.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch
from torch import nn
from trainer_competitors import SCENES, Runner, cnn, images

from common.trainer import Trainer


def chosen(scene: str, only: list[str] | None) -> dict[str, Runner]:
    """Return the competitors named in `only`; the bare loops and ours are always there."""
    runners = SCENES[scene][2]
    if only is None:
        return runners
    return {n: run for n, run in runners.items() if n.startswith("bare") or n in ("ours", *only)}


def compare(
    scene: str, *, repeats: int, epochs: int, only: list[str] | None
) -> dict[str, dict[str, float]]:
    """Return for each competitor the median seconds per epoch, of its ratios, and its loss."""
    make, load, _ = SCENES[scene]
    runners = chosen(scene, only)
    data = load()
    times: dict[str, list[float]] = {name: [] for name in runners}
    work: dict[str, list[float]] = {name: [] for name in runners}
    losses: dict[str, float] = {}
    for run in runners.values():
        run(make(), data, 1)
    for repeat in range(repeats):
        # Each repeat starts with another competitor: nobody is always the first or the last.
        order = list(runners.items())
        for name, run in order[repeat % len(order) :] + order[: repeat % len(order)]:
            marks = [(time.perf_counter(), time.process_time())]
            for count in (1, epochs + 1):
                losses[name] = run(make(), data, count)
                marks.append((time.perf_counter(), time.process_time()))
            for kind, spans in enumerate((times, work)):
                first, second, third = (mark[kind] for mark in marks)
                spans[name].append((third - second - (second - first)) / epochs)
    return {
        name: {
            "seconds per epoch": statistics.median(times[name]),
            "against bare loop": statistics.median(ratios(times, name, "bare loop")),
            "middle half": statistics.quantiles(ratios(times, name, "bare loop"))[::2],
            "against ours": statistics.median(ratios(times, name, "ours")),
            "processor time against bare loop": statistics.median(ratios(work, name, "bare loop")),
            "valid loss": losses[name],
        }
        for name in runners
    }


def ratios(spans: dict[str, list[float]], name: str, base: str) -> list[float]:
    return [own / other for own, other in zip(spans[name], spans[base], strict=True)]


def peak_memory(scene: str, name: str, repeats: int = 5) -> float:
    """Return the median peak of fresh processes that train for three epochs, in MiB."""
    command = [sys.executable, __file__, "--peak", scene, name]
    peaks = []
    for _ in range(repeats):
        output = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(float(output.stdout.splitlines()[-1]))
    return statistics.median(peaks)


def print_peak(scene: str, name: str) -> None:
    """Print this process's peak; not ru_maxrss, which a child takes over from its parent."""
    make, load, runners = SCENES[scene]
    runners[name](make(), load(), 3)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    print(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024)


def keep_deadline(minutes: float = 0.1) -> dict[str, float]:
    """Return how long a training took that would have needed hours."""
    X, y, X_valid, y_valid = images()
    trainer = Trainer(cnn(), nn.MSELoss(), epochs=10_000, minutes=minutes, progress=False)
    began = time.perf_counter()
    history = trainer.fit((X, y), valid=(X_valid, y_valid))
    took = time.perf_counter() - began
    return {"asked": minutes * 60, "took": took, "final lr": history.rows[-1]["lr"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="bare, ours, skorch, …")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.peak:
        print_peak(*options.peak)
        return
    results: dict[str, dict] = {}
    for scene in SCENES:
        results[scene] = compare(
            scene, repeats=options.repeats, epochs=options.epochs, only=options.only
        )
        for name in ("bare loop", "ours"):
            results[scene][name]["peak MiB"] = peak_memory(scene, name)
    results["deadline"] = keep_deadline()
    if options.json:
        print(json.dumps(results, indent=1))
        return
    for scene in SCENES:
        columns = f"{'s/epoch':>10}{'/ bare':>8}{'middle half':>14}{'/ ours':>8}{'cpu':>8}"
        columns += f"{'loss':>9}{'peak MiB':>10}"
        print(f"\n{scene:<24}{columns}")
        for name, row in results[scene].items():
            low, high = row["middle half"]
            print(
                f"{name:<24}{row['seconds per epoch']:>10.4f}{row['against bare loop']:>8.2f}"
                f"{f'{low:.2f} to {high:.2f}':>14}"
                f"{row['against ours']:>8.2f}{row['processor time against bare loop']:>8.2f}"
                f"{row['valid loss']:>9.4f}"
                + (f"{row['peak MiB']:>10.0f}" if "peak MiB" in row else "")
            )
    asked, took = results["deadline"]["asked"], results["deadline"]["took"]
    print(f"\ndeadline: asked for {asked:.1f} s, took {took:.2f} s")


if __name__ == "__main__":
    main()
