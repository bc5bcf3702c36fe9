"""A trained model answers without a trainer."""

import re

import pytest
import torch
from torch import nn

from common.errors import UserError
from common.training.prediction import predict, predict_batches
from common.translation import translator
from tests.common.training_toys import network, table


@pytest.mark.parametrize("batch_size", [1, 7, 100])
def test_every_row_is_answered_in_order_and_the_model_stays_as_it_was(batch_size):
    X, _ = table(23)
    model = network(dropout=0.5)
    expected = model.eval()(X).detach()
    model.train()
    answers = predict(model, X, batch_size=batch_size, device="cpu")
    torch.testing.assert_close(answers, expected)
    parts = list(predict_batches(model, X, batch_size=batch_size, device="cpu"))
    torch.testing.assert_close(torch.cat(parts), expected)
    assert all(part.training for part in model.modules())
    assert all(parameter.requires_grad for parameter in model.parameters())


def test_bf16_gives_float32_that_is_near():
    X, _ = table(8)
    model = network()
    coarse = predict(model, X, device="cpu", bf16=True)
    assert coarse.dtype == torch.float32
    torch.testing.assert_close(coarse, predict(model, X, device="cpu"), rtol=0.05, atol=0.05)


def test_data_and_devices_that_are_not_there_are_refused_before_anything_is_computed():
    with pytest.raises(UserError, match="data to predict is int"):
        predict_batches(nn.Linear(3, 1), 7, device="cpu")
    with pytest.raises(UserError, match="cuda:77"):
        predict(nn.Linear(3, 1), table(3)[0], device="cuda:77")


class Shaped(nn.Linear):
    """Gives its outputs in a shape of its own."""

    def __init__(self, change):
        super().__init__(3, 1)
        self.change = change

    def forward(self, x):
        return self.change(super().forward(x))


@pytest.mark.parametrize("rows", [40, 41])
def test_a_row_that_is_squeezed_away_where_it_is_alone_is_refused(rows):
    X, model = table(rows)[0], Shaped(torch.Tensor.squeeze)
    if rows == 40:
        torch.testing.assert_close(predict(model, X, device="cpu", batch_size=8), model(X))
        return
    with pytest.raises(UserError, match=r"tensor \(\) for a batch of 1 row, .*squeeze\(1\)"):
        predict(model, X, device="cpu", batch_size=8)
    with pytest.raises(UserError, match="for a batch of 1 row"):
        predict(model, [X[:8], X[8:9]], device="cpu")


RUSSIAN = translator("ru", "common")


@pytest.mark.parametrize(
    ("change", "batches", "english", "russian"),
    [
        (torch.sum, [(5, 3)], r"\(\) for a batch of 5 rows, and predict returns one for each$",
         "Shaped выдаёт тензор float32 () на батч из 5 строк, а predict"),
        (torch.Tensor.squeeze, [(5, 3), (1, 3)], r"\(\) for a batch of 1 row, .*squeeze\(1\)",
         "Shaped выдаёт тензор float32 () на батч из одной строки, а predict .*место одинокой"),
        (lambda y: (y, y), [(5, 3)], "output is .*, and predict returns one tensor",
         "выход модели — .*, а predict возвращает один тензор"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_said_of_its_batch_in_both_languages(
    change, batches, english, russian
):
    batches = [torch.zeros(shape) for shape in batches]
    with pytest.raises(UserError, match=english) as error:
        predict(Shaped(change), batches, device="cpu")
    assert re.match(russian.replace("()", r"\(\)"), RUSSIAN(str(error.value)))


@pytest.mark.parametrize("change", [torch.Tensor.t, lambda y: y.mean(0), lambda y: y.repeat(2, 1)])
def test_outputs_of_other_rows_than_the_inputs_are_refused(change):
    """Once what was never written came back in their place."""
    with pytest.raises(UserError, match="for a batch of 8 rows, and predict returns one for each"):
        predict(Shaped(change), table(40)[0], device="cpu", batch_size=8)
