"""What a class holds for its objects until they have values of their own.

    class Counted:                      c = Counted()           c.calls = 0 from the start
        calls = 0                =>     for v in x:
        def call(self, v):                  c.calls += 1
            self.calls += 1

Where an object gets such a value in a branch or a loop, another attempt gives it to all objects of
the class when they are made.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import classes
from adcompile.frontend.values import Again, Num, Obj

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def _key(value: Obj) -> tuple[str, Any]:
    cls = value.identity.cls[0]
    return "held", getattr(cls, "text", cls) if isinstance(cls, ast.ClassDef) else cls


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
