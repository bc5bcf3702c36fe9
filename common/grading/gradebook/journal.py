"""The journal: one SQLite file, to which rows are added and never changed.

Not in WAL mode, which network drives do not bear; a row is on the disk before grading goes on.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from common.errors import UserError

APPLICATION = 0x53746963
VERSION = 4
TABLES = {
    "runs": "run INTEGER PRIMARY KEY, at TEXT, regrade INTEGER, course TEXT, secret TEXT",
    "ends": "run INTEGER PRIMARY KEY, at TEXT",
    "policies": "number INTEGER PRIMARY KEY, at TEXT, module TEXT, policy TEXT",
    "contents": "sha256 TEXT PRIMARY KEY, content BLOB",
    "seen": "number INTEGER PRIMARY KEY, at TEXT, run INTEGER, student TEXT, module TEXT,"
    " submission TEXT, submitted TEXT, listed INTEGER, refused TEXT, notes TEXT, files TEXT",
    "judged": "at TEXT, epoch INTEGER, student TEXT, module TEXT, submission TEXT, exercise TEXT,"
    " name TEXT, result TEXT, PRIMARY KEY (epoch, student, module, submission, exercise, name)",
    "concluded": "at TEXT, run INTEGER, epoch INTEGER, student TEXT, module TEXT,"
    " submission TEXT, points INTEGER, exercises TEXT,"
    " PRIMARY KEY (epoch, student, module, submission)",
    "settings": "number INTEGER PRIMARY KEY, at TEXT, name TEXT, value TEXT",
    "overrides": "number INTEGER PRIMARY KEY, who TEXT, at TEXT, student TEXT, module TEXT,"
    " submission TEXT, exercise TEXT, points REAL, comment TEXT",
    "efforts": "number INTEGER PRIMARY KEY, at TEXT, student TEXT, module TEXT, efforts TEXT",
}
ADDED = {2: ("settings", "overrides", "efforts"), 3: ("efforts",)}
"""Tables that a gradebook of an older version lacks; it gets them when it is opened."""


class Journal:
    """Opens or makes the file at `path`; a context manager, for any number of threads.

    Raises UserError for a file that is no gradebook, or one of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise UserError(f"{path}: {error}") from None
        try:
            self._open()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode=DELETE")
        self._connection.close()

    def _open(self) -> None:
        try:
            version, application, tables, state = (
                self._connection.execute(query).fetchone()[0]
                for query in (
                    "PRAGMA user_version",
                    "PRAGMA application_id",
                    "SELECT count(*) FROM sqlite_schema",
                    "PRAGMA quick_check",
                )
            )
        except sqlite3.OperationalError as error:
            raise self._failed(error) from None
        except sqlite3.DatabaseError as error:
            raise UserError(
                f"{self.path}: no gradebook that can be read: {error}",
                f"{self.path}: журнал не читается: {error}",
            ) from None
        if tables and application != APPLICATION:
            raise UserError(
                f"{self.path}: is not a gradebook; name another folder with --out",
                f"{self.path}: это не журнал оценок; назовите другую папку: --out",
            )
        if tables and version not in (*ADDED, VERSION):
            raise UserError(
                f"{self.path}: a gradebook of version {version}, this is the grader for version "
                f"{VERSION}; grade into a new folder, or with the course's version of then",
                f"{self.path}: журнал версии {version}, а нужна {VERSION}; проверяйте в новую "
                "папку или той версией курса, которая его создала",
            )
        if state != "ok":
            raise self._damaged()
        self._connection.execute("PRAGMA synchronous=FULL")
        # Emptied after each result, and not deleted, which takes half as long again.
        self._connection.execute("PRAGMA journal_mode=TRUNCATE")
        if version != VERSION:
            self._make(ADDED[version] if tables else tuple(TABLES))

    def _make(self, names: Sequence[str]) -> None:
        with self._writing():
            for name in names:
                columns = TABLES[name]
                self._connection.execute(f"CREATE TABLE {name} ({columns}) STRICT")
                for change in ("UPDATE", "DELETE"):
                    self._connection.execute(
                        f"CREATE TRIGGER no_{change}_of_{name} BEFORE {change} ON {name} "
                        "BEGIN SELECT RAISE(ABORT, 'rows of the journal stay as they are'); END"
                    )
            self._connection.execute(f"PRAGMA application_id={APPLICATION}")
            self._connection.execute(f"PRAGMA user_version={VERSION}")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; what it adds is there as a whole, or not at all."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.OperationalError):
                    raise self._failed(error) from None
                raise

    @contextlib.contextmanager
    def _understood(self) -> Iterator[None]:
        """Take what a row holds for damaged where it cannot be read: only the grader writes it."""
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._damaged() from None

    def _damaged(self) -> UserError:
        return UserError(
            f"{self.path}: the gradebook is damaged; take a copy of it from before",
            f"{self.path}: журнал повреждён; возьмите его прежнюю копию",
        )

    def _failed(self, error: sqlite3.OperationalError) -> UserError:
        return UserError(
            f"{self.path}: {error}; what was graded until now is kept: fix that and start again",
            f"{self.path}: {error}; проверенное сохранено: исправьте это и запустите снова",
        )

    def _add(self, table: str, *values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)

    def _one(self, query: str, *values: Any) -> Any:
        return next(iter(self._all(query, *values)), None)

    def _all(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.OperationalError as error:
                raise self._failed(error) from None
            except (sqlite3.DatabaseError, UnicodeDecodeError):
                raise self._damaged() from None
