"""super().name: what a name is in the classes above that of the method which is lowered."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, classes, definitions, exceptions, fields
from adcompile.frontend.names import Names, part_of
from adcompile.frontend.values import Closure, Name, Obj, Partial, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

NOT_KNOWN = "super() is known in methods of live classes only"
NOTHING = Partial(Name("%nothing"), (), ())  # what object.__init__ does


def of_super(low: Lowerer, node: ast.expr) -> Value | None:
    """A method with its object, what a property gives, or what the class holds; None for all else
    than super().name.
    """
    match node:
        case ast.Attribute(value=ast.Call(func=ast.Name("super"), args=[]), attr=name):
            pass
        case _:
            return None
    live, arguments = low.frame.function.live, low.frame.function.node.args
    order = [*arguments.posonlyargs, *arguments.args]
    first = low.state.names[low.frame.number].get(order[0].arg) if order else None
    if not isinstance(first, Obj) or first.identity.cls is None:
        raise low.rejection(node, NOT_KNOWN, "ADC206")
    low.at(node)
    if live is None:
        return _written(low, node, first, name)
    cls = Names(live).read("__class__")
    if not isinstance(cls, type):
        raise low.rejection(node, NOT_KNOWN, "ADC206")
    return _live(low, node, first, cls, name)


def _written(low: Lowerer, node: ast.expr, first: Obj, name: str) -> Value:
    """Of a class of a file, or of one made inside a function."""
    own = first.identity.cls[0]
    found = definitions.above(low, own, name) if isinstance(own, ast.ClassDef) else None
    if found is None and name == "__init__" and isinstance(own, ast.ClassDef):
        return NOTHING
    value = None if found is None else _taken(low, first, name, found)
    if value is None and found is not None and found[0] in ("value", "given"):
        given = found[1]
        is_written = isinstance(given, definitions.Written)
        return definitions.written_value(low, name, given) if is_written else given
    if value is None:
        raise low.rejection(node, NOT_KNOWN, "ADC206")
    return value


def _live(low: Lowerer, node: ast.expr, first: Obj, cls: type, name: str) -> Value:
    """Of a class that is there, by the order in which it looks for names."""
    own, scope, *place = first.identity.cls
    path = place[0] if place else classes.own_path(own)
    above = list(own.__mro__)
    for number in range(above.index(cls) + 1, len(above)):
        base = above[number]
        if name not in vars(base):
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
            low.state.items[first.identity].pop("args", None)
            return NOTHING
        if value is not None:
            return value
        break
    else:
        if name == "__init__":
            return NOTHING
    raise low.rejection(
        node, f"{name!r} is no method of the classes above {cls.__name__}", "ADC206"
    )


def _taken(low: Lowerer, first: Obj, name: str, found: tuple[str, Any]) -> Value | None:
    """What the object makes of a method or a property; None for a value."""
    sort, what = found
    if sort in ("method", "class"):
        return Partial(definitions.closure(what), (first,), ())
    if sort == "fields":
        return definitions.filling(what, first)
    if sort == "property":
        return calls.inline(low, definitions.closure(what), [first], {})
    if sort == "static":
        return what if isinstance(what, Closure) else low.of_entity(what, name)
    return None


__all__ = ["of_super"]
