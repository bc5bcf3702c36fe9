"""The course's messages: are they many, are they different, can they be told apart by a trick?"""

import re
from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, normalize

from common.splits import split
from text.data import load
from text.settings import TextSettings, TextSource
from text.synthetic import CLASSES, read_messages, read_prices, read_reasons

NEAR = 0.65
"""Cosine of the counts of runs of four characters: above it, two messages are near twins."""
SIGNS = ".,!?-—:;()…"


@pytest.fixture(scope="module")
def messages():
    return read_messages()


def letters(text):
    return " ".join(re.findall(r"\w+", text.lower().replace("ё", "е")))


def test_there_are_enough_distinct_messages(messages):
    assert len({letters(message.text) for message in messages}) >= 1_500
    assert len({letters(message.text) for message in messages}) == len(messages)


def test_the_classes_are_the_six_and_of_unequal_size(messages):
    counts = Counter(message.label for message in messages)
    assert set(counts) == set(CLASSES)
    assert min(counts.values()) >= 100
    assert max(counts.values()) > 2 * min(counts.values())


def test_every_message_has_a_situation_and_text_that_can_be_shown(messages):
    for message in messages:
        assert re.fullmatch(r"[abc]\d{3}", message.situation), message
        assert message.text == message.text.strip()
        assert message.text
        assert all(c.isprintable() or c in "\n\u200d" for c in message.text), message


def test_many_situations_have_messages_of_several_classes(messages):
    classes: dict[str, set[str]] = {}
    for message in messages:
        classes.setdefault(message.situation, set()).add(message.label)
    assert len(classes) > 300
    assert sum(len(found) > 1 for found in classes.values()) > len(classes) / 4


def test_people_write_in_many_ways(messages):
    texts = [message.text for message in messages]
    assert sum(text.isupper() for text in texts) > 20
    assert sum(text[0].islower() for text in texts) > 200
    assert sum(len(text) < 40 for text in texts) > 40
    assert sum(len(text) > 300 for text in texts) > 40


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_message_of_the_test_part_has_a_near_twin_in_training(seed):
    examples = load(TextSource())
    parts = split(examples, TextSettings().shares, seed=seed, **examples.split_by)
    situations = examples.split_by["groups"]
    assert not set(situations[parts.test]) & set(situations[parts.train])
    texts = [letters(text) for text in examples.texts]
    counts = CountVectorizer(analyzer="char_wb", ngram_range=(4, 4)).fit_transform(texts)
    runs = normalize(counts.astype(float))
    alike = (runs[parts.test] @ runs[parts.train].T).tocoo()
    near = alike.data > NEAR
    pairs = zip(parts.test[alike.row[near]], parts.train[alike.col[near]], strict=True)
    assert [(examples.texts[a], examples.texts[b]) for a, b in pairs] == []


def test_the_measure_of_twins_finds_a_template():
    texts = ["Течёт кран на кухне, квартира 14, пришлите слесаря", "Замок в подъезде заел"]
    texts.append("Течёт кран на кухне, квартира 92, пришлите слесаря")
    counts = CountVectorizer(analyzer="char_wb", ngram_range=(4, 4)).fit_transform(
        map(letters, texts)
    )
    alike = normalize(counts.astype(float))
    assert (alike[0] @ alike[2].T).toarray()[0, 0] > NEAR
    assert (alike[0] @ alike[1].T).toarray()[0, 0] < 0.2


def outward(text):
    """What is seen of a message from afar: how long it is, and its signs."""
    words = text.split()
    marks = [text.count(sign) for sign in SIGNS]
    return [
        len(text),
        np.log(len(text)),
        len(words),
        len(text) / len(words),
        *marks,
        *(mark / len(words) for mark in marks),
        text[-1] in ".!?",
    ]


def guessed(features, model, messages):
    labels = [message.label for message in messages]
    groups = [message.situation for message in messages]
    found = cross_val_predict(model, features, labels, groups=groups, cv=GroupKFold(4))
    return f1_score(labels, found, average="macro")


def test_classes_cannot_be_told_by_length_or_by_signs(messages):
    labels = np.array([message.label for message in messages])
    chance = f1_score(labels, np.random.default_rng(0).permutation(labels), average="macro")
    texts = [message.text for message in messages]
    afar = np.array([outward(text) for text in texts], dtype=float)
    regression = LogisticRegression(max_iter=2000, class_weight="balanced")
    seen = make_pipeline(StandardScaler(), regression)
    by_length, by_signs = (guessed(part, seen, messages) for part in (afar[:, :4], afar))
    by_words = guessed(
        texts, make_pipeline(TfidfVectorizer(sublinear_tf=True), regression), messages
    )
    assert by_length < chance + 0.08
    assert by_signs < chance + 0.15
    assert by_words > chance + 0.4


def test_every_price_has_a_reason_and_to_miss_an_emergency_is_costliest():
    prices, reasons = read_prices(), read_reasons()
    mix_ups = {(a, b) for a in CLASSES for b in CLASSES if a != b}
    assert set(reasons) == mix_ups
    assert len(set(reasons.values())) == len(mix_ups)
    assert all(reason.endswith(".") and len(reason) > 30 for reason in reasons.values())
    assert all((price == 0) == (true == answer) for (true, answer), price in prices.items())
    missed = [price for (true, answer), price in prices.items() if true == "emergency" != answer]
    others = [price for (true, _), price in prices.items() if true != "emergency"]
    assert min(missed) > max(others)
