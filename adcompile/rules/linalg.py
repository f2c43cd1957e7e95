"""numpy.linalg."""

from __future__ import annotations

from adcompile.rules import factors, norms
from adcompile.rules import product_kinds as pk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.containers import elements
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import by_rank, dtype_text, must_be_real, rank_known, rank_of, static
from adcompile.rules.table import RuleError, general
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    """Matrices, and stacks of them."""
    general(
        "y = np.linalg.inv(x)", ("-y @ x_dot @ y", by_rank("inv", "x", _inv, _inv(3))), kind=sk.same
    )
    general(
        "x = np.linalg.solve(a, b)",
        (solve_tangent, solve_a),
        (solve_b_tangent, solve_b),
        kind=pk.solved,
    )
    general(
        "y = np.linalg.det(x)",
        (f"y * np.sum({INVERSE} * x_dot, axis=(-2, -1))", det_x),
        kind=pk.determinant,
    )
    general(
        "y = np.linalg.slogdet(x)",
        (f"(mem.zeros_like(y[0]), np.sum({INVERSE} * x_dot, axis=(-2, -1)))", slogdet_x),
        kind=pk.slogdet,
    )
    general("y = np.linalg.cholesky(x)", (cholesky_tangent, cholesky_x), kind=sk.same)
    general("y = np.linalg.eigh(x)", (eigh_tangent, eigh_x), kind=pk.eigh)
    general("y = np.linalg.eigvalsh(x)", (eigvalsh_tangent, eigvalsh_x), kind=pk.eigvalsh)
    general(
        "y = np.linalg.matrix_power(x, n)",
        (matrix_power_tangent, matrix_power_x),
        None,
        kind=sk.same,
    )
    general(
        "y = np.linalg.svd(x, full_matrices=True, compute_uv=True)",
        (svd_tangent, svd_x),
        kind=pk.svd,
    )
    general("y = np.linalg.pinv(x)", (pinv_tangent, pinv_x), kind=pk.pinv)
    general("y = np.linalg.multi_dot(x)", (multi_dot_tangent, multi_dot_x), kind=pk.chain)
    norms.add_rows()
    factors.add_rows()


INVERSE = "np.swapaxes(np.linalg.inv(x), -1, -2)"


def _transposed(rank: int, name: str) -> str:
    return f"{name}.T" if rank == 2 else f"np.swapaxes({name}, -1, -2)"


def _inv(rank: int) -> str:
    y = _transposed(rank, "y")
    return f"-{y} @ y_bar @ {y}"


def _powers(names: Names, x: str, middle: str) -> str:
    """The sum of x**i @ middle @ x**(n - 1 - i)."""
    n = static(names, "n", "np.linalg.matrix_power")
    if not isinstance(n, int) or not 0 < n < 20:
        raise RuleError(
            "np.linalg.matrix_power has a derivative for constant powers from 1 to 19; use a loop"
        )
    sides = [("" if i == 0 else f"np.linalg.matrix_power({x}, {i})") for i in range(n)]
    terms = (" @ ".join(filter(None, (sides[i], middle, sides[n - 1 - i]))) for i in range(n))
    return " + ".join(terms)


def matrix_power_tangent(build: Builder, names: Names) -> Atom:
    return evaluate(_powers(names, "x", "x_dot"), names, build)


def matrix_power_x(build: Builder, names: Names) -> Atom:
    turned = _transposed(rank_of(build, names, "x", "np.linalg.matrix_power"), "x")
    return evaluate(_powers(names, turned, "y_bar"), names, build)


def _factors(build: Builder, names: Names, name: str) -> list[Atom]:
    items = elements(build, names[name])
    if items is None:
        raise RuleError("np.linalg.multi_dot has a derivative where its list stands in the call")
    return items


def multi_dot_tangent(build: Builder, names: Names) -> Atom:
    factors, dots = (_factors(build, names, name) for name in ("x", "x_dot"))
    scope = dict(zip(_numbered("f", factors), factors)) | dict(zip(_numbered("d", dots), dots))
    terms = [
        " @ ".join(f"d{i}" if i == moving else f"f{i}" for i in range(len(factors)))
        for moving in range(len(factors))
    ]
    return evaluate(" + ".join(terms), scope, build)


def multi_dot_x(build: Builder, names: Names) -> Atom:
    factors = _factors(build, names, "x")
    if any(len(sk.dims_of(build.kind(factor)) or ()) != 2 for factor in factors):
        raise RuleError("np.linalg.multi_dot has a derivative for matrices only")
    scope = {**names, **dict(zip(_numbered("f", factors), factors))}
    last = len(factors)
    bars = []
    for i in range(last):
        left, right = (f"f{j}.T" for j in range(i)), (f"f{j}.T" for j in range(i + 1, last))
        before, after = " @ ".join(reversed([*left])), " @ ".join(reversed([*right]))
        bars.append(evaluate(" @ ".join(filter(None, (before, "y_bar", after))), scope, build))
    form = "mem.tuple" if isinstance(build.kind(names["x"]), k.Tuple) else "mem.list"
    return build.apply(form, *bars)


def _numbered(letter: str, atoms: list[Atom]) -> list[str]:
    return [f"{letter}{i}" for i in range(len(atoms))]


def det_x(build: Builder, names: Names) -> Atom:
    if rank_known(build, names, "x") and rank_of(build, names, "x", "np.linalg.det") == 2:
        return evaluate("y_bar * y * np.linalg.inv(x).T", names, build)
    return evaluate(f"np.expand_dims(y_bar * y, (-2, -1)) * {INVERSE}", names, build)


def slogdet_x(build: Builder, names: Names) -> Atom:
    if rank_known(build, names, "x") and rank_of(build, names, "x", "np.linalg.slogdet") == 2:
        return evaluate("y_bar[1] * np.linalg.inv(x).T", names, build)
    return evaluate(f"np.expand_dims(y_bar[1], (-2, -1)) * {INVERSE}", names, build)


# a x = b, with b a vector, a matrix, or stacks


def _solve_ranks(build: Builder, names: Names) -> tuple[int, int] | None:
    if not all(rank_known(build, names, name) for name in "ab"):
        return None
    a, b = (rank_of(build, names, name, "np.linalg.solve") for name in "ab")
    if a > 2 and b == 1:
        raise RuleError(
            "np.linalg.solve of stacked matrices and one vector has no derivative: use b[:, None]"
        )
    return a, b


def solve_tangent(build: Builder, names: Names) -> Atom:
    _solve_ranks(build, names)
    return evaluate("-np.linalg.solve(a, a_dot @ x)", names, build)


def solve_b_tangent(build: Builder, names: Names) -> Atom:
    return evaluate("np.linalg.solve(a, b_dot)", names, build)


def solve_b(build: Builder, names: Names) -> Atom:
    ranks = _solve_ranks(build, names) or (3, 1)
    return evaluate(f"np.linalg.solve({_transposed(ranks[0], 'a')}, x_bar)", names, build)


def solve_a(build: Builder, names: Names) -> Atom:
    ranks = _solve_ranks(build, names)
    scope = {**names, "w": solve_b(build, names)}
    if ranks is None:  # a vector is a matrix of one column
        columns = "np.transpose(np.atleast_2d(np.transpose({})))"
        text = f"-{columns.format('w')} @ np.swapaxes({columns.format('x')}, -1, -2)"
    else:
        text = "-np.outer(w, x)" if ranks[1] == 1 else f"-w @ {_transposed(max(ranks), 'x')}"
    return evaluate(text, scope, build)


# The pseudo-inverse, of full rank


def _projections(build: Builder, names: Names) -> dict[str, Atom]:
    """`left` and `right`: onto what the columns and the rows of x do not reach."""
    must_be_real(build, names, "x", "np.linalg.pinv")
    dtype = dtype_text(build.kind(names["x"]))
    left = evaluate(f"np.eye(np.shape(x)[0]{dtype}) - x @ y", names, build)
    right = evaluate(f"np.eye(np.shape(x)[1]{dtype}) - y @ x", names, build)
    return {**names, "left": left, "right": right}


def pinv_tangent(build: Builder, names: Names) -> Atom:
    text = "y @ y.T @ x_dot.T @ left + right @ x_dot.T @ y.T @ y - y @ x_dot @ y"
    return evaluate(text, _projections(build, names), build)


def pinv_x(build: Builder, names: Names) -> Atom:
    text = "left @ y_bar.T @ y @ y.T + y.T @ y @ y_bar.T @ right - y.T @ y_bar @ y.T"
    return evaluate(text, _projections(build, names), build)


# Symmetric matrices, of which NumPy reads the lower triangle


def _mirrored(build: Builder, names: Names, dot: str) -> dict[str, Atom]:
    """`s`: the symmetric matrix whose lower triangle the operand's tangent gives."""
    if rank_of(build, names, "x", "this decomposition") != 2:
        raise RuleError(
            "the derivative of this decomposition is known for one matrix only, not for stacks"
        )
    must_be_real(build, names, "x", "this decomposition")
    return {**names, "s": evaluate(f"np.tril({dot}) + np.tril({dot}, -1).T", names, build)}


def _folded(build: Builder, names: Names, text: str) -> Atom:
    """The transpose of mirroring."""
    if rank_of(build, names, "x", "this decomposition") != 2:
        raise RuleError(
            "the derivative of this decomposition is known for one matrix only, not for stacks"
        )
    must_be_real(build, names, "x", "this decomposition")
    scope = {**names, "g": evaluate(text, names, build)}
    return evaluate("np.tril(g) + np.triu(g, 1).T", scope, build)


def _half(text: str) -> str:
    """The lower triangle, with half the diagonal."""
    return f"(np.tril({text}) - 0.5 * np.diag(np.diag({text})))"


def cholesky_tangent(build: Builder, names: Names) -> Atom:
    scope = _mirrored(build, names, "x_dot")
    scope["m"] = evaluate("np.linalg.solve(y, np.linalg.solve(y, s).T)", scope, build)
    return evaluate(f"y @ {_half('m')}", scope, build)


def cholesky_x(build: Builder, names: Names) -> Atom:
    scope = {**names, "p": evaluate("y.T @ y_bar", names, build)}
    scope["h"] = evaluate(f"np.linalg.solve(y.T, {_half('p')})", scope, build)
    scope["g"] = evaluate("np.linalg.solve(y.T, h.T)", scope, build)
    return _folded(build, scope, "0.5 * (g + g.T)")


def _gaps(build: Builder, names: Names) -> dict[str, Atom]:
    """`w`, `v`: eigenvalues and eigenvectors; `f`: 1 / (w[j] - w[i]), 0 on the diagonal."""
    scope = dict(names)
    scope["w"], scope["v"] = (evaluate(f"y[{i}]", names, build) for i in (0, 1))
    dtype = dtype_text(build.kind(names["x"]))
    scope["eye"] = evaluate(f"np.eye(len(w){dtype})", scope, build)
    scope["f"] = evaluate(
        "1 / (np.expand_dims(w, 0) - np.expand_dims(w, 1) + eye) - eye", scope, build
    )
    return scope


def eigh_tangent(build: Builder, names: Names) -> Atom:
    scope = _gaps(build, _mirrored(build, names, "x_dot"))
    scope["m"] = evaluate("v.T @ s @ v", scope, build)
    return evaluate("(np.diag(m), v @ (f * m))", scope, build)


def eigh_x(build: Builder, names: Names) -> Atom:
    scope = _gaps(build, names)
    scope["m"] = evaluate("v @ (np.diag(y_bar[0]) + f * (v.T @ y_bar[1])) @ v.T", scope, build)
    return _folded(build, scope, "0.5 * (m + m.T)")


def eigvalsh_tangent(build: Builder, names: Names) -> Atom:
    scope = _mirrored(build, names, "x_dot")
    scope["v"] = evaluate("np.linalg.eigh(x)[1]", names, build)
    return evaluate("np.sum(v * (s @ v), axis=0)", scope, build)


def eigvalsh_x(build: Builder, names: Names) -> Atom:
    scope = {**names, "v": evaluate("np.linalg.eigh(x)[1]", names, build)}
    return _folded(build, scope, "(v * y_bar) @ v.T")


def _singular(build: Builder, names: Names) -> dict[str, Atom]:
    """`u`, `s`, `v` with x = u @ diag(s) @ v.T; `f`: 1 / (s[j]**2 - s[i]**2), 0 where i = j."""
    if rank_of(build, names, "x", "np.linalg.svd") != 2:
        raise RuleError(
            "the derivative of np.linalg.svd is known for one matrix only, not for stacks"
        )
    must_be_real(build, names, "x", "np.linalg.svd")
    dims = sk.dims_of(build.kind(names["x"]))
    if names["full_matrices"] == Lit(True) and dims is not None and dims[0] != dims[1]:
        raise RuleError("np.linalg.svd has a derivative with full_matrices=False only")
    scope = dict(names)
    scope["u"], scope["s"], scope["v"] = (evaluate(f"y[{i}]", names, build) for i in (0, 1, 2))
    scope["v"] = evaluate("v.T", scope, build)
    dtype = dtype_text(build.kind(names["x"]))
    scope["eye"] = evaluate(f"np.eye(len(s){dtype})", scope, build)
    scope["f"] = evaluate(
        "1 / (np.expand_dims(s * s, 0) - np.expand_dims(s * s, 1) + eye) - eye", scope, build
    )
    scope["left"] = evaluate(f"np.eye(len(u){dtype}) - u @ u.T", scope, build)
    scope["right"] = evaluate(f"np.eye(len(v){dtype}) - v @ v.T", scope, build)
    return scope


def svd_tangent(build: Builder, names: Names) -> Atom:
    if names["compute_uv"] == Lit(False):
        return factors.svdvals_tangent(build, names)
    scope = _singular(build, names)
    scope["p"] = evaluate("u.T @ x_dot @ v", scope, build)
    scope["du"] = evaluate("u @ (f * (p * s + (p * s).T)) + left @ x_dot @ v / s", scope, build)
    scope["q"] = evaluate("np.expand_dims(s, 1) * p", scope, build)
    scope["dv"] = evaluate("v @ (f * (q + q.T)) + right @ x_dot.T @ u / s", scope, build)
    return evaluate("(du, np.diag(p), dv.T)", scope, build)


def svd_x(build: Builder, names: Names) -> Atom:
    if names["compute_uv"] == Lit(False):
        return factors.svdvals_x(build, names)
    scope = _singular(build, names)
    scope["a"] = evaluate("u.T @ y_bar[0]", scope, build)
    scope["b"] = evaluate("v.T @ y_bar[2].T", scope, build)
    scope["g"] = evaluate(
        "f * (a - a.T) * s + np.expand_dims(s, 1) * (f * (b - b.T)) + np.diag(y_bar[1])",
        scope,
        build,
    )
    return evaluate(
        "u @ g @ v.T + left @ (y_bar[0] / s) @ v.T + u @ (y_bar[2] / np.expand_dims(s, 1)) @ right",
        scope,
        build,
    )
