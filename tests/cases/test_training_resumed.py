"""A training is the same from the same seed, and goes on exactly, whatever draws at random."""

import copy
import random
from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset

from common.errors import UserError
from common.training.generators import random_state
from tests.common.training_toys import network, same, table, trainer, weights


class Noisy(Dataset):
    """Rows with noise from NumPy's and Python's generators, or from one of its own."""

    def __init__(self, own: np.random.Generator | random.Random | None = None) -> None:
        self.X, self.y = table()
        self.own = own

    def __len__(self) -> int:
        return 40

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        if isinstance(self.own, np.random.Generator):
            noise = self.own.normal()
        elif self.own:
            noise = self.own.gauss(0, 1)
        else:
            noise = np.random.randn() + random.gauss(0, 1)
        return self.X[index] + noise, self.y[index]


class Torchy(Noisy):
    """Rows with noise from PyTorch's generator, in a worker one of its own."""

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.X[index] + torch.randn(3), self.y[index]


class Stream:
    """Batches in an order of their own, each time another, of a generator deep inside."""

    def __init__(self, data: Dataset) -> None:
        self.inside = [DataLoader(data, 8, shuffle=True, generator=seeded())]

    def __iter__(self):
        return iter(self.inside[0])


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(7)


KINDS = {
    "global, dataset": Noisy,
    "global, loader": lambda: DataLoader(Noisy(), 8, shuffle=True),
    "loader's own": lambda: DataLoader(
        TensorDataset(*table()), 8, shuffle=True, generator=seeded()
    ),
    "loader's own, noise": lambda: DataLoader(Noisy(), 8, shuffle=True, generator=seeded()),
    "sampler's own": lambda: DataLoader(
        Noisy(),
        8,
        sampler=torch.utils.data.WeightedRandomSampler(
            torch.ones(40), 40, generator=torch.Generator().manual_seed(7)
        ),
    ),
    "dataset's own": lambda: Noisy(np.random.default_rng(3)),
    "dataset's own, an old one": lambda: Noisy(np.random.Generator(np.random.MT19937(3))),
    "dataset's own of Python": lambda: Noisy(random.Random(3)),
    "dataset's own in a loader": lambda: DataLoader(
        Subset(Noisy(np.random.default_rng(3)), range(40)), 8, shuffle=True, generator=seeded()
    ),
    "an object's own": lambda: Stream(Noisy(np.random.default_rng(3))),
}


class Halting(nn.Module):
    def __init__(self, after: int | None = None) -> None:
        super().__init__()
        self.left = after

    def __str__(self) -> str:
        return "Halting"

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        if self.left is not None and prediction.requires_grad:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        return F.mse_loss(prediction, target)


@pytest.mark.parametrize("kind", KINDS)
def test_it_goes_on_bit_for_bit(kind, tmp_path):
    make, through = KINDS[kind], network(0.2)
    whole = trainer(through, Halting(), epochs=4).fit(make(), valid=make())
    for after in (3, 5, 13):
        settings = {"checkpoint": tmp_path / f"after {after}", "checkpoint_every": 0, "epochs": 4}
        halted = trainer(network(0.2), Halting(after), **settings)
        with pytest.raises(KeyboardInterrupt):
            halted.fit(make(), valid=make())
        np.random.seed(after)
        random.seed(after)
        resumed = network(0.2)
        history = trainer(resumed, Halting(), **settings).fit(make(), valid=make(), resume=True)
        assert same(weights(through), weights(resumed)), after
        assert history.column("train_loss") == whole.column("train_loss"), after
        assert history.column("valid_loss") == whole.column("valid_loss"), after


def test_the_same_seed_gives_the_same_noise_and_another_seed_another():
    models = []
    for seed in (1, 1, 2):
        models.append(network())
        trainer(models[-1], seed=seed).fit(Noisy())
    assert same(weights(models[0]), weights(models[1]))
    assert not same(weights(models[0]), weights(models[2]))


@pytest.mark.parametrize("halfway", [False, True])
def test_the_callers_generators_go_on_as_if_nothing_had_been(halfway):
    np.random.seed(5)
    random.seed(5)
    if halfway:  # half of a pair of normal numbers has been taken
        np.random.randn()
        random.gauss(0, 1)
    before = random_state(torch.device("cpu"))
    trainer(network()).fit(Noisy())
    after = random_state(torch.device("cpu"))
    assert before.keys() == after.keys()
    assert same(list(before.values()), list(after.values()))


def adam(settings: dict):
    return lambda parameters: torch.optim.Adam(parameters, **settings)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (torch.optim.RMSprop, "the optimizer was Adam: lr=0.01.*is now RMSprop"),
        (adam({"lr": 0.02}), r"lr=0\.01.*lr=0\.02"),
        (adam({"lr": 0.01, "amsgrad": True}), "amsgrad=True"),
        (
            lambda ps: torch.optim.Adam([{"params": ps[:1]}, {"params": ps[1:]}], lr=0.01),
            "1 tensor",
        ),
        (None, "is now adamw"),
    ],
)
def test_another_optimizer_or_group_is_refused(other, message, tmp_path):
    path = tmp_path / "checkpoint"
    trainer(network(), optimizer=adam({"lr": 0.01}), checkpoint=path).fit(table())
    with pytest.raises(UserError, match=message):
        trainer(network(), optimizer=other, checkpoint=path).fit(table(), resume=True)


def test_other_frozen_weights_are_refused(tmp_path):
    path = tmp_path / "checkpoint"
    trainer(network(), checkpoint=path).fit(table())
    model = network()
    model[0].requires_grad_(False)
    with pytest.raises(UserError, match=r"what is trained was 4 .*is now 2 "):
        trainer(model, checkpoint=path).fit(table(), resume=True)


def test_a_checkpoint_of_data_with_other_generators_is_refused(tmp_path):
    path = tmp_path / "checkpoint"
    data = TensorDataset(*table())
    trainer(network(), checkpoint=path).fit(DataLoader(data, 8))
    with pytest.raises(UserError, match="0 generators of the data, expected 1"):
        loader = DataLoader(data, 8, generator=seeded())
        trainer(network(), checkpoint=path).fit(loader, resume=True)


class Sum(nn.Module):
    def __init__(self, *losses: nn.Module) -> None:
        super().__init__()
        self.losses = nn.ModuleList(losses)

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return sum(loss(prediction, target) for loss in self.losses)


CLASSES = torch.tensor([1.0, 5.0])


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        (nn.HuberLoss(delta=1.0), nn.HuberLoss(delta=2.0), "delta=1.0.*delta=2.0"),
        (
            nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.0)),
            nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0)),
            "pos_weight",
        ),
        (nn.BCEWithLogitsLoss(), nn.BCEWithLogitsLoss(pos_weight=CLASSES[1:]), "pos_weight"),
        (partial(F.huber_loss, delta=1.0), partial(F.huber_loss, delta=2.0), "delta"),
        (partial(F.huber_loss, delta=1.0), partial(F.l1_loss), "l1_loss"),
        (
            Sum(nn.HuberLoss(delta=1.0), nn.L1Loss()),
            Sum(nn.HuberLoss(delta=3.0), nn.L1Loss()),
            "delta=3.0",
        ),
    ],
)
def test_a_loss_of_other_settings_is_refused_and_of_the_same_is_not(first, second, named, tmp_path):
    path = tmp_path / "checkpoint"
    X, y = table()
    y = (y > 0).float()
    trainer(network(), first, checkpoint=path).fit((X, y))
    with pytest.raises(UserError, match=f"the loss was .*{named}"):
        trainer(network(), second, checkpoint=path).fit((X, y), resume=True)
    again = trainer(network(), copy.deepcopy(first), checkpoint=path)
    assert again.fit((X, y), resume=True).stopped == "epochs"


def swapped(parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """Saved by their numbers, what was learned about each would go to another of its shape."""
    return torch.optim.Adam([*parameters[2:4], *parameters[:2], *parameters[4:]])


def test_the_optimizers_tensors_in_another_order_are_refused(tmp_path):
    path = tmp_path / "checkpoint"
    square = lambda: nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 1))  # noqa: E731
    trainer(square(), optimizer=torch.optim.Adam, checkpoint=path).fit(table())
    with pytest.raises(UserError, match="the optimizer was Adam"):
        trainer(square(), optimizer=swapped, checkpoint=path).fit(table(), resume=True)


def test_a_part_in_evaluation_is_still_so_when_resumed_or_that_is_refused(tmp_path):
    path = tmp_path / "checkpoint"

    def partly(*evaluated: int) -> nn.Module:
        torch.manual_seed(0)
        model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Flatten())
        model.append(nn.Linear(4, 1))
        for index in evaluated:
            model[index].eval()
        return model

    through, halted, resumed = partly(2), partly(2), partly(2)
    trainer(through, Halting()).fit(table(), valid=table())
    settings = {"checkpoint": path, "checkpoint_every": 0}
    with pytest.raises(KeyboardInterrupt):
        trainer(halted, Halting(8), **settings).fit(table(), valid=table())
    for other in (partly(), partly(0), partly(0, 2)):
        with pytest.raises(UserError, match="what stays in evaluation was 1 parts"):
            trainer(other, Halting(), **settings).fit(table(), valid=table(), resume=True)
    trainer(resumed, Halting(), **settings).fit(table(), valid=table(), resume=True)
    assert same(weights(through), weights(resumed))
    assert [part.training for part in resumed] == [True, True, False, True, True]


@pytest.mark.parametrize("resume", [False, True])
def test_a_model_in_shared_memory_learns_the_same_and_stays_there(resume, tmp_path):
    plain, shared = network(), network().share_memory()
    place = shared[0].weight.data_ptr()
    trainer(plain, Halting()).fit(table(), valid=table())
    settings = {"checkpoint": tmp_path / "checkpoint", "checkpoint_every": 0}
    if resume:
        with pytest.raises(KeyboardInterrupt):
            trainer(network().share_memory(), Halting(8), **settings).fit(table(), valid=table())
    trainer(shared, Halting(), **settings).fit(table(), valid=table(), resume=resume)
    assert same(weights(plain), weights(shared))
    assert shared[0].weight.is_shared()
    assert shared[0].weight.data_ptr() == place


def test_an_optimizer_of_a_part_of_the_model_leaves_the_rest_alone(tmp_path):
    path = tmp_path / "checkpoint"
    last = lambda parameters: torch.optim.Adam(parameters[2:], lr=0.1)  # noqa: E731
    model = network()
    before = weights(model)
    trainer(model, optimizer=last, clip=1.0, checkpoint=path).fit(table())
    assert same(weights(model)[:2], before[:2])
    assert not same(weights(model)[2:], before[2:])
    assert all(parameter.grad is None for parameter in model.parameters())
    with pytest.raises(UserError, match="the optimizer was Adam"):
        first = lambda parameters: torch.optim.Adam(parameters[:2], lr=0.1)  # noqa: E731
        trainer(network(), optimizer=first, clip=1.0, checkpoint=path).fit(table(), resume=True)


def test_a_loader_with_workers_and_a_generator_goes_on_bit_for_bit(tmp_path):
    make = lambda: DataLoader(Torchy(), 8, shuffle=True, generator=seeded(), num_workers=1)  # noqa: E731
    through, resumed = network(), network()
    settings = {"checkpoint": tmp_path / "checkpoint", "checkpoint_every": 0, "epochs": 2}
    trainer(through, Halting(), epochs=2).fit(make())
    with pytest.raises(KeyboardInterrupt):
        trainer(network(), Halting(7), **settings).fit(make())
    trainer(resumed, Halting(), **settings).fit(make(), resume=True)
    assert same(weights(through), weights(resumed))
