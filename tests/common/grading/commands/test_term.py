"""A term: who is in the class, who has more time, points by hand, the total, other systems."""

import csv
import dataclasses
import io
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from common.__main__ import main
from common.errors import UserError
from common.grading.gradebook.attempts import history_of
from common.grading.gradebook.grades import grades
from common.grading.gradebook.overrides import Override
from common.grading.gradebook.policy import load_policies
from common.grading.gradebook.roster import load_roster
from common.grading.gradebook.store import GRADEBOOK, opened
from common.grading.gradebook.weights import Weights, load_weights
from common.grading.reports.class_progress import failing_together
from common.grading.submissions.efforts import Effort
from tests.common.grading.classbook import DUE, NASTY, POLICY, hand_in, make_class, regrade

MOODLE = """First name,Last name,ID number,Email address,Groups
Анна,Петрова,101,anna@uni.ru,БПИ-201
Boris,Ivanov,102,boris,БПИ-201
Clara,Sidorova,103,clara@uni.ru,БПИ-202
=Daria,Kim,104,daria@uni.ru,БПИ-202
"""
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Prices of flats (77),Final Score
    Points Possible,,,,,100,(read only)
"Петрова, Анна",4711,s101,anna,One,,
"Ivanov, Boris",12,s102,boris,One,,
"Sidorova, Clara",13,s103,clara@uni.ru,Two,,
"Student, Test",99,,test,One,,
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return make_class(tmp_path_factory.mktemp("term"))


@pytest.fixture
def room(graded, tmp_path, monkeypatch):
    """A copy of the class, and its files written into the current folder."""
    out, course = graded
    shutil.copytree(out, tmp_path / "grades")
    for name, text in {"moodle.csv": MOODLE, "canvas.csv": CANVAS, "policy.toml": POLICY}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr("common.grading.commands.grade.Course", lambda: course)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def again(*words, code=0):
    assert main(["grade", "--out", "grades", *words]) == code


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def extension(room, student, more='due = 2026-12-08T23:59:00+03:00\nwhy = "ill"'):
    text = f'[[extension]]\nstudent = "{student}"\nmodule = "tabular"\n{more}\n'
    (room / "more.toml").write_text(text, encoding="utf-8")
    return ["--extensions", "more.toml"]


def term_sheet(room):
    rows = list(openpyxl.load_workbook(room / "grades" / "term.xlsx").worksheets[0].values)
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def test_a_moodle_roster_names_who_has_not_handed_in_and_who_is_no_student(room, capsys):
    again("--roster", "moodle.csv", "--policy", "policy.toml")
    said = capsys.readouterr().out
    assert "Not handed in, tabular: 1 of 4: =Daria Kim." in said
    assert "Not handed in, vision: 3 of 4" in said
    assert f"Not in the roster: {NASTY}." in said
    sheet = term_sheet(room)
    # Anna has other names in the two modules, and is one student: 60 × 1 + 40 × 1.
    assert sheet["Анна Петрова"]["total"] == 100
    # A day and a half late costs two days: 60 × 40 × 0.8 %.
    assert sheet["Boris Ivanov"]["Prices of flats"] == 32
    assert sheet["Boris Ivanov"]["total"] == pytest.approx(0.6 * 32)
    assert sheet["=Daria Kim"]["Not handed in"] == "tabular, vision"
    page = (room / "grades" / "summary.html").read_text(encoding="utf-8")
    assert "=Daria Kim" in page
    assert NASTY not in page


def test_the_table_for_moodle_is_one_that_moodle_imports(room):
    again("--roster", "moodle.csv", "--policy", "policy.toml", "--lang", "ru")
    raw = (room / "grades" / "moodle.csv").read_bytes()
    assert raw.decode("utf-8")[0] != "\ufeff"
    head, *rows = table(room / "grades" / "moodle.csv")
    # As Moodle's load_data.php: equal lines, a known student, a number or nothing, at most 100.
    assert all(len(row) == len(head) for row in rows)
    known = {line.split(",")[3] for line in MOODLE.splitlines()[1:]}
    email, title = head.index("Email address"), head.index("Prices of flats")
    assert {row[email] for row in rows} == known
    for row in rows:
        assert row[title] in ("", "-") or 0 <= float(row[title]) <= 100
    assert head[title + 1] == "Отзыв: Prices of flats"
    by_email = {row[email]: row for row in rows}
    assert by_email["anna@uni.ru"][title] == "100.00"
    assert "double: 60 / 60" in by_email["anna@uni.ru"][title + 1]
    assert by_email["daria@uni.ru"][title : title + 2] == ["", ""]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_the_table_for_canvas_is_one_that_canvas_imports(room):
    words = extension(room, "Boris", "excused = true")
    again("--roster", "canvas.csv", "--policy", "policy.toml", *words)
    head, possible, *rows = table(room / "grades" / "canvas.csv")
    # As Canvas's gradebook_importer.rb: what the header must be, and the line of points possible.
    assert "Student" in head[0]
    assert "ID" in head[1]
    assert head[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    assert head[5:] == ["Prices of flats (77)", "vision"]
    assert "Points Possible" in possible[0]
    assert possible[5:] == ["100", "100"]
    scores = {row[1]: row[5:] for row in rows}
    assert scores == {"4711": ["100.00", "100.00"], "12": ["EX", ""], "13": ["40.00", ""]}
    assert not (room / "grades" / "moodle.csv").exists()


@pytest.mark.parametrize(
    ("student", "whose"),
    [
        ("Анна Петрова_4711", "101"),
        ("Петрова Анна", "101"),
        ("ANNA@uni.ru", "101"),
        ("103", "103"),
        ("Boris", "102"),
        ("Anna", None),
        ("Ivan Petrov_17", None),
    ],
)
def test_a_submission_is_found_in_moodles_roster(room, student, whose):
    person = load_roster(room / "moodle.csv").find(student)
    assert (person and person.id) == whose


def test_a_submission_is_found_in_canvass_roster_by_its_number(room):
    roster = load_roster(room / "canvas.csv")
    assert [one.name for one in roster.people] == ["Анна Петрова", "Boris Ivanov", "Clara Sidorova"]
    assert roster.find("ivanovboris_12").id == "s102"
    assert roster.find("anon_13").name == "Clara Sidorova"
    # A number of one and the name of another: nobody's, until the teacher says whose.
    assert roster.find("Boris Ivanov_13") is None
    assert roster.may_be("Boris Ivanov_13") == ["s103", "s102"]


def test_moodles_grading_worksheet_tells_whose_a_folders_number_is(tmp_path):
    text = "Identifier,Full name,Email address\nParticipant 4711,Anna Kim,a@x\n"
    (tmp_path / "r.csv").write_text(f"{text}Participant 4712,Anna Kim,b@x\n")
    roster = load_roster(tmp_path / "r.csv")
    assert roster.find("Anna Kim_4712").id == "b@x"
    assert roster.find("Anna Kim") is None
    assert not roster.is_canvas


def test_two_students_of_one_name_are_never_taken_for_one(tmp_path):
    text = "Full name;Email address\nAnna Kim;a@x\nAnna Kim;b@x\n"
    (tmp_path / "r.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    roster = load_roster(tmp_path / "r.csv")
    assert roster.find("Anna Kim_1") is None
    assert roster.may_be("Anna Kim_1") == ["a@x", "b@x"]
    assert roster.find("b@x").id == "b@x"


@pytest.mark.parametrize("students", [2, 60])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_a_russian_excels_list_is_read_whatever_its_encoding(tmp_path, encoding, students):
    lines = [
        f"{first} {last};{number}@вуз.рф;ИВТ-{1 + number % 3}"
        for number, (first, last) in enumerate(zip(30 * FIRST, 30 * LAST, strict=True))
    ]
    text = "\r\n".join(["ФИО;Электронная почта;Группа", *lines[:students], ""])
    (tmp_path / "r.csv").write_bytes(text.encode(encoding))
    roster = load_roster(tmp_path / "r.csv")
    assert len(roster.people) == students
    assert roster.people[1].name == "Семён Ёлкин"
    assert roster.people[1].section == "ИВТ-2"


FIRST, LAST = ["Анна", "Семён"], ["Щукина", "Ёлкин"]


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\0\x06\0" + bytes(90), bytes(range(256)) * 9])
def test_what_is_no_table_is_refused_in_a_line(tmp_path, content):
    (tmp_path / "r.csv").write_bytes(content)
    with pytest.raises(UserError) as caught:
        load_roster(tmp_path / "r.csv")
    for language in ("en", "ru"):
        assert "r.csv" in caught.value.to(language)
        assert "\n" not in caught.value.to(language)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("First name,Last name\nAnna,Kim\n", "no column tells students apart"),
        ("Name,ID number\nAnna,7\nIvan,7\n", "line 3: ID number 7 is there twice, in line 2 too"),
        ("Name,ID number\nAnna,7\nIvan,\n", "line 3: ID number is empty"),
        ("Name,ID number\n", "there is no student in it"),
        ("ID,ID\n1,2\n", "two columns are called ID"),
    ],
)
def test_a_roster_that_does_not_tell_students_apart_is_refused(room, capsys, text, says):
    (room / "bad.csv").write_text(text)
    before = (room / "grades" / GRADEBOOK).read_bytes()
    again("--roster", "bad.csv", code=2)
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert (room / "grades" / GRADEBOOK).read_bytes() == before
    again("--roster", "bad.csv", "--lang", "ru", code=2)
    assert capsys.readouterr().err.startswith("ошибка: bad.csv")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tabular]\nweight = 60\n[vision]\nweight = 30", "60 (tabular) + 30 (vision) = 90, exp"),
        ("[tabular]\nweight = 160", "a number from 0 to 100"),
        ("[tabular]\nweight = 100\n[term]\ndrop_lowest = 1", "a whole number from 0 to 0"),
        ("[tabular]\nweight = 100\n[term]\ndrop = 1", "unknown setting"),
        ("[tabular]\nweight = 100\ntitle = 'vision'", "two modules are called vision"),
        ("[tabular]\nwieght = 100", "did you mean 'weight'"),
    ],
)
def test_weights_that_say_nothing_clear_are_refused(tmp_path, text, says):
    path = tmp_path / "p.toml"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        load_policies(path, ["tabular", "vision"])
        load_weights(path, ["tabular", "vision"])
    assert says in str(error.value)
    assert error.value.ru


def test_the_lowest_are_dropped_and_the_excused_do_not_count():
    term = Weights({"a": 50, "b": 30, "c": 20}, drop_lowest=1)
    assert term.total({"a": 0.5, "b": 0.9, "c": 0.6}) == (78.0, ["a"])  # (27 + 12) / 50
    assert term.total({"a": None, "b": None, "c": 0.6}) == (60.0, [])
    assert Weights().total({"a": 1.0}) == (None, [])


def test_an_extension_moves_one_students_due_time_and_is_said(room, capsys):
    again("--roster", "moodle.csv", "--policy", "policy.toml")
    capsys.readouterr()
    again(*extension(room, "102"))
    said = capsys.readouterr().out
    assert "Extension: 102, tabular: 2026-12-08T23:59+03:00 (ill)" in said
    assert "Boris: tabular 32 -> 40 points (another time)" in said
    page = (room / "grades" / "feedback" / "Boris.html").read_text(encoding="utf-8")
    assert "own due time: 2026-12-08 23:59" in page
    again(*extension(room, "boris", "excused = true"), "--lang", "ru")
    assert "Отсрочка: boris, tabular: освобождён" in capsys.readouterr().out
    assert term_sheet(room)["Boris Ivanov"]["освобождён"] == "tabular"


@pytest.mark.parametrize(
    ("student", "more", "says"),
    [
        ("Borsi Ivanov", "excused = true", "did you mean 'Boris Ivanov'"),
        ("102", "due = 2026-12-08", "write it like"),
        ("102", 'why = "ill"', "either due"),
        ("102", "excused = true\nuntil = 3", "unknown setting"),
    ],
)
def test_an_extension_of_a_stranger_or_without_sense_is_refused(room, capsys, student, more, says):
    words = extension(room, student, more)
    again("--roster", "moodle.csv", "--policy", "policy.toml", *words, code=2)
    assert says in capsys.readouterr().err
    with opened(room / "grades") as gradebook:
        assert gradebook.settings() == {}


def test_points_by_hand_survive_a_regrade_and_say_who_and_when(room, graded):
    _, course = graded
    at = datetime(2026, 12, 5, 12, 0, tzinfo=UTC)

    def by_hand(gradebook, submission, exercise, points, comment):
        one = Override("Mrs. K", at, "Boris", "tabular", submission, exercise, points, comment)
        gradebook.override(one)

    def boris(gradebook):
        return next(one for one in grades(gradebook) if one.student == "Boris")

    with opened(room / "grades") as gradebook:
        digest = boris(gradebook).submission
        by_hand(gradebook, digest, "tabular.loss.double", 30, "half of it is right")
        assert boris(gradebook).points == 70
        gradebook.begin_run(regrade=True, course=course.digest, secret="")
        seen = [one for one, _ in gradebook.state(2**62) if one.student == "Boris"]
        regrade(gradebook, course, seen[0], ["total", "double"])
        assert [one.automatic for one in boris(gradebook).exercises] == [60, 40]
        assert [one.points for one in boris(gradebook).exercises] == [30, 40]
        by_hand(gradebook, digest, "", 0, "copied")
        assert boris(gradebook).score == 0
        by_hand(gradebook, digest, "", None, "")
        assert boris(gradebook).score == 70
        gradebook.end_run()
    again("--policy", "policy.toml")
    page = (room / "grades" / "feedback" / "Boris.html").read_text(encoding="utf-8")
    assert "by hand: Mrs. K, 2026-12-05" in page
    assert "half of it is right" in page
    (row,) = [r for r in table(room / "grades" / "grades.csv") if r[0] == "Boris"]
    assert any("Mrs. K" in cell for cell in row)
    with opened(room / "grades") as gradebook:
        gradebook.begin_run(regrade=False, course=course.digest, secret="")
        hand_in(gradebook, course, "Boris", "tabular", ["total"], source="# better\n")
        assert boris(gradebook).points == 40
        assert "Mrs. K, do not count" in boris(gradebook).notes[-1].en


def test_a_group_hands_in_once_and_each_of_it_has_the_grade(room, capsys):
    (room / "groups.csv").write_text("group,student\nTeam,Boris\nTeam,104\n")
    again("--roster", "moodle.csv", "--policy", "policy.toml", "--groups", "groups.csv")
    assert "Not handed in, tabular" not in capsys.readouterr().out
    sheet = term_sheet(room)
    assert sheet["=Daria Kim"]["total"] == sheet["Boris Ivanov"]["total"] > 0
    page = (room / "grades" / "summary.html").read_text(encoding="utf-8")
    assert "=Daria Kim, Boris" not in page  # the two are not said to be alike
    (room / "groups.csv").write_text("group,student\nTeam,Boris\nTeam,Nobody\n")
    again("--groups", "groups.csv", code=2)
    assert "unknown student in groups.csv 'Nobody'" in capsys.readouterr().err


def test_in_the_workbook_no_text_is_a_formula(room):
    again("--roster", "moodle.csv", "--policy", "policy.toml")
    book = openpyxl.load_workbook(room / "grades" / "term.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=") for cell in cells)
    assert "f" not in {cell.data_type for cell in cells}


def test_a_gradebook_of_another_course_is_refused(room, capsys):
    with closing(sqlite3.connect(room / "grades" / GRADEBOOK)) as connection:
        connection.execute("DROP TRIGGER no_UPDATE_of_concluded")
        text = "replace(exercises, 'loss.', 'gain.')"
        connection.execute(f"UPDATE concluded SET exercises=replace({text}, 'metrics.', 'm.')")
        connection.commit()
    again(code=2)
    assert "the gradebook of another course, with tabular.gain.double" in capsys.readouterr().err


def test_a_gradebook_of_before_there_were_rosters_is_taken_further(room):
    with closing(sqlite3.connect(room / "grades" / GRADEBOOK)) as connection:
        for name in ("settings", "overrides", "efforts"):
            connection.execute(f"DROP TABLE {name}")
        connection.execute("PRAGMA user_version=2")
    again("--policy", "policy.toml")
    assert term_sheet(room)["Boris"]["total"] == pytest.approx(0.6 * 32)


def test_the_class_page_tells_what_took_several_attempts_and_what_fails_together(room, graded):
    _, course = graded
    with opened(room / "grades") as gradebook:
        gradebook.begin_run(regrade=False, course=course.digest, secret="")
        for n, solved in enumerate(([], ["double"], ["double", "total"])):
            source = f"# {n}\n"
            hand_in(gradebook, course, "Daria", "tabular", solved, source=source, days=n - 4)
        hand_in(gradebook, course, "Egor", "tabular", [])
        hand_in(gradebook, course, "Fedor", "tabular", [])
        history = history_of(gradebook)
        graded_now = grades(gradebook)
        gradebook.end_run()
    # All other solvers of `double` (Anna and the one with the nasty name) did so at once.
    rows = {row.title.en: row for row in history.rows("tabular")}
    assert rows["double"].mean == pytest.approx((2 + 1 + 1) / 3)
    assert rows["total"].mean == pytest.approx((3 + 1 + 1 + 1) / 4)
    assert (rows["total"].solved, rows["total"].students, rows["total"].several) == (4, 7, 1)
    assert history.times("tabular")[0] == DUE - timedelta(days=4)
    pairs = failing_together([one for one in graded_now if one.module == "tabular"])
    # Boris, Clara, Egor and Fedor fail `double`, the nasty one, Egor and Fedor fail `total`.
    assert {(pair.both, pair.either) for pair in pairs} == {(2, 5)}
    again("--policy", "policy.toml", "--lang", "ru")
    page = (room / "grades" / "summary.html").read_text(encoding="utf-8")
    for words in (
        "Сдано по дням",
        "Сколько раз сдавали",
        "не проходят вместе",
        "посчитано отдельно",
    ):
        assert words in page


def test_everything_is_said_in_russian(room, capsys):
    again("--roster", "moodle.csv", "--policy", "policy.toml", "--lang", "ru")
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(any("а" <= sign <= "я" for sign in line.casefold()) for line in lines)
    assert csv.reader(io.StringIO((room / "grades" / "grades.csv").read_text("utf-8-sig")))


def test_the_class_page_tells_what_students_say_of_their_way_at_home(room, graded):
    _, course = graded
    double, total = (one.exercise for one in course.modules["tabular"].exercises)
    said = {
        "Anna": {double: Effort(4, 4, (2, None)), "tabular.x.none": Effort(9, 9)},
        "Boris": {double: Effort(6, 6, (2, 5))},
        "Clara": {double: Effort(3, 0, (1, 2))},
        "Daria": {total: Effort(1, 1)},
    }
    with opened(room / "grades") as gradebook:
        gradebook.begin_run(regrade=False, course=course.digest, secret="")
        for student, efforts in said.items():
            seen = hand_in(gradebook, course, student, "tabular", ["double"])
            for _ in range(2):
                gradebook.see(dataclasses.replace(seen, efforts=efforts))
        kept = gradebook.efforts()
        rows = {row.title.en: row for row in history_of(gradebook).at_home("tabular")}
        gradebook.end_run()
    assert len(kept) == 4
    assert [*rows] == ["double", "total"]  # the costliest first, and no exercise that is none
    assert (rows["double"].students, rows["double"].solved, rows["double"].mean) == (3, 2, 5)
    assert rows["double"].hints == ((3, 1), (2, 1))
    again("--policy", "policy.toml")
    page = (room / "grades" / "summary.html").read_text(encoding="utf-8")
    assert "At home, as students say" in page
    assert "<td>1 / 3</td><td>1 / 2</td>" in page
