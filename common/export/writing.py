"""A run becomes a bundle: network, preparation, code and page; measured before it is written."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from common.errors import UserError
from common.export import archive
from common.export.exporter import Exporter
from common.export.figures import Figures, milliseconds_of, table_of, works_of
from common.export.graph import to_onnx
from common.export.page import pages
from common.export.quantization import refuse_costly
from common.export.runtime import need_libraries, runner
from common.i18n import LANGUAGES, Text, count_of
from common.outcome import Metric
from common.runs import experiment, store
from common.settings import Options
from common.splits import split
from common.task import Task

CLOSE = 1e-4
"""How far an answer in float32 may be from PyTorch's, where 1 is everything."""


@dataclass(frozen=True)
class Exported:
    """What was written, and what it costs.

    figures: PyTorch's row first, that of the bundle's own network last. holds: what of the
    training data went along.
    """

    out: Path
    metric: str
    figures: list[Figures]
    holds: list[Text]


def export(
    task: Task,
    folder: Path,
    out: Path,
    *,
    options: Options | None = None,
    int8: bool = False,
    say: Callable[[str], None] = lambda line: None,
    language: str = "en",
) -> Exported:
    """Write a run's bundle to `out`, a zip.

    It is measured on the validation part, which its source is read again for. int8 is found on
    that part, too; without it there is no int8. language: of the table that `say` hears.

    Raises:
        UserError: the run is damaged or of another domain, something is at `out` already, the
            exported network answers otherwise than the run's own, or int8 costs too much.
    """
    need_libraries()
    archive.check_place(out)
    pipeline = store.load(folder, task, device="cpu")
    exporter = task.exporter(pipeline, options or Options())
    code = archive.code_of(exporter.modules, instead=exporter.instead)
    valid = _validation(task, folder, need=int8, say=say)
    say("writing the network as ONNX")
    contents = {"fp32": to_onnx(exporter)}
    metric = _metric_of(task)
    rows = [_own_row(task, folder, pipeline, valid, metric)]
    if exporter.left_out:
        own = _own_row(task, folder, exporter.pipeline, valid, metric)
        rows.append(replace(own, name=f"torch, {exporter.left_out}"))
    rows.append(_row("fp32", contents["fp32"], exporter, valid, metric))
    difference = rows[-1].difference or 0.0
    if not difference <= CLOSE:
        raise UserError(
            f"the exported network differs from the run's own by {difference:.1e}, more than "
            f"{CLOSE:g}: nothing was written",
            ru=f"экспортированная сеть отличается от исходной на {difference:.1e}, больше чем на "
            f"{CLOSE:g}: ничего не записано",
        )
    if int8:
        say("finding the ranges for int8 on the validation part")
        contents["int8"] = exporter.to_int8(contents["fp32"], valid)
        rows.append(_row("int8", contents["int8"], exporter, valid, metric))
    runners = {name: runner(content) for name, content in contents.items()}
    times = milliseconds_of(works_of(exporter, runners))
    rows = [replace(row, milliseconds=times.get(row.name)) for row in rows]
    tables = {
        name: table_of(rows, metric=metric, unit=exporter.unit, language=name, module=task.name)
        for name in LANGUAGES
    }
    for line in tables[language]:
        say(line)
    if int8:
        exact, rounded = (row.metric for row in rows[-2:])
        assert exact is not None
        assert rounded is not None
        refuse_costly(metric, exact, rounded)
    files = {
        "run.py": archive.RUN.format(main=exporter.modules[-1].rpartition(".")[2]).encode(),
        "model.onnx": contents["int8" if int8 else "fp32"],
        **exporter.files(),
        "requirements.txt": _requirements(exporter).encode(),
    }
    written = pages(exporter, tables, int8=int8, measured=valid is not None)
    files |= {name: text.encode() for name, text in written.items()}
    files |= {f"{archive.PACKAGE}/{name}": text.encode() for name, text in code.items()}
    archive.write_archive(out, files)
    return Exported(out, metric.key, rows, exporter.holds)


def _validation(task: Task, folder: Path, *, need: bool, say: Callable[[str], None]) -> Any | None:
    """Return the run's validation part; None where its data cannot be read any more."""
    config = store.read_config(store.standing(folder), task)
    settings = config["settings"]
    try:
        examples = experiment.reload(task, folder, config)
    except UserError as error:
        if need:
            raise UserError(
                f"int8 is found on the validation part, which is not to be had: {error}"
            ) from None
        say(f"no metric is measured: {error}")
        return None
    parts = split(examples, settings.shares, seed=settings.seed, **examples.split_by)
    valid = examples[parts.valid]
    say(f"figures of the validation part: {count_of(len(valid), 'example')}")
    return valid


def _metric_of(task: Task) -> Metric:
    key = task.portfolio.metric
    return next((one for one in task.metrics if one.key == key), task.metrics[0])


def _own_row(task: Task, folder: Path, pipeline: Any, valid: Any, metric: Metric) -> Figures:
    size = (store.standing(folder) / "model.safetensors").stat().st_size
    value = None if valid is None else task.evaluate(pipeline, valid)[0].get(metric.key)
    return Figures("torch", value, size, None, None)


def _row(name: str, content: bytes, exporter: Exporter, valid: Any, metric: Metric) -> Figures:
    run = runner(content)
    if valid is not None:
        values, difference = exporter.metrics(run, valid)
        return Figures(name, values.get(metric.key), len(content), None, difference)
    inputs = exporter.sample()
    feed = {key: value.numpy() for key, value in zip(exporter.inputs, inputs, strict=True)}
    own = exporter.network().eval()(*inputs)
    own = own[0] if isinstance(own, tuple) else own
    ours, theirs = map(exporter.comparable, (own.detach().numpy(), run(feed)[0]))
    return Figures(name, None, len(content), None, float(np.abs(ours - theirs).max()))


def _requirements(exporter: Exporter) -> str:
    return "".join(f"{line}\n" for line in ("numpy>=2.0", "onnxruntime>=1.32", *exporter.libraries))
