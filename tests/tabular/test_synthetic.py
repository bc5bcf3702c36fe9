"""The simulated city, its flats and their prices are plausible and follow the written formula."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import tabular.synthetic
from tabular.synthetic import city, coefficients, simulate
from tabular.synthetic.flats import draw_flats
from tabular.synthetic.houses import choose
from tabular.synthetic.price import fair_price, noise_scale
from tabular.synthetic.stations import STATIONS


@pytest.fixture(scope="module")
def market():
    return simulate()


@pytest.fixture(scope="module")
def clean():
    return draw_flats(np.random.default_rng(5), 12_000)


def log_error(market):
    return np.log(market.flats["price"] / market.fair_price).to_numpy()


# Geography


def test_stations_lie_within_moscow_and_none_is_repeated():
    for station in STATIONS:
        assert 55.49 < station.latitude < 55.96, station
        assert 37.30 < station.longitude < 37.90, station
    assert len({station.name for station in STATIONS}) == len(STATIONS) >= 60


def test_okrugs_lie_where_their_names_say():
    stations = pd.DataFrame(STATIONS)
    middle = stations.groupby("okrug")[["latitude", "longitude"]].mean()
    assert middle["latitude"].idxmin() == "tinao"
    assert middle["longitude"].idxmin() in {"szao", "tinao"}
    assert middle.loc["sao", "latitude"] > middle.loc["tsao", "latitude"] + 0.03
    assert middle.loc["yuao", "latitude"] < middle.loc["tsao", "latitude"] - 0.03
    assert middle.loc["vao", "longitude"] > middle.loc["tsao", "longitude"] + 0.1
    assert middle.loc["zao", "longitude"] < middle.loc["tsao", "longitude"] - 0.1


def test_distance_agrees_with_the_great_circle():
    rng = np.random.default_rng(0)
    latitude, longitude = rng.uniform(55.55, 55.92, 200), rng.uniform(37.3, 37.9, 200)
    phi, phi0 = np.deg2rad(latitude), np.deg2rad(city.KREMLIN[0])
    turn = np.deg2rad(longitude - city.KREMLIN[1])
    haversine = np.sin((phi - phi0) / 2) ** 2 + np.cos(phi) * np.cos(phi0) * np.sin(turn / 2) ** 2
    expected = 2 * 6371.0 * np.arcsin(np.sqrt(haversine))
    np.testing.assert_allclose(city.distance(latitude, longitude), expected, rtol=0.01)


def test_distance_to_river_agrees_with_a_dense_walk_along_it():
    bends = np.array(city.RIVER)
    share = np.linspace(0.0, 1.0, 400)[:, None]
    walk = np.concatenate([a + share * (b - a) for a, b in pairwise(bends)])
    rng = np.random.default_rng(1)
    latitude, longitude = rng.uniform(55.6, 55.9, 50), rng.uniform(37.3, 37.9, 50)
    expected = [
        city.distance(walk[:, 0], walk[:, 1], to=(here_latitude, here_longitude)).min()
        for here_latitude, here_longitude in zip(latitude, longitude, strict=True)
    ]
    np.testing.assert_allclose(city.distance_to_river(latitude, longitude), expected, atol=0.02)


def test_hidden_quality_is_smooth_and_has_the_documented_spread():
    rng = np.random.default_rng(2)
    latitude, longitude = rng.uniform(55.55, 55.92, 5_000), rng.uniform(37.35, 37.85, 5_000)
    here = city.hidden_quality(latitude, longitude)
    expected = np.sqrt(sum(deviation**2 for _, deviation in coefficients.LOCAL_FIELDS))
    assert here.std() == pytest.approx(expected, rel=0.15)
    across_the_yard = city.hidden_quality(latitude + 0.1 / city.KM_PER_LATITUDE, longitude)
    across_the_city = city.hidden_quality(latitude + 8.0 / city.KM_PER_LATITUDE, longitude)
    assert np.corrcoef(here, across_the_yard)[0, 1] > 0.97
    assert abs(np.corrcoef(here, across_the_city)[0, 1]) < 0.15


# Houses and flats


def test_choose_follows_each_rows_own_weights():
    weights = np.tile([[1.0, 0.0, 3.0], [0.0, 2.0, 0.0]], (20_000, 1))
    drawn = choose(np.random.default_rng(3), ["a", "b", "c"], weights)
    assert set(drawn[1::2]) == {"b"}
    assert set(drawn[::2]) == {"a", "c"}
    assert (drawn[::2] == "c").mean() == pytest.approx(0.75, abs=0.015)


def test_year_material_and_floors_agree(clean):
    year = clean["year_built"]
    assert year.between(1890, 2027).all()
    assert year[clean["material"] == "stalin"].between(1935, 1957).all()
    assert year[clean["material"].isin(["monolith", "monolith_brick"])].min() >= 1990
    assert year[clean["material"] == "panel"].min() >= 1958
    assert clean.loc[year.between(1958, 1969), "floors"].max() <= 9
    assert clean.loc[year < 1958, "floors"].max() <= 10
    assert (clean["new_building"] == (year >= 2023)).all()
    assert (clean["seller"] == "developer").eq(clean["new_building"]).all()
    low, high = clean[year.between(1958, 1969)], clean[year < 1958]
    assert low["ceiling_height"].max() <= 2.6 < 2.9 <= high["ceiling_height"].min()


def test_flats_are_possible(clean):
    assert not clean.isna().any().any()
    assert clean["floor"].between(1, clean["floors"]).all()
    assert clean["area"].between(14, 500).all()
    # Three roundings to a tenth can add up.
    assert (clean["living_area"] + clean["kitchen_area"] <= 0.92 * clean["area"] + 0.2).all()
    assert (clean["kitchen_area"] > 0).all()
    assert clean["listing_id"].is_unique
    assert clean.sort_values("listing_id")["listed_on"].is_monotonic_increasing
    assert clean["listed_on"].between("2024-01-01", "2025-12-31").all()
    assert (clean.groupby("rooms")["area"].median().diff().dropna() > 5).all()


def test_flats_of_one_house_agree_about_the_house(clean):
    house = clean.groupby(["latitude", "longitude"])
    shared = ["year_built", "material", "floors", "ceiling_height", "building_class", "has_lift"]
    assert (house[shared].nunique() == 1).all().all()
    assert house.size().median() >= 2


# Prices


def test_the_docstring_quotes_the_coefficients():
    c, text = coefficients, " ".join(tabular.synthetic.__doc__.split())
    for phrase in (
        f"σ = {c.NOISE:.3f} · (fair / 15 million)^{c.NOISE_POWER}",
        f"ln {c.BASE_PRICE:,.0f} ",
        f"{c.CENTRE_PREMIUM} · exp(−d / {c.CENTRE_SCALE} km)",
        f"{c.WEST_PREMIUM} · cos(bearing − {c.WEST_BEARING:.0f}°)",
        f"{c.RIVER_PREMIUM} · exp(−river / {c.RIVER_SCALE} km)",
        f"{c.PARK_PREMIUM} · exp(−park / {c.PARK_SCALE} km)",
        f"− {-c.METRO_PREMIUM} · ln(walk / 10 min)",
        f"− {-c.AGE_PREMIUM} · min(age, {c.AGE_LIMIT})",
        f"{c.CEILING_PREMIUM} · (ceiling − {c.CEILING_USUAL} m)",
        f"{c.TOWER_PREMIUM} · floors over the tenth, {c.TOWER_LIMIT} at most",
        f"− {-c.NO_LIFT_PREMIUM} · floors over the second",
        f"{c.BALCONY_PREMIUM} · balconies",
        f"{c.MONTH_PREMIUM} · months",
        f"{c.SEASON_PREMIUM} · cos(2π · (months − 9.5) / 12)",
        "over {} km (deviation {}), the other over {:.0f} km ({})".format(*sum(c.LOCAL_FIELDS, ())),
    ):
        assert phrase in text, phrase


def test_fair_price_of_one_flat_agrees_with_a_calculation_by_hand():
    # Before local and known quality, which the row states: panel, 35 years, 6th of 9 floors.
    flat = pd.DataFrame(
        {
            "area": 55.0, "rooms": 2, "building_class": "economy", "material": "panel",
            "parking": "yard", "year_built": 1989, "ceiling_height": 2.6, "floor": 6, "floors": 9,
            "has_lift": True, "renovation": "euro", "view": "park", "balconies": 1,
            "seller": "owner", "listed_on": pd.to_datetime(["2024-10-01"]), "metro_minutes": 20.0,
            "ring": "circle", "known_quality": np.log(300_000.0), "hidden_quality": 0.1,
        }
    )  # fmt: skip
    months = 9 + 1 / 31
    terms = [
        0.1, -0.06 * np.log(2.0), 0.03,
        0.0, -0.05, 0.01, -0.003 * 35, -0.16 * 0.1,
        0.6 * (0.06 + 0.04), 0.012,
        0.007 * months, 0.015 * np.cos(2 * np.pi * (months - 9.5) / 12), -0.01,
    ]  # fmt: skip
    assert fair_price(flat)[0] == pytest.approx(55 * 300_000 * np.exp(sum(terms)), abs=1.0)


@pytest.mark.parametrize(
    ("change", "premium"),
    [
        ({"floor": 1}, {"economy": -0.08, "comfort": -0.07, "business": -0.05, "elite": -0.03}),
        ({"renovation": "designer"}, {"economy": 0.072, "comfort": 0.12, "elite": 0.204}),
        ({"view": "river"}, {"economy": 0.036, "comfort": 0.06, "elite": 0.102}),
        ({"floor": 20}, dict.fromkeys(coefficients.CLASSES, 0.04)),
        ({"area": 110.0}, {"economy": 0.86 * np.log(2), "elite": 1.02 * np.log(2)}),
        ({"has_lift": False, "floor": 5}, dict.fromkeys(coefficients.CLASSES, -0.06)),
        ({"floor": 25}, {"economy": 0.06 - 0.04, "elite": 0.06 + 0.12}),
    ],
)
def test_one_change_moves_the_price_as_the_formula_says(clean, change, premium):
    for name, expected in premium.items():
        usual = {
            "building_class": name, "floor": 4, "floors": 25, "renovation": "cosmetic",
            "view": "yard", "area": 55.0, "has_lift": True,
        }  # fmt: skip
        before = clean.head(20).assign(**usual)
        moved = np.log(fair_price(before.assign(**change)) / fair_price(before))
        np.testing.assert_allclose(moved, expected, atol=1e-6)


def test_prices_span_3_to_400_million_with_a_heavy_tail(market):
    million = market.flats["price"] / 1e6
    assert 3.0 < million.quantile(0.001) < 5.0
    assert 13.0 < million.median() < 18.0
    assert 80.0 < million.quantile(0.99) < 150.0
    assert 150.0 < million.quantile(0.999) < 400.0
    assert million.min() > 2.0
    assert million.max() < 500.0
    assert np.log(million).skew() > 0.5


def test_a_square_metre_costs_more_towards_the_centre_and_the_west(clean):
    metre = (pd.Series(fair_price(clean)) / clean["area"]).groupby(clean["okrug"]).median()
    assert 500_000 < metre["tsao"] < 900_000
    assert metre.idxmin() == "tinao"
    assert metre.drop("tsao").between(180_000, 400_000).all()
    assert metre["zao"] > metre["vao"]


def test_a_perfect_valuer_is_unbiased_and_6_to_7_percent_off(market):
    error = log_error(market)
    assert abs(np.median(error)) < 0.003
    relative = np.abs(market.fair_price / market.flats["price"] - 1)
    assert 0.06 < relative.mean() < 0.07


def test_noise_grows_with_price_as_documented(market):
    error, fair = log_error(market), market.fair_price
    spread = [error[rows].std() for rows in np.array_split(np.argsort(fair), 5)]
    assert (np.diff(spread) > 0).all()
    assert (error / noise_scale(fair)).std() == pytest.approx(1.0, abs=0.03)
    assert noise_scale(np.array([15e6 * 2, 1.0, 1e12])) == pytest.approx(
        [0.08 * 2**0.28, 0.05, 0.15]
    )


def test_neighbours_tell_what_the_columns_do_not(clean):
    # The formula without the hidden term leaves an error that the nearest flats share.
    place = clean[["longitude", "latitude"]].to_numpy() * (city.KM_PER_LONGITUDE, 111.3)
    houses = clean.drop_duplicates(["latitude", "longitude"]).index[:1_500]
    place, left = place[houses], clean["hidden_quality"].to_numpy()[houses]
    apart = np.linalg.norm(place[:, None] - place[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    assert np.corrcoef(left, left[apart.argmin(axis=1)])[0, 1] > 0.7
    columns = clean.loc[houses, ["area", "rooms", "floor", "ceiling_height", "known_quality"]]
    assert columns.corrwith(pd.Series(left, index=houses)).abs().max() < 0.15
