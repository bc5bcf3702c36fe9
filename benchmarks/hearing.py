"""Losses that hear against the standard one: same network, same budget, several seeds.

    python benchmarks/hearing.py                    the course's sounds, seeds 0 to 4
    python benchmarks/hearing.py --epochs 20 --losses mse hearing

A seed draws the split, the weights and the order. Prints the mean and the spread over the seeds,
and how many seeds each loss wins against mse.
"""

import argparse
import dataclasses
import json

import numpy as np

from audio.metrics import METRICS
from audio.settings import AudioSettings, SoundSource
from audio.task import TASK
from common.runs import experiment

LOSSES = ("mse", "si_sdr", "stft", "hearing")
EPOCHS = 5
JUDGED = ("si_sdr", "gain", "worse", "lsd", "stoi", "pesq", "level")

Figures = dict[str, list[dict[str, float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--losses", nargs="+", default=LOSSES)
    parser.add_argument("--json", action="store_true")
    usual = AudioSettings(epochs=EPOCHS)
    AudioSettings.add_to(parser.add_argument_group("settings"), defaults={"epochs": EPOCHS})
    arguments = parser.parse_args()
    settings = AudioSettings.from_arguments(arguments, defaults=usual)
    source = SoundSource()
    examples = TASK.load(source)

    figures: Figures = {}
    for seed in arguments.seeds:
        seeded = dataclasses.replace(settings, seed=seed)
        prepared = experiment.prepare(TASK, examples, source, seeded)
        result = experiment.run(
            TASK, prepared, source, seeded, losses=arguments.losses, progress=False
        )
        for outcome in result.outcomes:
            found = {**outcome.metrics, "seconds": outcome.seconds}
            figures.setdefault(outcome.name, []).append(found)
        if not arguments.json:
            shown = "  ".join(f"{o.name} {o.metrics['si_sdr']:.2f}" for o in result.outcomes)
            print(f"seed {seed}, SI-SDR: {shown}", flush=True)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    show(figures)


def show(figures: Figures) -> None:
    metrics = {metric.key: metric for metric in METRICS}
    print(f"\n{'mean ± spread':26}" + "".join(f"{name:>16}" for name in figures))
    for key in JUDGED:
        cells = []
        for rows in figures.values():
            values = np.array([row[key] for row in rows]) * metrics[key].scale
            cells.append(f"{values.mean():.3f} ± {values.std():.3f}")
        print(f"{metrics[key].title:26}" + "".join(f"{cell:>16}" for cell in cells))
    trained = [name for name, rows in figures.items() if rows[0]["seconds"] is not None]
    for name in trained:
        print(f"{name}: {np.mean([row['seconds'] for row in figures[name]]):.0f} s of training")
    if "mse" not in figures:
        return
    for name in trained:
        if name != "mse":
            contest(name, figures, metrics)


def contest(name: str, figures: Figures, metrics: dict) -> None:
    """Say in how many seeds a loss is better than mse."""
    said = []
    for key in JUDGED:
        pairs = [
            (_badness(ours[key], metrics[key].best), _badness(theirs[key], metrics[key].best))
            for ours, theirs in zip(figures[name], figures["mse"], strict=True)
        ]
        if any(np.isfinite(pair).all() for pair in pairs):
            said.append(f"{key} {sum(ours < theirs for ours, theirs in pairs)}")
    print(f"{name} beats mse, of {len(figures['mse'])} seeds: {', '.join(said)}")


def _badness(value: float, best: str) -> float:
    return {"high": -value, "low": value, "zero": abs(value)}[best]


if __name__ == "__main__":
    main()
