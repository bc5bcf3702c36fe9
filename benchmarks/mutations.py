"""The slips that a mutant is made by: what may stand in the place of a node of the syntax tree.

Operators, constants, axes and types of numbers, arguments, default values, the order of statements
and of branches, a line or a guard left out, a bound that is off by one, a change in place.
"""

import ast
import copy
from collections.abc import Iterator, Sequence

import torch

OTHER: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,), ast.BitOr: (ast.BitAnd,), ast.BitAnd: (ast.BitOr,),
    ast.FloorDiv: (ast.Div,), ast.Mod: (ast.FloorDiv,), ast.And: (ast.Or,), ast.Or: (ast.And,),
}  # fmt: skip
TWINS = (
    ("max", "min"), ("maximum", "minimum"), ("amax", "amin"), ("argmax", "argmin"),
    ("nanargmax", "nanargmin"), ("any", "all"), ("floor", "ceil"), ("sum", "mean"),
    ("float", "double"), ("float32", "float64"), ("int32", "int64"), ("long", "int"),
    ("softmax", "log_softmax"), ("exp", "expm1"), ("log", "log1p"), ("sin", "cos"),
    ("lower", "upper"), ("removeprefix", "removesuffix"), ("startswith", "endswith"),
    ("append", "extend"), ("iloc", "loc"), ("train", "eval"), ("logical_and", "logical_or"),
)  # fmt: skip
NAMES: dict[str, list[str]] = {}
for _one, _other in TWINS:
    NAMES.setdefault(_one, []).append(_other)
    NAMES.setdefault(_other, []).append(_one)
for _name, _narrow in (("round", "int"), ("float32", "float16"), ("int", "round"), ("rint", "fix")):
    NAMES.setdefault(_name, []).append(_narrow)
IN_PLACE = {ast.Add: "add_", ast.Sub: "sub_", ast.Mult: "mul_", ast.Div: "div_"}
SAME = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)
"""What says the same of two in either order."""
MODULES = {"math", "np", "os", "pd", "torch"}
BLOCKS = ("body", "orelse", "finalbody")


def mutants(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Give every code that differs from `tree` in one place, with the change as a text.

    The text names the statement before and after, and not its line, so that it stays the same
    where lines are added above; where two places change alike, the second has “#2” behind it.
    """
    tree = copy.deepcopy(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    seen, texts = {ast.unparse(tree)}, dict[str, int]()
    before = ast.unparse(tree).splitlines()
    for parent in list(ast.walk(tree)):
        for field, after in fields(parent):
            kept = getattr(parent, field)
            setattr(parent, field, after)
            mutant = ast.fix_missing_locations(copy.deepcopy(tree))
            setattr(parent, field, kept)
            text = ast.unparse(mutant)
            if text in seen:
                continue
            seen.add(text)
            change = difference(before, text.splitlines())
            texts[change] = texts.get(change, 0) + 1
            yield change + (f"  #{texts[change]}" if texts[change] > 1 else ""), mutant


def fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Give what may stand in one field of a node: its name and the new content."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "decorator_list"):
            continue
        if field in BLOCKS and isinstance(value, list):
            yield from ((field, other) for other in blocks(value))
        parts = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, part in parts:
            if not isinstance(part, ast.expr | ast.stmt):
                continue
            for new in changes(part):
                yield field, new if index is None else [*value[:index], new, *value[index + 1 :]]


def blocks(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Leave a statement out; let two that follow one another change places."""
    kept = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)
    for i, one in enumerate(body):
        is_text = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
        if isinstance(one, kept) or is_text:
            continue
        yield [*body[:i], *body[i + 1 :]] or [ast.Pass()]
        if i + 1 < len(body) and not isinstance(body[i + 1], kept) and depends(one, body[i + 1]):
            yield [*body[:i], body[i + 1], one, *body[i + 2 :]]


def depends(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether the order of two statements may matter: of assignments that share no name, it can't.

    Both may read one name, unless they call something of it, which may change it.
    """
    if not (isinstance(one, ast.Assign) and isinstance(other, ast.Assign)):
        return True
    named, written, called = [], [], []
    for statement in (one, other):
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        named.append({node.id for node in names})
        written.append({node.id for node in names if isinstance(node.ctx, ast.Store)})
        methods = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
        owners = [node.value for node in methods if isinstance(node, ast.Attribute)]
        called.append({node.id for node in owners if isinstance(node, ast.Name)} - MODULES)
    return bool(written[0] & named[1] or written[1] & named[0] or called[0] & called[1])


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Give what may stand in a node's place after one slip."""
    match node:
        case ast.If() | ast.IfExp() | ast.While() | ast.With() | ast.Try():
            yield from branches(node)
        case ast.Constant() | ast.Name() | ast.Attribute():
            yield from values(node)
        case ast.Call():
            yield from calls(node)
        case ast.Assign() | ast.AugAssign() | ast.Return():
            yield from statements(node)
        case ast.Compare(left=left, ops=ops, comparators=right):
            for i, op in enumerate(ops):
                for other in OTHER.get(type(op), ()):
                    yield changed(node, ops=[*ops[:i], other(), *ops[i + 1 :]])
            if len(ops) == 1 and not isinstance(ops[0], SAME):
                yield changed(node, left=right[0], comparators=[left])
            yield from (ast.Constant(True), ast.Constant(False))
        case ast.BinOp(left=left, op=op, right=right):
            yield from (changed(node, op=other()) for other in OTHER.get(type(op), ()))
            yield from (left, right)
            if not isinstance(op, ast.Add | ast.Mult | ast.BitAnd | ast.BitOr):
                yield changed(node, left=right, right=left)
        case ast.BoolOp(op=op, values=operands):
            yield changed(node, op=OTHER[type(op)][0]())
            for i in range(len(operands)):
                rest = [*operands[:i], *operands[i + 1 :]]
                yield changed(node, values=rest) if len(rest) > 1 else rest[0]
            if len(operands) == 2:
                yield changed(node, values=operands[::-1])
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Subscript(value=value, slice=place, ctx=ast.Load()):
            yield value
            if isinstance(place, ast.Name | ast.BinOp):
                yield from (changed(node, slice=off_by(place, by)) for by in (1, -1))
        case ast.Slice(lower=lower, upper=upper):
            yield from (changed(node, lower=None), changed(node, upper=None))
            for name, bound in (("lower", lower), ("upper", upper)):
                if bound is not None and not isinstance(bound, ast.Constant):
                    yield from (changed(node, **{name: off_by(bound, by)}) for by in (1, -1))
        case ast.Tuple(elts=items, ctx=ast.Load()) | ast.List(elts=items, ctx=ast.Load()):
            yield changed(node, elts=items[::-1])
            if len(items) > 2:
                for i in range(len(items)):
                    yield changed(node, elts=[*items[:i], *items[i + 1 :]])
        case ast.Dict(keys=keys, values=held):
            for i in range(len(keys)):
                rest = {"keys": keys[:i] + keys[i + 1 :], "values": held[:i] + held[i + 1 :]}
                yield changed(node, **rest)
        case ast.ListComp(generators=loops) | ast.GeneratorExp(generators=loops):
            for i, loop in enumerate(loops):
                if loop.ifs:
                    bare = changed(loop, ifs=loop.ifs[1:])
                    yield changed(node, generators=[*loops[:i], bare, *loops[i + 1 :]])


def branches(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test=test, body=body, orelse=otherwise):
            yield from (changed(node, test=ast.Constant(value)) for value in (True, False))
            if otherwise:
                yield changed(node, body=otherwise, orelse=body)
            if len(otherwise) == 1 and isinstance(otherwise[0], ast.If):
                second = otherwise[0]  # the two questions of a chain in the other order
                inner = changed(second, test=test, body=body)
                yield changed(node, test=second.test, body=second.body, orelse=[inner])
        case ast.IfExp(body=body, orelse=otherwise):
            yield from (body, otherwise, changed(node, body=otherwise, orelse=body))
        case ast.While():
            yield ast.Pass()
        case ast.With(body=body) | ast.Try(body=body):
            yield ast.If(test=ast.Constant(True), body=body, orelse=[])


def values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=float(value)):
            yield from (ast.Constant(value * 2 or 1.0), ast.Constant(value / 2 or -1.0))
            yield ast.Constant(value * 1.001 or 1e-3)
        case ast.Constant(value=str(value)) if value in NAMES:
            yield from (ast.Constant(other) for other in NAMES[value])
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            yield from (changed(node, id=other) for other in NAMES[name])
        case ast.Attribute(attr=name, ctx=ast.Load()):
            yield from (changed(node, attr=other) for other in NAMES.get(name, []))


def calls(node: ast.Call) -> Iterator[ast.AST]:
    """Leave out the call, or one of its arguments; swap two; do it in place."""
    function, given, named = node.func, node.args, node.keywords
    if isinstance(function, ast.Attribute):
        yield function.value
        if hasattr(torch.Tensor, function.attr + "_"):
            yield changed(node, func=changed(function, attr=function.attr + "_"))
    yield from (one for one in given if not isinstance(one, ast.Starred))
    for i in range(len(given)):
        yield changed(node, args=given[:i] + given[i + 1 :])
        if i + 1 < len(given):
            yield changed(node, args=[*given[:i], given[i + 1], given[i], *given[i + 2 :]])
    for i in range(len(named)):
        yield changed(node, keywords=named[:i] + named[i + 1 :])
        if i + 1 < len(named):
            one = changed(named[i], value=named[i + 1].value)
            other = changed(named[i + 1], value=named[i].value)
            yield changed(node, keywords=[*named[:i], one, other, *named[i + 2 :]])
    if isinstance(function, ast.Name) and function.id == "range" and given:
        yield from (changed(node, args=[*given[:-1], off_by(given[-1], by)]) for by in (1, -1))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=op, right=right)):
            if ast.dump(target) == ast.dump(left):
                yield ast.AugAssign(target=target, op=op, value=right)
            if type(op) in IN_PLACE:
                method = ast.Attribute(value=left, attr=IN_PLACE[type(op)], ctx=ast.Load())
                call = ast.Call(func=method, args=[right], keywords=[])
                yield changed(node, value=call)
        case ast.AugAssign(target=target, op=op, value=value):
            yield from (changed(node, op=other()) for other in OTHER.get(type(op), ()))
            yield ast.Assign(targets=[target], value=value, lineno=node.lineno)
        case ast.Return(value=value) if value is not None:
            yield ast.Return(value=None)


def off_by(node: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(left=node, op=ast.Add(), right=ast.Constant(by))


def changed(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def difference(before: Sequence[str], after: Sequence[str]) -> str:
    """The lines that differ, before and after, on one line."""
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[~last] == after[~last]:
        last += 1
    gone, come = before[first : len(before) - last], after[first : len(after) - last]
    gone_text, come_text = (" ¶ ".join(line.strip() for line in side) for side in (gone, come))
    if not gone_text:  # a line that repeats another; name the one above it
        gone_text = "after " + (before[first - 1].strip() if first else "the start")
    return f"{gone_text}  ->  {come_text or '(left out)'}"
