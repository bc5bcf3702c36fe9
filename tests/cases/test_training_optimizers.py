"""Optimizers that would train nothing, or by a learning rate that nobody meant."""

from functools import partial

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from common.errors import UserError
from tests.common.training_toys import network, same, table, trainer, weights


def test_an_optimizer_of_another_models_weights():
    other = network()
    with pytest.raises(UserError, match="the optimizer has none of the model's parameters"):
        trainer(network(), optimizer=lambda _: torch.optim.SGD(other.parameters())).fit(table())


@pytest.mark.parametrize(
    "schedule",
    [
        lr_scheduler.LinearLR,
        lambda optimizer: lr_scheduler.StepLR(optimizer, 1),
        lambda optimizer: lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=15),
        lambda optimizer: lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 5),
    ],
)
def test_a_schedule_beside_the_trainers_own(schedule):
    def make(parameters):
        optimizer = torch.optim.SGD(parameters, lr=0.1)
        schedule(optimizer)
        return optimizer

    message = "has a schedule of its learning rate.*the trainer has its own.*the peak"
    with pytest.raises(UserError, match=message):
        trainer(network(), optimizer=make).fit(table())


def test_a_learning_rate_that_is_a_tensor_is_the_same_number(tmp_path):
    models = [network(), network()]
    for model, lr in zip(models, (0.125, torch.tensor(0.125)), strict=True):
        coach = trainer(
            model,
            optimizer=lambda parameters, lr=lr: torch.optim.SGD(parameters, lr=lr),
            checkpoint=tmp_path / "checkpoint",
        )
        history = coach.fit(table())
    assert same(*map(weights, models))
    assert all(type(rate) is float for rate in history.column("lr"))


@pytest.mark.parametrize(
    ("model", "loss", "message"),
    [
        (nn.Linear, nn.MSELoss(), "the model is the class Linear, expected a model made of it"),
        (nn.Linear(3, 1), nn.MSELoss, r"the loss is the class MSELoss, expected MSELoss\(\)"),
        (abs, nn.MSELoss(), "the model is builtin_function_or_method, expected an nn.Module"),
    ],
)
def test_a_class_in_place_of_what_is_made_of_it(model, loss, message):
    with pytest.raises(UserError, match=message):
        trainer(model, loss)


class Unmade(nn.Module):
    def __init__(self):
        self.slope = 2.0

    def forward(self, x):
        return self.slope * x


def test_a_model_that_is_not_made_as_one_and_data_without_numbers():
    with pytest.raises(UserError, match=r"Unmade.__init__ does not call super\(\).__init__\(\)"):
        trainer(Unmade())
    X, y = table()
    with pytest.raises(UserError, match=r"training data has a tensor \(40, 3\) on the meta device"):
        trainer(network()).fit((X.to("meta"), y))


def test_weights_made_in_inference_mode():
    with torch.inference_mode():
        model = network()
    with pytest.raises(UserError, match=r"made within torch.inference_mode\(\)"):
        trainer(model)


def test_an_optimizer_that_only_asks_for_a_closure_when_it_steps():
    class Sharp(torch.optim.SGD):
        def step(self, closure=None):
            assert closure is not None, "needs a closure"

    with pytest.raises(UserError, match=r"asks for the loss anew.*\(needs a closure\)"):
        trainer(network(), optimizer=lambda parameters: Sharp(parameters)).fit(table())


def test_an_optimizer_that_was_made_before_a_layer_was_replaced():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model[0] = nn.utils.parametrizations.weight_norm(model[0])  # its weight is two others now
    with pytest.raises(UserError, match=r"lacks 0\.parametrizations\.weight\.original0, .*made b"):
        trainer(model, optimizer=lambda _: optimizer).fit(table())


def test_an_optimizer_is_given_back_with_its_learning_rate_and_trains_on_with_it():
    """At the end of the cycle it is nearly 0: a second training by the same would learn nothing."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    coach = trainer(model, optimizer=lambda _: optimizer)
    first, second = (coach.fit(table()).column("lr") for _ in range(2))
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert first == second


def test_an_optimizer_that_keeps_the_graph_of_its_steps():
    def make(parameters):
        return torch.optim.SGD(parameters, lr=0.1, differentiable=True)

    with pytest.raises(UserError, match="differentiable=True, and this loop keeps no graph"):
        trainer(network(), optimizer=make).fit(table())


def test_a_last_step_that_spoils_the_weights_is_said_though_nothing_follows_it():
    model = network()
    half = model.half()  # in which 1e-8, what Adam adds to a divisor, is 0
    X, y = (tensor.half() for tensor in table())
    with pytest.raises(UserError, match=r"after the last step the weights are not finite: 0\.weig"):
        coach = trainer(half, epochs=1, batch_size=40, optimizer=torch.optim.Adam)
        coach.fit((X * 0, y))


@pytest.mark.parametrize("young", [True, False])
def test_a_schedule_that_waits_for_a_plateau_leaves_no_mark_and_is_refused(young):
    model = network()
    early = torch.optim.SGD(model.parameters(), lr=0.1)
    held = [] if young else [lr_scheduler.ReduceLROnPlateau(early)]

    def make(parameters):
        if not young:
            return early
        optimizer = torch.optim.SGD(parameters, lr=0.1)
        held.append(lr_scheduler.ReduceLROnPlateau(optimizer))
        vars(held[0])  # of which the attributes are then a dictionary of their own
        return optimizer

    with pytest.raises(UserError, match="SGD has a schedule of its learning rate.*the peak"):
        trainer(model, optimizer=make).fit(table())


class EarlyStopping:
    """As one writes it: it counts what ReduceLROnPlateau counts, and changes no learning rate."""

    def __init__(self, optimizer):
        self.optimizer, self.num_bad_epochs = optimizer, 0


def test_what_only_counts_bad_epochs_is_no_schedule():
    held = []

    def make(parameters):
        held.append(EarlyStopping(torch.optim.SGD(parameters, lr=0.01)))
        vars(held[0])
        return held[0].optimizer

    trainer(network(), optimizer=make).fit(table())


def test_a_mistake_within_the_function_keeps_its_traceback():
    def make(parameters):
        return torch.optim.SGD(parameters, lr=0.1 + "0.2")

    with pytest.raises(TypeError, match="unsupported operand"):
        trainer(network(), optimizer=make).fit(table())


def test_a_learning_rate_that_somebody_else_changes_is_refused():
    made = []

    def make(parameters):
        made.append(torch.optim.SGD(parameters, lr=0.1))
        return made[0]

    def halving(prediction, target):
        made[0].param_groups[0]["lr"] *= 0.5
        return (prediction - target).abs().mean()

    with pytest.raises(UserError, match="the learning rate .*changed .*by something else.*optim"):
        trainer(network(), optimizer=make, metrics={"mae": halving}).fit(table(), valid=table())


class Modes(torch.optim.SGD):
    """As the schedule-free optimizers have them."""

    def train(self):
        pass

    def eval(self):
        pass


class Around(torch.optim.Optimizer):
    """As some write one around another: without what makes PyTorch call the hooks of a step."""

    def __init__(self, parameters):
        self.inner = torch.optim.SGD(parameters, lr=0.1)
        self.param_groups, self.state = self.inner.param_groups, self.inner.state
        self._optimizer_step_pre_hooks = {}

    def step(self, closure=None):
        self.inner.step()

    def zero_grad(self, set_to_none=True):
        self.inner.zero_grad()


class WithoutRate(torch.optim.SGD):
    """As those which find a learning rate by themselves."""

    def __init__(self, parameters):
        super().__init__(parameters, lr=0.1)
        self.param_groups[0]["lr"] = None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Modes, r"Modes has a train\(\) and an eval\(\) of its own, .*choose an optimizer such as"),
        (Around, r"Around does not call super\(\).__init__\(\), .*hooks"),
        (WithoutRate, r"WithoutRate has lr=None, .*give it one, lr=0.001"),
        (torch.optim.Muon, "no optimizer could be made: Muon only supports 2D parameters"),
        (partial(torch.optim.SGD, lr=-1), "no optimizer could be made: Invalid learning rate: -1"),
        (partial(torch.optim.SGD, rate=1), "no optimizer could be made: .*'rate'"),
        (lambda parameters, lr: None, "no optimizer could be made: .* missing 1 required"),
    ],
)
def test_an_optimizer_that_this_loop_would_misuse(make, message):
    with pytest.raises(UserError, match=message):
        trainer(network(), optimizer=make, clip=0.001).fit(table())
