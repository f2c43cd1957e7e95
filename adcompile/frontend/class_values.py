"""What a class holds for its objects until they have values of their own.

    class Counted:                      c = Counted()           c.calls = 0 from the start
        calls = 0                =>     for v in x:
        def call(self, v):                  c.calls += 1
            self.calls += 1

Where an object gets such a value in a branch or a loop, another attempt gives it to all objects of
the class when they are made.

Counted.made += 1 counts for all who use the class.  A derivative does not count: what it computes
does not depend on it, for whoever reads the count is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from adcompile.frontend import classes, definitions, expressions, lineages
from adcompile.frontend.values import Again, Name, Num, Obj, Poison, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def _key(value: Obj) -> tuple[str, Any]:
    return "held", _same(value.identity.cls[0])


def _same(cls: Any) -> Any:
    """What a class is in every attempt."""
    return getattr(cls, "text", cls) if isinstance(cls, ast.ClassDef) else cls


def begin(low: Lowerer, made: Obj) -> None:
    """Give a new object what an earlier attempt has found that it must have."""
    for name in low.learned.get(_key(made), {}):
        value = classes.attribute(low, made, name)
        if value is not None:
            low.state.items[made.identity][name] = value


def settle(low: Lowerer, record: Obj, name: str) -> None:
    """Before record.name = value: begin again where it may have none yet, and the class has."""
    identity = record.identity
    if name in low.state.items[identity] or not identity.cls:
        return
    if low.born.get(identity) is low.build.eqns or name in low.learned.get(_key(record), {}):
        return
    found = classes.member(low, record, name)
    if found is None or found[0] not in ("value", "given"):
        return
    if isinstance(classes.attribute(low, record, name), Num):
        low.learned.setdefault(_key(record), {})[name] = None
        raise Again


COUNTED = "counted"


def counts(low: Lowerer, node: ast.AugAssign) -> bool:
    """Class.name += value, of a number that the class holds: nothing is done, but to its value."""
    match node.target:
        case ast.Attribute(value=ast.Name() | ast.Attribute(attr="__class__") as base, attr=name):
            pass
        case ast.Attribute(value=ast.Call(func=ast.Name("type"), args=[_]) as base, attr=name):
            pass
        case _:
            return False
    counted = is_counted(low, expressions.lower(low, base), name)
    if counted:
        expressions.lower(low, node.value)
    return counted


def is_counted(low: Lowerer, cls: Value, name: str) -> bool:
    """Is this a number that a class holds?  From then on nobody reads it."""
    if not isinstance(cls, Name) or not classes.is_users(cls.obj):
        return False
    found = classes.held(low, cls.obj, name)
    if isinstance(found, definitions.Written):
        found = found.node.value if isinstance(found.node, ast.Constant) else ()
    if not isinstance(found, (int, float)):
        return False
    counted = low.learned.setdefault((COUNTED, name), {})
    if _same(cls.obj) not in counted:
        counted[_same(cls.obj)] = None
        raise Again
    return True


def unknown(low: Lowerer, cls: Any, name: str) -> Poison | None:
    """What a count is that this function changes, where it is read of a class or its objects."""
    counted = low.learned.get((COUNTED, name), {}) if classes.is_users(cls) else {}
    for each in _lineage(cls) if counted else ():
        if _same(each) in counted:
            return Poison(
                f"what {name!r} of a class is, is changed by this function for all calls, which "
                "derivatives do not do; keep it in an object, or in a variable", "ADC311"
            )  # fmt: skip
        if _has_own(low, each, name):
            return None
    return None


def _lineage(cls: Any) -> Iterable[Any]:
    """A class and those above it, nearest first."""
    return lineages.line_of(cls) if isinstance(cls, ast.ClassDef) else cls.__mro__


def _has_own(low: Lowerer, cls: Any, name: str) -> bool:
    if isinstance(cls, ast.ClassDef):
        return definitions.own(low, cls, name) is not None
    return name in vars(cls)
