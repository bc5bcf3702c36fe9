"""Networks that mix the rows of a batch, that nothing reaches, or whose best epoch is the worst."""

import warnings
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import Dataset, Subset

from common.errors import UserError
from common.training.batch_independence import warn_of_mixed_rows
from common.training.gradients import any_gradient
from tests.common.training_toys import network, same, table, trainer, weights

SERIES = (
    torch.randn(40, 5, 3, generator=torch.Generator().manual_seed(0)),
    torch.randn(40, 1, generator=torch.Generator().manual_seed(1)),
)


class Last(nn.Module):
    """A recurrent network that is read at its last step."""

    def __init__(self, **options):
        super().__init__()
        self.cells, self.head = nn.LSTM(3, 4, **options), nn.Linear(4, 1)

    def forward(self, x):
        return self.head(self.cells(x)[0][:, -1])


class Attending(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(3, 1, 4, dropout=0.0, **options)
        self.head = nn.Linear(3, 1)

    def forward(self, x):
        return self.head(self.layer(x).mean(1))


class Across(nn.Linear):
    """Takes the softmax over the rows, as `softmax(0)` does, or `dim` left out."""

    def forward(self, x):
        return super().forward(x.softmax(0))


class Reshaped(nn.Linear):
    def forward(self, x):
        return super().forward(x.T.reshape(-1, 3))


@pytest.mark.parametrize(
    ("make", "data"),
    [
        (Last, SERIES),
        (Attending, SERIES),
        (partial(Across, 3, 1), table()),
        (partial(Reshaped, 3, 1), table()),
    ],
)
def test_a_row_that_depends_on_the_other_rows_of_its_batch_is_said(make, data):
    """It trains; alone, or among others, a row has another answer afterwards."""
    torch.manual_seed(0)  # with few of the draws the rows hardly matter to each other
    model = make()
    with pytest.warns(UserWarning, match=r"depends on the other rows .* batch_first=True") as said:
        trainer(model).fit(data, valid=data)
    assert len(said) == 1


class Drawing(nn.Linear):
    """Draws in evaluation as well, as F.dropout does that is not told of it."""

    def forward(self, x):
        return super().forward(x + torch.randn_like(x))


class Pairwise(nn.Linear):
    """Does not take a row alone."""

    def forward(self, x):
        if len(x) < 2:
            raise RuntimeError("two rows at least")
        return super().forward(x)


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (Last(batch_first=True), SERIES),
        (Attending(batch_first=True), SERIES),
        (nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(), nn.Linear(8, 1)), table()),
        (Pairwise(3, 1), table()),
    ],
)
@pytest.mark.parametrize("validated", [True, False])
def test_rows_that_are_alone_are_not(model, data, validated):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(model).fit(data, valid=data if validated else None)


@pytest.mark.parametrize("validated", [True, False])
def test_what_draws_in_evaluation_is_said(validated):
    with pytest.warns(UserWarning, match="call to call in evaluation.*is that meant") as said:
        trainer(Drawing(3, 1)).fit(table(), valid=table() if validated else None)
    assert len(said) == 1


def test_a_batchnorm_that_goes_by_the_batch_in_evaluation_too_is_said():
    """It takes no row alone: two and three are compared."""
    norm = nn.BatchNorm1d(8, track_running_stats=False)
    model = nn.Sequential(nn.Linear(3, 8), norm, nn.Linear(8, 1))
    with pytest.warns(UserWarning, match="a BatchNorm without statistics mix"):
        trainer(model).fit(table(), valid=table())


def test_rows_are_looked_at_without_a_validation_too():
    with pytest.warns(UserWarning, match="depends on the other rows"):
        trainer(Last()).fit(SERIES)


class Counting(nn.Linear):
    """Holds on to what it has seen: in a buffer, a number, a list, and the state it stopped at."""

    def __init__(self):
        super().__init__(3, 1)
        self.register_buffer("rows", torch.zeros(()))
        self.register_buffer("rebound", torch.zeros(()))
        self.calls, self.seen, self.state = 0, [], None

    def forward(self, x):
        self.rows += len(x)
        self.rebound = self.rebound + len(x)
        self.calls += 1
        self.seen.append(len(x))
        if self.state is None:
            self.state = x
        return super().forward(x + self.state.mean(0))


def test_to_look_leaves_what_a_network_remembers():
    model = Counting()
    seen = model.seen
    warn_of_mixed_rows(model, model, [table()[0]], torch.device("cpu"))
    assert (model.rows.item(), model.rebound.item(), model.calls) == (0, 0, 0)
    assert model.seen is seen
    assert seen == []
    assert model.state is None
    assert model.rebound is dict(model.named_buffers())["rebound"]


class Packed(nn.Module):
    """As long as the longest row of a batch."""

    def __init__(self):
        super().__init__()
        self.cells, self.head = nn.GRU(3, 4, batch_first=True), nn.Linear(4, 1)

    def forward(self, x, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, True, enforce_sorted=False)
        rows, _ = nn.utils.rnn.pad_packed_sequence(self.cells(packed)[0], True)
        return self.head(rows).squeeze(-1)


def test_outputs_as_long_as_the_longest_row_and_outputs_that_are_no_numbers():
    lengths = torch.tensor([5, 2] * 20)
    data = (SERIES[0], lengths), torch.randn(40, 5)
    trainer(Packed(), lambda p, y: (p - y[:, : p.shape[1]]).square().mean()).fit(data, valid=data)
    warn_of_mixed_rows(network(), lambda x: x[:, 0] > 0, [table()[0]], torch.device("cpu"))


@pytest.mark.filterwarnings("ignore:Drawing answers")
def test_to_look_changes_nothing(monkeypatch):
    def trained():
        torch.manual_seed(0)
        model = Drawing(3, 1)
        history = trainer(model).fit(table(), valid=table(seed=1))
        return weights(model), history.column("valid_loss")

    looked = trained()
    monkeypatch.setattr("common.training.validation.warn_of_mixed_rows", lambda *_: None)
    unseen = trained()
    assert same(looked[0], unseen[0])
    assert looked[1] == unseen[1]


class Rounding(nn.Linear):
    def forward(self, x):
        return super().forward(x).round()


class Dead(nn.Linear):
    def forward(self, x):
        return (super().forward(x) - 1e6).relu()


@pytest.mark.filterwarnings("ignore:the model ends with a ReLU")
@pytest.mark.parametrize("model", [Rounding(3, 1), Dead(3, 1)])
@pytest.mark.parametrize("accumulate", [1, 2])
def test_an_epoch_without_any_gradient_is_said(model, accumulate):
    before = weights(model)
    words = r"every gradient of the first epoch was 0.*round.*ReLU"
    with pytest.warns(UserWarning, match=words) as said:
        trainer(model, accumulate=accumulate, weight_decay=0).fit(table())
    assert sum("every gradient" in str(one.message) for one in said) == 1
    assert same(weights(model), before)


def test_a_model_that_is_right_already_needs_none():
    model = nn.Linear(3, 1)
    X = table()[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(model).fit((X, model(X)))
        sure = nn.Linear(3, 1)
        nn.init.constant_(sure.bias, 19)  # whose loss is 6e-9, and its gradient 0 in float32
        nn.init.zeros_(sure.weight)
        trainer(sure, nn.BCEWithLogitsLoss()).fit((X, torch.ones(40, 1)))


def test_no_step_looks_for_a_gradient_once_there_was_one(monkeypatch):
    looks = []

    def look(parameters):
        looks.append(1)
        return any_gradient(parameters)

    monkeypatch.setattr("common.training.loss_monitor.any_gradient", look)
    trainer(network()).fit(table())
    assert len(looks) == 1


@pytest.mark.parametrize(
    ("monitor", "higher"),
    [
        ("accuracy", False),
        ("val_F1", False),
        ("valid_iou", False),
        ("mae", True),
        ("MSE", True),
    ],
)
def test_the_worst_epoch_is_not_kept_for_the_best(monitor, higher):
    """With accuracy taken for a loss, the best weights would be those of the worst epoch."""
    options = {"metrics": {monitor: lambda p, y: 0.5}, "monitor": monitor}
    with pytest.raises(
        UserError, match=f"monitor='{monitor}' .* give higher_is_better={not higher}"
    ):
        trainer(network(), higher_is_better=higher, **options)
    trainer(network(), higher_is_better=not higher, **options)


def test_a_name_that_says_neither_may_be_either():
    for higher in (False, True):
        for monitor in ("score", "accuracy_loss", "accuracy_gap", "mae_skill"):
            metrics = {monitor: lambda p, y: 0.5}
            trainer(network(), metrics=metrics, monitor=monitor, higher_is_better=higher)


class Reusing(Dataset):
    """Reads each row into the same array, as one does to save memory."""

    def __init__(self, kind):
        self.buffer = kind(3, dtype=np.float32) if kind is np.zeros else kind(3)

    def __len__(self):
        return 40

    def __getitem__(self, row):
        self.buffer[:] = row
        return self.buffer, torch.ones(1)


@pytest.mark.parametrize("kind", [torch.zeros, np.zeros])
def test_rows_that_are_read_into_one_place_are_refused(kind):
    with pytest.raises(UserError, match=r"same memory for each row.*x\.clone\(\)"):
        trainer(network()).fit(Reusing(kind))
    same_target = [(x, y) for x, y in zip(table()[0], [torch.ones(1)] * 40, strict=True)]
    trainer(network()).fit(Subset(same_target, range(40)))


def test_a_worker_says_so_in_one_line():
    with pytest.raises(UserError, match=r"^the Dataset gives the same memory .*\.clone") as caught:
        trainer(network(), workers=1).fit(Reusing(torch.zeros))
    assert "\n" not in str(caught.value)


class Repeating(Dataset):
    """Gives one row again and again, to see whether a network can learn it by heart."""

    row = torch.tensor([1.0, 2.0, 3.0]), torch.ones(1)

    def __len__(self):
        return 40

    def __getitem__(self, row):
        return self.row


def test_the_same_row_again_and_again_is_none_of_those():
    trainer(network()).fit(Repeating())
    X, y = table()
    rows = zip(X[:1].expand(40, 3), y, strict=True)
    trainer(network()).fit(Subset(list(rows), range(40)))
    trainer(network()).predict(Subset([X[0]] * 40, range(40)))


class Pooling(nn.Linear):
    """Takes its mean over the rows in place of the time."""

    def forward(self, x):
        return super().forward(x).mean(0)


def away(prediction, target):
    return (prediction - target).abs().mean()


@pytest.mark.parametrize("valid", [None, table()])
def test_one_answer_for_all_rows_of_a_batch_is_noted(valid):
    with pytest.warns(UserWarning, match="Pooling gives one row for all of a batch") as said:
        trainer(Pooling(3, 1), away).fit(table(), valid=valid)
    assert len([one for one in said if "gives one row" in str(one.message)]) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(nn.Linear(3, 1), away).fit(table(), valid=valid)


class State(nn.Module):
    """Answers with the last state of a recurrent network, (1, rows, width), as its loss knows."""

    def __init__(self):
        super().__init__()
        self.memory = nn.GRU(1, 1, batch_first=True)

    def forward(self, x):
        return self.memory(x.unsqueeze(2))[1]


def test_a_state_that_holds_all_rows_behind_its_layers_is_not_noted():
    loss = lambda prediction, target: ((prediction[0] - target) ** 2).mean()  # noqa: E731
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(State(), loss).fit(table())
