"""Flats whose prices are known join the neighbours, and none of them looks at itself."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from common.pipeline import Pipeline
from common.runs import experiment, store
from common.runs.ensemble import MeanOfModels
from common.runs.learning import learn
from common.runs.results import write
from tabular.interval import conformal_factor
from tabular.predict import predict_prices, prices_of_joined
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK
from tests.tabular.test_command import flats

SETTINGS = TabularSettings(epochs=2, width=8, members=1, device="cpu", neighbours=8)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = tmp_path_factory.mktemp("tables") / "flats.csv"
    flats(400).to_csv(path, index=False)
    source = TableSource(file=str(path), target="цена")
    examples = TASK.load(source)
    settings = TASK.complete(SETTINGS, examples)
    prepared = experiment.prepare(TASK, examples, source, settings)
    result = experiment.run(TASK, prepared, source, settings, losses=["relative"], progress=False)
    assert len(prepared.preprocessing.flats), "the table must have neighbours to look at"
    return prepared, result


def test_a_flat_that_joined_finds_all_others_and_not_itself(trained):
    prepared, _ = trained
    fitted, valid = prepared.preprocessing, prepared.valid
    more = fitted.joined(valid)
    *_, place, near = more.transform_joined(valid)
    at = more.flats.rows[near.numpy()] - len(prepared.train)
    assert not (at == np.arange(len(valid))[:, None]).any()
    assert (at >= 0).any()
    # by brute force: the nearest by distance, itself left out
    distance = np.linalg.norm(more.flats.place[None] - place.numpy()[:, None], axis=2)
    own = more.flats.rows[None] - len(prepared.train) == np.arange(len(valid))[:, None]
    distance[own] = np.inf
    found = np.take_along_axis(distance, near.numpy().astype(int), axis=1)
    expected = np.sort(distance, axis=1)[:, : found.shape[1]]
    np.testing.assert_allclose(np.sort(found, axis=1), expected, rtol=1e-5, atol=1e-5)


def test_others_find_it_with_its_price(trained):
    prepared, result = trained
    pipeline, _ = TASK.joined(result.pipelines["relative"], prepared.valid)
    *_, near = pipeline.preprocessing.transform(prepared.valid)
    first = pipeline.preprocessing.flats.rows[near[:, 0].numpy()] - len(prepared.train)
    assert (first == np.arange(len(prepared.valid))).mean() > 0.9  # but for twins
    attention = pipeline.model.attention
    said = attention.price[near[:, 0].long()] * pipeline.model.std + pipeline.model.mean
    same = first == np.arange(len(prepared.valid))
    prices = np.log(prepared.valid.price)[same]
    np.testing.assert_allclose(said.numpy()[same], prices, rtol=1e-5)


def test_the_network_that_was_trained_stays_as_it_was(trained):
    prepared, result = trained
    pipeline = result.pipelines["relative"]
    before = pipeline(prepared.test)
    more, metrics = TASK.joined(pipeline, prepared.valid)
    torch.testing.assert_close(pipeline(prepared.test), before, rtol=0, atol=0)
    assert len(prepared.preprocessing.flats) < len(more.preprocessing.flats)
    told = prices_of_joined(more, prepared.valid)
    error = np.abs(told - prepared.valid.price) / prepared.valid.price
    assert metrics["mape"] == pytest.approx(error.mean())
    seen = np.abs(predict_prices(more, prepared.valid) - prepared.valid.price)
    assert (seen / prepared.valid.price).mean() < error.mean()  # who sees himself knows more


def test_a_run_with_joined_flats_is_loaded_as_it_was(trained, tmp_path):
    prepared, result = trained
    pipeline, _ = TASK.joined(result.pipelines["relative"], prepared.valid)
    both = MeanOfModels([pipeline.model, copy.deepcopy(pipeline.model)])
    for number, model in enumerate((pipeline.model, both)):
        mine = Pipeline(pipeline.preprocessing, model, pipeline.settings, pipeline.source)
        folder = tmp_path / str(number)
        folder.mkdir()
        config = {"task": "tabular", "format": store.FORMAT, "source": mine.source.to_dict()}
        config["settings"] = mine.settings.to_dict()
        if model is both:
            config["ensemble"] = [mine.settings.to_dict()] * 2
        store.write_json(folder / "config.json", config)
        write(TASK, folder, type(result)(**{**vars(result), "pipelines": {"relative": mine}}),
              mine.settings)  # fmt: skip
        loaded = store.load(folder, TASK)
        said = loaded(prepared.test)
        torch.testing.assert_close(said, mine(prepared.test), rtol=0, atol=0)


def test_the_interval_is_of_flats_that_do_not_see_themselves(trained):
    prepared, result = trained
    pipeline, _ = TASK.joined(result.pipelines["relative"], prepared.valid)
    facts = TASK.serving_facts(pipeline, prepared.train, prepared.valid, prepared.test)
    factor = conformal_factor(prices_of_joined(pipeline, prepared.valid), prepared.valid.price)
    assert facts["interval"]["factor"] == pytest.approx(factor)
    assert len(facts["known"]["prices"]) == len(prepared.train)


def test_the_interval_of_a_network_that_learned_these_flats_is_that_of_the_one_before(trained):
    """Errors on flats that it was trained on would make it too narrow."""
    prepared, result = trained
    before, _ = TASK.joined(result.pipelines["relative"], prepared.valid)
    table = TASK.load(before.source)
    both = table[np.sort(np.r_[prepared.split.train, prepared.split.valid])]
    fitted = TASK.prepare(before.source, before.settings).fit(both)
    data = fitted.data(both, training=True)
    again = replace(prepared, preprocessing=fitted, train_data=data, valid_data=None)
    model, _ = learn(TASK, again, before.settings, progress=False)
    pipeline = Pipeline(fitted, model.eval(), before.settings, before.source)
    test = prepared.test
    facts = TASK.serving_facts(pipeline, both, prepared.valid, test, judged=before)
    factor = conformal_factor(prices_of_joined(before, prepared.valid), prepared.valid.price)
    assert facts["interval"]["factor"] == pytest.approx(factor)
    error = np.abs(np.log(predict_prices(pipeline, test)) - np.log(test.price))
    assert facts["interval"]["covered"] == pytest.approx(np.mean(error <= np.log(factor)))
    assert facts["interval"]["before"]
    assert facts["known"]["prices"] == both.price.tolist()


def test_a_training_that_begins_from_it_has_no_neighbours_among_what_joined(trained):
    prepared, result = trained
    pipeline, _ = TASK.joined(result.pipelines["relative"], prepared.valid)
    restored = TASK.preprocessing.restore(*pipeline.preprocessing.state())
    assert len(restored.flats) > len(prepared.preprocessing.flats)
    begun = restored.continued(prepared.train, unfitted=None)
    np.testing.assert_array_equal(begun.flats.rows, prepared.preprocessing.flats.rows)
    for ours, theirs in zip(begun.known, prepared.preprocessing.known, strict=True):
        assert torch.equal(ours, theirs)
    for ours, theirs in zip(
        begun.data(prepared.valid)[0], prepared.preprocessing.data(prepared.valid)[0], strict=True
    ):
        assert torch.equal(ours, theirs)
