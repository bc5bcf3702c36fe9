"""When a class handed in, drawn over minutes and over weeks."""

import types
from datetime import UTC, datetime, timedelta

import pytest

from common.grading.reports.class_progress import handed_in


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "apart", [timedelta(minutes=2), timedelta(hours=1), timedelta(hours=5), timedelta(days=4)]
)
def test_no_two_moments_on_the_axis_are_called_the_same(apart, language):
    moments = [datetime(2026, 9, 1, 15, tzinfo=UTC) + k * apart for k in range(8)]
    history = types.SimpleNamespace(times=lambda module: moments, due={})
    axis = handed_in(history, ["tabular"], language).axes[0].xaxis
    low, high = sorted(axis.get_view_interval())
    called = [axis.get_major_formatter()(tick) for tick in axis.get_majorticklocs()]
    assert len(called) == len({*called}) >= 3
    assert (":" in called[0]) == (high - low < 2)
