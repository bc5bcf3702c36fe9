"""Runs beside the student's code: calls it and says, in plain data, what came of it.

The student's modules are imported inside the probes, so that a broken one harms only its own.
"""

import os

import numpy as np
import torch
from torch import nn

from common.grading.exercise.plain_data import array, attempt, described, each, plain, tensor


@each
def random_parts(inputs):
    """Return the parts, and what the generator that was given draws next."""
    from common import splits

    generator = np.random.default_rng(inputs["seed"])
    parts = splits.random_parts(inputs["n"], tuple(inputs["fractions"]), generator)
    return {"parts": plain(parts), "following": int(generator.integers(2**31))}


def pick_device(inputs):
    from common import device

    before = device.available_devices, os.environ.get(device.VARIABLE)
    answers = []
    try:
        for case in inputs["cases"]:
            device.available_devices = lambda there=case["there"]: list(there)
            os.environ.pop(device.VARIABLE, None)
            if case["variable"] is not None:
                os.environ[device.VARIABLE] = case["variable"]
            words = [] if case["name"] is None else [case["name"]]
            if case["is_device"]:
                words = [torch.device(case["name"])]
            answer = attempt(device.pick_device, *words)
            if "result" in answer:
                kind = type(answer["result"]).__name__
                answer = {"result": [kind, str(answer["result"])]}
            answers.append(answer | {"variable": os.environ.get(device.VARIABLE)})
    finally:
        device.available_devices = before[0]
        os.environ.pop(device.VARIABLE, None)
        if before[1] is not None:
            os.environ[device.VARIABLE] = before[1]
    return answers


class _Descent:
    """Gradient descent with momentum, which counts its steps.

    groups: the weights, in as many groups as there are arguments. In place of an optimizer of
    PyTorch, whose first use imports a compiler, and that takes seconds.
    """

    def __init__(self, *groups, lr, momentum=0.0):
        self.param_groups = [
            {"params": list(group), "lr": lr, "momentum": momentum} for group in groups
        ]
        self.velocity, self.steps = {}, 0

    @torch.no_grad()
    def step(self, closure=None):
        value = None
        if closure is not None:
            with torch.enable_grad():
                value = closure()
        self.steps += 1
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    before = self.velocity.get(parameter, 0)
                    velocity = self.velocity[parameter] = (
                        group["momentum"] * before + parameter.grad.clone()
                    )
                    parameter -= group["lr"] * velocity
        return value

    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for parameter in group["params"]:
                if set_to_none or parameter.grad is None:
                    parameter.grad = None
                else:
                    parameter.grad.zero_()


class _Pair(nn.Module):
    """A model of two inputs, which are not to be confused: w · first + v · second.

    column: whether the answer is (batch, 1), and not (batch,).
    """

    def __init__(self, weight, second, *, column, dtype):
        super().__init__()
        self.column, self.called = column, 0
        self.first = nn.Linear(len(weight), 1, dtype=dtype)
        self.second = nn.Linear(len(second), 1, bias=False, dtype=dtype)
        with torch.no_grad():
            self.first.weight.copy_(tensor(weight)[None])
            self.second.weight.copy_(tensor(second)[None])
            self.first.bias.zero_()
        self.modes = []

    def __call__(self, *inputs):
        self.called += 1  # model.forward(…) does not come by here, nor by a hook
        return super().__call__(*inputs)

    def forward(self, one, two):
        self.modes.append(self.training)
        answer = self.first(one) + self.second(two)
        return answer if self.column else answer[:, 0]


@each
def training_steps(inputs):
    """Take a step for each batch; return the losses, the weights after each, and the steps.

    modes: whether the model was in training whenever it was called, and at the very end.
    called: how often as `model(…)`. kept: whether random numbers go on as they would have.
    """
    from common import step

    column = inputs["column"]

    def loss(prediction, target):
        if column:  # who has squeezed one of them ends here, as does who makes classes real numbers
            if target.is_floating_point():
                raise TypeError(f"the target came as {target.dtype}, and was int64")
            prediction, target = prediction[:, 0], target[:, 0].double()
        return (prediction - inputs["skew"] * target).square().mean() + inputs["offset"]

    model = _Pair(
        inputs["weight"], inputs["second"], column=column, dtype=getattr(torch, inputs["dtype"])
    ).train(inputs["training"])
    optimizer = _Descent(model.first.parameters(), model.second.parameters(), lr=inputs["lr"])
    losses, weights, unchanged, chance = [], [], True, torch.get_rng_state()
    for one, two, target in zip(inputs["one"], inputs["two"], inputs["target"], strict=True):
        batch = tuple(tensor(part) for part in (one, two))
        wanted = tensor(target)[:, None].long() if column else tensor(target)
        value = described(step.training_step(model, loss, optimizer, batch, wanted))
        if isinstance(value, dict) and not value["graph"] and np.size(value["values"]) == 1:
            value = float(value["values"])  # a tensor that was detached is a number as well
        losses.append(value)
        same = zip((one, two, target), (*batch, wanted), strict=True)
        unchanged &= all(
            not made.requires_grad and np.array_equal(array(made).ravel(), came.ravel())
            for came, made in same
        )
        state = [array(weight).ravel() for weight in model.parameters()]
        weights.append(np.concatenate(state))
    modes = [*model.modes, model.training]
    kept = torch.equal(chance, torch.get_rng_state())
    seen = {"modes": modes, "unchanged": unchanged, "called": model.called, "kept": kept}
    return {"losses": losses, "weights": weights, "steps": optimizer.steps, **seen}


def training(inputs):
    """Let a small network learn a bent curve; return what it says of it in the end."""
    from common import step

    torch.default_generator.manual_seed(inputs["seed"])
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = _Descent(model.parameters(), lr=0.05, momentum=0.9)
    x, y = tensor(inputs["x"])[:, None], tensor(inputs["y"])[:, None]
    loss = nn.functional.mse_loss
    for _ in range(inputs["steps"]):
        step.training_step(model, loss, optimizer, (x,), y)
    with torch.no_grad():
        return array(model(x)[:, 0])


def early_stopping(inputs):
    from common.early_stopping import early_stopping

    answers = []
    for case in inputs["cases"]:
        values = list(case["values"])
        # Lower is better where nothing is said.
        words = {"higher_is_better": True} if case["higher_is_better"] else {}
        answer = plain(early_stopping(values, case["patience"], **words))
        same = list(map(repr, values)) == list(map(repr, case["values"]))
        answers.append({"answer": answer, "unchanged": same})
    return answers


@each
def relative_error(inputs):
    from common import losses

    prediction, target = (
        tensor(inputs[name], inputs["dtype"]) for name in ("prediction", "target")
    )
    prediction.requires_grad_()
    words = {"epsilon": inputs["epsilon"]} if "epsilon" in inputs else {}
    answer = losses.relative_error(prediction, target, **words)
    result = {"loss": described(answer)}
    if isinstance(answer, torch.Tensor) and answer.requires_grad and answer.numel() == 1:
        answer.backward()
        result["gradient"] = plain(prediction.grad)
    return result | {"prediction": array(prediction), "target": array(target)}


def relative_error_of_shapes(inputs):
    from common import losses

    answers = []
    for pair in inputs["pairs"]:
        answer = attempt(losses.relative_error, *(torch.ones(tuple(shape)) for shape in pair))
        if "result" in answer:
            answer = {"result": described(answer["result"])}
        answers.append(answer)
    return answers


@each
def learning_with_relative_error(inputs):
    """Fit one number to two groups of prices by gradient descent, as a network would."""
    from common import losses

    guess = torch.tensor(inputs["start"], requires_grad=True)
    target = tensor(inputs["target"])
    optimizer = _Descent([guess], lr=inputs["lr"])
    for _ in range(inputs["steps"]):
        optimizer.zero_grad()
        losses.relative_error(guess.expand_as(target), target).backward()
        optimizer.step()
    return guess.item()
