"""Models, losses and targets that PyTorch refuses in words of its insides, or would not train."""

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.errors import UserError
from common.trainer import Trainer
from tests.common.training_toys import network, same, table, trainer, weights


def coach(model, loss):
    return Trainer(model, loss, lr=0.1, epochs=2, batch_size=8, progress=False)


def refused(model, loss, data, *words):
    with pytest.raises(UserError) as caught:
        coach(model, loss).fit(data)
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("bad", "words"), [(-1, "CrossEntropyLoss(ignore_index=-1)"), (5, "holds the class 5")]
)
def test_a_class_that_the_model_has_no_output_for(bad, words):
    X, _ = table(40)
    classes = torch.arange(40) % 3
    classes[31] = bad
    refused(nn.Linear(3, 3), nn.CrossEntropyLoss(), (X, classes), "the training data: y", words)


def test_classes_in_a_column():
    X, _ = table(40)
    classes = torch.zeros(40, 1, dtype=torch.int64)
    refused(nn.Linear(3, 3), nn.CrossEntropyLoss(), (X, classes), "give y.squeeze(1)")


def test_a_loss_of_probabilities_for_what_are_none():
    X, _ = table(40)
    refused(nn.Linear(3, 1), nn.BCELoss(), (10 * X, torch.ones(40, 1)), "BCEWithLogitsLoss")


@pytest.mark.parametrize("loss", [nn.MSELoss(), F.mse_loss, nn.CrossEntropyLoss(), F.huber_loss])
def test_a_model_of_several_outputs_for_a_loss_of_one(loss):
    data = torch.randn(40, 5, 3), torch.randn(40, 5, 1)
    refused(nn.LSTM(3, 1, batch_first=True), loss, data, "LSTM returns a tuple", "outputs[0]")


def test_a_mistake_within_the_loss_is_said_as_it_is():
    with pytest.raises(AttributeError, match="no attribute 'meann'"):
        trainer(network(), lambda p, y: ((p - y) ** 2).meann()).fit(table())

    def reading(prediction, target):
        raise ValueError("no column foreclosure")

    with pytest.raises(ValueError, match="^no column foreclosure$"):
        trainer(network(), reading).fit(table())


def test_a_model_of_named_outputs_for_a_loss_of_one():
    class Named(nn.Linear):
        def forward(self, x):
            return {"out": super().forward(x)}

    refused(Named(3, 1), nn.MSELoss(), table(40), "Named returns a dict")


def test_a_model_without_weights():
    with torch.device("meta"):
        model = nn.Linear(3, 1)
    with pytest.raises(UserError, match="on the meta device, without weights"):
        trainer(model)


@pytest.mark.parametrize("off", [torch.no_grad, torch.inference_mode])
def test_gradients_that_the_caller_turned_off_are_turned_on_for_the_training(off):
    one, data = network(), table(40)
    other = copy.deepcopy(one)
    with off():
        trainer(one, epochs=2).fit(data)
        assert not torch.is_grad_enabled()
    trainer(other, epochs=2).fit(data)
    assert same(weights(one), weights(other))


def test_double_precision_by_default():
    """What the trainer makes for itself fits whatever a caller's tensors are by default."""
    torch.set_default_dtype(torch.float64)
    try:
        model, X = nn.Linear(3, 1), torch.randn(40, 3)
        start = weights(model)
        trainer(model, epochs=2).fit((X, X.sum(1, keepdim=True)))
    finally:
        torch.set_default_dtype(torch.float32)
    assert model.weight.dtype == torch.float64
    assert not same(start, weights(model))


def test_weights_that_two_layers_share_are_trained_as_one(tmp_path):
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.last = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 1)
            self.second.weight = self.first.weight

        def forward(self, x):
            return self.last(self.second(torch.tanh(self.first(x))))

    one, data = Tied(), table(40)
    other = copy.deepcopy(one)
    trainer(one, epochs=3).fit(data)
    trainer(other, epochs=3, checkpoint=tmp_path / "checkpoint").fit(data)
    assert same(weights(one), weights(other))
    assert one.first.weight is one.second.weight


def square(prediction: Tensor, target: Tensor) -> Tensor:
    return (prediction - target).square().mean()


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.steps, self.end, self.state = nn.GRU(3, 4), nn.Linear(4, 1), None

    def forward(self, x: Tensor) -> Tensor:
        found, self.state = self.steps(x, self.state)
        return self.end(found)


class Forgetful(nn.Linear):
    def forward(self, x: Tensor) -> None:
        super().forward(x)


@pytest.mark.parametrize(
    ("model", "X", "y", "loss", "message"),
    [
        (Recurrent(), torch.randn(40, 3), torch.randn(40, 1), square, r"keep it as state.detach"),
        (Forgetful(3, 1), torch.randn(40, 3), torch.randn(40, 1), square, "lack a return"),
        (nn.Linear(3, 1), torch.randn(40, 3), torch.ones(40, 1) > 0, square, r"give y.float\(\)"),
        (
            nn.Sequential(nn.Embedding(10, 4), nn.Flatten(), nn.Linear(20, 1)),
            torch.full((40, 5), 10),
            torch.randn(40, 1),
            square,
            "X holds numbers from 10 to 10, and an Embedding takes 0 to 9",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:Recurrent answers")
def test_what_torch_says_of_its_insides(model, X, y, loss, message):
    with pytest.raises(UserError, match=message):
        trainer(model, loss).fit((X, y))


def test_weights_of_several_types():
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 1).double())
    refused(model, nn.MSELoss(), table(), "of several types, float32 and float64", "model.float()")


def test_weights_of_classes_of_another_type_are_not_the_targets_fault():
    X, _ = table(40)
    classes, shares = torch.arange(40) % 3, torch.ones(3, dtype=torch.float64)
    held = nn.CrossEntropyLoss(weight=shares)
    words = "weight of CrossEntropyLoss is a float64 tensor (3,)", "give loss.to(torch.float32)"
    refused(nn.Linear(3, 3), held, (X, classes), *words)
    within = "computes with a tensor of another type (expected scalar type Float but found Double)"
    refused(
        *(nn.Linear(3, 3), lambda p, y: F.cross_entropy(p, y, weight=shares), (X, classes)),
        *(within, ".to(torch.float32)"),
    )


@pytest.mark.parametrize("model", [nn.ModuleList([nn.Linear(3, 1)]), nn.Module()])
def test_a_model_without_a_forward(model):
    with pytest.raises(UserError, match="has no method called forward, which says what it comp"):
        coach(model, nn.MSELoss())


def test_a_forward_of_ones_own_is_one_wherever_it_stands():
    model = nn.ModuleList([nn.Linear(3, 1)])
    model.forward = lambda x: model[0](x)
    coach(model, nn.MSELoss()).fit(table())


class Evaluating(nn.Sequential):
    """Which turns a part of itself, or all of itself, to evaluation in its forward."""

    def forward(self, x):
        (self if len(self) == 2 else self[0]).eval()
        return super().forward(x)


def test_a_model_that_leaves_training_in_its_forward_is_said(recwarn):
    coach(Evaluating(nn.Dropout(), nn.Linear(3, 1)), nn.MSELoss()).fit(table())
    (said,) = [str(one.message) for one in recwarn if "into evaluation" in str(one.message)]
    assert said.startswith("Evaluating puts itself into evaluation in its forward, so that dropout")
    recwarn.clear()  # a frozen part is meant so
    frozen = Evaluating(nn.BatchNorm1d(3), nn.Linear(3, 3), nn.Linear(3, 1))
    coach(frozen, nn.MSELoss()).fit(table())
    assert not [one for one in recwarn if "into evaluation" in str(one.message)]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "NoneType"),
        ("high", "str"),
        (torch.ones(2), r"float32 tensor \(2,\)"),
        (1j, "complex"),
    ],
)
def test_a_metric_that_is_no_number(value, said):
    coach = trainer(network(), metrics={"own": lambda prediction, target: value})
    with pytest.raises(UserError, match=f"the metric own returned {said}, expected one number"):
        coach.fit(table(), valid=table())


@pytest.mark.parametrize("value", [np.array([0.5]), np.float64(0.5), torch.tensor([[0.5]])])
def test_a_metric_that_is_a_number_alone(value):
    coach = trainer(network(), metrics={"own": lambda prediction, target: value})
    assert coach.fit(table(), valid=table()).rows[-1]["own"] == 0.5
