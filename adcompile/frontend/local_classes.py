"""Classes made inside functions: their methods read the variables of the function around them.

    def f(x):
        class Line:                     a class of its own for every call of f; what stands in its
            slope = 2.0 * x             body is computed where it is made, defaults of its methods
            def at(self, t): ...        included
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, expressions, named_tuples, statements
from adcompile.frontend.lineages import name_of
from adcompile.frontend.values import Closure, Frame, Name, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

ABOVE = ("object", "ABC", "NamedTuple", "Generic", "Protocol")
MARKS = ("dataclass", "dataclasses.dataclass", "final", "typing.final")


@dataclass(frozen=True, slots=True)
class Place:
    """What the body of a class has made: its methods, its values, and its bases, of which those of
    no file are names.
    """

    methods: dict[ast.AST, Closure]
    values: dict[str, Value]
    bases: tuple[ast.ClassDef | str, ...]


def place_of(cls: ast.ClassDef) -> Place | None:
    """What the body of a class has made; None for a class of a file."""
    return getattr(cls, "place", None)


def _named_tuple(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """namedtuple("Name", fields): a class Name(NamedTuple), the same one in every attempt."""
    call = low.here
    if not (isinstance(call, ast.Call) and named_tuples.is_made(call)):
        return None
    made = low.learned.get(("namedtuple", call))
    if made is None:
        name = expressions.constant(low, args[0], call)
        made = low.learned["namedtuple", call] = named_tuples.written(name, call, call)
    return _made(low, made)


HANDLERS = {f"{module}.namedtuple": _named_tuple for module in ("collections", "functools")}


def define(low: Lowerer, node: ast.ClassDef) -> None:
    """class Name(...): ..."""
    low.set(node.name, _made(low, node))


def _made(low: Lowerer, node: ast.ClassDef) -> Name:
    """The class, its body run."""
    bases: list[ast.ClassDef | str] = []
    for base in node.bases:
        if name_of(base) in ABOVE:
            bases.append(name_of(base))
            continue
        value = expressions.lower(low, base.value if isinstance(base, ast.Subscript) else base)
        if not (isinstance(value, Name) and isinstance(value.obj, ast.ClassDef)):
            raise low.rejection(
                base, f"{node.name} is made inside a function, from {ast.unparse(base)}, which is "
                "not; define it at the top of the file", "ADC101",
            )  # fmt: skip
        bases.append(value.obj)
    for mark in node.decorator_list:
        name = ast.unparse(mark.func if isinstance(mark, ast.Call) else mark)
        if name not in MARKS:
            raise low.rejection(
                mark, f"what {name} makes of the class {node.name} is not known; leave it out",
                "ADC220",
            )  # fmt: skip
    cls = copy.copy(node)
    cls.text = node  # type: ignore[attr-defined]
    low.kept[low.frame.number] = None
    methods, values = _body(low, node)
    cls.place = Place(methods, values, tuple(bases))  # type: ignore[attr-defined]
    return Name(f"{low.frame.function.qualified}.{node.name}", cls)


def _body(low: Lowerer, node: ast.ClassDef) -> tuple[dict[ast.AST, Closure], dict[str, Value]]:
    """Run the body of a class: the functions that it makes, and its other names."""
    outer = low.frame
    low.frames += 1
    low.frame = Frame(outer.function, low.frames, outer.number, outer.loads)
    low.stack.append(low.frame)
    names = low.state.names[low.frame.number] = dict.fromkeys(statements.FLAGS, statements.FALSE)
    methods: dict[ast.AST, Closure] = {}
    values: dict[str, Value] = {}
    try:
        for part in node.body:
            low.at(part)
            match part:
                case ast.FunctionDef(name=name):
                    made = low.closure(part)
                    named = replace(made.function, qualified=_path(outer, node, name))
                    methods[part] = Closure(named, outer.number, made.defaults)
                    names[name] = methods[part]
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call) if _is_field(
                    call
                ):
                    values.update(_field(low, name, call))
                case ast.Assign() | ast.AnnAssign() | ast.Expr() | ast.Pass():
                    statements.one(low, part)
                case _:
                    what = expressions.describe(part)
                    raise low.rejection(
                        part, f"{what} in the body of a class made inside a function cannot be "
                        "differentiated; define the class at the top of the file", "ADC101",
                    )  # fmt: skip
        found = low.state.names[low.frame.number]
        values.update({n: v for n, v in found.items() if n not in statements.FLAGS})
    finally:
        low.stack.pop()
        low.frame = outer
    return methods, values


def _path(outer: Frame, node: ast.ClassDef, name: str) -> str:
    return f"{outer.function.qualified}.{node.name}.{name}"


def _is_field(call: ast.Call) -> bool:
    return ast.unparse(call.func).split(".")[-1] == "field"


def _field(low: Lowerer, name: str, call: ast.Call) -> dict[str, Any]:
    """The default of name: type = field(...), or what makes it."""
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    if "default" in options:
        return {name: expressions.lower(low, options["default"])}
    if "default_factory" in options:
        factory = expressions.lower(low, options["default_factory"])
        return {f"%{name}": factory}
    return {}


def default(low: Lowerer, place: Place, name: str) -> Any:
    """What makes the default of a field; None without one."""
    if f"%{name}" in place.values:
        return partial(calls.invoke, low, place.values[f"%{name}"], [], {})
    if name in place.values:
        return lambda: place.values[name]
    return None


__all__ = ["Place", "default", "define", "place_of"]
