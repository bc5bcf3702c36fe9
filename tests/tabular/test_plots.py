import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from common.outcome import Outcome
from common.report.plots import png
from common.training.history import History
from tabular.currency import money
from tabular.metrics import price_metrics
from tabular.plots import draw
from tabular.price_axes import money_axis, price_range
from tabular.synthetic import simulate

pytestmark = pytest.mark.filterwarnings("error")


def table(frame, price, fair=None, currency="₽", coordinates=None):
    return SimpleNamespace(
        frame=frame, price=price, fair_price=fair, currency=currency, coordinates=coordinates
    )


def trained(name, test, predicted):
    history = History([{"epoch": 1, "train_loss": 1.0}], 1, "epochs")
    return Outcome(name, price_metrics(predicted, test.price), predicted, history, 1.0)


def moscow(n=400, seed=0):
    flats, fair = simulate(n, seed=seed)
    price = flats.pop("price").to_numpy(np.float64)
    return table(flats, price, fair, coordinates=("latitude", "longitude"))


def blunders(test, *noises):
    rng = np.random.default_rng(1)
    return [
        trained(
            f"loss_{i}", test, test.price * np.exp(noise * rng.standard_normal(len(test.price)))
        )
        for i, noise in enumerate(noises)
    ]


def named(pictures, title):
    return next(picture for picture in pictures if picture.title == title)


def test_all_pictures_of_a_full_table_are_drawn():
    train, test = moscow(seed=0), moscow(seed=1)
    pictures = draw(train, test, blunders(test, 0.1, 0.2))
    assert [picture.title for picture in pictures] == [
        "Prices",
        "Where it is expensive",
        "Predicted against true",
        "Error by price",
        "The worst valuations",
    ]
    for picture in pictures:
        assert picture.caption
        assert (picture.figure is None) == bool(picture.table)
        if picture.figure is not None:
            assert len(png(picture.figure)) > 5_000


def test_references_are_no_networks():
    train, test = moscow(50), moscow(50, seed=1)
    guess = np.full(50, np.median(train.price))
    reference = Outcome("median price", price_metrics(guess, test.price), guess)
    assert [p.title for p in draw(train, test, [reference])] == ["Prices", "Where it is expensive"]
    pictures = draw(train, test, [*blunders(test, 0.1), reference])
    assert len(named(pictures, "Predicted against true").figure.axes) == 1


@pytest.mark.parametrize(("rows", "losses"), [(1, 1), (2, 3), (3, 1), (11, 2)])
def test_few_rows_are_drawn_without_a_warning(rows, losses):
    rng = np.random.default_rng(rows)
    frame = pd.DataFrame({"area": rng.uniform(20, 90, rows), "city": ["a"] * rows})
    part = table(frame, 10 ** rng.uniform(0, 12, rows), currency="$")
    for picture in draw(part, part, blunders(part, *[0.3] * losses)):
        if picture.figure is not None:
            png(picture.figure)
        else:
            assert len(picture.table) == min(rows, 10)


def test_equal_prices_and_faultless_valuations_are_drawn():
    part = table(pd.DataFrame({"area": np.ones(20)}), np.full(20, 5e6))
    for picture in draw(part, part, [trained("mse", part, part.price.copy())]):
        if picture.figure is not None:
            png(picture.figure)


def test_awkward_columns_are_drawn_without_a_warning():
    rows = 30
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "area": [50.0] * (rows - 6) + [0.0, np.nan, np.inf, -4.0, 1e-300, 1e-310],
            "lat": [np.nan, np.inf, 1e9, 91.0, 90.0] + [55.5] * (rows - 5),
            "lon": [37.0] * rows,
            "empty": [None] * rows,
            "constant": [1] * rows,
            "almost empty": [1.0, 2.0] + [np.nan] * (rows - 2),
            "flag": [True, False] * (rows // 2),
            "integer": pd.array([1, None] * (rows // 2), dtype="Int64"),
            "lists": [[1], [2]] * (rows // 2),
            "date": pd.date_range("2024-01-01", periods=rows),
            "city": ["a", None] * (rows // 2),
        }
    )
    part = table(frame, 10 ** rng.uniform(5, 8, rows), coordinates=("lat", "lon"))
    for count in (1, 6):
        for picture in draw(part, part, blunders(part, *[0.2] * count)):
            if picture.figure is not None:
                png(picture.figure)


def test_a_table_without_usable_coordinates_has_no_map():
    frame = pd.DataFrame({"lat": ["?"] * 5, "lon": [1.0] * 5})
    part = table(frame, np.arange(1.0, 6.0), coordinates=("lat", "lon"))
    assert "Where it is expensive" not in [p.title for p in draw(part, part, blunders(part, 0.1))]


def test_worst_valuations_are_those_furthest_off_in_money():
    train, test = moscow(300), moscow(300, seed=1)
    outcomes = blunders(test, 0.3, 0.05, 0.2)
    worst = named(draw(train, test, outcomes), "The worst valuations")
    best = min(outcomes, key=lambda outcome: outcome.metrics["money_lost"])
    assert best.name in worst.caption
    rows = sorted(range(300), key=lambda i: -abs(best.artifacts[i] - test.price[i]))[:10]
    assert [line["price"] for line in worst.table] == [money(test.price[i], "₽") for i in rows]
    assert [line[f"by {best.name}"] for line in worst.table] == [
        money(best.artifacts[i], "₽") for i in rows
    ]
    assert [line["fair price"] for line in worst.table] == [
        money(test.fair_price[i], "₽") for i in rows
    ]
    assert [line["metro"] for line in worst.table] == list(
        test.frame["metro"].iloc[rows].fillna("-")
    )


@pytest.mark.parametrize("losses", [1, 4, 9])
def test_worst_valuations_have_eight_columns_at_most_and_short_cells(losses):
    train, test = moscow(100), moscow(100, seed=1)
    test.frame["metro"] = "a very long name of a station that nobody could read " * 3
    test.frame.loc[:50, "metro"] = "another"
    lines = named(draw(train, test, blunders(test, *[0.1] * losses)), "The worst valuations").table
    assert all(len(line) <= 8 for line in lines)
    assert all(type(cell) is str and len(cell) <= 24 for line in lines for cell in line.values())


def test_columns_that_tell_of_the_price_are_shown_before_those_that_do_not():
    rng = np.random.default_rng(0)
    price = 10 ** rng.uniform(6, 8, 200)
    frame = pd.DataFrame({f"noise_{i}": rng.random(200) for i in range(9)})
    frame["metres"] = price / 1e5
    frame["district"] = np.where(price > 1e7, "centre", "edge")
    part = table(frame, price)
    line = named(draw(part, part, blunders(part, *[0.1] * 5)), "The worst valuations").table[0]
    assert {"metres", "district"} <= set(line)


def test_errors_by_price_are_those_of_each_tenth():
    train, test = moscow(200), moscow(200, seed=1)
    (outcome,) = blunders(test, 0.2)
    median, ninth, mean = named(draw(train, test, [outcome]), "Error by price").figure.axes
    frame = pd.DataFrame({"price": test.price, "error": np.abs(outcome.artifacts - test.price)})
    frame["share"] = frame["error"] / frame["price"]
    groups = frame.groupby(pd.qcut(frame["price"].rank(method="first"), 10), observed=True)
    expected = (
        groups["share"].median(),
        groups["share"].quantile(0.9),
        groups["error"].mean(),
    )
    for axes, values in zip((median, ninth, mean), expected, strict=True):
        drawn = next(line for line in axes.get_lines() if line.get_label() == outcome.name)
        assert np.allclose(drawn.get_ydata(), values)
        assert "perfect valuer" in [line.get_label() for line in axes.get_lines()]


def test_a_wild_valuation_does_not_stretch_the_scale():
    train, test = moscow(50), moscow(50, seed=1)
    wild = test.price.copy()
    wild[0] = 1e30
    wild[1] = 1e-9
    picture = named(draw(train, test, [trained("mse", test, wild)]), "Predicted against true")
    low, high = picture.figure.axes[0].get_ylim()
    assert high / low < 2e3


def test_an_infinite_valuation_does_not_cost_the_page():
    part = moscow(50)
    wild = np.where(np.arange(50) % 7 == 0, np.inf, part.price)
    for picture in draw(part, part, [Outcome("mse", {"money_lost": np.inf}, wild, History())]):
        if picture.figure is not None:
            png(picture.figure)


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (12_345_678, "₽", "12.3 M ₽"),
        (999.6, "", "1 k"),
        (1_250_000, "$", "$1.25 M"),
        (154e6, "", "154 M"),
        (7, "€", "€7"),
        (3.2e15, "", "3,200 T"),
        (-5e5, "₽", "-500 k ₽"),
        (0, "₽", "0 ₽"),
    ],
)
def test_money_is_said_in_short(value, currency, text):
    assert money(value, currency) == text


def test_ticks_of_money_keep_their_distance_and_are_never_missing():
    from matplotlib.figure import Figure

    for low, ratio, gap in itertools.product((1.0, 3.3e6, 9.7e11), (1, 4, 90, 1e12), (0.1, 0.4)):
        low, high = price_range(np.array([low, low * ratio]))
        axis = Figure().subplots().xaxis
        money_axis(axis, low, high, "₽", gap=gap)
        places = np.log10(axis.get_majorticklocs()) / np.log10(high / low)
        assert len(places) > 0
        assert len(places) == 1 or np.diff(places).min() > gap * 0.99
