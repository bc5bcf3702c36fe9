"""The one way to write a file: whole or not at all. And the folder for what can be fetched again.

The content goes into a temporary file beside the place, which then takes the place in one move.
So a reader never meets half a file, and a crash, a full disk or Ctrl-C leaves the old one.
"""

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from common.errors import UserError

CACHE_VARIABLE = "STICKSHIFT_CACHE"
_ENDING = ".part"
_LONGEST = 200  # bytes of the name that a temporary name repeats; a file system takes 255


def megabytes(path: str | Path) -> float:
    """Return how large a file is; 0 for what is not there, or is no file.

    >>> megabytes("no such file")
    0.0
    """
    path = Path(path)
    try:
        return path.stat().st_size / 1e6 if path.is_file() else 0.0
    except (OSError, ValueError):
        return 0.0


class UnwritableError(UserError, OSError):
    """A file cannot be written. It is an OSError for those who can do without the file."""


def refuse_pipe(path: Path) -> None:
    """Raise UserError for a pipe or a device: it is read but once, and may keep one waiting."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise UserError(
            f"{path}: a pipe or a device, expected a file; save what comes from it first",
            f"{path}: это канал или устройство, а нужен файл; сначала сохраните то, что из него "
            "приходит",
        )


@contextmanager
def atomic_path(
    path: str | Path, *, durable: bool = False, mode: int | None = None
) -> Iterator[Path]:
    """Give the path of an empty temporary file beside `path`, to be written with any library.

    At the end of the block it takes the place of `path` in one move; after an error it is removed
    and an older file stays. Of two who write at once, the last one's file stays, whole.

    Args:
        path: where the file is to be; its folder must be there.
        durable: wait until the disk has the content, so that it survives a loss of power.
        mode: permissions such as 0o600. Otherwise those of the older file, or of any new file.

    Raises:
        UnwritableError: the file cannot be written there; one line that says why.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with atomic_path(folder / "a.txt") as draft, draft.open("w") as file:
    ...     _ = file.write("whole")
    >>> [(entry.name, entry.read_text()) for entry in folder.iterdir()]
    [('a.txt', 'whole')]
    """
    path = Path(path)
    _check_place(path)
    draft = _beside(path)
    try:
        mode = _create(draft, path, mode)
        yield draft
        if os.name != "nt" and stat.S_IMODE(draft.stat().st_mode) != mode:
            draft.chmod(mode)  # some libraries replace the empty file by one of their own
        if durable:
            _flush(draft)
        os.replace(draft, path)
        if durable and os.name != "nt":  # Windows flushes no folder
            with suppress(OSError):  # nor do some network drives, and the file is in its place
                _flush(path.parent)
    except OSError as error:
        if isinstance(error, UserError) or not _concerns(error, draft):
            raise
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def write_bytes(
    path: str | Path, content: bytes, *, durable: bool = False, mode: int | None = None
) -> None:
    """Write a whole file, or leave the older one; arguments and errors as of `atomic_path`."""
    with atomic_path(path, durable=durable, mode=mode) as draft:
        draft.write_bytes(content)


def write_text(path: str | Path, text: str, *, durable: bool = False) -> None:
    """Write a whole file in UTF-8, its line ends as they are; as `write_bytes`."""
    write_bytes(path, text.encode("utf-8"), durable=durable)


@contextmanager
def atomic_folder(folder: str | Path) -> Iterator[Path]:
    """Give an empty temporary folder beside `folder`, which takes its place at the end.

    After an error it is removed, with all that is in it. Folders above are made.

    Args:
        folder: where it is to be; nothing or an empty folder may be there.

    Raises:
        UnwritableError: something is there already, or nothing can be written there.
    """
    folder = Path(folder)
    draft = _beside(folder)
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
        if not taken:
            draft.mkdir(parents=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    if taken:
        raise UnwritableError(f"{folder}: is there already; name a new or empty folder")
    try:
        yield draft
        if folder.exists():
            folder.rmdir()  # Windows moves no folder onto another, not even onto an empty one
        os.replace(draft, folder)
    except OSError as error:
        if isinstance(error, UserError) or not _concerns(error, draft):
            raise
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def refuse_file(out: Path) -> None:
    """Raise UserError where a file lies in the place of a folder that is to be written."""
    if out.exists() and not out.is_dir():
        raise UserError(
            f"{out}: is a file, expected a folder to write",
            f"{out}: это файл, нужна папка для записи",
        )


def is_temporary(name: str) -> bool:
    """Return whether a name is one that `atomic_path` gives: litter, where nobody is writing.

    >>> is_temporary(".report.html.3f9c21ab.part"), is_temporary("report.html")
    (True, False)
    """
    return name.startswith(".") and name.endswith(_ENDING)


def cache_folder() -> Path:
    """Return the user's cache folder; the environment variable STICKSHIFT_CACHE overrides it.

    Raises:
        UserError: the variable speaks of a user's home that cannot be found.
    """
    named = os.environ.get(CACHE_VARIABLE, "").strip()
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError:
            raise UserError(f"{CACHE_VARIABLE} is {named}, and there is no such home") from None
    return platformdirs.user_cache_path("stickshift", appauthor=False)


def _check_place(path: Path) -> None:
    try:
        taken, housed = path.is_dir(), path.parent.is_dir()
    except OSError as error:  # a folder that may not be looked into, a name that is too long
        raise _unwritable(path, error) from error
    if taken:
        raise UnwritableError(f"{path}: a folder, expected the name of a file to write")
    if not housed:
        raise UnwritableError(f"{path}: cannot be written, there is no folder {path.parent}")


def _beside(path: Path) -> Path:
    """Return a hidden name in the same folder: a move within a file system is one step."""
    start = os.fsencode(path.name)[:_LONGEST].decode(errors="ignore")
    return path.absolute().with_name(f".{start}.{secrets.token_hex(4)}{_ENDING}")


def _create(draft: Path, path: Path, mode: int | None) -> int:
    """Create the empty draft, for its name to be ours alone; return the permissions to end with."""
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666 if mode is None else mode))
    if mode is not None:
        return mode
    return stat.S_IMODE((path if path.is_file() else draft).stat().st_mode)


def _flush(path: Path) -> None:
    """Wait until the disk has a file's content, or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _concerns(error: OSError, draft: Path) -> bool:
    """Return whether an error is of the writing, and not of another file that was read meanwhile.

    A write to an open file names none.
    """
    return error.filename is None or Path(os.fsdecode(error.filename)).is_relative_to(draft)


def _unwritable(path: Path, error: OSError) -> UnwritableError:
    hint = ""
    if isinstance(error, PermissionError):
        hint = "; is it open in another program, or is the folder read-only?"
    return UnwritableError(f"{path}: cannot be written ({error.strerror or error}){hint}")


def beside(path: Path, suffix: str) -> Path:
    """Return where what answers a file or folder goes, beside it: a name that is free.

    Args:
        suffix: of the answers; "" for a folder.

    >>> beside(Path("new/flats.v2.xlsx"), ".xlsx").as_posix(), beside(Path("photos"), "").name
    ('new/flats.v2-predicted.xlsx', 'photos-predicted')
    >>> beside(Path("old.csv.gz"), ".csv").name
    'old-predicted.csv'
    """
    path = path if path.name not in ("", "..") else path.resolve()
    stem = Path(path.name)
    if not path.is_dir():
        stem = stem.with_suffix("") if stem.suffix.lower() in (".gz", ".zip") else stem
        stem = stem.with_suffix("")
    places = (path.with_name(f"{stem}-predicted{n}{suffix}") for n in ("", *range(2, 1000)))
    return next(place for place in places if not place.exists())
