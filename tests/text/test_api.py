"""Texts sorted from Python."""

import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import text
from common.errors import UserError
from common.runs import experiment
from text.metrics import macro_f1
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
    # Half of the messages, one seed: enough to see that the parts work together.
    source = text.TextSource()
    settings = text.TextSettings(epochs=5, width=48, decision="most_likely", shares="60/10/30")
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
