"""Runs beside the student's code: calls it and says, in plain data, what came of it.

The student's modules are imported inside the probes, so that a broken one harms only its own.
The libraries that those import are named here, so that it is done once and not for each check.
"""

import functools

import dawg_python  # noqa: F401
import filelock  # noqa: F401
import numpy as np
import platformdirs  # noqa: F401
import pymorphy2  # noqa: F401
import pymorphy2_dicts_ru  # noqa: F401
import torch
import tqdm  # noqa: F401

from common.grading.exercise.plain_data import array, described, each, plain, tensor


@functools.cache
def warm_up():
    """Open the real dictionary, which takes longer than all the rest of a check."""
    from text.analyzer import open_analyzer

    return open_analyzer()


class _Tag:
    """Like the analyzer's own: no text, but str makes text of it."""

    def __init__(self, text):
        self._text = text

    def __str__(self):
        return self._text


class _Analyzer:
    """Knows the readings of some words, and writes down what it is asked."""

    def __init__(self, readings, asked):
        self._readings, self._asked = readings, asked

    def parse(self, word):
        self._asked.append(str(word))
        readings = self._readings.get(word, [[word, "UNKN"]])
        return [(word, _Tag(tag), lemma, 1 / len(readings), ()) for lemma, tag in readings]


@each
def analyses(inputs):
    from text import morphology

    asked, opened, original = [], [], morphology.open_analyzer

    def open_analyzer():
        opened.append(1)
        return warm_up() if inputs.get("real") else _Analyzer(inputs["readings"], asked)

    found = morphology.Morphology(folder=None)
    for word, lemma, tag in inputs["known"]:
        found._known[word] = morphology.Analysis(lemma, tag)
    morphology.open_analyzer = open_analyzer
    try:
        calls = []
        for words in inputs["calls"]:
            answer = found.analyse(iter(words) if inputs["generator"] else words)
            if isinstance(answer, list):
                answer = [_spelled(item, morphology.Analysis) for item in answer]
            else:
                answer = None if answer is None else type(answer).__name__
            calls.append(answer)
    finally:
        morphology.open_analyzer = original
    known = [[str(word), str(item[0]), str(item[1])] for word, item in found._known.items()]
    return {"calls": calls, "asked": asked, "opened": len(opened), "known": known}


def _spelled(item, kind):
    if not isinstance(item, kind):
        return type(item).__name__
    return [str(item.lemma), str(item.tag), type(item.lemma) is str and type(item.tag) is str]


@each
def padded(inputs):
    from text import padding

    values, text = inputs["values"].copy(), inputs["text"].copy()
    options = {} if inputs["most"] is None else {"most": inputs["most"]}
    answer = padding.pad(values, text, inputs["count"], **options)
    table = plain(answer) if isinstance(answer, np.ndarray) else type(answer).__name__
    return {"table": table, "values": values, "text": text}


@each
def attention_weights(inputs):
    from text import model

    width, heads = inputs["hidden"].shape[0], inputs["score"].shape[0]
    pooling = model.AttentionPooling(width, heads)
    with torch.no_grad():
        pooling.hidden.weight.copy_(tensor(inputs["hidden"]))
        pooling.hidden.bias.copy_(tensor(inputs["bias"]))
        pooling.score.weight.copy_(tensor(inputs["score"]))
    pooling = pooling.to(getattr(torch, inputs["dtype"]))
    x, there = tensor(inputs["x"], inputs["dtype"], grad=True), tensor(inputs["there"])
    answer = pooling.weights(x, there)
    result = {"weights": described(answer), "x": array(x), "there": array(there)}
    parameters = {
        "x": x,
        "hidden": pooling.hidden.weight,
        "bias": pooling.hidden.bias,
        "score": pooling.score.weight,
    }
    return result | _slopes(answer, parameters)


def _slopes(answer, leaves):
    """Return the gradients of the sum of squares, None where none arrives."""
    if not isinstance(answer, torch.Tensor) or not answer.requires_grad:
        return {}
    answer.square().sum().backward()
    slopes = {name: leaf.grad for name, leaf in leaves.items()}
    return {"slopes": {name: None if s is None else array(s) for name, s in slopes.items()}}


@each
def attention_pooling(inputs):
    from text import model

    *_, heads = inputs["weights"].shape
    pooling = model.AttentionPooling(inputs["x"].shape[2], heads)
    x, there = tensor(inputs["x"], inputs["dtype"], grad=True), tensor(inputs["there"])
    weights = tensor(inputs["weights"], grad=True)
    given = [(x.detach()[i, own].float(), weights[i, own]) for i, own in enumerate(there)]

    def weights_of(x, there):
        """Look up the weights of texts by their tokens, one text or many: the other exercise
        may not be solved yet."""
        found = torch.zeros(*there.shape, heads)
        for i, (row, own) in enumerate(zip(x.detach().float(), there, strict=True)):
            for tokens, of_tokens in given:
                if torch.equal(row[own], tokens):
                    found[i, own] = of_tokens
        return found

    pooling.weights = weights_of
    answer = pooling(x, there)
    if not isinstance(answer, tuple) or len(answer) != 2:
        return {"type": type(answer).__name__}
    output, attention = answer
    result = {"output": described(output), "attention": described(attention)}
    result |= {"x": array(x), "there": array(there), "weights": array(weights)}
    return result | _slopes(output, {"x": x, "weights": weights})


@each
def expected_cost(inputs):
    from text import loss

    cost = loss.ExpectedCostLoss(inputs["costs"].tolist(), ce_weight=inputs["ce_weight"])
    prediction = tensor(inputs["prediction"], inputs["dtype"], grad=True)
    target, before = tensor(inputs["target"]), cost.costs.clone()
    answer = cost.per_example(prediction, target)
    result = {"cost": described(answer), "kept": cost.costs.dtype == before.dtype}
    result["kept"] = result["kept"] and torch.equal(cost.costs, before)
    if isinstance(answer, torch.Tensor) and answer.requires_grad:
        answer.sum().backward()
        result["slope"] = plain(prediction.grad)
    return result | {"prediction": array(prediction), "target": array(target)}


@each
def learning_with_expected_cost(inputs):
    """Find one answer for texts that all look the same, by gradient descent on the mean cost."""
    from text import loss

    cost = loss.ExpectedCostLoss(inputs["costs"].tolist(), ce_weight=inputs["ce_weight"])
    target = tensor(inputs["target"])
    logits = torch.zeros(len(inputs["costs"]), dtype=torch.float64, requires_grad=True)
    for _ in range(inputs["steps"]):
        value = cost.per_example(logits.expand(len(target), -1), target).mean()
        (slope,) = torch.autograd.grad(value, logits)
        with torch.no_grad():
            logits -= inputs["lr"] * slope
    return array(logits.softmax(dim=0))


@each
def class_metrics(inputs):
    from text import metrics

    names = ("answers", "true", "costs", "probabilities")
    before = {name: None if inputs[name] is None else inputs[name].copy() for name in names}
    arguments = [inputs[name] for name in names if name != "probabilities"]
    if inputs["probabilities"] is not None:
        arguments.append(inputs["probabilities"])
    if inputs["costs_as_list"]:
        arguments[2] = inputs["costs"].tolist()
    answer = metrics.class_metrics(*arguments)
    kept = all(before[name] is None or np.array_equal(before[name], inputs[name]) for name in names)
    figures = dict(answer) if isinstance(answer, dict) else plain(answer)
    return {"figures": figures, "unchanged": kept}
