"""Models whose parts come late, under other names or without memory; what does not fit them."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from common.errors import UserError
from tests.common.training_toys import network, same, table, trainer, weights


def refused(model, data, words, loss=F.mse_loss, **options):
    with pytest.raises(UserError, match=words) as caught:
        trainer(model, loss, **options).fit(data)
    assert "\n" not in str(caught.value)


class Grown(nn.Module):
    """Learns how wide its head has to be when it sees a batch."""

    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(3, 4), None

    def forward(self, x):
        if self.head is None:
            self.head = nn.Linear(4, 1)
        return self.head(self.body(x).relu())


def test_layers_that_are_made_in_the_first_forward_are_refused():
    """The optimizer was made before them: they would stay as they were drawn, without a word."""
    refused(Grown(), table(), r"made head\.weight, head\.bias in its forward.*LazyLinear")
    model = Grown()
    model(table()[0])
    before = model.head.weight.clone()
    trainer(model).fit(table())
    assert not torch.equal(model.head.weight, before)


def renamed(module, state, prefix, _):
    for name in list(state):
        state[f"{prefix}old.{name.removeprefix(prefix)}"] = state.pop(name)


def test_the_best_epochs_statistics_come_back_though_the_model_saves_them_by_other_names():
    """As libraries do that keep the names of an older version."""
    model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))
    model.register_state_dict_post_hook(renamed)
    means = []

    def worse_every_time(prediction, target):
        means.append(model[1].running_mean.clone())
        return len(means)

    metrics = {"worse": worse_every_time}
    trainer(model, metrics=metrics, monitor="worse").fit(table(), valid=table(seed=1))
    assert torch.equal(model[1].running_mean, means[0])
    assert not torch.equal(means[0], means[1])


def test_they_are_resumed_too(tmp_path):
    def made():
        model = nn.Sequential(network(), nn.BatchNorm1d(1))
        model.register_state_dict_post_hook(renamed)
        return model

    whole, broken_off, later = made(), made(), made()
    trainer(whole).fit(table())

    def tired(prediction, target):
        tired.calls += 1
        if tired.calls == 8:
            raise KeyboardInterrupt
        return F.mse_loss(prediction, target)

    tired.calls = 0
    options = {"checkpoint": tmp_path / "a", "checkpoint_every": 0}
    with pytest.raises(KeyboardInterrupt):
        trainer(broken_off, tired, **options).fit(table())
    trainer(later, tired, **options).fit(table(), resume=True)
    assert same(weights(later), weights(whole))


def test_a_buffer_without_memory():
    model = network()
    model.register_buffer("scale", torch.ones(1, device="meta"))
    refused(model, table(), r"on the meta device.*scale")


def test_a_layer_of_several_outputs_before_one_that_takes_one():
    """The model returns nothing at all: it is not its output that the loss could not take."""
    model = nn.Sequential(nn.LSTM(3, 4, batch_first=True), nn.Linear(4, 1))
    data = torch.randn(40, 5, 3), torch.randn(40, 5, 1)
    refused(model, data, r"within Sequential .* a tuple .* nn\.LSTM .* \(outputs, state\)")


@dataclass
class Answer:
    value: Tensor


class Answering(nn.Linear):
    def forward(self, x):
        return Answer(super().forward(x))


class Named(OrderedDict):
    pass


class Naming(nn.Linear):
    def forward(self, x):
        return Named(value=super().forward(x))


@pytest.mark.parametrize(("model", "kind"), [(Answering(3, 1), "Answer"), (Naming(3, 1), "Named")])
@pytest.mark.parametrize("loss", [nn.MSELoss(), F.l1_loss, nn.HuberLoss()])
def test_outputs_of_a_class_of_ones_own_for_a_loss_of_one(model, kind, loss):
    refused(model, table(), f"returns a {kind}, and the loss takes one tensor", loss)


def test_they_are_trained_by_a_loss_that_takes_them():
    model, plain = Answering(3, 1), nn.Linear(3, 1)
    plain.load_state_dict(model.state_dict())
    trainer(model, lambda answer, y: F.mse_loss(answer.value, y)).fit(table(), valid=table(seed=1))
    trainer(plain).fit(table(), valid=table(seed=1))
    assert same(weights(model), weights(plain))


def test_a_mistake_within_the_model_is_not_said_to_be_its_output():
    class Mistaken(nn.Linear):
        def forward(self, x):
            return super().forward([x].shape)

    with pytest.raises(AttributeError, match="'list' object has no attribute 'shape'"):
        trainer(Mistaken(3, 1)).fit(table())


class Frozen(nn.Linear):
    """Makes in its forward what nothing trains."""

    def forward(self, x):
        self.places = nn.Parameter(torch.ones(3), requires_grad=False)
        return super().forward(x + self.places)


def test_what_is_made_in_the_first_forward_and_not_trained_is_let_alone():
    trainer(Frozen(3, 1)).fit(table())


@pytest.mark.parametrize("error", [RuntimeError, ValueError, NotImplementedError])
def test_an_optimizer_that_asks_for_a_closure_in_its_own_way(error):
    class Sharpness(torch.optim.SGD):
        def step(self, closure=None):
            if closure is None:
                raise error("Sharpness needs a closure, see step()")

    class Careless(torch.optim.SGD):
        def step(self, closure=None):
            closure()

    for kind in (Sharpness, Careless):
        refused(network(), table(), "asks for the loss anew within a step", optimizer=kind)


def test_rows_of_different_lengths():
    class Uneven(Dataset):
        def __len__(self):
            return 20

        def __getitem__(self, row):
            return torch.ones(row % 4 + 1), torch.ones(1)

    refused(network(), Uneven(), r"rows of different shapes, \[1\] and \[2\].*collate_fn")
    refused(network(), DataLoader(Uneven(), batch_size=4), r"\[1\] and \[2\].*collate_fn")
    packed = nn.utils.rnn.pack_sequence([torch.ones(3, 2), torch.ones(2, 2)])
    refused(network(), (packed, torch.ones(2, 1)), "a PackedSequence.*pad")
    parts = [torch.ones(2, 3), torch.ones(3, 3)]
    nested = torch.nested.nested_tensor(parts, layout=torch.jagged)
    refused(network(), (nested, torch.ones(2, 1)), "a nested tensor.*pad")


def test_classes_that_are_written_out_and_outputs_of_one_number():
    X = table()[0]
    classes = (X[:, 0] > 0).long()
    written_out = F.one_hot(classes, 2)
    refused(nn.Linear(3, 2), (X, written_out), r"y\.argmax\(1\)", nn.CrossEntropyLoss())
    flat = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0))
    refused(flat, (X, classes), "one number for each row.*each class", nn.CrossEntropyLoss())


@pytest.mark.filterwarnings("ignore:Remembering answers")
def test_the_state_of_a_larger_batch():
    class Remembering(nn.Module):
        def __init__(self):
            super().__init__()
            self.cells, self.head, self.state = (
                nn.GRU(3, 4, batch_first=True),
                nn.Linear(4, 1),
                None,
            )

        def forward(self, x):
            outputs, state = self.cells(x, self.state)
            self.state = state.detach()
            return self.head(outputs[:, -1])

    data = torch.randn(44, 5, 3), torch.zeros(44, 1)
    refused(Remembering(), data, r"state of .* another batch.*drop_last=True")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lr": "0.1"}, "lr='0.1', expected a number above 0"),
        ({"lr": None}, "lr=None, expected a number above 0"),
        ({"lr": 1j}, "lr=1j, expected a number above 0"),
        ({"weight_decay": "x"}, "weight_decay='x', expected a number of at least 0"),
        ({"checkpoint_every": None}, "checkpoint_every=None, expected a number of at least 0"),
        ({"workers": 1.5}, "workers=1.5, expected a whole number of at least 0"),
        ({"batch_size": True}, "batch_size=True, expected a whole number of at least 1"),
        ({"epochs": 3.0}, "epochs=3.0, expected a whole number of at least 1"),
        ({"seed": None}, "seed=None, expected a whole number"),
        ({"seed": 1.5}, "seed=1.5, expected a whole number"),
        ({"seed": 2**70}, "seed=1180591620717411303424, expected a whole number"),
        ({"metrics": [F.l1_loss]}, r"metrics=a list of function, .* \{'mae': .*\}"),
        ({"metrics": {"mae": nn.L1Loss}}, r"metric mae is the class L1Loss, expected L1Loss\(\)"),
        ({"metrics": {"mae": "mae"}}, "metric mae is str, expected a function"),
    ],
)
def test_settings_of_another_kind(options, words):
    refused(network(), table(), words, **options)


def test_numbers_of_numpy_and_torch_are_settings(tmp_path):
    numpy = {"epochs": np.int64(2), "batch_size": np.int32(8), "lr": np.float32(0.5)}
    numpy |= {"seed": np.int64(3), "weight_decay": torch.tensor(0.5)}
    plain = {"epochs": 2, "batch_size": 8, "lr": 0.5, "seed": 3, "weight_decay": 0.5}
    first, second = network(), network()
    trainer(first, checkpoint=tmp_path / "a", **numpy).fit(table())
    trainer(second, **plain).fit(table())
    assert same(weights(first), weights(second))


@pytest.mark.parametrize("loss", ["mse", None, 3])
def test_what_is_no_loss(loss):
    with pytest.raises(UserError, match=r"the loss is .*, expected a function .* nn\.MSELoss\(\)"):
        trainer(network(), loss)


def test_validation_data_of_another_width_is_named():
    X, y = table()
    with pytest.raises(UserError, match=r"the validation data: X is .* \(8, 2\), .* \(8x2 and 3x8"):
        trainer(network()).fit((X, y), valid=(X[:, :2], y))


def test_pictures_with_their_colours_last():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 6 * 6, 1))
    data = torch.randn(16, 8, 8, 3), torch.randn(16, 1)
    refused(model, data, r"X is a float32 tensor \(8, 8, 8, 3\).*X\.permute\(0, 3, 1, 2\)")


def test_classes_of_a_series_in_the_last_place():
    data = torch.randn(16, 5, 3), torch.zeros(16, 5, dtype=torch.int64)
    words = r"y is an int64 tensor \(8, 5\).*second place.*transpose\(1, 2\)"
    refused(nn.Linear(3, 4), data, words, nn.CrossEntropyLoss())


def test_a_loss_outside_of_pytorch_and_one_of_one_argument():
    def outside(prediction, target):
        return torch.tensor(np.abs(prediction.numpy() - target.numpy()).mean())

    refused(
        network(), table(), "the model or the loss leaves PyTorch .* of torch's functions", outside
    )
    refused(network(), table(), "the loss is called with prediction and target", lambda p: p.mean())


def test_a_checkpoint_where_no_folder_can_be(tmp_path):
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "deeper" / "a"
    refused(network(), table(), r"deeper.a: cannot be written", checkpoint=path)


def test_a_sparse_table_is_refused_and_sparse_batches_are_not():
    X, y = table()
    refused(network(), (X.to_sparse(), y), r"a sparse tensor \(40, 3\).*to_dense")
    with pytest.raises(UserError, match="a sparse tensor"):
        trainer(network()).predict(X.to_sparse())
    batches = [(X[rows].to_sparse(), y[rows]) for rows in torch.arange(40).split(8)]
    first, second = network(), network()
    trainer(first).fit(batches, valid=batches)
    trainer(second).fit([(x.to_dense(), y) for x, y in batches], valid=batches)
    for one, other in zip(weights(first), weights(second), strict=True):
        torch.testing.assert_close(one, other)


def test_an_optimizer_that_remembers_sparse_gradients_has_no_checkpoint(tmp_path):
    X, y = torch.arange(40) % 5, table()[1]
    model = nn.Sequential(nn.Embedding(5, 4, sparse=True), nn.Linear(4, 1))

    def make(parameters):
        return torch.optim.SGD(parameters, lr=0.1, momentum=0.9)

    trainer(model, optimizer=make).fit((X, y))
    refused(model, (X, y), "is sparse, .*momentum", optimizer=make, checkpoint=tmp_path / "c")


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss(), nn.BCEWithLogitsLoss()])
def test_a_lone_row_that_is_squeezed_away(loss):
    classes = 3 if isinstance(loss, nn.CrossEntropyLoss) else 1

    class Squeezing(nn.Linear):
        def forward(self, x):
            return super().forward(x).squeeze()

    X, y = table(41)
    y = (y.squeeze(1) > 0).to(torch.int64 if classes > 1 else torch.float32)
    coach = trainer(Squeezing(3, classes), loss)
    with pytest.raises(UserError, match=r"gives a float32 .* for a batch of one row; squeeze\(\) "):
        coach.fit((X, y))
    metrics = {"mean": lambda prediction, target: prediction.mean()}
    coach = trainer(Squeezing(3, 1), nn.L1Loss(), metrics=metrics)
    with pytest.raises(UserError, match=r"output is float32 tensor \(\), without rows.*squeeze\(1"):
        coach.fit((X[:40], y[:40].float()), valid=(X, y.float()))


class TimeFirst(nn.Linear):
    """Answers (time, rows, classes), so that one row gives several times all the same."""

    def forward(self, x):
        return super().forward(x.unsqueeze(0).expand(4, *x.shape))


def test_a_lone_row_of_several_times_is_no_row_that_was_squeezed_away():
    def loss(prediction, target):
        if len(target) == 1:
            raise RuntimeError("of the loss's own")
        return (prediction.mean(0) - target).abs().mean()

    with pytest.raises(RuntimeError, match=r"^of the loss's own$"):
        trainer(TimeFirst(3, 1), loss).fit(table(41))
