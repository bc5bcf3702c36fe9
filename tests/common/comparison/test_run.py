"""What a comparison does with each way: the same decision for all, no column without a figure."""

import dataclasses
import math

import pytest

from common.comparison import run
from common.comparison.ways import Comparison, Way
from common.errors import UserError
from common.outcome import Metric
from tests.common.toy import ToySettings, ToySource, ToyTask

WAY = Way("the middle", "tests.common.comparison.by_the_middle", "nothing")


class Priced(ToyTask):
    """Its answers are decided upon, and it has a metric that nothing here has a figure of."""

    metrics = (*ToyTask.metrics, Metric("roubles", "roubles", "{:.0f}"))

    def __init__(self):
        super().__init__()
        self.decided = []

    def deciding(self, pipeline, train, valid, *, seconds=None, progress=False):
        self.decided.append((len(train), len(valid)))
        return dataclasses.replace(pipeline, source=ToySource(file="decided"))

    def evaluate(self, pipeline, examples):
        metrics, artifacts = super().evaluate(pipeline, examples)
        self.last = pipeline.source
        return {**metrics, "roubles": math.nan}, artifacts

    def baselines(self, train, test, settings, pipelines):
        return []


@pytest.fixture(scope="module")
def compared():
    task = Priced()
    comparison = Comparison(metrics=("mae", "roubles"), ways=(WAY,), missing={})
    settings = ToySettings(epochs=1, device="cpu")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_traps", lambda: ([], ""))
        patch.setattr(run, "_own", lambda task, metrics, seconds: run.Row(run.OWN, "", metrics))
        return task, run.compare(task, comparison, ToySource(), settings, progress=False)


def test_every_way_gets_the_decision_that_the_domains_own_network_gets(compared):
    task, contest = compared
    sizes = contest.prepared.sizes
    assert task.decided == 2 * [(sizes["train"], sizes["valid"])]
    assert task.last.file == "decided"


def test_a_metric_without_any_figure_is_left_out(compared):
    _, contest = compared
    assert [metric.key for metric in contest.metrics] == ["mae"]
    assert [row.name for row in contest.rows] == [run.OWN, "the middle"]
    assert "roubles" not in str(run.facts(contest)["ways"])


def test_a_deadline_that_would_cut_one_way_short_is_refused():
    """It cut the course's network after half an epoch, beside others that had a whole one."""
    settings = ToySettings(epochs=1, device="cpu", minutes=1.0)
    with pytest.raises(UserError, match="the same epochs.*take --epochs"):
        run.compare(Priced(), Comparison((), (), {}), ToySource(), settings)
