"""Mutation testing of the judges: right solutions with one slip each, and which slips pass unseen.

    python benchmarks/mutants.py [NAME …] [--seeds 3] [--processes 2]

Every solution that is accepted, the library's own and those of the tests, is changed in one place:
an operator for another, a number for its neighbour, a call left out, an argument, a line. Nearly
all of these are wrong, and the checks of the exercise should say so. What they let through is
printed: most of it is no mistake (another order of a maximum, a copy that nothing needs), and the
rest is a check that is missing. NAME: a part of an exercise's name. It takes a quarter of an hour.
"""

import argparse
import ast
import copy
import functools
import inspect
import multiprocessing
import os
import signal
import textwrap
from collections.abc import Iterator
from pathlib import Path

import torch

from common.grading.runner.loop import check_here
from tests.common.grading.exercise.test_solutions import GRADED, folder_of, owner_of

SECONDS = 60
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    jobs = [
        (exercise, path)
        for exercise, graded in GRADED.items()
        if not arguments.names or any(name in exercise for name in arguments.names)
        for path in [None, *sorted(folder_of(graded).glob("right_*.py"))]
    ]
    made = passed = 0
    with multiprocessing.Pool(arguments.processes, maxtasksperchild=1) as pool:
        for title, count, unseen in pool.imap(functools.partial(try_all, arguments.seeds), jobs):
            made, passed = made + count, passed + len(unseen)
            print(f"{title}: {count - len(unseen)} of {count} seen")
            for line in unseen:
                print(f"    {line}", flush=True)
    print(f"together: {made - passed} of {made} seen")


def try_all(seeds: int, job: tuple[str, Path | None]) -> tuple[str, int, list[str]]:
    """Judge every mutant of one solution, each in a process of its own: it may never end."""
    torch.set_num_threads(1)
    exercise, path = job
    place, name = owner_of(GRADED[exercise])
    tree, namespace = solution(place, name, path)
    count, unseen = 0, []
    for line, mutant in mutants(tree):
        child = os.fork()
        if child == 0:
            signal.alarm(SECONDS)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os._exit(is_seen(exercise, mutant, namespace, seeds))
        _, status = os.waitpid(child, 0)
        count += 1
        unseen += [line] if status == 0 else []
    return f"{exercise}, {path.stem if path else 'its own'}", count, unseen


def solution(place: object, name: str, path: Path | None) -> tuple[ast.Module, dict]:
    """Return a solution's code and the names that it may use."""
    if path:
        return ast.parse(path.read_text(encoding="utf-8")), {}
    function = inspect.unwrap(getattr(place, name))
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list.clear()
    return tree, vars(inspect.getmodule(function))


def is_seen(exercise: str, mutant: ast.Module, namespace: dict, seeds: int) -> bool:
    graded = GRADED[exercise]
    place, name = owner_of(graded)
    made = dict(namespace)
    try:
        exec(compile(mutant, "<mutant>", "exec"), made)
        setattr(place, name, made[name])
        return any(
            not check_here(graded, check, seed=seed).passed
            for seed in range(seeds)
            for check in graded.checks
        )
    except BaseException:
        return True


def mutants(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Give every code that differs from `tree` in one place, with a line that tells the place."""
    seen = {ast.unparse(tree)}
    nodes = [(parent, field, node) for parent in ast.walk(tree) for field, node in parts(parent)]
    for parent, (field, index), node in nodes:
        before = getattr(parent, field)
        for changed in changes(node):
            after = changed if index is None else [*before[:index], changed, *before[index + 1 :]]
            setattr(parent, field, after)
            mutant = ast.fix_missing_locations(copy.deepcopy(tree))
            setattr(parent, field, before)
            if (text := ast.unparse(mutant)) not in seen:
                seen.add(text)
                yield f"line {node.lineno}: {brief(node)}  ->  {brief(changed)}", mutant


def parts(node: ast.AST) -> Iterator[tuple[tuple[str, int | None], ast.AST]]:
    if isinstance(node, ast.arguments | ast.arg):  # what a function takes is given
        return
    for field, value in ast.iter_fields(node):
        if field == "returns":
            continue
        for index, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(part, ast.expr | ast.stmt | ast.Slice):
                yield (field, index), part


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Give what may stand in a node's place after one slip."""
    match node:
        case ast.Compare(ops=[op]):
            yield changed(node, ops=[OTHER[type(op)]()] if type(op) in OTHER else [op])
            yield from (ast.Constant(True), ast.Constant(False))
        case ast.BinOp(left=left, op=op, right=right):
            yield changed(node, op=OTHER.get(type(op), type(op))())
            yield from (left, right)
        case ast.BoolOp(op=op, values=values):
            yield changed(node, op=OTHER[type(op)]())
            yield from values
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=float(value)):
            yield from (ast.Constant(value * 2 or 1.0), ast.Constant(value / 2 or -1.0))
        case ast.Call(func=function, args=given, keywords=named):
            if isinstance(function, ast.Attribute):
                yield function.value
            yield from (one for one in given if not isinstance(one, ast.Starred))
            for i in range(len(given)):
                yield changed(node, args=given[:i] + given[i + 1 :])
            for i in range(len(named)):
                yield changed(node, keywords=named[:i] + named[i + 1 :])
            yield changed(node, args=given[::-1])
        case ast.Subscript(value=value):
            yield value
        case ast.Slice():
            yield from (changed(node, lower=None), changed(node, upper=None))
        case ast.IfExp(body=body, orelse=otherwise):
            yield from (body, otherwise)
        case ast.If():
            yield changed(node, test=ast.Constant(True))
            yield changed(node, test=ast.Constant(False))
        case ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.For():
            yield ast.Pass()
        case ast.Tuple(elts=items, ctx=ast.Load()):
            yield changed(node, elts=items[::-1])


def changed(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def brief(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:70]


if __name__ == "__main__":
    main()
