"""A training is the same from the same seed, and goes on exactly, whatever draws at random."""

import random

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
@pytest.mark.parametrize("after", [3, 5, 13])
def test_it_goes_on_bit_for_bit(kind, after, tmp_path):
    settings = {"checkpoint_every": 0, "epochs": 4}
    make, through = KINDS[kind], network(0.2)
    whole = trainer(through, Halting(), epochs=4).fit(make(), valid=make())
    path = tmp_path / "checkpoint"
    halted = trainer(network(0.2), Halting(after), checkpoint=path, **settings)
    with pytest.raises(KeyboardInterrupt):
        halted.fit(make(), valid=make())
    np.random.seed(after)
    random.seed(after)
    resumed = network(0.2)
    coach = trainer(resumed, Halting(), checkpoint=path, **settings)
    history = coach.fit(make(), valid=make(), resume=True)
    assert same(weights(through), weights(resumed))
    assert history.column("train_loss") == whole.column("train_loss")
    assert history.column("valid_loss") == whole.column("valid_loss")


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
