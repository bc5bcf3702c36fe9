"""Runs beside the student's code: calls it and says, in plain data, what came of it.

The student's modules are imported inside the probes, so that a broken one harms only its own.
The libraries that those import are named here, so that it is done once and not for each check.
"""

import filelock  # noqa: F401
import numpy as np
import pandas as pd
import torch
from torch.overrides import TorchFunctionMode

from common.grading.exercise.plain_data import array, attempt, described, each, plain, tensor


@each
def parse_prices(inputs):
    from tabular import data

    cells = inputs["cells"]
    if inputs.get("kind"):
        cells = pd.Series(cells).astype(inputs["kind"])
    column = pd.Series(cells, dtype=None if len(cells) else "str")
    column.index, column.name = inputs["index"], inputs["name"]
    before = column.copy()
    answer = attempt(data.parse_prices, column)
    if "result" in answer:
        result = answer["result"]
        if not isinstance(result, pd.Series):
            return {"result": {"type": type(result).__name__}}
        answer = {
            "result": {
                "type": "Series",
                "dtype": str(result.dtype),
                "index": plain(result.index.tolist()),
                "values": result.to_numpy() if result.dtype == "float64" else None,
            }
        }
    return answer | {"unchanged": bool(before.equals(column))}


@each
def check_prices(inputs):
    from tabular import data

    price = pd.Series(inputs["prices"], index=inputs["index"], name=inputs["name"])
    before = price.copy()
    answer = attempt(data.check_prices, price)
    if "result" in answer:
        answer = {"result": type(answer["result"]).__name__}
    return answer | {"unchanged": bool(before.equals(price))}


@each
def categories(inputs):
    from tabular import features

    frame = pd.DataFrame(inputs["frame"])
    frame.index = inputs["index"]
    before = frame.copy()
    vocabulary = {name: list(known) for name, known in inputs["vocabulary"].items()}
    answer = features.CategoryEncoder(vocabulary).transform(frame)
    kept = list(vocabulary.items()) == list(inputs["vocabulary"].items())
    return {"rows": plain(answer), "unchanged": bool(before.equals(frame)) and kept}


class _Counter(TorchFunctionMode):
    """Counts what is called of PyTorch: in a loop that is more, the more there is to go through."""

    calls = 0

    def __torch_function__(self, function, types, arguments=(), words=None):
        self.calls += 1
        return function(*arguments, **(words or {}))


@each
def periodic_embedding(inputs):
    from tabular import model

    columns, waves = inputs["frequency"].shape
    features = inputs["bias"].shape[1]
    embedding = model.PeriodicEmbedding(columns, waves=waves, features=features)
    embedding = embedding.to(getattr(torch, inputs["dtype"]))
    names = ("frequency", "phase", "weight", "bias")
    with torch.no_grad():
        for name in names:
            getattr(embedding, name).copy_(tensor(inputs[name]))
    numbers = tensor(inputs["numbers"], inputs["dtype"], grad=True)
    with _Counter() as counter:
        answer = embedding(numbers)
    result = {"output": described(answer), "numbers": array(numbers), "calls": counter.calls}
    # In the network's own type, as the weights were when they came.
    result["kept"] = all(
        torch.equal(getattr(embedding, name), tensor(inputs[name], inputs["dtype"]))
        for name in names
    )
    if isinstance(answer, torch.Tensor) and answer.requires_grad:
        answer.square().sum().backward()
        for name in names:
            result[name] = plain(getattr(embedding, name).grad)
        result["slope"] = plain(numbers.grad)
    return result


@each
def money_cost(inputs):
    from tabular import loss

    cost = loss.MoneyCostLoss(**inputs["settings"])
    prediction = tensor(inputs["prediction"], inputs["dtype"], grad=True)
    target = tensor(inputs["target"], inputs["dtype"])
    answer = cost.per_example(prediction, target)
    result = {"cost": described(answer)}
    if isinstance(answer, torch.Tensor) and answer.requires_grad:
        answer.sum().backward()
        result["slope"] = plain(prediction.grad)
    return result | {"prediction": array(prediction), "target": array(target)}


@each
def learning_with_money_cost(inputs):
    """Find one price for flats that all look the same, by gradient descent on the mean cost."""
    from tabular import loss

    cost = loss.MoneyCostLoss(**inputs["settings"])
    target = tensor(inputs["target"])
    guess = torch.tensor(float(np.log(inputs["start"])), dtype=torch.float64, requires_grad=True)
    rate = inputs["lr"]
    for _ in range(inputs["steps"]):
        value = cost.per_example(guess.expand_as(target), target).mean()
        (slope,) = torch.autograd.grad(value, guess)
        with torch.no_grad():
            guess -= rate * slope.sign()
        rate *= inputs["slower"]
    return guess.exp().item()


@each
def price_metrics(inputs):
    from tabular import metrics

    predicted, price = inputs["predicted"], inputs["price"]
    before = predicted.copy(), price.copy()
    answer = metrics.price_metrics(predicted, price, **inputs["settings"])
    kept = all(np.array_equal(a, b) for a, b in zip(before, (predicted, price), strict=True))
    if not isinstance(answer, dict):
        return {"figures": plain(answer), "unchanged": kept}
    return {"figures": dict(answer), "unchanged": kept}
