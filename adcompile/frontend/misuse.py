"""What is no number where a number is needed: refused here, before Python raises when it runs."""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.errors import RejectedError
from adcompile.frontend import cases, memory, own_kinds, reached, texts
from adcompile.frontend.files import LIBRARIES
from adcompile.frontend.values import (
    Bound,
    Choice,
    Closure,
    Derivative,
    Maybe,
    Name,
    Num,
    Obj,
    Partial,
    Raises,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "matmul": "@", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "neg": "-", "pos": "+",
    "invert": "~",
}  # fmt: skip


def check_arithmetic(low: Lowerer, name: str, *operands: Value) -> None:
    """Refuse an operator on what is no number."""
    sign = SIGNS.get(name, name)
    raised_by_none(low, sign, *operands)
    for value in operands:
        check_number(low, value, sign)
    for value, other in zip(operands, reversed(operands)):
        known = isinstance(value, (Struct, Obj)) and not is_array(low, other)
        of_any_length = isinstance(kind_of(low, value), k.List)
        alone = known or (of_any_length and _is_plain(kind_of(low, other)))
        if alone and not _is_pair(low, name, value, other):
            raise _no_number(low, value, sign)
        kind = low.build.kind(value.atom) if isinstance(value, Num) else None
        unknown = _is_object(kind) and kind not in own_kinds.KINDS
        if unknown and k.is_real(kind_of(low, other)) and kind_of(low, other) != k.ANY:
            assert isinstance(kind, k.Opaque) and isinstance(value, Num)
            what = low.outside_calls.get(value.atom, "")
            what = f"what {what} gives" if what else f"a {kind.what}"
            raise low.rejection(
                None, f"{what} stands in an arithmetic with {sign}, and how it computes is "
                "not known; use its numbers, float(...), outside of the function", "ADC416",
            )  # fmt: skip
    if name == "matmul":
        for value in operands:
            kind = kind_of(low, value)
            if isinstance(kind, k.Scalar) or (isinstance(kind, k.Array) and kind.dims == ()):
                raise low.rejection(
                    None, "a number has no matrix product (@); use * for numbers", "ADC416"
                )


def raised_by_none(low: Lowerer, sign: str, *operands: Value) -> None:
    """On a path that may not be taken, None beside an operator raises what it raises in Python."""
    if not may_be_left_out(low) or not any(value == Num(NOTHING) for value in operands):
        return
    found = [_type_name(low, value) for value in operands]
    if None not in found:
        names = " and ".join(f"'{one}'" for one in found)
        what = f"'{sign}' not supported between instances of" if sign[0] in "<>" else (
            f"unsupported operand type(s) for {'** or pow()' if sign == '**' else sign}:"
        )  # fmt: skip
        raise Raises(f'raise TypeError("{what} {names}")')


def raised_by_number(low: Lowerer, value: Value, text: str) -> None:
    """Where it may not come to it, a number taken for a list raises what it raises in Python."""
    kind = low.build.kind(value.atom) if isinstance(value, Num) else None
    if isinstance(kind, k.Scalar):
        raised(low, "TypeError", text.format(kind.dtype))


def raised(low: Lowerer, error: str, text: Any) -> None:
    """Where it may not come to it, or is caught, what Python raises here is raised."""
    if may_be_left_out(low):
        raise Raises(f"raise {error}({text!r})")


def misfit(low: Lowerer, function: Any, refusal: str, text: str) -> RejectedError:
    """A call that does not fit a function: where it may not come to it, it raises as in Python."""
    name = "<lambda>" if isinstance(function.node, ast.Lambda) else function.name
    raised(low, "TypeError", f"{name}() {text}")
    return low.rejection(None, f"{function.name} {refusal}", "ADC201")


def raised_by_attribute(low: Lowerer, value: Value, attr: str) -> None:
    """Where it is caught, or may not come to it, numbers and arrays take no attribute of this name.
    """
    kind = kind_of(low, value) if isinstance(value, (Num, Ref)) else None
    if isinstance(kind, (k.Array, k.Any_, k.Scalar)) and not hasattr(np.ndarray, attr):
        name = "float" if isinstance(kind, k.Scalar) else "numpy.ndarray"
        raised(low, "AttributeError", f"{name!r} object has no attribute {attr!r}")


def check_truth(low: Lowerer, kind: k.Kind) -> None:
    """Refuse `if x:` of an array where it is sure to come to it; elsewhere that raises, if it must.
    """
    if not isinstance(kind, k.Array) or kind.rank in (None, 0):
        return
    if all(dim.is_one for dim in kind.dims or ()):
        return
    if not may_be_left_out(low):
        raise low.rejection(
            None, "an array has no single truth value; use np.any or np.all, or np.where", "ADC401"
        )
    reached.note_raise(low)


def may_be_left_out(low: Lowerer) -> bool:
    """May it be that what is lowered here is not reached, or caught where it raises?"""
    return bool(low.branches) or low.raising is not None


def _type_name(low: Lowerer, value: Value) -> str | None:
    """The type of a number, or None's, as Python's messages name it."""
    if value == Num(NOTHING):
        return "NoneType"
    return k.dtype_of(kind_of(low, value)) if isinstance(value, (Num, Ref)) else None


def check_unary(low: Lowerer, name: str, value: Value) -> None:
    """Refuse -x of what is no number and no array."""
    sign = SIGNS.get(name, name)
    check_number(low, value, sign)
    if isinstance(value, (Struct, Obj)) or isinstance(kind_of(low, value), (k.List, k.Tuple)):
        raise _no_number(low, value, sign)


def _no_number(low: Lowerer, value: Value, sign: str) -> RejectedError:
    return low.rejection(
        None, f"{_sequence(value)} stands in an arithmetic with {sign}, where Python knows "
        "numbers and arrays; make it an array: np.array(...)", "ADC416",
    )  # fmt: skip


def may_join(low: Lowerer, op: str, atoms: tuple[Atom, ...]) -> bool:
    """May + or * join or repeat lists, an operand being of unknown kind?

    A list of constants beside it stays one, and means what it means when it runs.
    """
    if op not in ("operator.add", "operator.mul"):
        return False
    lists = [atom for atom in atoms if isinstance(low.build.kind(atom), (k.List, k.Tuple))]
    if not lists or not any(low.build.kind(atom) == k.ANY for atom in atoms):
        return False
    if any(isinstance(arg, Var) for atom in lists for arg in _items(low, atom)):
        sign = SIGNS[op.rpartition(".")[2]]
        raise low.rejection(
            None, f"whether {sign} joins lists or computes with arrays is not known when "
            "compiling: annotate the parameters, or write np.array(...)", "ADC405",
        )  # fmt: skip
    return True


def _items(low: Lowerer, atom: Atom) -> tuple[Atom, ...]:
    eqn = low.build.definition(atom)
    return eqn.args if eqn is not None else (atom,)


def check_number(low: Lowerer, value: Value, where: str) -> None:
    """Refuse a function, a module, a class, None or a text where a number is needed."""
    match value:
        case Name() if is_unread(value):
            raise low.rejection(None, unread(value), "ADC402")
        case Closure() | Name() | Bound() | Partial() | Derivative() | Choice():
            raise low.rejection(
                None, f"{named(value)} is used as a number (with {where}); {way_out(value)}",
                "ADC402",
            )  # fmt: skip
        case Num(atom) if atom == NOTHING:
            raise low.rejection(
                None, f"None is used as a number (with {where}); does a function that is called "
                "here return nothing?", "ADC416",
            )  # fmt: skip
        case Num() if texts.is_text(low, value):
            raise low.rejection(
                None, f"a text is used as a number (with {where}); convert it with float(...)",
                "ADC416",
            )  # fmt: skip
        case Obj(identity) if identity.form in ("dict", "record"):
            what = f"a {identity.record}" if identity.cls is not None else f"a {identity.form}"
            raise low.rejection(
                None, f"{what} is used as a number (with {where}), and its class has no method for "
                "that; use what it holds", "ADC416",
            )  # fmt: skip


def check_dtype(low: Lowerer, atom: Atom) -> None:
    """Refuse arrays of texts, of dates and of records."""
    value = atom.value if isinstance(atom, Lit) else None
    text = value.rpartition(".")[2] if isinstance(value, str) else ""
    records = isinstance(value, tuple) or isinstance(low.build.kind(atom), (k.List, k.Tuple))
    words = text in ("str", "str_", "bytes", "bytes_", "S") or text.startswith(("U", "<U"))
    dates = text.startswith(DATES)
    if records or words or dates:
        what = "records" if records else "dates" if dates else "texts"
        raise low.rejection(
            None, f"an array of {what} has no derivative; keep numbers in arrays of their own, "
            "such as a dictionary of arrays", "ADC417",
        )  # fmt: skip


DATES = ("datetime64", "timedelta64", "M8", "m8", "<M8", "<m8")
CLASSES = {"bool": 0, "int": 1, "float32": 2, "float": 2, "complex": 3}
NUMBERS = ("truths", "integers", "floats", "complex numbers")


def must_be_real(low: Lowerer, dtype: Atom, result: Atom) -> None:
    """Ask, where a dtype comes from an argument, that it is none of integers, which are data."""
    kind = low.build.kind(dtype)
    if isinstance(dtype, Lit) or (isinstance(kind, k.Opaque) and kind.what.startswith("dtype")):
        return
    text = "an array of integers is made here, by a dtype that is not known when compiling"
    line = "if getattr(getattr(_0_, 'dtype', None), 'kind', 'f') not in 'fc':\n"
    low.build.apply_many("mem.effect", (Lit(f"{line}    raise TypeError({text!r})"), result), ())


def must_take(low: Lowerer, array: Atom, result: Atom) -> None:
    """Refuse what += and the like raise for; note what they do where only the run can tell."""
    dtypes = [k.dtype_of(low.build.kind(atom)) for atom in (array, result)]
    old, new = (None if dtype is None else CLASSES[dtype] for dtype in dtypes)
    if old is not None and new is not None and old < new:
        text = f"an array of {NUMBERS[old]} cannot take {NUMBERS[new]} in place"
        raised(low, "TypeError", text)
        raise low.rejection(None, f"NumPy raises here: {text}", "ADC310")
    doubtful = dtypes[0] in (None, "complex") or (new is None and dtypes[0] in ("bool", "int"))
    if doubtful and isinstance(array, Var) and isinstance(result, Var):
        low.updated[result] = array


def check_index(low: Lowerer, atom: Atom) -> None:
    """Refuse a real number as an index or a count."""
    kind = low.build.kind(atom)
    if isinstance(kind, k.List) and kind.frozen:
        raise low.rejection(
            None, "how many items the tuple has that is an index here is not known when compiling; "
            "an array of indices is a list: list(...)", "ADC408",
        )  # fmt: skip
    if isinstance(kind, k.Tuple):
        found = any(_is_fraction(item) for item in kind.items)
    else:
        found = _is_fraction(kind)
    if found:
        raise low.rejection(
            None, "a real number is used where Python needs an integer; round it: int(...)",
            "ADC415",
        )  # fmt: skip


def check_bools(low: Lowerer, index: Atom) -> None:
    """Refuse one bool among the places of an array, where it is no place but a mask of no axes."""
    kind = low.build.kind(index)
    if k.BOOL in (kind.items if isinstance(kind, k.Tuple) else (kind,)):
        raise low.rejection(
            None, "one bool among the places of an array is a mask of no axes, and no place; "
            "int(...) makes a place of it, and `if` or np.where decides", "ADC415",
        )  # fmt: skip


def _is_fraction(kind: k.Kind) -> bool:
    if isinstance(kind, k.Array):
        return kind.dims is not None and kind.dtype in ("float", "float32", "complex")
    return isinstance(kind, k.Scalar) and kind.dtype in ("float", "float32", "complex")


def named(value: Value) -> str:
    """A function, module or class in the user's words."""
    match value:
        case Closure(function):
            name = function.node.name if hasattr(function.node, "name") else "lambda"
            return f"the function {name}"
        case Name(qualified) if is_module(value):
            return f"the module {qualified}"
        case Name(qualified):
            text = qualified.removeprefix("builtins.")
            own = getattr(builtins, text, value.obj)
            return f"the {'class' if isinstance(own, type) else 'function'} {text}"
        case Bound(name=name):
            return f"the method or attribute {name}"
        case Obj(identity) if identity.form == "record":
            return f"the object {identity.record}"
        case Maybe(value=inner):
            return f"{'a tuple' if isinstance(inner, Struct) else 'something'} that may be None"
        case Partial() | Derivative() | Choice():
            return "a function"
    return "this"


def is_unread(value: Name) -> bool:
    """Is this a name that was imported from what is not read?"""
    head, _, rest = value.qualified.partition(".")
    return value.obj is None and bool(rest) and head not in (*LIBRARIES, *sys.stdlib_module_names)


def unread(value: Name) -> str:
    return (
        f"what {value.qualified} is is not known: no file of that module stands beside this one, "
        "and nothing is imported to compile; make it a parameter, or write its value in this file"
    )


def way_out(value: Value) -> str:
    """What to do with what is no number."""
    match value:
        case Bound(name=name) if not callable(getattr(np.ndarray, name, len)):
            return "of arrays x.shape, x.size, x.ndim, x.dtype and x.dtype.itemsize can be read"
        case Name() if is_module(value):
            return "use what it holds"
    return "call it"


def is_module(value: Value) -> bool:
    return isinstance(value, Name) and (
        type(value.obj).__name__ == "module" or "." not in value.qualified
    )


def _is_pair(low: Lowerer, name: str, value: Value, other: Value) -> bool:
    """Lists and tuples are joined by + and repeated by *."""
    if name == "add":
        known = isinstance(kind_of(low, other), k.Tuple) and isinstance(value, Struct)
        return known or isinstance(other, (Struct, Obj, Sequence, Range)) or _is_list(low, other)
    kind = kind_of(low, other)
    whole = isinstance(kind, k.Scalar) and kind.dtype in ("int", "bool")
    return name == "mul" and (whole or kind == k.ANY)


def _is_plain(kind: k.Kind | None) -> bool:
    """Is this a number of Python's, which takes no list?"""
    return isinstance(kind, k.Scalar) and kind.strong is False


def _sequence(value: Value) -> str:
    return "a tuple" if isinstance(value, Struct) else "a list"


def kind_of(low: Lowerer, value: Value | None) -> k.Kind | None:
    """The kind of a number, an array or a list; None where it is not known, or is none of these."""
    if isinstance(value, Num):
        return low.build.kind(value.atom)
    if isinstance(value, Ref) and not value.path and value.storage not in low.state.stale:
        if value.storage.cases is None:
            return low.build.kind(low.state.current[value.storage])
        if not any(storage in low.state.stale for storage in cases.storages(value)):
            with low.build.block():
                return low.build.kind(memory.atom_of(low, value))
    return low.build.kind(value.atom) if isinstance(value, Ref) and value.atom else None


def _is_list(low: Lowerer, value: Value) -> bool:
    return isinstance(value, Ref) and isinstance(kind_of(low, value), (k.List, k.Any_))


def is_array(low: Lowerer, value: Value) -> bool:
    """May it be an array?  A number that NumPy has made takes lists and tuples, too."""
    kind = kind_of(low, value)
    made = isinstance(kind, k.Scalar) and kind.strong is True
    return made or (isinstance(value, Ref) and not isinstance(kind, k.List))


def _is_object(kind: k.Kind | None) -> bool:
    return isinstance(kind, k.Opaque) and kind not in (k.STRING, k.NONE, k.UNDEFINED_KIND)
