"""What a training holds beside weights: counters, running means, state of a model's own."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from common.errors import UserError
from tests.common.training_toys import same, table, trainer, weights


class Line(nn.Linear):
    def __init__(self) -> None:
        torch.manual_seed(0)
        super().__init__(3, 1)


class Counting(Line):
    """A model that does otherwise with every batch."""

    seen = 0

    def forward(self, x: Tensor) -> Tensor:
        self.seen += self.training
        return super().forward(x) * (1 + self.seen / 10)


class Telling(Counting):
    """The same, and it tells what it must remember as PyTorch has it."""

    def get_extra_state(self) -> dict[str, int]:
        return {"seen": self.seen}

    def set_extra_state(self, state: dict[str, int]) -> None:
        self.seen = state["seen"]


class Rebinding(Line):
    """A model whose running mean is another tensor after each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * x.mean(dim=0)
        return super().forward(x - self.mean)


class Private(Counting):
    """It counts by itself, under a name that is its own affair."""

    _seen = 0

    def forward(self, x: Tensor) -> Tensor:
        self._seen += self.training
        return nn.Linear.forward(self, x) * (1 + self._seen / 10)


class Noisy(Line):
    """It draws from generators that it has itself, in evaluation too."""

    def __init__(self) -> None:
        super().__init__()
        self.own = torch.Generator().manual_seed(3)
        self.numbers = np.random.default_rng(3)

    def forward(self, x: Tensor) -> Tensor:
        noise = torch.randn(x.shape, generator=self.own) + float(self.numbers.random())
        return super().forward(x + noise / 10)


class Remembering(Line):
    """It keeps what no checkpoint does: a list, an array, a tensor, a buffer, a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.kept, self.array, self.state, self.names = [], np.zeros(1), None, {"same": [1]}
        self.cell = nn.GRU(3, 3, batch_first=True)  # which holds a list of its weights
        self.register_buffer("passing", torch.zeros(()), persistent=False)
        self.register_buffer("table", torch.ones(2), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.kept.append(1)
            self.array += 1
            self.state = x.detach().mean()
            self.passing += 1
        return super().forward(self.cell(x[:, None])[0][:, 0] + self.passing)


class Loss(nn.Module):
    """A mean squared error that is interrupted after some batches."""

    def __init__(self, left: float) -> None:
        super().__init__()
        self.limit = left

    def __str__(self) -> str:
        return "Loss"

    def compare(self, prediction: Tensor, target: Tensor) -> Tensor:
        return F.mse_loss(prediction, target)

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            self.limit -= 1
            if self.limit < 0:
                raise KeyboardInterrupt
        return self.compare(prediction, target)


class Annealed(Loss):
    weight = 0.0

    def compare(self, prediction: Tensor, target: Tensor) -> Tensor:
        self.weight += 0.1 * self.training
        return F.mse_loss(prediction, target) + self.weight * prediction.square().mean()


class Running(Loss):
    def __init__(self, left: float) -> None:
        super().__init__(left)
        self.register_buffer("usual", torch.ones(()))

    def compare(self, prediction: Tensor, target: Tensor) -> Tensor:
        value = F.mse_loss(prediction, target)
        if self.training:
            self.usual.mul_(0.5).add_(value.detach() / 2)
        return value / self.usual


class Jittered(Loss):
    """It draws from a generator of its own, in validation too."""

    def __init__(self, left: float) -> None:
        super().__init__(left)
        self.own = torch.Generator().manual_seed(3)

    def compare(self, prediction: Tensor, target: Tensor) -> Tensor:
        return F.mse_loss(prediction + torch.randn((), generator=self.own), target)


@pytest.mark.filterwarnings("ignore:.*from call to call", "ignore:.*no mean over rows")
@pytest.mark.parametrize(
    ("model", "loss"),
    [
        *((kind, Loss) for kind in (Counting, Telling, Rebinding, Private, Noisy)),
        *((Line, kind) for kind in (Annealed, Running, Jittered)),
    ],
)
@pytest.mark.parametrize("after", [3, 7])
def test_it_goes_on_bit_for_bit(model, loss, after, tmp_path):
    data, path = table(), tmp_path / "checkpoint"
    whole, halted, resumed = model(), model(), model()
    history = trainer(whole, loss(math.inf), lr=0.1).fit(data, valid=data)
    settings = {"lr": 0.1, "checkpoint": path, "checkpoint_every": 0}
    with pytest.raises(KeyboardInterrupt):
        trainer(halted, loss(after), **settings).fit(data, valid=data)
    again = trainer(resumed, loss(math.inf), **settings).fit(data, valid=data, resume=True)
    assert same(list(whole.parameters()), list(resumed.parameters()))
    assert history.column("valid_loss") == again.column("valid_loss")


class Shaken:
    """What augments by a generator that it has itself."""

    def __init__(self) -> None:
        self.own = np.random.default_rng(0)

    def __call__(self, inputs, rows, epoch):
        return tuple(each + float(self.own.random()) for each in inputs)


def test_what_augments_goes_on_drawing_where_it_was(tmp_path):
    data, path = table(), tmp_path / "checkpoint"
    whole, halted, resumed = Line(), Line(), Line()
    history = trainer(whole, Loss(math.inf), augment=Shaken()).fit(data)
    settings = {"checkpoint": path, "checkpoint_every": 0}
    with pytest.raises(KeyboardInterrupt):
        trainer(halted, Loss(7), augment=Shaken(), **settings).fit(data)
    coach = trainer(resumed, Loss(math.inf), augment=Shaken(), **settings)
    assert coach.fit(data, resume=True).column("train_loss") == history.column("train_loss")


def test_what_no_checkpoint_keeps_is_named_where_a_training_goes_on(tmp_path):
    settings = {"checkpoint": tmp_path / "checkpoint", "checkpoint_every": 0}
    with pytest.raises(KeyboardInterrupt):
        trainer(Remembering(), Loss(7), **settings).fit(table())
    named = r"had changed model\.kept, model\.array, model\.state and 1 more, which no checkpoint"
    with pytest.warns(UserWarning, match=named):
        trainer(Remembering(), Loss(math.inf), **settings).fit(table(), resume=True)


def test_state_that_cannot_be_written_is_named(tmp_path):
    model = Telling()
    model.seen = torch.zeros(1)
    with pytest.raises(UserError, match="get_extra_state of Telling gives.*numbers, texts"):
        trainer(model, checkpoint=tmp_path / "checkpoint").fit(table())


def test_a_layer_of_another_setting_is_refused(tmp_path):
    path = tmp_path / "checkpoint"

    def model(share):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(3, 8), nn.Dropout(share), nn.Linear(8, 1))

    trainer(model(0.2), checkpoint=path).fit(table())
    coach = trainer(model(0.5), checkpoint=path)
    message = r"the layers was 1: Dropout\(p=0.2.*is now 1: Dropout\(p=0.5"
    with pytest.raises(UserError, match=message):
        coach.fit(table(), resume=True)


def test_a_buffer_of_another_size_is_refused(tmp_path):
    """One that grows in training may have another size in the file, but not at the start."""

    def model(classes):
        made = Line()
        made.register_buffer("shares", torch.ones(classes))
        return made

    trainer(model(5), checkpoint=tmp_path / "checkpoint").fit(table())
    coach = trainer(model(7), checkpoint=tmp_path / "checkpoint")
    with pytest.raises(UserError, match="another training: the model was Line of 3 tensors"):
        coach.fit(table(), resume=True)


class Weighed(Loss):
    def __init__(self, weight: float, share: float) -> None:
        super().__init__(math.inf)
        self.weight = weight
        self.register_buffer("share", torch.tensor(share))

    def compare(self, prediction: Tensor, target: Tensor) -> Tensor:
        return self.weight * self.share * F.mse_loss(prediction, target)


def times(weight: float):
    return lambda prediction, target: weight * F.mse_loss(prediction, target)


def counting(begin: int):
    seen = begin

    def loss(prediction: Tensor, target: Tensor) -> Tensor:
        nonlocal seen
        seen += 1
        return F.mse_loss(prediction, target)

    return loss


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (Weighed(1, 1), Weighed(5, 1), "weight of the loss was 1, is now 5"),
        (Weighed(1, 1), Weighed(1, 5), "the loss has another share"),
        (Weighed(1, 1), Weighed(1, 1), ""),
        (times(1), times(5), "the loss was <lambda>"),
        (times(1), lambda prediction, target: F.l1_loss(prediction, target), "the loss was"),
        (times(1), times(1), ""),
        (counting(0), counting(5), ""),
    ],
)
def test_a_loss_of_other_numbers_is_refused(first, second, said, tmp_path):
    path = tmp_path / "checkpoint"
    trainer(Line(), first, checkpoint=path).fit(table())
    coach = trainer(Line(), second, checkpoint=path)
    if not said:
        assert coach.fit(table(), resume=True).stopped == "epochs"
        return
    with pytest.raises(UserError, match=f"belongs to another training: {said}"):
        coach.fit(table(), resume=True)


@pytest.mark.filterwarnings("ignore:the model ends with a ReLU")
def test_another_layer_or_other_tensors_in_a_loader_are_refused(tmp_path):
    def begun(model, seed):
        data = DataLoader(TensorDataset(*table(seed=seed)), 8)
        coach = trainer(nn.Sequential(Line(), model), checkpoint=tmp_path / "checkpoint")
        return coach, data

    coach, data = begun(nn.ReLU(), 0)
    coach.fit(data)
    for model, seed, said in ((nn.Tanh(), 0, "1: ReLU.*1: Tanh"), (nn.ReLU(), 1, "training data")):
        coach, data = begun(model, seed)
        with pytest.raises(UserError, match=f"belongs to another training: .*{said}"):
            coach.fit(data, resume=True)


def test_a_rebound_buffer_is_as_before_the_bad_step():
    X, y = table()
    X[3] = math.nan
    model = Rebinding()
    before = weights(model)
    with pytest.raises(UserError, match="row 3 of the training data: not finite in the inputs"):
        trainer(model, batch_size=40).fit((X, y))
    assert same(before, weights(model))
