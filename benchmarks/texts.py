"""The network beside TF-IDF of characters with logistic regression, on any tables of texts.

    nice python benchmarks/texts.py reviews.csv --text review --label stars --seeds 0 1 2

Each table is read and split as `python -m text train` does it. Both learn from the same training
part and choose by the same validation part (the network its epoch, the regression its strength),
and both answer the likeliest class of the same texts of the test part. `benchmarks/text_tables.py`
makes some tables. How sure a difference is, is told by a bootstrap: the test texts of each seed are
drawn anew, in pairs, and between the two numbers in brackets lie 95 % of the differences in
macro-F1. Where 0 is among them, neither is ahead by more than chance. Needs the extra `benchmarks`.
"""

import argparse
import dataclasses
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from common.pipeline import Pipeline
from common.runs import experiment
from common.runs.learning import learn
from common.runs.results import Prepared
from text.answers import class_probabilities
from text.data import Texts, load
from text.decision import most_likely
from text.loss import IGNORE_INDEX
from text.metrics import macro_f1
from text.settings import TextSettings, TextSource
from text.task import TASK

STRENGTHS = (1.0, 10.0, 100.0)
DRAWS = 2000
Answers = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of one test part: the true classes, those that the network names, and the regression."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", metavar="FILE")
    parser.add_argument("--text", default="text", metavar="COLUMN")
    parser.add_argument("--label", default="label", metavar="COLUMN")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    TextSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    settings = TextSettings.from_arguments(arguments, defaults=TextSettings())
    print("table, seed: training texts · macro-F1 (valid.), processor seconds: network | TF-IDF")
    for file in arguments.tables:
        source = TextSource(file=file, text=arguments.text, label=arguments.label)
        texts, name = load(source), Path(file).stem
        answers = []
        for seed in arguments.seeds:
            said, answered = contest(texts, source, dataclasses.replace(settings, seed=seed))
            print(f"{name}, {seed}: {said}", flush=True)
            answers.append(answered)
        print(f"{name}: {verdict(answers)}", flush=True)


def contest(texts: Texts, source: TextSource, settings: TextSettings) -> tuple[str, Answers]:
    """Train both on one split. Return their figures in a line, and their answers on its test."""
    prepared = experiment.prepare(TASK, texts, source, settings)
    preprocessing, parts = prepared.preprocessing, (prepared.valid, prepared.test)
    true = [preprocessing.targets(part.labels) for part in parts]
    known = [part != IGNORE_INDEX for part in true]
    began = time.process_time()
    model, _ = learn(TASK, prepared, settings, progress=False)
    pipeline = Pipeline(preprocessing, model.eval(), settings, source)
    pipeline = TASK.deciding(pipeline, prepared.train, prepared.valid)
    ours = [most_likely(class_probabilities(pipeline, part)) for part in parts]
    learned = time.process_time()
    theirs = [preprocessing.targets(names) for names in regression(prepared)]
    seconds = learned - began, time.process_time() - learned
    shown = []
    for answers, took in zip((ours, theirs), seconds, strict=True):
        valid, test = (
            macro_f1(one[there], right[there], len(preprocessing.counts))
            for one, right, there in zip(answers, true, known, strict=True)
        )
        shown.append(f"{test:.3f} ({valid:.3f}), {took:.0f} s")
    last = known[1]
    return (
        f"{len(prepared.train)} · {' | '.join(shown)}",
        (true[1][last], ours[1][last], theirs[1][last]),
    )


def regression(prepared: Prepared) -> list[list[str]]:
    """Return the classes that TF-IDF of characters names for the validation and the test part."""
    features = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    train = features.fit_transform(prepared.train.texts)
    valid, test = (features.transform(part.texts) for part in (prepared.valid, prepared.test))
    best = None
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=1000).fit(train, prepared.train.labels)
        right = (model.predict(valid) == np.asarray(prepared.valid.labels)).mean()
        if best is None or right > best[0]:
            best = right, model
    return [list(best[1].predict(part)) for part in (valid, test)]


def verdict(answers: list[Answers]) -> str:
    """Say who is ahead over all seeds, with the interval of the difference."""
    generator, differences = np.random.default_rng(0), []
    for draw in range(DRAWS + 1):
        scores = []
        for true, *both in answers:
            every = np.arange(len(true))
            rows = generator.choice(every, len(every)) if draw else every
            classes = 1 + int(max(part.max() for part in (true, *both)))
            ours, theirs = (macro_f1(one[rows], true[rows], classes) for one in both)
            scores.append(ours - theirs)
        differences.append(np.mean(scores))
    low, high = np.quantile(differences[1:], [0.025, 0.975])
    who = "the network is ahead" if low > 0 else "TF-IDF is ahead" if high < 0 else "level"
    return f"difference {differences[0]:+.3f} ({low:+.3f} to {high:+.3f}): {who}"


if __name__ == "__main__":
    main()
