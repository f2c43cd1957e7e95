"""Attributes that a class computes once, and keeps: functools.cached_property.

    @cached_property            self.norm is an attribute from then on, where it is read first in
    def norm(self): ...         the block that has made the object; elsewhere it is computed at
                                every reading, and the object must not change after the first
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, definitions
from adcompile.frontend.values import Identity, Obj, Ref, Value

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
    low.computed[identity] = name
    for item in low.state.items[identity].values():
        if isinstance(item, Ref):
            low.computed[item.storage] = name


def note_method(low: Lowerer, identity: Identity, cls: type, name: str) -> None:
    """A method under functools.lru_cache remembers what it was for the object."""
    if isinstance(inspect.getattr_static(cls, name, None), functools._lru_cache_wrapper):
        note(low, identity, name)


def check(low: Lowerer, changed: Any) -> None:
    """Refuse to change what a class has computed something of, and kept that."""
    name = low.computed.get(changed)
    if name is not None:
        raise low.rejection(
            None, f"this changes an object, whose {name!r} Python has kept as it was before; read "
            f"{name!r} once, right where the object is made, or make it a property", "ADC121",
        )  # fmt: skip
