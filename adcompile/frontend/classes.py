"""Objects of the user's classes: their attributes are items, their methods ordinary functions.

A class is either live (the class itself is at hand) or the `ast.ClassDef` of a file that is only
read; both answer what a name of the class is.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import types
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.errors import SourceError
from adcompile.frontend import calls, expressions
from adcompile.frontend import sources as s
from adcompile.frontend.names import named
from adcompile.frontend.signature import record_fields
from adcompile.frontend.values import Bound, Closure, Identity, Name, Num, Obj, Struct, Value
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Member = tuple[str, Any]
"""("method" | "property" | "static" | "class", Function) or ("value", what the class holds)."""


def construct(
    low: Lowerer, function: Name, args: list[Value], keywords: dict[str, Value]
) -> Value | None:
    """A new object, or None where `function` is no class of the user's."""
    cls = function.obj
    if not (isinstance(cls, ast.ClassDef) or _is_plain(cls)):
        return None
    name = function.qualified.rpartition(".")[2]
    line, column = getattr(low.here, "lineno", 0), getattr(low.here, "col_offset", 0)
    site = (low.frame.function, line, column, "record")
    identity = Identity("record", site, name, low.build.loc, (cls, low.frame.function.scope))
    low.state.items[identity] = {}
    made = Obj(identity)
    fields = _fields(low, cls)
    if fields is not None:
        low.state.items[identity].update(_filled(low, name, fields, args, keywords))
        after = member(low, made, "__post_init__")
        if after is not None:
            calls.inline(low, Closure(after[1]), [made], {})
        return made
    start = member(low, made, "__init__")
    if start is not None:
        calls.inline(low, Closure(start[1]), [made, *args], keywords)
    elif args or keywords:
        raise low.rejection(None, f"{name} takes no arguments", "ADC201")
    return made


def _is_plain(cls: Any) -> bool:
    """Is this a class written in Python, whose objects are nothing but their attributes?"""
    if not isinstance(cls, type) or cls.__module__ in ("builtins", "numpy", "math"):
        return False
    if record_fields(cls) is not None:
        return True
    bases = [base for base in cls.__mro__ if base is not object]
    return type(cls) is type and all(
        isinstance(vars(base).get("__dict__"), types.GetSetDescriptorType)
        or base.__dict__.get("__module__") == cls.__module__
        for base in bases
    )


def _fields(low: Lowerer, cls: Any) -> dict[str, Any] | None:
    """The fields of a dataclass or named tuple, each with its default (or None)."""
    if isinstance(cls, ast.ClassDef):
        marks = [ast.unparse(d) for d in cls.decorator_list] + [ast.unparse(b) for b in cls.bases]
        if not any("dataclass" in mark or "NamedTuple" in mark for mark in marks):
            return None
        return {
            node.target.id: partial(expressions.lower, low, node.value) if node.value else None
            for node in cls.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
    names = record_fields(cls)
    if names is None:
        return None
    defaults: dict[str, Any] = dict.fromkeys(names)
    for name in names:
        for found in _defaults(cls, name):
            defaults[name] = partial(_default, low, name, found)
    return defaults


def _defaults(cls: Any, name: str) -> list[Any]:
    if dataclasses.is_dataclass(cls):
        for field in dataclasses.fields(cls):
            if field.name == name and field.default is not dataclasses.MISSING:
                return [field.default]
            if field.name == name and field.default_factory is not dataclasses.MISSING:
                return [field.default_factory()]
    given = getattr(cls, "_field_defaults", {})
    return [given[name]] if name in given else []


def _default(low: Lowerer, name: str, value: Any) -> Value:
    """The default of a field: Python keeps the one that the class was made with."""
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        return Num(Lit(value))
    raise low.rejection(
        None,
        f"the default of {name!r} is a {type(value).__name__}; give {name!r} in the call",
        "ADC208",
    )


def _filled(
    low: Lowerer, name: str, fields: dict[str, Any], args: list[Value], keywords: dict[str, Value]
) -> dict[str, Value]:
    """The values of the fields of a new dataclass or named tuple."""
    if len(args) > len(fields):
        raise low.rejection(
            None, f"{name} takes {len(fields)} arguments, {len(args)} given", "ADC201"
        )
    given = {**dict(zip(fields, args)), **keywords}
    for unknown in given:
        if unknown not in fields:
            raise low.rejection(None, f"{name} has no field {unknown!r}", "ADC201")
    for field, default in fields.items():
        if field not in given:
            if default is None:
                raise low.rejection(None, f"{name} needs {field!r}", "ADC201")
            given[field] = default()
    return {field: given[field] for field in fields}


def member(low: Lowerer, value: Obj, name: str) -> Member | None:
    """What a name of an object's class is; None where the class has no such name."""
    cls = value.identity.cls
    if cls is None:
        return None
    live, scope = cls
    if isinstance(live, ast.ClassDef):
        return _of_definition(low, live, scope, name)
    return _of_live(live, name)


def _of_live(cls: type, name: str) -> Member | None:
    try:
        found = inspect.getattr_static(cls, name)
    except AttributeError:
        return None
    try:
        if isinstance(found, property):
            return "property", s.of_callable(found.fget)
        if isinstance(found, staticmethod):
            return "static", s.of_callable(found.__func__)
        if isinstance(found, classmethod):
            return "class", s.of_callable(found.__func__)
        if isinstance(found, types.FunctionType):
            return "method", s.of_callable(found)
    except SourceError:
        return None
    return None if callable(found) or name.startswith("__") else ("value", found)


def _of_definition(low: Lowerer, cls: ast.ClassDef, scope: Any, name: str) -> Member | None:
    function = low.frame.function
    for node in cls.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            qualified = f"{cls.name}.{name}"
            found = s.Function(name, node, function.file, function.text, scope, qualified)
            marks = [ast.unparse(d) for d in node.decorator_list]
            sort = {"property": "property", "staticmethod": "static", "classmethod": "class"}
            return next((sort[m] for m in marks if m in sort), "method"), found
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            return "value", node.value
    for base in cls.bases:
        entity = scope.lookup(ast.unparse(base))
        if isinstance(entity, s.Qualified) and isinstance(entity.obj, ast.ClassDef):
            found_in = _of_definition(low, entity.obj, scope, name)
            if found_in is not None:
                return found_in
    return None


def attribute(low: Lowerer, value: Obj, name: str) -> Value | None:
    """value.name, where the object itself has none: a property, a method, a class value."""
    found = member(low, value, name)
    if found is None:
        return None
    sort, what = found
    if sort == "property":
        return calls.inline(low, Closure(what), [value], {})
    if sort == "value":
        if isinstance(what, ast.expr):
            return expressions.lower(low, what)
        return _class_value(low, value.identity.cls[0], name, what)
    return Closure(what) if sort == "static" else Bound(value, name)


def _class_value(low: Lowerer, cls: type, name: str, value: Any) -> Value:
    """What a live class holds under a name, found by the class's own name at every call."""
    qualified = f"{cls.__module__}.{cls.__qualname__}.{name}"
    scope = low.frame.function.scope
    if isinstance(scope, s.LiveScope) and named(qualified) is value:
        return low.of_entity(scope.member(qualified), name)
    raise low.rejection(
        None,
        f"{name!r} of a class made inside a function is not known here; make it an attribute",
        "ADC209",
    )


def method(
    low: Lowerer,
    value: Value,
    name: str,
    args: list[Value],
    keywords: dict[str, Value] | None = None,
) -> Value | None:
    """The result of a method of an object, None where its class has no such method."""
    if not (isinstance(value, Obj) and value.identity.form == "record"):
        return None
    found = member(low, value, name)
    if found is None or found[0] not in ("method", "class"):
        return None
    identity = value.identity
    first = value if found[0] == "method" else Name(identity.record, identity.cls)
    return calls.inline(low, Closure(found[1]), [first, *args], keywords or {})


def is_instance(value: Obj, cls: Any, name: str) -> bool:
    """Is the object of this class, or of one derived from it?"""
    own = value.identity.cls[0] if value.identity.cls else None
    if isinstance(own, type) and isinstance(cls, type):
        return issubclass(own, cls)
    return value.identity.record == name.rpartition(".")[2] or own is cls


OPERATORS = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "truediv", "floordiv": "floordiv",
    "mod": "mod", "pow": "pow", "matmul": "matmul",
}  # fmt: skip


def operator(low: Lowerer, name: str, left: Value, right: Value) -> Value | None:
    """left <op> right by a method of either, None where neither has one."""
    found = method(low, left, f"__{name}__", [right])
    if found is None and name in OPERATORS:
        found = method(low, right, f"__r{name}__", [left])
    return None if found == Num(NOTHING) else found


def refuse_new(low: Lowerer, value: Value, node: ast.AST) -> None:
    """The user's classes are not imported by emitted code: only an argument's class can be made."""
    items: list[Value] = []
    if isinstance(value, Struct):
        items = list(value.items)
    elif isinstance(value, Obj):
        record = value.identity.record
        if value.identity.form == "record" and not record.startswith("type("):
            raise low.rejection(
                node, f"a {record} made here cannot be returned; return a tuple or dict", "ADC210"
            )
        items = list(low.state.items[value.identity].values())
    for item in items:
        refuse_new(low, item, node)
