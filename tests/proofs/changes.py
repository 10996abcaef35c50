"""What can be changed in a module so that a test ought to notice: one change each, found in its tree."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "strip": "lower"}
SILENT = {"example", "rank", "__all__"}  # what an author begins from, and orders of lists
NO_RULES = {"N_", "TypeVar"}  # sentences

Change = Callable[[Any], ast.AST | None]  # in place, or to the node that takes its place
Way = tuple[Change, str]


@dataclass(frozen=True)
class Mutant:
    """One change: which node of the tree, in which of its ways, and in words."""

    number: int
    way: int
    line: int
    words: str


def mutants(tree: ast.Module) -> list[Mutant]:
    """Return all mutants of a module."""
    silent = {below for node in ast.walk(tree) for top in quiet(node) if top is not None for below in ast.walk(top)}
    return [
        Mutant(number, way, getattr(node, "lineno", 0), words)
        for number, node in enumerate(ast.walk(tree))
        if node not in silent
        for way, (_change, words) in enumerate(ways(node))
    ]


def changed(tree: ast.Module, mutant: Mutant) -> ast.Module:
    """Return a copy of the tree with one change."""
    other = copy.deepcopy(tree)
    target = list(ast.walk(other))[mutant.number]
    replacement = list(ways(target))[mutant.way][0](target)
    if replacement is not None:
        other = Exchange(target, replacement).visit(other)
    return ast.fix_missing_locations(other)


class Exchange(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else super().generic_visit(node)


@singledispatch
def quiet(_node: ast.AST) -> list[ast.AST | None]:
    """Return what of a node is no rule: docstrings, types, sentences, examples."""
    return []


@quiet.register
def _(node: ast.Expr) -> list[ast.AST | None]:
    return [node] if isinstance(node.value, ast.Constant) else []


@quiet.register
def _(node: ast.Call) -> list[ast.AST | None]:
    return [node] if isinstance(node.func, ast.Name) and node.func.id in NO_RULES else []


@quiet.register
def _(node: ast.AnnAssign) -> list[ast.AST | None]:
    silent = isinstance(node.target, ast.Name) and node.target.id in SILENT
    return [node] if silent else [node.annotation]


@quiet.register
def _(node: ast.AugAssign) -> list[ast.AST | None]:
    return [node] if isinstance(node.target, ast.Name) and node.target.id in SILENT else []


@quiet.register
def _(node: ast.Assign) -> list[ast.AST | None]:
    names = [each.id for each in node.targets if isinstance(each, ast.Name)]
    is_type = (
        isinstance(node.value, ast.Subscript | ast.BinOp | ast.Name) and not names[0].isupper() if names else False
    )
    return [node] if SILENT & set(names) or (is_type and names[0][0].isupper()) else []


@quiet.register
def _(node: ast.arg) -> list[ast.AST | None]:
    return [node.annotation]


@quiet.register
def _(node: ast.FunctionDef) -> list[ast.AST | None]:
    return [node.returns, *node.decorator_list]


@quiet.register
def _(node: ast.ClassDef) -> list[ast.AST | None]:
    return [*node.decorator_list, *node.bases]


@singledispatch
def ways(_node: ast.AST) -> Iterator[Way]:
    """Yield each way to change a node, in words."""
    yield from ()


@ways.register
def _(node: ast.Compare) -> Iterator[Way]:
    for n, op in enumerate(node.ops):
        if type(op) in COMPARED:
            other = COMPARED[type(op)]
            yield _setting("ops", [*node.ops[:n], other(), *node.ops[n + 1 :]]), f"{_name(op)} → {other.__name__}"


@ways.register
def _(node: ast.BinOp) -> Iterator[Way]:
    if type(node.op) in COUNTED:
        other = COUNTED[type(node.op)]
        yield _setting("op", other()), f"{_name(node.op)} → {other.__name__}"


@ways.register
def _(node: ast.BoolOp) -> Iterator[Way]:
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    yield _setting("op", other()), f"{_name(node.op)} → {other.__name__}"


@ways.register
def _(node: ast.UnaryOp) -> Iterator[Way]:
    if isinstance(node.op, ast.Not):
        yield (lambda each: each.operand), "not left out"
    elif isinstance(node.op, ast.USub):
        yield (lambda each: each.operand), "minus left out"


@ways.register
def _(node: ast.Constant) -> Iterator[Way]:
    value = node.value
    if isinstance(value, bool):
        yield _setting("value", not value), f"{value} → {not value}"
    elif isinstance(value, int | float):
        yield _setting("value", value + 1), f"{value} → {value + 1}"
    elif isinstance(value, str) and value:
        yield _setting("value", f"{value}x"), f"{value!r} → {value + 'x'!r}"


@ways.register
def _(node: ast.Return) -> Iterator[Way]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield _setting("value", ast.Constant(None)), "return None"


@ways.register(ast.If)
@ways.register(ast.IfExp)
@ways.register(ast.While)
def _(_node: ast.AST) -> Iterator[Way]:
    yield _turned_round, "condition turned round"


@ways.register
def _(node: ast.comprehension) -> Iterator[Way]:
    if node.ifs:
        yield _setting("ifs", []), "all taken"


@ways.register
def _(node: ast.Call) -> Iterator[Way]:
    function = node.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if name in SWAPPED:
        yield _renamed, f"{name} → {SWAPPED[name]}"


@ways.register
def _(_node: ast.Continue) -> Iterator[Way]:
    yield (lambda _each: ast.Break()), "continue → break"


def _name(node: ast.AST) -> str:
    return type(node).__name__


def _setting(name: str, value: Any) -> Change:
    return lambda node: setattr(node, name, value)  # type: ignore[func-returns-value]  # None: it was done in place


def _turned_round(node: Any) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _renamed(node: Any) -> None:
    if isinstance(node.func, ast.Name):
        node.func.id = SWAPPED[node.func.id]
    else:
        node.func.attr = SWAPPED[node.func.attr]
