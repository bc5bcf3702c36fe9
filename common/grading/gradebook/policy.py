"""What lateness costs: a small TOML file with a table for each module, and when work came in.

[tabular]
due = 2026-12-01T23:59:00+03:00
per_day = 10          # per cent of the points for each day that has begun
grace_minutes = 15    # late by no more than this is in time
least = 50            # per cent that are left however late
"""

import contextlib
import csv
import io
import json
import math
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from common.errors import UserError, unknown

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

    def __str__(self) -> str:
        """Return it in a few words.

        >>> print(Policy(datetime.fromisoformat("2026-12-01T23:59+03:00"), 10, 15, 50))
        due 2026-12-01T23:59+03:00, grace 15 minutes, 10 % a day, at least 50 % stay
        """
        due = self.due.isoformat(timespec="minutes")
        grace = f"grace {self.grace_minutes:g} minutes, " if self.grace_minutes else ""
        return f"due {due}, {grace}{self.per_day:g} % a day, at least {self.least:g} % stay"

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "due": self.due.isoformat()}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Policy":
        values = json.loads(text)
        return cls(**{**values, "due": datetime.fromisoformat(values["due"])})


def load_policies(path: Path, modules: Collection[str]) -> dict[str, Policy]:
    """Read the late policies by module; raise UserError for anything that is not one."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not TOML: {error}") from None
    except RecursionError:
        raise UserError(f"{path}: not TOML of any use: too deep") from None
    for name in tables:
        if name not in modules:
            raise unknown(f"module in {path}", name, modules)
    return {name: _policy(f"{path}, [{name}]", table) for name, table in tables.items()}


def _policy(place: str, table: Any) -> Policy:
    names = [field.name for field in fields(Policy)]
    if not isinstance(table, Mapping):
        raise UserError(f"{place}: a table is expected, with {', '.join(names)}")
    for name in table:
        if name not in names:
            raise unknown(f"setting in {place}", name, names)
    for name in ("due", "per_day"):
        if name not in table:
            raise UserError(f"{place}: {name} is missing")
    due = table["due"]
    if isinstance(due, str):  # in quotes it means the same
        with contextlib.suppress(ValueError):
            due = datetime.fromisoformat(due)
    if not isinstance(due, datetime) or due.tzinfo is None:
        raise UserError(f"{place}: due = {due}: write it like 2026-12-01T23:59:00+03:00")
    numbers = {name: table[name] for name in names[1:] if name in table}
    for name, value in numbers.items():
        most = _YEAR if name == "grace_minutes" else 100
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise UserError(f"{place}: {name} = {value}: a number from 0 to {most:g} is expected")
    return Policy(due, **numbers)


def load_times(path: Path) -> dict[str, datetime]:
    """Read when students handed in: a CSV with the columns student and submitted (ISO 8601)."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
        separator = ";" if ";" in text.partition("\n")[0] else ","  # a Russian Excel writes ;
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: not a CSV in UTF-8: {error}") from None
    times = {}
    for line, row in enumerate(rows, start=2):
        name, moment = row.get("student"), row.get("submitted")
        if not name or not moment:
            raise UserError(f"{path}, line {line}: the columns student and submitted are expected")
        student = unicodedata.normalize("NFC", name.strip())
        if student in times:
            raise UserError(f"{path}, line {line}: {student} is there twice")
        try:
            times[student] = datetime.fromisoformat(moment)
        except ValueError:
            times[student] = datetime.min
        if times[student].tzinfo is None:
            raise UserError(
                f"{path}, line {line}: {moment}: a time with its zone is expected, "
                "like 2026-12-01T23:59:00+03:00"
            )
    return times
