"""Calls of functions that rules/written holds: lowered like functions of the user's.

    np.cov(x)   =>   v1 = np.atleast_2d(x);  v2 = v1 - np.mean(v1, axis=1, keepdims=True);  ...

Equations made there, and refusals, have the place of the call.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, expressions, memory, sets, sources, tables
from adcompile.frontend.entities import Function
from adcompile.frontend.values import (
    Bound,
    Closure,
    Derivative,
    Name,
    Num,
    Obj,
    Partial,
    Ref,
    Struct,
    Value,
)
from adcompile.rules import shape_kinds as sk
from adcompile.rules import table
from adcompile.rules.written import Written, facts, functions
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

HOME = "adcompile.rules.written."
SEQUENCES = {
    "numpy.quantile": "several_quantiles",
    "numpy.percentile": "several_percentiles",
}
COMPUTED = ("span", "axes_of", "without", "ones", "beyond")


@cache
def _source(function: Callable[..., Any], depth: int = 0) -> Function:
    """The function with its source; where it is called within itself, `depth` times, another one:
    it is no recursion, for what is between is not the same."""
    if depth == 0:
        return sources.of_callable(function)
    first = _source(function)
    return replace(first, node=copy.deepcopy(first.node))


def is_ours(function: Any) -> bool:
    """Is this one of the functions written out here?"""
    return str(function.qualified).startswith(HOME)


def known(op: str) -> bool:
    return op in functions(op.partition(".")[0]) and not _is_users(op)


def _is_users(op: str) -> bool:
    return any(row.op == op for row in table.users_rows())


def find(op: str, args: list[Value], keywords: dict[str, Value]) -> Written | None:
    """The function that stands for this call, if one does."""
    written = functions(op.partition(".")[0])
    if not written or _is_users(op):
        return None
    if op in SEQUENCES and "method" in keywords:
        return written[f"{op}.by_method"]
    if op in SEQUENCES:
        q = args[1] if len(args) > 1 else keywords.get("q")
        return written[f"{op}.{SEQUENCES[op]}"] if _is_several(q) else None
    entry = written.get(op)
    return entry if entry is not None and entry.serves(len(args), list(keywords)) else None


def _is_several(value: Value | None) -> bool:
    match value:
        case Struct() | Obj():
            return True
        case Ref():
            return True
        case Num(Lit(value=constant)):
            return type(constant) is tuple
    return False


def call(
    low: Lowerer, op: str, entry: Written, args: list[Value], keywords: dict[str, Value]
) -> Value:
    """Lower the function here."""
    depth = sum(frame.function.live is entry.function for frame in low.stack)
    function = _source(entry.function, depth)
    return calls.inline(low, Closure(function), args, keywords)


# What is indexed in place of being called: np.mgrid[0:n, 0:m], np.r_[x, 0.0]

GRIDS = ("numpy.mgrid", "numpy.ogrid", "numpy.r_", "numpy.c_")
INDEXED = (*GRIDS, "numpy.s_", "numpy.index_exp")
"""The last two give the index as it is."""


def grid(low: Lowerer, op: str, index: Value) -> Value:
    """op[index]: a call with one argument an index."""
    parts = list(index.items) if isinstance(index, Struct) else [index]
    parts = [_grid_part(low, op, part) for part in parts]
    return call(low, op, functions()[op], parts, {})


def _grid_part(low: Lowerer, op: str, part: Value) -> Value:
    """A slice as its points, an imaginary step being how many; all else as it is."""
    made = low.build.definition(part.atom) if isinstance(part, Num) else None
    if made is None or made.op != "mem.slice":
        if isinstance(part, Num) and isinstance(part.atom, Lit) and type(part.atom.value) is str:
            raise low.rejection(None, f"{op}[...] with a text is not known", "ADC501")
        return part
    start, stop, step = (*made.args, Lit(None), Lit(None))[:3]
    first = Lit(0) if start == Lit(None) else start
    ends: list[Value]
    if isinstance(step, Lit) and isinstance(step.value, complex):
        ends = [Num(first), Num(stop), Num(Lit(round(abs(step.value))))]
        return calls.named(low, "numpy.linspace", Name("numpy.linspace"), ends, {}, "")
    ends = [Num(first), Num(stop), Num(Lit(1) if step == Lit(None) else step)]
    return calls.named(low, "numpy.arange", Name("numpy.arange"), ends, {}, "")


# Facts, known when compiling


def fact(low: Lowerer, name: str, args: list[Value]) -> Value:
    """The answer to one of the questions of rules/written/facts.py."""
    if name in tables.PLACES:
        return tables.place(low, name, args)
    if name == "new_table":
        return tables.make(low, [])
    if name == "new_set":
        return sets.make(low)
    if name in COMPUTED:
        values = [static(low, arg) for arg in args]
        return _value(getattr(facts, name)(*values))
    if name == "refuse":
        raise low.rejection(None, static(low, args[0]), "ADC503")
    if name == "must_be_floats":
        test = "isinstance(_0_, (float, np.floating))"
        line = f"if not {test}:\n    raise TypeError({static(low, args[1])!r})"
        low.build.apply_many("mem.effect", (Lit(line), _atom(low, args[0])), ())
        return Num(NOTHING)
    if name == "is_function":
        return _value(isinstance(args[0], (Closure, Name, Partial, Bound, Derivative)))
    if name == "is_sequence":
        return _value(isinstance(args[0], (Struct, Obj)))
    if name == "is_text":
        return _value(isinstance(args[0], Num) and isinstance(_atom(low, args[0]), Lit)
                      and type(static(low, args[0])) is str)  # fmt: skip
    if name == "is_none":
        return _value(args[0] == Num(NOTHING))
    if name in ("items", "count"):
        found = _items(low, args[0])
        return _value(len(found)) if name == "count" else Struct(tuple(found))
    kind = low.build.kind(_atom(low, args[0]))
    if name == "is_complex":
        return _value(k.dtype_of(sk.as_array(kind)) in ("complex", None))
    if name == "has_dtype":
        return _value(k.dtype_of(sk.as_array(kind)) is not None)
    if name == "is_weak":
        return _value(isinstance(kind, k.Scalar) and kind.strong is False)
    if name == "is_integer":
        return _value(k.dtype_of(sk.as_array(kind)) in ("int", "bool"))
    if name == "is_single":
        return _value(k.dtype_of(sk.as_array(kind)) == "float32")
    if name == "is_mask":
        return _value(k.dtype_of(sk.as_array(kind)) == "bool")
    if name == "is_number":
        return _value(sk.dims_of(kind) == ())
    dims = sk.dims_of(kind)
    if name == "is_matrix":
        return _value(dims is not None and len(dims) > 1)
    if name == "may_be_number":
        return _value(not dims)
    if dims is None:
        raise low.rejection(
            None, "the rank of an argument is not known: annotate the parameters", "ADC405"
        )
    return _value(len(dims))


def _items(low: Lowerer, value: Value) -> list[Value]:
    return expressions.static_items(low, value, None)


def _atom(low: Lowerer, value: Value) -> Atom:
    if isinstance(value, (Struct, Obj)):
        return memory.atom_of(low, expressions.make_list(low, _items(low, value)))
    return memory.atom_of(low, value)


def static(low: Lowerer, value: Value) -> Any:
    """The value of an argument that is known when compiling."""
    match value:
        case Struct(items):
            return tuple(static(low, item) for item in items)
        case Obj(identity) if identity.form == "list":
            return tuple(static(low, item) for item in _items(low, value))
        case Num(Lit(value=constant)):
            return constant
    raise low.rejection(None, "an argument must be known when compiling", "ADC405")


def _value(constant: Any) -> Value:
    if isinstance(constant, tuple):
        return Struct(tuple(_value(item) for item in constant))
    return Num(Lit(constant))


def asked(closure: Closure) -> str | None:
    """The question that a function of facts.py stands for."""
    qualified = str(closure.function.qualified)
    name = qualified.removeprefix(f"{HOME}facts.")
    return name if name != qualified and "." not in name else None


__all__ = ["GRIDS", "INDEXED", "asked", "call", "fact", "find", "grid", "is_ours", "known"]
