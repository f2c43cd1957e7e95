"""isinstance: what a value is an instance of, as far as that is known when compiling.

A number is one of Python or of NumPy: v[0] is no int where v is an array of integers, nor is
v[0] > 0 a bool.  Which of them an argument is, is asked when it runs.
"""

from __future__ import annotations

import ast
import builtins
import collections
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.frontend import classes, definitions, expressions, guessed, memory, packing, points
from adcompile.frontend.values import (
    Bound,
    Closure,
    Derivative,
    Name,
    Num,
    Obj,
    Partial,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

NOT_KNOWN = ("numpy.", "typing.", "collections.", "abc.", "types.", "numbers.")
PYTHONS: dict[str, type] = {"float": float, "int": int, "bool": bool, "complex": complex}
NUMPYS: dict[str, tuple[type, ...]] = {
    "float": (np.float64,), "float32": (np.float32,), "bool": (np.bool_,),
    "complex": (np.complex128, np.complex64),
    "int": (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64),
}  # fmt: skip
OTHERS: dict[str, tuple[type, ...]] = {
    "list": (list,), "tuple": (tuple,), "dict": (dict, collections.OrderedDict), "str": (str,),
    "NoneType": (type(None),), "range": (range,),
}  # fmt: skip
"""The classes that a value of a form may be of."""
ASKED = ("builtins.int", "builtins.bool")
"""What numbers of Python are taken for, where a line of the emitted code asks whether they are."""
LISTS = ("builtins.list", "builtins.tuple")
"""What an argument without annotation may be besides a number or an array: that is asked."""
OF_PYTHON = tuple(f"numpy.{name}" for name in (
    "shape", "ndim", "size", "allclose", "array_equal", "array_equiv", "isscalar", "shares_memory",
    "iscomplexobj", "isrealobj",
))  # fmt: skip
"""What gives numbers of Python's own."""
TRUTHS = ("operator.not_", "operator.is_", "operator.is_not", "operator.contains")


def isinstance_(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """isinstance(value, classes)"""
    if packing.tag_of(low, args[0]) is not None:
        again = lambda one: isinstance_(low, [one, args[1]], keywords, hint)  # noqa: E731
        return packing.each(low, args[0], again, hint)
    if isinstance(args[0], Obj):
        guessed.whole(low, args[0].identity)
    wanted = (
        [args[1]] if isinstance(args[1], Name) else expressions.static_items(low, args[1], None)
    )
    known = {w.qualified: _is_instance(low, args[0], w) for w in wanted if isinstance(w, Name)}
    if any(known.values()):
        return Num(Lit(True))
    for name in known:
        word = name.removeprefix("builtins.")
        if known[name] is False and word in OTHERS:
            guessed.must_not_be(low, args[0], f"isinstance(_0_, {word})", f"a {word}")
    unknown = [name for name, answer in known.items() if answer is None]
    if unknown == ["numpy.ndarray"] and _may_be_array(low, args[0]):
        return Num(points.is_array(low, memory.atom_of(low, args[0])))
    if unknown and set(known) <= set(LISTS) and _may_be_array(low, args[0]):
        return _is_list(low, args[0], [name for name in LISTS if name in known])
    form = _form(low, args[0])
    asked = [name for name in unknown if name in ASKED and form in PYTHONS]
    if any(issubclass(PYTHONS[str(form)], getattr(builtins, name[9:])) for name in asked):
        return _asked(low, args[0], asked)
    if unknown:
        advice = _annotated(low, args[0], wanted)
        raise low.rejection(
            None, f"the type of this is not known when compiling; {advice}", "ADC405"
        )
    return Num(Lit(False))


def _is_list(low: Lowerer, value: Value, names: list[str]) -> Value:
    """Is something of which nothing is known a list, or a tuple?"""
    words = [name.removeprefix("builtins.") for name in names]
    which = words[0] if len(words) == 1 else f"({', '.join(words)})"
    test = low.build.apply(
        "mem.opaque", Lit(f"isinstance(_0_, {which})"), memory.atom_of(low, value)
    )
    low.build.kinds[test] = k.BOOL
    return Num(test)


def _asked(low: Lowerer, value: Value, names: list[str]) -> Value:
    """It is a number of Python; that is asked where it stands."""
    words = [name.removeprefix("builtins.") for name in names]
    which = words[0] if len(words) == 1 else f"({', '.join(words)})"
    text = f"this is no number of Python's own, as isinstance(..., {which}) needs it: make it one"
    line = f"if not isinstance(_0_, {which}):\n    raise TypeError({text!r})"
    low.build.apply_many("mem.effect", (Lit(line), memory.atom_of(low, value)), ())
    return Num(Lit(True))


def _annotated(low: Lowerer, value: Value, wanted: Iterable[Value]) -> str:
    """What to write so that the type is known."""
    place = low.origins.get(memory.atom_of(low, value)) if isinstance(value, (Num, Ref)) else None
    found = [w.qualified for w in wanted if isinstance(w, Name)]
    types = ("builtins.float", "builtins.int", "builtins.bool", "numpy.ndarray")
    name = next((name for name in found if name in types), "numpy.ndarray")
    text = name.removeprefix("builtins.").replace("numpy.", "np.")
    if place is None or len(place) > 1:
        return f"annotate the argument that it comes from, such as x: {text}"
    return f"annotate the argument: {place[0]}: {text}"


def _may_be_array(low: Lowerer, value: Value) -> bool:
    """Is this a number or an array, and which of them not known before it runs?"""
    if not isinstance(value, (Num, Ref)):
        return False
    return isinstance(low.build.kind(memory.atom_of(low, value)), k.Any_)


def _is_instance(low: Lowerer, value: Value, wanted: Name) -> bool | None:
    name = wanted.qualified
    if name == "builtins.object":
        return True
    if isinstance(value, Obj) and value.identity.form == "record":
        return classes.is_instance(low, value, class_named(wanted), name)
    if name in ("collections.abc.Callable", "typing.Callable"):
        return callable_value(value)
    if isinstance(value, (Closure, Name, Derivative, Bound)):
        return None if name.startswith(NOT_KNOWN) else False
    form, cls = _form(low, value), class_named(wanted)
    if form is None:
        return _of_any(cls) if _may_be_array(low, value) and isinstance(cls, type) else None
    if name == "numpy.ndarray":
        return form == "ndarray"
    if form == "ndarray" and isinstance(cls, type):
        return _of_any(cls) if name.startswith(NOT_KNOWN) else False
    if isinstance(wanted.obj, ast.ClassDef) and not wanted.obj.keywords:
        return False if definitions.is_plain(wanted.obj) else None
    if not isinstance(cls, type):
        return None if name.startswith(NOT_KNOWN) else False
    if form in OTHERS:
        return classes.one_answer(OTHERS[form], cls)
    return _of_number(low, value, form, cls)


def _of_any(cls: type) -> bool | None:
    """Is what is a number or an array, of any kind, or a list, an instance of this class?"""
    if issubclass(cls, np.ndarray):  # it may be one of these
        return None
    numbers = {own for each in NUMPYS.values() for own in each} | {*PYTHONS.values()}
    return classes.one_answer((np.ndarray, list, tuple, *numbers), cls)


def class_named(wanted: Name) -> Any:
    """The class that a name stands for: at hand, of a file, or of a library; None for all else."""
    if wanted.obj is not None:
        return wanted.obj
    module, _, name = wanted.qualified.rpartition(".")
    return getattr(sys.modules.get(module), name, None)


def _of_number(low: Lowerer, value: Value, form: str, cls: type) -> bool | None:
    """Is a number of this type, Python's or NumPy's, an instance?"""
    own = _is_numpys(low, memory.atom_of(low, value))
    mine = [PYTHONS[form]] if own is not True and form in PYTHONS else []
    return classes.one_answer([*mine, *(NUMPYS[form] if own is not False else ())], cls)


def _is_numpys(low: Lowerer, atom: Atom) -> bool | None:
    """Is a number one of NumPy's, and not of Python's own?"""
    if isinstance(atom, Lit):
        return False
    eqn = low.build.definition(atom)
    if eqn is None:
        return None
    if eqn.op == "mem.getitem":
        if isinstance(low.build.kind(eqn.args[0]), k.Array):
            return True
        shape = low.build.definition(eqn.args[0])
        return False if shape is not None and shape.op == "numpy.shape" else None
    if eqn.op in (*OF_PYTHON, *TRUTHS) or eqn.op.startswith(("math.", "lists.")):
        return False
    if eqn.op in ("builtins.len", "builtins.int", "builtins.bool", "builtins.float"):
        return False
    if eqn.op.startswith("numpy."):
        return True
    if not eqn.op.startswith("operator."):
        return None
    own = [_is_numpys(low, arg) for arg in eqn.args]
    return True if True in own else (None if None in own else False)


def _form(low: Lowerer, value: Value) -> str | None:
    """What a value is: a class of builtins, a dtype, or "ndarray"; None where that is not known."""
    match value:
        case Struct():
            return "tuple"
        case Obj(identity):
            return identity.form
        case Num(Lit(value=constant)):
            return type(constant).__name__
        case Range() | Sequence():
            return "range" if isinstance(value, Range) else None
        case Num() | Ref():
            pass
        case _:
            return None
    match low.build.kind(memory.atom_of(low, value)):
        case k.Scalar(dtype):
            return dtype
        case k.Array():
            return "ndarray"
        case k.List(_, frozen):
            return "tuple" if frozen else "list"
        case k.Dict():
            return "dict"
        case k.Tuple():
            return "tuple"
        case k.STRING:
            return "str"
        case k.NONE:
            return "NoneType"
    return None


def callable_value(value: Value) -> bool:
    """Can it be called?"""
    return isinstance(value, (Bound, Closure, Derivative, Name, Partial))


HANDLERS = {"builtins.isinstance": isinstance_}
