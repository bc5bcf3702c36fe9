"""How many pads a short training finds, with several losses, seeds and prices of a false one.

The demo trains with one seed. Here the same road is gone with several, each loss on the same split,
and judged on the test part at each price. The decision alone depends on the price: networks are
trained once for all of them.

    python benchmarks/pads.py --seeds 0 1 2 3 4 --false-prices 1000 5000 10000
"""

import argparse
import dataclasses
import json
import time
from typing import Any

import numpy as np

from common.pipeline import Pipeline
from common.runs import experiment
from common.runs.learning import learn
from common.training.threads import using_threads
from vision.__main__ import DOMAIN
from vision.baselines import PERFECT
from vision.data import load
from vision.decision_search import cheapest
from vision.second_look.training import second_look_for
from vision.settings import PictureSource, VisionSettings
from vision.task import TASK

SHOWN = ("found", "false", "cost", "iou", "precision", "recall")
Runs = dict[str, list[dict[str, float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--losses", nargs="+", default=list(DOMAIN.demo))
    parser.add_argument("--false-prices", type=float, nargs="+", default=[5000.0])
    parser.add_argument("--json", action="store_true")
    VisionSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    usual = VisionSettings(**DOMAIN.demo_settings)
    settings = VisionSettings.from_arguments(arguments, defaults=usual)
    source = PictureSource()
    flights = load(source)
    settings = TASK.complete(settings, flights)

    found: Runs = {}
    for seed in arguments.seeds:
        seeded = dataclasses.replace(settings, seed=seed)
        prepared = experiment.prepare(TASK, flights, source, seeded)
        for loss in arguments.losses:
            began = time.process_time()
            with using_threads(seeded.threads):
                judged = judge(prepared, source, dataclasses.replace(seeded, loss=loss), arguments)
            for name, metrics in judged.items():
                found.setdefault(name, []).append(metrics)
                if not arguments.json:
                    show({f"seed {seed}, {name}": [metrics]})
            if not arguments.json:
                print(f"  {time.process_time() - began:.0f} s of processor time", flush=True)
        perfect = TASK.baselines(prepared.train, prepared.test, seeded, {})
        (metrics,) = (one.metrics for one in perfect if one.name == PERFECT)
        found.setdefault(PERFECT, []).append(metrics)
    if arguments.json:
        print(json.dumps(found, indent=1))
        return
    print("\nmean (lowest to highest) over seeds")
    show(found)
    compare(found, arguments)


def judge(prepared: Any, source: Any, settings: Any, arguments: Any) -> dict[str, dict[str, float]]:
    """Train with one loss, decide at each price, and return what the test part says."""
    model, _ = learn(TASK, prepared, settings, progress=False)
    pipeline = Pipeline(prepared.preprocessing, model.eval(), settings, source)
    second = second_look_for(pipeline, prepared.train) if settings.crop else None
    judged = {}
    for price in arguments.false_prices:
        priced = dataclasses.replace(
            pipeline, settings=dataclasses.replace(settings, false_price=price)
        )
        decision = cheapest(priced, prepared.valid, second)
        decided = dataclasses.replace(
            priced, preprocessing=prepared.preprocessing.deciding(decision)
        )
        judged[named(settings.loss, price)], _ = TASK.evaluate(decided, prepared.test)
    return judged


def named(loss: str, price: float) -> str:
    return f"{loss}, a false one costs {price:,.0f}"


def show(found: Runs) -> None:
    for name, runs in found.items():
        parts = []
        for metric in TASK.metrics:
            if metric.key not in SHOWN:
                continue
            values = np.array([run[metric.key] for run in runs])
            text = metric.show(values.mean())
            if len(values) > 1:
                text += f" ({metric.show(values.min())} to {metric.show(values.max())})"
            parts.append(f"{metric.key} {text}")
        print(f"{name:44s} {'  '.join(parts)}", flush=True)


def compare(found: Runs, arguments: Any) -> None:
    """Say on how many seeds each loss is better than the first at the first price."""
    price = arguments.false_prices[0]
    standard, *others = arguments.losses
    for other in others:
        for key, better in (("found", np.greater), ("false", np.less), ("cost", np.less)):
            ours, theirs = (
                np.array([run[key] for run in found[named(loss, price)]])
                for loss in (other, standard)
            )
            won, lost = int(better(ours, theirs).sum()), int(better(theirs, ours).sum())
            print(f"{key}: {other} better than {standard}: {won}, worse: {lost}")


if __name__ == "__main__":
    main()
