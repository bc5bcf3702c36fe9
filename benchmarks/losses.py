"""Custom losses against the standard ones: same network, same budget, same splits, several seeds.

    python benchmarks/losses.py                          the simulated market, seeds 0 to 4
    python benchmarks/losses.py --data california
    python benchmarks/losses.py --over 3                 where valuing too high costs three times

For each pair it prints the mean and the spread over the seeds, and how many seeds are won.
"""

import argparse
import dataclasses
import json

import numpy as np
from sources import source_of

from common.runs import experiment
from tabular.data import load
from tabular.settings import TabularSettings
from tabular.task import TASK

LOSSES = ("mse", "mse_log", "relative", "log_cosh", "cost")
CONTESTS = (("relative", "mape"), ("log_cosh", "mape"), ("cost", "money_lost"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="moscow")
    parser.add_argument("--file", help="a copy of the table, instead of the download")
    parser.add_argument("--target", default="median_house_value")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--losses", nargs="+", default=LOSSES)
    parser.add_argument("--json", action="store_true")
    TabularSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    source = source_of(arguments)
    table = load(source)
    if arguments.file:
        table = dataclasses.replace(table, currency="$")
    settings = TASK.complete(TabularSettings.from_arguments(arguments), table)

    figures: dict[str, list[dict[str, float]]] = {}
    for seed in arguments.seeds:
        seeded = dataclasses.replace(settings, seed=seed)
        prepared = experiment.prepare(TASK, table, source, seeded)
        result = experiment.run(
            TASK, prepared, source, seeded, losses=arguments.losses, progress=False
        )
        for outcome in result.outcomes:
            figures.setdefault(outcome.name, []).append(outcome.metrics)
        if not arguments.json:
            shown = "  ".join(f"{o.name} {100 * o.metrics['mape']:.2f}" for o in result.outcomes)
            print(f"seed {seed}, MAPE %: {shown}", flush=True)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    show(figures)


def show(figures: dict[str, list[dict[str, float]]]) -> None:
    print(f"\n{'mean (spread) over seeds':16s}")
    keys = {metric.key: metric for metric in TASK.metrics}
    chosen = (
        "mape",
        "median_ape",
        "within_10",
        "bias",
        "mae",
        "rmse",
        "catastrophic",
        "money_lost",
    )
    for name, runs in figures.items():
        parts = []
        for key in chosen:
            values = np.array([run[key] for run in runs])
            mean, spread = keys[key].show(values.mean()), keys[key].show(values.std(ddof=1))
            parts.append(f"{key} {mean} ({spread.lstrip('+')})")
        print(f"{name:16s} " + "  ".join(parts))
    print()
    for custom, key in CONTESTS:
        for standard in ("mse", "mse_log"):
            if custom not in figures or standard not in figures:
                continue
            ours = np.array([run[key] for run in figures[custom]])
            theirs = np.array([run[key] for run in figures[standard]])
            won = int((ours < theirs).sum())
            print(
                f"{key}: {custom} {keys[key].show(ours.mean())} against {standard} "
                f"{keys[key].show(theirs.mean())}, {won} of {len(ours)} seeds won"
            )


if __name__ == "__main__":
    main()
