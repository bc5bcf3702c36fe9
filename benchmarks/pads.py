"""The losses of vision at equal budget, over several splits and initial weights.

    python benchmarks/pads.py [--seeds 0 1 2 3 4] [--losses cross_entropy] [--false-price 3000]

Every loss trains the demo's network from the same weights on the same flights for as many epochs;
the epoch with the best average precision on the validation part is kept (without squares, with the
lowest loss). A second look learns from what the network marks in the training part, and on the
validation part it is chosen how sure to be: where mistakes cost least. The test part is examined
once. It prints the mean and the spread over the seeds, what a perfect observer finds, and how many
seeds the first loss lost.
"""

import argparse
import dataclasses
import json

import numpy as np

from common.runs import experiment
from vision.__main__ import DOMAIN
from vision.baselines import PERFECT
from vision.data import load
from vision.settings import PictureSource, VisionSettings
from vision.task import TASK

SHOWN = ("found", "false", "cost", "iou", "precision", "recall")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--losses", nargs="+", default=list(DOMAIN.demo))
    parser.add_argument("--json", action="store_true")
    VisionSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    usual = VisionSettings(**DOMAIN.demo_settings)
    settings = VisionSettings.from_arguments(arguments, defaults=usual)
    source = PictureSource()
    flights = load(source)
    settings = TASK.complete(settings, flights)

    found: dict[str, list[dict[str, float]]] = {}
    for seed in arguments.seeds:
        seeded = dataclasses.replace(settings, seed=seed)
        prepared = experiment.prepare(TASK, flights, source, seeded)
        result = experiment.run(
            TASK, prepared, source, seeded, losses=arguments.losses, progress=False
        )
        for outcome in result.outcomes:
            if outcome.name in (*arguments.losses, PERFECT):
                found.setdefault(outcome.name, []).append(outcome.metrics)
        if not arguments.json:
            print(f"seed {seed}", flush=True)
            show({name: runs[-1:] for name, runs in found.items()})
            for loss, pipeline in result.pipelines.items():
                print(f"  {loss}: {pipeline.preprocessing.decision}", flush=True)
    if arguments.json:
        print(json.dumps(found, indent=1))
        return
    print("\nmean (spread) over seeds")
    show(found)
    compare(found, arguments.losses)


def show(found: dict[str, list[dict[str, float]]]) -> None:
    for name, runs in found.items():
        parts = []
        for metric in TASK.metrics:
            if metric.key not in SHOWN:
                continue
            values = np.array([run[metric.key] for run in runs])
            text = metric.show(values.mean())
            if len(values) > 1:
                text += f" ({metric.show(values.std(ddof=1))})"
            parts.append(f"{metric.key} {text}")
        print(f"{name:24s} {'  '.join(parts)}", flush=True)


def compare(found: dict[str, list[dict[str, float]]], losses: list[str]) -> None:
    standard, *others = losses
    for other in others:
        for key, better in (("found", np.greater), ("false", np.less), ("cost", np.less)):
            ours, theirs = (
                np.array([run[key] for run in found[loss]]) for loss in (other, standard)
            )
            won, lost = int(better(ours, theirs).sum()), int(better(theirs, ours).sum())
            print(f"{key}: {other} better than {standard}: {won}, worse: {lost}")


if __name__ == "__main__":
    main()
