"""super().name: what a name is in the classes above that of the method which is lowered."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    calls,
    classes,
    definitions,
    exceptions,
    expressions,
    fields,
    lineages,
    misuse,
)
from adcompile.frontend.names import Names, part_of
from adcompile.frontend.values import UNKNOWN, Closure, Name, Num, Obj, Partial, Value
from adcompile.trace.ir import NOTHING as NONE

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

NOT_KNOWN = "super() is known in methods of live classes only"
NOTHING = Partial(Name("%nothing"), (), ())  # what the __init__ of an exception does
OBJECT = Partial(Name("%object"), (), ())  # what object.__init__ does


def of_super(low: Lowerer, node: ast.expr) -> Value | None:
    """A method with its object, what a property gives, or what the class holds; None for all else
    than super().name and super(Class, self).name.
    """
    match node:
        case ast.Attribute(value=ast.Call(func=ast.Name("super"), args=given), attr=name) if len(
            given
        ) in (0, 2):
            pass
        case _:
            return None
    low.at(node)
    cls, first = (expressions.lower(low, each) for each in given) if given else (None, _first(low))
    below = cls.obj if isinstance(cls, Name) else None
    low.at(node)
    own, scope, *place = _class(low, node, first)
    if isinstance(own, ast.ClassDef):
        return _written(low, node, first, own, below or definitions.around(low, own), name)
    live = low.frame.function.live
    below = Names(live).read("__class__") if live is not None and below is None else below
    if not isinstance(below, type) or below not in own.__mro__:
        raise low.rejection(node, NOT_KNOWN, "ADC206")
    path = place[0] if place else classes.own_path(own)
    return _live(low, node, first, (own, scope, path), below, name)


def _first(low: Lowerer) -> Value:
    """The first argument of the function."""
    arguments = low.frame.function.node.args
    order = [*arguments.posonlyargs, *arguments.args]
    return low.state.names[low.frame.number].get(order[0].arg, UNKNOWN) if order else UNKNOWN


def _class(low: Lowerer, node: ast.expr, first: Value) -> Any:
    """The class of an object, or the one that a class method is given; its scope and its path."""
    match first:
        case Obj(identity) if identity.cls is not None:
            return identity.cls
        case Name(obj=cls) if isinstance(cls, (type, ast.ClassDef)):
            return cls, low.class_scopes.get(cls, low.frame.function.scope)
    raise low.rejection(node, NOT_KNOWN, "ADC206")


def _written(
    low: Lowerer, node: ast.expr, first: Value, own: ast.ClassDef, below: Any, name: str
) -> Value:
    """Of a class of a file, or of one made inside a function."""
    found = None
    if below in lineages.line_of(own):
        found = definitions.above(low, own, below, name)
    if found is None and name == "__init__":
        return OBJECT if definitions.is_plain(own) else NOTHING
    value = None if found is None else _taken(low, first, name, found)
    if value is None and found is not None and found[0] in ("value", "given"):
        given = found[1]
        is_written = isinstance(given, definitions.Written)
        return definitions.written_value(low, name, given) if is_written else given
    if value is None:
        raise low.rejection(node, NOT_KNOWN, "ADC206")
    return value


def _live(
    low: Lowerer, node: ast.expr, first: Value, cls: tuple[type, Any, str], below: type, name: str
) -> Value:
    """Of a class that is there, by the order in which it looks for names."""
    own, scope, path = cls
    above = list(own.__mro__)
    for number in range(above.index(below) + 1, len(above)):
        base = above[number]
        if base is object or name not in vars(base):
            continue
        inner = f"{path}.__mro__.{part_of(number)}" if path else ""
        if path.startswith("@"):
            inner = classes.own_path(base)
        found = classes.of_live(base, name, scope, inner)
        value = None if found is None else _taken(low, first, name, found)
        if name == "__init__" and fields.are_filled_in(base):
            return definitions.filling(base, first)
        if value is None and found is not None and found[0] == "value":
            return classes.class_value_of(low, (base, scope, inner), name, found[1])
        if value is None and exceptions.is_exception(base) and name == "__init__":
            assert isinstance(first, Obj)
            low.state.items[first.identity].pop("args", None)
            return NOTHING
        if value is not None:
            return value
        break
    else:
        if name == "__init__":
            return OBJECT
    raise low.rejection(
        node, f"{name!r} is no method of the classes above {below.__name__}", "ADC206"
    )


def _of_object(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """object.__init__()"""
    if args or keywords:
        text = "takes exactly one argument (the instance to initialize)"
        misuse.raised(low, "TypeError", f"object.__init__() {text}")
        raise low.rejection(None, f"object.__init__() {text}: nothing is left to pass on", "ADC201")
    return Num(NONE)


def _taken(low: Lowerer, first: Value, name: str, found: tuple[str, Any]) -> Value | None:
    """What the object makes of a method or a property; None for a value."""
    sort, what = found
    if sort == "class" and isinstance(first, Obj):
        first = classes.class_of(first) or first
    if sort == "class" or (sort == "method" and isinstance(first, Obj)):
        return Partial(definitions.closure(what), (first,), ())
    if sort == "method":
        return definitions.closure(what)
    if sort == "fields":
        return definitions.filling(what, first)
    if sort == "property" and isinstance(first, Obj):
        return calls.inline(low, definitions.closure(what), [first], {})
    if sort == "static":
        return what if isinstance(what, Closure) else low.of_entity(what, name)
    return None


HANDLERS = {"%object": _of_object}
__all__ = ["HANDLERS", "of_super"]
