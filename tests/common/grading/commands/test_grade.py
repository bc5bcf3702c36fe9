"""Grading a class: once, again, anew, late, interrupted, on appeal."""

import errno
import os
import shutil
import stat
import subprocess
import sys
import threading
from datetime import datetime
from functools import partial

import numpy as np
import psutil
import pytest

from common.__main__ import main
from common.discovery import ROOT
from common.errors import UserError
from common.grading.commands import appeal as appeal_command
from common.grading.commands.appeal import appeal
from common.grading.commands.grade import Options, grade
from common.grading.commands.grade_messages import Progress
from common.grading.exercise.course import Course
from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.policy import Policy, load_policies, load_times
from common.grading.gradebook.store import GRADEBOOK
from common.grading.runner import loop
from common.grading.runner.probe_result import ProbeResult
from common.grading.sanitize import shown as shown_as
from common.i18n import Text
from tests.common.grading import classroom
from tests.common.grading.classroom import (
    EXERCISES,
    LOSS,
    METRICS,
    TABULAR,
    VISION,
    dump,
    hand_in,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
WRONG = b"def double(x): return x"
POLICY = """
[tabular]
due = 2026-12-01T23:59:00+03:00
per_day = 10
grace_minutes = 15
least = 50
"""


class Room:
    """A class of two, Anna with all points and Boris with 40; and its course."""

    def __init__(self, root):
        self.root = root
        self.folder, self.out = root / "submissions", root / "grades"
        self.course = classroom.make_course(root / "course")
        hand_in(self.folder, "Anna")
        hand_in(self.folder, "Boris", {LOSS: WRONG, METRICS: TABULAR[METRICS]})

    def grade(self, out=None, **changes):
        course = classroom.course(self.course)
        found = grade(self.folder, out or self.out, classroom.options(**changes), course=course)
        return {(one.student, one.module): one for one in found}

    def points(self, **changes):
        return {student: one.points for (student, _), one in self.grade(**changes).items()}

    def appeal(self, student, exercise, secret=None):
        course = classroom.course(self.course)
        appeal(self.out, student, exercise, course=course, secret_file=secret)


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)


@pytest.fixture
def checked(monkeypatch):
    """The checks that were run, as (student's file, check)."""
    seen = []
    run_check = loop.run_check

    def counting(exercise, check, inputs, *more):
        seen.append((exercise.short, check.name, inputs["x"].tolist()))
        return run_check(exercise, check, inputs, *more)

    monkeypatch.setattr(loop, "run_check", counting)
    return seen


@linux
def test_grading_twice_runs_nothing_twice_and_gives_the_same(room, checked):
    first = room.grade()
    assert {student: one.points for (student, _), one in first.items()} == {
        "Anna": 100,
        "Boris": 40,
    }
    assert len(checked) == 8
    table = (room.out / "grades.csv").read_bytes()
    assert room.grade() == first
    assert len(checked) == 8
    assert (room.out / "grades.csv").read_bytes() == table


@linux
def test_two_threads_give_the_gradebook_that_one_gives(room):
    for number in range(4):
        hand_in(room.folder, f"S{number}")
    other = room.root / "other"
    other.mkdir()
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    room.grade()
    shutil.copy(room.out / "secret", other)
    room.grade(other, jobs=2)
    assert dump(other) == dump(room.out)
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == files
    assert not psutil.Process().children(recursive=True)


@linux
def test_a_changed_submission_is_graded_anew_and_what_changed_is_shown(room, checked, capsys):
    room.grade()
    hand_in(room.folder, "Boris", {LOSS: TABULAR[LOSS]})
    del checked[:]
    assert room.points() == {"Anna": 100, "Boris": 100}
    assert len(checked) == 4
    shown = capsys.readouterr().out
    assert "Boris: tabular.loss.double 0 -> 60 points (handed in anew)" in shown
    assert "Anna: tabular.loss.double" not in shown
    hand_in(room.folder, "Boris", {LOSS: WRONG})
    del checked[:]
    assert room.points() == {"Anna": 100, "Boris": 40}
    assert not checked
    assert "60 -> 0 points (handed in anew)" in capsys.readouterr().out


@linux
def test_a_regrade_grades_all_anew_and_shows_what_changed(room, checked, capsys, monkeypatch):
    room.grade()
    assert "other version" not in capsys.readouterr().out
    doubled, total = EXERCISES["tabular"]
    lenient = [
        type(check)(check.name, check.about, check.inputs, check.probe, lambda inputs, output: None)
        for check in doubled.checks
    ]
    changed = type(doubled)(*list(vars(doubled).values())[:-1], lenient)
    monkeypatch.setitem(EXERCISES, "tabular", [changed, total])
    probes = room.course / "tests" / "graded" / "tabular_probes.py"
    probes.write_text(probes.read_text() + "\n# another version\n")
    assert room.points() == {"Anna": 100, "Boris": 40}
    assert "from another version of the course: 2" in capsys.readouterr().out
    del checked[:]
    assert room.points(regrade=True) == {"Anna": 100, "Boris": 100}
    assert len(checked) == 8
    shown = capsys.readouterr().out
    assert "Boris: tabular.loss.double 0 -> 60 points (checked anew)" in shown
    assert "another version" not in shown


@linux
def test_who_is_not_there_any_more_keeps_the_grade_and_is_named(room, capsys):
    room.grade()
    shutil.rmtree(room.folder / "Anna")
    assert room.points() == {"Anna": 100, "Boris": 40}
    assert "not among these submissions: Anna" in capsys.readouterr().out


@linux
def test_a_refused_submission_counts_in_the_module_of_the_class_until_another_comes(room):
    (room.folder / "Vera.zip").write_bytes(b"%PDF")
    refused = room.grade()["Vera", "tabular"]
    assert (refused.points, refused.max_points, refused.refused.en) == (0, 100, "a PDF, not a zip")
    (room.folder / "Vera.zip").unlink()
    hand_in(room.folder, "Vera")
    grades = room.grade()
    assert {key: one.points for key, one in grades.items()} == {
        ("Anna", "tabular"): 100,
        ("Boris", "tabular"): 40,
        ("Vera", "tabular"): 100,
    }


@linux
def test_what_nobody_can_read_and_tells_no_module_takes_no_grade(room, capsys):
    """A student who is done with one module hands in something unreadable, alone, for another."""
    room.grade()
    shutil.rmtree(room.folder)
    room.folder.mkdir()
    (room.folder / "Anna.zip").write_bytes(b"%PDF")
    grades = room.grade()
    assert grades["Anna", "tabular"].points == 100
    assert grades["Anna", ""].refused.en == "a PDF, not a zip"
    assert "Anna: refused" in capsys.readouterr().out


@linux
def test_a_grade_stays_when_another_module_comes(room):
    (room.folder / "Vera.zip").write_bytes(b"%PDF")
    assert room.grade()["Vera", "tabular"].points == 0
    shutil.rmtree(room.folder)
    hand_in(room.folder, "Vera", VISION)
    grades = room.grade()
    assert grades["Vera", "tabular"].refused
    assert grades["Vera", "vision"].points == 100


@linux
def test_the_other_checks_of_an_exercise_not_begun_are_not_run(room, checked):
    hand_in(room.folder, "Boris", {LOSS: b"def double(x): raise NotImplementedError"})
    shutil.rmtree(room.folder / "Anna")
    (one,) = room.grade().values()
    assert [check.failure for check in one.exercises[0].checks] == ["empty", "empty"]
    assert [name for name, *_ in checked] == ["double", "total", "total"]


@linux
def test_inputs_are_secret_and_drawn_again_on_appeal(room, checked, capsys):
    grades = room.grade()
    assert stat.S_IMODE((room.out / "secret").stat().st_mode) == 0o600
    drawn = [x for *_, x in checked]
    assert len(drawn) == len({tuple(x) for x in drawn}) == 8
    before = dump(room.out)
    capsys.readouterr()
    room.appeal("Boris", "double")
    shown = capsys.readouterr().out
    (one, *_) = grades["Boris", "tabular"].exercises[0].checks
    assert "one: words: not passed" in shown
    assert any(f"x = {shown_as(np.array(x))}" == one.given for x in drawn)
    for text in (one.given, one.actual, one.expected, "other values"):
        assert text in shown
    assert "when it was graded" not in shown
    room.appeal("Anna", "total")
    assert "two: words: passed" in capsys.readouterr().out
    assert dump(room.out) == before
    for student, name, says in [("Ana", "double", "mean 'Anna'"), ("Anna", "dubble", "'double'")]:
        with pytest.raises(UserError, match=says):
            room.appeal(student, name)


def test_an_appeal_names_the_case_that_went_wrong_among_all(capsys):
    wrong = CheckResult("one", Text("w", "с"), "wrong", given="n = 12", actual="3", case=11)
    inputs = {"cases": [{"n": n} for n in range(1, 15)]}
    appeal_command._show(wrong, (inputs, ProbeResult(output=[])), None, wrong, "en")
    shown = capsys.readouterr().out
    assert "n = 13, n = 14]\n  of these:   n = 12\n  actual" in shown


@linux
def test_an_appeal_runs_the_checks_as_grading_does(room, capsys, monkeypatch):
    usual = appeal_command.Sandbox  # would let the loop take twenty seconds
    monkeypatch.setattr(appeal_command, "Sandbox", partial(usual, limits=classroom.LIMITS))
    hand_in(room.folder, "Boris", {LOSS: b"def double(x):\n    while True: pass"})
    (one, *_) = room.grade()["Boris", "tabular"].exercises
    assert [check.failure for check in one.checks] == ["time", "not_tried"]
    capsys.readouterr()
    room.appeal("Boris", "double")
    shown = capsys.readouterr().out
    assert "two: words: not passed\n  what:       not tried: the checks before" in shown
    assert "when it was graded" not in shown


@linux
def test_an_error_that_every_check_ends_with_is_told_once_on_appeal(room, capsys):
    hand_in(room.folder, "Boris", {LOSS: b"def double(x):\n    return nothing"})
    (one, *_) = room.grade()["Boris", "tabular"].exercises
    assert [check.failure for check in one.checks] == ["raised", "raised"]
    capsys.readouterr()
    room.appeal("Boris", "double")
    shown = capsys.readouterr().out
    assert shown.count("NameError") == shown.count("x = ") == 1
    assert "two: words: not passed\n  the same as in “words”\n" in shown


@linux
def test_inputs_that_were_shown_are_of_no_use_in_the_next_submission(room, checked):
    room.grade()
    hand_in(room.folder, "Boris", {LOSS: WRONG + b"  # once more"})
    room.grade()
    drawn = {tuple(x) for *_, x in checked}
    assert len(drawn) == len(checked) == 12


@linux
def test_another_secret_than_the_grades_were_made_with_is_refused(room, tmp_path):
    file = tmp_path / "secret.txt"
    file.write_text("correct horse battery\n")
    room.grade(secret=file)
    assert not (room.out / "secret").exists()
    with pytest.raises(UserError, match="is missing"):
        room.grade()
    other = tmp_path / "other.txt"
    other.write_text("wrong horse battery\n")
    with pytest.raises(UserError, match="another secret"):
        room.grade(secret=other)
    other.write_text("short")
    with pytest.raises(UserError, match="16 characters"):
        room.grade(secret=other)


@linux
def test_lateness_lowers_the_score_and_not_the_points(room, tmp_path):
    policy, times = tmp_path / "policy.toml", tmp_path / "times.csv"
    policy.write_text(POLICY)
    times.write_text("student,submitted\nAnna,2026-12-03T12:00:00+03:00\n", encoding="utf-8-sig")
    os.utime(room.folder / "Boris" / LOSS, (0, 0))
    os.utime(room.folder / "Boris" / METRICS, (0, 0))
    grades = room.grade(policy=policy, times=times)
    anna, boris = grades["Anna", "tabular"], grades["Boris", "tabular"]
    assert (anna.points, anna.score, round(anna.days_late, 3)) == (100, 80, 1.501)
    assert anna.notes == ()
    assert (boris.points, boris.score, boris.days_late) == (40, 40, 0)
    assert "from the file's date alone" in boris.notes[0].en
    assert room.grade()["Anna", "tabular"].score == 80
    policy.write_text(POLICY.replace("per_day = 10", "per_day = 100"))
    assert room.grade(policy=policy)["Anna", "tabular"].score == 50
    policy.write_text("")
    assert room.grade(policy=policy)["Anna", "tabular"].score == 100


@linux
def test_a_copy_with_a_later_date_is_not_late_and_another_time_is_told(room, tmp_path, capsys):
    policy, times = tmp_path / "policy.toml", tmp_path / "times.csv"
    policy.write_text("\ufeff" + POLICY, encoding="utf-8")
    early, late = (
        datetime.fromisoformat(f"2026-12-0{day}T12:00:00+03:00").timestamp() for day in (1, 5)
    )
    for moment in (early, late):
        for name in (LOSS, METRICS):
            os.utime(room.folder / "Anna" / name, (moment, moment))
        assert room.grade(policy=policy)["Anna", "tabular"].score == 100
    assert "Late policy of tabular: due 2026-12-01T23:59+03:00" in capsys.readouterr().out
    times.write_text("student;submitted\nAnna;2026-12-05T12:00:00+03:00\n")
    assert room.grade(times=times)["Anna", "tabular"].score == 60
    assert "Anna: tabular 100 -> 60 points (another time)" in capsys.readouterr().out


def test_a_day_that_has_begun_counts_and_the_grace_does_not():
    due = datetime.fromisoformat("2026-12-01T23:59:00+03:00")
    policy = Policy(due, 10, 15, 50)
    for text, factor in [
        ("2026-11-01T00:00:00+03:00", 1),
        ("2026-12-02T00:14:00+03:00", 1),
        ("2026-12-01T21:15:00+00:00", 0.9),
        ("2026-12-02T23:59:00+03:00", 0.9),
        ("2026-12-03T00:00:00+03:00", 0.8),
        ("2027-12-03T00:00:00+03:00", 0.5),
    ]:
        assert policy.lateness(datetime.fromisoformat(text))[1] == factor
    assert policy.lateness(None) == (0, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tabular", "not TOML"),
        ("[tabluar]\ndue = 1", "did you mean 'tabular'"),
        ("[tabular]\nper_day = 10", "due is missing"),
        ("[tabular]\ndue = 2026-12-01T23:59:00\nper_day = 10", "2026-12-01T23:59:00[+]03:00"),
        ("[tabular]\ndue = 2026-12-01\nper_day = 10", "2026-12-01T23:59:00[+]03:00"),
        (POLICY.replace("10", "'ten'"), "per_day = ten"),
        (POLICY.replace("10", "101"), "from 0 to 100"),
        (POLICY.replace("10", "nan"), "from 0 to 100"),
        (POLICY + "gracious = 1", "gracious"),
        ("tabular = 1", "a table is expected"),
    ],
)
def test_a_policy_that_says_nothing_clear_is_refused(tmp_path, text, says):
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(UserError, match=says):
        load_policies(tmp_path / "policy.toml", ["tabular"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,when\nAnna,1", "student and submitted"),
        ("student,submitted\nAnna,yesterday", "line 2: yesterday"),
        ("student,submitted\nAnna,2026-12-01T23:59", "with its zone"),
        ("student,submitted\nA,2026-12-01T23:59Z\nA,2026-12-02T23:59Z", "line 3: A is there twice"),
    ],
)
def test_times_that_say_nothing_clear_are_refused(tmp_path, text, says):
    (tmp_path / "times.csv").write_text(text)
    with pytest.raises(UserError, match=says):
        load_times(tmp_path / "times.csv")


@linux
def test_interrupted_it_ends_clean_and_goes_on_where_it_stopped(room, checked, monkeypatch, capsys):
    for number in range(4):
        hand_in(room.folder, f"S{number}")
    tell = Progress.tell

    def interrupt(progress, submission, points):
        tell(progress, submission, points)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "tell", interrupt)
        with pytest.raises(KeyboardInterrupt):
            room.grade(jobs=2)
    assert not psutil.Process().children(recursive=True)
    assert not (room.out / "grades.csv").exists()
    before = len(checked)
    assert 4 <= before < 24
    assert set(room.points().values()) == {40, 100}
    assert len(checked) == 24
    assert "going on with it" in capsys.readouterr().out


@linux
def test_where_pages_cannot_be_written_the_grades_are_kept(room, checked, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("common.grading.commands.settings.write_outputs", full)
        with pytest.raises(UserError, match="No space left on device; the grades are in the"):
            room.grade()
    assert room.points() == {"Anna": 100, "Boris": 40}
    assert len(checked) == 8


@linux
def test_a_page_that_cannot_be_written_is_named(room):
    (room.out / "summary.html").mkdir(parents=True)
    with pytest.raises(UserError, match=r"summary\.html: a folder.*; the grades are in"):
        room.grade()


@linux
@pytest.mark.parametrize("script", [None, "echo 'bwrap: No permissions' >&2; exit 1"])
def test_without_a_sandbox_nothing_is_graded(room, monkeypatch, tmp_path, script):
    place = tmp_path / "bin"
    place.mkdir()
    if script:
        (place / "bwrap").write_text(f"#!/bin/sh\n{script}\n")
        (place / "bwrap").chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(place))
        with pytest.raises(UserError, match="sandbox cannot start|needs bubblewrap"):
            room.grade(jobs=2)
    assert not (room.out / "grades.csv").exists()
    if room.out.exists():
        assert not dump(room.out)["judged"]
    assert room.points() == {"Anna": 100, "Boris": 40}


@linux
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere", "--out", "g"], "nowhere: no such folder"),
        ([".", "--out", "g"], "is among the submissions"),
        (["empty", "--out", "g"], "empty: is empty"),
        (["submissions", "--out", "g", "--module", "tabluar"], "did you mean 'tabular'"),
        (["submissions", "--out", "g", "--jobs", "0"], "at least 1"),
        (["submissions", "--out", "g", "--policy", "p.toml"], "p.toml: no such file"),
        (["submissions", "--out", "submissions/Anna/tabular/loss.py"], "is among"),
        (["--out", "g"], "there is no gradebook in it; to grade: python -m common grade"),
        (["--out", "g", "--appeal", "Anna", "x"], "there is no gradebook"),
    ],
)
def test_the_users_mistake_is_one_line_and_code_2(room, monkeypatch, capsys, words, says):
    monkeypatch.chdir(room.root)
    (room.root / "empty").mkdir()
    monkeypatch.setattr(
        "common.grading.commands.grade.Course", lambda: classroom.course(room.course)
    )
    assert main(["grade", *words]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert not (room.root / "g" / "grades.csv").exists()
    assert not (room.root / "g" / GRADEBOOK).exists()


def test_the_libraries_of_a_module_are_those_that_its_probes_come_to_import(room):
    probes = room.course / "tests" / "graded" / "tabular_probes.py"
    probes.write_text("import json\nfrom scipy import sparse\n" + probes.read_text())
    (room.course / LOSS).write_text("import numpy.linalg\nfrom tabular import rest\n" + (
        room.course / LOSS).read_text())  # fmt: skip
    (room.course / "tabular" / "rest.py").write_text("import csv, torch\n\ndef f(): import cv2\n")
    assert classroom.course(room.course).libraries("tabular") == ["numpy.linalg", "scipy", "torch"]


def test_no_two_checks_of_an_exercise_have_one_name():
    for module in Course().modules.values():
        for exercise in module.exercises:
            names = [check.name for check in exercise.checks]
            assert len(set(names)) == len(names), exercise.exercise


@linux
def test_the_solutions_of_the_course_get_all_points_in_the_student_edition(tmp_path):
    course = Course()
    solved = {name: (ROOT / name).read_bytes() for name in course.modules["common"].starter}
    hand_in(tmp_path / "submissions", "solved", solved)
    hand_in(tmp_path / "submissions", "untouched", course.modules["common"].starter)
    found = grade(tmp_path / "submissions", tmp_path / "grades", Options(), course=course)
    points = {one.student: (one.points, one.max_points) for one in found}
    assert points == {"solved": (100, 100), "untouched": (0, 100)}
    assert {check.failure for exercise in found[1].exercises for check in exercise.checks} == {
        "empty"
    }


@linux
@pytest.mark.parametrize(
    "fault", ["a renamed function", "checks that cannot be imported", "a file that is not Python"]
)
def test_a_module_that_cannot_be_graded_keeps_no_other_from_its_grades(room, capsys, fault):
    def exercises(name):
        if name == "vision" and fault == "checks that cannot be imported":
            raise ImportError("no module named 'cv9'")
        return EXERCISES[name]

    path = room.course / "vision" / "loss.py"
    if fault == "a renamed function":
        path.write_text(path.read_text().replace("def halve", "def half"))
    if fault == "a file that is not Python":
        path.write_text(path.read_text() + "\ndef (:\n")
    course = Course(room.course, exercises)
    assert list(course.modules) == ["tabular"]
    hand_in(room.folder, "Vera", VISION)
    grades = {
        one.student: one for one in grade(room.folder, room.out, classroom.options(), course=course)
    }
    assert (grades["Anna"].points, grades["Boris"].points) == (100, 40)
    assert grades["Vera"].refused
    assert "vision cannot be graded, and is left out: " in capsys.readouterr().out
    with pytest.raises(UserError, match="^vision cannot be graded: "):
        grade(room.folder, room.out, classroom.options(module="vision"), course=course)


def test_outside_a_checkout_one_line_says_where_to_start(tmp_path):
    """As where the package was installed: nothing is there but it."""
    shutil.copytree(ROOT / "common", tmp_path / "common", ignore=shutil.ignore_patterns("*.pyc"))
    (tmp_path / "work").mkdir()
    command = [sys.executable, "-m", "common", "grade", "work", "--out", "grades"]
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path}: is not the course's repository")
    assert "start this in a checkout of the course" in line
