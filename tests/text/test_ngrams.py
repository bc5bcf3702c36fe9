"""The bag of pieces: weights as other libraries have them, and burstiness as NumPy computes it."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from text.lexicon import Lexicon
from text.morphology import Morphology
from text.ngrams import RUN, NgramWeights, Tokens, count_ngrams, weighed
from text.preprocessing import _runs
from text.synthetic import read_messages


def encoded(strings):
    lexicon = Lexicon(Morphology(folder=None))
    tokens, ends = lexicon.encode(strings)
    text = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    known = lexicon.arrays()
    for name in ("lemma", "tag"):
        known[f"{name}_hash"] = known[name].astype(np.uint32) * np.uint32(2654435761)
    known["ngram_counts"] = count_ngrams(known["char_ngrams"], known["char_ngram_ends"])
    return Tokens(tokens, text, len(ends)), known


def test_pieces_of_words_are_weighed_as_scikit_learn_weighs_them():
    strings = [m.text for m in read_messages()[:40]]
    strings = [
        " ".join(w for w in s.lower().replace("ё", "е").split() if w.isalpha()) for s in strings
    ]
    tokens, known = encoded(strings)
    ngram_weights = NgramWeights(bursts=False)
    ngram_weights.add(tokens, known)
    values = weighed(tokens, known, ngram_weights.weights())[1]
    # Of the three bags, each of length 1, only the first has its like in scikit-learn.
    lengths = np.square(values).sum(axis=1)
    np.testing.assert_allclose(lengths, lengths.round(), rtol=1e-4)
    assert np.median(lengths.round()) == 3
    reference = TfidfVectorizer(
        analyzer=lambda string: [
            piece
            for word in string.split()
            for size in (1, 2, 3, 4, 5)
            for piece in _pieces(word, size)
        ],
        sublinear_tf=True,
        min_df=2,
    ).fit_transform(strings)
    for row in range(5):
        expected = np.sort(reference[row].data)[::-1]
        found = np.sort(values[row])[::-1]
        # Every weight of the reference is among ours, but for pieces that share a bucket: those
        # are rare, and change the length of the whole by a hair.
        near = np.abs(found[None, :] - expected[:, None]).min(axis=1) / expected
        assert np.quantile(near, 0.95) < 0.03


def _pieces(word, size):
    marked = f"<{word}>"
    edge = size == 1
    return [marked[i : i + size] for i in range(edge, len(marked) - size + 1 - edge)]


def test_leaving_out_what_weighs_nothing_changes_no_bag():
    tokens, known = encoded([m.text for m in read_messages()[:60]])
    ngram_weights = NgramWeights(bursts=False)
    ngram_weights.add(tokens, known)
    weights = ngram_weights.weights()
    whole = weighed(tokens, known, weights)
    known["ngram_counts"] = count_ngrams(known["char_ngrams"], known["char_ngram_ends"], weights)
    for rows in zip(*whole, *weighed(tokens, known, weights), strict=True):
        buckets, values, again, others = rows
        first = sorted((b, v) for b, v in zip(buckets, values, strict=True) if v)
        second = sorted((b, v) for b, v in zip(again, others, strict=True) if v)
        np.testing.assert_allclose(first, second, rtol=1e-5)


def test_what_comes_in_bursts_weighs_less_than_what_is_spread_evenly():
    generator = np.random.default_rng(0)
    filler = ["дом", "лес", "поле", "снег", "река"]
    passages = []
    for place in range(200):
        own = ["базаров"] if place // RUN in (2, 3) else []  # one name, two runs of ten
        even = ["однако"] if place % 5 == 0 else []  # as often, everywhere
        passages.append(" ".join([*generator.choice(filler, 8), *own, *even]))
    tokens, known = encoded(passages)
    ends = np.searchsorted(tokens.text, np.arange(201))
    ngram_weights = NgramWeights(bursts=True)
    for start in range(0, 200, RUN):
        part = slice(ends[start], ends[start + RUN])
        ngram_weights.add(Tokens(tokens.token[part], tokens.text[part] - start, RUN), known)
    burst = ngram_weights.burstiness()
    frequency = ngram_weights.frequency
    seen = np.flatnonzero(np.abs(frequency - 40) < 1)
    assert burst[seen].min() < 1
    assert burst[seen].max() > 10


def test_burst_is_what_numpy_computes_run_by_run():
    generator = np.random.default_rng(1)
    passages = [" ".join(generator.choice(list("абвгд"), 3)) for _ in range(60)]
    tokens, known = encoded(passages)
    ends = np.searchsorted(tokens.text, np.arange(61))
    ngram_weights = NgramWeights(bursts=True)
    counts = []
    for start in range(0, 60, RUN):
        part = slice(ends[start], ends[start + RUN])
        before = ngram_weights.frequency.copy()
        ngram_weights.add(Tokens(tokens.token[part], tokens.text[part] - start, RUN), known)
        counts.append(ngram_weights.frequency - before)
    counts = np.array(counts)
    p = counts.sum(axis=0) / 60
    inside = (p > 0) & (p < 1)
    expected = (counts - RUN * p) ** 2 / np.where(inside, RUN * p * (1 - p), 1)
    np.testing.assert_allclose(
        ngram_weights.burstiness()[inside], expected.mean(axis=0)[inside], rtol=1e-6, atol=1e-6
    )


def test_runs_never_straddle_documents():
    documents = np.array([0] * 45 + [1] * 3 + [2] * 70)
    runs = _runs(documents, RUN)
    assert [start for start, _ in runs] == [0, *(end for _, end in runs[:-1])]
    assert runs[-1][1] == 118
    assert all(len(set(documents[start:end])) == 1 for start, end in runs)
