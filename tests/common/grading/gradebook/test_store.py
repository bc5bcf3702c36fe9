"""The gradebook is a journal that survives whatever happens to the grader."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.errors import UserError
from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.journal import VERSION
from common.grading.gradebook.store import GRADEBOOK, Gradebook, opened
from common.grading.submissions.submission import Submission
from common.i18n import Mistake, Text
from tests.common.grading import classroom
from tests.common.grading.classroom import LOSS, TABULAR, VISION, dump, hand_in, pack

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
ROOT = Path(__file__).parents[4]
WORDS = Text("a=“b”", "ж")
RESULT = CheckResult(
    "one", WORDS, "wrong", WORDS, "x = 1", "2", "3", Mistake("odd", "o", "о"), "printed\n"
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / GRADEBOOK


def begin(gradebook, **changes):
    return gradebook.begin_run(**{"regrade": False, "course": "c", "secret": "s", **changes})


def submission(content=b"x = 1", student="Д'Анна", **changes):
    return Submission(student, "tabular", {LOSS: content}, **changes)


def test_what_goes_in_comes_out(path):
    with Gradebook(path) as gradebook:
        begin(gradebook)
        work = gradebook.see(submission(notes=(WORDS,)))
        gradebook.judge(work, "tabular.loss.double", RESULT)
        gradebook.conclude(work, 7, [{"exercise": "e"}])
    with Gradebook(path) as gradebook:
        ((again, conclusion),) = gradebook.state(until=1)
        gradebook.epoch = conclusion.epoch
        assert again == work
        assert gradebook.judged(again) == {("tabular.loss.double", "one"): RESULT}
        assert (conclusion.points, conclusion.exercises) == (7, [{"exercise": "e"}])
        assert gradebook.files(again) == {LOSS: b"x = 1"}
        assert gradebook.is_concluded(again)


def test_seeing_the_same_again_adds_nothing(path, tmp_path):
    with Gradebook(path) as gradebook:
        begin(gradebook)
        gradebook.see(submission())
        before = dump(tmp_path)
        gradebook.see(submission())
        assert dump(tmp_path) == before
        gradebook.see(submission(b"x = 2"))
        assert len(dump(tmp_path)["seen"]) == 2


@pytest.mark.parametrize("listed", [False, True])
def test_who_goes_back_to_what_was_handed_in_before_is_not_late(path, listed):
    def at(day):
        return datetime(2026, 12, day, tzinfo=UTC)

    with Gradebook(path) as gradebook:
        begin(gradebook)
        gradebook.see(submission(submitted=at(1), listed=listed))
        other = gradebook.see(submission(b"x = 2", submitted=at(2)))
        again = gradebook.see(submission(submitted=at(3)))
        assert (other.submitted, again.submitted) == (at(2), at(1))
        assert gradebook.see(submission(submitted=at(4))).submitted == at(1)
        assert gradebook.see(submission(submitted=at(5), listed=True)).submitted == at(5)


def test_rows_stay_as_they_are(path):
    with Gradebook(path) as gradebook:
        begin(gradebook)
    with sqlite3.connect(path) as connection:
        for statement in ("UPDATE runs SET course='x'", "DELETE FROM runs"):
            with pytest.raises(sqlite3.IntegrityError, match="stay as they are"):
                connection.execute(statement)


def test_an_unfinished_run_goes_on_and_a_finished_one_does_not(path):
    with Gradebook(path) as gradebook:
        assert not begin(gradebook)
        assert begin(gradebook)
        gradebook.end_run()
        assert not begin(gradebook, regrade=True)
        assert begin(gradebook, regrade=True)
        assert begin(gradebook)
        assert (gradebook.run, gradebook.epoch) == (2, 2)
        gradebook.end_run()
        assert not begin(gradebook)
        assert (gradebook.run, gradebook.epoch) == (3, 2)
        assert not begin(gradebook, course="another")


@pytest.mark.parametrize("content", [b"%PDF-1.7" + b"x" * 5000, b"student,points\n" * 100])
def test_a_strange_file_is_refused_and_left_alone(path, content):
    path.write_bytes(content)
    with pytest.raises(UserError, match="no gradebook that can be read"):
        Gradebook(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE cities (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(UserError, match="is not a gradebook"):
        Gradebook(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [0, VERSION + 1])
def test_a_gradebook_of_another_version_is_refused_in_one_line(path, version):
    Gradebook(path).__exit__()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={version}")
    before = path.read_bytes()
    with pytest.raises(UserError, match=f"of version {version}") as caught:
        Gradebook(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_a_damaged_gradebook_is_refused(path):
    with Gradebook(path) as gradebook:
        begin(gradebook)
        for number in range(50):
            gradebook.see(submission(os.urandom(2000), f"s{number}"))
    content = bytearray(path.read_bytes())
    for place in range(8192, len(content), 1024):
        content[place : place + 512] = os.urandom(512)
    path.write_bytes(content)
    with pytest.raises(UserError, match="damaged|cannot be read|can be read"):
        Gradebook(path)


def test_the_second_grader_is_refused_and_the_next_is_not(tmp_path):
    with opened(tmp_path), pytest.raises(UserError, match="another grader"), opened(tmp_path):
        pytest.fail("it must not open")
    with opened(tmp_path):
        pass


def test_on_a_full_disk_the_error_says_so_and_the_gradebook_stays_whole(path, tmp_path):
    with Gradebook(path) as gradebook:
        begin(gradebook)
        kept = gradebook.see(submission())
        (pages,) = gradebook._connection.execute("PRAGMA page_count").fetchone()
        gradebook._connection.execute(f"PRAGMA max_page_count={pages + 2}")
        before = dump(tmp_path)
        with pytest.raises(UserError, match="full.*what was graded until now is kept"):
            gradebook.see(submission(os.urandom(100_000), "B"))
        assert dump(tmp_path) == before
    with Gradebook(path) as gradebook:
        begin(gradebook)
        assert gradebook.see(submission()) == kept
        gradebook.see(submission(os.urandom(100_000), "B"))


@pytest.mark.skipif(os.name != "posix", reason="needs limits on files")
def test_where_a_file_cannot_grow_the_gradebook_stays_whole(tmp_path):
    script = f"""
import os, resource, signal
from pathlib import Path
from common.errors import UserError
from common.grading.gradebook.store import Gradebook
from common.grading.submissions.submission import Submission
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
gradebook = Gradebook(Path({str(tmp_path)!r}) / {GRADEBOOK!r})
gradebook.begin_run(regrade=False, course="c", secret="s")
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    for number in range(100):
        files = {{"tabular/loss.py": os.urandom(5000)}}
        gradebook.see(Submission(str(number), "tabular", files))
except UserError as error:
    print(number, error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    number, _, said = done.stdout.partition(" ")
    assert "disk I/O error" in said or "full" in said
    assert "what was graded until now is kept" in said
    with Gradebook(tmp_path / GRADEBOOK):
        assert len(dump(tmp_path)["seen"]) == int(number) > 10


def grade_until_killed(room, out, kill_at, *words):
    """Grade in a process of its own, a copy of this one; return whether it was killed."""

    def work():
        tempfile.tempdir = str(room)
        classroom.grade_or_die(room / "course", room / "submissions", out, kill_at, *words)

    process = multiprocessing.get_context("fork").Process(target=work)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, none of which it needs
        process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


@linux
def test_killed_at_any_row_and_started_again_it_gives_the_same_gradebook(tmp_path):
    classroom.make_course(tmp_path / "course")
    folder = tmp_path / "submissions"
    hand_in(folder, "Anna")
    pack(folder / "Boris.zip", {**TABULAR, **VISION})
    hand_in(folder, "Vera", {LOSS: b"def double(x): return None"})
    (folder / "Gleb.pdf").write_bytes(b"%PDF")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for out in (whole, killed):
        out.mkdir()
        (out / "secret").write_text("the secret of this class\n")
    for words, rows in (((), (2, 6, 8, 7)), (("--regrade",), (3, 9))):
        assert not grade_until_killed(tmp_path, whole, 0, *words)
        for row in rows:
            assert grade_until_killed(tmp_path, killed, row, *words)
        while grade_until_killed(tmp_path, killed, 8, *words):
            pass
        assert dump(killed) == dump(whole)
        for name in ("grades.csv", "feedback/Anna.html", "gradescope/Boris/results.json"):
            assert (killed / name).read_bytes() == (whole / name).read_bytes()
