"""np.vectorize(f)(x, y): an array of f(v, w), which is of floats where the first one is a float."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.frontend import expressions, sources, written
from adcompile.frontend.values import Closure, Name, Num, Partial, Value
from adcompile.rules.written import Written, vectorized
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

OPTIONS = ("pyfunc", "otypes", "doc")
FLOATS = ("d", "builtins.float", "numpy.float64", "numpy.double")


def _vectorize(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """np.vectorize(f, otypes=[float])"""
    given = dict(zip(OPTIONS, args)) | keywords
    for name in given:
        if name not in OPTIONS:
            _refuse(low, f"np.vectorize with {name}= is not known")
    if "pyfunc" not in given:
        _refuse(low, "np.vectorize without a function makes a decorator, which is not known")
    return _made(low, given["pyfunc"], given.get("otypes"))


def _made(low: Lowerer, function: Value, otypes: Value | None) -> Value:
    dtype: Value = Num(NOTHING)
    if otypes is not None and otypes != Num(NOTHING):
        types = _types(low, otypes)
        if len(types) != 1 or types[0] not in FLOATS:
            _refuse(low, "np.vectorize makes one array of floats here: otypes=[float]")
        dtype = Name("builtins.float")
    return Partial(Name("%vectorized"), (function, dtype), ())


def _types(low: Lowerer, otypes: Value) -> list[str]:
    """The names of the dtypes of the results."""
    if isinstance(otypes, Num) and isinstance(otypes.atom, Lit):
        return list(str(otypes.atom.value))
    items = expressions.static_items(low, otypes, None)
    return [item.qualified if isinstance(item, Name) else str(expressions.constant(low, item, None))
            for item in items]  # fmt: skip


def of_live(low: Lowerer, wrapped: Any) -> Value | None:
    """What an object that np.vectorize has made stands for; None for any other."""
    if not isinstance(wrapped, np.vectorize):
        return None
    if wrapped.signature is not None or wrapped.excluded:
        _refuse(low, "np.vectorize with signature= or excluded= is not known")
    otypes = None if wrapped.otypes is None else Num(Lit(wrapped.otypes))
    return _made(low, Closure(sources.of_callable(wrapped.pyfunc)), otypes)


def _refuse(low: Lowerer, what: str) -> None:
    raise low.rejection(
        None, f"{what}; call the function yourself, np.array([f(v) for v in x])", "ADC221"
    )


def _call(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """The function, of each of the elements."""
    if keywords or len(args) < 3:
        _refuse(low, "np.vectorize of a function of keywords is not known")
    function = vectorized.of_one if len(args) == 3 else vectorized.of_several
    return written.call(low, "numpy.vectorize", Written(function), args, {})


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "numpy.vectorize": _vectorize, "%vectorized": _call,
}  # fmt: skip
