"""Attributes that objects get after they were made, where it is not known which of them have one.

    for p in ps:                    every P is made with a force that is not there yet, and what
        p.force = -p.x      =>      says so; another attempt does that, and where the attribute is
    for p in ps:                    read:
        s += p.force                    if not p[3]:
                                            raise AttributeError("'P' object has no ...")
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import memory, misuse, operations
from adcompile.frontend.values import Again, Identity, Name, Num, Obj, Ref, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

EMPTY = {"bool": False, "int": 0, "float": 0.0, "complex": 0j}
YES, NO = Num(Lit(True)), Num(Lit(False))
Form = tuple[Any, ...]  # a dtype and how many axes, or what the items of a tuple are like


def settle(low: Lowerer, record: Obj, name: str, value: Value) -> None:
    """Before record.name = value of an object of a list: begin again, where it has no such name."""
    listed = record.identity in low.state.places or record.identity in low.unpacked
    if listed and name not in low.state.items[record.identity]:
        learn(low, record.identity, name, value)


def learn(low: Lowerer, identity: Identity, name: str, value: Value) -> None:
    """Begin again with objects that are made with this attribute, if that was not done yet."""
    key, form = _key(identity), _form(low, value)
    if key is None or form is None:
        return
    known: dict[str, Form] = low.learned.setdefault(key, {})
    if known.get(name) != form and name not in known:
        known[name] = form
        raise Again


def met(
    merger: Any, identity: Identity, left: dict[Any, Value], right: dict[Any, Value]
) -> None:
    """Where two paths meet, of which one has given an object an attribute."""
    for number, (mine, other) in enumerate(((left, right), (right, left))):
        for name in [name for name in mine if name not in other and identity.form == "record"]:
            merger.inside_of(number, partial(learn, merger.low, identity, name, mine[name]))


def in_a_loop(
    low: Lowerer, identity: Identity, before: dict[Any, Value], now: dict[Any, Value]
) -> None:
    """Where the turns of a loop give an object an attribute."""
    for name in [name for name in now if name not in before]:
        learn(low, identity, name, now[name])
    low.reject(
        None, "this object gets an attribute inside a loop that it did not have before; set it "
        "where the object is made", "ADC307"
    )  # fmt: skip


def begin(low: Lowerer, made: Obj) -> None:
    """Give a new object the attributes that it may get later."""
    key, items = _key(made.identity), low.state.items[made.identity]
    for name, form in low.learned.get(key, {}).items():
        items[_flag(name)] = YES if name in items else NO
        items.setdefault(name, _empty(low, form))


def noted(low: Lowerer, record: Obj, name: str) -> None:
    """After record.name = value."""
    items = low.state.items[record.identity]
    if _flag(name) in items:
        items[_flag(name)] = YES


def has(low: Lowerer, record: Obj, name: str) -> Value:
    """Has an object of the user's this attribute itself?"""
    items = low.state.items[record.identity]
    return items.get(_flag(name), YES) if name in items else NO


def perhaps(low: Lowerer, value: Value, name: str) -> Value | None:
    """hasattr, of an object that may have got an attribute since it was made."""
    if not isinstance(value, Obj) or _flag(name) not in low.state.items[value.identity]:
        return None
    memory.check_fresh(low, value.identity)
    found = low.state.items[value.identity][_flag(name)]
    return found if isinstance(found, Num) and not isinstance(found.atom, Lit) else None


def check(low: Lowerer, record: Obj, name: str) -> None:
    """Where an attribute may not be there yet, what reads it raises as in Python."""
    found = low.state.items[record.identity].get(_flag(name))
    if not isinstance(found, Num) or isinstance(found.atom, Lit):
        return
    if low.asserted.get(found.atom) is not low.build.eqns:
        low.asserted[found.atom] = low.build.eqns
        line = f"if not _0_:\n    raise AttributeError({_missing(record, name)!r})"
        low.build.apply_many("mem.effect", (Lit(line), found.atom), ())


def raised(low: Lowerer, record: Obj, name: str) -> None:
    """Where it may not come to it, what is not there yet raises."""
    if _flag(name) in low.state.items[record.identity]:
        misuse.raised(low, "AttributeError", _missing(record, name))


def _missing(record: Obj, name: str) -> str:
    return f"{record.identity.record!r} object has no attribute {name!r}"


def _flag(name: str) -> str:
    return f"has {name}"


def _key(identity: Identity) -> tuple[str, Any] | None:
    """The class of an object that the program makes, which is the same in every attempt."""
    cls = identity.cls[0] if identity.cls else None
    own = isinstance(cls, type) and cls.__module__.startswith("adcompile.")
    if cls is None or own:
        return None
    return "late", getattr(cls, "text", cls) if isinstance(cls, ast.ClassDef) else cls


def _form(low: Lowerer, value: Value) -> Form | None:
    """What a filler has to be like."""
    if isinstance(value, Struct):
        items = [_form(low, item) for item in value.items]
        return None if None in items else ("tuple", *items)
    if isinstance(value, Obj) and value.identity.form == "record":
        return ("object",)
    if not isinstance(value, (Num, Ref)):
        return None
    match low.build.kind(memory.atom_of(low, value)):
        case k.Scalar(dtype) if dtype in EMPTY:
            return str(dtype), 0
        case k.Array(dtype, dims) if dtype in EMPTY and dims:
            return str(dtype), len(dims)
    return None


def _empty(low: Lowerer, form: Form) -> Value:
    if form[0] == "tuple":
        return Struct(tuple(_empty(low, item) for item in form[1:]))
    if form[0] == "object":
        return Num(NOTHING)
    dtype, axes = form
    if not axes:
        return Num(Lit(EMPTY[dtype]))
    shape = Struct((Num(Lit(0)),) * axes)
    return operations.apply(low, "numpy.zeros", [shape], {"dtype": Name(f"builtins.{dtype}")})
