"""Rows that sum up others, by whatever name, and rows that are only called so."""

import openpyxl
import pandas as pd
import pytest

from common.tables import read_table
from common.translation import translator

HEADER = ["район", "площадь", "цена"]
ROWS = [["Арбат", 30.5, 5], ["Сокол", 41.0, 7], ["Митино", 28.4, 4], ["Щукино", 55.2, 9]]


@pytest.mark.parametrize("above", [True, False])
def test_rows_that_sum_up_their_group_are_no_flats(tmp_path, above):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for name, group in (("Центр", ROWS[:2]), ("Край", ROWS[2:])):
        total = [name, sum(row[1] for row in group), sum(row[2] for row in group)]
        for row in [total, *group] if above else [*group, total]:
            sheet.append(row)
            if row is not total:
                sheet.row_dimensions[sheet.max_row].outlineLevel = 1
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert table.frame.to_numpy().tolist() == ROWS
    where = "2, 5" if above else "4, 7"
    assert f"rows that sum up a group left out: 2 (row {where})" in table.notes


def test_a_row_next_to_a_group_that_is_no_sum_stays(tmp_path):
    book = openpyxl.Workbook()
    for number, row in enumerate([HEADER, *ROWS], 1):
        book.active.append(row)
        book.active.row_dimensions[number].outlineLevel = int(number in (3, 4))
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").frame.to_numpy().tolist() == ROWS


@pytest.mark.parametrize(
    ("group", "flats"),
    [
        ([[None, 12, None], ["Арбат", 5, None], ["Сокол", 7, None]], 2),
        ([["Итого по краю", 12, None], ["Арбат", 5, None], ["Сокол", 7, None]], 2),
        ([["Митино", 12, None], ["Арбат", 5, None], ["Сокол", 7, None]], 3),
        ([["Митино", 3, 9], ["Арбат", 1, 5], ["Сокол", 2, 7]], 3),
        ([[None, 3, 9], ["Арбат", 1, 5], ["Сокол", 2, 7]], 3),
        ([["Центр", 3, 12], [None, 1, 5], [None, 2, 7]], 2),
        ([["Центр", 12, None], [None, 5, None], [None, 7, None]], 2),
    ],
)
def test_one_sum_by_chance_is_a_flat(tmp_path, group, flats):
    book = openpyxl.Workbook()
    for number, row in enumerate([["район", "комнаты", "цена"], ["Щука", 4, 6], *group], 1):
        book.active.append(row)
        book.active.row_dimensions[number].outlineLevel = int(number > 3)
    book.save(tmp_path / "a.xlsx")
    assert len(read_table(tmp_path / "a.xlsx").frame) == 1 + flats


def test_totals_in_a_text_file(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("Район;Дом;Цена\nСокол;кирпич;5\nАрбат;панель;7\nИтого;;12\n", "utf-8")
    assert read_table(path).frame["Цена"].tolist() == [5, 7]


@pytest.mark.parametrize("name", ["Итого", "Среднее"])
def test_sums_beside_numbers_with_a_currency_or_a_unit(tmp_path, name):
    path = tmp_path / "deals.csv"
    rows = f"Сокол;a;30 м²;5 ₽\nАрбат;b;40 м²;7 ₽\n{name};;70 м²;12 ₽\n"
    path.write_text(f"Район;Дом;Площадь;Цена\n{rows}", "utf-8")
    table = read_table(path)
    assert table.frame["Цена"].tolist() == ["5 ₽", "7 ₽"]
    assert any("left out: 1 (row 4)" in note for note in table.notes)


def test_a_house_that_is_called_total_among_texts_stays(tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text("brand;town;price\nShell;A;5 €\nTotal;B;7 €\nEsso;A;6 €\n", "utf-8")
    assert len(read_table(path).frame) == 3


@pytest.mark.parametrize("total", ["{} Total", "{} Итог"])
def test_sums_of_groups_as_excel_calls_them_in_a_text_file(tmp_path, total):
    path = tmp_path / "deals.csv"
    rows = "Сокол;1;5\nСокол;2;7\n{};3;12\nАрбат;4;9\n{};4;9\n"
    rows = rows.format(total.format("Сокол"), total.format("Арбат"))
    path.write_text(f"Район;Комнат;Цена\n{rows}Grand Total;7;21\n", "utf-8")
    table = read_table(path)
    assert table.frame["Цена"].tolist() == [5, 7, 9]
    assert table.notes == ("rows of totals left out: 3 (row 4, 6, 7)",)
    path.write_text("Район;Цена\nСокол;5\nSum Total;7\n", "utf-8")  # the name of a house
    assert len(read_table(path).frame) == 2


@pytest.mark.parametrize(
    ("north", "rest", "numbers"),
    [
        ("North Result", "Grand Result", ("12", "21")),
        ("North Сумма", "Общая сумма", ("12", "21")),
        ("Total North", "Total général", ("12", "21")),
        ("North Average", "Grand Average", ("6", "7")),
        ("North Среднее", "Общее среднее", ("6", "7")),
        ("North Count", "Grand Count", ("2", "3")),
        ("North Количество", "Общее количество", ("2", "3")),
    ],
)
def test_what_other_programs_call_the_sums_of_groups(tmp_path, north, rest, numbers):
    path = tmp_path / "a.csv"
    rows = f"North;5\nNorth;7\n{north};{numbers[0]}\nSouth;9\n{rest};{numbers[1]}\n"
    path.write_text(f"region;price\n{rows}", encoding="utf-8")
    assert read_table(path).frame["price"].tolist() == [5, 7, 9]
    rows = rows.replace(f";{numbers[0]}\n", ";8\n").replace(f";{numbers[1]}\n", ";77\n")
    path.write_text(f"region;price\n{rows}", encoding="utf-8")
    assert len(read_table(path).frame) == 5


@pytest.mark.parametrize("outer", ["", "Москва"])
def test_sums_of_groups_within_groups(tmp_path, outer):
    path = tmp_path / "a.csv"
    path.write_text(
        "город;что;цена\nМосква;Дом;5\nМосква;Дом;6\n"
        f"{outer};Дом Итог;11\nМосква;Дача;4\nМосква;Дача;7\n{outer};Дача Итог;11\n"
        "Москва Итог;;22\nТверь;Дом;3\nТверь;Дом;4\n;Дом Итог;7\nТверь Итог;;7\n",
        encoding="utf-8",
    )
    assert read_table(path).frame["цена"].tolist() == [5, 6, 4, 7, 3, 4]


@pytest.mark.parametrize(
    "content",
    [
        "Product,Size,Price\nColgate,100,99\nColgate Total,75,250\nSensodyne,75,300\n"
        "Colgate Total,100,320\n",
        "тариф;цена\nБезлимит;500\nБезлимит Всего;900\nБезлимит;600\nБезлимит Всего;\n",
        "flat;what;value\n1;Area;40\n1;Area total;55\n2;Area;30\n2;Area total;30\n",
    ],
)
def test_rows_that_are_only_called_totals_stay(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    assert len(read_table(path).frame) == 4
    assert read_table(path).notes == ()


def test_a_message_may_end_with_total(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,eclipse\n2,eclipse\n3,eclipse total\n", encoding="utf-8")
    read = read_table(path, names=["text"], as_text=["text"])
    assert len(read.frame) == 3


def outline(path, rows, deep, hidden=()):
    """Write a workbook; rows `deep`, numbered from 1, lie in groups."""
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        book.active.append(row)
        book.active.row_dimensions[number].outlineLevel = int(number in deep)
        book.active.row_dimensions[number].hidden = number in hidden
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("hidden", "kept"), [((3, 4, 6, 7), [12, 6]), ((3, 4), [12, 2, 4]), ((3,), [7, 2, 4])]
)
def test_of_a_group_that_is_left_out_the_sum_stays(tmp_path, hidden, kept):
    groups = [["Сокол", 110, 12], ["кв 1", 50, 5], ["кв 2", 60, 7]]
    groups += [["Арбат", 70, 6], ["кв 1", 30, 2], ["кв 2", 40, 4]]
    path = outline(tmp_path / "a.xlsx", [HEADER, *groups], (3, 4, 6, 7), hidden)
    assert read_table(path, hidden="skip").frame["цена"].tolist() == kept
    assert read_table(path).frame["цена"].tolist() == [5, 7, 2, 4]


def test_a_flat_above_its_rooms_is_no_sum_of_others(tmp_path):
    rows = [["Квартира 1", 50.5, 5e6], ["комната", 20.5, 2e6], ["Комната", 30, 3e6]]
    path = outline(tmp_path / "a.xlsx", [HEADER, *rows], (3, 4))
    assert len(read_table(path).frame) == 3


REMARKS = ["Источник: сайт, 12.05.2024", "(60 rows)", "* без учёта налога", "Ответственный: Петров"]


@pytest.mark.parametrize("remarks", [REMARKS[:1], REMARKS[1:2], REMARKS])
def test_remarks_below_a_table_are_no_rows(tmp_path, remarks):
    path = tmp_path / "a.csv"
    rows = "".join(f"Сокол;дом {n};{n + 1}\n" for n in range(9))
    path.write_text(f"район;дом;цена\n{rows}\n" + "".join(f"{one};;\n" for one in remarks), "utf-8")
    table = read_table(path)
    assert len(table.frame) == 9
    assert f"remarks below the table left out: {len(remarks)} (row 12" in table.notes[-1]
    assert "примечаний под таблицей" in translator("ru", "tabular")(table.notes[-1])


@pytest.mark.parametrize(
    "content",
    [
        "a;b;c\nx 1;2;3\ny 2;3;4\nA-17;;\n",  # an identifier
        "a;b;c\nx y;2;3\nz w;3;4\nx y;;\n",  # a name that stands above, too
        "a;b;c\nx y;;\nz w;;\nv w;;\n",  # nothing is known of the others either
        "a;b\nx y;1\nz w;\nv w;\n",
    ],
)
def test_rows_of_one_cell_that_are_rows(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    assert len(read_table(path).frame) == 3


def test_a_text_alone_in_its_row_is_a_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id;text;note\n1;no water;x\n2;no light;y\n;no gas here;\n", "utf-8")
    assert len(read_table(path, names=["text"], as_text=["text"]).frame) == 3


ADDRESSES = [("Сокол", 5, "ул. Мира, 1"), ("Арбат", 7, "ул. Старая, 2")]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_flat_of_which_only_the_address_is_known_is_a_flat(tmp_path, name):
    rows = [*ADDRESSES * 3, (None, None, "ул. Новая, 5")]
    frame, path = pd.DataFrame(rows, columns=["район", "цена", "адрес"]), tmp_path / name
    if name == "a.csv":
        frame.to_csv(path, index=False)
    elif name == "a.jsonl":
        frame.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        frame.to_parquet(path)
    assert read_table(path).frame["адрес"].iloc[-1] == "ул. Новая, 5"


def test_in_a_column_that_is_needed_no_cell_is_a_remark(tmp_path):
    path = tmp_path / "a.csv"
    rows = "".join(f"ул. Мира, {n};30;{n}\n" for n in range(5))
    path.write_text(f"адрес;площадь;цена\n{rows}\nИсточник: сайт;;\n", encoding="utf-8")
    assert len(read_table(path, names=["площадь"]).frame) == 5
    assert len(read_table(path, names=["адрес"]).frame) == 6


@pytest.mark.parametrize("area", ["30", "30,5 м²"])
def test_a_remark_below_numbers_that_are_needed_is_a_remark(tmp_path, area):
    path = tmp_path / "a.csv"
    rows = "".join(f"{area};ул. Мира, {n};{n}\n" for n in range(5))
    path.write_text(f"площадь;адрес;этаж\n{rows}Источник: сайт;;\n", encoding="utf-8")
    table = read_table(path, names=["площадь"])
    assert table.notes == ("remarks below the table left out: 1 (row 7)",)
    assert len(read_table(path, names=["площадь"], as_text=["площадь"]).frame) == 6


@pytest.mark.parametrize("numbers", ["1.4{} €;1.5{} €", "1.4{};1.5{}"])
def test_a_brand_that_is_called_total_stays_wherever_it_stands(tmp_path, numbers):
    path = tmp_path / "fuel.csv"
    brands = ["Shell", "Total", "Esso", "Esso", "Total"]
    rows = "".join(f"{one};{numbers.format(n, n)}\n" for n, one in enumerate(brands))
    path.write_text(f"brand;litre;price\n{rows}", encoding="utf-8")
    assert len(read_table(path).frame) == 5
    path.write_text(f"brand;litre;price\n{rows}BP;{numbers.format(9, 9)}\n", encoding="utf-8")
    assert len(read_table(path).frame) == 6
    path.write_text(path.read_text("utf-8").replace("Total", "BP", 1), encoding="utf-8")
    assert len(read_table(path).frame) == 6


@pytest.mark.parametrize("above", [True, False])
def test_sums_in_the_middle_are_told_by_what_they_come_to(tmp_path, above):
    path = tmp_path / "deals.csv"
    groups = [
        ["Сокол;30 м²;5 ₽;5", "Арбат;40 м²;7 ₽;6"],
        ["Щука;20 м²;3 ₽;7", "Филёвский;9 м²;1 ₽;8"],
    ]
    rows = []
    for group, total in zip(groups, ("Итого;70 м²;12 ₽;5.5", "Итого;29 м²;4 ₽;7.3"), strict=True):
        rows += [total, *group] if above else [*group, total]
    path.write_text("Район;Площадь;Цена;Этаж\n" + "\n".join(rows), encoding="utf-8")
    assert read_table(path).frame["Цена"].tolist() == ["5 ₽", "7 ₽", "3 ₽", "1 ₽"]


@pytest.mark.parametrize("last", ["total", "minimum"])
@pytest.mark.parametrize("labels", [("", "", "", ""), (",label", ",a", ",b", ",")])
def test_a_message_is_no_sum_whatever_it_says(tmp_path, last, labels):
    path = tmp_path / "a.csv"
    rows = zip(("text", "no water", "no light", last), labels, strict=True)
    path.write_text("\n".join(text + label for text, label in rows), encoding="utf-8")
    assert len(read_table(path, names=["text"], as_text=["text"]).frame) == 3
