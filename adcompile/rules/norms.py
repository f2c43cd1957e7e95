"""np.linalg.norm, by the order; 0 where the norm is 0, and where an element of a vector is 0."""

from __future__ import annotations

import math

from adcompile.rules import product_kinds as pk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.complex_numbers import is_complex
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import rank_of, static
from adcompile.rules.reductions import extreme_adjoint, extreme_tangent, widened
from adcompile.rules.table import RuleError, general
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    general(
        "y = np.linalg.norm(x, ord=None, axis=None, keepdims=False)",
        (norm_tangent, norm_adjoint),
        kind=pk.normed,
    )
    general(
        "y = np.linalg.vector_norm(x, axis=None, keepdims=False, ord=2)",
        (of_vectors(norm_tangent), of_vectors(norm_adjoint)),
        kind=pk.vector_normed,
    )


def of_vectors(column: CallableColumn) -> CallableColumn:
    """The column for norms that do not know matrices."""
    return lambda build, names: column(build, {**names, "vector": Lit(True)})


def _order(build: Builder, names: Names) -> object:
    """The order: "fro" where all elements count alike, ("matrix", p) for a norm of matrices."""
    order, axis = static(names, "ord", "np.linalg.norm"), static(names, "axis", "np.linalg.norm")
    if order is None or order == "fro":
        return "fro"
    if "vector" in names or isinstance(axis, int):
        return "fro" if order == 2 else order
    rank = len(axis) if isinstance(axis, tuple) else rank_of(build, names, "x", "np.linalg.norm")
    if rank == 1:
        return "fro" if order == 2 else order
    if rank != 2:
        raise RuleError("np.linalg.norm with an order is for vectors and matrices: give axis=")
    return "matrix", order


def _nonzero(build: Builder, names: Names) -> str:
    """The text of the norm, with 1 for 0: where it is 0, so is what is divided by it."""
    return (
        "(y if y != 0 else 1.0)"
        if k.is_scalar(build.kind(names["y"]))
        else "np.where(y == 0, 1, y)"
    )


def norm_tangent(build: Builder, names: Names) -> Atom:
    order, complex_ = _order(build, names), is_complex(build, names, "x")
    total = "np.sum({}, axis, keepdims=keepdims)"
    if order == "fro":
        product = "np.real(np.conj(x) * x_dot)" if complex_ else "x * x_dot"
        return evaluate(f"{total.format(product)} / {_nonzero(build, names)}", names, build)
    if order in (math.inf, -math.inf):
        return extreme_tangent(build, _magnitudes(build, names, "x_dot"))
    scope = {**names, "g": _gradient(build, names, order)}
    return evaluate(total.format("np.real(g * x_dot)" if complex_ else "g * x_dot"), scope, build)


def norm_adjoint(build: Builder, names: Names) -> Atom:
    order, complex_ = _order(build, names), is_complex(build, names, "x")
    if order == "fro":
        scope = {**names, "share": evaluate(f"y_bar / {_nonzero(build, names)}", names, build)}
        x = "np.conj(x)" if complex_ else "x"
        return evaluate(f"{widened(build, names, 'share')} * {x}", scope, build)
    if order in (math.inf, -math.inf):
        scope = {**names, "unit": _unit(build, names)}
        scope["bar"] = extreme_adjoint(build, _magnitudes(build, names))
        return evaluate("unit * bar", scope, build)
    scope = {**names, "g": _gradient(build, names, order)}
    return evaluate(f"g * {widened(build, names, 'y_bar')}", scope, build)


def _unit(build: Builder, names: Names) -> Atom:
    """The gradient of abs(x): its sign, of complex numbers conj(x) / abs(x); 0 at 0."""
    if not is_complex(build, names, "x"):
        return evaluate("np.sign(x)", names, build)
    scope = {**names, "size": evaluate("np.abs(x)", names, build)}
    return evaluate("np.conj(x) / np.where(size == 0, 1, size)", scope, build)


def _magnitudes(build: Builder, names: Names, *dots: str) -> Names:
    """abs(x) in the place of x."""
    scope = {**names, "unit": _unit(build, names), "x": evaluate("np.abs(x)", names, build)}
    moved = "np.real(unit * {})" if is_complex(build, names, "x") else "unit * {}"
    scope.update({dot: evaluate(moved.format(dot), scope, build) for dot in dots})
    return scope


def _gradient(build: Builder, names: Names, order: object) -> Atom:
    """The gradient of the norm, in the shape of x."""
    if isinstance(order, tuple):
        return _matrix_gradient(build, names, order[1])
    if order == 0:
        return evaluate("mem.zeros_like(x)", names, build)
    if not isinstance(order, (int, float)):
        raise RuleError(f"np.linalg.norm has no order {order!r} for vectors")
    scope = {**names, "unit": _unit(build, names), "p": Lit(order - 1)}
    if order == 1:
        return scope["unit"]
    size = "np.abs(x)" if order > 1 else "np.where(x == 0, 1, np.abs(x))"
    quotient = f"{size} / {widened(build, names, _nonzero(build, names))}"
    return evaluate(f"unit * ({quotient}) ** p", scope, build)


def _matrix_gradient(build: Builder, names: Names, order: object) -> Atom:
    """With the axes of the matrix moved to the end, and back."""
    rank = rank_of(build, names, "x", "np.linalg.norm")
    axis = static(names, "axis", "np.linalg.norm")
    axes = tuple(a % rank for a in axis) if isinstance(axis, tuple) else (0, 1)
    scope, moved = dict(names), axes != (rank - 2, rank - 1)
    scope["axes"] = Lit(axes)
    if moved:
        scope["x"] = evaluate("np.moveaxis(x, axes, (-2, -1))", scope, build)
    if order in (1, -1, math.inf, -math.inf):
        scope["g"] = _sums_gradient(build, scope, order)
    elif order in (2, -2, "nuc"):
        scope["g"] = _singular_gradient(build, scope, order)
    else:
        raise RuleError(f"np.linalg.norm has no order {order!r} for matrices")
    return evaluate("np.moveaxis(g, (-2, -1), axes)" if moved else "g", scope, build)


def _sums_gradient(build: Builder, scope: dict[str, Atom], order: object) -> Atom:
    """Of the extreme sum of a row or column of magnitudes, evenly among the equal ones."""
    along, over = (-2, -1) if order in (1, -1) else (-1, -2)
    end = "max" if order in (1, math.inf) else "min"
    scope["sums"] = evaluate(f"np.sum(np.abs(x), axis={along}, keepdims=True)", scope, build)
    scope["hit"] = evaluate(
        f"np.equal(sums, np.{end}(sums, axis={over}, keepdims=True))", scope, build
    )
    scope["unit"] = _unit(build, scope)
    count = "np.asarray(np.count_nonzero(hit, axis=(-2, -1), keepdims=True), dtype=sums.dtype)"
    return evaluate(f"unit * hit / np.maximum({count}, 1)", scope, build)


def _singular_gradient(build: Builder, scope: dict[str, Atom], order: object) -> Atom:
    """Of the sum or of one of the singular values; 0 for those that are 0."""
    scope["svd"] = evaluate("np.linalg.svd(x, False)", scope, build)
    scope["u"], scope["s"], scope["v"] = (evaluate(f"svd[{i}]", scope, build) for i in range(3))
    if order != "nuc":
        part = ":1" if order == 2 else "-1:"
        for name, index in (("u", f"..., {part}"), ("s", f"..., {part}"), ("v", f"..., {part}, :")):
            scope[name] = evaluate(f"{name}[{index}]", scope, build)
    product = "(u * np.expand_dims(np.sign(s), -2)) @ v"
    complex_ = is_complex(build, scope, "x")
    return evaluate(f"np.conj({product})" if complex_ else product, scope, build)
