"""What lateness costs: a small TOML file with a table for each module, and when work came in.

[tabular]
due = 2026-12-01T23:59:00+03:00
per_day = 10          # per cent of the points for each day that has begun
grace_minutes = 15    # late by no more than this is in time
least = 50            # per cent that are left however late
"""

import contextlib
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from common.errors import UserError, unknown
from common.grading.gradebook.tables import read_table, read_toml
from common.grading.gradebook.weights import OF_MODULE, TERM

_DAY = timedelta(days=1)
_YEAR = 366 * 24 * 60


@dataclass(frozen=True)
class Policy:
    """The late policy of a module.

    >>> policy = Policy(datetime.fromisoformat("2026-12-01T23:59+03:00"), 10, 15, 50)
    >>> policy.lateness(datetime.fromisoformat("2026-12-02T00:10+03:00"))
    (0.0, 1.0)
    >>> policy.lateness(datetime.fromisoformat("2026-12-03T11:59+03:00"))
    (1.5, 0.8)
    """

    due: datetime
    per_day: float
    grace_minutes: float = 0
    least: float = 0

    def lateness(self, submitted: datetime | None) -> tuple[float, float]:
        """Return the days late and the factor for the points."""
        if submitted is None or submitted - self.due <= timedelta(minutes=self.grace_minutes):
            return 0.0, 1.0
        days = (submitted - self.due) / _DAY
        return days, max(self.least, 100 - self.per_day * math.ceil(days)) / 100

    def told(self, language: str = "en") -> str:
        """Return it in a few words.

        >>> policy = Policy(datetime.fromisoformat("2026-12-01T23:59+03:00"), 10, 15, 50)
        >>> print(policy.told())
        due 2026-12-01T23:59+03:00, grace 15 minutes, 10 % a day, at least 50 % stay
        """
        due = self.due.isoformat(timespec="minutes")
        grace = self.grace_minutes
        if language == "ru":
            late = f"льготных минут {grace:g}, " if grace else ""
            return (
                f"срок {due}, {late}{self.per_day:g} % за день, остаётся не меньше {self.least:g} %"
            )
        late = f"grace {grace:g} minutes, " if grace else ""
        return f"due {due}, {late}{self.per_day:g} % a day, at least {self.least:g} % stay"

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "due": self.due.isoformat()}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Policy":
        values = json.loads(text)
        return cls(**{**values, "due": datetime.fromisoformat(values["due"])})


def load_policies(path: Path, modules: Collection[str]) -> dict[str, Policy]:
    """Read the late policies by module; raise UserError for anything that is not one.

    A module that only has a weight has none.
    """
    tables = read_toml(path)
    tables.pop(TERM, None)
    for name in tables:
        if name not in modules:
            raise unknown(f"module in {path}", name, modules, f"{path}: нет модуля")
    found = {name: _policy(f"{path}, [{name}]", table) for name, table in tables.items()}
    return {name: policy for name, policy in found.items() if policy is not None}


def _policy(place: str, table: Any) -> Policy | None:
    names = [field.name for field in fields(Policy)]
    if not isinstance(table, Mapping):
        raise UserError(
            f"{place}: a table is expected, with {', '.join(names)}",
            f"{place}: нужна таблица, а в ней {', '.join(names)}",
        )
    for name in table:
        if name not in (*names, *OF_MODULE):
            raise unknown(
                f"setting in {place}",
                name,
                [*names, *OF_MODULE],
                f"{place}: неизвестная настройка",
            )
    if table and set(table) <= set(OF_MODULE):
        return None
    for name in ("due", "per_day"):
        if name not in table:
            raise UserError(f"{place}: {name} is missing", f"{place}: не указано {name}")
    numbers = {name: table[name] for name in names[1:] if name in table}
    for name, value in numbers.items():
        most = _YEAR if name == "grace_minutes" else 100
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise UserError(
                f"{place}: {name} = {value}: a number from 0 to {most:g} is expected",
                f"{place}: {name} = {value}: нужно число от 0 до {most:g}",
            )
    return Policy(read_due(place, table["due"]), **numbers)


def read_due(place: str, due: Any) -> datetime:
    """Return a due time as TOML has it; raise UserError for one without its zone."""
    if isinstance(due, str):  # in quotes it means the same
        with contextlib.suppress(ValueError):
            due = datetime.fromisoformat(due)
    if not isinstance(due, datetime) or due.tzinfo is None:
        raise UserError(
            f"{place}: due = {due}: write it like 2026-12-01T23:59:00+03:00",
            f"{place}: due = {due}: пишите так: 2026-12-01T23:59:00+03:00",
        )
    return due


def load_times(path: Path) -> dict[str, datetime]:
    """Read when students handed in: a CSV with the columns student and submitted (ISO 8601)."""
    _, rows = read_table(path)
    times = {}
    for line, row in rows:
        student, moment = row.get("student"), row.get("submitted")
        if not student or not moment:
            raise UserError(
                f"{path}, line {line}: the columns student and submitted are expected",
                f"{path}, строка {line}: нужны столбцы student и submitted",
            )
        if student in times:
            raise UserError(
                f"{path}, line {line}: {student} is there twice",
                f"{path}, строка {line}: {student} встречается дважды",
            )
        try:
            times[student] = datetime.fromisoformat(moment)
        except ValueError:
            times[student] = datetime.min
        if times[student].tzinfo is None:
            raise UserError(
                f"{path}, line {line}: {moment}: a time with its zone is expected, "
                "like 2026-12-01T23:59:00+03:00",
                f"{path}, строка {line}: {moment}: нужно время с часовым поясом, "
                "например 2026-12-01T23:59:00+03:00",
            )
    return times
