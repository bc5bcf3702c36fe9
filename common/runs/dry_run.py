"""A dry run before the training: a few examples go all the way, there and back, untrained."""

import contextlib
import copy
import dataclasses
import inspect
import json
import random
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import safetensors.numpy
import torch
from torch import Tensor, nn

from common.errors import UserError, unknown
from common.pipeline import Pipeline
from common.preprocessing import Preprocessing
from common.runs.differences import difference, same
from common.runs.learning import takes_examples
from common.runs.preflight import called, complain, metric_problems, outcome_problems
from common.runs.results import Prepared
from common.runs.store import plain
from common.task import Task
from common.trainer import Trainer
from common.training.batches import describe, open_source
from common.training.checks import check_loss
from common.training.model_state import in_mode
from common.training.prediction import InputBatches
from common.training.validation import BatchMetric

FEW = 4
"""Examples that a Task is tried on."""
CPU = torch.device("cpu")


def check_prepared(
    task: Task, prepared: Prepared, source: Any, settings: Any, losses: Sequence[str]
) -> None:
    """Take a few training examples the whole road, there and back, with an untrained network.

    Preparation, saving and loading, each of `losses`, the curves and the metrics are tried on
    the CPU. Random numbers are left as they were.

    Raises:
        TaskError: for the first thing that is wrong.
    """
    settings = dataclasses.replace(settings, device="cpu")
    count = len(prepared.train)
    rows = np.unique(np.linspace(0, count - 1, min(FEW, count)).astype(np.int64))
    few = prepared.train[rows]
    if len(few) != len(rows):
        complain(task, [f"examples[rows] gave {len(few)} examples for {len(rows)} rows"])
    with _undisturbed():
        inputs = _transformed(task, prepared.preprocessing, few)
        restored = _restored(task, prepared.preprocessing)
        model = task.model(prepared.preprocessing, settings)
        if not isinstance(model, nn.Module):
            complain(task, [f"model returned {describe(model)}, expected a torch.nn.Module"])
        loaded = _loaded(task, model, restored, settings)
        again = _inputs(restored, few)
        if not same(inputs, again) and not _answer_alike(model, inputs, loaded, again):
            problem = "state and restore lose something: afterwards transform gives other inputs"
            complain(task, [f"{called(prepared.preprocessing)}: {problem}"])
        _check_losses(task, prepared.preprocessing, model, few, settings, losses)
        pipelines = {
            name: Pipeline(
                prepared.preprocessing, model, dataclasses.replace(settings, loss=name), source
            )
            for name in losses
        }
        _check_metrics(task, next(iter(pipelines.values())), few)
        _check_baselines(task, pipelines, few, settings)
        _check_training(task, settings)


def _inputs(preprocessing: Preprocessing, few: Any) -> list[tuple[Tensor, ...]]:
    inputs = preprocessing.transform(few)
    return [tuple(one) for one in InputBatches(inputs, batch_size=FEW, device=CPU, workers=0)]


def _transformed(task: Task, preprocessing: Preprocessing, few: Any) -> list[tuple[Tensor, ...]]:
    try:
        before = copy.deepcopy(few)
    except Exception:  # they hold an open file, a lock: it cannot be told
        before = few
    inputs = _inputs(preprocessing, few)
    if changed := difference(before, few):
        place = "" if changed == "." else f": {changed.removeprefix('.')} is another afterwards"
        complain(task, [f"{called(preprocessing)}.transform changes the examples{place}"])
    if sum(len(batch[0]) for batch in inputs) != len(few):
        rows = sum(len(batch[0]) for batch in inputs)
        problem = f"transform gave {rows} rows for {len(few)} examples"
        complain(task, [f"{called(preprocessing)}.{problem}"])
    return inputs


def _restored(task: Task, preprocessing: Preprocessing) -> Preprocessing:
    name = called(preprocessing)
    if type(preprocessing) is not task.preprocessing:
        complain(task, [f"prepare returned a {name}, expected {task.preprocessing.__name__}"])
    state = preprocessing.state()
    if (
        not isinstance(state, tuple)
        or len(state) != 2
        or not all(isinstance(part, Mapping) for part in state)
    ):
        complain(task, [f"{name}.state returned {describe(state)}, expected two dicts"])
    values, arrays = state
    for key, value in values.items():
        try:
            json.dumps(plain(value), allow_nan=False)
        except (TypeError, ValueError) as error:
            complain(task, [f"{name}.state: {key!r} is nothing that JSON can hold: {error}"])
    for key, array in arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
            kind = getattr(array, "dtype", None)
            what = f"an array of {kind}" if kind is not None else describe(array)
            complain(task, [f"{name}.state: {key!r} is {what}, expected a NumPy array of numbers"])
    values = json.loads(json.dumps(plain(values)))
    contiguous = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
    arrays = safetensors.numpy.load(safetensors.numpy.save(contiguous))
    given = ", ".join([*values, *arrays]) or "nothing"
    try:
        restored = task.preprocessing.restore(values, arrays)
    except NotImplementedError:
        raise
    except KeyError as error:
        problem = f"restore asks for {error}, and state gave {given}"
    except Exception as error:
        problem = f"restore cannot take back what state gave: {type(error).__name__}: {error}"
    else:
        if type(restored) is task.preprocessing:
            return restored
        problem = f"restore returned {describe(restored)}, expected a {name}"
    complain(task, [f"{name}.{problem}"])
    raise AssertionError  # complain has raised


def _loaded(task: Task, model: nn.Module, restored: Preprocessing, settings: Any) -> nn.Module:
    """Load the weights into a network without memory, as `runs.store.load` does."""
    try:
        with torch.device("meta"):
            loaded = task.model(restored, settings)
        loaded.load_state_dict(model.state_dict(), assign=True)
    except Exception as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        what = "a saved network could not be loaded, which is built without memory first"
        complain(task, [f"model: {what}: {' '.join(reason)[:200]}"])
    lost = [name for name, tensor in _tensors(loaded) if tensor.device.type == "meta"]
    for name in lost[:1]:
        complain(
            task,
            [
                f"model: the buffer {name!r} is not saved with the network, so a loaded one would "
                "lack it; register it with persistent=True, or make it of what the preprocessing "
                "holds"
            ],
        )
    return loaded


def _answer_alike(
    model: nn.Module,
    inputs: Sequence[tuple[Tensor, ...]],
    loaded: nn.Module,
    again: Sequence[tuple[Tensor, ...]],
) -> bool:
    """Whether two networks with the same weights answer the same; those are moved a little.

    A last layer may begin at zero, and would hide what differs.
    """
    torch.manual_seed(0)
    with torch.no_grad(), in_mode(model, training=False), in_mode(loaded, training=False):
        for parameter in model.parameters():  # the loaded one's too, for it shares their memory
            if parameter.is_floating_point():
                parameter.add_(torch.randn_like(parameter), alpha=0.01)
        answers = [
            [net(*b) for b in batches] for net, batches in ((model, inputs), (loaded, again))
        ]
    return same(*answers)


def _tensors(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    yield from model.named_parameters()
    yield from model.named_buffers()


def _check_losses(
    task: Task,
    preprocessing: Preprocessing,
    model: nn.Module,
    few: Any,
    settings: Any,
    losses: Sequence[str],
) -> None:
    data = preprocessing.data(few)
    source = open_source(
        data, part="validation data", batch_size=FEW, device=CPU, workers=0, seed=None
    )
    inputs, target, _ = next(iter(source.batches()))
    with in_mode(model, training=False), torch.enable_grad():
        output = model(*inputs)
        for name in losses:
            chosen = dataclasses.replace(settings, loss=name)
            loss = task.losses[name](chosen, preprocessing)
            if not callable(loss):
                problem = f"gave {describe(loss)}, expected a function of (prediction, target)"
                complain(task, [f"losses: {name!r} {problem}"])
            try:
                check_loss(loss(output, target))
            except UserError as error:
                complain(task, [f"losses: {name!r}: {error}"])
    for name, curve in task.curves.items():
        try:
            value = _value(curve, output.detach(), target, few)
        except (ValueError, ArithmeticError):  # too few for this curve
            continue
        if not _is_number(value):
            problem = f"returned {describe(value)}, expected one number"
            complain(task, [f"curves: {name!r} {problem}"])


def _value(curve: Any, prediction: Tensor, target: Tensor, few: Any) -> Any:
    if isinstance(curve, BatchMetric):
        curve.reset()
        curve.update(prediction, target)
        value = curve.compute()
        curve.reset()
        return value
    if takes_examples(curve):
        return curve(prediction, target, examples=few)
    return curve(prediction, target)


def _is_number(value: Any) -> bool:
    if isinstance(value, (Tensor, np.ndarray)):
        return int(np.prod(value.shape)) == 1
    return isinstance(value, (int, float, np.number))


def _check_metrics(task: Task, pipeline: Pipeline, few: Any) -> None:
    try:
        found = task.evaluate(pipeline, few)
    except (UserError, ValueError, ArithmeticError):  # too few for these metrics
        return
    if not isinstance(found, tuple) or len(found) != 2:
        problem = f"evaluate returned {describe(found)}, expected (metrics, artifacts)"
        complain(task, [problem])
    metrics, _ = found
    complain(task, metric_problems(task, metrics, "evaluate"))
    for key, value in metrics.items():
        if not _is_number(value):
            complain(task, [f"evaluate: {key!r} is {describe(value)}, expected a number"])


def _check_baselines(
    task: Task, pipelines: Mapping[str, Pipeline], few: Any, settings: Any
) -> None:
    try:
        found = task.baselines(few, few, settings, pipelines)
    except (UserError, ValueError, ArithmeticError):  # too few to be fitted on
        return
    complain(task, outcome_problems(task, found)[:1])


def _check_training(task: Task, settings: Any) -> None:
    known = list(inspect.signature(Trainer).parameters)[2:]
    for name in task.training(settings):
        if name not in known:
            complain(task, [f"training: {unknown('argument of the Trainer', name, known)}"])


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Leave all random numbers as they were; an untrained network's warnings mislead."""
    states = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
