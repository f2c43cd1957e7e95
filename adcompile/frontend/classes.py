"""Objects of the user's classes: their attributes are items, their methods ordinary functions.

A class is either live (the class itself is at hand) or the `ast.ClassDef` of a file that is only
read; both answer what a name of the class is.
"""

from __future__ import annotations

import ast
import builtins
import collections
import functools
import inspect
import types
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.errors import SourceError
from adcompile.frontend import (
    calls,
    class_values,
    customs,
    definitions,
    exceptions,
    fields,
    guessed,
    late,
    lineages,
    named_tuples,
    numbered,
    remembered,
)
from adcompile.frontend import sources as s
from adcompile.frontend.names import named, primal_of
from adcompile.frontend.objects import METACLASSES, is_record
from adcompile.frontend.signature import record_fields
from adcompile.frontend.values import (
    Bound,
    Closure,
    Identity,
    Name,
    Obj,
    Partial,
    Struct,
    Value,
)

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

HOME = "adcompile.rules.written."
Member = tuple[str, Any]
"""("method" | "property" | "cached" | "static" | "class", Function) or ("value", what is held)."""


def construct(
    low: Lowerer, function: Name, args: list[Value], keywords: dict[str, Value]
) -> Value | None:
    """A new object, or None where `function` is no class of the user's."""
    cls = function.obj
    if function.qualified == "types.SimpleNamespace" and not args:
        site = (low.frame.function.node, getattr(low.here, "lineno", 0),
                getattr(low.here, "col_offset", 0), "record")  # fmt: skip
        plain = Identity("record", site, "SimpleNamespace", low.build.loc)
        low.state.items[plain] = dict(keywords)
        return Obj(plain)
    if isinstance(cls, ast.ClassDef) or (isinstance(cls, type) and not customs.is_library(cls)):
        customs.check_making(low, cls, function.qualified.rpartition(".")[2])
    builtin = getattr(builtins, function.qualified.removeprefix("builtins."), None)
    cls = cls or (builtin if exceptions.is_exception(builtin) else None)
    raised = exceptions.is_exception(cls)
    if not is_users(cls) and not raised:
        return None
    name = function.qualified
    name = name if name.startswith("type(") else name.rpartition(".")[2]  # type(net.head)
    line, column = getattr(low.here, "lineno", 0), getattr(low.here, "col_offset", 0)
    site = (low.frame.function.node, line, column, "record")
    scope = low.class_scopes.setdefault(cls, low.frame.function.scope)  # one for all its objects
    identity = Identity("record", site, name, low.build.loc, (cls, scope))
    all_ = Struct(tuple(args))
    low.state.items[identity] = {"args": all_} if raised else {}
    made = Obj(identity)
    low.born[identity] = low.build.eqns
    low.listed = True
    class_values.begin(low, made)
    named = fields.of_class(low, cls)
    if named is not None and not fields.has_own_init(low, cls):
        fields.fill(low, made, name, cls, args, keywords)
        return _finished(low, made)
    start = member(low, made, "__init__")
    if start is not None:
        calls.inline(low, definitions.closure(start[1]), [made, *args], keywords)
    elif (args and not raised) or keywords:
        raise low.rejection(None, f"{name} takes no arguments", "ADC201")
    if raised:
        low.state.items[identity][exceptions.GIVEN] = all_
    return _finished(low, made)


def _finished(low: Lowerer, made: Obj) -> Obj:
    late.begin(low, made)
    return numbered.made(low, made)


def is_users(cls: Any) -> bool:
    """Is this a class whose text can be read?"""
    return isinstance(cls, ast.ClassDef) or _is_plain(cls)


def class_of(value: Value) -> Name | None:
    """The class of an object whose class is known."""
    if not isinstance(value, Obj) or not value.identity.cls:
        return None
    record = value.identity.record  # type(p) where p is an argument, which can be made anew
    if record.startswith("type("):
        return Name(record, value.identity.cls[0])
    return _as_name(value.identity)


def _is_plain(cls: Any) -> bool:
    """Is this a class written in Python, whose objects are nothing but their attributes?"""
    if not isinstance(cls, type) or cls.__module__ in ("builtins", "numpy", "math", "cmath"):
        return False
    if record_fields(cls) is not None:
        return True
    if customs.is_library(cls):
        return False
    return is_record(cls) or cls.__module__.startswith(HOME)  # or one of our own


def member(low: Lowerer, value: Obj, name: str, part: str = "") -> Member | None:
    """What a name of an object's class is; None where the class has no such name.

    `part` asks for the setter of a property: ".fset".
    """
    cls = value.identity.cls
    if cls is None:
        return None
    live, scope, *place = cls
    if isinstance(live, type):
        remembered.note_method(low, value.identity, live, name)
    if isinstance(live, ast.ClassDef):
        guessed.check_exact(low, value.identity, name)
        return definitions.member(low, live, name, part)
    return of_live(live, name, scope, place[0] if place else own_path(live), part)


def held(low: Lowerer, cls: Any, name: str) -> Any:
    """What a class holds under a name, no function; () where there is nothing of that kind."""
    if isinstance(cls, ast.ClassDef):
        found = None if cls.keywords else definitions.member(low, cls, name)
    else:
        found = of_live(cls, name, None, "") if type(cls) in METACLASSES else None
    return found[1] if found is not None and found[0] == "value" else ()


def own_path(cls: type) -> str:
    """The path of a class by its own name; "" where it is not found so."""
    qualified = f"{cls.__module__}.{cls.__qualname__}"
    return f"@{qualified}" if named(qualified) is cls else ""


WAYS = {"property": ".fget", "cached": ".func", "class": ".__func__", "static": "", "method": ""}


def is_left_to(low: Lowerer, value: Obj) -> bool:
    """Does NumPy leave an operator beside an array to this object?"""
    cls = value.identity.cls[0] if value.identity.cls else None
    if isinstance(cls, type):
        return getattr(cls, "__array_ufunc__", 0) is None or hasattr(cls, "__array_priority__")
    names = ("__array_ufunc__", "__array_priority__")
    found = [member(low, value, name) for name in names]
    return any(one is not None and one[0] == "value" for one in found)


def of_live(cls: type, name: str, scope: Any, path: str, part: str = "") -> Member | None:
    try:
        found = inspect.getattr_static(cls, name)
    except AttributeError:
        return None
    sort, function = _sorted(found)
    if part and sort:
        function = getattr(found, part[1:], None)
    if sort and function is not None:
        if path and isinstance(scope, s.LiveScope):
            entity = scope.lookup(f"{path}.{name}{part or WAYS[sort]}")
        else:
            entity = _source(function)
        if entity is None or isinstance(entity, s.Data):
            return None
        if sort == "static" or isinstance(entity, s.Function):
            return sort, entity
    if name.startswith("__"):
        return None
    return (
        ("static", s.Qualified(s.qualified_name(found), found))
        if callable(found)
        else ("value", found)
    )


def _sorted(found: Any) -> tuple[str, Any]:
    match found:
        case property():
            return "property", found.fget
        case functools.cached_property():
            return "cached", found.func
        case staticmethod():
            return "static", found.__func__
        case classmethod():
            return "class", found.__func__
    is_method = hasattr(type(found), "__get__") and isinstance(primal_of(found), types.FunctionType)
    return ("method", found) if is_method else ("", None)


def made_by(base: Name, name: str) -> Partial | None:
    """Class.name of a class of rules/written, where that makes an object, as Polynomial.fit; the
    __init__ that a dataclass has by itself.
    """
    if name == "__init__" and fields.are_filled_in(base.obj):
        return definitions.filling(base.obj)
    if not isinstance(base.obj, type) or not base.obj.__module__.startswith(HOME):
        return None
    found = of_live(base.obj, name, None, "")
    if found is None or found[0] != "class":
        return None
    return Partial(definitions.closure(found[1]), (base,), ())


@functools.cache
def of_ours(function: Any) -> Closure:
    """A function of a class of rules/written, which is one and the same wherever it is called."""
    return Closure(s.of_callable(function))


def _source(function: Any) -> s.Function | None:
    if (function.__module__ or "").startswith(HOME):
        found: s.Function = of_ours(function).function
        return found
    try:
        return s.of_callable(function)
    except SourceError:
        return None


def attribute(low: Lowerer, value: Obj, name: str) -> Value | None:
    """value.name, where the object itself has none: a property, a method, a class value."""
    if name in ("_replace", "_asdict") and is_named_tuple(value.identity):
        return Bound(value, name)
    if name == "__class__" and value.identity.cls is not None:
        return _as_name(value.identity)
    found = member(low, value, name)
    if found is None:
        return None
    sort, what = found
    if sort == "property":
        return calls.inline(low, definitions.closure(what), [value], {})
    if sort == "cached":
        return remembered.read(low, value, name, what)
    if sort == "value":
        changed = class_values.unknown(low, value.identity.cls[0], name)
        if changed is not None:
            return changed
        if isinstance(what, definitions.Written):
            return definitions.written_value(low, name, what)
        return class_value_of(low, value.identity.cls, name, what)
    if sort == "given" or (isinstance(what, Closure) and sort == "static"):
        return what
    return low.of_entity(what, name) if sort == "static" else Bound(value, name)


def must_have(low: Lowerer, identity: Identity, name: str) -> None:
    """Refuse what neither an object nor its class has."""
    cls = identity.cls[0] if identity.cls else None
    if customs.has_getattr(cls):
        customs.refuse(low, getattr(cls, "__name__", ""), "__getattr__", f"what .{name} means")
    if isinstance(cls, type) and inspect.getattr_static(cls, name, None) is None:
        raise low.rejection(None, f"a {cls.__name__} has no attribute {name!r} here", "ADC206")


def is_told(low: Lowerer, record: Obj, name: str) -> bool:
    """Does the object's class take care of what this attribute is assigned, or refuse it?"""
    return _is_property(low, record, name) or not takes(record.identity, name)


def _is_property(low: Lowerer, record: Obj, name: str) -> bool:
    found = member(low, record, name)
    return found is not None and found[0] == "property"


def set_property(low: Lowerer, record: Obj, name: str, value: Value) -> bool:
    """record.name = value, where a property of the class takes care of it."""
    if not _is_property(low, record, name):
        return False
    setter = member(low, record, name, ".fset")
    if setter is None or not isinstance(setter[1], (s.Function, Closure)):
        raise low.rejection(
            None,
            f"{name!r} is a property without a known setter; assign the attribute behind it",
            "ADC311",
        )
    calls.inline(low, definitions.closure(setter[1]), [record, value], {})
    return True


def class_value_of(low: Lowerer, cls: Any, name: str, value: Any) -> Value:
    """What a live class holds under a name, found by the class's path at every call."""
    live, scope, *place = cls
    if isinstance(scope, s.LiveScope):
        path = f"{place[0] if place else own_path(live)}.{name}"
        if not path.startswith(".") and scope.read(path) is value:
            return low.of_entity(scope.lookup(path), path)
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
    found = method_of(low, value, name)
    if found is None:
        return None
    return calls.inline(low, found[0], [found[1], *args], keywords or {})


def method_of(low: Lowerer, value: Value, name: str) -> tuple[Closure, Value] | None:
    """A method of an object and its first argument, None where its class has no such method."""
    if not (isinstance(value, Obj) and value.identity.form == "record"):
        return None
    found = member(low, value, name)
    if found is None or found[0] not in ("method", "class"):
        return None
    first = value if found[0] == "method" else _as_name(value.identity)
    return definitions.closure(found[1]), first


def _as_name(identity: Identity) -> Name:
    """The class of an object, as the first argument of a class method."""
    cls = identity.cls[0]
    return Name(s.qualified_name(cls) if isinstance(cls, type) else identity.record, cls)


def private(low: Lowerer, name: str) -> str:
    """The name that Python gives to self.__name in the class it is written in."""
    parts = low.frame.function.qualified.split(".")
    if not name.startswith("__") or name.endswith("__") or len(parts) < 2:
        return name
    return f"_{parts[-2].lstrip('_')}{name}"


def match_args(low: Lowerer, cls: Value) -> list[str]:
    """The attributes that the positions of a class pattern mean."""
    found = cls.obj if isinstance(cls, Name) else None
    if isinstance(found, ast.ClassDef):
        return list(fields.of_class(low, found) or {})
    given = getattr(found, "__match_args__", ())
    return [str(name) for name in given]


def is_named_tuple(identity: Identity) -> bool:
    """Is the object a tuple with names?"""
    cls = identity.cls[0] if identity.cls else None
    if isinstance(cls, ast.ClassDef):
        return any(map(named_tuples.is_one, lineages.line_of(cls)))
    return isinstance(cls, type) and issubclass(cls, tuple)


def compares_fields(identity: Identity) -> bool:
    """Is the object of a dataclass that compares by its fields?"""
    return _marked(identity, "eq")


def is_ordered(identity: Identity) -> bool:
    """Is the object of a dataclass that is less where its fields are?"""
    return _marked(identity, "order")


def is_frozen(identity: Identity) -> bool:
    """Is the object one whose attributes cannot be assigned?"""
    return is_named_tuple(identity) or _marked(identity, "frozen")


def takes(identity: Identity, name: str) -> bool:
    """May an attribute of this name be assigned to the object?"""
    if not is_frozen(identity):
        return True
    cls = identity.cls[0] if identity.cls else None
    if not is_named_tuple(identity) or name in fields.of_tuple(cls):
        return False
    if isinstance(cls, ast.ClassDef):
        return named_tuples.takes_attributes(lineages.line_of(cls))
    return bool(getattr(cls, "__dictoffset__", 0))


def _marked(identity: Identity, option: str) -> bool:
    """Has the dataclass of an object this option, which it has by itself if that is eq?"""
    cls = identity.cls[0] if identity.cls else None
    if isinstance(cls, ast.ClassDef):
        said = "eq=" if option == "eq" else f"{option}=True"
        made = next(filter(definitions.is_dataclass, lineages.line_of(cls)), None)
        marks = [] if made is None else [ast.unparse(mark) for mark in made.decorator_list]
        return any("dataclass" in m and (said in m) == (option != "eq") for m in marks)
    return bool(getattr(getattr(cls, "__dataclass_params__", None), option, False))


def has_no_equality(low: Lowerer, value: Obj) -> bool:
    """Does the class of an object leave == to Python, to which two objects are never equal?"""
    cls = value.identity.cls[0] if value.identity.cls else None
    if isinstance(cls, type):
        return all(getattr(cls, name) is getattr(object, name) for name in EQUALITY)
    if not isinstance(cls, ast.ClassDef) or not definitions.is_plain(cls):
        return False
    if is_named_tuple(value.identity) or any(member(low, value, name) for name in EQUALITY):
        return False
    marks = [mark for each in lineages.line_of(cls) for mark in each.decorator_list]
    return all("eq=False" in ast.unparse(mark) for mark in marks)


def is_instance(low: Lowerer, value: Obj, cls: Any, name: str) -> bool | None:
    """Is the object of this class, or of one derived from it?  None where that is not known."""
    own = value.identity.cls[0] if value.identity.cls else None
    if isinstance(own, type) and isinstance(cls, type):
        return issubclass(own, cls) or one_answer(_meant(own), _meant(cls)[0])
    if isinstance(own, ast.ClassDef):
        guessed.check_class(low, value.identity, cls)
        if isinstance(cls, ast.ClassDef):
            return cls in lineages.line_of(own)
        if cls is tuple and is_named_tuple(value.identity):
            return True
        return False if definitions.is_plain(own) and name.startswith("builtins.") else None
    guessed.check_class(low, value.identity, cls)
    return value.identity.record == name.rpartition(".")[2] or own is cls


EQUALITY = ("__eq__", "__ne__")
STANDING_FOR: dict[tuple[str, str], tuple[type, ...]] = {
    (f"{HOME}{module}", name): found
    for module, name, found in (
        ("queues", "Deque", (collections.deque,)), ("sets", "Set", (set, frozenset)),
        ("tables", "Table", (dict, collections.OrderedDict)),
        ("tables", "Default", (collections.defaultdict,)),
        ("tables", "Count", (collections.Counter,)),
        ("polynomial_classes", "Poly1d", (np.poly1d,)),
        ("polynomial_classes", "Polynomial", (np.polynomial.Polynomial,)),
    )
}  # fmt: skip
"""The classes of libraries that ours are written for."""


def _meant(cls: type) -> tuple[type, ...]:
    """A class, or those of a library that it stands for."""
    return STANDING_FOR.get((cls.__module__, cls.__name__), (cls,))


def one_answer(owns: Iterable[type], cls: type) -> bool | None:
    """Are objects of these classes instances of another one?  None where some are."""
    answers = {issubclass(own, cls) for own in owns}
    return answers.pop() if len(answers) == 1 else None
