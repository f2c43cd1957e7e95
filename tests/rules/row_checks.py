"""One equation as a trace, and the two checks of its derivatives.

The tangent is held against central differences, the adjoint against the tangent by the dot product.
Both are needed: one column feeds both modes, so the dot product alone cannot see a wrong partial.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from interpreter import run

from adcompile.rules import check as rule_check
from adcompile.rules import table
from adcompile.rules.build import Builder, complete
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit, Node, Param, Trace, Tree, Var, leaves
from adcompile.transforms.adjoint import adjoint
from adcompile.transforms.tangent import tangent

STEP = 1e-6


@dataclass(frozen=True)
class Data:
    """An operand that carries no derivative; `static` ones are literals of the trace."""

    value: Any
    static: bool = True


@dataclass(frozen=True)
class Case:
    """The operands of a call, values or Data, and its options."""

    operands: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    order: int = 2

    def __str__(self) -> str:
        shown = [f"{o.value}" if isinstance(o, Data) else describe(o) for o in self.operands]
        return ", ".join(shown + [f"{key}={value}" for key, value in self.options.items()])


def describe(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__} of {len(value)}"
    return "x".join(map(str, np.shape(value))) or "scalar"


class AnyLength(tuple[Any, ...]):
    """A tuple whose length is known at run time only."""


def kind_of(value: Any, name: str) -> k.Kind:
    if isinstance(value, (list, AnyLength)):
        joined: k.Kind | None = None
        for item in value:
            joined = k.join(joined, kind_of(item, name))
        return k.List(joined, frozen=isinstance(value, AnyLength))
    if isinstance(value, tuple):
        return k.Tuple(tuple(kind_of(item, f"{name}{i}") for i, item in enumerate(value)))
    dtype = {"f": "float", "i": "int", "b": "bool", "c": "complex"}[np.asarray(value).dtype.kind]
    if np.asarray(value).dtype == np.float32:
        dtype = "float32"
    if not isinstance(value, np.ndarray):
        return k.Scalar(dtype)
    dims = [k.ONE if n == 1 else k.Dim(f"{name}.{i}", 0, True) for i, n in enumerate(value.shape)]
    return k.Array(dtype, tuple(dims))


def trace_of(op: str, case: Case) -> tuple[Trace, dict[str, Any]]:
    """The trace that applies the operation, and the values of its parameters."""
    row = table.lookup(op, len(case.operands))
    assert row is not None and row.required == len(case.operands), op
    build = Builder()
    args, params, values = [], [], {}
    given = dict(zip(row.parameters, case.operands)) | case.options
    defaults = dict(zip(row.parameters[row.required :], row.defaults))
    for name in row.parameters:
        operand = given.get(name, Data(defaults.get(name)))
        value = operand.value if isinstance(operand, Data) else operand
        if name in row.options or (isinstance(operand, Data) and operand.static):
            args.append(Lit(value))
            continue
        var = build.var(kind_of(value, name), name)
        args.append(var)
        params.append(Param(name, var))
        values[name] = value
    out = build.apply(op, *args, name=row.result)
    result: Tree = out
    kind = build.kind(out)
    if isinstance(kind, k.Tuple):
        count = len(kind.items)
        parts = tuple(
            build.apply("mem.getitem", out, Lit(i), name=f"{row.result}{i}") for i in range(count)
        )
        result = Node("tuple", tuple(range(count)), parts)
    body = build.close(build.eqns, tuple(leaves(result)))
    trace = Trace("f", tuple(params), body, result, build.kinds)
    rule_check.verify(trace)
    return trace, values


def operand_values(
    row: table.Row, shapes: tuple[tuple[int, ...], ...], seed: int = 0
) -> tuple[Any, ...]:
    """A value an operand, from the row's domain."""
    rng = np.random.default_rng([seed, len(row.text)])
    domain = row.domain or (-2.0, 2.0)
    pairs = domain if isinstance(domain[0], tuple) else (domain,) * len(shapes)
    values = [rng.uniform(low, high, shape) for (low, high), shape in zip(pairs, shapes)]
    return tuple(float(v) if shape == () else v for v, shape in zip(values, shapes))


# Values in any structure


def flat(value: Any) -> np.ndarray:
    """The real numbers in it; a complex number is two."""
    if isinstance(value, (list, tuple)):
        return np.concatenate([np.zeros(0), *map(flat, value)])
    if value is None or np.asarray(value).dtype.kind not in "fc":
        return np.zeros(0)
    numbers = np.ravel(value)
    if np.iscomplexobj(numbers):
        numbers = np.concatenate([numbers.real, numbers.imag])
    return np.asarray(numbers, dtype=float)


def flat_adjoint(value: Any) -> np.ndarray:
    """What flat(value_dot) is multiplied with: the real part of bar * dot has no conjugate."""
    if isinstance(value, (list, tuple)):
        return np.concatenate([np.zeros(0), *map(flat_adjoint, value)])
    return flat(None if value is None else np.conj(value))


def shift(value: Any, direction: Any, step: float) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(shift(v, d, step) for v, d in zip(value, direction, strict=True))
    return value if direction is None else value + step * direction


def random_like(value: Any, rng: np.random.Generator) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(random_like(item, rng) for item in value)
    dtype = np.asarray(value).dtype
    if dtype.kind not in "fc":
        return None
    direction = rng.normal(size=np.shape(value)).astype(dtype)
    if dtype.kind == "c":
        direction = direction + 1j * rng.normal(size=np.shape(value)).astype(direction.real.dtype)
        return direction if isinstance(value, np.ndarray) else complex(direction)
    return direction if isinstance(value, np.ndarray) else float(direction)


def has_none(value: Any) -> bool:
    """Is a part of a direction missing, because what it belongs to is no real number?"""
    return any(map(has_none, value)) if isinstance(value, (list, tuple)) else value is None


def assert_same_shapes(value: Any, other: Any) -> None:
    """A derivative has the structure, the shapes and the dtypes of what it belongs to."""
    if isinstance(value, (list, tuple)):
        assert len(value) == len(other)
        for v, o in zip(value, other):
            assert_same_shapes(v, o)
    elif np.asarray(value).dtype.kind in "fc":
        assert np.shape(value) == np.shape(other), (np.shape(value), np.shape(other))
        if isinstance(value, np.ndarray):
            assert other.dtype == value.dtype, (other.dtype, value.dtype)


# The checks


def check(
    trace: Trace, values: dict[str, Any], wrt: tuple[str, ...], order: int, tol: float = 1e-6
) -> None:
    """Both modes of a trace, and of its tangent and its adjoint up to this order."""
    rng = np.random.default_rng(len(values) + 10 * len(wrt))
    dots = {name: random_like(values[name], rng) for name in wrt}
    moving = tangent(trace, wrt)
    rule_check.verify(moving)
    named_dots = dict(zip(added(trace, moving), dots.values(), strict=True))
    value, value_dot = run(moving, **values, **named_dots)
    np.testing.assert_array_equal(flat(value), flat(run(trace, **values)))
    check_kinds(trace, values)
    assert_same_shapes(value, value_dot)
    check_difference(trace, values, dots, value_dot, tol)

    seed = random_like(value, rng)
    turned = adjoint(trace, wrt)
    rule_check.verify(turned)
    seeds = dict(zip(added(trace, turned), [seed], strict=True))
    again, bars = run(turned, **values, **seeds)
    np.testing.assert_array_equal(flat(value), flat(again))
    bars = bars if len(wrt) > 1 else (bars,)
    for name, bar in zip(wrt, bars, strict=True):
        assert_same_shapes(values[name], bar)
    left, right = (
        flat_adjoint(seed) @ flat(value_dot),
        sum(flat_adjoint(bar) @ flat(dots[n]) for n, bar in zip(wrt, bars)),
    )
    scale = np.abs(flat(seed)) @ np.abs(flat(value_dot)) + 1e-300
    assert abs(left - right) <= 1e-12 * max(scale, abs(left), 1e-3), (left, right)
    if order > 1:
        check(moving, values | named_dots, (*wrt, *named_dots), order - 1, 10 * tol)
        real = tuple(name for name in seeds if not has_none(seeds[name]))
        check(turned, values | seeds, (*wrt, *real), order - 1, 10 * tol)


def added(trace: Trace, derived: Trace) -> list[str]:
    """The names of the parameters that a transform has added."""
    known = {param.name for param in trace.params}
    return [param.name for param in derived.params if param.name not in known]


def check_difference(
    trace: Trace, values: dict[str, Any], dots: dict[str, Any], value_dot: Any, tol: float
) -> None:
    """The tangent against central differences."""

    def moved(step: float) -> np.ndarray:
        return flat(
            run(
                trace,
                **{n: shift(v, dots.get(n), step) if n in dots else v for n, v in values.items()},
            )
        )

    difference = (moved(STEP) - moved(-STEP)) / (2 * STEP)
    dot = flat(value_dot)
    assert np.all(np.isfinite(dot))
    scale = max(
        1.0, float(np.max(np.abs(dot), initial=0.0)), float(np.max(np.abs(moved(0.0)), initial=0.0))
    )
    np.testing.assert_allclose(dot, difference, rtol=tol, atol=tol * scale)


def check_kinds(trace: Trace, values: dict[str, Any]) -> None:
    """What the kind rules say of the result is what it is."""
    assert_tree_kinds(trace, trace.result, run(trace, **values))


def assert_tree_kinds(trace: Trace, tree: Tree, value: Any) -> None:
    if isinstance(tree, Node):
        for item, part in zip(tree.items, value, strict=True):
            assert_tree_kinds(trace, item, part)
    elif isinstance(tree, Var):
        assert_kind(trace.kinds[tree], value)


def assert_kind(kind: k.Kind, value: Any) -> None:
    text = f"{k.describe(kind)} for {value!r}"
    match kind:
        case k.Scalar(dtype):
            assert np.shape(value) == (), text
            assert_dtype(dtype, value, text)
        case k.Array(dtype, dims):
            assert isinstance(value, np.ndarray), text
            assert_dtype(dtype, value, text)
            assert dims is None or len(dims) == value.ndim, text
            for dim, length in zip(dims or (), value.shape):
                assert dim.length is None or dim.length == length, text
                assert not (dim.is_many and length == 1), text
        case k.List(item) if item is not None:
            assert isinstance(value, (list, tuple, range)), text
            for part in value:
                assert_kind(item, part)
        case k.Tuple(items):
            assert isinstance(value, tuple) and len(value) == len(items), text
            for inner, part in zip(items, value):
                assert_kind(inner, part)


def assert_dtype(dtype: str | None, value: Any, text: str) -> None:
    actual = np.asarray(value).dtype
    expected = {
        "bool": "b",
        "int": "iu",
        "float": "f",
        "float32": "f",
        "complex": "c",
        None: "biufc",
    }[dtype]
    assert actual.kind in expected, text
    assert (dtype == "float32") == (actual == np.float32) or dtype is None, text


def subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [chosen for size in range(1, len(names) + 1) for chosen in combinations(names, size)]


def real_names(values: dict[str, Any], row: table.Row, case: Case) -> tuple[str, ...]:
    """The operands that carry a derivative."""
    given = (zip(row.parameters, case.operands), case.options.items())
    data = {name for pairs in given for name, o in pairs if isinstance(o, Data)}
    return tuple(n for n in values if n not in data and flat(values[n]).size)


__all__ = [
    "Case",
    "Data",
    "check",
    "complete",
    "operand_values",
    "real_names",
    "subsets",
    "trace_of",
]
