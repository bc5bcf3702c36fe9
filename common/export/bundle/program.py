"""The command of an exported model: what is typed, what is answered, what is refused."""

import argparse
import json
import locale
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

Text = tuple[str, str]
"""English and Russian."""
FOLDER = Path(__file__).resolve().parent.parent
"""Where the network and the preparation lie: the bundle's own folder."""


class InputError(Exception):
    """What the user gave is wrong; the message says what came and what was expected."""

    def __init__(self, english: str, russian: str) -> None:
        super().__init__(english)
        self.russian = russian


class Network:
    """The network, run by ONNX Runtime.

    threads: how many it computes on; 1 is fastest for small inputs, and fair to neighbours.
    """

    def __init__(self, folder: Path = FOLDER, *, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.log_severity_level = 3  # errors alone: free axes have an example's size as a hint
        self.session = onnxruntime.InferenceSession(
            os.fspath(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Return the outputs, in their order, for the inputs by name."""
        return self.session.run(None, feed)


def read_values(folder: Path = FOLDER) -> Any:
    """Return what of the preparation is words and single numbers."""
    return json.loads((folder / "preparation.json").read_text(encoding="utf-8"))


def read_arrays(folder: Path = FOLDER) -> dict[str, np.ndarray]:
    """Return what of the preparation is arrays. A pickle would be refused: nothing is executed."""
    with np.load(folder / "preparation.npz", allow_pickle=False) as arrays:
        return dict(arrays)


def read_text(source: Path) -> str:
    """Return a file's text: UTF-8, UTF-16 with its mark, else Windows-1251.

    Raises:
        InputError: it holds what no text holds.
    """
    data = source.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1251", errors="replace")
    if "\0" in text:
        raise InputError(
            f"{source}: binary data, expected text", f"{source}: двоичные данные, а нужен текст"
        )
    return text


def beside(source: Path, suffix: str) -> Path:
    """Return where an answer goes if no place is named: beside the input, under a free name."""
    stem = source.name if source.is_dir() else source.stem
    for number in ("", *range(2, 1000)):
        place = source.with_name(f"{stem}-predicted{number}{suffix}")
        if not place.exists():
            return place
    raise InputError(f"{source}: has answers enough beside it", f"{source}: рядом много ответов")


def run(
    argv: Sequence[str],
    answer: Callable[[Path, Path | None, argparse.Namespace], Text],
    *,
    summary: Text,
    options: Callable[[argparse.ArgumentParser, int], None] = lambda parser, language: None,
) -> int:
    """Run the command; return its exit code: 0, or 2 with one line for the user's mistake.

    answer: writes the answers for an input and returns a line that says so.
    options: adds the domain's own options, in English (0) or Russian (1).
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    language = _language(argv)
    parser = argparse.ArgumentParser(prog="python run.py", description=summary[language])
    helps = ("a file or a folder", "файл или папка")
    parser.add_argument("input", metavar="INPUT", help=helps[language])
    helps = (
        "where the answers go (default: INPUT-predicted)",
        "куда записать ответы (обычно INPUT-predicted)",
    )
    parser.add_argument("--out", metavar="OUT", help=helps[language])
    helps = ("language of the messages: en, ru", "язык сообщений: en, ru")
    parser.add_argument("--lang", choices=("en", "ru"), help=helps[language])
    options(parser, language)
    given = parser.parse_args(argv)
    source = Path(given.input)
    out = None if given.out is None else Path(given.out)
    try:
        if not source.exists():
            raise InputError(f"{source}: no such file", f"{source}: нет такого файла")
        if out is not None and out.exists():
            raise InputError(
                f"{out}: is there already; name another", f"{out}: уже есть, назовите другое имя"
            )
        print(answer(source, out, given)[language])
    except InputError as error:
        said = error.russian if language else str(error)
        print(f"{('error', 'ошибка')[language]}: {said}", file=sys.stderr)
        return 2
    except OSError as error:
        said = f"{error.filename or out or source}: {error.strerror or error}"
        print(f"{('error', 'ошибка')[language]}: {said}", file=sys.stderr)
        return 2
    return 0


def _language(argv: Sequence[str]) -> int:
    if "--lang" in argv[:-1]:
        return int(argv[list(argv).index("--lang") + 1] == "ru")
    names = [os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    name = next(filter(None, names), "") or locale.getlocale()[0] or ""
    return int(name.casefold().startswith("ru"))
