"""A training on a person's table that begins from another run."""

import dataclasses

import numpy as np
import pytest
import torch

import tabular
from common.errors import UserError
from common.pipeline import Pipeline
from common.runs import experiment, fine_tuning, learning, store
from tabular.settings import TableSource
from tabular.task import TASK
from tests.tabular.test_command import flats

QUIET = {"device": "cpu", "progress": False}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("flats")
    flats(400).to_csv(home / "flats.csv", index=False)
    tabular.fit(
        home / "flats.csv", "цена", out=home / "run", epochs=20, batch_size=64, width=16,
        members=1, neighbours=8, **QUIET,
    )  # fmt: skip
    return home


def begun(home, **changes):
    start = fine_tuning.begin_from(TASK, home / "run")
    settings = dataclasses.replace(start.settings, device="cpu", **changes)
    source = start.source_for(TASK, TableSource())
    examples = experiment.read(TASK, source, start)
    settings = TASK.complete(settings, examples)
    return experiment.prepare(TASK, examples, source, settings, start=start), settings


def test_it_begins_as_the_run_ended(home):
    prepared, settings = begun(home)
    model = learning.new_model(TASK, prepared, settings).eval()
    same = Pipeline(prepared.preprocessing, model, settings, None)(prepared.valid)
    assert torch.equal(same, store.load(home / "run", TASK, device="cpu")(prepared.valid))
    still = tabular.fit(start=home / "run", lr=1e-12, epochs=1, **QUIET).history.rows[0]
    lines = (home / "run" / "history.csv").read_text().splitlines()
    at = lines[0].split(",").index("valid_loss")
    best = min(float(line.split(",")[at]) for line in lines[1:])
    assert still["valid_loss"] == pytest.approx(best, rel=1e-5)


def test_on_the_same_flats_each_sees_what_it_saw_and_never_itself(home):
    prepared, settings = begun(home)
    examples = TASK.load(prepared.start.pipeline.source)
    fitted = experiment.prepare(TASK, examples, prepared.start.pipeline.source, settings)
    for ours, theirs in zip(prepared.train_data[0], fitted.train_data[0], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    near = prepared.train_data[0][-1].numpy()
    assert not (near == np.arange(len(prepared.train))[:, None]).any()


def test_in_another_order_and_among_others_a_flat_is_known_again(home, tmp_path):
    mixed = flats(400).sample(frac=0.5, random_state=1)
    mixed.to_csv(tmp_path / "mixed.csv", index=False)
    start = fine_tuning.begin_from(TASK, home / "run")
    source = start.source_for(TASK, TableSource(file=str(tmp_path / "mixed.csv")))
    assert source.target == "цена"
    examples = experiment.read(TASK, source, start)
    settings = TASK.complete(start.settings, examples)
    prepared = experiment.prepare(TASK, examples, source, settings, start=start)
    learned = begun(home)[0].train.frame
    near = prepared.train_data[0][-1].numpy()
    met = 0
    for row, (index, flat) in enumerate(prepared.train.frame.iterrows()):
        own = np.flatnonzero((learned["широта"] == flat["широта"]) & (learned["id"] == flat["id"]))
        assert not np.isin(own, near[row]).any(), index
        met += len(own)
    assert met > 50
    said = [note for note in prepared.notes if "were trained on by" in note]
    assert len(said) == 2


def test_few_flats_of_a_dearer_town_are_learned_from_what_is_known_of_another(home, tmp_path):
    few = flats(60, seed=7).assign(цена=lambda frame: 1.5 * frame["цена"])
    few.to_csv(tmp_path / "few.csv", index=False)
    wishes = {"epochs": 30, "batch_size": 16, "shares": "50/20/30", "members": 1, "width": 16}
    errors = {}
    for start in (None, home / "run"):
        found = [
            tabular.fit(
                tmp_path / "few.csv", target="цена", start=start, seed=seed, neighbours=8,
                lr=2e-3, **wishes, **QUIET,
            ).metrics["mape"]
            for seed in range(2)
        ]  # fmt: skip
        errors[start] = np.mean(found)
    assert errors[home / "run"] < 0.8 * errors[None]


def test_columns_that_it_does_not_know_or_lacks_are_named(home, tmp_path):
    flats(50).assign(вид="парк").to_csv(tmp_path / "more.csv", index=False)
    with pytest.raises(UserError, match="not know: 'вид'; leave them out") as caught:
        tabular.fit(tmp_path / "more.csv", start=home / "run", **QUIET)
    assert "уберите их из таблицы" in caught.value.to("ru")
    flats(50).drop(columns="площадь").to_csv(tmp_path / "less.csv", index=False)
    with pytest.raises(UserError, match="column 'площадь' is missing"):
        tabular.fit(tmp_path / "less.csv", start=home / "run", **QUIET)
    with pytest.raises(UserError, match="knows its columns"):
        tabular.fit(
            home / "flats.csv", start=home / "run", columns={"площадь": "category"}, **QUIET
        )
    frame = flats(40).drop(columns="id").rename(columns={"район": "округ"})
    with pytest.raises(UserError, match="column 'район' is missing"):
        tabular.fit(frame, start=home / "run", **QUIET)
