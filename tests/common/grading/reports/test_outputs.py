"""What a teacher opens holds the grades, and nothing in it can act."""

import csv
import json
import re

import pytest

from common.grading.reports import class_summary, outputs, spreadsheet
from common.grading.reports.outputs import write_outputs
from common.grading.reports.page import file_names
from tests.common.grading.class_grades import CHANGES, GRADES, NASTY


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grades")
    write_outputs(folder, GRADES, CHANGES)
    return folder


def rows(folder):
    with (folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_a_line_for_each_student_with_points_by_exercise(folder):
    by_student = {row["student"]: row for row in rows(folder)}
    assert len(by_student) == len(GRADES)
    assert by_student["Анна О'Нил"]["score"] == "100"
    assert by_student["Clara"]["common.losses.relative_error"] == "25"
    assert by_student["Clara"]["common.splits.random_parts"] == "0"
    assert by_student["Clara"]["score"] == "20"
    assert by_student["Daria"]["refused"] == "a PDF is no archive"


def test_no_cell_is_a_formula_or_steers_a_terminal(folder):
    text = (folder / "grades.csv").read_text(encoding="utf-8-sig")
    assert "\x1b" not in text
    for row in rows(folder):
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t"))


def test_no_formula_begins_where_a_semicolon_parts_the_cells():
    assert spreadsheet.safe("a;=HYPERLINK('x') ; @b;c") == "a;'=HYPERLINK('x') ; '@b;c"


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
)
@pytest.mark.parametrize("before", ["", " ", "\u200b", "\u00a0", "\u3000", "\ufeff ", "\x1b[0m"])
def test_no_cell_begins_with_a_sign_that_some_spreadsheet_takes_for_a_formulas(sign, before):
    assert spreadsheet.safe(f"{before}{sign}2+2")[0] == "'"
    assert f"'{sign}2" in spreadsheet.safe(f"a;{sign}2+2")


def test_a_russian_table_is_one_for_a_russian_spreadsheet(tmp_path):
    write_outputs(tmp_path, GRADES, language="ru")
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file, delimiter=";")}
    late = [row for row in rows.values() if row["late_factor"] != "1"]
    assert late
    assert all("," in row["late_factor"] and "." not in row["score"] for row in late)


def test_russian_pages_have_the_comma_of_their_language(tmp_path):
    write_outputs(tmp_path, GRADES, language="ru")
    summary = (tmp_path / "summary.html").read_text("utf-8")
    assert re.search(r"<td>\d+,\d / \d+</td>", summary)
    assert not re.search(r"<td>\d+\.\d / \d+</td>", summary)
    pages = [path.read_text("utf-8") for path in (tmp_path / "feedback").iterdir()]
    assert any(re.search(r"опоздание \d+,\d дн", page) for page in pages)


def test_gradescope_reads_a_score_and_a_test_for_each_exercise(folder):
    found = json.loads((folder / "gradescope" / "Clara" / "results.json").read_text())
    assert found["score"] == 20
    assert [(t["score"], t["max_score"], t["status"]) for t in found["tests"]] == [
        (25, 50, "failed"),
        (0, 50, "failed"),
    ]
    assert "this is the sum" in found["tests"][0]["output"]
    assert "80 %" in found["output"]


def test_a_page_shows_a_students_text_as_text(folder):
    pages = list((folder / "feedback").glob("*.html"))
    assert len(pages) == len(GRADES)
    for page in [*pages, folder / "summary.html"]:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "Content-Security-Policy" in text
        assert "undefined" not in text.casefold()
    (nasty,) = [page for page in pages if page.name.startswith("=cmd") or "cmd" in page.name]
    assert "&lt;script&gt;" in nasty.read_text(encoding="utf-8")


def test_the_feedback_says_what_came_what_was_expected_and_what_it_looks_like(folder):
    text = (folder / "feedback" / "Clara.html").read_text(encoding="utf-8")
    for words in (
        "0.45",
        "0.15",
        "x = float64",
        "this is the sum",
        "debug",
        "not begun",
        "1.2 days",
    ):
        assert words in text, words


def test_the_summary_counts_and_finds_the_copy():
    part = class_summary.module_part("common", [g for g in GRADES if g.module == "common"], {})
    assert (part.students, part.graded, part.full, part.max_points) == (4, 4, 2, 100)
    assert part.median == 75  # of 100, 100, 20 and 50
    by_name = {row.name: row for row in part.exercises}
    assert by_name["common.splits.random_parts"].begun == 3
    assert by_name["common.losses.relative_error"].solved == 2
    assert by_name["common.losses.relative_error"].mean == pytest.approx((50 + 50 + 25 + 0) / 4)
    assert part.hardest[0].share == 0.5
    assert [(mistake.kind, count) for _, mistake, count in part.mistakes] == [("summed", 1)]
    assert {text.en: count for text, count in part.endings} == {
        "another answer than the right one": 1,
        "your code ended with an error": 1,
        "your code did not finish in time: is there an endless loop?": 1,
    }
    assert [group.students for group in part.alike] == [("Boris", "Анна О'Нил")]


def test_everything_is_there_in_russian(tmp_path):
    write_outputs(tmp_path, GRADES, CHANGES, language="ru")
    text = (tmp_path / "summary.html").read_text(encoding="utf-8")
    assert 'lang="ru"' in text
    for words in ("Группа", "Самые трудные проверки", "это сумма", "проверено заново"):
        assert words in text
    assert "Относительная ошибка" in (tmp_path / "feedback" / "Clara.html").read_text("utf-8")


def test_files_of_students_never_meet_and_never_leave_their_folder(tmp_path):
    students = [
        "a",
        "A",
        "../../etc/x",
        "con",
        "NUL.txt",
        "",
        ".",
        "x" * 300,
        NASTY,
        "Ёлка",
        "\ud800",
    ]
    names = file_names(students)
    assert len({name.casefold() for name in names.values()}) == len(students)
    for name in names.values():
        (tmp_path / name).with_suffix(".html").resolve().relative_to(tmp_path.resolve())
        assert not set(name) & set('/\\:*?"<>|')
        assert len(name.encode()) < 200
        (tmp_path / f"{name}.html").write_text("")


def test_nobody_can_take_the_name_that_anothers_file_gets():
    wanted = file_names(["a/b"])["a/b"]
    for students in (["a/b", wanted], [wanted, "a/b"], [wanted.upper(), wanted, "a/b"]):
        names = file_names(students)
        assert len({name.casefold() for name in names.values()}) == len(students)


@pytest.mark.parametrize("part", ["page", "gradescope", "class_summary"])
def test_one_students_work_that_cannot_be_shown_costs_no_other_file(
    tmp_path, monkeypatch, capsys, part
):
    """Python's reader of sources has raised what nobody thought of, and the run never ended."""
    real = getattr(outputs, part).write

    def write(path, grades, *rest, **more):
        if part == "class_summary" or grades[0].student == "Boris":
            raise SystemError("error return without exception set")
        real(path, grades, *rest, **more)

    monkeypatch.setattr(getattr(outputs, part), "write", write)
    write_outputs(tmp_path, GRADES)
    assert len(rows(tmp_path)) == len(GRADES)
    written = [*tmp_path.rglob("*.html"), *tmp_path.rglob("results.json")]
    assert len(written) == 2 * len(GRADES) + 1 - 1
    assert "SystemError; the grades are in grades.csv" in capsys.readouterr().out


def test_the_same_grades_give_the_same_files(tmp_path, folder):
    write_outputs(tmp_path, list(reversed(GRADES)), CHANGES)
    for path in folder.rglob("*.*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_nobody_handed_in_anything(tmp_path):
    write_outputs(tmp_path, [])
    assert len((tmp_path / "grades.csv").read_text("utf-8-sig").splitlines()) == 1
    assert (tmp_path / "summary.html").exists()
