"""What cannot be trained is refused before the first step, in the trainer's own words."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from common.errors import UserError
from common.trainer import Trainer
from tests.common.training_toys import network, same, table, trainer, weights


def refused(coach: Trainer, data, message: str, **others) -> None:
    """Expect a refusal that says so, and weights that no step has touched."""
    before = weights(coach.model)
    with pytest.raises(UserError, match=message):
        coach.fit(data, **others)
    assert same(before, weights(coach.model))


def square(prediction: Tensor, target: Tensor) -> Tensor:
    return ((prediction - target) ** 2).mean()


def normed(parts: int = 1) -> nn.Module:
    return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))


def test_an_optimizer_that_asks_for_the_loss_anew():
    coach = trainer(network(), optimizer=torch.optim.LBFGS)
    refused(coach, table(), r"LBFGS computes the loss several times a step \(step\(closure\)\)")


def test_an_optimizer_in_place_of_a_function():
    model = network()
    made = torch.optim.RMSprop(model.parameters(), lr=0.1)
    with pytest.raises(UserError, match=r"lambda parameters: torch\.optim\.RMSprop\(parameters"):
        trainer(model, optimizer=made)
    with pytest.raises(UserError, match="optimizer='adam', expected a function"):
        trainer(model, optimizer="adam")
    coach = trainer(model, optimizer=lambda parameters: None)
    refused(coach, table(), r"optimizer made NoneType, expected a torch\.optim\.Optimizer")


@pytest.mark.parametrize("accumulate", [1, 2])
@pytest.mark.parametrize("kind", ["tensors", "dataset", "loader"])
def test_a_lone_last_row_for_batchnorm(kind, accumulate):
    X, y = table(41)
    data = {
        "tensors": (X, y),
        "dataset": list(zip(X, y, strict=True)),
        "loader": DataLoader(TensorDataset(X, y), 8),
    }[kind]
    if kind == "dataset":
        data = torch.utils.data.Subset(TensorDataset(X, y), range(41))
    advice = "drop_last=True" if kind == "loader" else "another batch_size, for example 9"
    coach = trainer(normed(), accumulate=accumulate)
    refused(coach, data, f"a batch of one row, and BatchNorm1d cannot learn.*{advice}")


def test_a_lone_row_that_came_unannounced():
    X, y = table(9)
    coach = trainer(normed(), epochs=1)
    with pytest.raises(UserError, match="a batch has one row, and BatchNorm cannot learn from one"):
        coach.fit([(X[:8], y[:8]), (X[8:], y[8:])])


def test_a_lone_row_is_no_harm_where_each_has_many_values_or_the_norm_only_evaluates():
    X, y = torch.randn(9, 1, 6, 6), torch.randn(9, 2)
    pictures = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 2))
    history = trainer(pictures).fit((X, y))
    assert history.stopped == "epochs"
    assert not pictures[1]._forward_pre_hooks
    still = normed()
    still[1].eval()
    assert trainer(normed(), batch_size=8).fit(table(40)).stopped == "epochs"


def test_complex_weights_are_trained_as_a_plain_loop_trains_them(tmp_path):
    class Spectrum(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.gain = nn.Parameter(torch.randn(3, dtype=torch.cfloat))

        def forward(self, x: Tensor) -> Tensor:
            return torch.fft.irfft(torch.fft.rfft(x) * self.gain, n=4)

    def sgd(parameters):
        return torch.optim.SGD(parameters, lr=0.1)

    X = torch.randn(64, 4, generator=torch.Generator().manual_seed(1))
    y = X.roll(1, 1)
    model, resumed = Spectrum(), Spectrum()
    settings = {"epochs": 20, "clip": 1.0, "lr": 0.1}
    history = trainer(model, **settings).fit((X, y), valid=(X, y))
    assert history.column("valid_loss")[-1] < 0.1 * history.column("valid_loss")[0]
    path = tmp_path / "spectrum.safetensors"
    trainer(resumed, **settings, checkpoint=path).fit((X, y), valid=(X, y))
    again = Spectrum()
    trainer(again, **settings, checkpoint=path).fit((X, y), valid=(X, y), resume=True)
    assert same(weights(again), weights(model))
    coach = trainer(model, lambda prediction, target: (prediction + 0j).mean(), optimizer=sgd)
    refused(coach, (X, y), r"the loss is a complex number; take its \.abs\(\)")


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (
            torch.randn(20, 3).double(),
            r"X is a float64 tensor \(8, 3\).*give X\.to\(torch\.float32",
        ),
        (torch.ones(20, 3).long(), r"X is an int64 tensor \(8, 3\), and the model's weights are"),
        (torch.randn(20, 3).half(), r"X is a float16 tensor \(8, 3\)"),
    ],
)
def test_inputs_of_another_type_than_the_weights(X, message):
    refused(trainer(network()), (X, torch.randn(20, 1)), f"the training data: {message}")
    with pytest.raises(UserError, match=message.replace("8", "20")):
        trainer(network()).predict(X, batch_size=20)


def test_targets_of_another_type():
    X, y = table()
    huber = trainer(network(), F.huber_loss)
    refused(huber, (X, y.double()), r"y is a float64 tensor \(8, 1\).*give y\.to\(torch\.float32\)")
    yes = trainer(network(), F.binary_cross_entropy_with_logits)
    refused(
        yes, (X, (y > 0).long()), r"y is an int64 tensor \(8, 1\).*give y\.to\(torch\.float32\)"
    )
    classes = nn.Linear(3, 2)
    whole = (y > 0).int().squeeze(1)
    refused(trainer(classes, F.cross_entropy), (X, whole), r"y is an int32.*give y\.long\(\)")


class Centred(nn.Linear):
    def __init__(self, centre: Tensor) -> None:
        super().__init__(3, 2)
        self.register_buffer("centre", centre)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x - self.centre)


def test_what_is_of_another_type_within_the_model():
    X, y = table()
    double, classes = torch.zeros(3, dtype=torch.float64), (y > 0).long().squeeze(1)
    beside = nn.Linear(3, 2)
    beside.register_buffer("unused", double)
    refused(trainer(beside, F.cross_entropy), (X, classes.int()), r"y is an int32.*give y\.long")
    refused(
        trainer(Centred(double), F.cross_entropy), (X, classes), r"centre of Centred is a float64"
    )
    assert trainer(Centred(double.float()), F.cross_entropy).fit((X, classes)).stopped == "epochs"


def test_a_model_that_casts_for_itself_is_let_alone():
    class Casting(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x.float())

    X, y = table()
    assert trainer(Casting(3, 1)).fit((X.double(), y)).stopped == "epochs"


def test_errors_that_have_other_causes_pass_as_they_are():
    class Mistaken(nn.Linear):
        def forward(self, x):
            return super().forward(x).view(-1, 7)

    with pytest.raises(RuntimeError, match="shape '\\[-1, 7\\]' is invalid"):
        trainer(Mistaken(3, 1)).fit(table())


def test_rows_where_batches_were_expected():
    X, y = table()
    rows = [(X[i], y[i, 0]) for i in range(40)]
    refused(trainer(network()), rows, r"yields single rows.*DataLoader\(data, batch_size=32\)")


def test_a_stream_of_rows_is_refused_and_a_loader_without_length_is_not():
    X, y = table()

    class Stream(torch.utils.data.IterableDataset):
        def __iter__(self):
            return iter(zip(X, y[:, 0], strict=True))

    refused(trainer(network()), Stream(), "yields single rows")
    model = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0))
    assert trainer(model).fit(DataLoader(Stream(), 8)).stopped == "epochs"


def test_targets_among_what_is_to_be_predicted():
    X, y = table()
    with pytest.raises(UserError, match="2 tensors are given for each row.*no part of X"):
        trainer(network()).predict(TensorDataset(X, y))
    refused(trainer(network()), ((X, X), y), "2 tensors are given for each row")


@pytest.mark.parametrize("kind", [torch.int64, torch.int32, torch.float32, torch.float64])
@pytest.mark.parametrize("wide", ["model", "target"])
def test_every_prediction_against_every_target_whatever_the_type(kind, wide):
    X, y = table()
    y = (3 * y).round().to(kind)
    model = network() if wide == "model" else nn.Sequential(network(), nn.Flatten(0))
    target = y.squeeze(1) if wide == "model" else y
    refused(trainer(model, square), (X, target), "compare every prediction with every target")
    assert trainer(network(), square).fit((X, y)).stopped == "epochs"


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("loss", [square, nn.MSELoss(), nn.L1Loss()])
@pytest.mark.parametrize("seed", range(3))
def test_a_first_batch_of_equal_targets_hides_nothing(loss, seed):
    X, y = torch.randn(40, 3), torch.zeros(40)
    y[20] = 1
    with pytest.raises(UserError, match="compare every prediction with every target"):
        trainer(network(), loss, seed=seed).fit((X, y))
    # PyTorch 2.11's own squared error takes no whole numbers, and says so before.
    either = r"compare every prediction with every target|give y.to\(torch.float32\)"
    with pytest.raises(UserError, match=either):
        trainer(network(), loss, seed=seed).fit((X, y.long()))


def test_a_first_batch_of_one_row_hides_nothing():
    X, y = table()
    parts = [(X[:1], y[:1, 0]), (X[1:], y[1:, 0])]
    with pytest.raises(UserError, match="compare every prediction with every target"):
        trainer(network(), square).fit(parts)


def test_a_loss_that_copes_with_both_shapes_is_let_alone():
    X, y = table()
    for target in (y.squeeze(1), y.squeeze(1).round().long()):
        loss = lambda prediction, target: square(prediction.squeeze(1), target)  # noqa: E731
        assert trainer(network(), loss).fit((X, target)).stopped == "epochs"


def test_validation_data_and_metrics_that_pair_all_with_all():
    X, y = table()
    with pytest.raises(UserError, match="the loss would compare every prediction with every"):
        trainer(network(), square).fit((X, y), valid=(X, y.squeeze(1)))

    def copes(prediction: Tensor, target: Tensor) -> Tensor:
        return square(prediction.flatten(), target.flatten())

    def error(prediction: Tensor, target: Tensor) -> float:
        return (prediction - target).abs().mean().item()

    flat = (X, y.squeeze(1))
    coach = trainer(network(), copes, metrics={"error": error})
    with pytest.raises(UserError, match="the metric error would compare every prediction with"):
        coach.fit(flat, valid=flat)
    coach = trainer(network(), copes, metrics={"error": copes})
    assert coach.fit(flat, valid=flat).stopped == "epochs"


@pytest.mark.parametrize("minutes", [None, 5])
def test_validation_data_of_another_type(minutes):
    X, y = table()
    coach = trainer(network(), minutes=minutes)
    with pytest.raises(UserError, match="the validation data: X is a float64 tensor"):
        coach.fit((X, y), valid=(X.double(), y))


def test_one_epoch_of_data_without_a_length():
    X, y = table()

    class Stream:
        def __iter__(self):
            return iter([(X, y)])

    refused(trainer(network(), epochs=1), Stream(), r"no length.*the training minutes=")
    assert trainer(network(), epochs=1, minutes=5).fit(Stream()).stopped == "epochs"


@pytest.mark.parametrize(
    ("model", "X", "message"),
    [
        (nn.Conv1d(1, 1, 3), torch.randn(8, 1, 3).double(), "X is a float64 tensor"),
        (nn.Embedding(5, 1), torch.ones(8), r"an Embedding takes whole numbers; give X\.long"),
        (nn.Linear(3, 1), torch.randn(8, 3) + 0j, r"X is a complex64 .*view_as_real\(X\)"),
    ],
)
def test_inputs_that_a_layer_does_not_take(model, X, message):
    refused(trainer(model), (X, torch.randn(8, 1)), message)


def test_classes_as_fractions():
    X, _ = table()
    coach = trainer(nn.Linear(3, 2), F.cross_entropy)
    refused(coach, (X, torch.zeros(40)), r"the loss takes whole numbers; give y\.long\(\)")


def test_of_two_inputs_the_right_one_is_named():
    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.word, self.line = nn.Embedding(5, 1), nn.Linear(3, 1)

        def forward(self, words: Tensor, x: Tensor) -> Tensor:
            return self.word(words) + self.line(x)

    X, y = table()
    data = ((torch.ones(40).long(), X.double()), y)
    refused(trainer(Both()), data, "X is a float64 tensor")


@pytest.mark.parametrize(
    "settings", [{}, {"clip": 1.0, "optimizer": lambda p: torch.optim.SGD(p, lr=0.1)}]
)
def test_sparse_gradients_that_the_optimizer_or_clipping_cannot_take(settings):
    words = torch.randint(10, (40, 3), generator=torch.Generator().manual_seed(0))
    _, y = table()
    model = nn.Sequential(nn.Embedding(10, 4, sparse=True), nn.Flatten(), nn.Linear(12, 1))
    with pytest.raises(UserError, match="the model has sparse gradients, which neither clip nor"):
        trainer(model, **settings).fit((words, y))
    plain = lambda parameters: torch.optim.SGD(parameters, lr=0.1)  # noqa: E731
    assert trainer(model, optimizer=plain, accumulate=2).fit((words, y)).stopped == "epochs"
