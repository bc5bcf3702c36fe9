"""The two plain networks of a domain, trained for an epoch on a few examples."""

import importlib
import warnings

import torch
from torch import nn

from common.comparison.ways import opened
from common.pipeline import Pipeline
from common.runs import experiment
from common.training.prediction import predict


def numbers_of(network):
    """How many numbers training changes."""
    return sum(weight.numel() for weight in network.parameters() if weight.requires_grad)


def assert_twins(task, source, settings, *, network):
    """Both train, both are as large, and both answer what the domain's evaluation takes.

    network: from what a `train` returned to the network in it.
    """
    comparison = importlib.import_module(f"{task.name}.comparison").COMPARISON
    settings = task.complete(settings, examples := task.load(source))
    prepared = experiment.prepare(task, examples, source, settings)
    found = {}
    for way in comparison.ways[:2]:
        with warnings.catch_warnings():  # a person would read them among the figures
            warnings.filterwarnings("error", category=UserWarning, module="keras")
            answer = opened(way).train(prepared, settings)
        found[way.name] = numbers_of(network(answer))
        inputs = prepared.preprocessing.transform(prepared.test)
        said = [predict(Answering(answer), inputs, device="cpu") for _ in range(2)]
        torch.testing.assert_close(*said, rtol=0, atol=0)  # no dropout any more
        pipeline = Pipeline(prepared.preprocessing, Answering(answer), settings, source)
        evaluate = comparison.evaluate or (lambda p, e: task.evaluate(p, e)[0])
        metrics = evaluate(pipeline, prepared.test)
        assert set(comparison.metrics) <= metrics.keys(), way.name
    assert found["PyTorch"] == found["Keras"]


def network_of(answer):
    """Find the network in what answers: itself, or what a function remembers."""
    if isinstance(answer, nn.Module):
        return answer
    cells = [cell.cell_contents for cell in answer.__closure__]
    return next(cell for cell in cells if isinstance(cell, nn.Module))


class Answering(nn.Module):
    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    @torch.no_grad()
    def forward(self, *inputs):
        return self.answer(*inputs)
