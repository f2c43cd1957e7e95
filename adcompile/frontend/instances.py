"""isinstance: what a value is an instance of, as far as that is known when compiling.

A number is one of Python or of NumPy: v[0] is no int where v is an array of integers, nor is
v[0] > 0 a bool.  Which of them an argument is, is asked when it runs.
"""

from __future__ import annotations

import ast
import builtins
import collections
import sys
import types
import typing
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.frontend import (
    caught,
    choices,
    classes,
    definitions,
    expressions,
    guessed,
    memory,
    narrowed,
    packing,
    points,
)
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
FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, np.ufunc)
OTHERS: dict[str, tuple[type, ...]] = {
    "list": (list,), "tuple": (tuple,), "dict": (dict, collections.OrderedDict), "str": (str,),
    "NoneType": (type(None),), "range": (range,),
}  # fmt: skip
"""The classes that a value of a form may be of."""
NUMBERS = tuple(c for each in NUMPYS.values() for c in each)
EVERY = (np.ndarray, list, tuple, *PYTHONS.values(), *NUMBERS)
"""The classes that an argument of which nothing is known may be of."""
ASKED = ("builtins.int", "builtins.bool")
"""What numbers of Python are taken for, where a line of the emitted code asks whether they are."""
LISTS = ("builtins.list", "builtins.tuple")
"""What an argument without annotation may be besides a number or an array: that is asked."""
OF_PYTHON = tuple(f"numpy.{name}" for name in (
    "shape", "ndim", "size", "allclose", "array_equal", "array_equiv", "isscalar", "shares_memory",
    "iscomplexobj", "isrealobj",
))  # fmt: skip
"""What gives numbers of Python's own."""
REDUCING = ("sum", "prod", "mean", "max", "min", "std", "var", "dot", "vdot", "linalg.norm")
"""What gives a number, and no array without axes, where no axis is left."""
TRUTHS = ("operator.not_", "operator.is_", "operator.is_not", "operator.contains")


def isinstance_(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """isinstance(value, classes)"""
    tag = packing.tag_of(low, args[0])
    if tag is not None:
        return _of_each(low, args, tag, keywords, hint)
    raised = caught.is_instance(low, args[0], args[1])
    if raised is not None:
        return raised
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


def _of_each(
    low: Lowerer, args: list[Value], tag: packing.Tag, keywords: dict[str, Value], hint: str
) -> Value:
    """isinstance of one of several objects: a question for its class."""
    answers: dict[int, bool] = {}
    for number, text in narrowed.texts(low, args[0], tag):
        state, low.state = low.state, low.state.copy()
        with low.build.block():
            one = packing.filled(low, args[0], tag, text)
            answer = isinstance_(low, [one, args[1]], keywords, hint)
        low.state = state
        assert isinstance(answer, Num) and isinstance(answer.atom, Lit)
        answers[number] = bool(answer.atom.value)
    if len({*answers.values()}) == 1:
        return Num(Lit(answers.popitem()[1]))
    selector = memory.atom_of(low, memory.element(low, args[0], Lit(0)))
    cases = [(Lit(n), partial(Num, Lit(answer))) for n, answer in answers.items()]
    found = choices.one_of(low, selector, list(cases), hint)
    narrowed.note(low, args[0], found, answers)
    return found


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
    form, cls = _form(low, value), class_named(wanted)
    if isinstance(value, (Closure, Name, Derivative, Bound)):
        return _of_function(value, cls) if name.startswith(NOT_KNOWN) else False
    if form is None:
        return _of_any(cls) if _may_be_array(low, value) and isinstance(cls, type) else None
    if name == "numpy.ndarray":
        return form == "ndarray"
    if form == "ndarray" and isinstance(cls, type):
        return _of_array(low, value, cls) if name.startswith(NOT_KNOWN) else False
    if isinstance(wanted.obj, ast.ClassDef) and not wanted.obj.keywords:
        return False if definitions.is_plain(wanted.obj) else None
    if not isinstance(cls, type):
        return None if name.startswith(NOT_KNOWN) else False
    if form in OTHERS:
        return classes.one_answer(OTHERS[form], cls)
    return _of_number(low, value, cls)


def _of_any(cls: type) -> bool | None:
    """Is what is a number or an array, of any kind, or a list, an instance of this class?"""
    if issubclass(cls, np.ndarray):  # it may be one of these
        return None
    return classes.one_answer(EVERY, cls)


def _of_function(value: Value, cls: Any) -> bool | None:
    """Is a function, or a class, an instance?"""
    if not isinstance(cls, type):
        return None
    if not isinstance(value, Name):
        return classes.one_answer(FUNCTIONS, cls)
    found = class_named(value)
    return isinstance(found, cls) if callable(found) else None


def _of_array(low: Lowerer, value: Value, cls: type) -> bool | None:
    """Is an array an instance?  It may be of any class of arrays."""
    if issubclass(cls, np.ndarray):
        return None
    return classes.one_answer(classes_of(low, value) or (), cls)


def classes_of(low: Lowerer, value: Value) -> tuple[type, ...] | None:
    """The classes of which a number, an array or a structure may be; None where that is open."""
    form = _form(low, value)
    if form is None:
        return EVERY if _may_be_array(low, value) else None
    if form == "ndarray":
        kind = low.build.kind(memory.atom_of(low, value))
        numbers = NUMPYS.get(str(k.dtype_of(kind)), NUMBERS)
        return (np.ndarray,) if getattr(kind, "dims", None) else (np.ndarray, *numbers)
    if form in OTHERS:
        return OTHERS[form]
    if form not in NUMPYS:
        return None
    own = _is_numpys(low, memory.atom_of(low, value))
    mine = [PYTHONS[form]] if own is not True and form in PYTHONS else []
    return (*mine, *(NUMPYS[form] if own is not False else ()))


def all_classes_of(low: Lowerer, value: Value) -> tuple[type, ...] | None:
    """These, with arrays where it may be one without axes that is taken for a number."""
    found = classes_of(low, value)
    atom = value.atom if isinstance(value, Num) else None
    kind = None if atom is None else low.build.kind(atom)
    if found is None or atom is None or not isinstance(kind, k.Scalar):
        return found
    if kind.strong is True and kind.dtype in NUMPYS:
        found = NUMPYS[kind.dtype]
    return found if _is_no_array(low, atom) else (*found, np.ndarray)


def class_named(wanted: Name) -> Any:
    """The class that a name stands for: at hand, of a file, or of a library; None for all else."""
    module, _, name = wanted.qualified.rpartition(".")
    found = getattr(sys.modules.get(module), name, None) if wanted.obj is None else wanted.obj
    return typing.get_origin(found) or found  # typing.Iterable is collections.abc.Iterable


def _of_number(low: Lowerer, value: Value, cls: type) -> bool | None:
    """Is a number of this type, Python's or NumPy's, an instance?"""
    return classes.one_answer(classes_of(low, value) or (), cls)


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


def is_scalar(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """np.isscalar(value), where it is known: numbers and texts, and no array without axes."""
    if len(args) != 1 or keywords or isinstance(args[0], Obj):
        return None
    if isinstance(args[0], Struct):
        return Num(Lit(False))
    if not isinstance(args[0], (Num, Ref)):
        return None
    atom = memory.atom_of(low, args[0])
    match low.build.kind(atom):
        case k.Array(_, dims) if dims:
            return Num(Lit(False))
        case k.List() | k.Dict() | k.Tuple() | k.NONE:
            return Num(Lit(False))
        case k.STRING:
            return Num(Lit(True))
        case k.Scalar() if _is_no_array(low, atom):
            return Num(Lit(True))
    return None


def _is_no_array(low: Lowerer, atom: Atom) -> bool:
    """Is a number known to be no array without axes: one of Python's, or by what has made it?"""
    if atom in low.points:
        return False
    if getattr(low.build.kind(atom), "strong", None) is False:
        return True
    eqn = low.build.definition(atom)
    if eqn is None:
        return isinstance(atom, Lit) or atom in low.origins
    if eqn.op == "mem.getitem":
        listed = not isinstance(low.build.kind(eqn.args[0]), k.Array)
        return not listed and not points.has_ellipsis(low, eqn.args[1])
    if eqn.op.startswith("numpy."):
        name = eqn.op.removeprefix("numpy.")
        return isinstance(getattr(np, name, None), np.ufunc) or name in REDUCING
    return eqn.op.startswith("operator.")


def is_complex(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """np.iscomplexobj(value), where it is known."""
    if len(args) != 1 or keywords or not isinstance(args[0], (Num, Ref)):
        return None
    kind = low.build.kind(memory.atom_of(low, args[0]))
    if not isinstance(kind, (k.Scalar, k.Array)) or kind.dtype is None:
        return None
    return Num(Lit(kind.dtype == "complex"))


def is_real(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """np.isrealobj(value), where it is known."""
    known = is_complex(low, args, keywords, hint)
    return known and Num(Lit(known == Num(Lit(False))))


HANDLERS = {
    "builtins.isinstance": isinstance_, "numpy.isscalar": is_scalar,
    "numpy.iscomplexobj": is_complex, "numpy.isrealobj": is_real,
}  # fmt: skip
