"""A class with every kind of submission that goes wrong, by mistake or by will, in one go."""

import csv
import json
import os
import re
import sys

import pytest

from common.grading.commands.grade import grade
from tests.common.grading import classroom
from tests.common.grading.classroom import LOSS, METRICS, TABULAR, hand_in, pack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
HEAD = "from common.exercises import exercise\n\n"
FORMULA = "=cmd|' !A0"
MARKUP = "<script>alert(1)</script>\x1b[2J\u202e=HYPERLINK(1)"

CODE = {
    # what is handed in as tabular/loss.py, the kind of failure, words from what is said of it
    "ends the process at import": ("import os; os._exit(0)", "ended", "ended the program"),
    "sys.exit": ("import sys\ndef double(x): sys.exit(0)", "ended", "ended the program"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "raised", "KeyboardInterrupt"),
    "pytest.skip": ("import pytest\npytest.skip('', allow_module_level=True)", "raised", "Skipped"),
    "segfault": ("import faulthandler\nfaulthandler._read_null()", "died", "crashed"),
    "endless loop": ("def double(x):\n    while True: pass", "time", "endless loop"),
    "reads": (
        "import os\ndef double(x):\n"
        "    for place in ({course!r}, {out!r}, '/course/tests/graded/tabular.py'):\n"
        "        try:\n            os.stat(place)\n            return 2 * x\n"
        "        except OSError: pass\n"
        "    raise RuntimeError('held')",
        "raised",
        "held",
    ),
    "writes": (
        "import sqlite3\ndef double(x):\n"
        "    sqlite3.connect({out!r} + '/gradebook.sqlite').execute('DROP TABLE judged')\n"
        "    return 2 * x",
        "raised",
        "unable to open database file",
    ),
    "forges": (
        "import os\nfor d in range(1, 64):\n"
        "    try: os.write(d, b'{{\"passed\": true, \"points\": 100}}')\n"
        "    except OSError: pass\n"
        "os._exit(0)",
        "not_plain",
        "",
    ),
    "objects that run code": (
        "import os\nclass A:\n    def __reduce__(self): return os.system, ('touch {out}/owned',)\n"
        "    __eq__ = lambda *a: True\ndef double(x): return A()",
        "not_plain",
        "a type that is not asked for",
    ),
    "NaN": ("def double(x): return x * float('nan')", "wrong", "other values"),
    "in place": ("def double(x):\n    x *= 2\n    return 0.0", "wrong", "other values"),
    "hard-coded": ("import numpy\ndef double(x): return numpy.zeros(4)", "wrong", "other values"),
    "markup": (f"def double(x):\n    print({MARKUP!r})\n    raise ValueError({MARKUP!r})", "raised",
               "<script>"),
    "flood": ("while True: print('x' * 10**5)", "flood", "far too much"),
    "syntax error": ("def double(x) return 2 * x", "raised", "line 1"),
    "tabs and spaces": ("def double(x):\n        y = 2\n\treturn y * x", "raised", "TabError"),
    "cp1251": ("UNIT = 'руб'\ndef double(x): return 2 * x", "raised", "utf-8"),
    "renamed": ("def twice(x): return 2 * x", "raised", "no attribute 'double'"),
    "signature": ("def double(x, y): return 2 * x", "raised", "missing 1 required positional"),
    "None": ("def double(x): 2 * x", "wrong", "a number is asked for"),
    "not begun": ("def double(x): raise NotImplementedError", "empty", "not written yet"),
}  # fmt: skip
RIGHT = ("A good one", FORMULA, "Ж «'ё»", "z<b>")
BRINGS = {
    "conftest": ("conftest.py", "pytest.ini", "sitecustomize.py", "x.pth", "tabular/conftest.py"),
    "shadows": ("torch.py", "numpy.py", "numpy/__init__.py", "tests/graded/tabular_probes.py"),
    "given code": (
        "tabular/__init__.py",
        "common/exercises.py",
        "common/grading/exercise/specification.py",
    ),
}
BROUGHT = b"raise SystemExit('brought')"


def hand_in_everything(folder, course, out):
    """Lay the whole class into a folder; some of it knows where course and grades are."""
    for name, (text, _, _) in CODE.items():
        if name in ("reads", "writes", "forges", "objects that run code"):
            text = text.format(course=str(course), out=str(out))
        encoding = "cp1251" if name == "cp1251" else "utf-8"
        hand_in(folder, name, {LOSS: text.encode(encoding), METRICS: TABULAR[METRICS]})
    for name, files in BRINGS.items():
        pack(folder / f"{name}.zip", {**TABULAR, **dict.fromkeys(files, BROUGHT)})
    for name in RIGHT:
        hand_in(folder, name)
    pack(folder / "leads out.zip", {f"../../{name}": text for name, text in TABULAR.items()})
    (folder / "links").mkdir()
    (folder / "links" / "tabular").symlink_to(course / "tabular")
    (folder / "report.pdf").write_bytes(b"%PDF-1.7")


def expected_points(student):
    if student in CODE:
        return 40
    return 0 if student in ("leads out", "links", "report") else 100


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Grade the class; give the folders and the grades by student."""
    root = tmp_path_factory.mktemp("room")
    course, out, folder = root / "course", root / "grades", root / "submissions"
    classroom.make_course(course)
    hand_in_everything(folder, course, out)
    before = contents(course)
    found = grade(folder, out, classroom.options(jobs=2), course=classroom.course(course))
    assert contents(course) == before
    return root, {one.student: one for one in found}


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", CODE)
def test_what_goes_wrong_costs_its_own_exercise_and_is_said_in_words(room, name):
    one = room[1][name]
    loss, metrics = one.exercises
    _, kind, says = CODE[name]
    assert (loss.points, metrics.points) == (0, 40)
    second = "not_tried" if kind == "time" else kind  # nobody waits for as long again
    assert [check.failure for check in loss.checks] == [kind, second]
    result = loss.checks[0]
    assert result.what.en
    assert result.what.ru
    assert says in f"{result.what.en} {result.actual}"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", result.actual)
    assert not one.refused


@pytest.mark.parametrize("name", RIGHT)
def test_right_submissions_beside_them_get_all_points(room, name):
    one = room[1][name]
    assert (one.points, one.max_points) == (100, 100)
    assert one.notes == ()


@pytest.mark.parametrize("name", BRINGS)
def test_files_that_were_brought_change_nothing_and_are_reported(room, name):
    one = room[1][name]
    assert one.points == 100
    assert all(file in one.notes[0].en for file in BRINGS[name])


@pytest.mark.parametrize(
    ("name", "says"),
    [("leads out", "leads out of the archive"), ("links", "a link"), ("report", "a PDF")],
)
def test_what_cannot_be_graded_is_refused_with_the_reason(room, name, says):
    one = room[1][name]
    assert says in one.refused.en
    assert (one.points, one.max_points, one.module) == (0, 100, "tabular")


def test_a_source_in_another_encoding_is_noted(room):
    assert "tabular/loss.py: not UTF-8" in room[1]["cp1251"].notes[0].en


def test_nothing_was_written_but_what_grading_writes(room):
    root, _ = room
    written = {path.name for path in (root / "grades").iterdir()}
    usual = {
        "gradebook.sqlite",
        "gradebook.lock",
        "secret",
        "grades.csv",
        "summary.html",
        "term.xlsx",
    }
    assert written == usual | {"feedback", "gradescope"}
    assert {path.name for path in root.iterdir()} == {"course", "grades", "submissions"}


def test_no_page_and_no_table_runs_what_a_student_wrote(room):
    out = room[0] / "grades"
    pages = [path.read_text("utf-8") for path in out.rglob("*.html")]
    assert len(pages) == len(room[1]) + 1
    assert not any("<script>alert" in page or "<b>" in page.split("</title>")[0] for page in pages)
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
    results = [json.loads(path.read_text("utf-8")) for path in out.rglob("results.json")]
    assert len(results) == len(room[1])
    assert os.path.getsize(out / "gradebook.sqlite") < 2**20
