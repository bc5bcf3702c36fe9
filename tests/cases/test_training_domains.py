"""Losses that PyTorch computes without a word for what they do not take."""

import warnings
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from common.errors import UserError
from common.training.nonfinite import NonFiniteLossError
from tests.common.training_toys import table, trainer

X = table(40)[0]
YES = (X[:, :1] > 0).float()
CLASSES = (X[:, 0] > 0).long()


def refused(loss, y, words, *, model=None, **options):
    with pytest.raises(UserError, match=words) as caught:
        trainer(model or nn.Linear(3, 1), loss, **options).fit((X, y))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss(), F.cross_entropy, nn.NLLLoss()])
def test_one_output_is_no_choice_between_classes(loss):
    """The softmax of one number is 1, whatever the number is, and its logarithm 0."""
    refused(loss, torch.zeros(40, dtype=torch.int64), "has one output .* always 0")
    if not isinstance(loss, nn.NLLLoss):
        refused(loss, YES, "has one output .* BCEWithLogitsLoss")


@pytest.mark.parametrize(
    "loss",
    [nn.NLLLoss(), F.nll_loss, partial(F.nll_loss, ignore_index=7), nn.NLLLoss(reduction="sum")],
)
@pytest.mark.parametrize("end", [nn.Identity(), nn.Softmax(1), nn.Sigmoid()])
def test_log_probabilities_are_no_scores_and_no_probabilities(loss, end):
    model = nn.Sequential(nn.Linear(3, 2), end)
    refused(loss, CLASSES, "takes log-probabilities.*CrossEntropyLoss", model=model)
    trainer(nn.Sequential(nn.Linear(3, 2), nn.LogSoftmax(1)), loss).fit((X, CLASSES))


def test_log_probabilities_of_the_kullback_leibler_divergence():
    shares, loss = torch.softmax(X[:, :2], 1), nn.KLDivLoss(reduction="batchmean")
    model = nn.Sequential(nn.Linear(3, 2), nn.Softmax(1))
    refused(loss, shares, "KLDivLoss takes log-probabilities", model=model)
    trainer(nn.Sequential(nn.Linear(3, 2), nn.LogSoftmax(1)), loss).fit((X, shares))


@pytest.mark.parametrize(
    ("logs", "words"),
    [
        (True, "takes probabilities as targets.*log_target=T"),
        (False, "at most 0, and y .*leave it"),
    ],
)
@pytest.mark.parametrize("kind", [nn.KLDivLoss, partial(partial, F.kl_div)])
def test_targets_of_that_divergence_that_are_logarithms_or_are_not(kind, logs, words):
    shares = torch.softmax(X, 1)
    y, model = shares.log() if logs else shares, nn.Sequential(nn.Linear(3, 3), nn.LogSoftmax(1))
    trainer(model, kind(reduction="batchmean", log_target=logs)).fit((X, y))
    refused(kind(reduction="batchmean", log_target=not logs), y, words, model=model)


@pytest.mark.parametrize(
    ("loss", "end"),
    [
        (nn.BCEWithLogitsLoss(), nn.Identity()),
        (F.binary_cross_entropy_with_logits, nn.Identity()),
        (nn.MultiLabelSoftMarginLoss(), nn.Identity()),
        (nn.BCELoss(), nn.Sigmoid()),
    ],
)
@pytest.mark.parametrize(
    ("y", "words"), [(255 * YES, "from 0 to 255; .*y / 255"), (2 * YES - 1, "(y + 1) / 2")]
)
def test_targets_that_are_no_probabilities(loss, end, y, words):
    model = nn.Sequential(nn.Linear(3, 1), end)
    refused(loss, y, "takes targets from 0 to 1, and y ", model=model)
    with pytest.raises(UserError) as caught:
        trainer(model, loss).fit((X, y))
    assert words.rpartition("*")[2] in str(caught.value)
    smoothed = 0.05 + 0.9 * YES
    trainer(model, loss).fit((X, smoothed))


@pytest.mark.parametrize("loss", [nn.SoftMarginLoss(), nn.HingeEmbeddingLoss(), F.soft_margin_loss])
def test_signs_are_no_zeros_and_ones(loss):
    """Where the target is 0, the loss is the same for every output, or both kinds at once."""
    refused(loss, YES, r"takes targets -1 and 1, and y holds 0; .*2 \* y - 1")
    trainer(nn.Linear(3, 1), loss).fit((X, 2 * YES - 1))


def test_counts_are_not_negative():
    refused(nn.PoissonNLLLoss(), table(40)[1], "PoissonNLLLoss takes counts, .* y goes down to -")
    trainer(nn.Linear(3, 1), nn.PoissonNLLLoss()).fit((X, YES))


def test_they_are_looked_for_in_every_batch_of_the_first_epoch_and_in_validation():
    late = YES.clone()
    late[17] = 3
    refused(nn.BCEWithLogitsLoss(), late, "y goes from 0 to 3")
    with pytest.raises(UserError, match="y goes from 0 to 3"):
        trainer(nn.Linear(3, 1), nn.BCEWithLogitsLoss()).fit((X, YES), valid=(X, late))


@pytest.mark.parametrize(
    ("loss", "end", "y"),
    [
        (nn.CrossEntropyLoss(), nn.Softmax(1), CLASSES),
        (F.cross_entropy, nn.Softmax(1), CLASSES),
        (nn.BCEWithLogitsLoss(), nn.Sigmoid(), YES.repeat(1, 2)),
        (lambda p, y: 2 * F.cross_entropy(p, y), nn.Softmax(1), CLASSES),
        (lambda p, y: F.cross_entropy(p, y, label_smoothing=0.1), nn.Softmax(-1), CLASSES),
        (lambda p, y: -F.log_softmax(p, 1)[range(len(y)), y].mean(), nn.Softmax(1), CLASSES),
        (
            lambda p, y: F.binary_cross_entropy_with_logits(p.flatten(), y.flatten()),
            nn.Sigmoid(),
            YES.repeat(1, 2),
        ),
    ],
)
def test_probabilities_in_place_of_logits_are_said(loss, end, y):
    """It learns, but slowly and never surely, for the outputs are squeezed twice."""
    with pytest.warns(UserWarning, match=f"takes logits, .* {type(end).__name__}") as said:
        trainer(nn.Sequential(nn.Linear(3, 2), end), loss, batch_size=16).fit((X, y))
    assert len(said) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(nn.Linear(3, 2), loss).fit((X, y))


class TwoHeads(nn.Linear):
    """Answers with the probabilities of one head, and has another for the loss alone."""

    def __init__(self, inputs, classes):
        super().__init__(inputs, classes)
        self.second = nn.Linear(inputs, classes)

    def forward(self, x):
        return super().forward(x).softmax(1)


def test_probabilities_that_a_loss_takes_as_such_are_let_be():
    model = TwoHeads(3, 2)

    def own(prediction, y):
        """What it takes as logits comes from elsewhere than what the model answers."""
        return F.nll_loss(prediction.log(), y) + F.cross_entropy(model.second(X[: len(y)]), y)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(model, own).fit((X, CLASSES))


def test_several_classes_of_a_row_are_no_shares():
    """Its softmax can never give two classes as sure: they would share one certainty."""
    y = torch.stack([YES[:, 0], torch.ones(40), 1 - YES[:, 0]], 1)
    words = r"shares of classes that add up to 1, and those of y add up to 2; .* BCEWithLogitsLoss"
    with pytest.warns(UserWarning, match=words) as said:
        trainer(nn.Linear(3, 3), nn.CrossEntropyLoss()).fit((X, y))
    assert len(said) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(nn.Linear(3, 3), nn.CrossEntropyLoss()).fit((X, y / y.sum(1, keepdim=True)))


class Squashing(nn.Linear):
    def forward(self, x):
        return super().forward(x).sigmoid().flatten()


def test_outputs_that_only_happen_to_lie_between_0_and_1_are_no_probabilities():
    """Of a deep network all of them do now and then before the training."""
    with pytest.warns(UserWarning, match="ends with a Sigmoid"):
        trainer(Squashing(3, 1), nn.BCEWithLogitsLoss()).fit((X, YES[:, 0]))
    model = nn.Linear(3, 1)
    nn.init.zeros_(model.weight)
    nn.init.constant_(model.bias, 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(model, nn.BCEWithLogitsLoss()).fit((X, YES))


class Padded(nn.Linear):
    """Gives zeros for the places that hold nothing, as one does to keep them out of sums."""

    def forward(self, x):
        return (super().forward(x).log_softmax(-1) * (x.abs().sum(-1, True) > 0)).mT


@pytest.mark.parametrize("loss", [nn.NLLLoss(), partial(F.nll_loss, ignore_index=7)])
def test_log_probabilities_are_looked_for_only_where_the_loss_counts(loss):
    series, y = torch.randn(40, 5, 3), torch.zeros(40, 5, dtype=torch.int64)
    series[:, 3:] = 0
    y[:, 3:] = -100 if isinstance(loss, nn.NLLLoss) else 7
    trainer(Padded(3, 4), loss).fit((series, y))
    y[:, 3:] = 1
    with pytest.raises(UserError, match="takes log-probabilities"):
        trainer(Padded(3, 4), loss).fit((series, y))


@pytest.mark.parametrize("loss", [nn.BCEWithLogitsLoss(), nn.SoftMarginLoss()])
def test_a_target_that_is_not_finite_is_named_with_its_row(loss):
    y = YES.clone() if isinstance(loss, nn.BCEWithLogitsLoss) else 2 * YES - 1
    y[5] = float("nan")
    with pytest.raises(NonFiniteLossError, match="row.* 5"):
        trainer(nn.Linear(3, 1), loss).fit((X, y))


@pytest.mark.parametrize(
    ("high", "words"), [(1.0005, "y goes from 0 to 1.0005"), (float("nan"), "y holds nan")]
)
def test_targets_a_little_beyond_1_for_a_loss_that_takes_none(high, words):
    y = torch.where(YES == 1, high, 0)
    refused(nn.BCELoss(), y, words, model=nn.Sequential(nn.Linear(3, 1), nn.Sigmoid()))
