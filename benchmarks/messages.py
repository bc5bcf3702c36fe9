"""Losses and decisions on the course's messages: what the mix-ups cost, over several splits.

    python benchmarks/messages.py                     seeds 0 to 4, every loss
    python benchmarks/messages.py --losses cross_entropy cost

The same network, the same number of steps, the same splits by situation. Every network answers
twice: by the likeliest class, and by least expected cost. Beside them stands TF-IDF with logistic
regression (scikit-learn), on characters and on words together, its strength chosen on the
validation part. Needs the extra `benchmarks`.
"""

import argparse
import dataclasses
import json
from collections.abc import Iterator

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from common.runs import experiment
from text.data import Texts, load
from text.decision import least_cost, most_likely
from text.metrics import class_metrics
from text.settings import TextSettings, TextSource
from text.task import TASK

LOSSES = ("cross_entropy", "smoothing", "focal", "cost")
STANDARD, DECIDED, CUSTOM = "cross_entropy", "cross_entropy, least cost", "cost"
STRENGTHS = (1.0, 10.0, 100.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--losses", nargs="+", default=LOSSES)
    parser.add_argument("--json", action="store_true")
    TextSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    source = TextSource()
    examples = load(source)
    usual = TextSettings(decision="most_likely")
    settings = TextSettings.from_arguments(arguments, defaults=usual)
    figures: dict[str, list[dict[str, float]]] = {}
    for seed in arguments.seeds:
        seeded = dataclasses.replace(settings, seed=seed)
        for name, metrics in contest(examples, source, seeded, arguments.losses):
            figures.setdefault(name, []).append(metrics)
            if not arguments.json:
                shown = "  ".join(f"{m.key} {m.show(metrics[m.key])}" for m in TASK.metrics)
                print(f"seed {seed}  {name:28s} {shown}", flush=True)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    show(figures)


def contest(
    examples: Texts, source: TextSource, settings: TextSettings, losses: list[str]
) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield (who, figures on the test part) for one split."""
    prepared = experiment.prepare(TASK, examples, source, settings)
    result = experiment.run(TASK, prepared, source, settings, losses=losses, progress=False)
    for outcome in result.outcomes:
        yield outcome.name, outcome.metrics
    probabilities = tf_idf(prepared.train, prepared.valid, prepared.test)
    preprocessing = prepared.preprocessing
    true, costs = preprocessing.targets(prepared.test.labels), preprocessing.costs
    for name, chosen in (
        ("TF-IDF", most_likely(probabilities)),
        ("TF-IDF, least cost", least_cost(probabilities, costs)),
    ):
        yield name, class_metrics(chosen, true, costs, probabilities)


def tf_idf(train: Texts, valid: Texts, test: Texts) -> np.ndarray:
    """Return logistic regression's probabilities, the classes in the price list's order."""
    best = None
    for strength in STRENGTHS:
        model = make_pipeline(
            make_union(
                TfidfVectorizer(
                    analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2
                ),
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
            ),
            LogisticRegression(C=strength, max_iter=1000),
        )
        model.fit(train.texts, train.labels)
        places = [list(model.classes_).index(name) for name in train.costs.classes]
        known = [list(train.costs.classes).index(label) for label in valid.labels]
        guessed = model.predict_proba(valid.texts)[:, places]
        surprise = -np.log(guessed[np.arange(len(known)), known]).mean()
        if best is None or surprise < best[0]:
            best = surprise, model, places
    _, model, places = best
    return model.predict_proba(test.texts)[:, places]


def show(figures: dict[str, list[dict[str, float]]]) -> None:
    print("\nmean (spread) over the seeds")
    for name, runs in sorted(figures.items(), key=lambda f: np.mean([r["lost"] for r in f[1]])):
        parts = []
        for metric in TASK.metrics:
            values = np.array([run[metric.key] for run in runs])
            mean, spread = metric.show(values.mean()), metric.show(values.std(ddof=1))
            parts.append(f"{metric.key} {mean} ({spread})")
        print(f"{name:28s} " + "  ".join(parts))
    print()
    for ours in (CUSTOM, DECIDED):
        for theirs in (STANDARD, DECIDED, "TF-IDF", "TF-IDF, least cost"):
            if ours == theirs or not {ours, theirs} <= set(figures):
                continue
            first, second = (np.array([run["lost"] for run in figures[n]]) for n in (ours, theirs))
            won = int((first < second).sum())
            print(
                f"lost per 1,000: {ours} {first.mean():,.0f} against {theirs} "
                f"{second.mean():,.0f}, {won} of {len(first)} seeds won"
            )


if __name__ == "__main__":
    main()
