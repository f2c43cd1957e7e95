"""np.linalg.norm, by the order; 0 where the norm is 0."""

from __future__ import annotations

import math

from adcompile.rules import product_kinds as pk
from adcompile.rules import reduced_kinds as rk
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
        kind=rk.reduced(1, 2, floats=True),
    )


def of_vectors(column: CallableColumn) -> CallableColumn:
    """The column for norms that do not know matrices."""
    return lambda build, names: column(build, {**names, "vector": Lit(True)})


def _order(build: Builder, names: Names) -> object:
    """The order: "fro" where all elements count alike, ("matrix", p) for a norm of matrices."""
    order, axis = static(names, "ord", "np.linalg.norm"), static(names, "axis", "np.linalg.norm")
    if order is None or order == "fro":
        return "fro"
    if "vector" in names:
        return "fro" if order == 2 else order
    rank = (
        len(axis)
        if isinstance(axis, tuple)
        else 1
        if axis is not None
        else rank_of(build, names, "x", "norm")
    )
    if rank == 1:
        return "fro" if order == 2 else order
    if rank_of(build, names, "x", "np.linalg.norm") != 2:
        raise RuleError(
            "the derivative of matrix norms is known for one matrix only, not for stacks"
        )
    return "matrix", order


def _nonzero(build: Builder, names: Names) -> str:
    """The text of the norm, with 1 for 0: where it is 0, so is what is divided by it."""
    return (
        "(y if y != 0 else 1.0)"
        if k.is_scalar(build.kind(names["y"]))
        else "np.where(y == 0, 1, y)"
    )


def norm_tangent(build: Builder, names: Names) -> Atom:
    order = _order(build, names)
    total = "np.sum({}, axis, keepdims=keepdims)"
    complex_ = is_complex(build, names, "x")
    if complex_ and order != "fro":
        raise RuleError(f"the derivative of the norm of order {order!r} is for real numbers only")
    if order == "fro":
        product = "np.real(np.conj(x) * x_dot)" if complex_ else "x * x_dot"
        return evaluate(f"{total.format(product)} / {_nonzero(build, names)}", names, build)
    if order in (math.inf, -math.inf):
        return extreme_tangent(build, _signed(build, names, "x_dot"))
    scope = {**names, "g": _gradient(build, names, order)}
    return evaluate(total.format("g * x_dot"), scope, build)


def norm_adjoint(build: Builder, names: Names) -> Atom:
    order, complex_ = _order(build, names), is_complex(build, names, "x")
    if complex_ and order != "fro":
        raise RuleError(f"the derivative of the norm of order {order!r} is for real numbers only")
    if order == "fro":
        scope = {**names, "share": evaluate(f"y_bar / {_nonzero(build, names)}", names, build)}
        x = "np.conj(x)" if complex_ else "x"
        return evaluate(f"{widened(build, names, 'share')} * {x}", scope, build)
    if order in (math.inf, -math.inf):
        scope = {**names, "bar": extreme_adjoint(build, _signed(build, names))}
        return evaluate("np.sign(x) * bar", scope, build)
    scope = {**names, "g": _gradient(build, names, order)}
    return evaluate(f"g * {widened(build, names, 'y_bar')}", scope, build)


def _signed(build: Builder, names: Names, *dots: str) -> Names:
    """abs(x) in the place of x."""
    scope = {**names, "x": evaluate("np.abs(x)", names, build)}
    scope.update({dot: evaluate(f"np.sign(x) * {dot}", names, build) for dot in dots})
    return scope


def _gradient(build: Builder, names: Names, order: object) -> Atom:
    """The gradient of the norm, in the shape of x."""
    if isinstance(order, tuple):
        return _matrix_gradient(build, names, order[1])
    if order == 0:
        return evaluate("mem.zeros_like(x)", names, build)
    if order == 1:
        return evaluate("np.sign(x)", names, build)
    if not isinstance(order, (int, float)) or order < 1:
        raise RuleError(f"the derivative of the norm of order {order!r} is not known")
    quotient = f"np.abs(x) / {widened(build, names, _nonzero(build, names))}"
    return evaluate(f"np.sign(x) * ({quotient}) ** p", {**names, "p": Lit(order - 1)}, build)


def _matrix_gradient(build: Builder, names: Names, order: object) -> Atom:
    if order in (1, -1, math.inf, -math.inf):
        axis = 0 if order in (1, -1) else 1
        scope = {**names, "sums": evaluate(f"np.sum(np.abs(x), axis={axis})", names, build)}
        end = "max" if order in (1, math.inf) else "min"
        scope["hit"] = evaluate(f"sums == np.{end}(sums)", scope, build)
        hit = "np.expand_dims(hit, 1)" if axis else "hit"
        return evaluate(f"np.sign(x) * {hit} / max(int(np.count_nonzero(hit)), 1)", scope, build)
    if order in (2, "nuc"):
        scope = {**names, "svd": evaluate("np.linalg.svd(x, full_matrices=False)", names, build)}
        if order == "nuc":
            return evaluate("svd[0] @ svd[2]", scope, build)
        return evaluate("np.outer(svd[0][:, 0], svd[2][0])", scope, build)
    raise RuleError(f"the derivative of the matrix norm of order {order!r} is not known")
