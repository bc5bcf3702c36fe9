"""The pages a newcomer reads first name what is really there."""

import re
import tomllib
from pathlib import Path

import pytest

from common.discovery import packages
from common.grading.exercise.release import TEACHERS, TEACHERS_PAGES

ROOT = Path(__file__).parents[2]
READMES = [
    path for folder in (".", *packages()) for path in sorted((ROOT / folder).glob("README*.md"))
]
FOLDERS = (*packages(), "tests", "benchmarks", "docs")
FILE = r"(?<![\w./-])\w[\w/]*\.py\b"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("name", ["README.md", "README.ru.md"])
def test_every_library_earns_its_place_in_a_line(name):
    text = (ROOT / name).read_text(encoding="utf-8").casefold()
    optional = PROJECT["optional-dependencies"].values()
    wanted = [*PROJECT["dependencies"], *(line for lines in optional for line in lines)]
    libraries = {re.match(r"[\w-]+", line)[0].casefold() for line in wanted}
    assert {library for library in libraries if library not in text} == set()


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_pictures_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    links = re.findall(r'\]\(([^)#\s]+)|src="([^"]+)"', text)
    targets = [a or b for a, b in links if not (a or b).startswith(("http", "mailto"))]
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_files_of_code_that_pages_name_are_there():
    """Those of a domain that a reader is to make, and of an exported run, are not yet."""
    pages = [*READMES, *(ROOT / "docs").glob("*.md")]
    code = [path.as_posix() for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    named = {(page.name, n) for page in pages for n in re.findall(FILE, page.read_text("utf-8"))}
    made = re.compile(r"\b(bikes|stickshift_model)")
    wanted = {(page, name) for page, name in named if not made.search(name)}
    assert len(wanted) > 100
    missing = {one for one in wanted if not any(path.endswith(f"/{one[1]}") for path in code)}
    assert missing == set()


def test_no_line_of_a_page_begins_with_a_mark_for_teachers():
    """Markdown takes such a line for HTML, and shows its links and stars as they are written."""
    pages = [*READMES, *(ROOT / "docs").glob("*.md")]
    begun = re.compile(r"^[ ]*(?:[-|] )?<!--/?teacher-->[^\n]+", re.MULTILINE)
    assert [line for path in pages for line in begun.findall(path.read_text("utf-8"))] == []


def test_no_link_is_all_that_a_sentence_says_where_students_lack_its_page():
    """Of such a link the words stay: "Which wins: [benchmarks](…)" would end in a bare word."""
    lacking = "|".join(TEACHERS_PAGES)
    bare = re.compile(rf"[:(]\s+\[[^\]]+\]\((?:\.\./)?(?:{lacking})[^)]*\)[.)]")
    pages = [*READMES, *(ROOT / "docs").glob("*.md")]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in pages}
    theirs = {n: TEACHERS.sub("", t) for n, t in texts.items() if not n.startswith(TEACHERS_PAGES)}
    assert {n: found for n, t in theirs.items() if (found := bare.findall(t))} == {}


@pytest.mark.parametrize("name", ["README.md", "README.ru.md"])
def test_the_first_page_is_two_hundred_lines_at_most(name):
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 200


def test_both_languages_are_there():
    names = {path.relative_to(ROOT).as_posix() for path in READMES}
    assert {name.replace(".ru", "") for name in names if ".ru" in name} == {
        name for name in names if ".ru" not in name
    }
