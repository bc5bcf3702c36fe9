"""Numbers as people write them, the encodings they write in, and the memory it all takes."""

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from common.tables import detect_encoding, not_numbers, parse_number, parse_numbers, read_table

SPELLINGS = {
    "12 500 000 ₽": 12_500_000,
    "12\u00a0500\u00a0000\u00a0руб.": 12_500_000,
    "12\u202f500\u202f000": 12_500_000,
    "12\u2009500\u2009000 рублей": 12_500_000,
    "12,5 млн": 12_500_000,
    "12.3млн ₽": 12_300_000,
    "3,125 млрд": 3_125_000_000,
    "3.4 млрд руб": 3_400_000_000,
    "500 тыс. руб.": 500_000,
    "500т.р.": 500_000,
    "$1,250,000": 1_250_000,
    "US$ 1,000.50": 1000.5,
    "1.250.000,50 €": 1_250_000.5,
    "12.500.000": 12_500_000,
    "CHF 1'250'000": 1_250_000,
    "1’250’000.75": 1_250_000.75,
    "$1.5M": 1_500_000,
    "500k": 500_000,
    "2 bn": 2_000_000_000,
    "−5": -5,
    "-$5": -5,
    "$-5": -5,
    "+7,5": 7.5,
    "(1 250)": -1250,
    "(1,250.50)": -1250.5,
    "1e6": 1_000_000,
    "1,5e-3": 0.0015,
    "1250000": 1_250_000,
    "0,125": 0.125,
    "1,25": 1.25,
    "1,2500": 1.25,
    "1250,125": 1250.125,
    ".5": 0.5,
    "5,": 5,
    "  42\t": 42,
    "inf": np.inf,
    "-inf": -np.inf,
    "1e400": np.inf,
}
NO_NUMBERS = [
    *(
        "",
        " ",
        "-",
        "по запросу",
        "5%",
        "12 5",
        "1 25 000",
        "1,,5",
        "1.2.3",
        "5-6",
        "12 мая",
        "5 м",
    ),
    *(
        "2024-01-31",
        "31.12.2024",
        "(-5)",
        "--5",
        "-(5)",
        "(5",
        "5)",
        "1,250,00",
        "12 500 000 ₽/мес",
    ),
    *("млн", "₽", "e6", ".", ",", "1'25", "от 5 млн", "nan", "0x1F", "1_000"),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS.items())
def test_a_number_is_understood(text, expected):
    assert parse_number(text) == expected
    assert parse_numbers(pd.Series([text])).tolist() == [expected]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_not_guessed_at(text):
    assert parse_number(text) is None
    assert parse_numbers(pd.Series([text])).isna().all()


@pytest.mark.parametrize(
    ("group", "decimal"),
    [(g, d) for g, d in itertools.product(["", " ", "\u00a0", "'", ",", "."], ".,") if g != d],
)
def test_a_column_in_any_locale_is_read_back_exactly(group, decimal):
    random = np.random.default_rng(0)
    numbers = np.round(random.lognormal(8, 4, 500), 2) * random.choice([-1, 1], 500)
    swap = str.maketrans({",": group, ".": decimal})
    texts = pd.Series([f"{number:,.2f}".translate(swap) for number in numbers])
    np.testing.assert_array_equal(parse_numbers(texts), numbers)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["1,250", "12,5"], [1.25, 12.5]),
        (["1,250", "12.5"], [1250, 12.5]),
        (["1,250", "1,250,000"], [1250, 1_250_000]),
        (["1.250", "1.250.000"], [1250, 1_250_000]),
        (["1.250", "1 250,5"], [1250, 1250.5]),
        (["1.250", "2.5"], [1.25, 2.5]),
        (["1,250", "2,500"], [1250, 2500]),
        (["1.250", "2.500"], [1.25, 2.5]),
        (["12,5", "12.5"], [12.5, 12.5]),
    ],
)
def test_an_ambiguous_mark_is_settled_by_the_whole_column(column, expected):
    assert parse_numbers(pd.Series(column)).tolist() == expected


def test_the_file_settles_a_column_that_does_not_settle_itself():
    column = pd.Series(["1,250", "2,500"])
    assert parse_numbers(column, decimal=",").tolist() == [1.25, 2.5]


def test_numbers_pass_through_and_gaps_stay_gaps():
    mixed = pd.Series([1, 2.5, None, "3,5", True], dtype=object)
    assert parse_numbers(mixed).fillna(-1).tolist() == [1, 2.5, -1, 3.5, 1]
    nullable = parse_numbers(pd.Series([1, None], dtype="Int64"))
    assert nullable.dtype == "float64"
    assert nullable.isna().tolist() == [False, True]


def test_the_index_is_kept_and_the_column_is_not_changed():
    column = pd.Series(["1", "x", "2"], index=[7, 3, 5])
    before = column.copy()
    assert parse_numbers(column).index.tolist() == [7, 3, 5]
    pd.testing.assert_series_equal(column, before)


def test_what_was_no_number_is_named_by_its_row(tmp_path):
    path = tmp_path / "flats.csv"
    path.write_text("цена\n12 500 000 ₽\nнет данных\nпо запросу\n\n7%\n", encoding="utf-8")
    prices = read_table(path).frame["цена"]
    assert not_numbers(prices, parse_numbers(prices)).to_dict() == {4: "по запросу", 6: "7%"}


TEXTS = [
    "район;цена;площадь\nТверской;12 500 000;54,3\n",
    "id,Адрес,Цена\n1,ул. Строителей,5\n",
    "Москва",
    "ОБЪЯВЛЕНИЕ: ПРОДАЁТСЯ КВАРТИРА В КИРПИЧНОМ ДОМЕ",
    "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.",
    "этаж",
]


SHORT = ["рублей за метр", "нет воды", "Кв.", "цена", "этажность дома", "ПРОДАЮ СРОЧНО", "Спасибо!"]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
@pytest.mark.parametrize("text", SHORT)
def test_a_few_letters_tell_the_encoding(text, encoding):
    assert detect_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "utf-16"])
@pytest.mark.parametrize("text", TEXTS)
def test_the_encoding_is_told(text, encoding):
    assert detect_encoding(text.encode(encoding)) == encoding


def test_plain_ascii_is_utf8():
    assert detect_encoding(b"a,b\n1,2\n") == detect_encoding(b"") == "utf-8"


def test_a_character_cut_in_the_middle_does_no_harm():
    data = "площадь;цена\n".encode()
    assert {detect_encoding(data[:end]) for end in range(2, len(data))} == {"utf-8"}


def test_one_broken_byte_does_not_make_another_encoding():
    data = TEXTS[4].encode()
    assert detect_encoding(data[:40] + b"\xff" + data[40:]) == "utf-8"


MEASURE = """
import sys, threading
import psutil
from common.tables import read_table

process, seen, done = psutil.Process(), [], threading.Event()

def watch():
    while not done.wait(0.002):
        seen.append(process.memory_info().rss)

read_table(sys.argv[2])
before = process.memory_info().rss
watcher = threading.Thread(target=watch)
watcher.start()
table = read_table(sys.argv[1])
done.set()
watcher.join()
print(len(table.frame), max(seen) - before)
"""


def test_memory_stays_under_four_times_the_file(tmp_path):
    """With pyarrow 26 it grows by 2.1 times the file, with pyarrow 18.1, which reads ahead, 3.2."""
    header = "номер;район;площадь;комнат;цена;материал;широта;долгота;описание\n"
    line = "{};Тверской;{},5;3;12 500 {:03d};кирпич;55,7{};37,6{};есть балкон, вид на парк\n"
    paths = [tmp_path / "flats.csv", tmp_path / "few.csv"]
    for path, rows in zip(paths, (200_000, 20_000), strict=True):
        lines = [line.format(n, n % 200, n % 1000, n % 9973, n % 7919) for n in range(rows)]
        path.write_text(header + "".join(lines), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-c", MEASURE, *paths], capture_output=True, text=True, check=True
    )
    rows, growth = map(int, result.stdout.split())
    assert rows == 200_000
    assert growth < 4 * paths[0].stat().st_size


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_spaces_that_do_not_break_are_no_letters(encoding):
    text = "метраж;цена\n" + "54,3;11\u00a0123\u00a0000\n84,9;17\u00a0956\u00a0000\n" * 30
    assert detect_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("powierzchnia;cena\n54,3;303 000 zł\n84,9;205 000 zł\n", "cp1250"),
        ("dzielnica\nŚródmieście\nŻoliborz\n", "cp1250"),
        ("volume;prix\n54 cm³;cœur\n84 m³;œuvre\n", "cp1252"),
    ],
)
def test_polish_beside_french(text, encoding):
    assert detect_encoding(text.encode(encoding)) == encoding
