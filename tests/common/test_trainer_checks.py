import math
import warnings

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import common.trainer
from common.errors import UserError
from common.trainer import Trainer
from common.training.gradients import GradientCheck
from common.training.nonfinite import NonFiniteLossError


def table(rows: int = 40) -> tuple[Tensor, Tensor]:
    X = torch.randn(rows, 3, generator=torch.Generator().manual_seed(0))
    return X, X @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.3


def network() -> nn.Module:
    torch.manual_seed(7)
    return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))


def trainer(model: nn.Module, loss=F.mse_loss, **settings) -> Trainer:
    quiet = {"device": "cpu", "progress": False, "epochs": 3, "batch_size": 8}
    return Trainer(model, loss, **{**quiet, **settings})


def fail(coach: Trainer, data, **others) -> tuple[NonFiniteLossError, list[Tensor]]:
    """Train until the error comes; return it and the weights before each step."""
    before = []
    model = coach.model
    first = model.register_forward_pre_hook(
        lambda *_: (
            before.append([w.clone() for w in model.state_dict().values()])
            if model.training
            else None
        )
    )
    with pytest.raises(NonFiniteLossError) as caught:
        coach.fit(data, **others)
    first.remove()
    return caught.value, before


@pytest.mark.parametrize("dataset", [False, True])
@pytest.mark.parametrize(("place", "cause"), [("X", "inputs"), ("y", "target")])
def test_a_broken_row_is_named_and_the_weights_are_as_before_the_step(place, cause, dataset):
    X, y = table()
    (X if place == "X" else y)[17, 0] = math.inf
    order = torch.randperm(40, generator=torch.Generator().manual_seed(4 * 1_000_003)).tolist()
    model = network()
    data = list(zip(X, y, strict=True))
    source = Listed(data) if dataset else (X, y)
    error, before = fail(trainer(model, seed=4), source)
    assert (error.epoch, error.step) == (1, order.index(17) // 8 + 1)
    assert (error.rows, error.causes) == ([17], [cause])
    assert f"step {error.step}: the loss is" in str(error)
    assert f"row 17 of the training data: not finite in the {cause}" in str(error)
    after = model.state_dict().values()
    assert all(torch.equal(a, b) for a, b in zip(after, before[-1], strict=True))
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("accumulate", [1, 3])
@pytest.mark.parametrize("loss", [F.l1_loss, nn.L1Loss()])
def test_a_loss_that_is_infinite_with_a_sound_gradient_changes_no_weight(loss, accumulate):
    X, y = table()
    y[17] = math.inf  # the slope of |p - y| is -1 even there
    model = network()
    error, before = fail(trainer(model, loss, accumulate=accumulate), (X, y))
    assert (error.rows, error.causes) == ([17], ["target"])
    after = model.state_dict().values()
    assert all(torch.equal(a, b) for a, b in zip(after, before[-1], strict=True))


def test_no_hook_stays_behind():
    loss, optimizers = nn.MSELoss(), []

    def make(parameters):
        optimizers.append(torch.optim.SGD(parameters, lr=0.1))
        return optimizers[-1]

    trainer(network(), loss, optimizer=make, clip=1.0).fit(table())
    loss(torch.tensor([math.inf], requires_grad=True), torch.zeros(1))  # nobody looks at it
    assert not loss._forward_hooks
    assert not optimizers[0]._optimizer_step_pre_hooks


def test_the_training_step_gets_the_loss_and_the_optimizer_themselves(monkeypatch):
    given, loss = [], nn.MSELoss()
    step = common.trainer.training_step

    def spy(model, loss, optimizer, inputs, target):
        given.append((loss, optimizer))
        return step(model, loss, optimizer, inputs, target).item() + 100  # as a float, and wrong

    monkeypatch.setattr("common.trainer.training_step", spy)
    history = trainer(network(), loss, optimizer=torch.optim.Adagrad).fit(table())
    assert all(given[0] is loss for given in given)
    assert all(type(given[1]) is torch.optim.Adagrad for given in given)
    assert history.rows[0]["train_loss"] > 100  # what the step returns is what is reported


class Listed(torch.utils.data.Dataset):
    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.rows[index]


def test_a_gradient_that_is_not_finite_is_named_before_it_spoils_the_weights():
    X, y = table()
    X[5] = 0  # |x| has a gradient everywhere, its root has none at 0

    class Root(nn.Linear):
        def forward(self, x):
            return super().forward(x) + (x * self.weight).square().sum(1, keepdim=True).sqrt()

    model = Root(3, 1)
    error, before = fail(trainer(model), (X, y))
    assert (error.rows, error.causes) == ([5], ["gradient"])
    assert "but its gradient is not finite; row 5" in str(error)
    after = model.state_dict().values()
    assert all(torch.equal(a, b) for a, b in zip(after, before[-1], strict=True))


def test_a_loss_that_breaks_on_sound_numbers_is_told_from_broken_data():
    def log_loss(prediction, target):
        return (prediction * 0 + target.log()).mean()

    X, y = table()
    y = y.abs() + 1
    y[[3, 9]] = -1.0
    error, _ = fail(trainer(network(), log_loss, batch_size=40), (X, y))
    assert (sorted(error.rows), error.causes) == ([3, 9], [])
    assert "inputs, target and weights are finite" in str(error)


PLACES = {
    "first": lambda g: g[0],
    "last": lambda g: g[-1].view(-1)[-1:],
    "of two types": lambda g: g[1],
    "complex": lambda g: g[2].imag,
    "sparse": lambda g: g[3]._values(),
}


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", PLACES)
def test_a_gradient_that_is_not_finite_is_found_wherever_it_is_and_changed_by_no_bit(place, bad):
    types = [torch.float32, torch.float64]
    types += [torch.complex64] if place == "complex" else [torch.float32]
    parameters = [nn.Parameter(torch.zeros(3, 4, dtype=dtype)) for dtype in (*types, types[0])]
    for parameter in parameters:
        parameter.grad = torch.randn(3, 4, dtype=parameter.dtype) * 1e-40
    parameters.append(nn.Parameter(torch.zeros(2)))  # one without a gradient
    if place == "sparse":
        parameters[3].grad = parameters[3].grad.to_sparse()
    gradients = [parameter.grad for parameter in parameters[:-1]]
    before = [gradient.clone() for gradient in gradients]
    check = GradientCheck(parameters)
    assert check()
    assert all(
        torch.equal(now.to_dense(), then.to_dense())
        for now, then in zip(gradients, before, strict=True)
    )
    PLACES[place](gradients[:3] if place == "last" else gradients).fill_(bad)
    assert not check()


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64])
def test_finite_gradients_are_finite_though_their_sum_is_not(dtype):
    weight = nn.Parameter(torch.zeros(9, dtype=dtype))
    weight.grad = torch.full((9,), 3e38, dtype=dtype)
    assert not weight.grad.sum().isfinite()
    assert GradientCheck([weight])()


def test_weights_that_are_not_finite_are_told():
    model = network()
    with torch.no_grad():
        model[3].bias.fill_(math.nan)
    error, _ = fail(trainer(model), table())
    assert (error.rows, error.causes) == ([], ["weights"])
    assert "the weights are not finite: 3.bias" in str(error)


def test_a_broken_row_of_the_validation_part_is_named():
    X, y = table(20)
    X[11, 1] = math.nan
    error, _ = fail(trainer(network()), table(), valid=(X, y))
    assert (error.epoch, error.step, error.rows) == (1, 0, [11])
    assert "epoch 1, validation: the loss is nan; row 11 of the validation data" in str(error)


def test_a_non_finite_loss_is_both_a_users_and_a_floating_point_error():
    assert issubclass(NonFiniteLossError, FloatingPointError)
    assert issubclass(NonFiniteLossError, UserError)


BLIND = {
    "absolute": lambda p, t: (p - t).abs().mean(),
    "square": lambda p, t: (p - t).square().mean(),
    "huber": F.huber_loss,
    "relative": lambda p, t: ((p - t).abs() / t.abs().clamp(min=0.1)).mean(),
    "module": nn.MSELoss(),
}


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("name", BLIND)
@pytest.mark.parametrize("flat", ["target", "prediction"])
def test_a_loss_that_would_compare_all_with_all_is_refused(name, flat):
    X, y = table()
    model = network()
    if flat == "target":
        y = y.squeeze(1)
    else:
        model.append(nn.Flatten(0))
    with pytest.raises(UserError, match="compare every prediction with every target"):
        trainer(model, BLIND[name]).fit((X, y))


@pytest.mark.parametrize(
    "loss",
    [
        lambda p, t: F.mse_loss(p.squeeze(1), t),
        lambda p, t: F.poisson_nll_loss(p.flatten(), t.abs()),
        lambda p, t: p.square().mean(),  # it does not look at the target at all
        lambda p, t: (p.mean() - t.mean()).square(),  # nor here at the pairs
    ],
)
def test_a_loss_that_copes_with_the_shapes_passes(loss):
    X, y = table()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert trainer(network(), loss).fit((X, y.squeeze(1))).stopped == "epochs"
    assert trainer(network(), BLIND["square"]).fit((X, y)).stopped == "epochs"
    assert trainer(network(), BLIND["square"]).fit((X, torch.ones(40))).stopped == "epochs"


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (nn.MSELoss(reduction="none"), r"the loss returned float32 tensor \(8, 1\), expected"),
        (lambda p, t: (p - t).square().mean().item(), "the loss returned float, expected"),
        (lambda p, t: (p.detach() - t).square().mean(), "the loss has no gradient"),
    ],
)
def test_a_loss_that_nothing_can_be_learned_from_is_refused(loss, message):
    with pytest.raises(UserError, match=message):
        trainer(network(), loss).fit(table())


def test_a_gradient_from_before_the_training_does_not_count():
    first, second = network(), network()
    first(table()[0]).sum().backward()
    for model in (first, second):
        trainer(model).fit(table())
    assert torch.equal(first[0].weight, second[0].weight)
