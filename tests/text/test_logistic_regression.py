"""Logistic regression in the network, beside scikit-learn's."""

import copy
import dataclasses

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from common.pipeline import Pipeline
from common.runs.ensemble import MeanOfModels
from tests.text.helpers import letters
from text import logistic_regression
from text.data import from_frame
from text.logistic_regression import Bags, beside_regression, fit, lexical_bags, together
from text.loss import CrossEntropyLoss
from text.settings import TextSettings, TextSource
from text.task import TASK


def test_the_weights_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    there = generator.random((60, 12)) < 0.4
    values = np.where(there, generator.random((60, 12)), 0).astype(np.float32)
    classes = values[:, :4].argmax(axis=1)
    places = [np.flatnonzero(row) for row in there]
    bag = Bags(
        torch.from_numpy(np.concatenate(places) + 5),
        torch.from_numpy(values[there]),
        torch.from_numpy(np.cumsum([0, *map(len, places[:-1])])),
    )
    weights, bias = fit(bag, torch.from_numpy(classes), 4)
    theirs = LogisticRegression(C=logistic_regression.STRENGTH, tol=1e-6).fit(values, classes)
    ours = torch.from_numpy(values) @ weights[5:17] + bias
    expected = torch.from_numpy(theirs.predict_proba(values)).float()
    torch.testing.assert_close(ours.softmax(1), expected, atol=0.01, rtol=0)
    assert not weights[:5].any()
    assert not weights[17:].any()


@pytest.fixture(scope="module")
def untrained():
    """A network whose answer is drawn, and the texts that its preparation was fitted to."""
    source = TextSource(text="сообщение", label="класс")
    texts = from_frame(letters(), source, notes=[])
    settings = TextSettings(width=8, heads=1, embedding=8, device="cpu")
    prepared = TASK.prepare(source, settings).fit(texts)
    network = TASK.model(prepared, settings).eval()
    generator = torch.Generator().manual_seed(0)
    for weight in (network.answer.weight, network.bag.weight):
        torch.nn.init.normal_(weight, std=0.1, generator=generator)
    network.bag.weight.data[0] = 0
    return Pipeline(prepared, network, settings, source), texts


def test_the_sum_is_one_network(untrained):
    pipeline, texts = untrained
    prepared = pipeline.preprocessing
    bag = lexical_bags(prepared, texts)
    weights, bias = fit(
        bag, torch.from_numpy(prepared.targets(texts.labels)), len(prepared.classes)
    )
    alone = dataclasses.replace(pipeline, model=together(pipeline.model, weights, bias, 0, 1))(
        texts
    )
    told = [weights[b].T @ v for b, v in zip(*_by_text(bag), strict=True)]
    torch.testing.assert_close(alone, torch.stack(told) + bias, atol=1e-4, rtol=0)
    expected = 0.5 * pipeline(texts) + 0.75 * alone
    for model in (pipeline.model, MeanOfModels([pipeline.model, copy.deepcopy(pipeline.model)])):
        found = together(model, weights, bias, 0.5, 0.75)
        found = dataclasses.replace(pipeline, model=found)(texts)
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def _by_text(bag):
    cuts = bag.starts[1:].tolist()
    return bag.ngrams.tensor_split(cuts), bag.weights.tensor_split(cuts)


def test_the_loss_on_the_validation_part_never_rises(untrained):
    pipeline, texts = untrained
    train, valid = texts[np.arange(0, len(texts), 2)], texts[np.arange(1, len(texts), 2)]
    loss, true = CrossEntropyLoss(), torch.from_numpy(pipeline.preprocessing.targets(valid.labels))
    both = beside_regression(pipeline, train, valid, loss)
    found = dataclasses.replace(pipeline, model=both)(valid)
    assert loss(found, true) < loss(pipeline(valid), true)
    # A network that errs nowhere gains nothing by it.
    sure = torch.nn.functional.one_hot(true, len(pipeline.preprocessing.classes)) * 100.0
    assert loss(sure, true) < loss(found, true)


def test_what_it_cannot_know_is_left_to_the_network(untrained, monkeypatch):
    pipeline, texts = untrained
    few = texts[np.flatnonzero(texts.labels != texts.labels[0])]
    for train, valid, seconds in (
        (few, texts, None),
        (texts, texts[np.arange(0)], None),
        (texts, texts, 0),
    ):
        found = beside_regression(pipeline, train, valid, CrossEntropyLoss(), seconds=seconds)
        assert found is pipeline.model
    for most in ("MOST_NGRAMS", "MOST_WEIGHTS"):
        with monkeypatch.context() as patch:
            patch.setattr(logistic_regression, most, 1000)
            found = beside_regression(pipeline, texts, texts, CrossEntropyLoss())
        assert found is pipeline.model
