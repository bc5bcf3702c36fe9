"""What a student writes in a cell, bound in place of the library's function.

The cell's body goes into the function's own place in the source file, so that there is one
solution, whoever asks for it: a check, the demo, a terminal, the archive that is handed in. The
function that the library has already imported gets the new code too.
"""

import ast
import copy
import dataclasses
import sys
import time
from pathlib import Path
from types import CellType, CodeType, FunctionType
from typing import Any

from common.errors import UserError
from common.exercises import registered
from common.files import write_text
from common.grading.exercise.source import (
    EMPTY,
    Marked,
    body_lines,
    last_line,
    marked,
    parsed,
    read,
)
from common.i18n import Text

LOST = Text(
    "“Cell magic not found”? The kernel is new: run the notebook's first cell, then this one.",
    "«Cell magic not found»? Ядро новое: выполните первую ячейку блокнота, затем эту.",
)
"""What a cell says of IPython's answer where nothing of the course is loaded; nobody else could."""
KEPT = ".stickshift-kept"
"""The folder of the course with solutions that a cell has taken the place of."""
_WIDTH = 88
_INDENT = 4


def exercise_cell(root: Path, mark: Marked, short: str, language: str) -> str:
    """Return the whole cell of an exercise, with the function as it stands in its file."""
    return f"%%exercise {short}\n# {LOST.to(language)}\n{cell_of(root, mark)}"


def cell_of(root: Path, mark: Marked) -> str:
    """Return a marked function as it stands in its file, without its docstring, for a cell."""
    lines = read(root / mark.file).splitlines()
    start, end = body_lines(lines, mark)
    body = _shifted(lines[start:end], _INDENT - mark.indent)
    return "\n".join([mark.signature(_WIDTH), *body])


def is_empty(cell: str, name: str = "") -> bool:
    """Whether nothing is written in a cell yet. name: the exercise's, for what is wrong with it.

    >>> is_empty("def f(x):\\n    # later\\n    raise NotImplementedError")
    True
    """
    node = _function(cell, name)
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return [ast.unparse(statement) for statement in body] in ([], [EMPTY])


def bind(root: Path, mark: Marked, cell: str, *, seen: str = "") -> tuple[Marked, Path | None]:
    """Write a cell's function into its file; return its mark now, and where another one is kept.

    seen: the fingerprint of what the notebook knows to stand in the file. Anything else there is a
    solution that came another way, and is kept in a file of its own.

    Raises:
        UserError: the cell is not Python, holds anything beside the function, or changes its first
            line.
    """
    path = root / mark.file
    body = _body(mark, cell)
    lines = read(path).splitlines()
    start, end = body_lines(lines, mark)
    if lines[start:end] == body:
        return mark, None
    text = "\n".join([*lines[:start], *body, *lines[end:]]) + "\n"
    parsed(text, mark.file)
    kept = None
    if not mark.empty and mark.fingerprint != seen:
        kept = root / KEPT / f"{mark.name}-{time.strftime('%Y%m%d-%H%M%S')}.py"
        kept.parent.mkdir(exist_ok=True)
        write_text(kept, cell_of(root, mark) + "\n")
    write_text(path, text)
    (now,) = [one for one in marked(text, mark.file) if one.name == mark.name]
    return now, kept


def renew(root: Path, mark: Marked) -> None:
    """Give the function that is imported already the code that stands in its file now."""
    place = mark.file.removesuffix(".py").replace("/", ".")
    module = sys.modules.get(place)
    if module is None:
        return
    path = root / mark.file
    code = compile(read(path), str(path), "exec")
    *owners, name = mark.name.removeprefix(place + ".").split(".")
    owner: Any = module
    for part in owners:
        owner, code = getattr(owner, part), _inside(code, part)
    code, live = _inside(code, name), vars(owner)[name]
    if code.co_freevars == live.__code__.co_freevars:
        live.__code__ = code  # whoever holds the function has the new one
    else:  # it says super() now, or no more
        closure = tuple(CellType(owner) for _ in code.co_freevars)
        new = FunctionType(code, live.__globals__, name, live.__defaults__, closure)
        new.__kwdefaults__, new.__doc__ = live.__kwdefaults__, live.__doc__
        new.__qualname__, new.__annotations__ = live.__qualname__, live.__annotations__
        setattr(owner, name, new)
    if mark.name in registered:
        registered[mark.name] = dataclasses.replace(registered[mark.name], empty=mark.empty)


def _inside(code: CodeType, name: str) -> CodeType:
    return next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)


def _body(mark: Marked, cell: str) -> list[str]:
    """Return the lines of a cell's function, after the docstring, indented as its file wants."""
    place = mark.file.removesuffix(".py").replace("/", ".")
    node = _function(cell, mark.name.removeprefix(f"{place}."))
    asked = _function(mark.signature(_WIDTH) + "\n    pass", "")
    if node.name != asked.name or _parameters(node) != _parameters(asked):
        head = mark.signature(_WIDTH).replace("\n    ", " ").replace("\n", "")
        raise UserError(
            f"the first line of the function has to stay as it was: {head}",
            ru=f"первая строка функции должна остаться прежней: {head}",
        )
    lines = cell.rstrip().splitlines()
    end, start = _header_end(lines, node), node.body[0]
    if start.lineno == end:  # all in one line
        body, indent = [" " * _INDENT + lines[end - 1][start.col_offset :], *lines[end:]], _INDENT
    else:
        documented = ast.get_docstring(node) is not None
        body, indent = lines[last_line(start) if documented else end :], start.col_offset
    while body and not body[0].strip():
        del body[0]
    return _shifted(body, mark.indent - indent) if body else [" " * mark.indent + EMPTY]


def _function(cell: str, name: str) -> ast.FunctionDef:
    # One line more, for the cell's own first line is the one that begins with %%exercise.
    parsed(f"\n{cell}", f"%%exercise {name}")
    tree = ast.parse(cell)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        raise UserError(
            "the cell has to hold the one function of the exercise; imports and helpers go inside",
            ru="в ячейке должна быть одна функция — из задания; импорты и помощники пишите в ней",
        )
    return tree.body[0]


def _parameters(node: ast.FunctionDef) -> str:
    bare = copy.deepcopy(node.args)
    for part in ast.walk(bare):
        if isinstance(part, ast.arg):
            part.annotation = None
    return ast.unparse(bare)


def _header_end(lines: list[str], node: ast.FunctionDef) -> int:
    """Return the number of the line that ends the function's head, from 1."""
    parts = [node.returns, *ast.walk(node.args)]
    last = max([node.lineno, *(getattr(p, "end_lineno", 0) or 0 for p in parts if p is not None)])
    while last < node.body[0].lineno and not lines[last - 1].partition("#")[0].rstrip().endswith(
        ":"
    ):
        last += 1
    return last


def _shifted(lines: list[str], by: int) -> list[str]:
    """Move lines of code to the right or left, but not what lies inside a text of many lines."""
    # As if within a block, so that lines of any indent are Python.
    tree = ast.parse("\n".join(["if True:", *lines]))
    inside = {
        number
        for node in ast.walk(tree)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno
        for number in range(node.lineno + 1, node.end_lineno + 1)
    }
    return [
        line if number in inside or not line.strip() else _moved(line, by)
        for number, line in enumerate(lines, start=2)
    ]


def _moved(line: str, by: int) -> str:
    return " " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip())) :]
