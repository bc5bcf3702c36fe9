"""The loss in Keras against the loss in PyTorch, and Keras' traps, which are run here."""

import numpy as np
import pytest
import torch

from tabular.loss import MoneyCostLoss
from tests.common.keras_twins import assert_examples_are_right, assert_same
from tests.tabular.test_loss import market


def keras_twin(**settings):
    """Return our loss in Keras, which takes seconds to import: not for all who collect tests."""
    from tabular.keras_loss import MoneyCost

    return MoneyCost(**settings)


def test_its_examples_are_right():
    assert_examples_are_right("tabular.keras_loss")


@pytest.mark.parametrize("spread", [0.01, 0.3, 3.0])
@pytest.mark.parametrize("settings", [{}, {"over": 3.0, "under": 0.5}, {"rate": 80.0}])
def test_is_that_of_pytorch(spread, settings):
    prediction, price = market(dtype=torch.float32, spread=spread)
    assert_same(keras_twin(**settings), MoneyCostLoss(**settings), prediction, price)
    none = MoneyCostLoss(**settings, reduction="none")
    assert_same(keras_twin(**settings, reduction="none"), none, prediction, price)


@pytest.mark.parametrize("log_price", [-500.0, 0.0, 88.0, 1e4])
@pytest.mark.parametrize("price", [0.0, 1.0, 1e7])
def test_extremes_are_those_of_pytorch(log_price, price):
    pair = torch.tensor([log_price]), torch.tensor([price])
    assert_same(keras_twin(), MoneyCostLoss(), *pair)


def test_column_against_row_is_refused_where_keras_says_nothing():
    price, valued = torch.full((8,), 1e7), torch.full((8, 1), 16.0)
    with pytest.raises(ValueError, match=r"shapes \(8,\) and \(8, 1\)"):
        keras_twin()(price, valued)

    from common.keras_backend import keras

    class Unwary(keras.losses.Loss):
        """As anybody would write it, trusting that shapes are looked at."""

        def call(self, y_true, y_pred):
            return keras.ops.abs(y_true - y_pred)

    assert Unwary(reduction="none")(price, valued).shape == (8, 8)


def test_keras_goes_on_with_a_loss_that_is_no_number():
    from common.keras_backend import keras

    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss=keras_twin())
    price = np.array([[1e7], [np.nan]], dtype="float32")
    history = model.fit(np.zeros((2, 1), "float32"), price, epochs=3, verbose=0).history["loss"]
    assert len(history) == 3
    assert np.isnan(history).all()


def test_fit_trains_with_it_and_a_saved_model_keeps_it(tmp_path):
    from common.keras_backend import keras

    keras.utils.set_random_seed(0)
    x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
    price = np.exp(16 + x[:, :1])
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.layers[-1].set_weights([np.zeros((1, 1)), np.full(1, 16.0)])
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss=keras_twin(over=2.0))
    history = model.fit(x, price, epochs=20, batch_size=16, verbose=0).history["loss"]
    assert history[-1] < history[0] / 2
    model.save(tmp_path / "model.keras")
    objects = {"MoneyCost": type(model.loss)}
    again = keras.saving.load_model(tmp_path / "model.keras", custom_objects=objects)
    assert again.loss.settings["over"] == 2.0


def test_settings_that_make_no_sense_are_refused_as_in_pytorch():
    with pytest.raises(ValueError, match="expected 0 < first <= second"):
        keras_twin(catastrophe=2.0, critical=1.0)
