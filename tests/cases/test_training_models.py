"""Models and losses unlike the lesson's, and the caller's tensors, which stay as they were."""

import math
from typing import NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from common.errors import UserError
from common.training.prediction import predict_batches
from tests.common.training_toys import network, same, table, trainer, weights


class Interrupting(nn.Module):
    """A mean squared error during which somebody presses Ctrl+C."""

    def __init__(self, when: int, training: bool = True) -> None:
        super().__init__()
        self.left, self.when_training = when, training

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        self.left -= prediction.requires_grad == self.when_training
        if self.left == 0:
            raise KeyboardInterrupt
        return F.mse_loss(prediction, target)


@pytest.mark.parametrize(("when", "training"), [(43, True), (58, True), (31, False)])
def test_ctrl_c_leaves_the_best_weights(when, training):
    X, y = table(60)
    y[:40] += 2 * torch.randn(40, 1, generator=torch.Generator().manual_seed(0))
    model = network()
    coach = trainer(model, Interrupting(when, training), epochs=20, lr=0.5)
    with pytest.raises(KeyboardInterrupt):
        coach.fit((X[:40], y[:40]), valid=(X[40:], y[40:]))
    history = coach.history
    assert 0 < history.best_epoch < len(history.rows)
    best = min(history.column("valid_loss"))
    assert history.column("valid_loss")[history.best_epoch - 1] == best
    with torch.no_grad():
        assert F.mse_loss(model(X[40:]), y[40:]).item() == pytest.approx(best, rel=1e-5)
    assert model.training


def test_ctrl_c_before_there_is_a_best_epoch_keeps_what_was_learned():
    model = network()
    before = weights(model)
    with pytest.raises(KeyboardInterrupt):
        trainer(model, Interrupting(4)).fit(table(), valid=table())
    assert not same(before, weights(model))


def test_weights_that_share_memory_are_saved_and_resumed(tmp_path):
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.encode, self.decode = nn.Linear(4, 4), nn.Linear(4, 4)
            self.decode.weight.data = self.encode.weight.data.t()
            self.register_buffer("scale", torch.ones(1).expand(4))
            self.register_buffer("two", self.encode.bias.data[:2])

        def forward(self, x: Tensor) -> Tensor:
            return self.decode(self.encode(x)) * self.scale

    X = torch.randn(40, 4, generator=torch.Generator().manual_seed(0))
    path = tmp_path / "tied.safetensors"
    through, halted, resumed = Tied(), Tied(), Tied()
    trainer(through).fit((X, X), valid=(X, X))
    with pytest.raises(KeyboardInterrupt):
        trainer(halted, Interrupting(8), checkpoint=path, checkpoint_every=0).fit(
            (X, X), valid=(X, X)
        )
    coach = trainer(resumed, Interrupting(10**6), checkpoint=path)
    coach.fit((X, X), valid=(X, X), resume=True)
    assert same(weights(through), weights(resumed))
    assert resumed.decode.weight.data_ptr() == resumed.encode.weight.data_ptr()


class InPlace(nn.Linear):
    def forward(self, x: Tensor) -> Tensor:
        x.div_(10)
        return super().forward(x)


def in_place_loss(prediction: Tensor, target: Tensor) -> Tensor:
    return target.sub_(prediction).square().mean()


@pytest.mark.parametrize("kind", ["tensors", "batches", "loader"])
@pytest.mark.parametrize("accumulate", [1, 2])
def test_the_callers_tensors_stay_though_model_and_loss_work_in_place(kind, accumulate):
    X, y = table()
    before = X.clone(), y.clone()
    data = {
        "tensors": (X, y),
        "batches": [(X[:20], y[:20]), (X[20:], y[20:])],
        "loader": DataLoader(TensorDataset(X, y), batch_size=None, sampler=[slice(0, 40)]),
    }[kind]
    plain = nn.Linear(3, 1)
    model = InPlace(3, 1)
    model.load_state_dict(plain.state_dict())
    history = trainer(model, in_place_loss, accumulate=accumulate).fit(data, valid=data)
    assert same([X, y], list(before))
    tenth = (X / 10, y) if kind == "tensors" else [(x / 10, t) for x, t in data]
    likewise = trainer(plain, accumulate=accumulate).fit(tenth, valid=tenth)
    for column in ("train_loss", "valid_loss"):
        assert history.column(column) == pytest.approx(likewise.column(column), rel=1e-5)


def test_what_is_predicted_for_stays_and_predicting_twice_gives_the_same():
    X, _ = table()
    before = X.clone()
    coach = trainer(InPlace(3, 1))
    for data in (X, (X,), [X[:30], X[30:]]):
        assert torch.equal(coach.predict(data), coach.predict(data))
    list(predict_batches(coach.model, X, batch_size=40, device="cpu"))
    assert torch.equal(X, before)


def test_no_gradient_reaches_the_callers_tensors():
    X, y = table()
    X.requires_grad_(True)
    trainer(network()).fit((X, y), valid=(X, y))
    trainer(network()).fit([(X, y)])
    assert X.grad is None


class Latent(NamedTuple):
    guess: Tensor
    spread: Tensor


class Outputs(nn.Module):
    def __init__(self, kind: type) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.kind, self.line = kind, nn.Linear(3, 2)

    def forward(self, x: Tensor):
        both = self.line(x).split(1, 1)
        if self.kind is Latent:
            return Latent(*both)
        return dict(zip("ab", both, strict=True)) if self.kind is dict else self.kind(both)


def gaussian(outputs, target: Tensor) -> Tensor:
    guess, spread = outputs.values() if isinstance(outputs, dict) else outputs
    return F.gaussian_nll_loss(guess, target, spread.exp())


def worst(outputs, target: Tensor) -> float:
    guess, spread = outputs.values() if isinstance(outputs, dict) else outputs
    assert guess.shape == spread.shape == target.shape == (40, 1)
    return (guess - target).abs().max().item()


@pytest.mark.parametrize("kind", [tuple, list, dict, Latent])
@pytest.mark.parametrize("settings", [{}, {"accumulate": 2, "clip": 1.0}, {"bf16": True}])
def test_a_loss_and_a_metric_take_all_outputs(kind, settings):
    coach = trainer(
        Outputs(kind), gaussian, metrics={"worst": worst}, lr=0.1, epochs=20, **settings
    )
    history = coach.fit(table(), valid=table())
    assert history.column("worst")[-1] < 0.5 * history.column("worst")[0]
    with pytest.raises(UserError, match="predict returns one tensor; wrap the model"):
        coach.predict(table()[0])


@pytest.mark.parametrize("place", ["training", "validation"])
def test_a_row_that_is_not_finite_is_named_with_several_outputs_too(place):
    X, y = table()
    broken = X.clone()
    broken[17] = math.nan
    parts = (broken, X) if place == "training" else (X, broken)
    with pytest.raises(UserError, match=f"row 17 of the {place} data: not finite in the inputs"):
        trainer(Outputs(tuple), gaussian).fit((parts[0], y), valid=(parts[1], y))


def test_a_gradient_inside_the_model_works_in_validation():
    class Force(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.energy = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))

        def forward(self, x: Tensor) -> Tensor:
            with torch.enable_grad():
                x = x.detach().requires_grad_(True)
                return -torch.autograd.grad(self.energy(x).sum(), x, create_graph=True)[0]

    X, _ = table()
    coach = trainer(Force(), epochs=30, lr=0.05, minutes=5)
    history = coach.fit((X, -X), valid=(X, -X))
    shown = F.mse_loss(coach.predict(X), -X).item()
    assert shown == pytest.approx(min(history.column("valid_loss")), rel=1e-5)


def test_a_model_that_asks_for_gradients_where_there_are_none_is_told_how_to_have_them():
    class Slope(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.energy = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))

        def forward(self, x: Tensor) -> Tensor:
            x = x.requires_grad_(True)
            return torch.autograd.grad(self.energy(x).sum(), x, create_graph=True)[0]

    X, _ = table()
    coach, said = trainer(Slope()), r"Slope asks for a gradient .* torch\.enable_grad\(\)"
    with pytest.raises(UserError, match="the validation data: " + said):
        coach.fit((X, X), valid=(X, X))
    with pytest.raises(UserError, match="the data to predict: " + said):
        coach.predict(X)


class Uncertain(nn.Module):
    """A loss with a weight to learn: how noisy the targets are."""

    def __init__(self) -> None:
        super().__init__()
        self.noise = nn.Parameter(torch.zeros(1))
        self.modes: list[tuple[bool, bool]] = []

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        self.modes.append((self.training, prediction.requires_grad))
        return ((prediction - target) ** 2 * torch.exp(-self.noise) + self.noise).mean()


def test_a_loss_with_parameters_is_refused_unless_frozen_or_the_models_own():
    loss = Uncertain()
    message = r"the loss Uncertain has parameters to learn \(noise\).*requires_grad_\(False\)"
    with pytest.raises(UserError, match=message):
        trainer(network(), loss).fit(table())
    assert loss.noise.grad is None
    trainer(network(), loss.requires_grad_(False)).fit(table())

    owner = network()
    owner.register_parameter("noise", Uncertain().noise)
    learned = Uncertain()
    learned.noise = owner.noise
    X, y = table()
    owner.forward = lambda x: nn.Sequential.forward(nn.Sequential(*list(owner)), x)
    trainer(owner, learned, lr=0.1).fit((X, y))
    assert owner.noise.item() != 0


def test_a_loss_is_in_evaluation_in_validation_and_back_afterwards():
    loss = Uncertain().requires_grad_(False)
    trainer(network(), loss, minutes=5).fit(table(), valid=table())
    assert set(loss.modes) == {(True, True), (False, False)}
    assert loss.training


@pytest.mark.filterwarnings("ignore:.*torch.jit.script")
def test_layers_that_learn_their_size_and_compiled_ones_are_trained_as_plain_ones():
    def model(kind):
        torch.manual_seed(0)
        first = nn.LazyLinear(8) if kind == "lazy" else nn.Linear(3, 8)
        whole = nn.Sequential(first, nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
        whole(table()[0])  # a lazy layer gets its weights here
        for part in (whole[0], whole[3]):
            nn.init.constant_(part.weight, 0.1)
            nn.init.zeros_(part.bias)
        whole[1].reset_running_stats()
        return torch.jit.script(whole) if kind == "scripted" else whole

    plain, lazy, scripted = model("plain"), model("lazy"), model("scripted")
    for each in (plain, lazy, scripted):
        trainer(each).fit(table(), valid=table())
    assert same(weights(plain), weights(lazy))
    assert same(weights(plain), weights(scripted))
    unseen = nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(1))
    assert trainer(unseen).fit(table(), valid=table()).stopped == "epochs"


class Spare(nn.Module):
    """It has a layer that is never used, and so never learns its size."""

    def __init__(self) -> None:
        super().__init__()
        self.net, self.spare = network(), nn.LazyLinear(1)

    def forward(self, x):
        return self.net(x)


@pytest.mark.filterwarnings("ignore:no gradient has reached 'spare'")
@pytest.mark.parametrize("valid", [None, table(seed=1)])
def test_a_layer_that_never_learns_its_size_is_let_be(valid):
    assert trainer(Spare()).fit(table(), valid=valid).stopped == "epochs"
