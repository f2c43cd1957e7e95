"""Objects that a function has made and returns: the emitted module knows their class.

    class Fit(NamedTuple):              class Fit(NamedTuple):
        slope: float                        slope: float
        error: float             =>         error: float

        def ratio(self): ...

A file's class stands there with its fields, and without what else it has.  A module that is made
for functions at hand makes objects of the very class.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import classes, fields, guessed
from adcompile.frontend import sources as s
from adcompile.frontend.values import Identity, Obj, Struct, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

PLAIN = ("float", "int", "bool", "str", "complex")


def check(low: Lowerer, value: Value, node: ast.AST) -> None:
    """Refuse what emitted code cannot make: an object of a class that is more than its fields."""
    items: list[Value] = []
    if isinstance(value, Struct):
        items = list(value.items)
    elif isinstance(value, Obj):
        record = value.identity.record
        if record == "dict":
            raise low.rejection(
                node, "a dictionary whose keys are known at run time only cannot be returned; "
                "return list(d.values()), or what stands at known keys", "ADC210"
            )
        guessed.whole(low, value.identity)
        guessed.check_whole(low, value.identity)
        new = value.identity.form == "record" and not record.startswith("type(")
        if new and not _define(low, value.identity):
            raise low.rejection(
                node, f"a {record} made here cannot be returned, whose class is no dataclass and "
                "no named tuple that is nothing but its fields; return a tuple or dict", "ADC210"
            )
        items = list(low.state.items[value.identity].values())
    for item in items:
        check(low, item, node)


def _define(low: Lowerer, identity: Identity) -> bool:
    """Have the emitted module know the class of an object; False where it is more than its fields.
    """
    cls = identity.cls[0] if identity.cls else None
    known = fields.of_class(low, cls) if classes.is_users(cls) else None
    if known is None or list(known) != list(low.state.items[identity]):
        return False
    if fields.has_own_init(low, cls) or classes.member(low, Obj(identity), "__post_init__"):
        return False
    if isinstance(cls, type) and isinstance(low.function.scope, s.LiveScope):
        path = classes.own_path(cls)
        if path and low.exceptions.setdefault(identity.record, path) != path:
            return False
    text = _text(identity.record, cls, list(known), classes.is_named_tuple(identity))
    name = "NamedTuple" if classes.is_named_tuple(identity) else "dataclass"
    low.constants[f"from {name}"] = (
        f"from {'typing' if name == 'NamedTuple' else 'dataclasses'} import {name}"
    )
    same = low.constants.setdefault(f"class {identity.record}", text) == text
    return same and identity.record not in low.trees


def _text(name: str, cls: Any, names: list[str], is_tuple: bool) -> str:
    """The definition of a class with these fields."""
    notes = _notes(cls)
    body = "\n".join(f"    {field}: {notes.get(field, 'object')}" for field in names)
    if is_tuple:
        return f"class {name}(NamedTuple):\n{body or '    pass'}"
    return f"@dataclass\nclass {name}:\n{body or '    pass'}"


def _notes(cls: Any) -> dict[str, str]:
    """What a class of a file says of its fields, where that needs no name of the file."""
    body = cls.body if isinstance(cls, ast.ClassDef) else []
    return {
        node.target.id: ast.unparse(node.annotation)
        for node in body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        and isinstance(node.annotation, ast.Name) and node.annotation.id in PLAIN
    }  # fmt: skip
