"""Fields of dataclasses and named tuples, and what makes their defaults."""

from __future__ import annotations

import ast
import dataclasses
import enum
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, classes, definitions, enums, expressions, lineages
from adcompile.frontend import sources as s
from adcompile.frontend.names import part_of
from adcompile.frontend.signature import is_generated, record_fields
from adcompile.frontend.values import Identity, Name, Num, Obj, Struct, Value
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

IN_MAKING = dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]


def of_class(low: Lowerer, cls: Any) -> dict[str, Any] | None:
    """The fields of a dataclass or named tuple, each with its default (or None)."""
    if isinstance(cls, ast.ClassDef):
        return definitions.fields(low, cls) if definitions.records(cls) else None
    names = record_fields(cls)
    if names is None:
        return None
    given = making(low, cls)
    if given:
        names = tuple(name for name in cls.__dataclass_fields__ if name in (*names, *given))
    defaults: dict[str, Any] = dict.fromkeys(names)
    for name in names:
        factory = _factory(cls, name)
        if factory is not dataclasses.MISSING:
            defaults[name] = partial(_made, low, cls, name, factory)
        for found in _defaults(cls, name):
            defaults[name] = partial(_default, low, name, found)
    return defaults


def making(low: Lowerer, cls: Any) -> list[str]:
    """What a dataclass is given for its __post_init__ alone: scale: InitVar[float]."""
    if isinstance(cls, ast.ClassDef):
        noted = _annotated(low, cls)
        return [name for name, node in noted if "InitVar" in ast.unparse(node.annotation)]
    found = getattr(cls, "__dataclass_fields__", {})
    return [name for name, field in found.items() if field._field_type is IN_MAKING]


def _factory(cls: Any, name: str) -> Any:
    """The default_factory of a field."""
    fields = getattr(cls, "__dataclass_fields__", {})
    return fields[name].default_factory if name in fields else dataclasses.MISSING


def _made(low: Lowerer, cls: type, name: str, factory: Any) -> Value:
    """What the default_factory of a field makes, for this object alone."""
    if factory in (list, dict):
        return expressions.display(low, factory.__name__, [], [], low.here)
    scope, path = low.frame.function.scope, classes.own_path(cls)
    if not path or not isinstance(scope, s.LiveScope):
        raise low.rejection(
            None, f"the default of {name!r} is made by a function that is not found by the name "
            f"of the class; give {name!r} in the call", "ADC208",
        )  # fmt: skip
    way = f"{path}.__dataclass_fields__.{part_of(name)}.default_factory"
    return calls.invoke(low, low.of_entity(scope.lookup(way), way), [], {})


def _defaults(cls: Any, name: str) -> list[Any]:
    if dataclasses.is_dataclass(cls):
        field = cls.__dataclass_fields__.get(name)
        if field is not None and field.default is not dataclasses.MISSING:
            return [field.default]
    given = getattr(cls, "_field_defaults", {})
    return [given[name]] if name in given else []


def _default(low: Lowerer, name: str, value: Any) -> Value:
    """The default of a field: Python keeps the one that the class was made with."""
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        return Num(Lit(value))
    if isinstance(value, enum.Enum):
        return enums.of_key(enums.given_key(value))
    if type(value) is tuple:
        return Struct(tuple(_default(low, name, item) for item in value))
    raise low.rejection(
        None,
        f"the default of {name!r} is a {type(value).__name__}; give {name!r} in the call",
        "ADC208",
    )


def has_own_init(low: Lowerer, cls: Any) -> bool:
    """Has a dataclass, or a class below one, an __init__ that is written out?"""
    if not isinstance(cls, ast.ClassDef):
        return not is_generated(cls, "__init__")
    for each in lineages.line_of(cls):
        if any(isinstance(node, ast.FunctionDef) and node.name == "__init__" for node in each.body):
            return True
        if definitions.is_dataclass(each):
            return False
    return False


def maker(low: Lowerer, identity: Identity) -> str:
    """What makes an object like one that is given, by its attributes: its class, where that is
    known to be nothing but these.
    """
    record, cls = identity.record, identity.cls[0] if identity.cls else None
    if not record.startswith("type(") or (cls is not None and classes.is_named_tuple(identity)):
        return record
    plain = cls is not None and of_class(low, cls) is not None and not has_own_init(low, cls)
    if plain and classes.member(low, Obj(identity), "__post_init__") is None:
        return record
    return f"made{record[len('type') :]}"


def of_tuple(cls: Any) -> Collection[str]:
    """The fields of a named tuple."""
    return definitions.declared(cls) if isinstance(cls, ast.ClassDef) else cls._fields


def every(low: Lowerer, cls: Any, compared: bool = False) -> list[str]:
    """All fields of a dataclass, or those by which its objects are compared."""
    if isinstance(cls, ast.ClassDef):
        option = "compare" if compared else ""
        return [name for name, node in _annotated(low, cls) if not _says(node, option, "False")]
    return [field.name for field in dataclasses.fields(cls) if field.compare or not compared]


def _annotated(low: Lowerer, cls: ast.ClassDef) -> Iterator[tuple[str, ast.AnnAssign]]:
    """The fields in the bodies of a class of a file and of those above it."""
    yield from ((name, node) for name, (_, node) in definitions.declared(cls).items())


def _says(node: ast.AnnAssign, option: str, value: str) -> bool:
    """Has a field this option?"""
    given = node.value.keywords if isinstance(node.value, ast.Call) else []
    return any(each.arg == option and ast.unparse(each.value) == value for each in given)


def _by_place(low: Lowerer, cls: Any, names: Iterable[str]) -> list[str]:
    """The fields that a call may give by position."""
    if not isinstance(cls, ast.ClassDef):
        fields = getattr(cls, "__dataclass_fields__", {})
        return [name for name in names if name not in fields or not fields[name].kw_only]
    named: dict[str, None] = {}
    for each in definitions.records(cls):
        options = [mark.keywords for mark in each.decorator_list if isinstance(mark, ast.Call)]
        all_of_it = any(o.arg == "kw_only" and ast.unparse(o.value) == "True"
                        for given in options for o in given)  # fmt: skip
        behind = definitions.keywords_from(each)
        for name, node in definitions.annotated(each).items():
            later = all_of_it or node.lineno > behind
            alone = later and not _says(node, "kw_only", "False")
            if alone or _says(node, "kw_only", "True"):
                named[name] = None
    return [name for name in names if name not in named]


def filled(
    low: Lowerer, name: str, cls: Any, fields: dict[str, Any], args: list[Value],
    keywords: dict[str, Value],
) -> dict[str, Value]:  # fmt: skip
    """The values of the fields of a new dataclass or named tuple."""
    order = _by_place(low, cls, fields)
    if len(args) > len(order):
        raise low.rejection(
            None, f"{name} takes {len(order)} positional arguments, {len(args)} given", "ADC201"
        )
    given = {**dict(zip(order, args)), **keywords}
    for unknown in given:
        if unknown not in fields:
            raise low.rejection(None, f"{name} has no field {unknown!r}", "ADC201")
    for field, default in fields.items():
        if field not in given:
            if default is None:
                raise low.rejection(None, f"{name} needs {field!r}", "ADC201")
            given[field] = default()
    return {field: given[field] for field in fields}


def fill(
    low: Lowerer, made: Obj, name: str, cls: Any, args: list[Value], keywords: dict[str, Value]
) -> None:
    """What the __init__ that a dataclass or named tuple has by itself does with a new object."""
    given = filled(low, name, cls, of_class(low, cls) or {}, args, keywords)
    more = [given.pop(each) for each in making(low, cls)]
    low.state.items[made.identity].update(given)
    after = classes.member(low, made, "__post_init__")
    if after is not None:
        calls.inline(low, definitions.closure(after[1]), [made, *more], {})


def _fill(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """The __init__ of a dataclass, called for an object of a class below it."""
    cls, made, *rest = args
    if not isinstance(made, Obj) or not isinstance(cls, Name):
        raise low.rejection(None, "__init__ is called of what is no object", "ADC206")
    fill(low, made, cls.qualified, cls.obj, rest, keywords)
    return Num(NOTHING)


HANDLERS = {"%fields": _fill}


def are_filled_in(cls: Any) -> bool:
    """Has a class that is loaded, and no text of its __init__, that of a dataclass?"""
    own = isinstance(cls, type) and "__init__" in vars(cls) and is_generated(cls, "__init__")
    return own and dataclasses.is_dataclass(cls)


def parameters(low: Lowerer, function: Name) -> list[str] | None:
    """The fields of a dataclass or named tuple without defaults; None for other things."""
    found = of_class(low, function.obj) if classes.is_users(function.obj) else None
    if found is None or any(default is not None for default in found.values()):
        return None
    return list(found)
