"""The command `train --find-lr`: the same road as a training, and a sweep in place of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.ticker import FuncFormatter

from common.report.pages import template, write_page
from common.report.plots import LEGEND, label, new_figure, series_styles, styled
from common.report.section import Section
from common.runs.dry_run import check_prepared
from common.runs.experiment import prepare, read
from common.runs.fine_tuning import Start
from common.runs.learning import new_trainer, training_threads
from common.runs.preflight import check_wishes
from common.task import Task
from common.training.lr_finder import RateSweep, find_lr
from common.training.threads import using_threads
from common.translation import translate_section, translator

PAGE = "lr.html"


def find(
    task: Task,
    source: Any,
    settings: Any,
    out: Path,
    *,
    say: Callable[[str], None] = lambda line: None,
    language: str = "en",
    start: Start | None = None,
) -> RateSweep:
    """Sweep the learning rate for a task's network on the training part, and draw it.

    Args:
        out: a folder for the page, `lr.html`.
        language: of the page.
        start: a run to begin from, as a training would.

    Raises:
        UserError: as a training would; or the page cannot be written.
    """
    check_wishes(task, settings)
    if start is not None:
        start.check(task, settings)
    examples = read(task, source, start)
    settings = task.complete(settings, examples)
    prepared = prepare(task, examples, source, settings, start=start)
    for note in prepared.notes:
        say(note)
    check_prepared(task, prepared, source, settings, [settings.loss])
    with using_threads(training_threads(task, prepared, settings, 1)):
        sweep = find_lr(new_trainer(task, prepared, settings, progress=False), prepared.train_data)
    t = translator(language, task.name)
    text = template("page.html").render(
        language=language,
        t=t,
        title=t("Which learning rate?"),
        about=t(
            "The learning rate rises at every step, from far too small to far too large. While it "
            "is too small, nothing is learned; then the loss falls; then the steps are too long, "
            "and it rises."
        ),
        sections=[translate_section(picture_of(sweep, settings), t)],
    )
    out.mkdir(parents=True, exist_ok=True)
    write_page(out / PAGE, text)
    return sweep


def picture_of(sweep: RateSweep, settings: Any) -> Section:
    """Draw the loss by learning rate, with what is suggested and what the settings have."""
    figure = new_figure(3.0)
    axes = styled(figure.add_subplot())
    loss, suggested, chosen, _ = series_styles(4)
    axes.plot(sweep.rates, sweep.losses, **{**loss.line(), "marker": ""})
    for rate, style, name in (
        (sweep.suggested, suggested, "suggested"),
        (settings.lr, chosen, "in the settings"),
    ):
        axes.axvline(rate, **{**style.line(), "marker": ""}, label=name)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:g}"))
    low, high = min(sweep.losses), sweep.losses[0]
    span = high - low or abs(high) or 1.0  # from a trained run on, it may never fall
    axes.set_ylim(low - 0.1 * span, high + 0.4 * span)
    label(axes, x="learning rate", y="loss (running mean)")
    axes.legend(**LEGEND)
    return Section(
        "Loss while the learning rate rises",
        f"Trained with {settings.loss}, {len(sweep.rates)} steps of {settings.batch_size} "
        f"examples. The loss is lowest at {sweep.lowest:.2g}. Suggested is {sweep.suggested:.2g}, "
        "where a quarter of its fall is done: a training takes many steps at its highest rate, "
        "and the sweep only one.",
        figure,
        wide=True,
    )
