"""The smallest course with a class: two modules, three exercises, and how to hand in.

python -m tests.common.grading.classroom COURSE SUBMISSIONS GRADES KILL_AT [--regrade]
    [--workers=ADDRESS --certificates=DIR]

grades as `python -m common grade` does, and kills itself, as `kill -9` would, just before the row
KILL_AT of the gradebook is added (0: never), in the midst of the transaction.
"""

import os
import signal
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np

from common.discovery import ROOT
from common.grading.commands.grade import Options, grade
from common.grading.exercise.course import Course
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.gradebook.store import GRADEBOOK, Gradebook
from common.grading.runner.limits import Limits
from common.i18n import Text

SOURCES = {
    "tabular/loss.py": '''"""Losses."""

from common.exercises import exercise


@exercise(points=60)
def double(x):
    """Return twice x."""
    return 2 * x
''',
    "tabular/metrics.py": '''"""Metrics."""

from common.exercises import exercise


@exercise(points=40)
def total(x):
    """Return the sum of x."""
    return float(x.sum())
''',
    "vision/loss.py": '''"""Losses."""

from common.exercises import exercise


@exercise(points=100)
def halve(x):
    """Return half of x."""
    return x / 2
''',
}
PROBES = """
def double(inputs):
    from {module} import loss
    return loss.{function}(inputs["x"])

def total(inputs):
    from {module} import metrics
    return metrics.total(inputs["x"])
"""
TABULAR = {name: text.encode() for name, text in SOURCES.items() if name.startswith("tabular")}
VISION = {"vision/loss.py": SOURCES["vision/loss.py"].encode()}
LOSS, METRICS = "tabular/loss.py", "tabular/metrics.py"
LIMITS = Limits(cpu_seconds=2, wall_seconds=4, memory=300 * 2**20, output_bytes=2**20)
WORDS = Text("words", "слова")


def _inputs(rng):
    return {"x": rng.normal(size=4)}


def _judge(expected):
    def judge(inputs, output):
        if type(output) is not np.ndarray and type(output) is not float:
            raise Wrong(Text("a number is asked for", "нужно число"), actual=output)
        if not np.array_equal(output, expected(inputs["x"])):
            what = Text("other values", "другие значения")
            raise Wrong(what, actual=output, expected=expected(inputs["x"]))

    return judge


def _graded(module, file, function, expected):
    probe = "total" if function == "total" else "double"
    place = f"tests.graded.{module}_probes:{probe}"
    checks = [Check(name, WORDS, _inputs, place, _judge(expected)) for name in ("one", "two")]
    name = f"{module}.{file}.{function}"
    return ExerciseSpec(name, Text(function, function), "…", (WORDS, WORDS), checks)


EXERCISES = {
    "tabular": [
        _graded("tabular", "loss", "double", lambda x: 2 * x),
        _graded("tabular", "metrics", "total", lambda x: float(x.sum())),
    ],
    "vision": [_graded("vision", "loss", "halve", lambda x: x / 2)],
}


def make_course(root: Path) -> Path:
    """Write the teacher's repository into `root`."""
    files = {
        **SOURCES,
        "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = []\n",
        "tests/graded/tabular.py": "SECRET = 'the answer'\n",
        "tests/graded/vision.py": "SECRET = 'the answer'\n",
        "tests/graded/tabular_probes.py": PROBES.format(module="tabular", function="double"),
        "tests/graded/vision_probes.py": PROBES.format(module="vision", function="halve"),
        "common/__init__.py": "",
        "common/exercises.py": (ROOT / "common" / "exercises.py").read_text(encoding="utf-8"),
        **{f"{name}/__init__.py": "" for name in ("tabular", "vision", "tests/graded")},
        **{f"{name}/__main__.py": "DOMAIN = None\n" for name in ("tabular", "vision")},
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def course(root: Path) -> Course:
    return Course(root, EXERCISES.__getitem__)


def options(**changes) -> Options:
    return Options(**{"limits": LIMITS, **changes})


def hand_in(folder: Path, student: str, files: dict[str, bytes] = TABULAR) -> Path:
    """Lay a student's files into a folder."""
    for name, content in files.items():
        path = folder / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / student


def pack(path: Path, files: dict[str, bytes] = TABULAR) -> Path:
    """Make an archive with these files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def dump(out: Path) -> dict[str, list[tuple]]:
    """Return everything in a gradebook but the times, in an order of its own."""
    with closing(sqlite3.connect(out / GRADEBOOK)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type='table'").fetchall()
        return {name: sorted(map(repr, _without_time(connection, name))) for (name,) in tables}


def _without_time(connection, table):
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    kept = ", ".join(name for name in columns if name not in ("at", "number"))
    return connection.execute(f"SELECT {kept} FROM {table}").fetchall()


def grade_or_die(root, submissions, out, kill_at, *words):
    """Grade as the command does, and die before the row KILL_AT is added to the gradebook."""
    added = 0
    add = Gradebook._add

    def add_or_die(gradebook, *values):
        nonlocal added
        added += 1
        if added == int(kill_at):
            os.kill(os.getpid(), signal.SIGKILL)
        add(gradebook, *values)

    Gradebook._add = add_or_die
    given = dict(word[2:].split("=") for word in words if "=" in word)
    chosen = options(
        regrade="--regrade" in words,
        workers=given.get("workers"),
        certificates=Path(given["certificates"]) if given else None,
    )
    grade(Path(submissions), Path(out), chosen, course=course(Path(root)))


if __name__ == "__main__":
    grade_or_die(*sys.argv[1:])
