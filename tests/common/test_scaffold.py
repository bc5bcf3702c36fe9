"""`python -m common new NAME` writes a domain that works at once, in every command."""

import csv
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from common import scaffold
from common.discovery import ROOT
from common.errors import UserError
from common.translation import Phrases
from tests.common import forked
from tests.common.several_commands import environment, run_all

NAME = "bakery_sales"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The repository without the other domains, and a new one in it."""
    root = tmp_path_factory.mktemp("курс")
    for name in ("pyproject.toml", "conftest.py", "README.md", "README.ru.md", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    leave = shutil.ignore_patterns("__pycache__")
    for name in ("common", "docs", "tests/graded", "tests/solutions/common"):
        shutil.copytree(ROOT / name, root / name, ignore=leave)
    shutil.copytree(ROOT / "tests/common/grading", root / "tests/common/grading", ignore=leave)
    for name in ("tests", "tests/common"):
        shutil.copy(ROOT / name / "__init__.py", root / name / "__init__.py")
    done = python(root, "-m", "common", "new", NAME)
    assert f"python -m {NAME} check".partition(" ")[2] in done.stdout
    return root


def python(folder, *words):
    done = forked.python(*words, folder=folder, environment=environment(folder))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def test_what_it_says_is_said_in_russian_too():
    files = scaffold.domain_files(NAME)
    scope: dict = {}
    exec(files[f"{NAME}/russian.py"], scope)
    russian = Phrases(scope["PHRASES"])
    code = "".join(text for file, text in files.items() if not file.endswith("russian.py"))
    code = re.sub(r'"\n\s+f?"', "", code)  # a text over several lines
    code += re.sub(r"\{[^{}]+\}", "{}", code)
    for english in scope["PHRASES"]:
        assert english in code, english
    said = re.findall(r'option\([^"]*(?:"\w+", )?"([^"]*)"', files[f"{NAME}/settings.py"])
    said += ["numbers: price; the weekday is added to them", "3 forecasts in column 'x' of y.csv"]
    assert len(said) > 8
    for text in said:
        assert re.search("[а-я]", russian(text)), text


def test_its_commands_work(root, tmp_path):
    quick = ["--epochs", "2", "--device", "cpu"]
    new = tmp_path / "new.csv"
    new.write_text("day,temperature,holiday,price\n2026-01-05,-3,0,40\n06.01.2026,2,1,36\n")
    (demo, _, checked), _ = run_all(
        root,
        (NAME, 0, "--out", tmp_path / "demo", *quick),
        (NAME, 0, "predict", tmp_path / "demo", new, "--out", tmp_path / "out.csv"),
        (NAME, 0, "check"),
    )
    assert "by weekday" in demo
    assert "by weekday" in (tmp_path / "demo" / "report.html").read_text("utf-8")
    lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert lines[0].endswith(",predicted_sold")
    assert [line.rpartition(",")[0] for line in lines[1:]] == new.read_text().splitlines()[1:]
    assert all(float(line.rpartition(",")[2]) > 0 for line in lines[1:])
    assert "100 / 100" in checked


def test_its_tests_and_solutions_pass(root):
    solutions = "tests/common/grading/exercise/test_solutions.py"
    words = ["-q", "-p", "no:cacheprovider", f"tests/{NAME}", NAME, solutions]
    done = python(root, "-m", "pytest", *words, "-k", f"{NAME} or Pinball")
    assert "passed" in done.stdout
    assert "failed" not in done.stdout


def test_its_exercise_is_given_out_handed_in_and_graded(root, tmp_path):
    edition, handed_in = tmp_path / "edition", tmp_path / "class"
    handed_in.mkdir()
    with zipfile.ZipFile(handed_in / "Anna.zip", "w") as archive:
        archive.write(root / NAME / "loss.py", f"{NAME}/loss.py")
    graded = sys.platform == "linux" and shutil.which("bwrap") is not None
    grading = [("common", 0, "grade", handed_in, "--out", tmp_path / "grades")] if graded else []
    run_all(root, ("common", 0, "release", edition), *grading)
    assert not list(edition.rglob("*.template"))
    (checked, _), refused = run_all(edition, (NAME, 1, "check"), ("common", 2, "new", "another"))
    assert "0 / 100" in checked
    assert "is not the course's whole repository" in refused
    if not graded:
        pytest.skip("submissions are graded in bubblewrap")
    with (tmp_path / "grades" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["module"], row["score"]) == ("Anna", NAME, "100")


def test_it_has_the_rooms_of_every_domain():
    files = set(scaffold.domain_files(NAME))
    rooms = ("task", "settings", "data", "preprocessing", "model", "loss", "metrics")
    rooms = (*rooms, "baselines", "predict", "plots", "__init__", "__main__")
    assert {f"{NAME}/{room}.py" for room in rooms} <= files
    assert {f"{NAME}/README.md", f"{NAME}/README.ru.md"} <= files
    assert f"{NAME}/synthetic/__init__.py" in files


@pytest.mark.parametrize("name", ["series", "aaa", "zebra_crossings"])
def test_what_is_written_has_the_house_style(tmp_path, name):
    for file, text in scaffold.domain_files(name).items():
        assert "domain_name" not in text
        assert max(map(len, text.splitlines()), default=0) <= 100 or file.endswith(".md")
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    if shutil.which("ruff") is None:
        pytest.skip("ruff is not installed")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    shutil.copytree(ROOT / "common", tmp_path / "common")  # to tell our imports from libraries'
    for words in (["check", "-q"], ["format", "--check", "-q"]):
        command = ["ruff", *words, "--no-cache", name, "tests"]
        done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Time-Series", "cannot name a package; did you mean 'time_series'?"),
        ("2days", "cannot name a package; expected letters a to z, digits and _"),
        ("ряды", "cannot name a package"),
        ("../out", "cannot name a package; did you mean 'out'?"),
        ("class", "cannot name a package"),
        ("", "cannot name a package"),
        ("random", "is a module of Python itself"),
        ("torch", "is an installed library"),
        ("tabular", "tabular: is there already"),
        ("tests", "tests: is there already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name, words):
    with pytest.raises(UserError, match=words.replace("?", r"\?")):
        scaffold.new_domain(name)


def test_a_file_in_the_way_is_left_alone_and_nothing_is_written(tmp_path):
    (tmp_path / "tests" / "graded").mkdir(parents=True)
    (tmp_path / "tests" / "graded" / "sales.py").write_text("mine")
    with pytest.raises(UserError, match=r"sales\.py: is there already"):
        scaffold.new_domain("sales", tmp_path)
    assert not (tmp_path / "sales").exists()
    assert (tmp_path / "tests" / "graded" / "sales.py").read_text() == "mine"
