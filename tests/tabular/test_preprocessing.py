"""The preparation learns from the training part alone, and survives a stranger's table."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.preprocessing import RobustScaler

from common.errors import UserError
from tabular.columns import decide_columns
from tabular.features import CategoryEncoder, NumericScaler
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import PriceTable


def table(n=300, *, seed=0, **changes):
    generator = np.random.default_rng(seed)
    area = np.exp(generator.normal(4, 0.4, n))
    frame = pd.DataFrame(
        {
            "area": area,
            "kitchen": area * generator.uniform(0.1, 0.3, n),
            "floor": generator.integers(1, 20, n),
            "district": generator.choice(["Arbat", "Sokol", "Perovo"], n),
            "lift": generator.choice(["yes", "no"], n),
            "latitude": generator.uniform(55.5, 56, n),
            "longitude": generator.uniform(37.2, 38, n),
        }
    )
    price = area * 3e5 * np.exp(generator.normal(0, 0.1, n))
    return PriceTable(frame.assign(**changes), price)


@pytest.fixture
def train():
    return table()


def test_a_table_too_large_for_memory_is_prepared_alike(train, monkeypatch):
    in_memory = TablePreprocessing().fit(train)
    expected, seen = in_memory.data(train, training=True), in_memory.seen_of(train)
    monkeypatch.setattr("common.memory_mapped.LARGE", 0)
    mapped = train[np.arange(len(train))]
    in_files = TablePreprocessing().fit(mapped)
    found = in_files.data(mapped, training=True)
    for one, other in zip((*expected[0], expected[1]), (*found[0], found[1]), strict=True):
        assert one.dtype == other.dtype
        assert torch.equal(one, other)
    np.testing.assert_array_equal(in_files.seen_of(mapped), seen)


def test_transform_of_other_rows_changes_nothing(train):
    prepared = TablePreprocessing().fit(train)
    before = json.dumps(prepared.state()[0])
    strange = table(50, seed=1, area=1e6, district="Mars")
    prepared.transform(strange)
    assert json.dumps(prepared.state()[0]) == before


def test_validation_rows_do_not_move_the_scale(train):
    alone = TablePreprocessing().fit(train).transform(train[np.arange(10)])
    again = TablePreprocessing().fit(train)
    again.transform(table(500, seed=9, area=1e5))
    for one, other in zip(alone, again.transform(train[np.arange(10)]), strict=True):
        torch.testing.assert_close(one, other)


def test_scale_is_scikit_learns_robust_scaler(train):
    columns = decide_columns(train.frame[["floor"]], {})
    numbers = NumericScaler.fit(train.frame, columns)
    expected = RobustScaler(unit_variance=True).fit_transform(train.frame[["floor"]])
    expected = expected / np.sqrt(1 + (expected / 3) ** 2)
    np.testing.assert_allclose(numbers.transform(train.frame), expected, atol=0.01)


def test_ratio_of_kindred_columns_is_their_difference_in_logarithms(train):
    prepared = TablePreprocessing().fit(train)
    assert ("area", "kitchen") in prepared.numbers.ratios
    ratio = prepared.numbers.names.index("area / kitchen")
    ours = prepared.transform(train)[0][:, ratio].numpy()
    assert np.corrcoef(ours, np.log(train.frame["area"] / train.frame["kitchen"]))[0, 1] > 0.98


def test_a_training_flat_never_sees_its_own_price(train):
    prepared = TablePreprocessing(count=8).fit(train)
    (*_, neighbours), price = prepared.data(train, training=True)
    assert not (neighbours == torch.arange(len(train))[:, None]).any()
    assert torch.equal(price, torch.tensor(train.price, dtype=torch.float32))


def test_only_the_fitted_rows_count_as_training(train):
    prepared = TablePreprocessing().fit(train)
    with pytest.raises(ValueError, match="the very examples"):
        prepared.data(table(seed=2), training=True)


def test_flats_without_coordinates_get_through(train):
    holes = train.frame["latitude"].where(np.arange(len(train)) % 7 != 0)
    prepared = TablePreprocessing(count=8).fit(table(latitude=holes))
    inputs = prepared.transform(table(20, seed=3, latitude=np.nan))
    assert all(x.isfinite().all() for x in inputs if x.is_floating_point())
    assert "latitude missing" in prepared.numbers.names
    assert prepared.flats.rows.tolist() == np.flatnonzero(holes.notna()).tolist()


def test_without_coordinates_there_are_no_neighbours(train):
    bare = PriceTable(train.frame.drop(columns=["latitude"]), train.price)
    assert len(TablePreprocessing().fit(bare).transform(bare)) == 2


def test_unknown_category_and_missing_cells_work_at_prediction(train):
    prepared = TablePreprocessing(count=8).fit(train)
    strange = table(5, seed=4, district="Марс", area=np.nan, kitchen=np.inf, lift="perhaps")
    numbers, categories, *_ = prepared.transform(strange)
    assert numbers.isfinite().all()
    assert (categories == 0).all()


def test_rare_categories_are_what_the_unknown_is_learned_from():
    frame = pd.DataFrame({"district": ["Arbat"] * 10 + ["Sokol"] * 5 + ["Mars"] * 2})
    categories = CategoryEncoder.fit(frame, decide_columns(frame, {}))
    assert categories.vocabulary == {"district": ["arbat", "sokol"]}
    assert categories.transform(frame)[-1] == 0


def test_a_category_with_50000_values_stays_small():
    values = pd.Series([f"street {i % 50_000}" for i in range(100_000)])
    frame = pd.DataFrame({"street": values})
    columns = decide_columns(frame, {"street": "category"})
    assert CategoryEncoder.fit(frame, columns).sizes == [1]  # each has two rows: all are rare
    often = pd.DataFrame({"street": pd.concat([values, values], ignore_index=True)})
    assert CategoryEncoder.fit(often, columns).sizes == [1001]


def test_more_categories_than_16_bits_count_are_told_apart():
    known = [f"street {i}" for i in range(70_000)]
    rows = CategoryEncoder({"street": known}).transform(pd.DataFrame({"street": known}))
    assert rows[:, 0].tolist() == list(range(1, 70_001))


def test_columns_may_come_in_any_order_and_with_company(train):
    prepared = TablePreprocessing().fit(train)
    other = PriceTable(train.frame[train.frame.columns[::-1]].assign(extra=1), train.price)
    for one, two in zip(prepared.transform(train), prepared.transform(other), strict=True):
        assert torch.equal(one, two)


def test_a_missing_column_is_named_with_its_likeness(train):
    prepared = TablePreprocessing().fit(train)
    renamed = PriceTable(train.frame.rename(columns={"area": "Area m2"}), train.price)
    with pytest.raises(UserError, match="column 'area' is missing.*'Area m2'"):
        prepared.transform(renamed)


def test_a_column_that_was_not_used_may_be_missing():
    fitted = TablePreprocessing().fit(table(listing_id=np.arange(300) * 3))
    fitted.transform(table())


def test_a_column_empty_in_training_is_ignored_when_filled_later():
    prepared = TablePreprocessing().fit(table(view=None))
    first = prepared.transform(table())
    second = prepared.transform(table(view="river"))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert any("view: ignore (empty in training)" in note for note in prepared.notes)


def test_a_number_read_as_text_later_is_the_same_number(train):
    prepared = TablePreprocessing().fit(train)
    texts = train.frame["floor"].map("{} эт".format).str.removesuffix(" эт")
    other = PriceTable(train.frame.assign(floor=texts), train.price)
    torch.testing.assert_close(prepared.transform(other)[0], prepared.transform(train)[0])


def test_huge_values_are_squeezed_not_infinite(train):
    prepared = TablePreprocessing().fit(train)
    numbers = prepared.transform(table(5, area=1e25, floor=-1e25))[0]
    assert numbers.abs().max() <= 3.0001


def test_no_column_to_learn_from_is_refused():
    bare = PriceTable(pd.DataFrame({"city": ["Moscow"] * 50}), np.arange(1.0, 51.0))
    with pytest.raises(UserError, match="no column is left.*city: ignore"):
        TablePreprocessing().fit(bare)


def test_state_goes_through_json_and_back(train):
    prepared = TablePreprocessing(count=8).fit(train)
    values, arrays = prepared.state()
    restored = TablePreprocessing.restore(json.loads(json.dumps(values)), arrays)
    other = table(40, seed=5)
    for one, two in zip(prepared.transform(other), restored.transform(other), strict=True):
        assert torch.equal(one, two)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda values, arrays: arrays.update(center=arrays["center"][:-1]),
        lambda values, arrays: arrays.update(known_place=arrays["known_place"][:-1]),
        lambda values, arrays: arrays.update(known_rows=arrays["known_rows"] + 10**6),
        lambda values, arrays: values["numbers"]["logs"].append("nowhere"),
        lambda values, arrays: values.update(columns=[]),
        lambda values, arrays: values.update(count=-1),
        lambda values, arrays: values.update(centre=None),
        lambda values, arrays: arrays.update(known_place=arrays["known_place"] * np.nan),
        lambda values, arrays: arrays.update(log_price=arrays["log_price"][:0]),
    ],
)
def test_a_state_that_cannot_be_right_is_refused(train, spoil):
    values, arrays = TablePreprocessing().fit(train).state()
    values, arrays = json.loads(json.dumps(values)), dict(arrays)
    spoil(values, arrays)
    with pytest.raises(UserError):
        TablePreprocessing.restore(values, arrays)


def test_a_row_counter_is_no_feature_after_the_split():
    # On a table sorted by price the number of a row tells the price.
    counted = table(counter=np.arange(1, 301))
    rows = np.sort(np.random.default_rng(0).permutation(300)[:210])
    prepared = TablePreprocessing().fit(counted[rows])
    assert "counter" not in prepared.numbers.kinds


def test_a_training_flat_sees_no_neighbour_of_its_own_group():
    grouped = table()
    houses = np.arange(300) // 5
    grouped = PriceTable(grouped.frame, grouped.price, split_by={"groups": houses})
    prepared = TablePreprocessing(count=8).fit(grouped)
    (*_, neighbours), _ = prepared.data(grouped, training=True)
    assert not (houses[neighbours.numpy()] == houses[:, None]).any()


def test_a_large_table_keeps_a_part_as_neighbours(monkeypatch):
    monkeypatch.setattr("tabular.known_flats.MAX_KNOWN", 50)
    monkeypatch.setattr("tabular.known_flats.MAX_NEIGHBOURS", 300 * 6)
    large = table()
    prepared = TablePreprocessing(count=8).fit(large)
    (*_, neighbours), _ = prepared.data(large, training=True)
    assert neighbours.shape == (300, 6)
    assert prepared.flats.place.shape == (50, 2)
    themselves = prepared.flats.rows[neighbours.numpy()] == np.arange(300)[:, None]
    assert not themselves.any()
