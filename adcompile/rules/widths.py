"""The type of a value which is known only when the program runs.

    widths.as_wide(x, like)       x, its floats as wide as those of `like`, in the same places
    widths.as_real(x, like)       x where `like`, a value or a dtype, is complex, else its real part
    widths.as_columns(x, like)    x as a matrix of one column where `like` is a vector

    widths.unbroadcast_like(x, like)    x summed to the shape of `like`, its floats as wide
    widths.broadcast_like(x, like)      the number x in the shape of `like`, as wide as its floats
"""

from __future__ import annotations

from adcompile.rules.table import linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom


def add_rows() -> None:
    linear("y = widths.as_wide(x, like)", "y_bar", None, kind=_as_wide, view="maybe")
    linear("y = widths.as_real(x, like)", "y_bar", None, kind=_as_real, view="maybe")
    back = "np.reshape(y_bar, np.shape(x))"
    linear("y = widths.as_columns(x, like)", back, None, kind=_as_columns, view="maybe")
    spread, summed = "np.broadcast_to(y_bar, np.shape(x))", "mem.unbroadcast(y_bar, np.shape(x))"
    linear("y = widths.unbroadcast_like(x, like)", spread, None, kind=_shaped_as, view="maybe")
    linear("y = widths.broadcast_like(x, like)", summed, None, kind=_shaped_as, view="always")


def _as_wide(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    dtype = "complex" if k.dtype_of(kinds[1]) == "complex" else None
    match kinds[0]:
        case k.Scalar():
            return k.number(dtype, None)
        case k.Array(_, dims):
            return k.Array(dtype, dims)
        case k.Any_():
            return k.Any_(dtype)
    return kinds[0]


def _shaped_as(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    dtype = "complex" if "complex" in map(k.dtype_of, kinds) else None
    match kinds[1]:
        case k.Scalar():
            return k.number(dtype, None)
        case k.Array(_, dims):
            return k.Array(dtype, dims)
    return k.Any_(dtype)


def _as_real(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    like = k.named_dtype(kinds[1]) or k.dtype_of(kinds[1])
    dtype = "complex" if like == "complex" else None  # on some path
    match kinds[0]:
        case k.Array(_, dims):
            return k.Array(dtype, dims)
        case k.Scalar() if dtype:
            return k.Scalar(dtype)
    return k.Any_(dtype)


def _as_columns(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    return k.Array(k.dtype_of(kinds[0]))


def may_be_wide(kind: k.Kind | None, any_complex: bool) -> bool:
    """May this be of another width than its kind says, where there are values of float32?

    A number that a path has left as Python's is, and what is made of it; complex numbers are, where
    there are `any_complex`.
    """
    match kind:
        case k.Scalar(dtype, _, strong):
            given = dtype == "float" and strong is not False
            return given or (any_complex and dtype == "complex")
        case k.Array(dtype, _) | k.Any_(dtype):
            return dtype in (None, "float") or (any_complex and dtype == "complex")
        case k.Tuple(items):
            return any(may_be_wide(item, any_complex) for item in items)
        case k.List(item) | k.Dict(item):
            return may_be_wide(item, any_complex)
    return False
