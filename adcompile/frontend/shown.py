"""str and repr of objects of the user's classes, for what is printed, logged or raised.

    print(p)        print(f'Particle(x={p_x!r})'), or what its __str__ or __repr__ returns
"""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from adcompile.frontend import (
    classes,
    definitions,
    fields,
    local_classes,
    memory,
    open_tuples,
    protocols,
    subscripts,
    texts,
)
from adcompile.frontend.lineages import line_of
from adcompile.frontend.signature import is_generated
from adcompile.frontend.values import Obj, Value
from adcompile.trace.ir import Atom

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def text(low: Lowerer, value: Obj, form: str = "str") -> Value:
    """str(value), or repr(value)."""
    for name in ("__str__", "__repr__") if form == "str" else ("__repr__",):
        found = classes.method(low, value, name, []) if _is_written(value, name) else None
        if found is not None:
            return found
    atoms: list[Atom] = []
    parts: list[str] = []
    for name in _fields(low, value):
        item = subscripts.attribute(low, value, name)
        conversion = "!r"
        if protocols.is_object(item):
            assert isinstance(item, Obj)
            item, conversion = text(low, item, "repr"), ""
        atoms.append(open_tuples.given(low, memory.atom_of(low, item)))
        parts.append(f"{name}={{_{len(atoms) - 1}_{conversion}}}")
    whole = f"{value.identity.record}({', '.join(parts)})"
    return texts.made(low, f"f{whole!r}", atoms)


def _is_written(value: Obj, name: str) -> bool:
    """Has the user written this method, and neither a dataclass nor a named tuple made it?"""
    cls = value.identity.cls[0] if value.identity.cls else None
    if not isinstance(cls, type):
        return True
    return not is_generated(cls, name) and getattr(cls, name).__module__ != "collections"


def _fields(low: Lowerer, value: Obj) -> list[str]:
    """What Python shows of a dataclass or a named tuple; other objects it shows by their place."""
    cls = value.identity.cls[0] if value.identity.cls else None
    if isinstance(cls, ast.ClassDef):
        line = line_of(cls)
        is_local = local_classes.place_of(cls) is not None
        plain = not is_local and all("repr=" not in ast.unparse(each) for each in line)
        is_one = any(map(definitions.is_dataclass, line))
    elif isinstance(cls, type):
        is_one = dataclasses.is_dataclass(cls)
        plain = cls.__qualname__ == value.identity.record and (
            not is_one or all(field.repr for field in dataclasses.fields(cls))
        )
    if cls is not None and plain and classes.is_named_tuple(value.identity):
        return [str(name) for name in low.state.items[value.identity]]
    if cls is not None and plain and is_one:
        return fields.every(low, cls)
    raise low.rejection(
        None, f"how Python shows a {value.identity.record} is not known when compiling: give its "
        "class a __repr__, or show its attributes", "ADC107",
    )  # fmt: skip
