"""Prices of a served run: those of the command `predict`, whoever asks and how many at once."""

import base64
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from torch import nn

from common.pipeline import Pipeline
from common.runs import store
from common.serving import limits
from common.serving.network import batch_invariant
from common.tables import read_table
from tabular.interval import conformal_factor, share_covered
from tabular.predict import predict_file
from tabular.price_table import PriceTable
from tabular.served_facts import spellings_of
from tabular.serving import TableServing
from tabular.serving.numpy_preprocessing import PlainRows
from tabular.serving.rows import RowPricer
from tabular.task import TASK
from tests.serving.conftest import sold_flats
from tests.serving.servers import lines_of, served

BLANKS = {"лифт": None}


@pytest.fixture(scope="module")
def server(tabular_run):
    with served(TASK, tabular_run) as (app, _, client):
        yield app, client


def rows_of(frame):
    rows = json.loads(frame.drop(columns="цена").to_json(orient="records", force_ascii=False))
    return [{**row, "лифт": {"да": True, "нет": False}[row["лифт"]]} for row in rows]


def told_by_the_command(run, frame, folder):
    frame.drop(columns="цена").to_csv(folder / "new.csv", index=False)
    pipeline = store.load(run, TASK, device="cpu")
    predict_file(pipeline, folder / "new.csv", folder / "new-predicted.csv")
    return read_table(folder / "new-predicted.csv").frame["predicted_цена"].tolist()


def test_a_row_with_two_fields_of_one_name_is_refused(server):
    row = rows_of(sold_flats(1, seed=7))[0]
    body = json.dumps(row, ensure_ascii=False)[:-1] + ', "площадь": 5}'
    for path, content in (("/predict", body), ("/predict/batch", f'{{"rows": [{body}]}}')):
        reply = server[1].post(
            path, content=content.encode(), headers={"content-type": "application/json"}
        )
        assert reply.status_code == 422
        said = "an object has two fields 'площадь', and nothing tells which counts"
        assert reply.json() == {"error": said}
        headers = {"content-type": "application/json", "accept-language": "ru"}
        reply = server[1].post(path, content=content.encode(), headers=headers)
        assert reply.json()["error"].startswith("в объекте два поля 'площадь'")


def test_one_row_and_many_cost_what_the_command_says(server, tabular_run, tmp_path):
    frame = sold_flats(12, seed=7)
    prices = told_by_the_command(tabular_run, frame, tmp_path)
    reply = server[1].post("/predict/batch", json={"rows": rows_of(frame)})
    assert [one["price"] for one in reply.json()["prices"]] == prices
    for place in range(3):
        alone = told_by_the_command(tabular_run, frame.iloc[place : place + 1], tmp_path)
        found = server[1].post("/predict", json=rows_of(frame)[place]).json()
        assert [found["price"]] == alone


def test_a_number_may_come_as_a_file_holds_it(server):
    row = rows_of(sold_flats(1, seed=3))[0]
    written = {**row, "площадь": f"{row['площадь']}".replace(".", ",") + " м²", "лифт": "да"}
    assert (
        server[1].post("/predict", json=written).json()["price"]
        == server[1].post("/predict", json={**row, "лифт": True}).json()["price"]
    )


def test_whoever_is_answered_together_is_told_what_he_is_told_alone(tabular_run):
    pipeline = store.load(tabular_run, TASK, device="cpu")
    rows = rows_of(sold_flats(40, seed=11))
    rows[3] = {**rows[3], "площадь": "семьдесят"}  # cannot be read
    rows[4] = {**rows[4], "площадь": None, "район": "Марьино"}
    rows[5] = {**rows[5], "площадь": "70,5 м²"}  # can be read in the light of its column
    pricer = RowPricer(pipeline)
    together = pricer.price_together(rows)
    for row, found in zip(rows, together, strict=True):
        if isinstance(found, Exception):
            assert "семьдесят" in str(found)
            continue
        alone = pricer.price([row])
        assert alone.prices.tolist() == found.prices.tolist()
        assert alone.remarks == found.remarks
        assert alone.near.tolist() == found.near.tolist()
    assert sum(isinstance(found, Exception) for found in together) == 1
    assert any("Марьино" in remark for remark in together[4].remarks[0])


@pytest.mark.parametrize("alike", [True, False])
def test_a_price_is_the_same_whatever_stands_beside_it(tabular_run, monkeypatch, alike):
    if not alike:  # as on a processor where a batch changes the last digit
        monkeypatch.setattr("tabular.serving.rows.batch_invariant", lambda *_: False)
    pricer = RowPricer(store.load(tabular_run, TASK, device="cpu"))
    assert alike or pricer.together == 1
    rows = rows_of(sold_flats(70, seed=12))
    alone = [pricer.price([row]).prices[0] for row in rows]
    for count in (2, 3, 5, 33, 70):
        found = pricer.price_together(rows[:count])
        assert [one.prices[0] for one in found] == alone[:count]


class Counting(nn.Module):
    """Answers alike in any batch; a layer within does not."""

    def __init__(self, within):
        super().__init__()
        self.inner, self.within = nn.Linear(3, 3), within

    def forward(self, numbers):
        self.inner(numbers + 1e-3 * len(numbers) if self.within else numbers)
        return numbers * 2


def test_a_layer_that_looks_at_the_size_of_the_batch_is_found_though_the_answer_hides_it():
    torch.manual_seed(0)
    inputs = (torch.randn(16, 3),)
    for within in (False, True):
        pipeline = Pipeline(None, nn.Sequential(Counting(within)).eval(), None, None)
        pipeline.model[0].inner.weight.data.zero_().fill_diagonal_(1.0)  # sums of one term
        assert batch_invariant(pipeline, inputs, (4, 5, 16)) is not within


def test_rows_prepared_in_numpy_are_those_that_pandas_prepares_bit_for_bit(tabular_run):
    prepared = store.load(tabular_run, TASK, device="cpu").preprocessing
    rows = rows_of(sold_flats(60, seed=13))
    odd = {"широта": 0, "долгота": 0.0, "лифт": None, "район": "  ЗЮЗИНО ", "продан": "2025-02-30"}
    for number, (name, cell) in enumerate(odd.items()):
        rows[number] = {**rows[number], name: cell}
    rows[6] = {**rows[6], **odd}
    rows[7] = {**rows[7], "площадь": 1e31, "широта": 91.0}
    rows[8] = dict.fromkeys(rows[8])
    plain = PlainRows(prepared)
    assert all(map(plain.is_plain, rows))
    frame = pd.DataFrame(rows).astype({"лифт": object})
    wanted = prepared.transform(PriceTable(frame, np.ones(len(rows))))
    found = plain.inputs(plain.columns(rows))
    assert len(found) == len(wanted) == 4
    for ours, theirs in zip(found, wanted, strict=True):
        assert torch.equal(ours, theirs)
        assert ours.dtype == theirs.dtype


def test_clients_at_once_get_what_each_gets_alone(server):
    rows = rows_of(sold_flats(40, seed=5))
    alone = [server[1].post("/predict", json=row).json()["price"] for row in rows]
    with ThreadPoolExecutor(16) as pool:
        at_once = pool.map(lambda row: server[1].post("/predict", json=row).json()["price"], rows)
        assert list(at_once) == alone


def test_the_interval_is_that_of_the_errors_and_its_coverage_is_measured(server, tabular_run):
    row = rows_of(sold_flats(1))[0]
    found, known = server[1].post("/predict", json=row).json(), server[1].get("/metadata").json()
    interval = known["interval"]
    assert found["low"] == pytest.approx(found["price"] / interval["factor"], abs=1)
    assert found["high"] == pytest.approx(found["price"] * interval["factor"], abs=1)
    # By another road: the run's own parts, examined by the sorted errors one by one.
    from common.runs import experiment
    from common.splits import split

    config = store.read_config(tabular_run, TASK)
    examples = experiment.reload(TASK, tabular_run, config)
    parts = split(examples, config["settings"].shares, seed=config["settings"].seed)
    pipeline = store.load(tabular_run, TASK, device="cpu")
    errors = {}
    for part in ("valid", "test"):
        flats = examples[getattr(parts, part)]
        _, predicted = TASK.evaluate(pipeline, flats)
        errors[part] = np.sort(np.abs(np.log(predicted / flats.price)))
    q = np.log(interval["factor"])
    assert np.mean(errors["valid"] <= q + 1e-9) >= 0.8
    assert np.mean(errors["valid"][:-1] < q - 1e-9) <= 0.85
    assert interval["covered"] == pytest.approx(np.mean(errors["test"] <= q + 1e-9))


def test_eight_of_ten_lie_within_whatever_the_network_is_like():
    generator = np.random.default_rng(0)
    covered = []
    for _ in range(300):
        predicted = np.ones(60)
        actual = np.exp(generator.standard_t(2, 60))
        factor = conformal_factor(predicted, actual)
        covered.append(share_covered(np.ones(200), np.exp(generator.standard_t(2, 200)), factor))
    assert np.mean(covered) == pytest.approx(0.8, abs=0.015)


def test_an_example_fills_the_form_with_choices_as_the_table_writes_them(server):
    page = server[0].holder.current.serving.page()
    field = next(one for one in page["fields"] if one["name"] == "район")
    assert sorted(field["choices"]) == ["Арбат", "Перово", "Сокол"]
    assert page["examples"]
    for one in page["examples"]:
        assert one["cells"]["район"] in field["choices"]


def test_a_category_is_offered_once_as_it_is_written_most_often():
    cells = ["СОКОЛ", "Сокол", " сокол", "Сокол", "Перово", None, "Перово", "Перово"]
    column = pd.Series(cells, dtype="str")
    assert spellings_of(column, {"сокол", "перово"}) == {"перово": "Перово", "сокол": "Сокол"}
    assert spellings_of(pd.Series([2.0, 2.0, 10.0]), {"2", "10"}) == {"2": "2", "10": "10"}
    assert spellings_of(pd.Series(["unseen"], dtype="str"), {"seen"}) == {}


def test_the_neighbours_are_the_nearest_of_the_training_part(server, tabular_run):
    pipeline = store.load(tabular_run, TASK, device="cpu")
    row = rows_of(sold_flats(1, seed=2))[0]
    found = server[1].post("/predict", json=row).json()["neighbours"]
    flats, centre = pipeline.preprocessing.flats, pipeline.preprocessing.flats.centre
    north = 111.2 * (row["широта"] - centre[0])
    east = 111.2 * np.cos(np.radians(centre[0])) * (row["долгота"] - centre[1])
    away = np.sort(np.hypot(flats.place[:, 0] - east, flats.place[:, 1] - north))
    assert [one["kilometres"] for one in found] == pytest.approx(away[:5], abs=0.002)
    sold = {(one["цена"], one["площадь"]) for _, one in sold_flats().iterrows()}
    assert {(one["price"], float(one["cells"]["площадь"])) for one in found} <= sold


def test_a_table_comes_back_as_the_command_writes_it(server, tabular_run, tmp_path):
    frame = sold_flats(30, seed=9)
    prices = told_by_the_command(tabular_run, frame, tmp_path)
    content = (tmp_path / "new.csv").read_bytes()
    reply = server[1].post("/predict/file", content=content, headers={"content-type": "text/csv"})
    assert reply.content == (tmp_path / "new-predicted.csv").read_bytes()
    assert reply.headers["content-type"].startswith("text/csv")
    headers = {"content-type": "text/csv", "accept": "application/x-ndjson"}
    lines = lines_of(server[1].post("/predict/file", content=content, headers=headers))
    assert base64.b64decode(lines[-1]["file"]) == reply.content
    assert lines[-2] == {"done": 30, "of": 30}
    assert len(prices) == 30


def test_what_is_odd_in_a_table_is_told_in_a_header_whatever_it_holds(server):
    frame = sold_flats(30, seed=9)
    frame["район"] = frame["район"].where(frame.index > 4, "Мары\nX-Evil: 1")
    content, kind = frame.to_csv(index=False).encode(), {"content-type": "text/csv"}
    reply = server[1].post("/predict/file", content=content, headers=kind)
    assert reply.status_code == 200, reply.text
    assert "x-evil" not in reply.headers
    assert reply.headers["x-message"].isascii()


def test_a_table_without_the_columns_is_refused_in_one_line(server):
    content = "район;лифт\nАрбат;да\n".encode()
    for accept in ("*/*", "application/x-ndjson"):
        headers = {"content-type": "text/csv", "accept": accept}
        reply = server[1].post("/predict/file", content=content, headers=headers)
        error = lines_of(reply)[-1]["error"]
        assert "column 'площадь' is missing" in error
        assert "stickshift-serve" not in error
        assert reply.status_code == (422 if accept == "*/*" else 200)
    reply = server[1].post("/predict", json={"район": "Арбат"})
    assert reply.status_code == 422
    assert reply.json()["error"].startswith("площадь: ")


LONG = pa.DictionaryArray.from_arrays(np.zeros(900, np.int32), ["a" * 5000])


def parquet_of(column, **how):
    file = io.BytesIO()
    pq.write_table(pa.table({"a": column}), file, compression="zstd", **how)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (parquet_of(np.zeros(1001, np.int8)), "1,001 rows of 1 columns"),
        (parquet_of(LONG), "more than 4 MB"),
        (parquet_of(LONG, store_schema=False), "more than 4 MB"),
        (parquet_of(["a"] * 9), "column 'площадь' is missing"),
    ],
)
def test_a_table_that_unpacks_to_far_more_than_was_sent_is_refused(
    server, content, words, monkeypatch
):
    monkeypatch.setattr(limits, "MOST_CELLS", 1000)
    monkeypatch.setattr(limits, "MOST_UNPACKED", 4_000_000)
    assert len(content) < 10_000
    headers = {"content-type": "application/vnd.apache.parquet"}
    reply = server[1].post("/predict/file", content=content, headers=headers)
    assert words in reply.json()["error"]
    assert reply.status_code == (422 if "missing" in words else 413)


def test_what_is_wrong_with_json_is_told_in_the_language_of_the_client(server):
    for body, english, russian in (
        ({}, "площадь: Field required", "площадь: этого поля нет"),
        ([], "Input should be a valid dictionary", "нужен объект с полями"),
    ):
        for language, words in (("en", english), ("ru", russian)):
            reply = server[1].post("/predict", json=body, headers={"accept-language": language})
            assert reply.status_code == 422
            assert reply.json()["error"].startswith(words)


def test_a_number_that_no_usual_flat_came_near_is_named(server, monkeypatch):
    """Training had seen it, as a typing error."""
    frame = sold_flats()
    usual = server[0].holder.current.serving.usual
    monkeypatch.setitem(usual, "площадь", (usual["площадь"][0], 60.0))
    row, russian = rows_of(frame.head(1))[0], {"accept-language": "ru"}
    for area, words in ((frame["площадь"].median(), None), (frame["площадь"].max(), "98 из 100")):
        remarks = server[1].post("/predict", json={**row, "площадь": area}, headers=russian).json()
        said = [remark for remark in remarks["remarks"] if remark.startswith("площадь: ")]
        assert [words in remark for remark in said] == ([True] if words else [])
        assert all(f"{area:.4g}".replace(".", ",") in remark for remark in said)


def test_remarks_are_told_in_the_language_of_the_client(server):
    for area, english, russian in (
        (90_000, "is far from all", "далеко от всего"),
        (0, "площадь: 0 is not above 0", "площадь: 0 не больше 0"),
    ):
        row = {**rows_of(sold_flats(1))[0], "площадь": area}
        for language, words in (("en", english), ("ru", russian)):
            reply = server[1].post("/predict", json=row, headers={"accept-language": language})
            assert any(words in remark for remark in reply.json()["remarks"])


@pytest.mark.parametrize(
    "kept", [None, "", "[]", '{"interval": {"factor": "wide"}}', '{"fields": 3, "known": {}}']
)
def test_a_run_that_keeps_no_facts_is_served_without_an_interval(tabular_run, tmp_path, kept):
    shutil.copytree(tabular_run, tmp_path / "old")
    (tmp_path / "old" / "serving.json").unlink()
    if kept is not None:
        (tmp_path / "old" / "serving.json").write_text(kept)
    with served(TASK, tmp_path / "old") as (_, _, client):
        found = client.post("/predict", json=rows_of(sold_flats(1))[0]).json()
        assert found["low"] is None
        assert found["price"] > 0
        assert "площадь" in client.get("/").text


@pytest.mark.parametrize(
    ("low", "high", "cell", "told"),
    [
        (25.0, 150.0, 50_000, True),
        (25.0, 150.0, -5, True),
        (25.0, 150.0, 200, False),
        (25.0, 150.0, 20, False),
        (55.7501, 55.7502, 55.7499, False),
        (55.55, 55.95, 50.3, True),
        (-30.0, 30.0, -80, False),
        (-30.0, 30.0, -100, True),
        (0.0, 0.0, 1, False),
    ],
)
def test_numbers_far_from_those_of_training_are_named(low, high, cell, told):
    serving = TableServing.__new__(TableServing)
    serving.usual = {"x": (low, high)}
    said = serving._unusual({"x": cell}, [])
    assert len(said) == told
    assert all(note.startswith(f"x: {cell} is unusual") for note in said)
    assert serving._unusual({"x": cell}, ["x: unknown"]) == []
