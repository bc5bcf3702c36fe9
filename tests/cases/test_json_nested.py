"""Objects within the rows of JSON, and what programs wrap rows in."""

import json

import pytest

from common.tables import read_table

FLATS = [
    {"price": 5_000_000 + n, "address": {"city": "Тула", "geo": {"lat": 54.2, "lng": 37.6}}}
    for n in range(6)
]
FILTERS = [{"name": "rooms"}]


def read(tmp_path, whole, name="flats.json", **options):
    path = tmp_path / name
    text = whole if isinstance(whole, str) else json.dumps(whole, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return read_table(path, **options)


@pytest.mark.parametrize("lines", [False, True])
def test_fields_of_objects_are_columns(tmp_path, lines):
    table = read(tmp_path, "\n".join(map(json.dumps, FLATS)) if lines else FLATS)
    names = ["price", "address.city", "address.geo.lat", "address.geo.lng"]
    assert table.frame.columns.tolist() == names
    assert table.frame["address.geo.lat"].tolist() == [54.2] * 6
    assert table.notes == ()


def test_an_object_that_is_not_everywhere_leaves_its_cells_blank(tmp_path):
    table = read(tmp_path, [*FLATS, {"price": 1, "address": None}, {"price": 2, "address": {}}])
    assert table.frame["address.city"].isna().tolist() == [False] * 6 + [True] * 2


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([{"p": n, "views": {f"day {n * 9 + k}": k for k in range(9)}} for n in range(9)], "views"),
        ([{"a": {"b": n}, "a.b": 5} for n in range(3)], "a"),
        ([{"a": {"b.c": n, "b": {"c": 2}}} for n in range(3)], "a"),
        ([{"a": {"b": 1}}, {"a": "text"}], "a"),
        ([{"a": [1, 2]}, {"a": [3]}], "a"),
    ],
)
def test_what_is_no_set_of_columns_stays_json(tmp_path, rows, name):
    table = read(tmp_path, rows)
    assert f"fields that hold lists or objects stay JSON, as text: '{name}'" in table.notes
    assert table.frame[name].iloc[0] == (
        json.dumps(rows[0][name]) if not isinstance(rows[0][name], str) else rows[0][name]
    )


def test_objects_whose_fields_would_have_one_name_stay_json(tmp_path):
    frame = read(tmp_path, [{"a": {"b.c": 1}, "a.b": {"c": 2}}] * 3).frame
    assert frame.iloc[0].to_dict() == {"a": '{"b.c": 1}', "a.b": '{"c": 2}'}


@pytest.mark.parametrize("nothing", [None, {}])
def test_an_inner_object_that_is_blank_is_no_column_of_its_own(tmp_path, nothing):
    blank = {"price": 1, "address": {"city": "Тула", "geo": nothing}}
    table = read(tmp_path, [*FLATS, blank])
    names = ["price", "address.city", "address.geo.lat", "address.geo.lng"]
    assert table.frame.columns.tolist() == names
    assert table.frame["address.geo.lat"].isna().tolist() == [False] * 6 + [True]
    assert table.notes == ("rows without some of the fields: 1; these are missing there",)
    of_all = read(tmp_path, [{"geo": {"lat": nothing, "n": 1}}] * 3)  # others have no fields in it
    assert of_all.frame.columns.tolist() == ["geo.lat", "geo.n"]


@pytest.mark.parametrize(
    "flat",
    [
        {"address": None},
        {"address": {}},
        {"address": {"geo": None}},
        {"address": {"geo": {}}},
        {"address": {"geo": {"lat": None}}},
    ],
)
def test_a_field_asked_for_in_an_object_that_no_row_has_is_missing_in_all(tmp_path, flat):
    table = read(tmp_path, [{"area": 1, **flat}], names=["area", "address.geo.lat"])
    assert table.frame.columns.tolist() == ["area", "address.geo.lat"]
    assert table.frame["address.geo.lat"].isna().all()
    whole = read(tmp_path, [{"area": 1, **flat}], names=["area", "address"]).frame
    assert "address" in whole


def test_an_object_that_is_asked_for_as_a_whole_stays_one(tmp_path):
    frame = read(tmp_path, FLATS, as_text=["address"]).frame
    assert frame["address"].iloc[0] == json.dumps(FLATS[0]["address"], ensure_ascii=False)


def test_what_mongodb_wraps_is_the_value(tmp_path):
    row = {
        "_id": {"$oid": "65a0"},
        "price": {"$numberLong": "21245000"},
        "at": {"sold": {"$date": "2024-05-31T00:00:00Z"}},
    }
    frame = read(tmp_path, [row] * 3).frame
    assert frame.iloc[0].tolist() == ["65a0", 21245000, "2024-05-31T00:00:00Z"]


@pytest.mark.parametrize("moment", [{"$numberLong": "1717113600000"}, 1717113600000])
def test_mongodb_counts_milliseconds_and_writes_what_is_no_number(tmp_path, moment):
    row = {"at": {"$date": moment}, "a": {"$numberDecimal": "NaN"}, "b": {"$undefined": True}}
    frame = read(tmp_path, [row, {**row, "a": {"$numberDouble": "2.5"}}]).frame
    assert frame["at"].tolist() == ["2024-05-31T00:00:00.000Z"] * 2  # by `date -u -d @1717113600`
    assert frame["a"].isna().tolist() == [True, False]
    assert frame["a"].iloc[1] == 2.5
    assert frame["b"].isna().all()


def test_a_currency_is_no_wrapper_of_mongodb(tmp_path):
    frame = read(tmp_path, [{"price": {"$": 5}}, {"price": {"€": 4}}]).frame
    assert frame.columns.tolist() == ["price.$", "price.€"]
    assert frame["price.$"].dropna().tolist() == [5]


@pytest.mark.parametrize(
    "whole",
    [
        {"@odata.context": "https://x/$metadata#Flats", "value": FLATS},
        {"d": {"results": FLATS}},
        {"data": FLATS},
        {"status": "ok", "data": {"items": FLATS, "total": 6, "filters": FILTERS}},
        {"took": 3, "_shards": {"total": 1}, "hits": {"total": {"value": 6}, "hits": FLATS}},
    ],
)
def test_rows_are_found_in_what_wraps_them(tmp_path, whole):
    table = read(tmp_path, whole, names=["price"])
    assert table.frame["price"].tolist() == [row["price"] for row in FLATS]
    assert any(note.startswith("rows taken from the field") for note in table.notes)


def test_the_price_within_an_object_is_found(tmp_path):
    rows = [{"id": str(n), "attributes": row} for n, row in enumerate(FLATS)]
    table = read(tmp_path, {"data": rows, "included": FILTERS}, names=["attributes.price"])
    assert table.frame["attributes.price"].tolist() == [row["price"] for row in FLATS]


def numbered(rows):
    return {str(n): row for n, row in enumerate(rows)}


PHOTOS = [{"u": "a", "price": 1}, {"u": "b", "price": 2}]
KEYED = [{"price": 5 + n, "photos": PHOTOS if n == 2 else []} for n in range(6)]


@pytest.mark.parametrize("names", [[], ["price"]])
@pytest.mark.parametrize(
    "whole", [numbered(KEYED), {name: numbered(r[name] for r in KEYED) for name in KEYED[0]}]
)
def test_lists_of_one_flat_are_not_taken_for_the_flats(tmp_path, whole, names):
    frame = read(tmp_path, whole, names=names).frame
    assert frame["price"].tolist() == [5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize(
    ("whole", "names"),
    [
        ({"price": 5, "agent": {"phones": [{"n": 1}, {"n": 2}]}, "building": {"year": 2000}}, []),
        ({"price": 5, "address": {"city": "Тула"}, "photos": PHOTOS}, ["address.city"]),
        ({"data": {"items": []}, "meta": {"links": [{"rel": "self"}] * 2}}, ["price"]),
        ({"data": {"items": []}, "meta": {"links": [{"rel": "self"}] * 2}}, []),
    ],
)
def test_lists_beside_what_is_wanted_are_not_taken_for_rows(tmp_path, whole, names):
    table = read(tmp_path, whole, names=names)
    assert len(table.frame) == 1
    assert not any(note.startswith("rows taken from") for note in table.notes)


@pytest.mark.parametrize(
    "whole",
    [
        {"data": {"items": KEYED}, "meta": {"links": [{"rel": "self"}]}},
        {"hits": {"total": {"value": 6}, "hits": KEYED}, "aggregations": {"a": {"b": [{"k": 1}]}}},
    ],
)
def test_rows_are_told_by_what_is_wanted_from_lists_in_objects_beside(tmp_path, whole):
    assert read(tmp_path, whole, names=["price"]).frame["price"].tolist() == [5, 6, 7, 8, 9, 10]
