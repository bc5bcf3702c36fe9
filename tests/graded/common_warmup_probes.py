"""Runs beside the student's code: calls a warm-up, and says whether its inputs changed."""

import torch

from common.grading.exercise.plain_data import array, described, tensor


def warmup(inputs):
    from common import warmups

    function = getattr(warmups, inputs["function"])
    given = [tensor(value) for value in inputs["arguments"]]
    arguments = given
    if inputs["function"] == "picture_batch":
        arguments = [list(given[0])]
    if inputs["function"] == "gradient":
        weight = given.pop()
        arguments = [lambda x: (weight * x**3 + torch.sin(x)).sum(), given[0]]
    answer = described(function(*arguments))
    touched = any(value.requires_grad or value.grad is not None for value in given)
    return {"answer": answer, "inputs": [array(value) for value in given], "touched": touched}
