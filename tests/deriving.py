"""Traces of Python functions, and the check of a derivative trace by running it."""

from __future__ import annotations

import copy
import itertools
import linecache
from collections.abc import Callable
from typing import Any

import numpy as np
from interpreter import run

import adcompile as ad
from adcompile.frontend import settling, signature, sources
from adcompile.passes import ALL, Passes
from adcompile.rules import check
from adcompile.trace.ir import Trace
from adcompile.trace.kinds import ANY
from adcompile.transforms.adjoint import adjoint
from adcompile.transforms.tangent import tangent

_number = itertools.count()


def load(text: str, name: str = "f") -> Callable[..., Any]:
    """The function of a text, with its source where inspection finds it."""
    file = f"<text {next(_number)}>"
    text = "import math\nimport numpy as np\n" + text
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "program"}
    exec(compile(text, file, "exec"), namespace)
    return namespace[name]


def check_by_differences(f: Callable[..., Any], x: Any, dot: Any, passes: Any = None) -> None:
    """Value, gradient and tangent of a function of one array, in the direction of `dot`."""
    slope = (f(x + 1e-6 * dot) - f(x - 1e-6 * dot)) / 2e-6
    value, bar = ad.value_and_grad(f, passes=passes)(x)
    np.testing.assert_allclose(value, f(x), rtol=1e-14)
    np.testing.assert_allclose(bar @ dot, slope, rtol=1e-7)
    value_dot = ad.jvp(f, (x,), (dot,), passes=passes)[1]
    np.testing.assert_allclose(value_dot, bar @ dot, rtol=1e-12)


def trace_of(function: Callable[..., Any], args: tuple[Any, ...], known: bool = True) -> Trace:
    """The trace for these arguments; not `known`, for numbers or arrays of any rank."""
    source = sources.of_callable(function)
    kinds = {
        name: signature.of_value(arg, name) if known or isinstance(arg, int) else ANY
        for name, arg in zip(function.__code__.co_varnames, args)
    }
    trace = settling.lower(source, kinds).trace
    check.verify(trace)
    return trace


def flat(tree: Any) -> np.ndarray:
    """The numbers of nested tuples, lists and dictionaries, as one vector."""
    if isinstance(tree, dict):
        return flat([tree[key] for key in sorted(tree)])
    if isinstance(tree, (tuple, list)):
        return np.concatenate([np.zeros(0), *map(flat, tree)])
    return np.zeros(0) if tree is None else np.ravel(np.asarray(tree, dtype=float))


def floats(tree: Any) -> np.ndarray:
    """The numbers of a tree that can move."""
    return flat(mapped(lambda leaf: leaf, tree))


def mapped(function: Callable[..., Any], *trees: Any) -> Any:
    """function at the leaves of trees of one structure; what is no float stays out."""
    first = trees[0]
    if isinstance(first, dict):
        return {key: mapped(function, *(tree[key] for tree in trees)) for key in first}
    if isinstance(first, (tuple, list)):
        return type(first)(mapped(function, *items) for items in zip(*trees, strict=True))
    if isinstance(first, (bool, int, str)) or first is None or np.asarray(first).dtype.kind in "bi":
        return first if len(trees) > 1 else None
    return function(*trees)


def random_like(tree: Any, rng: np.random.Generator) -> Any:
    return mapped(lambda leaf: rng.normal(size=np.shape(leaf))[()], tree)


def moved(tree: Any, direction: Any, step: float) -> Any:
    return mapped(lambda leaf, dot: leaf + step * dot, tree, direction)


def derive_tangent(trace: Trace, wrt: tuple[str, ...]) -> Trace:
    result = tangent(trace, wrt)
    check.verify(result)
    return result


def derive_adjoint(trace: Trace, wrt: tuple[str, ...], passes: Passes = ALL) -> Trace:
    result = adjoint(trace, wrt, passes)
    check.verify(result)
    return result


def check_first(trace: Trace, args: tuple[Any, ...], wrt: tuple[str, ...]) -> None:
    """Tangent against differences of order four, adjoint against the tangent."""
    check_tangent(trace, args, wrt)
    check_adjoint(trace, args, wrt)


def directions(trace: Trace, args: tuple[Any, ...], wrt: tuple[str, ...]) -> dict[int, Any]:
    """A random direction for each parameter of `wrt`, by position."""
    rng = np.random.default_rng(5)
    names = [param.name for param in trace.params]
    return {names.index(name): random_like(args[names.index(name)], rng) for name in wrt}


def check_tangent(trace: Trace, args: tuple[Any, ...], wrt: tuple[str, ...]) -> None:
    """The tangent against differences of order four."""
    dots = directions(trace, args, wrt)

    def at(step: float) -> np.ndarray:
        values = list(copy.deepcopy(args))
        for i, dot in dots.items():
            values[i] = moved(values[i], dot, step)
        return floats(run(trace, *values))

    value, value_dot = run(derive_tangent(trace, wrt), *copy.deepcopy(args), *dots.values())
    step = 1e-4
    difference = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    np.testing.assert_allclose(floats(value), at(0.0), rtol=1e-12)
    np.testing.assert_allclose(flat(value_dot), difference, rtol=1e-6, atol=1e-7)


def check_adjoint(trace: Trace, args: tuple[Any, ...], wrt: tuple[str, ...]) -> None:
    """The adjoint against the tangent, by the dot product."""
    dots = list(directions(trace, args, wrt).values())
    value, value_dot = run(derive_tangent(trace, wrt), *copy.deepcopy(args), *dots)
    bar = random_like(value, np.random.default_rng(9))
    again, bars = run(derive_adjoint(trace, wrt), *copy.deepcopy(args), bar)
    np.testing.assert_allclose(flat(again), flat(value), rtol=1e-12)
    for dot, item in zip(dots, bars if len(wrt) > 1 else (bars,), strict=True):
        assert mapped(np.shape, item) == mapped(np.shape, dot)
    left, right = flat(bar) @ flat(value_dot), flat(bars) @ flat(dots)
    size = np.abs(flat(bar)) @ np.abs(flat(value_dot))
    assert abs(left - right) <= 1e-11 * max(size, 1.0), (left, right)


def check_second(
    trace: Trace, args: tuple[Any, ...], wrt: tuple[str, ...], differences: bool = True
) -> None:
    """Order two: the derivatives of the adjoint and of the tangent, as programs of their own."""
    bar = random_like(run(trace, *copy.deepcopy(args)), np.random.default_rng(6))
    back, there = derive_adjoint(trace, wrt), derive_tangent(trace, wrt)
    dots = tuple(directions(trace, args, wrt).values())
    for program, more in ((back, (bar,)), (there, dots)):
        names = tuple(param.name for param in program.params[len(args) :])
        check_adjoint(program, (*args, *more), (*wrt, *names))
        if differences:
            check_tangent(program, (*args, *more), (*wrt, *names))
