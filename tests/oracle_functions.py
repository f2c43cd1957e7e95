"""The functions of `np` and `math` on dual numbers, for the oracle.

Written by hand from textbooks and not from the compiler's rule table: that is their purpose.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from oracle_duals import (
    BINARY,
    METHODS,
    NUMPY,
    UNARY,
    Dual,
    FloatType,
    Operation,
    Unknown,
    absolute,
    binary,
    has_dual,
    is_dual,
    make,
    parts,
    plain,
    unary,
)


def np_array(value: Any, dtype: Any = None, copy: Any = True, **kwargs: Any) -> Any:
    """np.array; the parts of a nested list are put together apart."""
    v, d = parts(value)
    v = np.array(v, dtype=dtype)
    if v.dtype.kind not in "fc":
        return v
    d = np.broadcast_to(np.asarray(d), v.shape).astype(v.dtype)
    return Dual(v, d)  # also of rank zero: an array of its own


def asarray(value: Any, dtype: Any = None) -> Any:
    if is_dual(value) and isinstance(value.value, np.ndarray) and dtype in (None, value.dtype):
        return value
    return np_array(value, dtype)


def linear(name: str, count: int = 1) -> Callable[..., Any]:
    """A function that does the same to the value and to the derivative."""
    real = _resolve(name)

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        if has_dual(args) or has_dual(tuple(kwargs.values())):
            raise Unknown(f"{name}: an option that moves")
        value, dot = (
            parts(x) if not isinstance(x, (list, tuple)) or name not in SEQUENCES else x_parts(x)
        )
        values, dots = real(value, *args, **kwargs), real(dot, *args, **kwargs)
        if isinstance(values, (list, tuple)):
            return type(values)(make_view(v, d) for v, d in zip(values, dots, strict=True))
        return make_view(values, dots)

    return call


SEQUENCES = ("concatenate", "stack", "vstack", "hstack", "dstack", "column_stack", "block")


def x_parts(x: Any) -> tuple[list[Any], list[Any]]:
    pairs = [(plain(item), zeros_of(item)) for item in map(_sequence_item, x)]
    return [p[0] for p in pairs], [p[1] for p in pairs]


def _sequence_item(x: Any) -> Any:
    return np_array(x) if isinstance(x, (list, tuple)) else x


def zeros_of(x: Any) -> Any:
    return x.slope if is_dual(x) else np.zeros(np.shape(x))


def make_view(value: Any, dot: Any) -> Any:
    """A Dual over exactly these arrays: views stay views."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return Dual(value, dot)
    return make(value, dot)


def multilinear(name: str, first: int = 0) -> Callable[..., Any]:
    """A function that is linear in each operand: the product rule."""
    real = _resolve(name)

    def call(*args: Any, **kwargs: Any) -> Any:
        args = tuple(np_array(a) if isinstance(a, list) and has_dual(a) else a for a in args)
        value = real(*(plain(arg) for arg in args), **kwargs)
        dot: Any = np.zeros(np.shape(value))
        for number, arg in enumerate(args):
            if is_dual(arg):
                others = [plain(a) for a in args]
                others[number] = arg.slope
                dot = dot + real(*others, **kwargs)
        return make(value, dot)

    return call


def _resolve(name: str) -> Any:
    return operator.attrgetter(name)(np)


def over_several(call: Callable[..., Any], x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """A reduction over several axes, which are made one."""
    last = NUMPY["moveaxis"](x, axes, range(-len(axes), 0))
    kept, made_one = last.shape[: -len(axes)], math.prod(last.shape[-len(axes) :])
    result = call(NUMPY["reshape"](last, (*kept, made_one)), axis=-1)
    return NUMPY["expand_dims"](result, axes) if keepdims else result


def reduction(pick: Callable[..., Any]) -> Callable[..., Any]:
    """max or min: the derivative of the element that is taken."""

    def call(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        x = asarray(x) if not is_dual(x) else x
        if axis is None:
            where = int(pick(x.value))
            result = NUMPY["ravel"](x)[where]
            return NUMPY["reshape"](result, (1,) * x.ndim) if keepdims else result
        if isinstance(axis, tuple):
            return over_several(call, x, axis, keepdims)
        index = np.expand_dims(pick(x.value, axis=axis), axis)
        value, dot = (np.take_along_axis(part, index, axis) for part in (x.value, x.slope))
        result = make(value, dot)
        return result if keepdims else NUMPY["squeeze"](result, axis)

    return call


def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if isinstance(axis, tuple):
        return over_several(prod, x, axis, keepdims)
    value, dot = parts(x)
    if axis is None or np.ndim(value) == 0:
        flat, dots = np.ravel(value), np.ravel(dot)
        total = sum(dots[i] * np.prod(np.delete(flat, i)) for i in range(flat.size))
        result = make(np.prod(flat), total)
        return NUMPY["reshape"](result, (1,) * np.ndim(value)) if keepdims else result
    values, dots = np.moveaxis(value, axis, 0), np.moveaxis(dot, axis, 0)
    terms = [dots[i] * np.prod(np.delete(values, i, 0), 0) for i in range(len(values))]
    result = make(np.prod(values, 0), sum(terms))
    return NUMPY["expand_dims"](result, axis) if keepdims else result


def cumprod(x: Any, axis: Any = None) -> Any:
    x = NUMPY["ravel"](x) if axis is None else NUMPY["moveaxis"](x, axis, 0)
    rows = [prod(x[: i + 1], axis=0) for i in range(len(x))]
    return NUMPY["moveaxis"](NUMPY["stack"](rows), 0, 0 if axis is None else axis)


def sort(x: Any, axis: int = -1) -> Any:
    value, dot = parts(x)
    order = np.argsort(value, axis=axis, kind="stable")
    return make(np.take_along_axis(value, order, axis), np.take_along_axis(dot, order, axis))


def sort_in_place(x: Dual, axis: int = -1) -> None:
    x[...] = sort(x, axis)


def median(x: Any, axis: Any = None) -> Any:
    ordered = sort(NUMPY["ravel"](x)) if axis is None else NUMPY["moveaxis"](sort(x, axis), axis, 0)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else 0.5 * (ordered[half - 1] + ordered[half])


def var(x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    apart = x - NUMPY["mean"](x, axis=axis, keepdims=True)
    total = NUMPY["sum"](apart * apart, axis=axis, keepdims=keepdims)
    return total / (np.size(x.value) / np.size(plain(total)) - ddof)


def std(x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    return NUMPY["sqrt"](var(x, axis, ddof, keepdims))


def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    if weights is None:
        return NUMPY["mean"](x, axis=axis)
    return NUMPY["sum"](x * weights, axis=axis) / NUMPY["sum"](weights)


def where(cond: Any, *sides: Any) -> Any:
    if not sides:
        return np.where(plain(cond))
    (x, x_dot), (y, y_dot) = parts(sides[0]), parts(sides[1])
    return make(np.where(plain(cond), x, y), np.where(plain(cond), x_dot, y_dot))


def clip(x: Any, low: Any = None, high: Any = None, out: Any = None) -> Any:
    x = x if low is None else NUMPY["maximum"](x, low)
    x = x if high is None else NUMPY["minimum"](x, high)
    if out is None:
        return x
    NUMPY["copyto"](out, x)
    return out


def interp(x: Any, xp: Any, fp: Any) -> Any:
    points = plain(xp)
    place = np.clip(np.searchsorted(points, plain(x), side="right") - 1, 0, len(points) - 2)
    x = clip(x, points[0], points[-1])
    xp, fp = np_array(xp), np_array(fp)
    slope = (fp[place + 1] - fp[place]) / (xp[place + 1] - xp[place])
    return fp[place] + slope * (x - xp[place])


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord in (None, 2, "fro") and not (ord == 2 and axis is None and x.ndim == 2):
        total = NUMPY["sum"](absolute(x) ** 2, axis=axis, keepdims=keepdims)
        return NUMPY["sqrt"](total)
    if ord in (1, np.inf) and (x.ndim == 1 or isinstance(axis, int)):
        name = "sum" if ord == 1 else "max"
        return NUMPY[name](absolute(x), axis=axis, keepdims=keepdims)
    raise Unknown(f"linalg.norm with ord={ord!r}")


def solve(a: Any, b: Any) -> Any:
    (a_value, a_dot), (b_value, b_dot) = parts(a), parts(b)
    x = np.linalg.solve(a_value, b_value)
    return make(x, np.linalg.solve(a_value, b_dot - a_dot @ x + np.zeros(np.shape(b_value))))


def inv(a: Any) -> Any:
    value, dot = parts(a)
    y = np.linalg.inv(value)
    return make(y, -y @ dot @ y)


def _log_slope(a: Any) -> Any:
    value, dot = parts(a)
    return np.trace(np.linalg.solve(value, dot), axis1=-2, axis2=-1)


def det(a: Any) -> Any:
    value = np.linalg.det(plain(a))
    return make(value, value * _log_slope(a))


def slogdet(a: Any) -> Any:
    sign, value = np.linalg.slogdet(plain(a))
    return sign, make(value, _log_slope(a))


def _symmetric(dot: Any) -> Any:
    """The direction that is meant: only the lower triangle is read."""
    return np.tril(dot) + np.swapaxes(np.tril(dot, -1), -1, -2)


def cholesky(a: Any) -> Any:
    value, dot = parts(a)
    dot = _symmetric(dot)
    lower = np.linalg.cholesky(value)
    inverse = np.linalg.inv(lower)
    inner = np.tril(inverse @ dot @ np.swapaxes(inverse, -1, -2))
    inner = inner - 0.5 * inner * np.eye(inner.shape[-1])
    return make(lower, lower @ inner)


def _eigh(a: Any) -> tuple[Any, Any]:
    value, dot = parts(a)
    values, vectors = np.linalg.eigh(value)
    inner = vectors.T @ _symmetric(dot) @ vectors
    gaps = values[None, :] - values[:, None] + np.eye(len(values))
    mix = inner / gaps * (1.0 - np.eye(len(values)))
    return make(values, np.diag(inner).copy()), make(vectors, vectors @ mix)


def add_at_fill(x: Dual, value: Any) -> None:
    x[...] = value


def astype(x: Any, dtype: Any, **kwargs: Any) -> Any:
    value, dot = parts(x)
    new = np.asarray(value).astype(float if isinstance(dtype, FloatType) else dtype)
    return make(new, np.asarray(dot).astype(new.dtype)) if new.dtype.kind in "fc" else new


def like(name: str) -> Callable[..., Any]:
    """zeros_like and its kin: nothing moves, but the result may be written to."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        if has_dual(args):
            return call_full(x, *args)
        value = getattr(np, name)(plain(x), *args, **kwargs)
        return make(value, np.zeros(value.shape))

    def call_full(x: Any, fill: Any) -> Any:
        new = np.zeros_like(plain(x))
        result = Dual(new, np.zeros_like(new))
        result[...] = fill
        return result

    return call


def full(shape: Any, fill: Any, dtype: Any = None) -> Any:
    value, dot = parts(fill)
    value = np.full(shape, value, dtype)
    return make(value, np.full(shape, dot))


def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True) -> Any:
    steps = np.arange(num) / (num - 1 if endpoint else num)
    return start + (stop - start) * steps


def on_values(name: str) -> Callable[..., Any]:
    """A function whose result is made of integers or bools."""
    real = _resolve(name)

    def call(*args: Any, **kwargs: Any) -> Any:
        return real(*(plain(arg) for arg in args), **kwargs)

    return call


def pad(x: Any, width: Any, mode: str = "constant", constant_values: float = 0.0) -> Any:
    value, dot = parts(x)
    if mode != "constant":
        return make(np.pad(value, width, mode), np.pad(dot, width, mode))
    return make(np.pad(value, width, constant_values=constant_values), np.pad(dot, width))


def meshgrid(*axes: Any, indexing: str = "xy") -> list[Any]:
    pairs = [parts(axis) for axis in axes]
    values, dots = (np.meshgrid(*p, indexing=indexing) for p in zip(*pairs))
    return [make(v, d) for v, d in zip(values, dots)]


def append(x: Any, values: Any, axis: int | None = None) -> Any:
    return NUMPY["concatenate"]([x, np.reshape(values, -1) if np.ndim(plain(values)) else [values]])


def insert(x: Any, place: int, value: Any) -> Any:
    return NUMPY["concatenate"]([x[:place], [value], x[place:]])


def matrix_power(a: Any, n: int) -> Any:
    result = a
    for _ in range(n - 1):
        result = result @ a
    return result


def fill_diagonal(x: Dual, new: Any) -> None:
    value, dot = parts(new)
    np.fill_diagonal(x.value, value)
    np.fill_diagonal(x.slope, dot)


def copyto(x: Dual, new: Any, where: Any = True) -> None:
    value, dot = parts(new)
    np.copyto(x.value, value, where=plain(where))
    np.copyto(x.slope, dot, where=plain(where))


def on_both(name: str) -> Callable[..., None]:
    """A function that puts numbers into places of an array, which are given before them."""
    real = getattr(np, name)

    def call(x: Dual, places: Any, new: Any, **kwargs: Any) -> None:
        value, dot = parts(new)
        real(x.value, plain(places), value, **kwargs)
        real(x.slope, plain(places), np.broadcast_to(dot, np.shape(value)), **kwargs)

    return call


def select(conditions: Any, choices: Any, default: Any = 0.0) -> Any:
    for condition, choice in list(zip(conditions, choices, strict=True))[::-1]:
        default = where(condition, choice, default)
    return default


def total(x: Any, *args: Any, where: Any = None, **kwargs: Any) -> Any:
    return _sum(x if where is None else NUMPY["where"](where, x, 0.0), *args, **kwargs)


def diff(x: Any, n: int = 1, axis: int = -1, **ends: Any) -> Any:
    """What stands before and behind has a derivative of its own."""
    given = (ends.get("prepend"), x, ends.get("append"))
    pairs = [parts(part) for part in given if part is not None]
    shape = list(np.shape(plain(x)))
    shape[axis] = 1
    whole = [
        np.concatenate([np.broadcast_to(e, np.shape(e) or shape) for e in each], axis)
        for each in zip(*((v, np.broadcast_to(d, np.shape(v))) for v, d in pairs))
    ]
    return make_view(*(np.diff(each, n, axis) for each in whole))


_sum = linear("sum")
NUMPY |= {
    **{name: Operation(name) for name in UNARY if isinstance(getattr(np, name, None), np.ufunc)},
    **{name: Operation(name) for name in BINARY},
    **{name: linear(name) for name in (
        "mean", "reshape", "ravel", "transpose", "squeeze", "expand_dims", "broadcast_to",
        "repeat", "tile", "roll", "flip", "fliplr", "flipud", "rot90", "cumsum", "trace",
        "diag", "diagonal", "triu", "tril", "moveaxis", "swapaxes", "take", "atleast_1d",
        "atleast_2d", "split", "array_split", "hsplit", "vsplit", "real", "imag", "conj",
        "conjugate", "concatenate", "stack", "vstack", "hstack", "dstack", "column_stack",
        "trapezoid", "compress", "delete", "take_along_axis", "ascontiguousarray", "gradient",
        "fft.fft", "fft.ifft", "fft.rfft", "fft.irfft", "nan_to_num", "permute_dims",
        "matrix_transpose", "block",
    ) if hasattr(np, name.split(".")[0])},
    **{name: multilinear(name) for name in (
        "dot", "matmul", "inner", "outer", "vdot", "tensordot", "einsum", "kron", "cross",
        "convolve",         "correlate",
    )},
    **{name: on_values(name) for name in (
        "argmax", "argmin", "argsort", "shape", "ndim", "size", "isnan", "isfinite", "isinf", "any",
        "all", "greater", "less", "greater_equal", "less_equal", "equal", "not_equal", "nonzero",
        "count_nonzero", "searchsorted", "allclose", "isclose", "array_equal", "iscomplexobj",
        "logical_and", "logical_or", "logical_not", "signbit", "argwhere", "flatnonzero",
        "isscalar", "digitize", "bincount",
    )},
    **{name: like(name) for name in ("zeros_like", "ones_like", "empty_like", "full_like")},
    "sinc": lambda x: unary(x, np.sinc(plain(x)), UNARY["sinc"]),
    "fix": lambda x: np.trunc(plain(x)),
    "round": lambda x, decimals=0: unary(x, np.round(plain(x), decimals), UNARY["sign"]),
    "abs": absolute, "absolute": absolute, "array": np_array, "asarray": asarray,
    "copy": lambda x: np_array(x), "where": where, "clip": clip, "interp": interp, "full": full,
    "linspace": linspace, "max": reduction(np.argmax), "min": reduction(np.argmin),
    "prod": prod, "cumprod": cumprod, "sort": sort, "median": median, "var": var, "std": std,
    "average": average, "astype": astype, "fill_diagonal": fill_diagonal,
    "copyto": copyto, "pad": pad, "select": select, "sum": total, "diff": diff,
    **{name: on_both(name) for name in ("putmask", "place", "put", "put_along_axis")},
    "meshgrid": meshgrid,
    "append": append, "insert": insert, "linalg.matrix_power": matrix_power,
    "linalg.multi_dot": lambda arrays: functools.reduce(operator.matmul, arrays),
    "ptp": lambda x, axis=None: NUMPY["max"](x, axis) - NUMPY["min"](x, axis),
    "linalg.norm": norm, "linalg.solve": solve, "linalg.inv": inv, "linalg.det": det,
    "linalg.slogdet": slogdet, "linalg.cholesky": cholesky, "linalg.eigh": _eigh,
    "linalg.eigvalsh": lambda a: _eigh(a)[0],
}  # fmt: skip
for _alias, _name in (("amax", "max"), ("amin", "min"), ("true_divide", "divide"), ("pow", "power"),
                      ("mod", "remainder"), ("asin", "arcsin"), ("acos", "arccos"),
                      ("atan", "arctan"), ("atan2", "arctan2"), ("asinh", "arcsinh"),
                      ("acosh", "arccosh"), ("atanh", "arctanh"), ("concat", "concatenate"),
                      ("around", "round"), ("asfarray", "asarray")):  # fmt: skip
    NUMPY[_alias] = NUMPY[_name]
METHODS |= {
    "fill": add_at_fill, "sort": sort_in_place,
    "item": lambda x, *i: (
        x[i] if len(i) > 1 else x[i[0]] if i and isinstance(i[0], tuple)
        else NUMPY["ravel"](x)[i[0] if i else 0]
    ),
    "flatten": lambda x: np_array(NUMPY["ravel"](x)), "tolist": lambda x: list(x),
    "reshape": lambda x, *shape: NUMPY["reshape"](x, shape[0] if len(shape) == 1 else shape),
    "transpose": lambda x, *axes: NUMPY["transpose"](x, *(axes if len(axes) < 2 else (axes,))),
}  # fmt: skip


def _math(name: str) -> Callable[..., Any]:
    """A function of `math`: the value by it, so that it raises what it raises."""
    real = getattr(math, name)
    known = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh",
             "pow": "power",
             "acosh": "arccosh", "atanh": "arctanh",
             "atan2": "arctan2"}.get(name, name)  # fmt: skip

    def call(*args: Any) -> Any:
        value = real(*(plain(arg) for arg in args))
        if known in UNARY and len(args) == 1:
            return unary(args[0], value, UNARY[known]) if is_dual(args[0]) else value
        return binary(*args, value, BINARY[known]) if has_dual(args) else value

    return call


def _math_on_values(name: str) -> Callable[..., Any]:
    real = getattr(math, name)
    return lambda *args: real(*(plain(arg) for arg in args))


def _math_log(x: Any, base: Any = None) -> Any:
    value, dot = parts(x)
    result = math.log(value) if not is_dual(x) else Dual(math.log(value), dot / value)
    return result if base is None else result / _math_log(base)


def _math_hypot(*args: Any) -> Any:
    value = math.hypot(*(plain(arg) for arg in args))
    return make(value, sum(parts(a)[0] * parts(a)[1] for a in args) / value)


def _math_prod(items: Any, start: Any = 1) -> Any:
    for item in items:
        start = start * item
    return start


def _math_fsum(items: Any) -> Any:
    items = list(items)
    value = math.fsum(plain(item) for item in items)
    return make(value, math.fsum(parts(item)[1] for item in items))


PYTHON_MATH: dict[str, Any] = {
    **{name: _math(name) for name in (
        "sin", "cos", "tan", "exp", "exp2", "expm1", "log2", "log10", "log1p", "sqrt", "cbrt",
        "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh", "fabs",
        "radians",
        "degrees", "erf", "erfc", "atan2", "fmod", "pow", "copysign",
    )},
    **{name: _math_on_values(name) for name in (
        "floor", "ceil", "trunc", "isnan", "isinf", "isfinite", "isclose",
    )},
    "log": _math_log, "hypot": _math_hypot, "prod": _math_prod, "fsum": _math_fsum,
    "dist": lambda p, q: _math_hypot(*(a - b for a, b in zip(p, q, strict=True))),
}  # fmt: skip
