"""What Python computes once, and keeps: functools.cached_property, defaults, values of classes.

    @cached_property            self.norm is an attribute from then on, where it is read first in
    def norm(self): ...         the block that has made the object; elsewhere it is computed at
                                every reading, and the object must not change after the first

    def f(x, seen=[]): ...      of a file that is only read, such values are made at every reading,
                                and must not change at all
"""

from __future__ import annotations

import ast
import functools
import inspect
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, definitions
from adcompile.frontend.values import Identity, Obj, Ref, Struct, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def read(low: Lowerer, record: Obj, name: str, function: Any) -> Value:
    """record.name, which is kept."""
    identity = record.identity
    value = calls.inline(low, definitions.closure(function), [record], {})
    if low.born.get(identity) is low.build.eqns:
        low.state.items[identity][name] = value
    else:
        note(low, identity, name)
    return value


def note(low: Lowerer, identity: Identity, name: str) -> None:
    """What was computed of an object is computed again: it must stay as it is."""
    text = (
        f"this changes an object, whose {name!r} Python has kept as it was before; read {name!r} "
        "once, right where the object is made, or make it a property"
    )
    low.fixed[identity] = text
    for item in low.state.items[identity].values():
        if isinstance(item, Ref):
            low.fixed[item.storage] = text


def note_method(low: Lowerer, identity: Identity, cls: type, name: str) -> None:
    """A method under functools.lru_cache remembers what it was for the object."""
    if isinstance(inspect.getattr_static(cls, name, None), functools._lru_cache_wrapper):
        note(low, identity, name)


CACHES = ("lru_cache", "cache")


def returned(low: Lowerer, function: Any, value: Value) -> Value:
    """What a function returns, which a cache keeps for its other calls."""
    marks = [ast.unparse(m.func if isinstance(m, ast.Call) else m) for m in function.decorators]
    if any(mark.rpartition(".")[2] in CACHES for mark in marks):
        shared(low, value, f"what {function.name} returns, which its cache keeps")
    return value


def shared(low: Lowerer, value: Value, what: str) -> Value:
    """The value of a default or of a class, which is one and the same at every reading."""
    text = (
        f"this changes {what}, of which there is one for all calls and objects; make it where it "
        "is used, or pass it"
    )
    match value:
        case Obj(identity):
            low.fixed[identity] = text
            for item in low.state.items[identity].values():
                shared(low, item, what)
        case Ref(storage=storage):
            low.fixed[storage] = text
        case Struct(items):
            for item in items:
                shared(low, item, what)
    return value


def check(low: Lowerer, changed: Any) -> None:
    """Refuse to change what must stay as it is."""
    if changed in low.fixed:
        raise low.rejection(None, low.fixed[changed], "ADC121")
