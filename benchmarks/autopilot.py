"""The autopilot against others, in equal time on one thread, on the same rows.

    nice python benchmarks/autopilot.py ames.csv:SalePrice saint_petersburg.csv:last_price \\
        --minutes 7 --seeds 0 1 2 --rivals default autopilot lightgbm flaml

Each table is a file and its column of prices. The minutes are those of the processor, so that other
work beside does not count; FLAML alone knows no clock but the wall's. Shown are the error on the
validation part, which chose, and on the test part, looked at once; the seconds it took by the
wall's clock, and the share of them that the processor worked. Rivals that are not installed are
left out, and said. LightGBM draws its settings at random by Optuna's TPE sampler, with early
stopping; FLAML has its own search. Both minimise the absolute error of the log price, and get the
validation part to choose by. `refitted` is the default trained again on both parts.
"""

import argparse
import dataclasses
import importlib.util
import os
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from prices import tree_frame

from common.autopilot.run import autopilot
from common.pipeline import Pipeline
from common.runs import experiment
from common.runs.learning import learn
from tabular.data import load
from tabular.metrics import price_metrics
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK

NEEDED = {"lightgbm": ("lightgbm", "optuna"), "flaml": ("flaml",)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", metavar="FILE:COLUMN")
    parser.add_argument("--minutes", type=float, default=7.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--rivals", nargs="+", choices=RIVALS, default=list(RIVALS))
    arguments = parser.parse_args()
    print(f"{'table':22s} {'seed':>4s} {'who':10s} {'valid':>7s} {'test':>7s} {'s':>6s} busy")
    for named in arguments.tables:
        file, _, target = named.rpartition(":")
        source = TableSource(file=file, target=target)
        for seed in arguments.seeds:
            settings = TabularSettings(seed=seed, device="cpu")
            for name in arguments.rivals:
                missing = [m for m in NEEDED.get(name, ()) if not importlib.util.find_spec(m)]
                if missing:
                    print(f"{name}: not installed: {', '.join(missing)}")
                    continue
                began, worked = time.perf_counter(), time.process_time()
                valid, test = RIVALS[name](source, settings, arguments.minutes)
                took = time.perf_counter() - began
                busy = (time.process_time() - worked) / took
                print(
                    f"{file[-22:]:22s} {seed:4d} {name:10s} {100 * valid:6.2f}% {100 * test:6.2f}% "
                    f"{took:6.1f} {100 * busy:3.0f}%",
                    flush=True,
                )


def default(source: TableSource, settings: TabularSettings, minutes: float):
    prepared, settings = prepared_for(source, settings)
    result = experiment.run(
        TASK, prepared, source, settings, losses=[settings.loss], progress=False
    )
    pipeline = result.pipelines[settings.loss]
    valid = TASK.evaluate(pipeline, prepared.valid)[0]["mape"]
    return valid, result.outcomes[0].metrics["mape"]


def refitted(source: TableSource, settings: TabularSettings, minutes: float):
    """Return the default's error on the validation part, and on the test part that of the same
    network trained again on both parts, as many epochs as its best had, prepared anew."""
    prepared, settings = prepared_for(source, settings)
    model, history = learn(TASK, prepared, settings, progress=False)
    first = Pipeline(prepared.preprocessing, model.eval(), settings, source)
    valid = TASK.evaluate(first, prepared.valid)[0]["mape"]
    both = load(source)[np.sort(np.r_[prepared.split.train, prepared.split.valid])]
    preprocessing = TASK.prepare(source, settings).fit(both)
    data = preprocessing.data(both, training=True)
    again = dataclasses.replace(
        prepared, preprocessing=preprocessing, train_data=data, valid_data=None
    )
    settings = dataclasses.replace(settings, epochs=history.best_epoch)
    model, _ = learn(TASK, again, settings, progress=False)
    pipeline = Pipeline(preprocessing, model.eval(), settings, source)
    return valid, TASK.evaluate(pipeline, prepared.test)[0]["mape"]


def searched(source: TableSource, settings: TabularSettings, minutes: float):
    settings = dataclasses.replace(settings, minutes=minutes)
    result = autopilot(TASK, source, settings, None, told=set(), clock=time.process_time)
    return result.facts["autopilot"]["valid"], result.outcomes[0].metrics["mape"]


def lightgbm(source: TableSource, settings: TabularSettings, minutes: float):
    import lightgbm as gbm
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    frames, prices = frames_of(source, settings)
    best: list = [np.inf, None]

    def trial(draw):
        model = gbm.LGBMRegressor(
            objective="l1",
            n_estimators=5000,
            learning_rate=draw.suggest_float("learning_rate", 0.01, 0.2, log=True),
            num_leaves=draw.suggest_int("num_leaves", 7, 255, log=True),
            min_child_samples=draw.suggest_int("min_child_samples", 3, 100, log=True),
            subsample=draw.suggest_float("subsample", 0.5, 1.0),
            subsample_freq=1,
            colsample_bytree=draw.suggest_float("colsample_bytree", 0.3, 1.0),
            reg_lambda=draw.suggest_float("reg_lambda", 1e-3, 10.0, log=True),
            n_jobs=1,
            seed=settings.seed,
            verbose=-1,
        )
        model.fit(
            frames[0],
            np.log(prices[0]),
            eval_set=[(frames[1], np.log(prices[1]))],
            callbacks=[gbm.early_stopping(50, verbose=False)],
        )
        mape = price_metrics(np.exp(model.predict(frames[1])), prices[1])["mape"]
        if mape < best[0]:
            best[:] = [mape, model]
        return mape

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=settings.seed))
    end = time.process_time() + 60 * minutes

    def stop_in_time(study, _):
        if time.process_time() > end:
            study.stop()

    study.optimize(trial, callbacks=[stop_in_time])
    test = price_metrics(np.exp(best[1].predict(frames[2])), prices[2])["mape"]
    return best[0], test


def flaml(source: TableSource, settings: TabularSettings, minutes: float):
    from flaml import AutoML

    frames, prices = frames_of(source, settings)
    search = AutoML()
    search.fit(
        frames[0],
        np.log(prices[0]),
        X_val=frames[1],
        y_val=np.log(prices[1]),
        task="regression",
        metric="mae",
        time_budget=60 * minutes,
        n_jobs=1,
        seed=settings.seed,
        verbose=0,
    )
    figures = [
        price_metrics(np.exp(search.predict(frame)), price)["mape"]
        for frame, price in zip(frames[1:], prices[1:], strict=True)
    ]
    return tuple(figures)


def prepared_for(source: TableSource, settings: TabularSettings):
    table = load(source)
    settings = TASK.complete(settings, table)
    return experiment.prepare(TASK, table, source, settings), settings


def frames_of(source: TableSource, settings: TabularSettings):
    """Return the three parts as the trees take them, and their prices."""
    prepared, _ = prepared_for(source, settings)
    parts = (prepared.train, prepared.valid, prepared.test)
    return [tree_frame(prepared.preprocessing, p.frame) for p in parts], [p.price for p in parts]


RIVALS = {
    "default": default,
    "refitted": refitted,
    "autopilot": searched,
    "lightgbm": lightgbm,
    "flaml": flaml,
}

if __name__ == "__main__":
    main()
