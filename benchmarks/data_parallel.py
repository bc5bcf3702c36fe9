"""Two ranks of one thread each beside one process of two threads, and beside Lightning's DDP.

    python benchmarks/data_parallel.py [--repeats 3] [--epochs 4] [--only one two]

All train the same network from the same weights with AdamW on the CPU, in batches of 256 rows in
all, and validate each epoch. What is timed is an epoch: a fit of one epoch is subtracted from a
longer one. Repeats are interleaved; the median of the ratios to one process within a repeat is
printed. The column cpu is the processor's time of all ranks as such a ratio, memory the sum of
their peaks, in MiB: each rank imports PyTorch anew. Lightning's random order of rows is another.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch
import trainer_competitors as competitors
from torch import Tensor, distributed, nn

MARK = "measured "


def network() -> nn.Module:
    """Something larger than the trainer's benchmark has, and without BatchNorm."""
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.GroupNorm(4, 32),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, padding=1),
        nn.GroupNorm(8, 64),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 1),
    )


def by_lightning(model: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    competitors.BATCH = 256 // 2  # there it is that of a rank
    return competitors.by_lightning(
        model,
        data,
        epochs,
        devices=2,
        strategy="ddp",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )


SCENES = {"MLP": (competitors.mlp, competitors.tables), "CNN": (network, competitors.images)}
WAYS = {  # ranks, threads of each, what trains
    "one process, 2 threads": (1, 2, competitors.ours),
    "one process, 1 thread": (1, 1, competitors.ours),
    "two ranks": (2, 1, competitors.ours),
    "Lightning, two ranks": (2, 1, by_lightning),
}


def work(scene: str, way: str, epochs: int) -> None:
    """Train as one rank, and print what it took."""
    ranks, threads, run = WAYS[way]
    torch.set_num_threads(threads)
    if ranks > 1:
        distributed.init_process_group("gloo")
    make, load = SCENES[scene]
    data = load()
    run(make(), data, 1)
    marks = [(time.perf_counter(), time.process_time())]
    for count in (1, epochs + 1):
        loss = run(make(), data, count)
        marks.append((time.perf_counter(), time.process_time()))
    spans = [(c - b - (b - a)) / epochs for a, b, c in zip(*marks, strict=True)]
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
    print(MARK + json.dumps([*spans, peak, loss]), flush=True)


def measured(scene: str, way: str, epochs: int) -> tuple[float, float, float, float]:
    """Return seconds of an epoch, those of all processors, MiB and the last validation loss."""
    ranks = WAYS[way][0]
    launcher = [sys.executable]
    if ranks > 1:
        launcher += ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}"]
    command = [*launcher, __file__, "--work", scene, way, "--epochs", str(epochs)]
    quiet = {**os.environ, "TORCH_CPP_LOG_LEVEL": "ERROR"}
    done = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
    # Ranks share one stream, and a library may have begun the line.
    found = re.findall(re.escape(MARK) + r"(\[[^]]*\])", done.stdout)
    if len(found) != ranks:
        said = (done.stderr or done.stdout)[-2000:]
        raise SystemExit(
            f"{scene}, {way}: {len(found)} of {ranks} ranks came to an end, exit code "
            f"{done.returncode}\n{said}"
        )
    seconds, cpu, peaks, losses = zip(*map(json.loads, found), strict=True)
    return max(seconds), sum(cpu), sum(peaks), losses[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--only", nargs="+", metavar="WAY", help="one, two, Lightning")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(*options.work, options.epochs)
        return
    ways = [w for w in WAYS if not options.only or w.startswith(tuple(options.only))]
    for scene in SCENES:
        found = {way: [] for way in ways}
        for _ in range(options.repeats):
            for way in ways:
                found[way].append(measured(scene, way, options.epochs))
        print(f"\n{scene:<26}{'s/epoch':>9}{'ratio':>7}{'cpu':>7}{'MiB':>7}{'loss':>10}")
        base = found[ways[0]]
        for way, rows in found.items():
            wall, peak, loss = (statistics.median(row[k] for row in rows) for k in (0, 2, 3))
            ratio, work_ratio = (
                statistics.median(row[k] / one[k] for row, one in zip(rows, base, strict=True))
                for k in (0, 1)
            )
            print(f"{way:<26}{wall:>9.3f}{ratio:>7.2f}{work_ratio:>7.2f}{peak:>7.0f}{loss:>10.5f}")


if __name__ == "__main__":
    main()
