"""Traces of Python functions, and the check of a derivative trace by running it."""

from __future__ import annotations

import copy
import itertools
import linecache
from collections.abc import Callable
from typing import Any

import numpy as np
from interpreter import run

from adcompile.frontend import lower, signature, sources
from adcompile.rules import check
from adcompile.trace.ir import Trace, leaves
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


def trace_of(function: Callable[..., Any], args: tuple[Any, ...], of: Any = None) -> Trace:
    source = sources.of_callable(function)
    names = function.__code__.co_varnames
    kinds = {name: signature.of_value(arg, name) for name, arg in zip(names, args)}
    trace = lower.lower(source, kinds, of).trace
    check.verify(trace)
    return trace


def flat(tree: Any) -> np.ndarray:
    """The numbers of nested tuples, lists and dictionaries, as one vector."""
    if isinstance(tree, dict):
        return flat([tree[key] for key in sorted(tree)])
    if isinstance(tree, (tuple, list)):
        return np.concatenate([np.zeros(0), *map(flat, tree)])
    return np.zeros(0) if tree is None else np.ravel(np.asarray(tree, dtype=float))


def mapped(function: Callable[..., Any], *trees: Any) -> Any:
    """function at the leaves of trees of one structure; what is no float stays out."""
    first = trees[0]
    if isinstance(first, dict):
        return {key: mapped(function, *(tree[key] for tree in trees)) for key in first}
    if isinstance(first, (tuple, list)):
        return type(first)(mapped(function, *items) for items in zip(*trees, strict=True))
    if isinstance(first, (bool, int, str)) or first is None or np.asarray(first).dtype.kind in "bi":
        return None if len(trees) == 1 else first
    return function(*trees)


def random_like(tree: Any, rng: np.random.Generator) -> Any:
    return mapped(lambda leaf: rng.normal(size=np.shape(leaf))[()], tree)


def moved(tree: Any, direction: Any, step: float) -> Any:
    return mapped(lambda leaf, dot: leaf + step * dot, tree, direction)


def derive_tangent(trace: Trace, wrt: tuple[str, ...]) -> Trace:
    result = tangent(trace, wrt)
    check.verify(result)
    return result


def derive_adjoint(trace: Trace, wrt: tuple[str, ...]) -> Trace:
    result = adjoint(trace, wrt)
    check.verify(result)
    return result


def check_first(trace: Trace, args: tuple[Any, ...], wrt: tuple[str, ...], rtol: float = 1e-6) -> None:
    """Tangent against differences of order four, adjoint against the tangent."""
    rng = np.random.default_rng(5)
    names = [param.name for param in trace.params]
    positions = [names.index(name) for name in wrt]
    dots = tuple(random_like(args[i], rng) for i in positions)

    def at(step: float) -> np.ndarray:
        values = list(copy.deepcopy(args))
        for i, dot in zip(positions, dots):
            values[i] = moved(values[i], dot, step)
        return flat(run(trace, *values))

    value, value_dot = run(derive_tangent(trace, wrt), *copy.deepcopy(args), *dots)
    step = 1e-4
    difference = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    np.testing.assert_allclose(flat(value), at(0.0), rtol=1e-12)
    real = flat(mapped(lambda leaf: np.ones(np.shape(leaf)), value)).size == flat(value).size
    if real:
        np.testing.assert_allclose(flat(value_dot), difference, rtol=rtol, atol=1e-7)
    bar = random_like(value, rng)
    again, bars = run(derive_adjoint(trace, wrt), *copy.deepcopy(args), bar)
    np.testing.assert_allclose(flat(again), flat(value), rtol=1e-12)
    for dot, item in zip(dots, bars if len(wrt) > 1 else (bars,), strict=True):
        assert_same_shapes(item, dot)
    left, right = flat(bar) @ flat(value_dot), flat(bars) @ flat(dots if len(wrt) > 1 else dots[0])
    np.testing.assert_allclose(left, right, rtol=1e-11, atol=1e-13)


def assert_same_shapes(one: Any, other: Any) -> None:
    assert mapped(np.shape, one) == mapped(np.shape, other)


def check_second(trace: Trace, args: tuple[Any, ...], wrt: tuple[str, ...]) -> None:
    """The three derivatives of order two, each as a program of its own."""
    rng = np.random.default_rng(6)
    value = run(trace, *copy.deepcopy(args))
    bar = random_like(value, rng)
    back = derive_adjoint(trace, wrt)
    check_first(back, (*args, bar), (*wrt, back.params[len(args)].name))
    there = derive_tangent(trace, wrt)
    names = [param.name for param in trace.params]
    dots = tuple(random_like(args[names.index(name)], rng) for name in wrt)
    check_first(there, (*args, *dots), (*wrt, *(p.name for p in there.params[len(args) :])))


def sizes(trace: Trace) -> int:
    return sum(1 for _ in leaves(trace.result))
