"""The student's commands on a small course of one exercise."""

import argparse
import dataclasses
import functools
import json
import zipfile

import pytest

from common import cli
from common.discovery import domains
from common.domain import load_domain
from common.errors import UserError
from common.grading.commands import arguments, progress, student
from common.grading.exercise import course as course_module
from common.grading.exercise.source import EMPTY
from tests.common.grading.exercise.test_specification import TOY
from tests.common.grading.folder import ANSWER


def parsed(*words):
    parser = argparse.ArgumentParser()
    arguments.add_student_commands(parser.add_subparsers(), "toy")
    return parser.parse_args([*words, "--lang", "en"] if "--lang" not in words else words)


def run(course, *words):
    arguments = parsed(*words)
    return getattr(student, arguments.command)("toy", arguments, root=course)


def write(course, body):
    path = course / "toy" / "numbers.py"
    path.write_text(path.read_text(encoding="utf-8").replace(ANSWER, body), encoding="utf-8")


def listed(course, capsys):
    run(course, "exercises", "--json")
    return json.loads(capsys.readouterr().out)[0]


def test_what_is_solved_is_kept_until_the_function_changes(course, capsys):
    assert listed(course, capsys)["state"] == "in the works"
    assert run(course, "check") == 0
    assert "100 / 100" in capsys.readouterr().out
    assert listed(course, capsys) | {"state": "solved", "points": 100} == listed(course, capsys)
    write(course, "return x")
    assert listed(course, capsys)["state"] == "changed since the last check"
    assert listed(course, capsys)["points"] == 0
    assert run(course, "check", "double") == 1
    shown = capsys.readouterr().out
    assert "looks like: this is odd" in shown
    assert "--hint" in shown


def test_hints_come_one_by_one(course, capsys):
    write(course, "return x")
    for count in (0, 1, 2):
        run(course, "check", *["--hint"] * count)
        assert capsys.readouterr().out.count("hint: words") == count


def summary_of(archive):
    with zipfile.ZipFile(archive) as opened:
        return json.loads(opened.read("summary.json"))


def test_the_way_to_a_solution_is_counted_and_sent_along_unless_it_is_left_out(
    course, tmp_path, capsys
):
    right = ANSWER
    for body, *hints in (("return 3 * x",), ("return 3 * x", "--hint"), ("return 5",), (ANSWER,)):
        path = course / "toy" / "numbers.py"
        path.write_text(path.read_text(encoding="utf-8").replace(right, body), encoding="utf-8")
        right = body
        run(course, "check", *hints)
    run(course, "check", "--hint")  # solved already
    capsys.readouterr()
    run(course, "submit")
    assert "which of them you opened a hint" in capsys.readouterr().out
    assert summary_of(tmp_path / "submission-toy.zip")["efforts"] == {
        "toy.numbers.double": [3, 3, 1, None]
    }
    run(course, "submit", "--no-attempts", "--lang", "ru")
    assert "подсказку" not in capsys.readouterr().out
    assert "efforts" not in summary_of(tmp_path / "submission-toy.zip")
    progress.save_student(course, "Анна")
    assert progress.load_efforts(course)["toy.numbers.double"].solved == 3


def test_a_damaged_progress_file_counts_as_none(course, capsys):
    (course / progress.NAME).write_text("{]", encoding="utf-8")
    assert progress.load(course) == {}
    assert run(course, "check") == 0
    assert progress.load(course)["toy.numbers.double"].points == 100


def test_everything_is_said_in_russian_too(course, capsys):
    write(course, "return x")
    run(course, "check", "--lang", "ru", "--hint")
    shown = capsys.readouterr().out
    for word in ("вышло", "ожидалось", "дано", "похоже на: это странно", "подсказка: слова"):
        assert word in shown


def test_an_unknown_name_is_answered_with_the_known_ones(course):
    with pytest.raises(UserError, match="did you mean 'double'"):
        run(course, "check", "dubble")


def test_a_renamed_function_is_named(course):
    path = course / "toy" / "numbers.py"
    path.write_text(path.read_text("utf-8").replace("def double", "def twice"), encoding="utf-8")
    with pytest.raises(UserError, match=r"toy\.numbers\.double: this exercise is not to be found"):
        run(course, "check")


def add_second(course, monkeypatch):
    """A second exercise beside `double`, in a file of its own."""
    text = (course / "toy" / "numbers.py").read_text(encoding="utf-8")
    (course / "toy" / "more.py").write_text(text, encoding="utf-8")
    more = dataclasses.replace(TOY, exercise="toy.more.double")
    monkeypatch.setattr(course_module, "exercises_of", lambda module: [TOY, more])


def test_a_syntax_error_in_one_file_keeps_the_others_at_work(course, tmp_path, monkeypatch, capsys):
    add_second(course, monkeypatch)
    write(course, "return (")
    assert run(course, "exercises") == 0
    shown = capsys.readouterr()
    assert "its file is not Python yet" in shown.out
    assert "together: 0 / 200" in shown.out
    assert "toy/numbers.py, line" in shown.err
    assert run(course, "submit") == 0
    with zipfile.ZipFile(tmp_path / "submission-toy.zip") as archive:
        assert archive.namelist() == ["summary.json", "toy/more.py", "toy/numbers.py"]
        rows = json.loads(archive.read("summary.json"))["exercises"]
    # Of a file that is not Python the points are known all the same.
    assert {row["exercise"]: row["max_points"] for row in rows} == {
        "toy.more.double": 100,
        "toy.numbers.double": 100,
    }
    assert "0 of 200" in capsys.readouterr().out


def test_the_name_is_asked_once_and_the_summary_is_in_the_students_language(
    course, tmp_path, monkeypatch
):
    asked = []
    monkeypatch.setattr(student.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or " Анна\x1b Сергеевна ")
    for _ in range(2):
        assert run(course, "submit", "--lang", "ru") == 0
    with zipfile.ZipFile(tmp_path / "submission-toy.zip") as archive:
        summary = json.loads(archive.read("summary.json"))
    assert len(asked) == 1
    assert "имя" in asked[0]
    assert summary["student"] == "Анна Сергеевна"
    assert summary["exercises"][0]["title"] == TOY.title.ru
    run(course, "check")
    assert progress.load_student(course) == "Анна Сергеевна"


def test_a_syntax_error_is_one_line_with_its_place(course):
    write(course, "return (")
    with pytest.raises(UserError, match=r"toy/numbers\.py, line \d+: "):
        run(course, "check")


def test_a_file_in_cp1251_is_named_with_its_line(course):
    path = course / "toy" / "numbers.py"
    path.write_bytes(path.read_bytes() + "# привет\n".encode("cp1251"))
    with pytest.raises(UserError, match=r"line \d+: not UTF-8"):
        run(course, "exercises")


def break_name(course):
    return ["check", "dubble"]


def break_function(course):
    path = course / "toy" / "numbers.py"
    path.write_text(path.read_text("utf-8").replace("def double", "def twice"), encoding="utf-8")
    return ["check"]


def break_syntax(course):
    write(course, "return (")
    return ["check"]


def break_encoding(course):
    path = course / "toy" / "numbers.py"
    path.write_bytes(path.read_bytes() + "# привет\n".encode("cp1251"))
    return ["exercises"]


def break_archive(course):
    (course / "diary.txt").write_text("mine")
    return ["submit", "--out", str(course / "diary.txt")]


@pytest.mark.parametrize(
    ("spoil", "en", "ru"),
    [
        (break_name, "did you mean", "может быть, 'double'"),
        (break_function, "not to be found", "не найти"),
        (break_syntax, r", line \d+: ", r", строка \d+: "),
        (break_encoding, "save the file as UTF-8", "сохраните файл в кодировке UTF-8"),
        (break_archive, "no archive", "не архив"),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(course, monkeypatch, spoil, en, ru):
    words = spoil(course)
    monkeypatch.setattr(
        student, words[0], functools.partial(getattr(student, words[0]), root=course)
    )
    for language, said in (("en", en), ("ru", ru)):
        with pytest.raises(UserError, match=said):
            arguments.run_student_command("toy", parsed(*words, "--lang", language))


def test_an_interrupted_check_says_so_and_no_more(course, capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(student, "check", interrupted)
    assert arguments.run_student_command("toy", parsed("check", "--lang", "ru")) == 130
    assert capsys.readouterr().err == "прервано\n"


@pytest.mark.parametrize("domain", domains())
def test_every_domain_has_the_students_commands(domain, capsys):
    assert cli.main(load_domain(domain), ["exercises", "--json"]) == 0
    assert sum(row["max_points"] for row in json.loads(capsys.readouterr().out)) == 100


def test_a_statement_fits_a_narrow_terminal(course, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    text = "    x of " + "shape (n, d) " * 6 + "\n\nend"
    monkeypatch.setattr(type(TOY), "statement", lambda *_: text)
    run(course, "exercises", "double")
    printed = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 30 for line in printed[:-1])  # the last one is a command to be copied
    end = next(i for i, line in enumerate(printed) if line.startswith("Open toy/"))
    shown = printed[printed.index("def double(x):") + 2 : end - 1]
    assert max(map(len, shown)) <= 30
    assert [line.startswith("    ") for line in shown] == [True] * (len(shown) - 2) + [False] * 2
    assert " ".join(shown).split() == text.split()


def test_a_submission_holds_the_files_of_exercises_and_nothing_else(course, tmp_path):
    run(course, "check")
    (course / "toy" / "other.py").write_text("x = 1\n", encoding="utf-8")
    assert run(course, "submit") == 0
    first = (tmp_path / "submission-toy.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "submission-toy.zip") as archive:
        assert archive.namelist() == ["summary.json", "toy/numbers.py"]
        summary = json.loads(archive.read("summary.json"))
        assert archive.read("toy/numbers.py") == (course / "toy" / "numbers.py").read_bytes()
    assert (summary["module"], summary["points"]) == ("toy", 100)
    assert summary["files"] == ["toy/numbers.py"]
    run(course, "submit")
    assert (tmp_path / "submission-toy.zip").read_bytes() == first


def test_submit_names_what_was_not_checked_as_it_is_now(course, capsys):
    run(course, "submit")
    assert "Not checked as it is now, and counted as 0 above: double." in capsys.readouterr().out
    run(course, "check")
    run(course, "submit", "--lang", "ru")
    assert "не проверено" not in capsys.readouterr().out
    write(course, "return x + x")
    run(course, "submit", "--lang", "ru")
    assert "В нынешнем виде не проверено" in capsys.readouterr().out
    path = course / "toy" / "numbers.py"
    path.write_text(path.read_text("utf-8").replace("return x + x", EMPTY), encoding="utf-8")
    run(course, "submit")
    assert "Not checked" not in capsys.readouterr().out


def test_submit_overwrites_no_other_file(course, tmp_path):
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(UserError, match="no archive"):
        run(course, "submit", "--out", "diary.txt")
    assert (tmp_path / "diary.txt").read_text() == "mine"


def test_watching_says_of_half_a_line_what_is_wrong_and_goes_on(course, capsys, monkeypatch):
    def pause():
        raise KeyboardInterrupt

    monkeypatch.setattr(student, "_pause", pause)
    write(course, "return (")
    for language, says in (("en", "error: toy"), ("ru", "ошибка: toy")):
        assert run(course, "check", "--watch", "--lang", language) == 0
        assert says in capsys.readouterr().out


def test_watching_checks_again_when_a_file_is_saved(course, capsys, monkeypatch):
    rounds = []

    def pause():
        rounds.append(None)
        if len(rounds) == 1:
            write(course, "return x")
        if len(rounds) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(student, "_pause", pause)
    assert run(course, "check", "--watch") == 0  # Ctrl+C ends it, as it says
    shown = capsys.readouterr().out
    assert "100 / 100" in shown
    assert "0 / 100" in shown.partition("100 / 100")[2]
