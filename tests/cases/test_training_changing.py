"""Models that change while they are trained: memories that grow, parts that thaw or are pruned."""

import math
from collections import OrderedDict
from dataclasses import InitVar, dataclass, field

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import prune

from common.errors import UserError
from common.training.model_state import with_outputs
from tests.common.training_toys import network, same, table, trainer, weights


class Memory(nn.Module):
    """Keeps the first column of all that it was trained on, and goes by its mean."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.line = nn.Linear(3, 1)
        self.register_buffer("seen", torch.zeros(0))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.seen = torch.cat([self.seen, x[:, 0].detach()])
        return self.line(x) + (self.seen.mean() if len(self.seen) else 0)


class Late(Memory):
    """The same, but the memory is made when the first batch comes."""

    def __init__(self) -> None:
        super().__init__()
        del self.seen

    def forward(self, x: Tensor) -> Tensor:
        if "seen" not in self._buffers:
            self.register_buffer("seen", torch.zeros(0))
        return super().forward(x)


def worse_every_time(model, means):
    def metric(prediction, target):
        means.append({n: t.clone() for n, t in model.state_dict().items()})
        return len(means)

    return {"metrics": {"worse": metric}, "monitor": "worse"}


@pytest.mark.parametrize("kind", [Memory, Late])
def test_a_memory_that_grows_comes_back_as_the_best_epoch_left_it(kind):
    model, then = kind(), []
    trainer(model, **worse_every_time(model, then)).fit(table(), valid=table(16, seed=1))
    assert [len(each["seen"]) for each in then] == [40, 80, 120]
    assert same(list(then[0].values()), weights(model))


def test_a_memory_that_has_grown_is_as_before_the_bad_step():
    X, y = table()
    X[3] = math.nan
    model, kept = Memory(), []
    metrics = worse_every_time(model, kept)["metrics"]
    with pytest.raises(UserError, match="row 3 of the training data: not finite in the inputs"):
        trainer(model, batch_size=40, metrics=metrics).fit((X, y), valid=table())
    assert len(model.seen) == 0


def test_a_training_of_a_memory_that_grows_goes_on_where_it_was(tmp_path):
    class Halting(nn.Module):
        def __init__(self, left: float) -> None:
            super().__init__()
            self.left = left

        def __str__(self) -> str:
            return "Halting"

        def forward(self, prediction, target):
            self.left -= torch.is_grad_enabled()
            if self.left < 0:
                raise KeyboardInterrupt
            return F.mse_loss(prediction, target)

    data, settings = table(), {"checkpoint": tmp_path / "state", "checkpoint_every": 0}
    whole, halted, resumed = Memory(), Memory(), Memory()
    history = trainer(whole, Halting(math.inf)).fit(data, valid=data)
    with pytest.raises(KeyboardInterrupt):
        trainer(halted, Halting(7), **settings).fit(data, valid=data)
    again = trainer(resumed, Halting(math.inf), **settings).fit(data, valid=data, resume=True)
    assert same(weights(whole), weights(resumed))
    assert again.column("valid_loss") == history.column("valid_loss")


def test_a_best_epoch_of_other_parameters_cannot_come_back_and_that_is_said():
    class Pruned(nn.Sequential):
        def forward(self, x):
            if self.training and epochs:
                prune.l1_unstructured(self[0], "weight", 0.3) if len(epochs) == 1 else None
            return super().forward(x)

    model, epochs = Pruned(nn.Linear(3, 1)), []
    with pytest.raises(UserError, match=r"not in its best epoch \(0\.weight_orig\).*before fit"):
        trainer(model, batch_size=40, **worse_every_time(model, epochs)).fit(table(), valid=table())


def test_layers_and_statistics_that_learn_their_size_train_and_are_saved_once_they_have_one(
    tmp_path,
):
    def lazy():
        torch.manual_seed(0)
        return nn.Sequential(nn.LazyLinear(8), nn.LazyBatchNorm1d(), nn.ReLU(), nn.LazyLinear(1))

    model = lazy()
    history = trainer(model, lr=0.1).fit(table(), valid=table())
    assert min(history.column("valid_loss")) < 1
    assert model[1].num_batches_tracked == 5 * history.best_epoch
    path = tmp_path / "state"
    with pytest.raises(UserError, match=r"0\.weight, 0\.bias, 1\.weight.*call the model once"):
        trainer(lazy(), checkpoint=path).fit(table())
    model = lazy()
    model(table()[0])
    assert trainer(model, checkpoint=path).fit(table()).stopped == "epochs"


@dataclass
class Pair:
    guess: Tensor
    other: Tensor | None = None


class Named(OrderedDict):
    """As libraries of language models give their outputs."""


class Giving(nn.Module):
    def __init__(self, kind) -> None:
        super().__init__()
        self.kind, self.net = kind, network()

    def forward(self, x):
        return self.kind(guess=self.net(x))


@pytest.mark.parametrize("kind", [Pair, Named])
def test_outputs_of_a_type_of_ones_own_are_widened_and_cut_by_rows(kind):
    """The loss is to see float32, and four batches are to act as one large one."""
    seen = set()

    def loss(output, target):
        guess = output.guess if kind is Pair else output["guess"]
        seen.add((type(output), guess.dtype))
        return F.mse_loss(guess, target)

    trainer(Giving(kind), loss, bf16=True).fit(table())
    assert seen == {(kind, torch.float32)}
    parts, whole = Giving(kind), Giving(kind)
    trainer(parts, loss, batch_size=10, accumulate=4).fit(table())
    trainer(whole, loss, batch_size=40).fit(table())
    for one, other in zip(weights(parts), weights(whole), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6)


@dataclass
class Asked:
    """It is made from what is no field of it."""

    guess: Tensor
    scale: InitVar[int] = field(kw_only=True)

    def __post_init__(self, scale: int) -> None:
        self.guess = self.guess * scale


@dataclass(init=False)
class Made:
    guess: Tensor

    def __init__(self, logits: Tensor) -> None:
        self.guess = logits


@dataclass(frozen=True, slots=True)
class Doubled:
    """It computes as it is made, which is not to happen again."""

    guess: Tensor
    half: Tensor = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "half", self.guess)
        object.__setattr__(self, "guess", self.guess * 2)


@dataclass
class Both(OrderedDict):
    """A dataclass whose fields are its items as well, as in libraries of language models."""

    guess: Tensor | None = None

    def __post_init__(self) -> None:
        super().__setitem__("guess", self.guess)
        self.signs = self.guess  # beside the fields

    def __setitem__(self, name: str, value: Tensor) -> None:
        super().__setitem__(name, value)
        super().__setattr__(name, value)


ONES = torch.ones(2)


@pytest.mark.parametrize(
    ("output", "names"),
    [
        (Asked(ONES, scale=3), {"guess": 3}),
        (Made(ONES), {"guess": 1}),
        (Doubled(ONES), {"guess": 2, "half": 1}),
        (Both(ONES), {"guess": 1, "signs": 1}),
    ],
)
def test_an_output_is_changed_without_being_made_anew(output, names):
    changed = with_outputs(Tensor.neg, output)
    assert type(changed) is type(output)
    for name, value in names.items():
        assert getattr(changed, name).tolist() == [-value, -value]
        assert getattr(output, name).tolist() == [value, value]
    if isinstance(output, Both):
        assert changed["guess"].tolist() == [-1, -1]


class Thawing(nn.Module):
    """Its first layer is frozen until the second epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.net, self.batches = network(), 0
        self.net[0].requires_grad_(False)

    def change(self) -> None:
        self.net[0].requires_grad_(True)

    def forward(self, x: Tensor) -> Tensor:
        self.batches += self.training
        if self.batches == 6:
            self.change()
        return self.net(x)


class Replacing(Thawing):
    def change(self) -> None:
        self.net[0] = nn.Linear(3, 8)
        self.batches += 1


@pytest.mark.parametrize("settings", [{}, {"accumulate": 5}])
@pytest.mark.parametrize("kind", [Thawing, Replacing])
def test_weights_that_begin_to_learn_and_are_not_the_optimizers_are_refused(kind, settings):
    with pytest.raises(UserError, match=r"does not train net\.0\.weight, net\.0\.bias, which"):
        trainer(kind(), **settings).fit(table())


def test_an_optimizer_that_holds_the_frozen_layers_too_thaws_them():
    model = Thawing()
    before = model.net[0].weight.clone()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    trainer(model, optimizer=lambda _: optimizer).fit(table())
    assert not torch.equal(before, model.net[0].weight)


def test_layers_that_something_else_trains_or_that_freeze_again_are_let_alone():
    class Critic(Thawing):
        """Trains its first layer by itself."""

        def forward(self, x: Tensor) -> Tensor:
            if self.training:
                self.net[0].requires_grad_(True)
                self.net[0](x).square().mean().backward()
                torch.optim.SGD(self.net[0].parameters(), lr=0.01).step()
            return self.net[3](self.net[0](x).detach())

    trainer(Critic()).fit(table())


def test_a_group_that_the_optimizer_gets_on_the_way_is_refused():
    model = Thawing()
    optimizer = torch.optim.SGD([*model.net[3].parameters()], lr=0.01)
    model.change = lambda: optimizer.add_param_group({"params": [*model.net[0].parameters()]})
    with pytest.raises(UserError, match=r"had 1 groups .* has 2 now: give it all of them"):
        trainer(model, optimizer=lambda _: optimizer).fit(table())
