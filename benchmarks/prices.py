"""The network against gradient-boosted trees, on the same splits, in one run.

    python benchmarks/prices.py                         California, seeds 0 1 2
    python benchmarks/prices.py --without-place         longitude and latitude dropped
    python benchmarks/prices.py --data moscow

LightGBM and CatBoost minimise the absolute error of the log price, with early stopping on the
validation part. They are tried on the table as it is, with the network's ratio columns, and with
those and the neighbours' prices: for each flat the mean log price of its 8 and of its 32 nearest
training flats, weighted by inverse distance, itself left out. Needs the extra `benchmarks`.
"""

import argparse
import dataclasses
import json
import time

import numpy as np
import pandas as pd
from sources import source_of

from common.runs import experiment
from common.splits import split
from tabular.data import load
from tabular.features import NumericScaler
from tabular.metrics import price_metrics
from tabular.neighbours import nearest
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import PriceTable
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK
from tabular.values import as_categories, as_numbers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="california")
    parser.add_argument("--file", help="a copy of the table, instead of the download")
    parser.add_argument("--target", default="median_house_value")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--without-place", action="store_true")
    parser.add_argument("--only-network", action="store_true")
    parser.add_argument("--json", action="store_true")
    TabularSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    source = source_of(arguments)
    table = load(source)
    if arguments.without_place:
        place = [c for c in table.frame if c.lower() in ("latitude", "longitude")]
        table = dataclasses.replace(table, frame=table.frame.drop(columns=place))
    settings = TASK.complete(TabularSettings.from_arguments(arguments), table)

    rows: dict[str, list[tuple[float, float]]] = {}
    for seed in arguments.seeds:
        seeded = dataclasses.replace(settings, seed=seed)
        for name, mape, seconds in contest(table, source, seeded, arguments.only_network):
            rows.setdefault(name, []).append((mape, seconds))
            if not arguments.json:
                print(f"seed {seed}  {name:34s} {100 * mape:6.2f} %  {seconds:6.1f} s", flush=True)
    summary = {
        name: {
            "mape": float(np.mean([mape for mape, _ in figures])),
            "by_seed": [mape for mape, _ in figures],
            "seconds": float(np.mean([seconds for _, seconds in figures])),
        }
        for name, figures in rows.items()
    }
    if arguments.json:
        print(json.dumps(summary, indent=2))
        return
    print("\nmean test MAPE")
    for name, figures in sorted(summary.items(), key=lambda item: item[1]["mape"]):
        print(f"{name:34s} {100 * figures['mape']:6.2f} %  {figures['seconds']:6.1f} s")


def contest(table: PriceTable, source: TableSource, settings: TabularSettings, alone: bool):
    """Yield (who, test MAPE, seconds of training) for one split."""
    began = time.perf_counter()
    prepared = experiment.prepare(TASK, table, source, settings)
    result = experiment.run(
        TASK, prepared, source, settings, losses=[settings.loss], progress=False
    )
    seconds = time.perf_counter() - began
    yield f"network, {settings.loss} loss", result.outcomes[0].metrics["mape"], seconds
    if alone:
        return
    parts = split(table, settings.shares, seed=settings.seed)
    three = [table[rows] for rows in (parts.train, parts.valid, parts.test)]
    for label, frames in feature_sets(prepared.preprocessing, three).items():
        for name, learn in (("LightGBM", lightgbm), ("CatBoost", catboost)):
            began = time.perf_counter()
            predicted = learn(frames, [np.log(part.price) for part in three[:2]], settings.seed)
            seconds = time.perf_counter() - began
            yield f"{name}, {label}", price_metrics(predicted, three[2].price)["mape"], seconds


def feature_sets(
    preprocessing: TablePreprocessing, parts: list[PriceTable]
) -> dict[str, list[pd.DataFrame]]:
    """Return what the trees are given, poorest first: three frames each."""
    plain = [tree_frame(preprocessing, part.frame) for part in parts]
    sets = {"as it is": plain}
    if preprocessing.numbers.ratios:
        sets["ratios"] = [
            pd.concat([frame, ratios(preprocessing.numbers, frame)], axis=1) for frame in plain
        ]
    if preprocessing.flats.centre:
        richest = list(sets.values())[-1]
        known = place_of(preprocessing, parts[0].frame)
        sets["ratios and neighbours"] = [
            pd.concat([frame, neighbour_prices(preprocessing, known, part, train=i == 0)], axis=1)
            for i, (frame, part) in enumerate(zip(richest, parts, strict=True))
        ]
    return sets


def tree_frame(preprocessing: TablePreprocessing, frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as they are, categories as pandas' own, in the same columns that the network has."""
    numbers = preprocessing.numbers
    plain = NumericScaler(numbers.kinds, [], [], [], numbers.center, numbers.scale, numbers.limits)
    raw = dict(plain.raw(lambda name: as_numbers(frame[name], numbers.kinds[name])))
    columns = {name: pd.Series(values, frame.index) for name, values in raw.items()}
    for name, known in preprocessing.categories.vocabulary.items():
        tidy = as_categories(frame[name])
        columns[name] = pd.Categorical(tidy.where(tidy.isin(known), "rare"), [*known, "rare"])
    return pd.DataFrame(columns, index=frame.index)


def ratios(numbers: NumericScaler, frame: pd.DataFrame) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame({f"{a} / {b}": frame[a] / frame[b] for a, b in numbers.ratios})


def place_of(preprocessing: TablePreprocessing, frame: pd.DataFrame) -> np.ndarray:
    """Kilometres from the centre, (n, 2)."""
    return preprocessing.flats.where(preprocessing._coordinates(frame), np.empty((len(frame), 0)))


def neighbour_prices(
    preprocessing: TablePreprocessing, known: np.ndarray, part: PriceTable, *, train: bool
) -> pd.DataFrame:
    place = place_of(preprocessing, part.frame)
    own = np.arange(len(known))
    rows = nearest(known, place, 32, apart=(own, own) if train else None)
    distance = np.linalg.norm(known[rows] - place[:, None], axis=-1)
    prices = preprocessing.log_price[rows].astype(np.float64)
    weight = 1 / (distance + 0.1)
    return pd.DataFrame(
        {
            f"price of {k}": (weight[:, :k] * prices[:, :k]).sum(1) / weight[:, :k].sum(1)
            for k in (8, 32)
        }
        | {"distance of 8": distance[:, 7]},
        index=part.frame.index,
    )


def lightgbm(frames: list[pd.DataFrame], logs: list[np.ndarray], seed: int) -> np.ndarray:
    import lightgbm

    best = None
    for leaves in (31, 63):
        model = lightgbm.LGBMRegressor(
            objective="mae",
            n_estimators=4000,
            learning_rate=0.05,
            num_leaves=leaves,
            subsample=0.9,
            subsample_freq=1,
            colsample_bytree=0.8,
            random_state=seed,
            verbose=-1,
        )
        model.fit(
            _plain(frames[0]),
            logs[0],
            eval_set=[(_plain(frames[1]), logs[1])],
            callbacks=[lightgbm.early_stopping(100, verbose=False)],
        )
        score = model.best_score_["valid_0"]["l1"]
        if best is None or score < best[0]:
            best = score, model
    return np.exp(best[1].predict(_plain(frames[2])))


def catboost(frames: list[pd.DataFrame], logs: list[np.ndarray], seed: int) -> np.ndarray:
    import catboost

    names = [name for name in frames[0] if frames[0][name].dtype == "category"]
    frames = [frame.astype(dict.fromkeys(names, str)) for frame in frames]
    best = None
    for depth in (6, 8):
        model = catboost.CatBoostRegressor(
            loss_function="MAE",
            iterations=4000,
            learning_rate=0.08,
            depth=depth,
            cat_features=names,
            random_seed=seed,
            early_stopping_rounds=100,
            verbose=False,
            allow_writing_files=False,
        )
        model.fit(frames[0], logs[0], eval_set=(frames[1], logs[1]))
        score = model.best_score_["validation"]["MAE"]
        if best is None or score < best[0]:
            best = score, model
    return np.exp(best[1].predict(frames[2]))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """LightGBM takes no spaces or slashes in the names of columns."""
    return frame.set_axis([f"c{i}" for i in range(frame.shape[1])], axis=1)


if __name__ == "__main__":
    main()
