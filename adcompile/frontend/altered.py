"""Which names of a file stand for objects that are changed after they were made."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.depth import deep
from adcompile.frontend import flows, liveness
from adcompile.frontend.handing import last_of
from adcompile.frontend.passing import flows_of
from adcompile.syntax import FUNCTIONS

if TYPE_CHECKING:
    from adcompile.frontend.files import Module

MADE = {"ones": 0, "zeros": 0, "empty": 0, "full": 0, "eye": 2, "identity": 2, "linspace": 1,
        "arange": 1, "logspace": 1, "geomspace": 1, "diag": 2}  # fmt: skip
"""The axes of what functions of NumPy make; 0: as many as the shape says."""
NUMBERS = ("float", "int", "str", "len", "bool", "complex", "range")


@dataclass(frozen=True, slots=True)
class Altered:
    """What changes: names of the file, by which of its statements, or by functions; (file, name) of
    other files, and names of attributes.
    """

    by_statements: dict[str, dict[int, None]] = field(default_factory=dict)
    by_functions: frozenset[str] = frozenset()
    elsewhere: frozenset[tuple[str, str]] = frozenset()
    attributes: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        return name in self.by_statements or name in self.by_functions


@deep
def changed(module: Module, origin: Any) -> Altered:
    """What is changed when the file is imported, or when a function of its is called.

    A function of the file may have been called before: by a decorator, or by who uses it.  What
    functions of other files change there, those files tell.
    """
    statements = list(when_imported(module.tree.body))
    found = flows_of(module, statements, origin)
    direct, called = _changes(found, module)
    for number, statement in enumerate(statements):
        for inner in top_level([statement]):
            direct.setdefault(number, []).extend(_called_alone(inner, module))
    if found.runs_text:
        called += [((module.file, name), 1) for name in module.constants]
    by_statements: dict[str, dict[int, None]] = {}
    elsewhere: dict[tuple[Any, str], None] = {}
    attributes: dict[str, None] = {}

    def reached(changes: Changes, by_function: bool) -> Iterator[str]:
        for ((owner, name), lists), depth in found.reached(changes).items():
            home = found.files.get(owner) if isinstance(owner, str) else None
            if owner == flows.ATTRIBUTE:
                attributes[name] = None
            elif home is not None and _counts(home, name, depth, by_function, lists):
                if home is module:
                    yield name
                else:
                    elsewhere[home.file, name] = None

    for number, changes in direct.items():
        for name in reached(changes, False):
            by_statements.setdefault(name, {})[number] = None
    by_functions = frozenset(reached(called, True))
    return Altered(by_statements, by_functions, frozenset(elsewhere), frozenset(attributes))


def when_imported(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs when the file is imported."""
    for statement in body:
        if isinstance(statement, ast.If) and _is_main_guard(statement.test):
            yield from statement.orelse
        else:
            yield statement


Changes = list[tuple[flows.Place, int]]


def _changes(found: flows.Flows, module: Module) -> tuple[dict[int, Changes], Changes]:
    """What each statement changes that runs when the file is imported, and what functions do.

    What a method does to its own object counts where it is called when the file is imported.
    """
    running = found.run_by(None)
    direct: dict[int, Changes] = {}
    called: Changes = []
    for place, depth, where, through_own in found.changes:
        if isinstance(where, int):
            direct.setdefault(where, []).append((place, depth))
        elif where in running or (not through_own and found.entered.get(where) is module):
            called.append((place, depth))
    return direct, called


def _called_alone(statement: ast.stmt, module: Module) -> Changes:
    """A method that is called for what it does changes what it is a method of."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=base))):
            while isinstance(base, (ast.Attribute, ast.Subscript)):
                base = base.value
            if isinstance(base, ast.Name):
                return [((module.file, base.id), 1)]
    return []


def _counts(home: Module, name: str, depth: int, called: bool, lists: bool) -> bool:
    """Does a change of what a name of a file holds matter?"""
    constant = home.constants.get(name)
    if constant is None:
        return not called
    if lists and _is_array(constant.node, home):
        return False
    known = called and _is_memo(home.tree, name)
    return depth <= Depths(home).named(name) and not known and not _is_logger(constant.node)


class Depths:
    """How deep what a module-level name holds can be changed: 0 for a number, 2 for a matrix."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def of(self, node: ast.expr | None, given: dict[str, float] | None = None) -> float:
        given = given or {}
        match node:
            case None | ast.Constant() | ast.JoinedStr() | ast.Lambda():
                return 0
            case ast.Compare(left=left, comparators=others):
                return self.most([left, *others], given)
            case ast.UnaryOp(operand=inner) | ast.Starred(value=inner):
                return self.of(inner, given)
            case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
                return max(self.of(left, given), self.of(right, given))
            case ast.Tuple(elts=items):
                inside = self.most(items, given)
                return inside and inside + 1
            case ast.List(elts=items) | ast.Set(elts=items):
                return 1 + self.most(items, given)
            case ast.Dict(values=items):
                return 1 + self.most(items, given)
            case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.DictComp(value=item):
                return 1 + self.of(item, self.bound(node.generators, given))
            case ast.Name(id=name):
                return given[name] if name in given else self.named(name)
            case ast.Attribute(value=ast.Name(id=name)) if name in self.module.imports:
                return 0 if self.module.imports[name] in ("math", "numpy") else math.inf
            case ast.Subscript(value=inner, slice=index):
                depth = self.of(inner, given)
                return depth if isinstance(index, ast.Slice) else max(0, depth - 1)
            case ast.Call():
                return self.called(node, given)
        return math.inf

    def most(self, nodes: Iterable[ast.expr | None], given: dict[str, float]) -> float:
        return max((self.of(node, given) for node in nodes), default=0)

    def bound(
        self, parts: Iterable[ast.comprehension], given: dict[str, float]
    ) -> dict[str, float]:
        """The names that a comprehension binds."""
        found = dict(given)
        for part in parts:
            depth = 0 if _is_range(part.iter) else max(0, self.of(part.iter, found) - 1)
            for node in ast.walk(part.target):
                if isinstance(node, ast.Name):
                    found[node.id] = depth
        return found

    def named(self, name: str) -> float:
        """That of what a name of the file is bound to, found once."""
        if name in self.module.functions:
            return 0
        constant = self.module.constants.get(name)
        if constant is None:
            return math.inf
        if name not in self.module.depths:
            self.module.depths[name] = math.inf  # meanwhile
            self.module.depths[name] = self.of(constant.node)
        return self.module.depths[name]

    def called(self, node: ast.Call, given: dict[str, float]) -> float:
        name = last_of(node.func)
        module = node.func.value if isinstance(node.func, ast.Attribute) else None
        library = self.module.imports.get(ast.unparse(module)) if module else None
        if library == "math" or (module is None and name in NUMBERS) or name == "getLogger":
            return 0
        if library != "numpy":
            return math.inf
        if MADE.get(name) == 0:
            shape = node.args[0] if node.args else None
            if isinstance(shape, (ast.Tuple, ast.List)):
                return len(shape.elts)
            return 1 if isinstance(shape, ast.Constant) or _is_length(shape) else math.inf
        if name in MADE:
            return MADE[name]
        if name in ("array", "asarray") or isinstance(vars(np).get(name), np.ufunc):
            return self.most(node.args, given)
        return math.inf


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "range"


def _is_length(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "len"


def _is_memo(tree: ast.Module, name: str) -> bool:
    """Do only functions use it that ask whether a key is there, and find the same?"""
    used = False
    for statement in tree.body:
        functions = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        for node in functions:
            if isinstance(node, FUNCTIONS) and name in liveness.loads(node):
                used = True
                if not any(map(_asks(name), ast.walk(node))):
                    return False
    return used


def _asks(name: str) -> Callable[[ast.AST], bool]:
    """Is a node `key in name`, or `key not in name`?"""

    def asks(node: ast.AST) -> bool:
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=found)]):
                return found == name
        return False

    return asks


def _is_array(node: ast.expr, module: Module) -> bool:
    """Does this make an array, with no object in it that another one holds?"""
    if isinstance(node, ast.BinOp):
        return _is_array(node.left, module) or _is_array(node.right, module)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    head = ast.unparse(node.func).partition(".")[0]
    return module.imports.get(head) == "numpy"


def _is_logger(node: ast.expr) -> bool:
    """Does this make a logger, of which nothing is read?"""
    return isinstance(node, ast.Call) and last_of(node.func) == "getLogger"


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the file is imported, those in if and try blocks too."""
    for statement in body:
        yield statement
        match statement:
            case ast.If() if _is_main_guard(statement.test):
                pass
            case ast.If(body=inner, orelse=other):
                yield from top_level(inner + other)
            case ast.Try(body=inner, handlers=handlers, orelse=other, finalbody=final):
                yield from top_level(inner + other + final)
                for handler in handlers:
                    yield from top_level(handler.body)
            case ast.With(body=inner):
                yield from top_level(inner)


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
    )
