"""Parts in training and in evaluation: a caller's choice, a model's own `train`, a merged layer."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from common.errors import UserError
from common.training.model_state import in_mode
from tests.common.training_toys import same, table, trainer, weights


def test_a_part_in_evaluation_stays_there():
    frozen = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.5))
    frozen.requires_grad_(False).eval()
    model = nn.Sequential(frozen, nn.BatchNorm1d(8), nn.Linear(8, 1))
    before = weights(frozen)
    trainer(model).fit(table(), valid=table())
    assert same(before, weights(frozen))
    assert [part.training for part in (model, frozen, frozen[1], model[1])] == [
        True,
        False,
        False,
        True,
    ]
    assert model[1].num_batches_tracked > 0


class KeepsItsNorm(nn.Sequential):
    """Freezes its first layer wherever it is put into training, as many detectors do."""

    def train(self, mode):
        super().train(mode)
        self[0].eval()
        return self


@pytest.mark.parametrize("valid", [None, table()])
def test_a_part_that_the_model_keeps_in_evaluation_stays_there(valid):
    model = KeepsItsNorm(nn.BatchNorm1d(3), nn.BatchNorm1d(3), nn.Dropout().eval(), nn.Linear(3, 1))
    around = nn.Sequential(model)
    trainer(around).fit(table(), valid=valid)
    assert model[0].num_batches_tracked == 0
    assert model[1].num_batches_tracked > 0
    assert not model[2].training


class TrainsItself(nn.Linear):
    def train(self, X, y):
        raise AssertionError("not to be called")


class Counts(nn.Linear):
    def train(self, epochs=5):
        raise AssertionError("not to be called")


@pytest.mark.parametrize("kind", [TrainsItself, Counts])
def test_a_train_that_is_no_switch_is_refused(kind):
    for model in (kind(3, 1), nn.Sequential(kind(3, 1))):
        with pytest.raises(
            UserError, match=rf"{kind.__name__}\.train takes \(.*give it another na"
        ):
            trainer(model)


def test_a_model_that_never_trains_by_its_own_word_is_noted():
    class Evaluating(nn.Sequential):
        def train(self, mode=True):
            return super().train(False)

    model = Evaluating(nn.BatchNorm1d(3), nn.Linear(3, 1))
    with pytest.warns(UserWarning, match=r"Evaluating stays in evaluation, as its train\(\) says"):
        trainer(model).fit(table())
    assert model[0].num_batches_tracked == 0


def test_a_whole_model_in_evaluation_is_trained_and_given_back_in_evaluation():
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1)).eval()
    trainer(model).fit(table())
    assert model[0].num_batches_tracked == 15
    assert not model.training


class Merging(nn.Linear):
    """A low-rank adapter of a frozen layer, merged into its weights wherever it is evaluated."""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.requires_grad_(False)
        self.down = nn.Parameter(torch.full((2, sizes[0]), 0.1))
        self.up = nn.Parameter(torch.zeros(sizes[1], 2))
        self.merged = False

    def train(self, mode=True):
        super().train(mode)
        if self.merged == mode:
            self.weight.data += (-1 if mode else 1) * (self.up @ self.down)
            self.merged = not mode
        return self

    def forward(self, x):
        adapted = 0 if self.merged else self.up @ self.down
        return F.linear(x, self.weight + adapted, self.bias)


@pytest.mark.parametrize("valid", [None, table()])
@pytest.mark.parametrize("training", [True, False])
def test_a_layer_that_merges_in_evaluation_learns_and_is_given_back_as_it_came(valid, training):
    """Before, it stayed merged from the first look at the rows on, and its adapter got nothing."""
    X, y = table()
    model = nn.Sequential(nn.Linear(3, 4).requires_grad_(False), Merging(4, 1)).train(training)
    before = [each.clone() for each in weights(model)]
    history = trainer(model, epochs=10, lr=0.1).fit((X, y), valid=valid)
    assert model[1].up.abs().min() > 0.1
    assert (model[1].merged, model[1].training) == (not training, training)
    told = F.mse_loss(model.train(False)(X), y).item()
    torch.testing.assert_close(model.train()(X), model.eval()(X))
    if valid is not None:
        assert told == pytest.approx(min(history.column("valid_loss")), rel=1e-5)
    model.train()
    torch.testing.assert_close(model[1].weight, before[2])


@pytest.mark.parametrize("training", [True, False])
def test_a_training_with_a_merging_layer_goes_on_where_it_was(training, tmp_path):
    """Before, the file's weights were put into a merged layer, which then took away what it had."""

    def adapted():
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(3, 4).requires_grad_(False), Merging(4, 1))

    def stopping(prediction, target):
        if prediction.requires_grad:
            steps.append(prediction)
        if len(steps) == 14:
            raise KeyboardInterrupt
        return F.mse_loss(prediction, target)

    steps, whole = [], adapted()
    kept = {"epochs": 5, "lr": 0.1, "checkpoint": tmp_path / "run", "checkpoint_every": 0.0}
    with pytest.raises(KeyboardInterrupt):
        trainer(adapted(), stopping, **kept).fit(table())
    resumed = adapted().train(training)
    trainer(resumed, stopping, **kept).fit(table(), resume=True)
    trainer(whole, epochs=5, lr=0.1).fit(table())
    torch.testing.assert_close(resumed.train()(table()[0]), whole.train()(table()[0]))


def test_a_merged_layer_that_its_caller_froze_stays_merged():
    model = nn.Sequential(Merging(3, 3), nn.Linear(3, 1))
    with torch.no_grad():
        model[0].up.fill_(1.0)
    model[0].eval()
    before = model[0].weight.clone()
    for mode in (True, False):
        with in_mode(model, training=mode):
            assert model[0].merged
            assert [part.training for part in model] == [False, mode]
        assert model[0].merged
        assert [part.training for part in (model, *model)] == [True, False, True]
    torch.testing.assert_close(model[0].weight, before)


def test_parts_below_a_train_of_its_own_keep_their_modes():
    """Here a part that trains within one that its caller put into evaluation."""
    part = Merging(3, 3)
    part.inner = nn.Dropout()
    model = nn.Sequential(part, nn.Linear(3, 1))
    part.eval()
    part.inner.train()
    with in_mode(model, training=True):
        assert (part.training, part.inner.training) == (False, True)
    with in_mode(model, training=False):
        assert not part.inner.training
    assert (part.training, part.inner.training) == (False, True)


def with_train(train):
    return type("Own", (nn.Linear,), {"train": train})(3, 1)


@pytest.mark.parametrize(
    "train",
    [
        lambda self, training: nn.Module.train(self, training),
        lambda self, is_training: nn.Module.train(self, is_training),
        lambda self, *given: nn.Module.train(self, *given),
        lambda self, on=True: nn.Module.train(self, on),
    ],
)
def test_a_train_that_takes_a_mode_by_another_name_is_a_switch(train):
    model = with_train(train)
    trainer(model).fit(table(), valid=table())
    assert model.training


@pytest.mark.parametrize(
    "train",
    [
        lambda self, *, mode=True: nn.Module.train(self, mode),
        lambda self: nn.Module.train(self),
        lambda self, training, rows: nn.Module.train(self, training),
        lambda self, loader: pytest.fail("not to be called"),
    ],
)
def test_a_train_that_cannot_be_called_with_a_mode_is_refused(train):
    with pytest.raises(UserError, match=r"Own\.train takes \(.*name its parameter mode"):
        trainer(with_train(train))


def test_a_forward_that_leaves_training_is_blamed_though_train_freezes_a_norm():
    class Leaving(KeepsItsNorm):
        def forward(self, x):
            self.eval()
            return super().forward(x)

    with pytest.warns(UserWarning, match="Leaving puts itself into evaluation in its forward"):
        trainer(Leaving(nn.BatchNorm1d(3), nn.Linear(3, 1))).fit(table())
