import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from common.errors import UserError
from common.training.ranks import ALONE
from common.training.session import open_session
from tests.common.training_toys import network, same, table, trainer, weights


class Rows(Dataset):
    """A Dataset that notes which rows it was asked for."""

    def __init__(self, X, y):
        self.X, self.y, self.asked = X, y, []

    def __len__(self):
        return len(self.y)

    def __getitem__(self, row):
        self.asked.append(row)
        return self.X[row], self.y[row]


class Chunks(Rows):
    """A Dataset that reads many rows at once and follows the epochs."""

    def __init__(self, X, y):
        super().__init__(X, y)
        self.chunks, self.epochs = [], []

    def __getitem__(self, row):
        raise AssertionError("__getitems__ is to be used")

    def __getitems__(self, rows):
        self.chunks.append(rows)
        return [(self.X[row], self.y[row]) for row in rows]

    def set_epoch(self, epoch):
        self.epochs.append(epoch)


class Items(Rows):
    """A Dataset of inputs alone."""

    def __init__(self, X):
        super().__init__(X, X)

    def __getitem__(self, row):
        self.asked.append(row)
        return self.X[row]


class Batches:
    """Batches that are read from somewhere, again each time."""

    def __init__(self, X, y, size=8):
        self.X, self.y, self.size, self.epochs = X, y, size, []

    def __iter__(self):
        return iter(zip(self.X.split(self.size), self.y.split(self.size), strict=True))

    def set_epoch(self, epoch):
        self.epochs.append(epoch)


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Linear(2, 1), nn.Linear(1, 1)

    def forward(self, a, b):
        return self.first(a) + self.second(b)


class Stream(Batches, IterableDataset):
    pass


def test_a_dataset_trains_like_its_tensors():
    X, y = table(41)
    results = []
    for data in ((X, y), [X, y], TensorDataset(X, y), Rows(X, y), Chunks(X, y)):
        model = network(dropout=0.3)
        trainer(model).fit(data, valid=data)
        results.append(weights(model))
    assert all(same(results[0], result) for result in results[1:])


def test_tensors_are_looked_up_and_never_collated(monkeypatch):
    def fail(*args):
        raise AssertionError("collated")

    monkeypatch.setattr("torch.utils.data._utils.collate.default_collate", fail)
    monkeypatch.setattr(TensorDataset, "__getitem__", fail)
    X, y = table()
    coach = trainer(network())
    assert coach.fit(TensorDataset(X, y), valid=TensorDataset(X, y)).stopped == "epochs"


def test_each_epoch_visits_every_row_once_in_a_new_order():
    data = Rows(*table(41))
    trainer(network(), epochs=2).fit(data)
    first, second = data.asked[:41], data.asked[41:]
    assert sorted(first) == sorted(second) == list(range(41))
    assert first != second


def test_rows_are_asked_for_in_batches_and_epochs_are_told():
    data = Chunks(*table(20))
    trainer(network(), epochs=3).fit(data)
    assert [len(chunk) for chunk in data.chunks] == [8, 8, 4] * 3
    assert data.epochs == [0, 1, 2]


@pytest.mark.parametrize("kind", [Batches, Stream])
def test_an_iterable_streams_and_is_told_the_epoch(kind):
    X, y = table(20)
    data = kind(X, y)
    history = trainer(network(), lr=0.1, epochs=20).fit(data, valid=Batches(X, y, size=5))
    assert data.epochs == list(range(20))
    assert history.column("valid_loss")[-1] < history.column("valid_loss")[0] / 10


def test_a_loader_of_the_users_own_is_deterministic():
    X, y = table(41)
    results = []
    for _ in range(2):
        model = network(dropout=0.3)
        trainer(model).fit(DataLoader(TensorDataset(X, y), batch_size=7, shuffle=True))
        results.append(weights(model))
        torch.rand(3)
    assert same(*results)


def test_worker_processes_read_the_same_rows():
    X, y = table(16)
    alone, helped = network(), network()
    trainer(alone, epochs=1).fit(TensorDataset(X, y))
    trainer(helped, epochs=1, workers=1).fit(Pairs(X, y))
    assert same(weights(alone), weights(helped))


class Pairs(TensorDataset):
    """Not the TensorDataset itself, so that it is read row by row."""


def test_several_inputs_are_passed_one_by_one():
    X, y = table(20)
    inputs, model = (X[:, :2], X[:, 2:]), TwoInputs()
    coach = trainer(model, lr=0.1, epochs=60)
    assert coach.fit((inputs, y), valid=(inputs, y)).rows[-1]["valid_loss"] < 0.05
    expected = model(*inputs).detach()
    torch.testing.assert_close(coach.predict(inputs), expected)


@pytest.mark.parametrize("workers", [0, 1])
def test_whatever_holds_the_inputs_is_predicted_from(workers):
    X, _ = table(20)
    one, two = trainer(network(), workers=workers), trainer(TwoInputs(), workers=workers)
    expected = one.model.eval()(X).detach()
    stream = (X[start : start + 7] for start in range(0, 20, 7))
    for data in (X, Items(X), TensorDataset(X), list(X.split(3)), DataLoader(X, 6), stream):
        torch.testing.assert_close(one.predict(data), expected)
    pair = (X[:, :2], X[:, 2:])
    expected = two.model(*pair).detach()
    items = Items(list(zip(*pair, strict=True)))  # an item that is a tuple is several inputs
    batches = zip(*(tensor.split(6) for tensor in pair), strict=True)
    for data in (pair, TensorDataset(*pair), items, DataLoader(items, batch_size=3), batches):
        torch.testing.assert_close(two.predict(data), expected)


def test_outputs_come_batch_by_batch_and_no_sooner_than_asked():
    X, _ = table(20)
    data, coach = Items(X), trainer(network(dropout=0.5))
    expected = coach.model.eval()(X).detach()
    coach.model.train()
    outputs = coach.predict_batches(data, batch_size=6)
    assert data.asked == []
    first = next(outputs)
    assert data.asked == list(range(6))
    # Between two batches nothing is left of how the model computes them.
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    assert all(part.training for part in coach.model.modules())
    rest = list(outputs)
    assert [len(part) for part in rest] == [6, 6, 2]
    torch.testing.assert_close(torch.cat([first, *rest]), expected)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (torch.zeros(0, 3), "data to predict has no rows"),
        (torch.tensor(1.0), "data to predict has no rows"),
        ((torch.zeros(2, 3), torch.zeros(3, 3)), "tensors of 2, 3 rows, expected the same number"),
        ((), "the data to predict is a tuple of 0"),
        ((1, 2), "X holds int, expected a tensor"),
        (TensorDataset(torch.zeros(0, 3)), "data to predict has no rows"),
        ([], "data to predict yields no batches"),
        (["a"], "X holds str, expected a tensor"),
        (7, "data to predict is int, expected"),
    ],
)
def test_data_that_cannot_be_predicted_from_is_refused(data, message):
    with pytest.raises(UserError, match=message):
        trainer(network()).predict(data)


def test_data_on_the_cpu_is_not_copied():
    X, y = table()
    session = open_session(trainer(network(), epochs=1), (X, y), None, False, ALONE)
    assert session.train.inputs[0].data_ptr() == X.data_ptr()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            (torch.zeros(5, 3), torch.zeros(4, 1)),
            "has tensors of 5, 4 rows, expected the same",
        ),
        ((torch.zeros(0, 3), torch.zeros(0, 1)), "training data has no rows"),
        ((torch.tensor(1.0), torch.tensor(1.0)), "no rows"),
        (Rows([], []), "no rows"),
        ([], "yields no batches"),
        (zip(*table(), strict=True), "walked through only once"),
        (
            (torch.zeros(5, 3).numpy(), torch.zeros(5, 1)),
            "X holds numpy.ndarray, expected a tensor",
        ),
        ((torch.zeros(5, 3).numpy(), torch.zeros(5, 1).numpy()), "expected a pair"),
        (table()[0], "expected a pair"),
        ([(torch.zeros(2, 3),)], "yields a tuple of Tensor, expected pairs"),
        ([torch.zeros(2, 3)] * 3, r"yields float32 tensor \(2, 3\), expected pairs"),
        (TensorDataset(*table(), table()[1]), "yields a list of Tensor, Tensor, Tensor"),
        (17, "is int, expected a pair"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused(data, message):
    with pytest.raises(UserError, match=message):
        trainer(network()).fit(data)


def test_an_iterable_that_dries_up_is_noticed():
    X, y = table()

    class Once:
        pairs = zip(X.split(8), y.split(8), strict=True)

        def __iter__(self):
            return self.pairs

    with pytest.raises(UserError, match="no batches in epoch 2"):
        trainer(network()).fit(Once())


def test_empty_validation_is_refused():
    with pytest.raises(UserError, match="validation data has no rows"):
        trainer(network()).fit(table(), valid=(torch.zeros(0, 3), torch.zeros(0, 1)))
    with pytest.raises(UserError, match="validation data yields no batches"):
        trainer(network()).fit(table(), valid=[])


def test_inputs_are_augmented_by_row_and_epoch_in_training_alone():
    X, y = table()
    seen = []

    def shifted(inputs, rows, epoch):
        assert torch.equal(inputs[0], X[rows])
        seen.append((epoch, sorted(rows.tolist())))
        return (inputs[0] + epoch,)

    plain = trainer(network(), epochs=1, batch_size=40)
    augmented = trainer(network(), epochs=2, batch_size=40, augment=shifted)
    for one in (plain, augmented):
        one.fit((X, y), valid=(X, y))
    assert seen == [(0, [*range(40)]), (1, [*range(40)])]
    first = [one.history.rows[0]["train_loss"] for one in (plain, augmented)]
    assert first[0] == pytest.approx(first[1])


@pytest.mark.parametrize("wrong", [lambda x, *_: x[0], lambda x, *_: (x[0][:3],), 5])
def test_what_augments_wrongly_is_refused(wrong):
    with pytest.raises(UserError, match="augment"):
        trainer(network(), augment=wrong).fit(table())
