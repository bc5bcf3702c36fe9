"""The autopilot: it tries settings until the time is over, and answers with the best of them.

    the data is split and prepared once, the preparation fitted on the training part
    `search`    settings are tried, each judged by the validation part
    `answer`    the mean of the five best answers, if it is no worse than the best one
    `refit`     they are trained again on both parts, where the domain wants it and time allows
    the test part is examined, once, and the run is written; `page` is its page

Every figure that chooses something is of the validation part.
"""

import dataclasses
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from common.autopilot.answer import choose, examined
from common.autopilot.budget import Budget, Load
from common.autopilot.dask_client import TrialWorkers, search_side_by_side
from common.autopilot.dask_worker import Given
from common.autopilot.reading_deadline import in_time, refuse_too_little
from common.autopilot.search import Search
from common.autopilot.trials import Record, folder_beside, held
from common.cluster.connection import Cluster, connected
from common.device import pick_device
from common.errors import unknown
from common.outcome import Metric
from common.runs import drafts, experiment
from common.runs.dry_run import check_prepared
from common.runs.learning import training_threads
from common.runs.preflight import check_task
from common.runs.results import Result, write
from common.splits import Split
from common.task import Task
from common.training.threads import using_threads

MINUTES = 7.0


def autopilot(
    task: Task,
    source: Any,
    settings: Any,
    out: Path | None,
    *,
    told: set[str],
    metric: str | None = None,
    examples: Any = None,
    say: Callable[[str], None] = lambda line: None,
    language: str = "en",
    spent: float = 0.0,
    cluster: Cluster | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Search for `settings.minutes` and write the run of the best answer into `out`, if one is
    given. A search that was killed goes on when the same is asked for again.

    Args:
        told: settings that a person chose; they stay as they are.
        metric: key of the metric to judge by; by default the domain's.
        examples: in place of what the source names.
        language: of the page.
        spent: seconds of the time that are over already.
        cluster: whose workers try settings side by side; without, they are tried here.

    Raises:
        UserError: for data and settings that cannot be learned with, too little time, a second
            search at work on the same run, and a cluster that cannot be reached or cannot train.
    """
    check_task(task)
    ending = task.portfolio.ending
    budget = Budget(settings.minutes or MINUTES, clock=clock, spent=spent, ending=ending)
    judged = _metric_of(task, metric)
    if settings.loss not in task.losses:
        raise unknown("loss", settings.loss, task.losses)
    loss = task.portfolio.loss_for(judged.key, settings, told="loss" in told)
    settings = dataclasses.replace(settings, minutes=None, loss=loss)
    pick_device(settings.device)
    place = None if out is None else drafts.check_place(out, task.name)
    folder = None if place is None else folder_beside(place)
    with held(folder, out), ExitStack() as stack:
        for note in [] if out is None else drafts.note_of_replaced(out):
            say(note)
        # Before the data is read, which may take long: an address may be wrong.
        client = cluster and stack.enter_context(connected(cluster.address, cluster.certificates))
        in_memory = examples is not None
        refuse_too_little(budget, 0.0 if in_memory else task.reading_seconds(source))
        with in_time(budget):
            examples = task.load(source) if examples is None else examples
            base = task.complete(settings, examples)
            config = experiment.config_of(task, source, base, examples, in_memory=in_memory)
            began = clock()
            prepared = experiment.prepare(task, examples, source, base)
            preparing = clock() - began
            both = partial(_both, examples, prepared.split) if task.portfolio.refits else None
            del examples  # the parts are copies, and the whole may be large
            load = Load(clock)
            check_prepared(task, prepared, source, base, [base.loss])
            budget.slowed(load.times())
        identity = {**config, "metric": judged.key, "told": sorted(told)}
        record = Record(folder, identity)
        search = Search(task, prepared, source, base, judged, told, budget, record, say)
        search.preparing = preparing
        limited = dataclasses.replace(base, minutes=budget.seconds / 60)
        search.settling = task.settling(source, limited) * budget.seconds
        for note in prepared.notes:
            say(note)
        # Side by side each has one thread, so that it is the same wherever it is tried.
        threads = training_threads(task, prepared, base, 1)
        threads = threads if cluster is None else base.threads or 1
        given = Given(task, prepared.for_training, source, base, judged, threads)
        with using_threads(threads):
            if client is None:
                search.run()
            else:
                with TrialWorkers(client, given, lambda text: say(text.to(language))) as workers:
                    search.run(partial(search_side_by_side, workers=workers))
            answer = choose(search)
            result = examined(search, answer, prepared, settings=settings, config=config, both=both)
        if out is not None:
            with drafts.draft(out, result.config) as draft:
                chosen = search.settings_of(answer.trials[0])
                write(task, draft, result, chosen, language=language)
        record.remove()
    return result


def _both(examples: Any, parts: Split) -> Any:
    """Return the examples of the training and the validation part, in their order."""
    return examples[np.sort(np.concatenate([parts.train, parts.valid]))]


def _metric_of(task: Task, key: str | None) -> Metric:
    by_key = {metric.key: metric for metric in task.metrics}
    key = key or task.portfolio.metric or next(iter(by_key))
    if key not in by_key:
        raise unknown("metric", key, by_key)
    return by_key[key]
