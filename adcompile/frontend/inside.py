"""A statement of which must be known how far a call in it came before it raised, in parts.

    try:                                v = x[0] * 2.0       what is computed before the call,
        y = x[0] * 2.0 + s.step(x)  =>  c = s.step(x)        the call, taken apart as the try is,
    except ValueError:                  if caught == 0:      and what is left of the statement
        y = s.h                             y = v + c
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    at_once,
    calls,
    classes,
    emitted,
    exceptions,
    liveness,
    managers,
    refusing,
    written,
)
from adcompile.frontend.noting import at
from adcompile.frontend.summaries import key_of
from adcompile.frontend.values import Bound, Closure, Identity, Obj, Partial, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Place = tuple[str, int, int, str]
Items = dict[Any, Value]
TEMPORARY = ("%kept", "%call")


@dataclass(frozen=True)
class Within:
    """A function that is called in parts: `body` gives the statements to lower in its place."""

    function: ast.AST
    body: Any


@dataclass(frozen=True)
class Step:
    """A part of a statement: a call that may be one of the user's, or something else."""

    node: ast.stmt
    call: ast.Call | None = None


def place_of(low: Lowerer, node: ast.stmt) -> Place:
    return low.frame.function.file, node.lineno, node.col_offset, "inside"


def is_temporary(name: str) -> bool:
    return name.startswith(TEMPORARY)


def has_parts(node: ast.stmt) -> bool:
    """Is this a statement of several, or of several assignments?"""
    match node:
        case ast.With() | ast.Try() | ast.Match():
            return True
        case ast.Assign(targets=[ast.Tuple(elts=names)]):
            return not all(isinstance(name, ast.Name) for name in names)
    return isinstance(node, ast.Assign) and len(node.targets) > 1


def steps(low: Lowerer, node: ast.stmt) -> list[Step]:
    """The parts of a statement in the order in which they are computed; itself where it has one."""
    parts = _Parts(low)
    rest = parts.statement(node)
    return [*parts.made, *(Step(each) for each in rest)]


class _Parts:
    def __init__(self, low: Lowerer) -> None:
        self.low = low
        self.made: list[Step] = []
        function = low.frame.function.node
        outer = [each for each in ast.walk(function) if isinstance(each, ast.Nonlocal)]
        rebound = [name for each in outer for name in each.names]
        self.own = {name for name in liveness.bound(function) if name not in rebound}

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """What is left of a statement behind the parts that are made before it."""
        match node:
            case ast.Expr(value=ast.Call() as call) if self.is_call(call):
                self.made.append(Step(at(ast.Expr(made := self.operands(call)), node), made))
                return []
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if (
                has_parts(node) and len(targets) == len(values)
                and not any(isinstance(each, ast.Starred) for each in (*targets, *values))
            ):  # fmt: skip
                names = [self.saved(each, always=True) for each in values]
                return [at(ast.Assign([t], name), node) for t, name in zip(targets, names)]
            case ast.Assign(targets=[_, _, *_] as targets, value=value):
                name = self.saved(value, always=True)
                return [at(ast.Assign([target], name), node) for target in targets]
            case ast.Assign(targets=targets, value=value) if self.holds(value):
                return [at(ast.Assign(targets, self.value(value)), node)]
            case ast.Return(value=ast.expr() as value) if self.holds(value):
                return [at(ast.Return(self.value(value)), node)]
            case ast.AugAssign(target=target, op=op, value=value) if self.holds(value):
                return self.augmented(node, target, op, value)
        return [node]

    def augmented(
        self, node: ast.stmt, target: ast.expr, op: ast.operator, value: ast.expr
    ) -> list[ast.stmt]:
        """What is changed is read before the call, which may change it, too."""
        if isinstance(target, ast.Name) and self.is_own(target.id):
            return [at(ast.AugAssign(target, op, self.value(value)), node)]
        read: ast.expr
        if isinstance(target, ast.Name):
            read = ast.Name(target.id, ast.Load())
        elif isinstance(target, ast.Subscript):
            parts = self.saved(target.value), self.saved(target.slice)
            target = ast.copy_location(ast.Subscript(*parts, ast.Store()), target)
            read = ast.Subscript(*parts, ast.Load())
        else:
            assert isinstance(target, ast.Attribute)
            base = self.saved(target.value)
            target = ast.copy_location(ast.Attribute(base, target.attr, ast.Store()), target)
            read = ast.Attribute(base, target.attr, ast.Load())
        old = self.saved(ast.copy_location(read, target))
        assert isinstance(old, ast.Name)
        changed = ast.copy_location(ast.Name(old.id, ast.Store()), target)
        added = ast.AugAssign(changed, op, self.value(value))
        return [at(added, node), at(ast.Assign([target], old), node)]

    def value(self, node: ast.expr) -> ast.expr:
        """The value of an expression behind its calls, and what is computed before these."""
        if not self.holds(node):
            return node
        if isinstance(node, ast.Call) and self.is_call(node):
            made = self.operands(node)
            name = self.name("%call", node)
            given = ast.Assign([ast.Name(name.id, ast.Store())], made)
            self.made.append(Step(at(given, node), made))
            return name
        changed = copy.copy(node)
        fields = _fields(node)
        last = max(place for place, (_, part) in enumerate(fields) if self.holds(part))
        for place, (path, part) in enumerate(fields[: last + 1]):
            _put(changed, path, self.value(part) if place == last else self.saved(self.value(part)))
        return changed

    def operands(self, node: ast.Call) -> ast.Call:
        """A call of names, with what it is given computed before it."""
        made = copy.copy(node)
        for path, part in _fields(node):
            if isinstance(part, ast.Starred):
                inner = ast.copy_location(ast.Starred(self.saved(part.value), part.ctx), part)
                _put(made, path, inner)
            else:
                _put(made, path, self.saved(part))
        return made

    def saved(self, node: ast.expr, always: bool = False) -> ast.expr:
        """A name for what is computed here; `always` one that nothing else is assigned to."""
        if isinstance(node, ast.Name) and self.is_own(node.id) and not always:
            return node
        if isinstance(node, (ast.Constant, ast.Lambda, ast.GeneratorExp)):
            return node
        value = self.value(node)
        if isinstance(value, ast.Name) and is_temporary(value.id):
            return value
        name = self.name("%kept", node)
        given = ast.Assign([ast.Name(name.id, ast.Store())], value)
        self.made.append(Step(at(given, node)))
        return name

    def is_own(self, name: str) -> bool:
        """Is this a name that no other function binds, or one of the module?"""
        if name in self.own or name.startswith("%"):
            return True
        return at_once.held(self.low, ast.Name(name, ast.Load())) is None

    def name(self, prefix: str, node: ast.expr) -> ast.Name:
        self.low.subjects += 1
        return ast.copy_location(ast.Name(f"{prefix}{self.low.subjects}", ast.Load()), node)

    def is_call(self, node: ast.Call) -> bool:
        match node.func:
            case ast.Attribute(value=ast.Call(func=ast.Name("super"))):
                return False
        return not exceptions.is_library(self.low, node.func)

    def holds(self, node: ast.expr) -> bool:
        """Is there such a call in an expression, where it is made whatever the path?"""
        if isinstance(node, ast.Call) and self.is_call(node):
            return True
        return any(self.holds(part) for _, part in _fields(node))


def _fields(node: ast.expr) -> list[tuple[tuple[str, int], ast.expr]]:
    """The parts of an expression that are always computed, in order, and where they stand."""
    match node:
        case ast.BinOp():
            names = ["left", "right"]
        case ast.UnaryOp():
            names = ["operand"]
        case ast.Attribute() | ast.Starred():
            names = ["value"]
        case ast.Subscript():
            names = ["value", "slice"]
        case ast.Tuple() | ast.List():
            names = ["elts"]
        case ast.Compare(ops=[_]):
            names = ["left", "comparators"]
        case ast.Call(func=ast.Attribute(value=ast.expr())):
            names = ["func.value", "args", "keywords"]
        case ast.Call(func=ast.Name()):
            names = ["args", "keywords"]
        case ast.Call():
            names = ["func", "args", "keywords"]
        case _:
            names = []
    found: list[tuple[tuple[str, int], ast.expr]] = []
    for name in names:
        part = node.func.value if name == "func.value" else getattr(node, name)  # type: ignore
        parts = part if isinstance(part, list) else [part]
        values = [each.value if isinstance(each, ast.keyword) else each for each in parts]
        found += [((name, place), each) for place, each in enumerate(values)]
    return found


def _put(node: Any, path: tuple[str, int], value: ast.expr) -> None:
    """Put a part where one stood, in a copy of an expression."""
    name, place = path
    if name == "func.value":
        node.func = copy.copy(node.func)
        node.func.value = value
        return
    part = getattr(node, name)
    if not isinstance(part, list):
        setattr(node, name, value)
        return
    new: Any = value
    if isinstance(part[place], ast.keyword):
        new = copy.copy(part[place])
        new.value = value
    setattr(node, name, [*part[:place], new, *part[place + 1 :]])


def function_of(low: Lowerer, call: ast.Call) -> ast.FunctionDef | None:
    """The user's function that is called, where its body is lowered in place of the call."""
    if any(isinstance(each, ast.GeneratorExp) for each in ast.walk(call)):
        return None
    value = calls.called(low, call.func)
    closure = _closure(low, value)
    if closure is None or not isinstance(closure.function.node, ast.FunctionDef):
        return None
    node, key = closure.function.node, key_of(closure)
    if written.is_ours(closure.function):
        return None
    if emitted.helper(closure.function) is not None or managers.is_manager(closure.function):
        return None
    if key in low.recursion.found or any(f.function.node is node for f in low.stack):
        return None
    made = any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in refusing.own_nodes(node))
    if made:
        return None
    if isinstance(value, Bound) and isinstance(value.value, Obj):
        _begin(low, value.value.identity, node)
    return node


def _begin(low: Lowerer, identity: Identity, method: ast.FunctionDef) -> None:
    """Note which attributes a method may set that its object has not got yet."""
    first = [each.arg for each in (*method.args.posonlyargs, *method.args.args)][:1]
    for node in ast.walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Store()):
                attr = classes.private(low, attr)
                if [name] == first and attr not in low.state.items[identity]:
                    low.begun[identity, attr] = None


def is_begun(low: Lowerer, identity: Identity, left: Items, right: Items) -> bool:
    """Has an object other attributes on two paths, but for those that a call sets before it raises?

    Where it has raised nothing reads them: Python would raise.
    """
    return all((identity, name) in low.begun for name in left.keys() ^ right.keys())


def _closure(low: Lowerer, value: Value | None) -> Closure | None:
    match value:
        case Closure():
            return value
        case Partial(function=inner):
            return _closure(low, inner)
        case Bound(value=base, name=name):
            found = classes.method_of(low, base, name)
            return None if found is None else found[0]
        case Obj():
            found = classes.method_of(low, value, "__call__")
            return None if found is None else found[0]
    return None


def body_of(low: Lowerer, node: ast.FunctionDef) -> list[ast.stmt]:
    """The body of a function that is called: taken apart, if it is to be."""
    within = low.within
    if within is None or within.function is not node:
        return node.body
    low.within = None
    return list(within.body(node.body))


def may_end(body: list[ast.stmt]) -> bool:
    """May a function come to its end without a return?"""
    match body[-1]:
        case ast.Return() | ast.Raise():
            return False
        case ast.If(body=first, orelse=[_, *_] as second):
            return may_end(first) or may_end(second)
        case ast.With(body=inner):
            return may_end(inner)
        case ast.Try(body=inner, handlers=handlers, orelse=orelse, finalbody=last):
            paths = [orelse or inner, *(handler.body for handler in handlers)]
            return any(map(may_end, paths)) and (not last or may_end(last))
        case ast.While(test=ast.Constant(True), orelse=[]) as loop:
            return any(isinstance(each, ast.Break) for each in ast.walk(loop))
    return True
