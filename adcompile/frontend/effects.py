"""What is kept as it stands: print, assert, raise, and text made with f-strings."""

from __future__ import annotations

import ast
import builtins
import copy
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    enums,
    exceptions,
    expressions,
    memory,
    open_tuples,
    protocols,
    shown,
    texts,
)
from adcompile.frontend.sources import Qualified
from adcompile.frontend.values import Closure, Name, Num, Obj, Value
from adcompile.trace.ir import Atom, Lit
from adcompile.trace.kinds import Opaque

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

EFFECT_MODULES = ("builtins.print", "warnings.", "logging.", "time.sleep", "sys.")
KEPT = -2  # the conversion of what is kept itself, as the arguments of an exception
STREAMS = ("sys.stderr", "sys.stdout")
ONLY = (
    "only exception classes, of your own or Python's, and numpy.linalg.LinAlgError can be "
    "raised in a differentiated function; raise ValueError, or another of them"
)


class _Holes(ast.NodeTransformer):
    """Replaces the values in a piece of syntax by holes `_0_`, `_1_`, ... and lowers them."""

    def __init__(self, low: Lowerer) -> None:
        self.low = low
        self.atoms: list[Atom] = []
        self.is_text = False

    def hole(self, node: ast.expr, conversion: int = -1) -> ast.expr:
        value = expressions.lower(self.low, node)
        if conversion in (-1, KEPT, ord("s")):
            value = enums.in_text(self.low, value)
        self.is_text = protocols.is_object(value) and conversion != KEPT
        if self.is_text and isinstance(value, Obj):
            form = "repr" if conversion == ord("r") else "str"
            value = shown.text(self.low, value, form)
        if isinstance(value, (Name, Closure)):
            if isinstance(value, Name) and value.qualified.startswith("builtins."):
                return node
            if isinstance(value, Name) and value.qualified in STREAMS:
                return self.named(value)
            raise self.low.rejection(node, "a function or module cannot stand here", "ADC107")
        atom = open_tuples.given(self.low, memory.atom_of(self.low, value))
        if isinstance(atom, Lit) and isinstance(node, ast.Constant):
            return node
        if isinstance(atom, Lit) and isinstance(atom.value, str):
            return ast.copy_location(ast.Constant(atom.value), node)
        self.atoms.append(atom)
        return ast.copy_location(ast.Name(f"_{len(self.atoms) - 1}_", ast.Load()), node)

    def part(self, node: ast.expr, conversion: int = -1) -> ast.expr:
        """An argument: text stays text, all else is a hole."""
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.JoinedStr):
            return _plain(self.text(node))
        return self.hole(node, conversion)

    def text(self, node: ast.JoinedStr) -> ast.JoinedStr:
        values: list[ast.expr] = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                spec = (
                    self.text(value.format_spec)
                    if isinstance(value.format_spec, ast.JoinedStr)
                    else None
                )
                hole = self.hole(value.value, value.conversion if spec is None else KEPT)
                conversion = -1 if self.is_text else value.conversion
                value = ast.FormattedValue(hole, conversion, spec)
                if isinstance(hole, ast.Constant) and value.conversion == -1 and spec is None:
                    value = ast.Constant(str(hole.value))
            values.append(value)
        return ast.copy_location(ast.JoinedStr(values), node)

    def function(self, node: ast.Call) -> None:
        """The object whose method is called is a hole too, where it is a value and no module."""
        if isinstance(node.func, ast.Attribute):
            value = expressions.lower(self.low, node.func.value)
            if not isinstance(value, Name):
                node.func.value = self.hole(node.func.value)
                return
        self.imported(node)

    def imported(self, node: ast.Call) -> None:
        """A function of a module by its full name, and the module imported."""
        value = expressions.lower(self.low, node.func)
        if isinstance(value, Name) and not value.qualified.startswith("builtins."):
            node.func = self.named(value)

    def named(self, value: Name) -> ast.expr:
        """What a module has, by its full name, and the module imported."""
        top = value.qualified.partition(".")[0]
        self.low.imports.setdefault(top, {"numpy": "np"}.get(top, top))
        return ast.parse(value.qualified, mode="eval").body

    def call(self, node: ast.Call, conversion: int = -1) -> ast.Call:
        node.args = [self.part(arg, conversion) for arg in node.args]
        for keyword in node.keywords:
            keyword.value = self.part(keyword.value, conversion)
        return node


def _plain(node: ast.JoinedStr) -> ast.expr:
    """An f-string in which nothing is left to fill in, as a text."""
    parts = [each.value for each in node.values if isinstance(each, ast.Constant)]
    if len(parts) < len(node.values):
        return node
    return ast.copy_location(ast.Constant("".join(map(str, parts))), node)


def effect(low: Lowerer, node: ast.stmt) -> None:
    """Append a statement that is kept in its place."""
    node = copy.deepcopy(node)
    holes = _Holes(low)
    loc = low.at(node)
    match node:
        case ast.Expr(value=ast.Call() as call):
            holes.function(call)
            holes.call(call)
        case ast.Assert():
            node.test = holes.hole(node.test)
            if isinstance(node.test, ast.Constant) and node.test.value:
                return
            node.msg = None if node.msg is None else holes.part(node.msg, KEPT)
        case ast.Raise():
            raised(low, holes, node)
    low.build.loc = loc
    low.build.apply_many("mem.effect", (Lit(ast.unparse(node)), *holes.atoms), ())


def raised(low: Lowerer, holes: _Holes, node: ast.Raise) -> None:
    """raise: of an object that is alone in an exception of Python's, what that shows of it."""
    exc = node.exc
    value = expressions.lower(low, exc) if isinstance(exc, ast.Name) else None
    if exc is None and low.error is not None:
        value = low.error
    again = exceptions.given(low, value)
    if again is not None:
        (cls, scope, *_), values = again
        holes.atoms += [memory.atom_of(low, each) for each in values]
        names = [f"_{n}_" for n in range(len(holes.atoms))]
        made: list[ast.expr] = [ast.Name(each, ast.Load()) for each in names]
        node.exc, node.cause = ast.Call(_written(low, holes, cls, scope, node), made, []), None
        return
    if isinstance(value, Num) and low.build.kind(value.atom) == Opaque("exception"):
        holes.atoms.append(value.atom)
        node.exc, node.cause = ast.Name(f"_{len(holes.atoms) - 1}_", ast.Load()), None
        return
    function = exc.func if isinstance(exc, ast.Call) else exc
    own: ast.expr | None = None
    if isinstance(function, (ast.Name, ast.Attribute)):
        own = _class(low, holes, function)
    if own is None and not (isinstance(function, ast.Name) and hasattr(builtins, function.id)):
        raise low.rejection(node, ONLY, "ADC106")
    if own is not None:
        named = ast.copy_location(own, node)
        if isinstance(exc, ast.Call):
            exc.func = named
        else:
            node.exc = named
    if isinstance(exc, ast.Call):
        shows = own is None and low.raising is None and len(exc.args) == 1
        as_text = shows and ast.unparse(exc.func) != "KeyError"  # which shows it as repr does
        holes.call(exc, -1 if as_text else KEPT)
    node.cause = None


def _written(low: Lowerer, holes: _Holes, cls: Any, scope: Any, node: ast.Raise) -> ast.expr:
    """The class of an exception that is a value here, as emitted code names it."""
    name = exceptions.named_class(low, cls, scope, node.exc or ast.Name("it"))
    if name is not None:
        return ast.Name(name, ast.Load())
    full = exceptions.ERRORS.get(f"{cls.__module__}.{cls.__qualname__}")
    if full is None:
        raise low.rejection(node, ONLY, "ADC106")
    return holes.named(Name(full))


def _class(low: Lowerer, holes: _Holes, node: ast.expr) -> ast.expr | None:
    """What an exception class of the user's or of NumPy's is named in emitted code."""
    value = expressions.lower(low, node)
    if isinstance(value, Name) and value.qualified in exceptions.ERRORS:
        return holes.named(Name(exceptions.ERRORS[value.qualified]))
    own = exceptions.named(low, node)
    return None if own is None else ast.Name(own, ast.Load())


def opaque(low: Lowerer, node: ast.JoinedStr) -> Value:
    """An f-string: data to us."""
    holes = _Holes(low)
    text = _plain(holes.text(copy.deepcopy(node)))
    if isinstance(text, ast.Constant):
        return Num(Lit(text.value))
    return texts.made(low, ast.unparse(text), holes.atoms)


def is_effect(low: Lowerer, node: ast.Call) -> bool:
    """Is this call, a statement of its own, kept for its effect and not differentiated?"""
    try:
        function = ast.unparse(node.func)
    except ValueError:
        return False
    head = function.split(".")[0]
    if head in low.state.names[low.frame.number]:
        return False
    entity = low.frame.function.scope.lookup(head)
    if not isinstance(entity, Qualified):
        return False
    full = ".".join([entity.name, *function.split(".")[1:]])
    return full.startswith(EFFECT_MODULES)
