"""Choose an ordered portfolio for tables of prices, and judge it on tables it was not chosen by.

    nice python benchmarks/portfolio.py ames.csv:SalePrice --seeds 0 1 --size 8
    nice python benchmarks/portfolio.py --tables diabetes friedman1 --only 6      # a quick look

Each setting is trained on each table and judged by its validation part; no test part is looked at.
Beside the files named there are tables that anybody has: one that comes with scikit-learn, three
that its generators make, and a part of the course's simulated flats. Figures are kept in --keep, so
that a run that was ended goes on.

The choice is greedy: the default first, then again and again the setting by which the mean over
tables of the best error so far, as a share of the default's, falls most. Source: Feurer et al.,
"Auto-sklearn 2.0: Hands-free AutoML via Meta-Learning" (2022), section 3. A portfolio is judged by
leaving each table out of the choice in turn.
"""

import argparse
import dataclasses
import json
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
from sklearn import datasets

from common.autopilot.portfolio import Times, in_words, settle
from common.errors import UserError
from common.pipeline import Pipeline
from common.runs import experiment
from common.runs.learning import learn
from tabular.data import load
from tabular.portfolio import PORTFOLIO
from tabular.price_table import PriceTable
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK

ROWS = 1_500
"""Rows of a table that is made here."""
MORE = (
    {"lr": Times(0.5), "epochs": Times(2)},
    {"lr": Times(2)},
    {"width": 96},
    {"weight_decay": 0.1},
    {"dropout": 0.3},
    {"members": 1},
    {"batch_size": Times(0.5), "epochs": Times(1.5)},
    {"depth": 1},
)
"""Settings that may join, beside those of today's portfolio. The data is prepared once for all."""


def diabetes() -> pd.DataFrame:
    """442 people and how far their illness had come in a year: no price, but as positive."""
    found = datasets.load_diabetes(as_frame=True)
    return found.data.assign(price=found.target)


def friedman(number: int) -> pd.DataFrame:
    """Prices whose logarithm is one of Friedman's functions and a tenth of noise."""
    made = getattr(datasets, f"make_friedman{number}")
    inputs, values = made(ROWS, random_state=number)
    values = (values - values.mean()) / values.std()
    noise = np.random.default_rng(number).normal(0, 0.1, ROWS)
    columns = {f"x{place}": column for place, column in enumerate(inputs.T)}
    return pd.DataFrame(columns).assign(price=1e6 * np.exp(0.5 * values + noise))


MADE: dict[str, Callable[[], pd.DataFrame] | None] = {
    "flats": None,
    "diabetes": diabetes,
    "friedman1": partial(friedman, 1),
    "friedman2": partial(friedman, 2),
    "friedman3": partial(friedman, 3),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="FILE:COLUMN")
    parser.add_argument("--tables", nargs="*", choices=MADE, default=list(MADE))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--size", type=int, default=8, help="settings of the portfolio")
    parser.add_argument("--only", type=int, help="try only so many settings")
    parser.add_argument("--keep", type=Path, default=Path("runs/portfolio.json"))
    arguments = parser.parse_args()
    candidates = [*PORTFOLIO.changes, *MORE][: arguments.only]
    named = [*arguments.tables, *arguments.files]
    errors = np.array(
        [
            np.mean(
                [figures(name, seed, candidates, arguments.keep) for seed in arguments.seeds], 0
            )
            for name in named
        ]
    )
    ratios = errors / errors[:, :1]
    ranks = ratios.argsort(axis=1).argsort(axis=1) + 1
    print(f"\n{'setting':58s} {'to the default':>14s} {'mean rank':>9s}")
    chosen = greedy(ratios, arguments.size)
    for place in chosen:
        words = in_words(plain(candidates[place]))
        print(f"{words:58s} {ratios[:, place].mean():14.3f} {ranks[:, place].mean():9.1f}")
    if len(named) > 1:
        print("\neach table left out of the choice: the best of the portfolio, to the default")
        for left_out, name in enumerate(named):
            others = np.delete(ratios, left_out, axis=0)
            found = greedy(others, arguments.size)
            print(f"{name[-40:]:40s} {ratios[left_out, found].min():.3f}")


def greedy(ratios: np.ndarray, size: int) -> list[int]:
    """Return which settings to try, in order: (tables, settings) errors, the default's at 0.

    >>> greedy(np.array([[1.0, 0.9, 0.8, 1.1], [1.0, 0.9, 1.0, 0.5]]), 3)
    [0, 3, 2]
    """
    chosen, best = [0], ratios[:, 0]
    while len(chosen) < min(size, ratios.shape[1]):
        means = np.minimum(ratios, best[:, None]).mean(axis=0)
        means[chosen] = np.inf
        chosen.append(int(means.argmin()))
        best = np.minimum(best, ratios[:, chosen[-1]])
    return chosen


def figures(name: str, seed: int, candidates: Sequence[Any], keep: Path) -> list[float]:
    """Return the MAPE of each setting on the validation part; the file knows some."""
    known: dict[str, float] = json.loads(keep.read_text()) if keep.exists() else {}
    waiting = [c for c in candidates if _key(name, seed, c) not in known]
    if waiting:
        source, table = table_of(name)
        settings = TASK.complete(TabularSettings(seed=seed, device="cpu"), table)
        prepared = experiment.prepare(TASK, table, source, settings)
    for changes in waiting:
        own = dataclasses.replace(settings, **settle(changes, settings))
        worked = time.process_time()
        try:
            model, _ = learn(TASK, prepared, own, progress=False)
            pipeline = Pipeline(prepared.preprocessing, model, own, source)
            figure = TASK.evaluate(pipeline, prepared.valid)[0]["mape"]
        except UserError as error:
            print(f"{name}: {in_words(plain(changes))}: {error}")
            figure = float("inf")
        worked = time.process_time() - worked
        words = in_words(plain(changes))
        print(
            f"{name[-24:]:24s} {seed} {words:52s} {100 * figure:6.2f}% {worked:5.1f} s", flush=True
        )
        known[_key(name, seed, changes)] = figure
        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.write_text(json.dumps(known, indent=1))
    return [known[_key(name, seed, changes)] for changes in candidates]


def table_of(name: str) -> tuple[TableSource, PriceTable]:
    if name == "flats":
        source = TableSource()
        return source, load(source)[np.arange(ROWS)]
    if make := MADE.get(name):
        source, table = TASK.read(make(), "price")
        assert table is not None
        return source, table
    file, _, target = name.rpartition(":")
    source = TableSource(file=file, target=target)
    return source, load(source)


def plain(changes: Any) -> dict[str, Any]:
    """Return changes so that they can be shown; a factor stays one, whatever the data."""
    return {n: f"x{v:g}" if isinstance(v, Times) else v for n, v in changes.items()}


def _key(name: str, seed: int, changes: Any) -> str:
    return f"{name} {seed} {in_words(plain(changes))}"


if __name__ == "__main__":
    main()
