"""Who is in the class: a table as Moodle and Canvas export it, or as a teacher writes it.

A submission is named by a folder or an archive; here it is found whose it is, by what tells
students apart: an id, an address, or a name that only one of them has.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from common.errors import UserError
from common.grading.gradebook.tables import Row, read_table

ID_COLUMNS = {
    "idnumber": ("id number", "idnumber", "индивидуальный номер", "идентификационный номер"),
    "sis_id": ("sis user id",),
    "login": ("sis login id",),
    "email": (
        *("email address", "email", "e-mail", "адрес электронной почты", "электронная почта"),
        "почта",
    ),
    "username": ("username", "логин"),
    "canvas": ("id",),
    "participant": ("identifier", "идентификатор"),
    "student": ("student id", "номер студента", "номер зачётки"),
}
"""Columns that tell students apart, by kind; the first kind that every row has counts."""
FIRST = ("first name", "имя")
LAST = ("last name", "surname", "фамилия")
WHOLE = ("student", "full name", "name", "фио", "полное имя", "студент", "имя и фамилия")
SECTION = ("section", "groups", "group", "группы", "группа", "секция")
_NOBODY = ("points possible", "student, test", "test student")


@dataclass(frozen=True)
class Person:
    """One of the class. id: what tells them apart. row: the cells as they came, by column."""

    id: str
    name: str
    section: str
    row: Mapping[str, str]


class Roster:
    """The class. people: in the order of the table. columns: of the table.

    source: what errors call it.

    Raises UserError for a table without a column that tells students apart, and where it does not.

    >>> roster = Roster(["Student", "ID"], [(2, {"Student": "Petrova, Anna", "ID": "4711"})])
    >>> roster.find("petrovaanna_4711").name, roster.find("Anna Petrova").id, roster.find("Ivan")
    ('Anna Petrova', '4711', None)
    """

    def __init__(self, columns: Sequence[str], rows: Sequence[Row], source: str = "roster") -> None:
        self.columns, self.source = tuple(columns), source
        self._of = {
            kind: name
            for kind, known in ID_COLUMNS.items()
            if (name := _column(columns, known)) is not None
        }
        names = [_column(columns, known) for known in (FIRST, LAST, WHOLE)]
        rows = [row for row in rows if not _is_nobody(row[1], columns)]
        if not self._of:
            there = ", ".join(name for name in columns if name) or "-"
            raise UserError(
                f"{source}: no column tells students apart; expected is ID number, Email address, "
                f"SIS User ID, ID or the like; there are: {there}",
                f"{source}: нет столбца, по которому различить студентов; нужен «Индивидуальный "
                f"номер», «Адрес электронной почты», SIS User ID, ID или подобный; есть: {there}",
            )
        if not rows:
            raise UserError(
                f"{source}: there is no student in it", f"{source}: в нём нет студентов"
            )
        for name in self._of.values():
            _refuse_doubles(source, name, rows)
        whole = [name for name in self._of.values() if all(row[name] for _, row in rows)]
        if not whole:
            name = next(iter(self._of.values()))
            line = next(line for line, row in rows if not row[name])
            raise UserError(
                f"{source}, line {line}: {name} is empty; a column is expected that every student "
                "has something in",
                f"{source}, строка {line}: пусто в столбце «{name}»; нужен столбец, заполненный у "
                "всех студентов",
            )
        self.id_column = whole[0]
        section = _column(columns, SECTION)
        self.people = tuple(
            Person(row[self.id_column], _name(row, names), row[section] if section else "", row)
            for _, row in rows
        )

    @property
    def is_canvas(self) -> bool:
        """Whether it is Canvas's export of its gradebook."""
        names = [_column(self.columns, (name,)) for name in ("student", "section")]
        return "canvas" in self._of and None not in names

    def column(self, kind: str) -> str | None:
        """Return the column of a kind of id, such as "email"."""
        return self._of.get(kind)

    def find(self, student: str) -> Person | None:
        """Return whose a submission is by its id; None where it is nobody's or may be several's.

        An id or an address counts first; then Canvas's number at the end of a folder's name, and
        then a name, with or without the number that Moodle puts behind it.
        """
        found = self._candidates(student)
        return found[0] if len(found) == 1 else None

    def may_be(self, student: str) -> list[str]:
        """Return the ids of those that a submission may be of, where these are several."""
        found = self._candidates(student)
        return [person.id for person in found] if len(found) > 1 else []

    def _candidates(self, student: str) -> list[Person]:
        key = _key(student)
        if key in self._by_id:
            return self._by_id[key]
        stem, number = _numbered(student)
        named = self._by_name.get(key) or self._by_name.get(_key(stem)) or []
        for column in filter(None, (self._of.get("participant"), self._of.get("canvas"))):
            same = [one for one in self.people if number and _digits(one.row[column]) == number]
            if same:  # and where the name is another's, it may be either
                return same if not named or same[0] in named else [*same, *named]
        return named

    @cached_property
    def _by_id(self) -> dict[str, list[Person]]:
        found: defaultdict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            for key in {_key(person.row[column]) for column in self._of.values()} - {""}:
                found[key].append(person)
        return dict(found)

    @cached_property
    def _by_name(self) -> dict[str, list[Person]]:
        found: defaultdict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            words = person.name.split()
            turned = " ".join([*words[-1:], *words[:-1]])
            for key in {_key(person.name), _key(turned), _squashed(turned)} - {""}:
                found[key].append(person)
        return dict(found)

    def to_json(self) -> str:
        rows = [person.row for person in self.people]
        return json.dumps({"columns": self.columns, "rows": rows}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Roster":
        kept = json.loads(text)
        return cls(kept["columns"], list(enumerate(kept["rows"], start=2)))


def load_roster(path: Path) -> Roster:
    """Read a class's list; raise UserError for one that does not tell the students apart."""
    columns, rows = read_table(path)
    return Roster(columns, rows, str(path))


def _column(columns: Sequence[str], known: Sequence[str]) -> str | None:
    folded = {name.casefold(): name for name in columns}
    return next((folded[name] for name in known if name in folded), None)


def _is_nobody(row: Mapping[str, str], columns: Sequence[str]) -> bool:
    """Whether a row of Canvas's is about the assignments, or is its test student's."""
    name = _column(columns, ("student",))
    if name is None:
        return False
    others = [cell for column, cell in row.items() if column != name and cell]
    posting = not row[name] and all(cell.startswith(("Manual", "Muted")) for cell in others)
    return row[name].casefold() in _NOBODY or posting


def _refuse_doubles(source: str, column: str, rows: Sequence[Row]) -> None:
    lines: dict[str, int] = {}
    for line, row in rows:
        key = _key(row[column])
        if key and key in lines:
            raise UserError(
                f"{source}, line {line}: {column} {row[column]} is there twice, in line "
                f"{lines[key]} too",
                f"{source}, строка {line}: {column} {row[column]} уже есть в строке {lines[key]}",
            )
        lines[key] = line


def _name(row: Mapping[str, str], names: Sequence[str | None]) -> str:
    first, last, whole = (row[name] if name else "" for name in names)
    if first and last:
        return f"{first} {last}"
    if whole.count(",") == 1:  # Canvas: Petrova, Anna
        last, first = (part.strip() for part in whole.split(","))
        return f"{first} {last}"
    return whole or first or last


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _squashed(text: str) -> str:
    """Return a name as Canvas puts it before its numbers: petrovaanna."""
    return re.sub(r"[\W_]", "", _key(text))


def _numbered(student: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.+?)_(\d+)", student)
    return (match[1], match[2]) if match else (student, "")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
