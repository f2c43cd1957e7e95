"""Dual numbers, their operators, and the elementwise functions on them, for the oracle.

Derivatives are written by hand from textbooks and not from the compiler's rule table: that is their
purpose.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

NUMPY: dict[str, Any] = {}  # what np and arrays have; filled by oracle_functions
METHODS: dict[str, Callable[..., Any]] = {}  # what arrays have otherwise than np


class Unknown(NotImplementedError):
    """A function that the oracle has no derivative for."""


class Dual:
    """A value and its derivative: two numbers, or two arrays of one shape."""

    __slots__ = ("slope", "value")
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any, dot: Any) -> None:
        assert np.shape(value) == np.shape(dot), (np.shape(value), np.shape(dot))
        self.value = value
        self.slope = dot

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.slope!r})"

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __float__(self) -> float:
        raise Unknown("float() of a Dual: a derivative would be lost")

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.value, digits)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self.value)))

    def __contains__(self, item: Any) -> bool:
        return plain(item) in self.value

    def __getitem__(self, index: Any) -> Any:
        index = plain(index)
        return Dual(self.value[index], self.slope[index])

    def __setitem__(self, index: Any, new: Any) -> None:
        index = plain(index)
        value, dot = parts(new)
        self.value[index] = value
        self.slope[index] = dot

    def __getattr__(self, name: str) -> Any:
        if name in ("shape", "ndim", "size", "dtype", "itemsize", "nbytes"):
            return getattr(np.asarray(self.value), name)
        if name == "T":
            return NUMPY["transpose"](self)
        if name in ("real", "imag"):
            return NUMPY[name](self)
        if name == "flat":  # of contiguous arrays, a view
            return Dual(self.value.reshape(-1), self.slope.reshape(-1))
        if name in METHODS:
            return lambda *args, **kwargs: METHODS[name](self, *args, **kwargs)
        if name in NUMPY:
            return lambda *args, **kwargs: NUMPY[name](self, *args, **kwargs)
        raise AttributeError(name)


class FloatType(type):
    """The type of `Float`, which is `float` for a program that runs on Duals."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, float) or (is_dual(value) and value.ndim == 0)

    def __call__(cls, value: Any = 0.0) -> Any:
        return value if isinstance(value, Dual) else float(value)


class Float(metaclass=FloatType):
    """The builtin `float` for a program that runs on Duals."""


def is_dual(value: Any) -> bool:
    return isinstance(value, Dual)


def has_dual(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(has_dual(item) for item in value)
    return isinstance(value, Dual)


def plain(value: Any) -> Any:
    """The value without its derivatives."""
    if isinstance(value, Dual):
        return value.value
    if isinstance(value, (list, tuple)) and has_dual(value):
        return type(value)(plain(item) for item in value)
    return value


def parts(value: Any) -> tuple[Any, Any]:
    """The value and the derivative, zero where it does not move."""
    if isinstance(value, Dual):
        return value.value, value.slope
    if isinstance(value, (list, tuple)):
        pairs = [parts(item) for item in value]
        return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    if isinstance(value, np.ndarray):
        return value, np.zeros(value.shape, value.dtype if value.dtype.kind in "fc" else float)
    return value, 0.0


def make(value: Any, dot: Any) -> Any:
    """A Dual; a plain value where it cannot move."""
    assert np.asarray(value).dtype != object, "an array of objects"
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if not isinstance(value, (float, complex, np.inexact)) and (
        not isinstance(value, np.ndarray) or value.dtype.kind not in "fc"
    ):
        return value
    if isinstance(value, np.ndarray):
        whole = np.zeros_like(value)
        whole[...] = dot
        return Dual(value, whole)
    return Dual(value, np.asarray(dot)[()])


# Elementwise functions: the derivative in terms of the argument and the result.
Partial = Callable[[Any, Any], Any]
TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
UNARY: dict[str, Partial] = {
    "sin": lambda x, y: np.cos(x),
    "cos": lambda x, y: -np.sin(x),
    "tan": lambda x, y: 1.0 / np.cos(x) ** 2,
    "exp": lambda x, y: np.exp(x),
    "exp2": lambda x, y: y * math.log(2.0),
    "expm1": lambda x, y: np.exp(x),
    "log": lambda x, y: 1.0 / x,
    "log2": lambda x, y: 1.0 / (x * math.log(2.0)),
    "log10": lambda x, y: 1.0 / (x * math.log(10.0)),
    "log1p": lambda x, y: 1.0 / (1.0 + x),
    "sqrt": lambda x, y: 0.5 / y,
    "cbrt": lambda x, y: y / (3.0 * x),
    "sinh": lambda x, y: np.cosh(x),
    "cosh": lambda x, y: np.sinh(x),
    "tanh": lambda x, y: 1.0 / np.cosh(x) ** 2,
    "arcsin": lambda x, y: 1.0 / np.sqrt(1.0 - x**2),
    "arccos": lambda x, y: -1.0 / np.sqrt(1.0 - x**2),
    "arctan": lambda x, y: 1.0 / (1.0 + x**2),
    "arcsinh": lambda x, y: 1.0 / np.sqrt(x**2 + 1.0),
    "arccosh": lambda x, y: 1.0 / np.sqrt(x**2 - 1.0),
    "arctanh": lambda x, y: 1.0 / (1.0 - x**2),
    "square": lambda x, y: 2.0 * x,
    "reciprocal": lambda x, y: -1.0 / x**2,
    "negative": lambda x, y: -1.0,
    "positive": lambda x, y: 1.0,
    "fabs": lambda x, y: np.sign(x),
    "deg2rad": lambda x, y: math.pi / 180.0,
    "radians": lambda x, y: math.pi / 180.0,
    "rad2deg": lambda x, y: 180.0 / math.pi,
    "degrees": lambda x, y: 180.0 / math.pi,
    "sinc": lambda x, y: (np.cos(np.pi * x) - y) / x,
    "erf": lambda x, y: TWO_OVER_ROOT_PI * np.exp(-(x**2)),
    "erfc": lambda x, y: -TWO_OVER_ROOT_PI * np.exp(-(x**2)),
    **{n: lambda x, y: 0.0 for n in ("sign", "floor", "ceil", "rint", "trunc", "fix")},
}
# Two operands: the partials in terms of both and of the result.
BINARY: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "add": (lambda x, y, z: 1.0, lambda x, y, z: 1.0),
    "subtract": (lambda x, y, z: 1.0, lambda x, y, z: -1.0),
    "multiply": (lambda x, y, z: y, lambda x, y, z: x),
    "divide": (lambda x, y, z: 1.0 / y, lambda x, y, z: -x / y**2),
    "power": (
        lambda x, y, z: np.where(
            np.equal(y, 0), 0.0, y * _power(x, np.where(np.equal(y, 0), 1, y) - 1.0)
        ),
        lambda x, y, z: z * np.log(np.where(np.greater(x, 0), x, 1.0)),
    ),
    "remainder": (lambda x, y, z: 1.0, lambda x, y, z: -np.floor(x / y)),
    "fmod": (lambda x, y, z: 1.0, lambda x, y, z: -np.trunc(x / y)),
    "floor_divide": (lambda x, y, z: 0.0, lambda x, y, z: 0.0),
    "arctan2": (
        lambda x, y, z: y / (x**2 + y**2),
        lambda x, y, z: -x / (x**2 + y**2),
    ),
    "hypot": (lambda x, y, z: x / z, lambda x, y, z: y / z),
    "maximum": (lambda x, y, z: x >= y, lambda x, y, z: x < y),
    "minimum": (lambda x, y, z: x <= y, lambda x, y, z: x > y),
    "fmax": (lambda x, y, z: x >= y, lambda x, y, z: x < y),
    "fmin": (lambda x, y, z: x <= y, lambda x, y, z: x > y),
    "logaddexp": (lambda x, y, z: np.exp(x - z), lambda x, y, z: np.exp(y - z)),
    "copysign": (lambda x, y, z: np.sign(x) * np.sign(z), lambda x, y, z: 0.0),
}


def _power(x: Any, y: Any) -> Any:
    """x ** y, an integer power where y is one, so that x may be negative."""
    if np.all(np.equal(y, np.round(np.real(y)))) and np.all(np.real(y) >= 0):
        return np.asarray(x) ** np.asarray(np.real(y)).astype(int)
    return x**y


def unary(x: Any, value: Any, partial: Partial) -> Any:
    """The Dual of a function whose value is known."""
    if not is_dual(x):
        return make(value, np.zeros(np.shape(value)))
    x_value, x_dot = parts(x)
    return make(value, partial(x_value, value) * x_dot)


def binary(x: Any, y: Any, value: Any, partials: tuple[Callable[..., Any], ...]) -> Any:
    (x_value, x_dot), (y_value, y_dot) = parts(x), parts(y)
    dot: Any = 0.0
    if has_dual(x):
        dot = dot + partials[0](x_value, y_value, value) * x_dot
    if has_dual(y):
        dot = dot + partials[1](x_value, y_value, value) * y_dot
    return make(value, dot)


class Operation:
    """A ufunc: called, and with `at`, `reduce`, `accumulate` and `outer` where they are linear."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.real = getattr(np, name)

    def __call__(self, *args: Any, out: Any = None, where: Any = None, **kwargs: Any) -> Any:
        if kwargs or (where is not None and out is None):
            raise Unknown(f"{self.name} with {', '.join(kwargs)}")
        if len(args) > self.real.nin:
            *args, out = args  # type: ignore[assignment]
        args = tuple(NUMPY["array"](arg) if isinstance(arg, (list, tuple)) else arg for arg in args)
        value = self.real(*(plain(arg) for arg in args))
        if self.real.nin == 1:
            result = unary(args[0], value, UNARY[self.name])
        else:
            result = binary(*args, value, BINARY[self.name])
        if out is None:
            return result
        out = out[0] if isinstance(out, tuple) else out
        NUMPY["copyto"](out, result, True if where is None else where)
        return out

    def at(self, x: Any, index: Any, y: Any) -> None:
        if self.name not in ("add", "subtract"):
            raise Unknown(f"{self.name}.at")
        value, dot = parts(y)
        self.real.at(x.value, plain(index), value)
        self.real.at(x.slope, plain(index), dot)

    def reduce(self, x: Any, axis: Any = 0, **kwargs: Any) -> Any:
        names = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}
        return NUMPY[names[self.name]](x, axis=axis, **kwargs)

    def accumulate(self, x: Any, axis: int = 0) -> Any:
        return NUMPY[{"add": "cumsum", "multiply": "cumprod"}[self.name]](x, axis)

    def outer(self, x: Any, y: Any) -> Any:
        left = NUMPY["reshape"](x, np.shape(plain(x)) + (1,) * np.ndim(plain(y)))
        return self(left, y)


def _operator(function: Callable[..., Any], name: str) -> tuple[Callable[..., Any], ...]:
    """x op y, y op x and x op= y for Duals."""

    def forward(x: Any, y: Any) -> Any:
        if not isinstance(y, (Dual, int, float, complex, np.ndarray, np.generic, list)):
            return NotImplemented
        return binary(x, y, function(plain(x), plain(y)), BINARY[name])

    def backward(x: Any, y: Any) -> Any:
        return binary(y, x, function(plain(y), plain(x)), BINARY[name])

    def in_place(x: Any, y: Any) -> Any:
        result = forward(x, y)
        if not isinstance(x.value, np.ndarray):
            return result
        x[...] = result
        return x

    return forward, backward, in_place


for _name, _function, _ufunc in (
    ("add", operator.add, "add"), ("sub", operator.sub, "subtract"),
    ("mul", operator.mul, "multiply"), ("truediv", operator.truediv, "divide"),
    ("pow", operator.pow, "power"), ("mod", operator.mod, "remainder"),
    ("floordiv", operator.floordiv, "floor_divide"),
):  # fmt: skip
    _forms = _operator(_function, _ufunc)
    for _prefix, _form in zip(("", "r", "i"), _forms):
        setattr(Dual, f"__{_prefix}{_name}__", _form)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    _compare = getattr(operator, _name)
    setattr(Dual, f"__{_name}__", lambda x, y, f=_compare: f(plain(x), plain(y)))
Dual.__neg__ = lambda x: unary(x, -x.value, UNARY["negative"])  # type: ignore[attr-defined]
Dual.__pos__ = lambda x: unary(x, +x.value, UNARY["positive"])  # type: ignore[attr-defined]
Dual.__abs__ = lambda x: absolute(x)  # type: ignore[attr-defined]
Dual.__matmul__ = lambda x, y: NUMPY["matmul"](x, y)  # type: ignore[attr-defined]
Dual.__rmatmul__ = lambda x, y: NUMPY["matmul"](y, x)  # type: ignore[attr-defined]
Dual.__divmod__ = lambda x, y: (x // y, x % y)  # type: ignore[attr-defined]


def absolute(x: Any) -> Any:
    value, dot = parts(x)
    if np.iscomplexobj(value):
        return make(abs(value), np.real(np.conj(value) * dot) / abs(value))
    return unary(x, abs(value), lambda v, y: np.sign(v))
