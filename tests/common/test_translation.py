"""Texts that are put into Russian: pages, figures, amounts, and which phrase is taken."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from common.cli import main
from common.domain import load_domain
from common.outcome import Metric, Outcome
from common.report.run_page import learning_curves, render
from common.report.section import Section
from common.training.history import History
from common.translation import Phrases, translate_section, translator


def page(language):
    history = History([{"epoch": 1, "train_loss": 0.5, "valid_loss": 0.6, "lr": 0.1}], best_epoch=1)
    outcomes = [
        Outcome("cost", {"mape": 0.1}, history=history, seconds=2.0),
        Outcome("median price", {"mape": 0.5}),
    ]
    return render(
        title="What is a flat worth?",
        about="One network learns real-estate prices with several losses.",
        metrics=[Metric("mape", "median error, %", "{:.1f}", scale=100)],
        outcomes=outcomes,
        part="test",
        pictures=[learning_curves({"cost": history})],
        notes=[
            "repeated rows thrown out: 180 of 12,000",
            *["rows without a price left out: 1"] * 7,
        ],
        settings={"epochs": 1},
        sizes={"train": 8274, "valid": 2364, "test": 1182},
        language=language,
        module="tabular",
    )


def test_a_page_is_russian_but_for_names_and_settings():
    text = re.sub(r"<style>.*?</style>|data:[^\"]*", "", page("ru"), flags=re.DOTALL)
    assert '<html lang="ru">' in text
    assert "повторные строки отброшены: 180 из 12\u00a0000" in text
    assert "медианная цена" in text
    assert ">cost<" in text
    words = re.sub(r"<[^>]*>", " ", text)
    assert set(re.findall(r"[a-zA-Z]{3,}", words)) == {"cost", "epochs"}


def test_a_page_is_english_where_nothing_else_is_asked():
    text = page("en")
    assert '<html lang="en">' in text
    assert not re.search("[а-я]", text)


def test_the_words_of_a_figure_are_translated():
    figure = Figure()
    axes = figure.add_subplot(title="Error by price", xlabel="true price")
    axes.plot([0, 1], label="perfect valuer")
    axes.legend()
    section = Section("Prices", "The two parts should look alike.", figure, [{"price": "1"}])
    found = translate_section(section, translator("ru", "tabular"))
    assert axes.get_title() == "Ошибка и цена"
    assert axes.get_xlabel() == "истинная цена"
    assert axes.get_legend().get_texts()[0].get_text() == "идеальный оценщик"
    assert found.table == [{"цена": "1"}]


@pytest.mark.parametrize(
    ("said", "russian"),
    [
        ("139 M ₽", "139 млн ₽"),
        ("802 k ₽ ± 310 k ₽", "802 тыс. ₽ ± 310 тыс. ₽"),
        ("-\\$1.5 M", "-\\$1.5 млн"),
        ("6.9 M", "6.9 млн"),
        ("2 k flats", "2 k flats"),  # no amount of money
    ],
)
def test_amounts_have_russian_words(said, russian):
    assert translator("ru", "tabular")(said) == russian


def test_the_ticks_of_an_axis_are_translated():
    figure = Figure()
    axes = figure.subplots()
    axes.set_xlim(0, 2)
    axes.set_xticks([1])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} M ₽")
    axes.set_yticks([0.5])
    amount = [{"price": "1 M ₽", "by me": "2 k ₽", "area": "3 k"}]
    section = Section("Prices", "", figure, amount, worded=("price", "by me"))
    found = translate_section(section, translator("ru", "tabular"))
    assert [t.get_text() for t in axes.get_xticklabels()] == ["1 млн ₽"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["0.5"]
    assert found.table == [{"цена": "1 млн ₽", "по me": "2 тыс. ₽", "area": "3 k"}]


def test_the_currency_that_nothing_says_is_told_in_russian():
    from tabular.error_cost import ErrorCost, consequences

    cost = ErrorCost(
        catastrophe=5e5, critical=1.5e7, catastrophe_weight=2, critical_weight=10, over=1, under=1,
        rate=1,
    )  # fmt: skip
    for rate, median in [(1, 5e6), (50, 2e5), (1, 2e5), (50, 3)]:
        said = consequences("", median, ErrorCost({**cost, "rate": rate}), told=False)
        russian = translator("ru", "tabular")(said)
        assert russian.startswith("в какой валюте цены, не сказано; ")
        assert not re.search("[a-z]{3}", re.sub(r"--[a-z-]+", "", russian)), russian


def test_a_persons_column_is_not_lost_to_ours_of_that_name():
    section = Section("Prices", "Prices", table=[{"price": "1", "цена": "2"}])
    found = translate_section(section, translator("ru", "tabular"))
    assert found.table == [{"price": "1", "цена": "2"}]


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("tabular", "7,448 prices in column 'p' of x.csv, 1 to 2, median 3"),
        ("vision", "out: 1,977 objects in 100 pictures: masks, overlays and objects.csv"),
        ("vision", "out: 1 object in 1 picture: masks, overlays and objects.csv"),
        ("vision", "out.mp4: 3 frames, with its sound"),
        ("text", "1,200 answers written to x.csv"),
        ("text", "1 answer written to x.csv; 1 empty text has none"),
        ("text", "3 answers written to x.csv; 2 empty texts have none"),
        ("text", "9 passages of 2 documents answered in x.csv; empty documents left out: 1, such "
         "as 'a.txt'"),
    ],
)  # fmt: skip
def test_what_predict_has_written_is_told_in_russian(domain, said):
    found = translator("ru", domain)(said)
    assert re.search("[а-я]", found)
    words = re.sub(r"'[^']*'|\w+\.(csv|mp4|txt)|^out", "", found)
    assert not re.search("[a-z]{4}", words), found


def test_the_phrase_that_says_most_comes_first():
    russian = Phrases({"{} is {}": "A {} {}", "{} is {}, not {}": "B {} {} {}"})
    assert russian("x is y, not z") == "B x y z"
    assert russian("x is y") == "A x y"


def test_a_number_with_its_noun_is_a_phrase_within_another():
    russian = translator("ru", "text")
    assert russian("1,200 texts. One of them: “x”") == "Всего текстов: 1\u00a0200. Один из них: «x»"
    assert russian("1 text. One of them: “x”") == "Всего текстов: 1. Один из них: «x»"


def test_each_number_with_its_noun_in_a_list_of_them_is_a_phrase():
    russian = Phrases(
        {"such are not read: {}": "не читаются: {}", "{} without a suffix": "{} без расширения"}
    )
    assert russian("such are not read: 2 without a suffix") == "не читаются: 2 без расширения"
    said = russian("such are not read: 1,200 .heic, 3 .nef, 2 without a suffix")
    assert said == "не читаются: 1\u00a0200 .heic, 3 .nef, 2 без расширения"
    named = "such are not read: 7 without a suffix, so to say"  # no list of numbers
    assert russian(named) == "не читаются: 7 without a suffix, so to say"


def test_sentences_come_before_a_phrase_that_would_swallow_them():
    russian = Phrases({"{} of {}.": "{1}: {0}.", "One, two.": "Раз, два.", "A: “{}”": "А: «{}»"})
    assert russian("2 of 3. One, two.") == "3: 2. Раз, два."
    assert russian("A: “Well. Done. So”") == "А: «Well. Done. So»"


@pytest.mark.parametrize("name", ["fish and 20 more", "fish, chips and 20 more", "a 1,200", "9 M"])
def test_a_name_that_looks_like_the_end_of_a_list_or_a_number_stays_as_it_is(name):
    russian = Phrases({"{}: empty, not a picture": "{}: файл пуст", "{} are empty": "пусты {}"})
    assert russian(f"{name}: empty, not a picture") == f"{name}: файл пуст"
    assert russian("fish and 20 more are empty") == "пусты fish and 20 more"
    assert russian("70, 71 and 1,200 more are empty") == "пусты 70, 71 и ещё 1\u00a0200"


def test_a_text_with_braces_of_its_own_is_left_whole():
    russian = Phrases({"training with {}": "обучение с функцией потерь {}"})
    assert russian("training with {0}{x}") == "обучение с функцией потерь {0}{x}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["predict", "--lang", "ru"], "ошибка: не хватает аргументов: RUN, INPUT"),
        (["train", "--epochs", "x", "--lang", "ru"], "ошибка: --epochs: 'x', нужно целое число"),
        (["train", "absent.csv", "--target", "p", "--lang", "ru"], "absent.csv: нет такого файла"),
    ],
)
def test_mistakes_are_told_in_russian(words, said, capsys):
    try:
        code = main(load_domain("tabular"), words)
    except SystemExit as end:
        code = end.code
    assert code == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_numbers_come_out_as_they_went_in():
    values = np.random.default_rng(0).integers(1, 10**9, 50)
    russian = translator("ru", "tabular")
    for value in values:
        found = russian(f"each flat sees the prices of its {value:,} nearest in training")
        assert int(re.sub(r"\D", "", found)) == value
