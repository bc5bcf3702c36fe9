"""What holds for one student and not for the others: a later due time, or none of a module.

[[extension]]
student = "Anna Petrova"
module = "tabular"
due = 2026-12-08T23:59:00+03:00      # or: excused = true
why = "ill, the certificate was seen"
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from common.errors import UserError, unknown
from common.grading.gradebook.policy import read_due
from common.grading.gradebook.tables import read_toml

_NAMES = ("student", "module", "due", "excused", "why")


@dataclass(frozen=True)
class Extension:
    """A student's own due time in a module, or that the module does not count (due is None)."""

    student: str
    module: str
    due: datetime | None
    why: str = ""

    @property
    def excused(self) -> bool:
        return self.due is None


def load_extensions(path: Path, modules: Collection[str]) -> list[Extension]:
    """Read the extensions; raise UserError for anything that is not one."""
    tables = read_toml(path)
    for name in tables:
        if name != "extension":
            raise unknown(f"table in {path}", name, ["extension"], f"{path}: неизвестная таблица")
    rows = tables.get("extension", [])
    if not isinstance(rows, list):
        raise UserError(
            f"{path}: write each extension below a line [[extension]]",
            f"{path}: пишите каждую отсрочку под строкой [[extension]]",
        )
    found = [_extension(f"{path}, {n}", row, modules) for n, row in enumerate(rows, start=1)]
    seen = set()
    for one in found:
        if (one.student, one.module) in seen:
            raise UserError(
                f"{path}: two extensions for {one.student} in {one.module}",
                f"{path}: две отсрочки у {one.student} по {one.module}",
            )
        seen.add((one.student, one.module))
    return found


def _extension(place: str, row: Mapping[str, Any], modules: Collection[str]) -> Extension:
    for name in row:
        if name not in _NAMES:
            raise unknown(f"setting in {place}", name, _NAMES, f"{place}: неизвестная настройка")
    for name in ("student", "module"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise UserError(f"{place}: {name} is missing", f"{place}: не указано {name}")
    if row["module"] not in modules:
        raise unknown(f"module in {place}", row["module"], modules, f"{place}: нет модуля")
    excused, why = row.get("excused", False), row.get("why", "")
    if not isinstance(excused, bool) or not isinstance(why, str) or excused == ("due" in row):
        raise UserError(
            f"{place}: either due = 2026-12-08T23:59:00+03:00 or excused = true is expected, "
            "and why in quotes",
            f"{place}: нужно либо due = 2026-12-08T23:59:00+03:00, либо excused = true, а why — "
            "в кавычках",
        )
    due = None if excused else read_due(place, row["due"])
    return Extension(row["student"].strip(), row["module"], due, why)


def to_json(extensions: Sequence[Extension]) -> str:
    rows = [{**asdict(one), "due": one.due and one.due.isoformat()} for one in extensions]
    return json.dumps(rows, ensure_ascii=False)


def from_json(text: str) -> list[Extension]:
    rows = json.loads(text)
    return [
        Extension(**{**row, "due": row["due"] and datetime.fromisoformat(row["due"])})
        for row in rows
    ]
