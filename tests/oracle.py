"""The oracle: the derivative of a function by running it on dual numbers.

    value, value_dot = derivative(f, (x, n), (x_dot, None))

Shares nothing with the compiler.  The function itself runs, with `np`, `math` and `float` of its
globals replaced by ones that know `Dual`: a value and its derivative, two numbers or two arrays.
An array's views are views of both parts, a write goes to both.  What is not known here raises.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import math
import types
from typing import Any

import numpy as np
from oracle_duals import NUMPY, Dual, Float, Unknown, is_dual, make, parts, plain
from oracle_functions import PYTHON_MATH


def derivative(function: Any, args: Any, directions: Any, **kwargs: Any) -> tuple[Any, Any]:
    """The value and its derivative; a direction has the form of its argument, or is None."""
    result, _ = run(function, args, directions, **kwargs)
    return primal(result), tangent(result)


def run(function: Any, args: Any, directions: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
    """The result and the arguments as the function leaves them, of Duals."""
    duals = [lift(arg, way) for arg, way in zip(args, directions, strict=True)]
    return rebuilt(function)(*duals, **kwargs), duals


def lift(value: Any, direction: Any) -> Any:
    """The value with Duals for its floats and arrays of floats."""
    if isinstance(value, (list, tuple)):
        ways = direction if direction is not None else [None] * len(value)
        items = [lift(item, way) for item, way in zip(value, ways, strict=True)]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, dict):
        return {key: lift(item, direction and direction[key]) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        ways = {n: None if direction is None else _member(direction, n) for n in names}
        return dataclasses.replace(value, **{n: lift(getattr(value, n), ways[n]) for n in names})
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "fc" and direction is None:
            return value.copy()
        value = value.astype(
            np.result_type(value, np.float32) if value.dtype.kind in "fc" else float
        )
        dot = np.zeros_like(value) if direction is None else np.array(direction, value.dtype)
        return Dual(value, dot.reshape(value.shape))
    if direction is not None and isinstance(value, (int, float, complex, np.number)):
        return Dual(float(value) if isinstance(value, int) else value, direction)
    return value


def _member(direction: Any, name: str) -> Any:
    return direction[name] if isinstance(direction, dict) else getattr(direction, name)


def primal(tree: Any) -> Any:
    """The values of a tree of Duals."""
    return _map(tree, lambda dual: dual.value, lambda leaf: leaf)


def tangent(tree: Any) -> Any:
    """The derivatives of a tree of Duals; zero for what does not move."""
    return _map(tree, lambda dual: dual.slope, lambda leaf: parts(leaf)[1])


def _map(tree: Any, on_dual: Any, on_leaf: Any) -> Any:
    if isinstance(tree, Dual):
        return on_dual(tree)
    if isinstance(tree, (list, tuple)):
        items = [_map(item, on_dual, on_leaf) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    if isinstance(tree, dict):
        return {key: _map(item, on_dual, on_leaf) for key, item in tree.items()}
    if dataclasses.is_dataclass(tree):
        fields = {f.name: getattr(tree, f.name) for f in dataclasses.fields(tree)}
        return dataclasses.replace(
            tree, **{name: _map(item, on_dual, on_leaf) for name, item in fields.items()}
        )
    return on_leaf(tree)


class _ArrayType(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, np.ndarray) or (is_dual(value) and value.ndim > 0)


class Array(metaclass=_ArrayType):
    """`np.ndarray` for a program that runs on Duals."""


class Module:
    """`np` or a module of it (`np.linalg`) for a program that runs on Duals."""

    def __init__(self, module: types.ModuleType, prefix: str, table: dict[str, Any]) -> None:
        self._module, self._prefix, self._table = module, prefix, table

    def __getattr__(self, name: str) -> Any:
        full = self._prefix + name
        if full == "ndarray":
            return Array
        if full in self._table:
            return _named_types(self._table[full])
        real = getattr(self._module, name)
        if isinstance(real, types.ModuleType):
            return Module(real, f"{full}.", self._table)
        if not callable(real) or isinstance(real, type):
            return constant(real)
        return functools.partial(_constant_call, real, full)


def _named_types(function: Any) -> Any:
    """The function, called with the real `float` where the program names its own."""
    if not isinstance(function, types.FunctionType):
        return function

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        given = {key: builtins.float if v is Float else v for key, v in kwargs.items()}
        return function(*(builtins.float if a is Float else a for a in args), **given)

    return call


def _constant_call(real: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    """A function that is not known: fine as long as nothing that moves goes in."""
    if any(is_moving(arg) for arg in (*args, *kwargs.values())):
        raise Unknown(name)
    args = tuple(builtins.float if arg is Float else plain(arg) for arg in args)
    kwargs = {k: builtins.float if v is Float else plain(v) for k, v in kwargs.items()}
    return constant(real(*args, **kwargs))


def is_moving(value: Any) -> bool:
    if isinstance(value, Dual):
        return bool(np.any(value.slope))
    if isinstance(value, (list, tuple)):
        return any(is_moving(item) for item in value)
    return False


def constant(value: Any) -> Any:
    """Arrays of floats as Duals that do not move."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return make(value, np.zeros_like(value))
    if type(value) in (list, tuple):
        return type(value)(constant(item) for item in value)
    if isinstance(value, dict):
        return {key: constant(item) for key, item in value.items()}
    return value


class _Math(Module):
    def __getattr__(self, name: str) -> Any:
        if name in self._table:
            return self._table[name]
        return getattr(math, name)


PROXIES = {"np": Module(np, "", NUMPY), "math": _Math(math, "", PYTHON_MATH)}


def rebuilt(function: Any) -> Any:
    """The function over globals and a closure in which `np`, `math` and `float` know Duals."""
    if not isinstance(function, types.FunctionType):
        return _replace(function, {}, {})
    return _rebuilt(function, {}, {})


def _rebuilt(function: types.FunctionType, done: dict[int, Any], spaces: dict[int, Any]) -> Any:
    if id(function) in done:
        return done[id(function)]
    space, closure = _space(function.__globals__, done, spaces), function.__closure__
    cells = None if closure is None else tuple(types.CellType() for _ in closure)
    new = types.FunctionType(function.__code__, space, function.__name__, None, cells)
    done[id(function)] = new
    for cell, old in zip(new.__closure__ or (), function.__closure__ or ()):
        cell.cell_contents = _replace(old.cell_contents, done, spaces)
    new.__defaults__ = constant(function.__defaults__)
    new.__kwdefaults__ = constant(function.__kwdefaults__)
    return new


def _space(space: dict[str, Any], done: dict[int, Any], spaces: dict[int, Any]) -> dict[str, Any]:
    """The globals in which the replaced names stand; filled once a module."""
    if id(space) not in spaces:
        new: dict[str, Any] = {"__builtins__": builtins, "float": Float}
        spaces[id(space)] = new
        for name, value in space.items():
            if not name.startswith("__"):
                new[name] = _replace(value, done, spaces, space.get("__name__"))
    return spaces[id(space)]


def _replace(value: Any, done: dict[int, Any], spaces: dict[int, Any], module: Any = None) -> Any:
    if value is np:
        return PROXIES["np"]
    if value is math:
        return PROXIES["math"]
    if isinstance(value, types.ModuleType):
        if value.__name__.startswith("numpy."):
            return Module(value, f"{value.__name__.removeprefix('numpy.')}.", NUMPY)
        return value
    if isinstance(value, types.FunctionType) and not value.__module__.startswith(
        ("numpy", "oracle")
    ):
        if module is None or value.__module__ == module:
            return _rebuilt(value, done, spaces)
        return value
    name = getattr(value, "__name__", None)
    if callable(value) and isinstance(name, str) and not isinstance(value, type):
        if getattr(np, name, None) is value:
            return getattr(PROXIES["np"], name)
        if getattr(np.linalg, name, None) is value:
            return getattr(PROXIES["np"].linalg, name)
        if getattr(math, name, None) is value:
            return getattr(PROXIES["math"], name)
    return constant(value)
