"""Runs beside the student's code: lets it train a small network, and says what the network saw."""

import torch
from torch import nn

from common.grading.exercise.plain_data import array, each, plain, tensor
from tests.graded.common_probes import _Descent


class _Watched(nn.Module):
    """A network that writes down the mode, the graph and the rows of each of its calls.

    The first number of an input is the row's own; the network does not look at it.
    column: whether the answer is (batch, 1), and not (batch,).
    """

    def __init__(self, width, hidden, dropout, column):
        super().__init__()
        self.column, self.called = column, 0
        layers = [nn.Linear(width, 1, dtype=torch.float64)]
        if hidden:
            first = nn.Linear(width, hidden, dtype=torch.float64)
            second = nn.Linear(hidden, 1, dtype=torch.float64)
            layers = [first, nn.Tanh(), nn.Dropout(dropout), second]
        self.layers = nn.Sequential(*layers)
        # Not called, for a batch of one example would end it: only its mode is looked at.
        self.norm = nn.BatchNorm1d(1, affine=False)
        self.calls, self.said = [], []

    def __call__(self, inputs):
        self.called += 1  # model.forward(…) does not come by here, nor by a hook
        return super().__call__(inputs)

    def forward(self, inputs):
        rows = [int(row) for row in inputs[:, 0].detach()]
        modes = [part.training for part in self.modules()]
        training = all(modes) if self.training else any(modes)  # a part may be in another mode
        self.calls.append([training, torch.is_grad_enabled(), rows])
        answer = self.layers(inputs[:, 1:])
        self.said.append(answer[:, 0].detach().clone())
        return answer if self.column else answer[:, 0]


class _Rows(torch.utils.data.Dataset):
    """Pairs of an input and a target, to be had one by one, as of any Dataset."""

    def __init__(self, first, x, y, column):
        rows = torch.arange(first, first + len(y), dtype=torch.float64)[:, None]
        self.of_all = torch.cat([rows, tensor(x)], dim=1)
        self._wanted = tensor(y)[:, None].long() if column else tensor(y)

    def __len__(self):
        return len(self._wanted)

    def __getitem__(self, index):
        if not 0 <= int(index) < len(self):
            raise IndexError(index)
        return self.of_all[index], self._wanted[index]


@each
def train_network(inputs):
    """Return the losses, the calls, the steps and what the network says, in the end as well."""
    from common import training_loop

    # The accelerators' generators are not asked for: that reads the source of all who call.
    torch.default_generator.manual_seed(inputs["seed"])
    column = inputs["column"]
    model = _Watched(inputs["x"].shape[1], inputs["hidden"], inputs["dropout"], column)
    if not inputs["hidden"]:
        with torch.no_grad():
            model.layers[0].weight.copy_(tensor(inputs["weight"])[None])
            model.layers[0].bias.zero_()
    optimizer = _Descent(model.parameters(), lr=inputs["lr"], momentum=inputs["momentum"])
    data = _Rows(0, inputs["x"], inputs["y"], column)
    valid = _Rows(len(data), inputs["valid_x"], inputs["valid_y"], column)
    skew = inputs["skew"]

    def loss(prediction, target):
        if column:  # who has squeezed one of them ends here, as does who makes classes real numbers
            if target.is_floating_point():
                raise TypeError(f"the target came as {target.dtype}, and was int64")
            prediction, target = prediction[:, 0], target[:, 0].double()
        value = (prediction - skew * target).square().mean()
        return value + inputs["offset"] if value.requires_grad else value

    sizes = {"epochs": inputs["epochs"], "batch_size": inputs["batch_size"]}
    losses = training_loop.train_network(model, loss, optimizer, data, valid, **sizes)
    graph = torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    calls, called, ended_in_training = model.calls, model.called, model.training
    answers = [array(answer) for answer in model.said]
    model.calls = []
    model.eval()
    with torch.no_grad():
        prediction = array(model(valid.of_all))
    weights = [array(weight).ravel() for weight in model.parameters()]
    return {
        "losses": plain(losses),
        "kinds": [type(value).__name__ for value in losses] if isinstance(losses, list) else [],
        "calls": calls,
        "called": called,
        "answers": answers,
        "steps": optimizer.steps,
        "training": ended_in_training,
        "graph": graph,
        "prediction": prediction,
        "weights": weights,
    }
