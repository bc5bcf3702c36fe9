"""Weights that nothing trains, and what else learns nothing without a word."""

import warnings

import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from common.errors import UserError
from tests.common.training_toys import network, table, trainer


class Listed(nn.Module):
    """Keeps layers in a plain list, where no optimizer finds them."""

    def __init__(self):
        super().__init__()
        self.layers, self.head = [nn.Linear(3, 8), nn.Linear(8, 8)], nn.Linear(8, 1)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).tanh()
        return self.head(x)


class Raw(nn.Module):
    """Keeps a weight that is no nn.Parameter."""

    def __init__(self):
        super().__init__()
        self.weight, self.head = torch.randn(3, 8, requires_grad=True), nn.Linear(8, 1)

    def forward(self, x):
        return self.head((x @ self.weight).tanh())


class Anew(nn.Linear):
    """Makes a layer at each call."""

    def forward(self, x):
        return nn.Linear(1, 1)(super().forward(x))


@pytest.mark.parametrize(
    ("model", "shape"),
    [(Listed(), r"\(8, 8\)"), (Raw(), r"\(3, 8\)"), (Anew(3, 1), r"\(1, 1\)")],
)
@pytest.mark.filterwarnings("ignore:Anew answers")
def test_weights_that_the_model_does_not_own_are_refused(model, shape):
    with pytest.raises(UserError, match=f"{shape}.*none of the model's parameters.*ModuleList"):
        trainer(model).fit(table())


def test_a_parameter_within_a_function_is_refused_unless_something_trains_it():
    scale = nn.Parameter(torch.ones(()))

    def loss(prediction, y):
        return F.mse_loss(prediction * scale, y)

    with pytest.raises(UserError, match="weights of the loss an nn.Parameter of the model"):
        trainer(network(), loss).fit(table())
    trainer(network(), loss, optimizer=lambda own: torch.optim.SGD([*own, scale], 0.01)).fit(
        table()
    )
    assert scale.item() != 1


def test_a_teacher_within_a_loss_is_to_be_frozen_and_then_stays_as_it_is():
    X, y = table()
    student, teacher = network(), network()
    before = [weight.clone() for weight in teacher.parameters()]

    def perceptual(prediction, y):
        return F.mse_loss(teacher(prediction.expand(-1, 3)), teacher(y.expand(-1, 3)))

    with pytest.raises(UserError, match=r"as a teacher, freeze: its requires_grad_\(False\)"):
        trainer(student, perceptual).fit((X, y))
    teacher.requires_grad_(False)
    begun = [weight.clone() for weight in student.parameters()]
    trainer(student, perceptual).fit((X, y))
    assert all(map(torch.equal, before, teacher.parameters()))
    assert not all(map(torch.equal, begun, student.parameters()))


class Sloped(nn.Linear):
    """Takes a gradient with respect to its inputs, which belong to one batch."""

    def forward(self, x):
        x = x.detach().requires_grad_()
        energy = super().forward(x)
        return energy + torch.autograd.grad(energy.sum(), x, create_graph=True)[0].sum(1)[:, None]


def test_inputs_that_ask_for_a_gradient_and_frozen_lists_are_let_alone():
    trainer(Sloped(3, 1)).fit(table())
    model = Listed()
    for layer in model.layers:
        layer.requires_grad_(False)
    trainer(model).fit(table())


class Cut(nn.Module):
    """Cuts the gradient off before it reaches the first layer."""

    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(3, 8), nn.Linear(8, 1)

    def forward(self, x):
        return self.head(self.body(x).detach())


@pytest.mark.parametrize("accumulate", [1, 2])
def test_weights_that_no_gradient_reaches_are_named_once(accumulate):
    with pytest.warns(UserWarning, match=r"has reached 'body' in the") as said:
        trainer(Cut(), accumulate=accumulate).fit(table())
    assert len(said) == 1


class Routed(Cut):
    """Sends no row to its second expert."""

    def __init__(self):
        super().__init__()
        self.back = nn.Linear(8, 1)

    def forward(self, x):
        return self.head(self.body(x))


def test_a_part_that_no_row_went_to_is_named_in_quotes():
    with pytest.warns(UserWarning, match="reached 'back' in the.*no row of this epoch went there"):
        trainer(Routed()).fit(table())


class Sometimes(nn.Module):
    """Takes another branch in every batch."""

    def __init__(self):
        super().__init__()
        self.branches, self.calls = nn.ModuleList([nn.Linear(3, 1), nn.Linear(3, 1)]), 0

    def forward(self, x):
        self.calls += self.training
        return self.branches[self.calls % 2](x)


def test_what_some_batches_reach_and_what_is_frozen_are_not_named():
    model = Cut()
    model.body.requires_grad_(False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(model).fit(table())
        trainer(Sometimes()).fit(table())


def test_an_optimizer_that_raises_the_loss_is_refused():
    with pytest.raises(UserError, match="give the loss with a minus, without maximize"):
        trainer(network(), optimizer=lambda own: torch.optim.SGD(own, lr=0.1, maximize=True)).fit(
            table()
        )


@pytest.mark.parametrize(
    "loss", [nn.TripletMarginLoss(), nn.GaussianNLLLoss(), lambda prediction: prediction.mean()]
)
def test_a_loss_of_other_arguments_is_refused_before_anything_is_done(loss):
    with pytest.raises(UserError, match="takes another number of them"):
        trainer(network(), loss)


def test_logits_that_cannot_be_negative_are_said():
    X, y = table()
    model = nn.Sequential(network(), nn.ReLU())
    with pytest.warns(UserWarning, match="may be negative, and the model ends with a ReLU"):
        trainer(model, nn.BCEWithLogitsLoss()).fit((X, (y > 0).float()))


@pytest.mark.parametrize(
    ("end", "shift", "said"),
    [
        (nn.Sigmoid(), 100.0, "a Sigmoid and its outputs are from 0 to 1, and 100% of y"),
        (nn.Tanh(), 5.0, "a Tanh and its outputs are from -1 to 1"),
        (nn.ReLU(), -0.3, "a ReLU and its outputs are at least 0, and [3-7].% of y"),
    ],
)
def test_targets_that_the_last_layer_cannot_reach_are_said(end, shift, said):
    X, y = table()
    with pytest.warns(UserWarning, match=said):
        trainer(nn.Sequential(network(), end)).fit((X, y + shift))


@pytest.mark.parametrize("end", [nn.Sigmoid(), nn.Tanh(), nn.ReLU(), nn.Identity()])
def test_targets_within_reach_get_no_note(end):
    X, y = table()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(nn.Sequential(network(), end)).fit((X, y.sigmoid()))


def test_targets_that_rounding_alone_puts_beyond_get_no_note():
    X, y = table()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(nn.Sequential(network(), nn.Tanh())).fit((X, (3 * y).clamp(-1, 1) * 1.0000002))


def test_masks_without_a_channel_and_classes_in_the_last_place_of_pictures():
    X, y = torch.randn(16, 3, 5, 5), torch.randint(0, 2, (16, 5, 5))
    with pytest.raises(UserError, match=r"the shape of the model's output.*give y\.unsqueeze\(1\)"):
        trainer(nn.Conv2d(3, 1, 1), nn.BCEWithLogitsLoss()).fit((X, y.float()))
    with pytest.raises(UserError, match=r"classes in the second place.*permute\(0, 3, 1, 2\)"):
        trainer(nn.Linear(3, 4), nn.CrossEntropyLoss()).fit((X.permute(0, 2, 3, 1), y))


class Photos(Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, row):
        return Image.new("RGB", (4, 4)), row % 2


def test_pictures_that_are_no_tensors_yet():
    with pytest.raises(UserError, match="training data yields Image, expected tensors"):
        trainer(network(), F.cross_entropy).fit(Photos())


def test_weights_that_are_changed_within_backward_are_not_said_to_have_learned_nothing():
    """Each has an optimizer of its own there, which knows no schedule, no clip and no check."""
    model = network()
    for weight in model.parameters():
        inner = torch.optim.SGD([weight], lr=0.1)

        def step(_, inner=inner):
            inner.step()
            inner.zero_grad()

        weight.register_post_accumulate_grad_hook(step)
    with pytest.raises(UserError, match="changes the weights within backward.*optimizer=") as error:
        trainer(model).fit(table())
    assert "\n" not in str(error.value)
