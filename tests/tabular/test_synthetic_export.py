"""The export of the simulated market is reproducible, and dirty just as it says."""

import socket

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from tabular.synthetic import COLUMNS, coefficients, simulate
from tabular.synthetic.dirty_data import MISSPELT_COLUMNS, left_out_more_often, make_dirty
from tabular.synthetic.flats import draw_flats


@pytest.fixture(scope="module")
def market():
    return simulate()


@pytest.fixture(scope="module")
def clean():
    return draw_flats(np.random.default_rng(5), 12_000)


@pytest.fixture(scope="module")
def soiled(clean):
    return make_dirty(np.random.default_rng(6), clean)


def log_error(market):
    return np.log(market.flats["price"] / market.fair_price).to_numpy()


def test_same_seed_gives_the_same_market_and_another_seed_another():
    first, again, other = (simulate(2_000, seed=seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first.flats, again.flats)
    assert first.fair_price.tobytes() == again.fair_price.tobytes()
    assert not first.flats["price"].equals(other.flats["price"])


def test_the_city_is_the_same_for_every_seed():
    one, two = (draw_flats(np.random.default_rng(seed), 3_000) for seed in (7, 8))
    apart = np.hypot(
        *(
            one[name].to_numpy()[:, None] - two[name].to_numpy()
            for name in ("latitude", "longitude")
        )
    )
    neighbour = two["hidden_quality"].to_numpy()[apart.argmin(axis=1)]
    assert np.corrcoef(one["hidden_quality"], neighbour)[0, 1] > 0.7


@pytest.mark.parametrize("n", [1, 2, 33, 34, 500, 3_001])
def test_any_number_of_flats_can_be_drawn(n):
    flats, fair = simulate(n, seed=4)
    assert list(flats.columns) == list(COLUMNS)
    assert len(flats) == len(fair) == n
    assert flats.index.equals(pd.RangeIndex(n))
    assert fair.dtype == np.float64
    assert np.isfinite(fair).all()
    assert (fair > 0).all()


def test_no_flats_is_the_users_mistake():
    with pytest.raises(UserError, match="number of flats: 0, expected 1 or more"):
        simulate(0)


def test_columns_have_the_types_that_a_reader_expects(market):
    flats = market.flats
    assert pd.api.types.is_datetime64_any_dtype(flats["listed_on"])
    assert flats["has_lift"].dtype == flats["new_building"].dtype == bool
    assert flats["price"].dtype == np.int64
    assert (flats["price"] % 10_000 == 0).all()


def test_repeated_rows_repeat_their_price_and_fair_price(market):
    flats, fair = market
    repeated = flats.duplicated(keep=False)
    assert flats.duplicated().sum() == round(0.015 * len(flats))
    assert not flats.loc[~flats.duplicated(), "listing_id"].duplicated().any()
    by_listing = pd.DataFrame({"id": flats["listing_id"], "fair": fair, "price": flats["price"]})
    groups = by_listing[repeated].groupby("id")
    assert (groups.nunique() == 1).all().all()
    assert (groups.size() == 2).all()


def test_fair_price_survives_cleaning_by_the_index(market):
    kept = market.flats.drop_duplicates().query("area > 0 and floor <= floors")
    error = np.log(kept["price"] / market.fair_price[kept.index])
    assert error.abs().max() < 6 * 0.15


def test_impossible_areas_are_as_rare_as_documented(clean, soiled):
    zero = soiled["area"] == 0
    lost = soiled["area"] >= 1_000
    swapped = soiled["living_area"] > soiled["area"]
    assert 0.0015 < zero.mean() < 0.005
    assert 0.0015 < lost.mean() < 0.005
    assert 0.002 < (swapped & ~zero).mean() < 0.007
    once = lost & (soiled["living_area"] == clean["living_area"])
    np.testing.assert_allclose(soiled.loc[once, "area"], clean.loc[once, "area"] * 100, atol=0.5)
    untouched = ~(zero | lost | swapped | soiled["living_area"].isna())
    assert soiled.loc[untouched, "area"].equals(clean.loc[untouched, "area"])


def test_rows_with_impossible_areas_keep_the_true_fair_price(market):
    broken = (market.flats["area"] == 0) | (market.flats["area"] >= 1_000)
    assert broken.sum() > 20
    assert np.abs(log_error(market)[broken]).max() < 6 * 0.15


def test_some_floors_are_above_the_roof(soiled):
    assert 0.002 < (soiled["floor"] > soiled["floors"]).mean() < 0.006


def test_misspelt_categories_differ_only_in_case_and_spaces(clean, soiled):
    for column in MISSPELT_COLUMNS:
        there = soiled[column].notna()
        mended = soiled.loc[there, column].str.strip().str.lower()
        assert mended.equals(clean.loc[there, column])
        assert 0.012 < (mended != soiled.loc[there, column]).mean() < 0.028


def test_cells_are_empty_as_often_as_documented_and_not_at_random(clean, soiled):
    more_often = left_out_more_often(clean)
    for column, (share, added) in coefficients.MISSING.items():
        name = "latitude" if column == "coordinates" else column
        group = more_often.get(column, pd.Series(False, index=clean.index))
        empty = soiled[name].isna()
        assert empty[~group].mean() == pytest.approx(share, abs=0.012), column
        if added:
            assert empty[group].mean() == pytest.approx(share + added, abs=0.05), column
    assert soiled["latitude"].isna().equals(soiled["longitude"].isna())
    whole = set(COLUMNS) - set(coefficients.MISSING) - {"latitude", "longitude", "price"}
    assert not soiled[sorted(whole)].isna().any().any()


def test_the_export_survives_a_csv_file(market, tmp_path):
    path = tmp_path / "flats.csv"
    market.flats.to_csv(path, index=False, encoding="utf-8")
    back = pd.read_csv(path, parse_dates=["listed_on"])
    pd.testing.assert_frame_equal(back, market.flats, check_dtype=False)


def test_nothing_is_downloaded(monkeypatch):
    def refuse(*arguments):
        raise AssertionError("the market opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    simulate(100)
