"""Who wrote these hundred words? Authors of passages from books that training has not seen.

    python benchmarks/novels.py FOLDER                 five splits, seeds 0 to 4
    python benchmarks/novels.py FOLDER --mask-names    the same, proper names taken out
    python benchmarks/novels.py FOLDER --shortest      one split: the shortest books are the test

FOLDER holds novels as AUTHOR_title.txt, two or more by each author. A split takes one book of each
author for the test, drawn by its seed: no book is in two parts. The last tenth of every other book
chooses the epoch. The network's answer is the one of least expected cost where a passage of a
class costs one over the class's share, which is what macro-F1 asks for.

Beside it, on the same passages: TF-IDF with logistic regression (scikit-learn), on characters and
on words, classes weighed by one over their share. Needs the extra `benchmarks`.
"""

import argparse
import dataclasses
import json
import re
import time
from collections.abc import Iterator

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from common.pipeline import Pipeline
from common.runs.learning import learn
from common.runs.results import Prepared
from common.splits import Split
from text.answers import class_probabilities
from text.data import Texts, load
from text.decision import least_cost
from text.metrics import macro_f1
from text.morphology import Morphology
from text.settings import TextSettings, TextSource
from text.task import TASK

USUAL = TextSettings(epochs=4, lr=2e-3, dropout=0.5, word_dropout=0.3, bag_dropout=0.0)
NAMES = {"Name", "Surn", "Patr", "Geox", "Orgn"}
MASK = "Имя"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--mask-names", action="store_true")
    parser.add_argument("--shortest", action="store_true")
    parser.add_argument("--only-network", action="store_true")
    parser.add_argument("--json", action="store_true")
    TextSettings.add_to(parser.add_argument_group("settings"))
    arguments = parser.parse_args()
    settings = TextSettings.from_arguments(arguments, defaults=USUAL)
    source = TextSource(file=arguments.folder)
    texts = load(source)
    rows: dict[str, list[float]] = {}
    for seed in arguments.seeds[:1] if arguments.shortest else arguments.seeds:
        parts = split_by_book(texts, None if arguments.shortest else seed)
        shown = masked(texts, parts.train) if arguments.mask_names else texts
        if not arguments.json:
            books = sorted({str(name) for name in texts.rows[parts.test]})
            print(f"seed {seed}: {len(parts.train):,} / {len(parts.test):,}, test {books}")
        for name, score, seconds in contest(
            shown, source, dataclasses.replace(settings, seed=seed), parts, arguments.only_network
        ):
            rows.setdefault(name, []).append(score)
            if not arguments.json:
                print(f"seed {seed}  {name:30s} {score:.3f}  {seconds:6.1f} s", flush=True)
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return
    print("\nmean test macro-F1 (lowest to highest)")
    for name, scores in sorted(rows.items(), key=lambda item: -np.mean(item[1])):
        print(f"{name:30s} {np.mean(scores):.3f} ({min(scores):.3f} to {max(scores):.3f})")


def split_by_book(texts: Texts, seed: int | None) -> Split:
    """One book of each author for the test, the last tenth of each other one for validation.

    seed: draws the books; None takes the shortest of each author.
    """
    generator = np.random.default_rng(seed)
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for author in sorted(set(texts.labels)):
        books, lengths = np.unique(texts.documents[texts.labels == author], return_counts=True)
        examined = books[lengths.argmin()] if seed is None else generator.choice(books)
        for book in books:
            passages = np.flatnonzero(texts.documents == book)
            cut = len(passages) - len(passages) // 10
            parts[2].extend(passages if book == examined else [])
            parts[0].extend([] if book == examined else passages[:cut])
            parts[1].extend([] if book == examined else passages[cut:])
    return Split(*(np.sort(np.array(part, dtype=np.int64)) for part in parts))


def masked(texts: Texts, train: np.ndarray) -> Texts:
    """Write one word for every proper name: what pymorphy2 holds for a name, and whatever has a
    capital here and is nowhere in the training books without one."""
    passages = list(texts.texts)
    word = re.compile(r"[^\W\d_]+")
    common = {w for row in train for w in word.findall(passages[row]) if w[0].islower()}
    morphology = Morphology.cached()

    def mask(found: re.Match[str]) -> str:
        if not found[0][0].isupper():
            return found[0]
        tag = morphology.analyse([found[0]])[0].tag
        name = found[0].lower() not in common or NAMES & set(re.split("[ ,]", tag))
        return MASK if name else found[0]

    return dataclasses.replace(texts, texts=[word.sub(mask, passage) for passage in passages])


def contest(
    texts: Texts, source: TextSource, settings: TextSettings, parts: Split, alone: bool
) -> Iterator[tuple[str, float, float]]:
    """Yield (who, macro-F1 on the test part, seconds) for one split."""
    train, valid, test = (texts[rows] for rows in (parts.train, parts.valid, parts.test))
    began = time.perf_counter()
    preprocessing = TASK.prepare(source, settings).fit(train)
    fitted = preprocessing.data(train, training=True), preprocessing.data(valid)
    prepared = Prepared(parts, train, valid, test, preprocessing, *fitted, [])
    model, _ = learn(TASK, prepared, settings, progress=False)
    pipeline = Pipeline(preprocessing, model, settings, source)
    probabilities = class_probabilities(pipeline, test)
    shares = np.array(preprocessing.counts) / sum(preprocessing.counts)
    prices = (1 - np.eye(len(shares))) / shares[:, None]
    chosen = least_cost(probabilities, prices)
    true = preprocessing.targets(test.labels)
    yield "network", macro_f1(chosen, true, len(shares)), time.perf_counter() - began
    if alone:
        return
    passages = [list(part.texts) for part in (train, test)]
    for name, kind in (
        ("TF-IDF, characters 2 to 5", {"analyzer": "char", "ngram_range": (2, 5), "min_df": 3}),
        ("TF-IDF, words", {"min_df": 2}),
    ):
        began = time.perf_counter()
        features = TfidfVectorizer(sublinear_tf=True, max_features=200_000, **kind)
        regression = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
        pipe = make_pipeline(features, regression).fit(passages[0], train.labels)
        guessed = preprocessing.targets(pipe.predict(passages[1]))
        yield name, macro_f1(guessed, true, len(shares)), time.perf_counter() - began


if __name__ == "__main__":
    main()
