import datetime
import itertools
import re

import numpy as np
import pytest

from common.errors import UserError
from common.splits import parse_shares, split


def parts_of(result):
    return result.train, result.valid, result.test


@pytest.mark.parametrize(
    "shares", ["70/20/10", "60/20/20", "80/20", (50, 30, 20), "33.33/33.33/33.34"]
)
@pytest.mark.parametrize("n", [10, 11, 997])
def test_parts_are_disjoint_and_cover_everything(shares, n):
    result = split(n, shares, seed=3)
    joined = np.concatenate(parts_of(result))
    assert sorted(joined.tolist()) == list(range(n))
    for part, fraction in zip(parts_of(result), parse_shares(shares), strict=True):
        assert abs(len(part) - n * fraction) <= 1


def test_random_split_is_the_plain_permutation_of_numpy():
    order = np.random.default_rng(5).permutation(1000)
    result = split(1000, "70/20/10", seed=5)
    np.testing.assert_array_equal(result.train, np.sort(order[:700]))
    np.testing.assert_array_equal(result.valid, np.sort(order[700:900]))
    np.testing.assert_array_equal(result.test, np.sort(order[900:]))


def test_seed_decides_the_split():
    again = split(100, seed=1)
    assert np.array_equal(split(100, seed=1).train, again.train)
    assert not np.array_equal(split(100, seed=2).train, again.train)


def test_anything_with_a_length_can_be_split():
    assert len(split(list("abcdefghij")).train) == 7


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ("70/20/20", "add up to 110"),
        ("70/20", "add up to 90"),
        ("100/0/0", "above 0"),
        ("110/-20/10", "above 0"),
        ("seventy", "two or three numbers"),
        ("40/30/20/10", "two or three numbers"),
        ("nan/50/50", "two or three numbers"),
        (None, "two or three numbers"),
    ],
)
def test_bad_shares_are_named(shares, words):
    if shares is None:
        shares = [None, 50, 50]
    with pytest.raises(UserError, match=words):
        split(100, shares)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_examples_are_refused(n):
    with pytest.raises(UserError, match="part is empty"):
        split(n, "70/20/10")


def test_strata_keep_their_proportions_in_every_part():
    labels = np.repeat(["rare", "common"], [50, 950])
    result = split(1000, "70/20/10", stratify=labels)
    for part, expected in zip(parts_of(result), (35, 10, 5), strict=True):
        assert np.sum(labels[part] == "rare") == expected


def test_a_label_with_one_example_lands_somewhere():
    result = split(10, "70/20/10", stratify=["one"] + ["other"] * 9)
    assert sum(0 in part for part in parts_of(result)) == 1


def test_a_group_never_straddles_parts():
    groups = np.random.default_rng(0).integers(0, 60, 1000)
    result = split(1000, "60/20/20", groups=groups, seed=4)
    seen = [set(groups[part]) for part in parts_of(result)]
    assert len(set.union(*seen)) == sum(len(part) for part in seen)
    for part, fraction in zip(parts_of(result), (0.6, 0.2, 0.2), strict=True):
        assert abs(len(part) / 1000 - fraction) < 0.03


def test_groups_can_be_stratified():
    groups = np.repeat(np.arange(100), 10)
    labels = np.repeat(np.arange(100) < 20, 10)
    result = split(1000, "60/20/20", groups=groups, stratify=labels)
    for part in parts_of(result):
        assert labels[part].mean() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("groups", [3, 4, 5, 6, 7])
@pytest.mark.parametrize("shares", ["70/20/10", "60/20/20"])
def test_a_few_equal_groups_leave_no_part_empty(groups, shares):
    result = split(10 * groups, shares, groups=np.repeat(np.arange(groups), 10))
    assert min(len(part) for part in parts_of(result)) >= 10
    assert len(result.train) == max(len(part) for part in parts_of(result))


def test_one_group_cannot_be_split():
    with pytest.raises(UserError, match="too few groups"):
        split(100, "70/20/10", groups=["a"] * 100)


def test_seed_moves_equal_groups():
    groups = np.repeat(np.arange(20), 5)
    homes = {tuple(split(100, groups=groups, seed=seed).test) for seed in range(8)}
    assert len(homes) > 1


def test_with_times_train_is_the_oldest():
    times = np.random.default_rng(0).integers(0, 500, 1000)
    result = split(1000, "70/20/10", times=times)
    assert times[result.train].max() < times[result.valid].min()
    assert times[result.valid].max() < times[result.test].min()
    assert abs(len(result.train) - 700) < 10


def test_dates_as_text_are_moments():
    times = ["2024-01-05", "2023-12-31", "2024-03-01", "2022-01-01"]
    np.testing.assert_array_equal(split(4, "50/50", times=times).train, [1, 3])


def test_a_missing_date_is_named():
    with pytest.raises(UserError, match="example 1 has no date"):
        split(3, "50/50", times=["2024-01-05", "NaT", "2024-03-01"])


@pytest.mark.parametrize("moments", [3, 4, 5, 9])
@pytest.mark.parametrize("shares", ["70/20/10", "98/1/1", "34/33/33", "1/98/1"])
def test_a_few_moments_leave_no_part_empty(moments, shares):
    times = np.repeat(np.arange(moments), 10)
    result = split(10 * moments, shares, times=times)
    assert min(len(part) for part in parts_of(result)) >= 10
    assert sorted(np.concatenate(parts_of(result))) == list(range(10 * moments))


def test_too_few_moments_are_named_with_their_span():
    dates = ["2024-05-31", "2024-06-01"] * 5
    with pytest.raises(UserError, match="2 moments from 2024-05-31 to 2024-06-01 give too few"):
        split(10, times=dates)
    assert len(split(10, "80/20", times=dates).valid) == 5


@pytest.mark.parametrize("shares", ["70/20/10", "80/20"])
@pytest.mark.parametrize("gap", [0, 1, 7.5, 40])
def test_with_a_gap_the_parts_lie_apart(shares, gap):
    times = np.random.default_rng(0).integers(0, 200, 1000)
    result = split(1000, shares, times=times, gap=gap)
    parts = [part for part in parts_of(result) if len(part)]
    assert len(parts) == len(shares.split("/"))
    for earlier, later in itertools.pairwise(parts):
        assert times[later].min() - times[earlier].max() >= max(gap, 1)
        # And no more is left out than has to be.
        between = (times >= times[earlier].max() + 1) & (times < times[later].min())
        assert not np.any(times[between] <= times[later].min() - gap)
    everything = np.concatenate([*parts_of(result), result.left_out])
    assert sorted(everything.tolist()) == list(range(1000))


@pytest.mark.parametrize(
    "gap", ["7 days", "1 week", "168 hours", datetime.timedelta(7), np.timedelta64(7, "D")]
)
@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_a_gap_between_dates_has_its_unit(gap, unit):
    dates = np.arange("2024-01-01", "2024-04-10", dtype="datetime64[D]").astype(f"M8[{unit}]")
    result = split(100, times=dates, gap=gap)
    assert len(result.left_out) == 12
    assert dates[result.valid[0]] - dates[result.train[-1]] == np.timedelta64(7, "D")


@pytest.mark.parametrize(
    ("times", "gap", "words"),
    [
        (
            ["2024-01-01"] * 9,
            7,
            "gap is 7, but the times are dates: say the unit, such as '7 days'",
        ),
        (["2024-01-01"] * 9, "7", "gap is '7', expected a number with seconds, minutes, hours"),
        (["2024-01-01"] * 9, "7 moons", "such as '7 days'"),
        (range(9), "7 days", "the times are numbers"),
        (range(9), np.timedelta64(7, "D"), "the times are numbers"),
        (range(9), -1, "from 0 up"),
        (range(9), float("nan"), "from 0 up"),
        (range(9), 8, "give too few moments for training, validation and test with a gap of 8"),
        (None, 8, "only a split by time has gaps"),
    ],
)
def test_a_gap_that_cannot_be_is_named(times, gap, words):
    with pytest.raises(UserError, match=re.escape(words)):
        split(9, times=times, gap=gap)


def test_a_wide_gap_moves_the_cuts_before_it_empties_a_part():
    result = split(100, "98/1/1", times=np.arange(100), gap=45)
    assert [len(part) for part in parts_of(result)] == [10, 1, 1]


def test_times_with_groups_are_refused():
    with pytest.raises(UserError, match="by time"):
        split(4, times=[1, 2, 3, 4], groups=[1, 1, 2, 2])


def test_a_column_of_another_length_is_refused():
    with pytest.raises(UserError, match="3 values for 4 examples"):
        split(4, groups=[1, 2, 3])
