"""The student edition holds no solution, and works."""

import ast
import re
import shutil
import subprocess
import sys

import pytest

from common.discovery import ROOT, packages
from common.errors import UserError
from common.grading.commands.release import every_exercise, release
from common.grading.exercise.course import Course
from common.grading.exercise.release import edition
from common.grading.exercise.source import emptied, marked, marked_in
from tests.common import forked
from tests.common.grading.folder import SOURCE, toy_course
from tests.common.several_commands import environment, run_all
from tests.common.test_imports import imported_by

PACKAGES = packages(ROOT)
TESTS = tuple(f"tests/{package}" for package in PACKAGES)
TRIVIAL = 24
"""Characters below which a line says nothing of a solution, such as `return result`."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("release") / "студенты"
    release(place, exercises=[one for one in every_exercise() if one.short == "early_stopping"])
    return place


@pytest.fixture
def student(folder, tmp_path):
    """The edition of somebody who begins to solve."""
    return shutil.copytree(folder, tmp_path / "student")


def run(folder, *words):
    return forked.python(*words, folder=folder, environment=environment(folder))


def statements(text, file):
    """Every line of every solution that is not trivial, as it is spelled, without its indent."""
    for mark in marked(text, file):
        first, last = mark.body
        for line in text.splitlines()[first - 1 : last]:
            bare = line.strip()
            if len(bare) >= TRIVIAL:
                yield mark.name, bare


def test_no_line_of_a_solution_is_anywhere_in_the_edition(folder):
    marks = {m.file for package in PACKAGES for m in marked_in(ROOT, package).values()}
    lines = [pair for file in marks for pair in statements((ROOT / file).read_text("utf-8"), file)]
    assert len(lines) > 150
    everything = {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file()
    }
    leaks = [
        (name, bare, file)
        for name, bare in lines
        for file, text in everything.items()
        if bare in text
    ]
    assert leaks == []


def test_nothing_is_graded_or_released_from_the_edition(folder, tmp_path):
    """Its oracles know no answers but to the stored draws: the best would have a part of points."""
    for refused in (lambda: Course(folder), lambda: release(tmp_path / "new", root=folder)):
        with pytest.raises(UserError) as caught:
            refused()
        assert "the student edition" in caught.value.to("en")
        assert "студенческое издание" in caught.value.to("ru")
        assert "\n" not in str(caught.value)


def test_every_exercise_is_empty_and_keeps_its_signature_and_statement(folder):
    for package in PACKAGES:
        before, after = marked_in(ROOT, package), marked_in(folder, package)
        assert list(before) == list(after)
        for name, mark in after.items():
            assert mark.empty, name
            assert not before[name].empty, name
            assert (mark.docstring, mark.points) == (before[name].docstring, before[name].points)
            assert signature(mark.text) == signature(before[name].text)


def signature(text):
    node = ast.parse("\n".join(line for line in dedented(text))).body[0]
    return ast.dump(node.args), [ast.dump(d) for d in node.decorator_list]


def dedented(text):
    lines = text.splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    return [line[margin:] for line in lines]


def test_what_is_not_for_students_stays_out(folder):
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    for name in names:
        assert not name.startswith((".git/", "tests/solutions", *TESTS))
        assert not name.startswith(("benchmarks", ".ci", "runs"))
        assert "__pycache__" not in name
        assert not name.endswith("keras_loss.py")  # the solutions, in another framework
        assert "/bundle/" not in name  # and in NumPy
        assert not name.endswith(".pyc")
    for name in (
        "README.md",
        "README.ru.md",
        "LICENSE",
        "pyproject.toml",
        "tests/graded/common.py",
    ):
        assert name in names


def test_whatever_the_edition_imports_is_in_it(folder):
    """On a student's computer there is no other copy of the course to import it from."""

    def is_there(name):
        place = folder.joinpath(*name.split("."))
        return place.with_suffix(".py").is_file() or place.is_dir()

    lacking = {
        path.relative_to(folder).as_posix()
        for package in PACKAGES
        for path in (folder / package).rglob("*.py")
        for name in imported_by(path)
        if name.partition(".")[0] in PACKAGES
        if not (is_there(name) or is_there(name.rpartition(".")[0]))
    }
    # `export`, `fly` with an exported run, and `compare` say in a line that the edition lacks it.
    assert {name.rpartition("/")[2] for name in lacking} == {
        *("export.py", "exported.py", "with_keras.py")
    }


def test_the_same_repository_gives_the_same_bytes(folder):
    held = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "answers"} & {*path.parts}
    }
    assert held == edition(ROOT)


def test_a_folder_that_holds_anything_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="not empty"):
        release(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_inside_the_repository_is_refused():
    with pytest.raises(UserError, match="inside the repository"):
        release(ROOT / "tests" / "edition")


def test_an_empty_folder_is_taken(tmp_path):
    course = toy_course(tmp_path / "course")
    (tmp_path / "new").mkdir()
    release(tmp_path / "new", root=course)
    assert (tmp_path / "new" / "tests" / "graded" / "toy_probes.py").is_file()
    assert not (tmp_path / "new" / "benchmarks").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "new"]


def test_comments_and_private_helpers_of_a_solution_go_with_it(tmp_path):
    text = edition(toy_course(tmp_path))["toy/numbers.py"].decode()
    for word in ("secret", "last word", "_times", "_FACTOR"):
        assert word not in text
    assert "def kept" in text
    assert "Return twice x." in text
    compile(text, "numbers.py", "exec")


def test_emptying_twice_changes_nothing():
    once = emptied(SOURCE, "toy/numbers.py")
    assert emptied(once, "toy/numbers.py") == once
    assert marked(once, "toy/numbers.py")[0].empty


def test_the_edition_runs_and_names_the_next_exercise(folder):
    words = ("train", "--out", "never", "--lang", "ru")
    done = run(folder, "-m", "tabular", *words)
    assert done.returncode == 2
    assert "Задание «Сколько стоит ошибка»" in done.stderr
    assert "MoneyCostLoss" in done.stderr
    assert "python -m tabular exercises MoneyCostLoss.per_example" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "never").exists()


def test_a_demo_runs_before_anything_is_solved(folder, tmp_path):
    demos = ((name, 0, "demo", "--out", tmp_path / name) for name in PACKAGES)
    said, _ = run_all(folder, *demos)
    for module, text in zip(PACKAGES, said, strict=True):
        assert text.count("waits for you") == sum(
            mark.points > 0 for mark in marked_in(folder, module).values()
        )
        # The demo's run lies beside it, once all is solved; common has none.
        page = tmp_path / (module if module == "common" else f"{module}-exercises")
        assert (page / "exercises.html").is_file()
        assert (tmp_path / module).exists() == (module == "common")
        assert ("Begin with common" in text) == (module != "common")


def test_a_solved_exercise_is_seen_in_the_demo_without_any_other(student):
    path = student / "tabular" / "loss.py"
    (mark,) = marked((ROOT / "tabular" / "loss.py").read_text("utf-8"), "tabular/loss.py")
    body = "\n".join(mark.text.splitlines()[-(mark.body[1] - mark.body[0] + 1) :])
    text = path.read_text("utf-8")
    path.write_text(text.replace("        raise NotImplementedError", body), encoding="utf-8")
    done = run(student, "-m", "tabular", "--lang", "ru")
    assert done.returncode == 0, done.stderr
    assert "MoneyCostLoss.per_example работает" in done.stdout
    assert done.stdout.count("ждёт вас") == 5
    assert (student / "runs" / "tabular-demo-exercises" / "MoneyCostLoss.per_example.png").is_file()


def pages(folder):
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*.md")}


def test_no_page_names_a_command_that_the_edition_lacks(folder):
    named = [
        (page, module, command)
        for page, text in pages(folder).items()
        for module, command in re.findall(r"python -m (\w+)(?: +([a-z]+)\b)?", text)
        if module not in ("pip", "torch", "venv", "zipfile")
    ]
    allowed = {
        "exercises",
        "check",
        "submit",
        "demo",
        "train",
        "evaluate",
        "predict",
        "serve",
        "export",
        "fly",
        "autopilot",
        "compare",
        "lesson",
        "notebooks",
        "doctor",
        "cluster",
        "",
    }
    assert len(named) > 40
    modules = {"pytest", "DOMAIN", *PACKAGES}
    wrong = [
        (p, m, c) for p, m, c in named if m not in modules or (m != "pytest" and c not in allowed)
    ]
    assert wrong == []
    scripts = [(page, s) for page, text in pages(folder).items()
               for s in re.findall(r"python ([\w/]+\.py)", text)]  # fmt: skip
    there = {"run.py"}  # of an exported run
    lost = [(p, s) for p, s in scripts if s not in there and not (folder / s).is_file()]
    assert lost == []


def test_no_page_links_to_what_the_edition_lacks(folder):
    dead = [
        (page, target)
        for page, text in pages(folder).items()
        for target in re.findall(r"\]\(([^)#\s]+)", text)
        if not target.startswith(("http", "mailto"))
        and not (folder / page).parent.joinpath(target).exists()
    ]
    assert dead == []
    assert not any("teacher-->" in text for text in pages(folder).values())


def test_no_page_names_a_file_that_the_edition_lacks(folder):
    """Of those that the repository has, named from its root."""
    lost = [
        (page, path)
        for page, text in pages(folder).items()
        for path in re.findall(r"(?<![\w/.-])[\w-]+(?:/[\w.-]*\w|/|\.\w+)", text)
        if not path.startswith("runs/")  # that a demo may have left there, and others will, too
        and (ROOT / path).exists()
        and not (folder / path).exists()
    ]
    assert lost == []


def test_a_demo_that_was_run_goes_into_the_edition(tmp_path):
    root = toy_course(tmp_path / "course")
    run_folder = root / "runs" / "toy-demo"
    (run_folder / "extras").mkdir(parents=True)
    for name in ("report.html", "metrics.json", "extras/sound.wav", "other.txt"):
        (run_folder / name).write_text("{}")
    files = edition(root)
    assert {name for name in files if name.startswith("demos/")} == {
        "demos/toy/report.html",
        "demos/toy/metrics.json",
    }


def test_of_a_large_run_the_report_goes_into_the_edition(tmp_path, monkeypatch):
    monkeypatch.setattr("common.grading.exercise.release.DEMO_BYTES", 5)
    root = toy_course(tmp_path / "course")
    run_folder = root / "runs" / "toy-demo"
    run_folder.mkdir(parents=True)
    for name in ("report.html", "metrics.json", "model.safetensors"):
        (run_folder / name).write_text("{}")
    names = {name for name in edition(root) if name.startswith("demos/")}
    assert names == {"demos/toy/report.html", "demos/toy/metrics.json"}


def test_an_exercise_is_solved_in_the_edition(student):
    (held,) = (student / "tests" / "graded" / "answers").iterdir()
    assert held.name == "common.early_stopping.early_stopping.zip"
    assert held.stat().st_size < 200_000
    path = student / "common" / "early_stopping.py"
    solution = ROOT / "tests" / "solutions" / "common" / "early_stopping" / "right_minimum.py"
    body = solution.read_text("utf-8").partition("higher_is_better=False):\n")[2]
    head, _, tail = path.read_text("utf-8").rpartition("    raise NotImplementedError\n")
    assert tail == ""
    path.write_text("import math\n" + head + body, encoding="utf-8")
    check, exercises = ("common", 0, "check", "early_stopping"), ("common", 0, "exercises")
    (checked, listed), _ = run_all(student, check, exercises)
    assert "15 / 15" in checked
    assert "solved" in listed
    words = ("tests/graded/test_exercises.py", "-k", "early_stopping", "-p", "no:cacheprovider")
    plain = run(student, "-m", "pytest", "-q", *words)
    assert plain.returncode == 0, plain.stdout


def test_help_of_the_edition_imports_no_torch(folder):
    script = (
        "import sys\n"
        "from common.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'torch', 'numpy', 'pandas'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=environment(folder), check=False
    )
    assert done.returncode == 0


def test_the_packages_are_the_projects():
    from common.grading.exercise import release as room

    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"} == {*PACKAGES}
    assert all((ROOT / name).is_file() for name in room.FILES)
    assert (ROOT / "tests" / "graded").is_dir()


@pytest.mark.parametrize("text", ["x = 1\ndef (:\n", "_unused = 1\ndef (:\n"])
def test_a_broken_file_is_named_and_not_released(tmp_path, text):
    root, folder = tmp_path / "course", tmp_path / "edition"
    for part in ("common", "tests/graded"):
        (root / part).mkdir(parents=True)
    (root / "pyproject.toml").write_text("")
    (root / "common" / "broken.py").write_text(text)
    with pytest.raises(UserError, match=r"common/broken\.py, line 2"):
        release(folder, root=root)
    assert not folder.exists()
