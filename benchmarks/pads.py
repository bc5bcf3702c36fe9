"""The losses of vision at equal budget, over several splits and initial weights.

    python benchmarks/pads.py [--seeds 0 1 2 3 4] [--losses cross_entropy tversky] [--epochs 10]

Every loss trains the same network from the same weights on the same flights for as many epochs;
the epoch with the lowest loss on the validation part is kept. The test part is examined twice: with
every pixel marked that is likelier a pad than not, and with the probability from which on a pixel
is marked chosen on the validation part, where the cost is lowest. Both rules are the same for all
losses. It prints the mean and the spread over the seeds, and how many seeds the first loss lost.
"""

import argparse
import dataclasses
import json
from collections.abc import Iterator

import numpy as np

from common.runs import experiment
from common.task import Pipeline
from vision.data import Pictures, load
from vision.metrics import evaluate_mask, mask_metrics
from vision.settings import PictureSource, VisionSettings
from vision.task import TASK

SHOWN = ("found", "false", "cost", "iou", "precision", "recall")
LEVELS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--losses", nargs="+", default=["cross_entropy", "tversky"])
    parser.add_argument("--json", action="store_true")
    VisionSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    source, settings = PictureSource(), VisionSettings.from_arguments(arguments)
    flights = load(source)

    found: dict[str, list[dict[str, float]]] = {}
    for seed in arguments.seeds:
        seeded = dataclasses.replace(settings, seed=seed)
        prepared = experiment.prepare(TASK, flights, source, seeded)
        result = experiment.run(
            TASK, prepared, source, seeded, losses=arguments.losses, progress=False
        )
        for outcome in result.outcomes:
            found.setdefault(outcome.name, []).append(outcome.metrics)
        for loss, pipeline in result.pipelines.items():
            level, metrics = chosen_level(pipeline, prepared.valid, prepared.test)
            found.setdefault(f"{loss}, from p", []).append({**metrics, "level": level})
        if not arguments.json:
            print(f"seed {seed}", flush=True)
            show({name: runs[-1:] for name, runs in found.items()})
    if arguments.json:
        print(json.dumps(found, indent=1))
        return
    print("\nmean (spread) over seeds")
    show(found)
    compare(found, arguments.losses)


def chosen_level(
    pipeline: Pipeline, valid: Pictures, test: Pictures
) -> tuple[float, dict[str, float]]:
    """Return the probability that is cheapest on the validation part, and what it does on test."""
    prices = {
        "miss_price": pipeline.settings.miss_price,
        "false_price": pipeline.settings.false_price,
    }

    def examined(likely: np.ndarray, part: Pictures, level: float) -> dict[str, float]:
        masks = ((own > level).astype(np.uint8) for own in likely)
        answers = [evaluate_mask(mask, part.mask(row)) for row, mask in enumerate(masks)]
        return mask_metrics(answers, **prices)

    likely = np.stack(list(probabilities(pipeline, valid)))
    costs = [examined(likely, valid, level)["cost"] for level in LEVELS]
    level = LEVELS[int(np.argmin(costs))]
    return level, examined(np.stack(list(probabilities(pipeline, test))), test, level)


def probabilities(pipeline: Pipeline, part: Pictures) -> Iterator[np.ndarray]:
    """Yield the probability of a pad for each pixel; the flights' frames fill the canvas."""
    yield from pipeline(part).sigmoid()[:, 0].numpy()


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
        levels = [f"{run['level']:g}" for run in runs if "level" in run]
        print(f"{name:24s} {'  '.join(parts)}" + (f"  p {' '.join(levels)}" if levels else ""))


def compare(found: dict[str, list[dict[str, float]]], losses: list[str]) -> None:
    standard, *others = losses
    for other in others:
        for suffix in ("", ", from p"):
            for key, better in (("found", np.greater), ("false", np.less), ("cost", np.less)):
                ours, theirs = (
                    np.array([run[key] for run in found[loss + suffix]])
                    for loss in (other, standard)
                )
                won, lost = int(better(ours, theirs).sum()), int(better(theirs, ours).sum())
                print(f"{key}: {other}{suffix} better than {standard}: {won}, worse: {lost}")


if __name__ == "__main__":
    main()
