"""The notebooks: made of the lessons and exercises as they are, in both languages, always alike."""

import importlib
import json
import re
import shutil
from argparse import Namespace
from functools import cache

import nbformat
import pytest

from common.discovery import ROOT, modules_with_exercises
from common.errors import UserError
from common.grading.exercise.course import exercises_of, warmups_of
from common.grading.exercise.source import emptied
from common.i18n import LANGUAGES
from common.notebooks import command
from common.notebooks.cell_binding import LOST
from common.notebooks.document import file_name, notebook, statement
from common.notebooks.lesson import Place

REPOSITORY = "https://github.com/someone/course"
MODULES = modules_with_exercises()


@cache
def published(module, language):
    """A notebook as it would lie in a folder of a public repository."""
    return notebook(module, language, Place(ROOT, ROOT / "notebooks", REPOSITORY))


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request):
    """All notebooks of one language."""
    return request.param, {module: published(module, request.param) for module in MODULES}


def cells(content, kind):
    return [c.source for c in nbformat.reads(content.decode(), 4).cells if c.cell_type == kind]


def test_every_notebook_is_valid_and_the_same_again(made):
    language, notebooks = made
    for content in notebooks.values():
        nbformat.validate(json.loads(content))
    place = Place(ROOT, ROOT / "notebooks", REPOSITORY)
    assert notebook("tabular", language, place) == notebooks["tabular"]


def test_every_exercise_is_there_with_its_check_and_its_hints(made):
    language, notebooks = made
    for module, content in notebooks.items():
        code, text = cells(content, "code"), "\n".join(cells(content, "markdown"))
        for spec in [*warmups_of(module), *exercises_of(module)]:
            assert [c for c in code if c.startswith(f"%%exercise {spec.short}\n")]
            assert f'check("{spec.short}")' in code
            assert spec.title.to(language) in text
            assert all(hint.to(language) in text for hint in spec.hints)
        assert code[-1] == "submit()"


def test_at_hand_is_what_a_file_makes_or_imports_and_not_what_python_has(made):
    _, notebooks = made
    for module, content in notebooks.items():
        text = "\n".join(cells(content, "markdown"))
        lines = re.findall(r"^(?:At hand in|Под рукой в) `([^`]+)`: (.*)\.$", text, re.MULTILINE)
        files = {file for file, _ in lines}
        # early_stopping's file imports nothing that it could use.
        assert "common/early_stopping.py" not in files
        alone = module == "common"
        assert len(lines) == len([*warmups_of(module), *exercises_of(module)]) - alone
        for file, names in lines:
            found = importlib.import_module(file.removesuffix(".py").replace("/", "."))
            assert all(name.strip("`") in vars(found) for name in names.split(", ")), (file, names)


def test_the_lesson_is_there_whole_with_links_that_lead_somewhere(made):
    language, notebooks = made
    for module, content in notebooks.items():
        text = "\n".join(cells(content, "markdown"))
        page = ROOT / module / ("README.ru.md" if language == "ru" else "README.md")
        titles = re.findall(r"^## .*$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert [title for title in titles if title not in text] == []
        assert "<img" not in text
        for target in re.findall(r"(?<!!)\[[^\]\[]+\]\(([^)\s]+)\)", text):
            assert target.startswith(("https://", "#"))
            if target.startswith(REPOSITORY):
                file = target.removeprefix(REPOSITORY).split("/main/")[1].partition("#")[0]
                assert (ROOT / file).exists()
        name = file_name(module, language)
        assert f"/github/someone/course/blob/main/notebooks/{name})" in text


@pytest.mark.parametrize("module", MODULES)
def test_both_languages_have_the_same_code_but_for_the_first_cell(module):
    english, russian = (cells(published(module, one), "code") for one in LANGUAGES)
    assert english[1:] == [code.replace(LOST.ru, LOST.en) for code in russian[1:]]
    assert f'begin("{module}", "en")' in english[0]
    assert f'begin("{module}", "ru")' in russian[0]


def test_only_code_that_stands_on_its_own_becomes_a_cell(made):
    _, notebooks = made
    code = [c for c in cells(notebooks["common"], "code") if "Trainer(" in c]
    assert len(code) == 1
    assert "torch.manual_seed(1)" in code[0]
    assert not any("flats.csv" in c for c in cells(notebooks["tabular"], "code"))


def test_without_an_address_there_is_no_badge_and_links_lead_to_the_course_beside(tmp_path):
    inside = notebook("common", "en", Place(ROOT, ROOT / "notebooks")).decode()
    assert "colab-badge" not in inside
    assert "](../common/losses.py)" in inside
    outside = notebook("common", "en", Place(ROOT, tmp_path)).decode()
    assert "losses.py`](" not in outside
    assert "`losses.py`" in outside


def test_in_the_edition_the_cells_are_empty(tmp_path):
    for name in ("common", "tests", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path / "common").rglob("*.py"):
        text = emptied(path.read_text(encoding="utf-8"), path.relative_to(tmp_path).as_posix())
        path.write_text(text, encoding="utf-8")
    content = notebook("common", "en", Place(tmp_path, tmp_path / "notebooks"))
    written = [c for c in cells(content, "code") if c.startswith("%%exercise")]
    assert len(written) == len([*warmups_of("common"), *exercises_of("common")])
    assert all(c.endswith("\n    raise NotImplementedError") for c in written)


def test_a_command_that_makes_no_sense_is_one_line(tmp_path):
    arguments = Namespace(out=str(tmp_path), lang="en", repository="example.org/course")
    with pytest.raises(UserError, match="expected an address such as"):
        command.main(arguments)


def test_a_statement_in_markdown_means_what_it_says():
    text = "Return `2 * x` and x * 2.\n\n    x = y\n\n- __init__: as it is\n\n>>> double(2)\n4"
    assert statement(text).split("\n\n") == [
        "Return `2 * x` and x \\* 2.",
        "```\n    x = y\n```",
        "- \\_\\_init\\_\\_: as it is",
        "```\n>>> double(2)\n4\n```",
    ]
