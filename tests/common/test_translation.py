"""The tables of phrases: both languages, nothing left over, and nothing on a page in English."""

import argparse
import ast
import importlib
import re
from http import HTTPStatus
from pathlib import Path

import fastapi.routing
import numpy as np
import pytest
from matplotlib.figure import Figure
from pydantic_core._pydantic_core import list_all_errors

from common.cli import main
from common.commands.arguments import parser_of
from common.discovery import ROOT, domains
from common.domain import load_domain
from common.outcome import Metric, Outcome
from common.report.run_page import learning_curves, render
from common.report.section import Section
from common.training.history import History
from common.translation import Phrases, phrases_of, translate_section, translator

MODULES = ["common", "common.serving", *domains()]
WORD = re.compile(r"[a-z]{4,}")
NAMES = {"macro", "precision", "recall", "accuracy", "tolerance"}
"""English words that Russian textbooks use as they are."""


def texts_in(path: Path) -> list[str]:
    """Return the texts of a module, `{}` in place of what is put in."""
    if path.suffix in (".html", ".js"):
        return [path.read_text(encoding="utf-8").replace("{:,}", "{}")]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    texts = [
        "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)  # type: ignore[misc]
        for node in joined
    ]
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return texts + [value for value in constants if isinstance(value, str)]


def corpus_of(module: str) -> str:
    paths = [
        path
        for path in sorted((ROOT / module.replace(".", "/")).rglob("*"))
        if path.suffix in (".py", ".html", ".js")
    ]
    paths = [path for path in paths if not path.name.startswith("russian")]
    if module == "common":
        paths.append(Path(argparse.__file__))
    else:
        paths.append(ROOT / "common" / "file_signatures.py")
    texts = [text for path in paths for text in texts_in(path)]
    if module == "common.serving":  # what its libraries say of a request is put into Russian, too
        texts += [
            re.sub(r"\{\w+\}", "{}", one["message_template_python"]) for one in list_all_errors()
        ]
        texts += [*texts_in(Path(fastapi.routing.__file__)), *(one.phrase for one in HTTPStatus)]
    return "\n".join(texts)


@pytest.mark.parametrize("module", MODULES)
def test_every_phrase_has_both_languages_and_holds_the_same(module):
    for english, russian in phrases_of(module).items():
        assert re.search("[а-я]", russian), english
        assert not re.search("[а-яё]", english), english
        count = english.count("{}")
        assert len(re.findall(r"\{\d?\}", russian)) == count, english
        filled = russian.format(*(f"<{number}>" for number in range(count)))
        assert all(f"<{number}>" in filled for number in range(count)), english


@pytest.mark.parametrize("module", MODULES)
def test_no_phrase_is_left_over_that_nobody_says(module):
    """A good part of a phrase stands in the code as it is; the rest is what the code puts in."""
    corpus, table = corpus_of(module), phrases_of(module)
    for english in table:
        if english.startswith("{} ") and english.removesuffix("s") in {*table} - {english}:
            continue  # what `count_of` makes of the other
        runs = []
        for piece in re.split(r"\{\}| \(|\)", english):
            words = piece.split()
            size = min(3, len(words))
            runs += [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)]
        runs = [run.strip(" ,.:;") for run in runs if WORD.search(run)]
        assert sum(run in corpus for run in runs) >= len(runs) / 3, english


def refusals(folder: Path) -> list[str]:
    """Return what errors say of a person's files, `7` in place of what is put in.

    What is put in right behind a word, such as a guess, may be nothing.
    """
    found = []
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "UserError":
                (text, *russian), words = node.args, node.keywords
                if isinstance(text, ast.Constant | ast.JoinedStr) and not (russian or words):
                    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                    said = (p.value if isinstance(p, ast.Constant) else "7" for p in parts)
                    found.append(re.sub(r"(?<=[a-wyz)])7", "", "".join(map(str, said))))
    return found


NOT_OF_FILES = re.compile(
    r"preprocessing|^(7|size|classes|std|width|sample_rate)\b.* (is a )?7, exp"
    r"|three numbers|^std: |^7: 7 folder"
)
"""What a damaged run is told, and a call from Python."""


@pytest.mark.parametrize("module", ["common", *domains()])
def test_what_is_wrong_with_a_persons_files_is_told_in_russian(module):
    translate = translator("ru", module)
    folder = ROOT / "common" / "tables" if module == "common" else ROOT / module
    said = [text for text in refusals(folder) if WORD.search(re.sub(r"--\w+", "", text))]
    assert len(said) > 20
    left = [text for text in said if not re.search("[а-я]", translate(text))]
    assert [text for text in left if not NOT_OF_FILES.search(text)] == []


def notes_of(folder: Path) -> list[str]:
    """Return what is said of a person's data, `7` in place of what is put in: texts in lists of
    notes, and what is added to them."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and "notes" in node.name:
                places = [x.value for x in ast.walk(node) if isinstance(x, ast.Return)]
            elif isinstance(node, ast.Assign | ast.AugAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                places = [node.value] if "notes" in ast.unparse(target) else []
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                said = node.func.attr == "append" and "notes" in ast.unparse(node.func.value)
                places = [ast.List(node.args)] if said else []
            else:
                continue
            lists = [place for place in places if isinstance(place, ast.List)]
            for text in (text for each in lists for text in each.elts):
                if isinstance(text, ast.Constant | ast.JoinedStr):
                    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                    said = (p.value if isinstance(p, ast.Constant) else "7" for p in parts)
                    found.append("".join(map(str, said)))
    return found


MADE_OF_PARTS = {
    "column 77",
    "rows alike but for 7: 7 of 77",
    "7 7 taken for 7",
    "7: the training part has it, 7",
    "HTML in 7 7 7: its tags are left out",
    "7 of 7 for 7 7 trained on by 7; the figures are optimistic",
    "coded (7) 7 7 7: 7; decode them first, for their codes are read as words",
    "letters that a wrong encoding made ? or \ufffd of in 7 7 7: 7; they are gone: export the "
    "texts anew",
    "without any letter 7 7 7: 7; is this the column of texts?",
    "longer than 7 characters, of which the rest is not read: 7 7 7",
    "UTF-8 that was read in another encoding and saved in 7 7 7: 7 for 7; mend the file first",
    "the 7 part has texts of one class alone, 7: its figures say nothing of the others",
    "7 of 7 have 7 (7)",
    "7: 7 with masks, 7",
}
"""Notes of which a part is put in that is words itself: here it cannot be seen what they say."""


@pytest.mark.parametrize("module", ["common", *domains()])
def test_what_was_understood_of_a_persons_data_is_told_in_russian(module):
    translate = translator("ru", module)
    said = {text for text in notes_of(ROOT / module) if WORD.search(text)} - MADE_OF_PARTS
    assert len(said) > 5
    for text in said:
        of_a_folder = text.replace("7: ", "clean: ", 1)
        assert re.search("[а-я]", translate(text) + translate(of_a_folder)), text


def test_notes_that_are_made_of_parts_are_told_in_russian():
    said = {
        "text": [
            "'none' is taken for a class like the others",
            "class 'a' has 1 text (row 7): the training part has it, no other part has it: no "
            "figure speaks of it",
            "class 'a' has 2 texts: the training part has it, one part lacks it",
            "HTML in 3 of 12 texts, such as row 2: its tags are left out",
            "coded (URL) 7 of 9 texts, such as row 2: '0L/Q'; decode them first, for their "
            "codes are read as words",
            "letters that a wrong encoding made ? or \ufffd of in 3 of 9 texts, such as row 2: "
            "'???'; they are gone: export the texts anew",
            "without any letter 7 of 9 texts, such as row 2: '7'; is this the column of texts?",
            "40 of 40 texts name their own class, such as 'a', and 0 another: did somebody write "
            "it there afterwards?",
            "longer than 20,000 characters, of which the rest is not read: 1 of 31 texts, such as "
            "row 32",
            "the test part has texts of one class alone, 'a': its figures say nothing of the "
            "others",
        ],
        "vision": [
            "7 of 12 have transparent parts, which become black (a.png)",
            "folder: 13 pictures with masks, 128x96 pixels",
            "folder: 13 pictures with masks, 128x96 to 256x256 pixels",
            "masks hold 0 and 255: 1.60% of the pixels; 100% of them are not empty",
        ],
        "audio": [
            "clean: 12 clips of 4 s from 7 files at 16,000 Hz; level -23 dB of full scale (-30 to "
            "-20)",
            "clean: 3 speakers by part 2 of the files' names (1, 2 and so on); if these are not "
            "the speakers, put each speaker into a sub-folder",
        ],
        "tabular": [
            "rows alike but for the columns 'a', 'b' and 'c': 2 of 40; they stay in one part of "
            "the split",
            "rows alike but for the price and the column 'a': 9 of 40; they stay in one part of "
            "the split",
        ],
    }
    for module, texts in said.items():
        for text in texts:
            told = re.sub("'[^']*'|HTML|a.png|folder", "", translator("ru", module)(text))
            assert not re.search("[a-wyz]{2}", told), (text, told)


@pytest.mark.parametrize("name", domains())
def test_help_has_a_russian_word_in_every_line(name):
    parser = parser_of(load_domain(name), "ru")
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for one in [parser, *commands.choices.values()]:
        assert re.search("[а-я]", one.description or ""), one.prog
        for action in one._actions:
            if action.help:
                assert re.search("[а-я]", action.help.partition(" (обычно")[0]), (one.prog, action)


@pytest.mark.parametrize("name", domains())
def test_help_in_english_has_no_russian_word(name):
    parser = parser_of(load_domain(name), "en")
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for one in [parser, *commands.choices.values()]:
        assert not re.search("[а-яё]", one.format_help()), one.prog


@pytest.mark.parametrize("name", domains())
def test_figures_of_a_report_have_russian_names(name):
    task = importlib.import_module(load_domain(name).task).TASK
    translate = translator("ru", name)
    for metric in task.metrics:
        left = set(WORD.findall(translate(metric.title))) - NAMES
        assert not left, metric.title
    for text in (task.title, task.about):
        for paragraph in translate(text).split("\n\n"):
            assert not re.search(r"\b(the|and|what|with)\b", paragraph), paragraph


def said_in(path: Path) -> list[str]:
    """Return what a module of plots says on the page: titles, captions, names of axes."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "Section":
            found += node.args[:2]
        elif name == "label":
            found += [k.value for k in node.keywords if k.arg in ("title", "x", "y")]
        elif name in ("supxlabel", "supylabel"):
            found += node.args[:1]
    texts = []
    for node in found:
        if isinstance(node, ast.Constant):
            texts.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
            texts.append("".join(parts))  # type: ignore[arg-type]
    return texts


@pytest.mark.parametrize(
    ("module", "file"),
    [(name, "plots.py") for name in domains()] + [("common", "report/run_page.py")],
)
def test_what_plots_say_is_known_in_russian(module, file):
    translate = translator("ru", module)
    said = [text for text in said_in(ROOT / module / file) if WORD.search(text)]
    assert said
    for text in said:
        assert not re.search(r"\b(the|and|of|with|are|is)\b", translate(text)), text
        assert re.search("[а-я]", translate(text)), text


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
    assert not WORD.search(words), found


def test_the_phrase_that_says_most_comes_first():
    russian = Phrases({"{} is {}": "A {} {}", "{} is {}, not {}": "B {} {} {}"})
    assert russian("x is y, not z") == "B x y z"
    assert russian("x is y") == "A x y"


def test_a_number_with_its_noun_is_a_phrase_within_another():
    russian = translator("ru", "text")
    assert russian("1,200 texts. One of them: “x”") == "Всего текстов: 1\u00a0200. Один из них: «x»"
    assert russian("1 text. One of them: “x”") == "Всего текстов: 1. Один из них: «x»"


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


@pytest.mark.parametrize("name", [name for name in domains() if (ROOT / name / "serving").is_dir()])
def test_what_a_served_page_says_is_known_in_russian(name):
    pages = pytest.importorskip("common.serving.pages")
    translate, files = pages.translator_of(name, "ru"), [ROOT / "common" / "serving" / "base.html"]
    files += [ROOT / "common/serving/page.js", *sorted((ROOT / name / "serving").glob("page.*"))]
    said = [
        t
        for file in files
        for t in re.findall(r"\bt\([\"'](.+?)[\"'](?=[).])", file.read_text("utf-8"))
    ]
    assert len(said) > 20
    for text in said:
        assert re.search("[а-я]|API", translate(text)), text
