"""The exercises as they stand in the source files, which are read and never imported."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from common.errors import UserError

EMPTY = "raise NotImplementedError"
MARK, ORACLE = "@exercise(", "@oracle\n"
MARKED = ("points", "minutes", "difficulty", "uses", "lesson")


@dataclass(frozen=True)
class Marked:
    """A function with the mark `@exercise(points=…, …)`, see `common.exercises.exercise`.

    name: tabular.loss.MoneyCostLoss.per_example. file: its path within the repository, slashed.
    body: the first and the last line of the body after the docstring, counted from 1.
    """

    name: str
    points: int
    file: str
    docstring: str
    text: str
    body: tuple[int, int]
    indent: int
    minutes: int = 20
    difficulty: int = 1
    uses: str = "PyTorch"
    lesson: str = "Exercises"

    @property
    def empty(self) -> bool:
        """Whether nothing but the docstring and `raise NotImplementedError` is there."""
        code = [line.strip() for line in self.text.splitlines()[self._docstring_end :]]
        return [line for line in code if line and not line.startswith("#")] == [EMPTY]

    def signature(self, width: int) -> str:
        """Return the line with `def`, or its lines where it is wider than `width`."""
        # A method stands further right, while a text of many lines in it may begin anywhere.
        block = ast.parse("if True:\n" + self.text if self.text[0].isspace() else self.text)
        node = next(one for one in ast.walk(block) if isinstance(one, ast.FunctionDef))
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        line = f"def {node.name}({ast.unparse(node.args)}){returns}:"
        if len(line) <= width:
            return line
        names = node.args.args + node.args.kwonlyargs
        count = len(node.args.args)
        given = [*[None] * (count - len(node.args.defaults)), *node.args.defaults]
        words = [
            ast.unparse(name) + ("" if default is None else f" = {ast.unparse(default)}")
            for name, default in zip(names, [*given, *node.args.kw_defaults], strict=True)
        ]
        if node.args.kwonlyargs:
            words.insert(count, "*")
        return "\n".join([f"def {node.name}(", *(f"    {w}," for w in words), f"){returns}:"])

    @property
    def examples(self) -> str:
        """The examples of the docstring, with what they print; empty where there are none."""
        blocks = self.docstring.split("\n\n")
        return "\n\n".join(block for block in blocks if block.startswith(">>> "))

    @property
    def fingerprint(self) -> str:
        """A short digest of the function, to know whether it has changed since a check."""
        return sha256(self.text.encode()).hexdigest()[:16]

    @property
    def _docstring_end(self) -> int:
        return len(self.text.splitlines()) - (self.body[1] - self.body[0] + 1)


def marked_in(
    root: Path, package: str, *, broken: dict[str, UserError] | None = None
) -> dict[str, Marked]:
    """Return the exercises of a package by their names, in the order of files and lines.

    broken: takes up what is wrong with a file with exercises that is not Python, by the file's
    name; without it that is raised as UserError.
    """
    found: dict[str, Marked] = {}
    for path in sorted((root / package).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        try:
            found |= {mark.name: mark for mark in marked(read(path), file)}
        except UserError as error:
            if broken is None:
                raise
            broken[file] = error
    return found


def read(path: Path) -> str:
    """Return a file of Python source as text; raise UserError where it is no text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UserError(
            f"{path}, line {line}: not UTF-8; save the file as UTF-8",
            ru=f"{path}, строка {line}: это не UTF-8; сохраните файл в кодировке UTF-8",
        ) from None


def parsed(text: str, file: str) -> ast.Module:
    """Return the tree of a file; raise UserError, with the line, for one that is not Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        number, what = getattr(error, "lineno", None), getattr(error, "msg", error)
        en, ru = (f", line {number}", f", строка {number}") if number else ("", "")
        raise UserError(f"{file}{en}: {what}", ru=f"{file}{ru}: Python не понял: {what}") from None


def marked(text: str, file: str) -> list[Marked]:
    """Return the exercises in the text of one file.

    Raises UserError where a file with exercises is not Python.
    """
    if MARK not in text:  # most files; reading them as Python would take their time for nothing
        return []
    tree = parsed(text, file)
    place = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    lines = text.splitlines()
    return [
        _marked(node, name, about, place, file, lines) for name, node, about in _functions(tree, "")
    ]


_LINES = re.compile(r"^class (\w+)|@exercise\(\s*points=(\d+)|^([ \t]*)def (\w+)", re.MULTILINE)


def points_in_broken(text: str) -> dict[str, int]:
    """Return the points of the exercises in a file that is not Python, as its lines say them.

    >>> points_in_broken("class A:\\n    @exercise(points=5)\\n    def f(x): return (\\n")
    {'A.f': 5}
    """
    found: dict[str, int] = {}
    owner, points = "", None
    for match in _LINES.finditer(text):
        name, said, indent, function = match.groups()
        if said:
            points = int(said)
        elif name:
            owner = name
        elif points is not None:
            found[f"{owner}.{function}" if indent else function] = points
            points = None
    return found


def emptied(text: str, file: str) -> str:
    """Return the text of a file without the bodies of its exercises."""
    lines = text.splitlines(keepends=True)
    for mark in reversed(marked(text, file)):
        start, end = body_lines(lines, mark)
        lines[start:end] = [" " * mark.indent + EMPTY + "\n"]
    return "".join(lines)


def body_lines(lines: Sequence[str], mark: Marked) -> tuple[int, int]:
    """Return where a body begins and ends among its file's lines, comments after it included."""
    start, end = mark.body[0] - 1, mark.body[1]
    while end < len(lines) and _is_comment_within(lines[end], mark.indent):
        end += 1
    return start, end


def without_oracles(text: str, file: str) -> str:
    """Return the text of a file of checks without the bodies of its oracles."""
    if ORACLE not in text:
        return text
    lines = text.splitlines(keepends=True)
    for node in reversed(parsed(text, file).body):
        if isinstance(node, ast.FunctionDef) and _is_oracle(node):
            documented = ast.get_docstring(node) is not None
            first = last_line(node.body[0]) if documented else node.body[0].lineno - 1
            lines[first : last_line(node)] = [" " * node.body[0].col_offset + EMPTY + "\n"]
    return "".join(lines)


def _is_oracle(node: ast.FunctionDef) -> bool:
    return any(getattr(decorator, "id", "") == "oracle" for decorator in node.decorator_list)


def _is_comment_within(line: str, indent: int) -> bool:
    bare = line.lstrip()
    return bare.startswith("#") and len(line) - len(bare) >= indent


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef, dict]]:
    """Give each marked function with its name within the file and what the mark says of it."""
    for child in getattr(node, "body", []):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef) and (about := _mark(child)) is not None:
            yield prefix + child.name, child, about


def _mark(function: ast.FunctionDef) -> dict | None:
    """Return what the mark of a function says; None for a function without one."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "exercise":
            words = [(w.arg, w.value) for w in decorator.keywords]
            said = {arg: v.value for arg, v in words if isinstance(v, ast.Constant)}
            return {"points": 0} | {name: said[name] for name in MARKED if name in said}
    return None


def _marked(
    node: ast.FunctionDef, name: str, about: dict, place: str, file: str, lines: list[str]
) -> Marked:
    documented = ast.get_docstring(node) is not None
    # From the docstring's end on, so that comments before the first statement go too.
    first = last_line(node.body[0]) + 1 if documented else node.body[0].lineno
    top = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return Marked(
        f"{place}.{name}",
        about["points"],
        file,
        ast.get_docstring(node) or "",
        "\n".join(lines[top - 1 : last_line(node)]),
        (first, max(last_line(node), first - 1)),
        node.body[0].col_offset,
        **{key: value for key, value in about.items() if key != "points"},
    )


def last_line(node: ast.stmt) -> int:
    """Return the number of the last line of a statement; of one that was parsed it is known."""
    assert node.end_lineno is not None
    return node.end_lineno
