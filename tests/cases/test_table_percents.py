"""Fractions of 1 among percents: 0,02 may be 2 % or a fiftieth of one, and nobody but its author
knows."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.tables.frames import SHARES
from common.translation import Phrases
from tabular.data import from_frame
from tabular.new_tables import remarks_on
from tabular.predict import with_remarks
from tabular.preprocessing import TablePreprocessing
from tabular.russian import PHRASES
from tabular.settings import TableSource


def trained_on(cells, shares=()):
    area = np.random.default_rng(0).uniform(30, 110, 60).round(1)
    table = pd.DataFrame({"площадь": area, "скидка": cells, "цена": (area * 2e5).round()})
    table.attrs[SHARES] = [*shares]
    examples = from_frame(table, TableSource(target="цена"), notes=[])
    return SimpleNamespace(preprocessing=TablePreprocessing().fit(examples)), table


def note_of(pipeline):
    return next(n for n in pipeline.preprocessing.notes if n.startswith("column скидка"))


def test_training_names_what_may_be_a_fraction():
    pipeline, _ = trained_on([f"{k % 9 + 1} %" if k % 3 else f"0,0{k % 9 + 1}" for k in range(60)])
    note = note_of(pipeline)
    assert "; without % and at most 1: 20, row 0 holds '0,01', read as so many %; " in note
    said = Phrases(PHRASES)(note)
    assert "без % и не больше 1: 20, в строке 0 — '0,01', прочитано как" in said
    assert "если это доли единицы, запишите их с %" in said


@pytest.mark.parametrize("bare", ["5", "0", "0,5"])
def test_percents_without_their_sign_are_no_fractions(bare):
    cells = [f"{k % 9 + 1} %" if k % 2 else (bare if k % 4 else "12") for k in range(60)]
    assert "at most 1" not in note_of(trained_on(cells)[0])


def test_a_file_of_fractions_for_a_network_that_learned_percents():
    pipeline, table = trained_on([f"{k % 9 + 1} %" for k in range(60)])
    assert remarks_on(pipeline, table) == []
    fractions = table.assign(скидка=[k % 9 / 100 + 0.01 for k in range(60)])
    (remark,) = remarks_on(pipeline, fractions)
    assert remark.startswith(
        "column 'скидка': 60 of 60 cells have no % and are at most 1, read as so many %; row 0 "
        "holds '0.01'"
    )
    assert "ячеек без % и не больше 1" in Phrases(PHRASES)(remark)
    assert remarks_on(pipeline, table.assign(скидка=[k % 9 + 1 for k in range(60)])) == []


def test_what_is_no_share_is_said_in_plain_words():
    pipeline, table = trained_on([(k % 9 + 1) / 100 for k in range(60)], shares=["скидка"])
    assert remarks_on(pipeline, table) == []
    later = table.astype({"скидка": object})
    later.attrs = table.attrs
    later.loc[2, "скидка"], later.loc[3, "скидка"] = "нет", 9.0
    unread, far = remarks_on(pipeline, later)
    assert "as in training (a share, such as 0.45 or 45 %) and count as missing" in unread
    assert far == "column 'скидка': 1 number far from all that training saw; row 3 holds 900 %"
    assert "(доля, например 0,45 или 45 %; считаются пустыми): 1 из 60" in Phrases(PHRASES)(unread)


def test_pairs_that_a_file_turns_round_are_named():
    """3/9 is the third of nine floors; 9/3 is nobody's."""
    draw = np.random.default_rng(0)
    area, floors = draw.uniform(30, 110, 60).round(1), draw.integers(2, 20, 60)
    pairs = [f"{draw.integers(1, top + 1)}/{top}" for top in floors]
    table = pd.DataFrame({"area": area, "floor": pairs, "price": (area * 2e5).round()})
    source = TableSource(target="price")
    preparation = TablePreprocessing().fit(from_frame(table, source, notes=[]))
    preparation = TablePreprocessing.restore(*preparation.state())
    pipeline = SimpleNamespace(preprocessing=preparation)
    assert remarks_on(pipeline, table) == []
    turned = table.assign(floor=["/".join(reversed(pair.split("/"))) for pair in pairs])
    (remark,) = remarks_on(pipeline, turned)
    assert re.match(r"column 'floor': \d\d of 60 cells have the first number above", remark)
    one_slip = table.assign(floor=["9/3", *pairs[1:]])
    slipped = TablePreprocessing().fit(from_frame(one_slip, source, notes=[]))
    assert "column floor: turned round, the first number above the second: 1, row 0 holds" in (
        " ".join(slipped.notes)
    )


@pytest.mark.parametrize("times", [1 / 1000, 1 / 90, 1000])
def test_prices_to_examine_in_another_unit_are_said(times):
    pipeline, table = trained_on(list(range(60)))
    same = from_frame(table, TableSource(target="цена"), notes=[])
    assert "unlike" not in " ".join(with_remarks(pipeline, same).notes)
    other = table.assign(цена=table["цена"] * times)
    examined = with_remarks(pipeline, from_frame(other, TableSource(target="цена"), notes=[]))
    assert "are unlike those of training, about 1" in examined.notes[-1]


def test_what_a_person_keeps_in_the_attributes_of_a_frame_is_theirs():
    area = np.random.default_rng(0).uniform(30, 110, 60).round(1)
    frame = pd.DataFrame({"area": area, "discount": area / 200, "price": (area * 2e5).round()})
    frame.attrs |= {"shares": 5, "source": ["a survey"]}
    examples = from_frame(frame, TableSource(target="price"), notes=[])
    prepared = TablePreprocessing().fit(examples)
    assert [column.unit for column in prepared.columns] == ["", ""]
    assert remarks_on(SimpleNamespace(preprocessing=prepared), frame.drop(columns="price")) == []
    assert frame.attrs == {"shares": 5, "source": ["a survey"]}


def test_numbers_with_the_mark_of_a_footnote_are_said_where_prices_are_asked_for():
    """Before, `81 [49]`, a second number in brackets, was priced as 81 without a word."""
    pipeline, table = trained_on([f"{k % 9 + 1} %" for k in range(60)])
    marked = [f"{area}*" if k % 3 == 0 else area for k, area in enumerate(table["площадь"])]
    (remark,) = remarks_on(pipeline, table.assign(площадь=list(map(str, marked))))
    assert remark.startswith(
        "column 'площадь': 20 of 60 cells are read without the mark of a footnote; row 0 holds "
    )
    assert Phrases(PHRASES)(remark).startswith(
        "столбец 'площадь': прочитано без знака сноски: 20 из 60 ячеек"
    )
    brackets = [f"{area:.0f} [{k % 50 + 10}]" for k, area in enumerate(table["площадь"])]
    with pytest.raises(UserError, match="60 of 60 cells cannot be read as in training"):
        remarks_on(pipeline, table.assign(площадь=brackets))
