"""Texts sorted from Python."""

from dataclasses import replace

import pandas as pd
import pytest
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import text
from common.errors import UserError
from common.runs import experiment, learning
from text.metrics import macro_f1
from text.model import TokenEmbedding
from text.synthetic import read_messages
from text.task import TASK


@pytest.fixture(scope="module")
def frame():
    return pd.DataFrame(read_messages()[::8])


@pytest.fixture(scope="module")
def predictor(frame, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    small = {"epochs": 1, "width": 8, "device": "cpu", "progress": False}
    return text.fit(
        frame, text="text", label="label", group="situation", out=folder, **small
    ), folder


def test_a_saved_run_answers_as_the_fitted_predictor(predictor, frame):
    fitted, folder = predictor
    found = fitted.predict(frame["text"])
    pd.testing.assert_frame_equal(text.load(folder).predict(frame["text"]), found)
    shares = fitted.predict(frame["text"], probabilities=True)
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    assert shares.idxmax(axis=1).tolist() == found["predicted"].tolist()


def test_one_text_in_place_of_a_list_is_refused(predictor):
    with pytest.raises(UserError, match="expected a list"):
        predictor[0].predict("Пахнет газом")


def test_a_network_of_few_steps_does_better_than_logistic_regression():
    # Of 700 messages, with one seed: enough to see that the parts work together.
    source = text.TextSource()
    small = {"epochs": 3, "width": 16, "embedding": 16, "shares": "40/10/50"}
    settings = text.TextSettings(decision="most_likely", **small)
    examples = TASK.load(source)
    prepared = experiment.prepare(TASK, examples, source, settings)
    result = experiment.run(
        TASK, prepared, source, settings, losses=["cross_entropy"], progress=False
    )
    train, test = prepared.train, prepared.test
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
        LogisticRegression(C=10, max_iter=500),
    ).fit(train.texts, train.labels)
    targets = prepared.preprocessing.targets
    reference = macro_f1(targets(model.predict(test.texts)), targets(test.labels), 6)
    assert result.outcomes[0].metrics["macro_f1"] > reference - 0.02
    assert result.outcomes[0].metrics["macro_f1"] > 0.6


def test_a_frame_is_evaluated_by_the_columns_of_the_training(predictor, frame, tmp_path):
    fitted, folder = predictor
    frame.to_csv(tmp_path / "messages.csv", index=False)
    figures = text.load(folder).evaluate(frame)
    assert figures == pytest.approx(fitted.evaluate(tmp_path / "messages.csv"), nan_ok=True)
    assert 0 < figures["macro_f1"] <= 1
    train = len(fitted.origin.prepared.train)
    again = fitted.evaluate(frame)
    assert train <= figures.trained_on == again.trained_on <= figures.examples == len(frame)


def test_a_frame_of_short_letters_is_sorted():
    frame = pd.DataFrame({"text": ["течёт кран", "спасибо мастеру"] * 20, "n": range(40)})
    frame["text"] = frame["text"] + " " + frame["n"].astype(str)
    frame["class"] = ["repair", "thanks"] * 20
    model = text.fit(frame, text="text", label="class", epochs=3, width=8, progress=False)
    assert model.predict(["кран течёт", "мастеру спасибо"])["predicted"].tolist() == [
        "repair",
        "thanks",
    ]


@pytest.mark.parametrize("table", [7, ["письмо"]])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(UserError, match="expected a path or a DataFrame"):
        text.fit(table, text="text", label="class")


def test_a_training_begins_from_a_run_with_its_words_and_classes(predictor, frame, tmp_path):
    _, folder = predictor
    quiet = {"device": "cpu", "progress": False, "start": folder}
    still = text.fit(frame, group="situation", lr=1e-12, epochs=1, **quiet)
    begun = still.origin.prepared
    first = text.load(folder, device="cpu").pipeline
    assert begun.preprocessing.vocabulary.words == first.preprocessing.vocabulary.words
    model = learning.new_model(TASK, begun, still.pipeline.settings).eval()
    pipeline = replace(first, model=model, preprocessing=begun.preprocessing)
    assert torch.equal(pipeline(begun.valid), first(begun.valid))
    true = torch.from_numpy(begun.preprocessing.targets(begun.valid.labels))
    loss = TASK.losses[first.settings.loss](first.settings, first.preprocessing)
    told = loss(first(begun.valid), true).item()
    assert still.history.rows[0]["valid_loss"] == pytest.approx(told, rel=1e-4)
    tuned = text.fit(frame, group="situation", epochs=1, out=tmp_path / "tuned", **quiet)
    assert tuned.pipeline.settings.width == 8
    assert text.load(tmp_path / "tuned").predict(["Пахнет газом"])["predicted"][0]


def test_a_class_that_the_run_never_saw_is_named(predictor, frame):
    _, folder = predictor
    strange = frame.assign(label=frame["label"].replace({"thanks": "praise"}))
    with pytest.raises(
        UserError, match=r"does not know: 'praise'; it learned 'complaint', 'emer"
    ) as caught:
        text.fit(strange, start=folder, progress=False)
    assert "не знает: 'praise'" in caught.value.to("ru")
    with pytest.raises(UserError, match="has vectors of its own"):
        text.fit(start=folder, file="x.csv", vectors="other.bin", progress=False)


def test_word_vectors_that_were_given_stay_as_they_are():
    vectors = torch.ones(4, 8)
    for given in (vectors, None):
        for frozen in (True, False):
            embed = TokenEmbedding(4, 3, 5, width=4, size=8, vectors=given, frozen=frozen)
            assert embed.word.weight.requires_grad is not frozen
