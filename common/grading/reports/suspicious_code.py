"""What no exercise needs and an attack on the grader may: named, for a person to look at.

It is read from the source, which never runs here. Nobody loses a point by it; and who hides what
is done well enough is not found. That an attack gains nothing is the sandbox's and the judges'
matter.
"""

import ast
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache

MODULES = frozenset(
    {
        *("ctypes", "_ctypes", "cffi", "gc", "inspect", "socket", "subprocess", "multiprocessing"),
        *("signal", "resource", "mmap", "fcntl", "pickle", "marshal", "importlib", "imp", "runpy"),
        *("builtins", "atexit", "traceback", "code", "codeop", "pdb", "pty", "faulthandler"),
        *("_posixsubprocess", "_thread", "sysconfig", "site", "tests"),
        *("bdb", "trace", "profile", "cProfile", "asyncio", "doctest", "pytest", "_pytest"),
    }
)
"""Modules that no solution imports."""
NAMES = frozenset(
    {"exec", "eval", "compile", "__import__", "globals", "locals", "vars", "breakpoint", "open"}
)
ATTRIBUTES = frozenset(
    {
        *("_getframe", "_current_frames", "settrace", "setprofile", "f_back", "f_locals"),
        *(
            "f_globals",
            "tb_frame",
            "gi_frame",
            "cr_frame",
            "ag_frame",
            "__subclasses__",
            "__code__",
        ),
        *(
            "__globals__",
            "__closure__",
            "__builtins__",
            "__reduce__",
            "__reduce_ex__",
            "get_objects",
        ),
        *(
            "get_referrers",
            "_exit",
            "fork",
            "forkpty",
            "execv",
            "execve",
            "system",
            "popen",
            "kill",
        ),
        *("modules", "meta_path", "path_hooks", "addaudithook", "memfd_create", "pidfd_open"),
        *("ctypes", "ctypeslib", "__array_interface__", "__array_struct__"),
    }
)
_OF_A_CLASS = frozenset({"__array_interface__", "__array_struct__", "__reduce__", "__reduce_ex__"})
"""What a class may be given without a dot: where its memory lies, what makes it anew."""
_OF_OS = frozenset(
    {"write", "read", "dup", "dup2", "close", "closerange", "fdopen", "pipe", "abort"}
)
"""Of `os`: what takes the number of a descriptor."""
_MOST_BYTES = 100_000


def unusual(files: Mapping[str, bytes], starter: Mapping[str, str]) -> list[str]:
    """Return what a submission uses beyond its exercises, each with its first line.

    files: path -> content. starter: path -> source of the student edition; what that uses is
        nobody's.

    >>> unusual({"a/loss.py": b"import gc, math\\n\\nf = __import__('sys')._getframe(1)"}, {})
    ['a/loss.py, line 1: gc', 'a/loss.py, line 3: __import__, _getframe']
    >>> unusual({"a/loss.py": b"def f(x):\\n    return x.exp().sum()"}, {})
    []
    """
    found = []
    for path, content in sorted(files.items()):
        given = _given(starter.get(path, ""))
        lines: dict[int, set[str]] = {}
        seen = set(given)
        for line, what in sorted(_uses(content)):
            if what not in seen:
                lines.setdefault(line, set()).add(what)
                seen.add(what)
        found += [f"{path}, line {n}: {', '.join(sorted(names))}" for n, names in lines.items()]
    return found


@lru_cache(maxsize=64)
def _given(source: str) -> frozenset[str]:
    """Return what a file of the student edition uses; it is asked for with every student."""
    return frozenset(what for _, what in _uses(source.encode()))


def _uses(content: bytes) -> list[tuple[int, str]]:
    if len(content) > _MOST_BYTES:
        return [(1, f"more than {_MOST_BYTES // 1000} kB")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
        return [*_in_tree(tree)]
    except SyntaxError:  # it does not run, either
        return []
    except Exception as error:  # nested so deep that it cannot be looked at, for one
        return [(1, f"cannot be looked at ({type(error).__name__})")]


def _in_tree(tree: ast.AST) -> Iterator[tuple[int, str]]:
    of_os = {"os"}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            of_os |= {alias.asname or alias.name for alias in node.names if alias.name == "os"}
    for node in nodes:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names if _parts(a.name)]
        elif isinstance(node, ast.ImportFrom):
            first = (node.module or "").partition(".")[0]
            taken = {alias.name for alias in node.names} & (ATTRIBUTES | NAMES)
            taken |= {a.name for a in node.names if first == "os" and a.name in _OF_OS}
            names = [*sorted(taken), *_parts(node.module or "")]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name] if node.name in _OF_A_CLASS else []
        elif isinstance(node, ast.Name) and node.id in NAMES | _OF_A_CLASS:
            names = [node.id]
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in ATTRIBUTES and not (
                node.attr == "modules" and owner not in ("sys", "")
            ):
                names = [node.attr]
            elif owner in of_os and node.attr in _OF_OS:
                names = [f"os.{node.attr}"]
        elif isinstance(node, ast.Constant) and node.value in _TEXTS:
            names = [node.value]  # getattr(sys, "_getframe")
        if isinstance(node, ast.Import | ast.ImportFrom):
            names += [alias.asname for alias in node.names if alias.asname in _OF_A_CLASS]
        for name in names:
            yield getattr(node, "lineno", 1), name


_WORDS = frozenset({"code", "signal", "site", "tests", "resource", "trace", "profile"})
"""Also ordinary words, which a text of one's own may be."""
_TEXTS = ATTRIBUTES | MODULES - _WORDS


def _parts(module: str) -> list[str]:
    """Return which parts of a module's dotted name are unusual.

    >>> _parts("numpy.ctypeslib"), _parts("ctypes.util"), _parts("torch.nn.modules.loss")
    (['ctypeslib'], ['ctypes'], [])
    """
    first, *rest = module.split(".")
    return [*{first} & MODULES, *(part for part in rest if part in _TEXTS - {"modules"})]
