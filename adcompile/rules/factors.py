"""numpy.linalg: least squares, QR, and eigenvalues of matrices that are not symmetric."""

from __future__ import annotations

from adcompile.rules import factor_kinds as fk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.containers import elements
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import must_be_real, rank_of, static
from adcompile.rules.table import RuleError, constant, general
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    general(
        "y = np.linalg.lstsq(a, b, rcond=None)",
        (lstsq_a_tangent, lstsq_a),
        (lstsq_b_tangent, lstsq_b),
        kind=fk.least_squares,
    )
    general('y = np.linalg.qr(x, mode="reduced")', (qr_tangent, qr_x), kind=fk.qr)
    general("y = np.linalg.svdvals(x)", (svdvals_tangent, svdvals_x), kind=fk.svdvals)
    general("y = np.linalg.eigvals(x)", (eigvals_tangent, eigvals_x), kind=fk.eigvals)
    general("y = np.linalg.eig(x)", (no_eig, no_eig), kind=fk.eig)
    constant("y = np.linalg.matrix_rank(x, tol=None, hermitian=False)", kind=fk.rank)


# Least squares (Golub and Pereyra 1973), for matrices whose rank does not change where they move


def _solution(build: Builder, names: Names) -> dict[str, Atom]:
    """`p`: the pseudo-inverse; `x`: the solution; `r`: what is left of b."""
    if rank_of(build, names, "a", "np.linalg.lstsq") != 2:
        raise RuleError("np.linalg.lstsq takes one matrix")
    must_be_real(build, names, "a", "np.linalg.lstsq")
    must_be_real(build, names, "b", "np.linalg.lstsq")
    scope = {**names, "p": evaluate("np.linalg.pinv(a)", names, build)}
    scope["x"] = evaluate("y[0]", scope, build)
    scope["r"] = evaluate("b - a @ x", scope, build)
    return scope


def _summed(build: Builder, names: Names, product: str) -> str:
    """Twice the product, summed as the squares of the residuals are; no number where there is
    none."""
    if rank_of(build, names, "b", "np.linalg.lstsq") == 1:
        return f"(2 * np.sum({product}, axis=0, keepdims=True))[:len(y[1])]"
    return f"(2 * np.sum({product}, axis=0))[:len(y[1])]"


def lstsq_a_tangent(build: Builder, names: Names) -> Atom:
    scope = _solution(build, names)
    scope["moved"] = evaluate("a_dot @ x", scope, build)
    scope["fit"] = evaluate(
        "p @ (p.T @ (a_dot.T @ r) - moved) + a_dot.T @ (p.T @ x) - p @ (a @ (a_dot.T @ (p.T @ x)))",
        scope,
        build,
    )
    scope["squares"] = evaluate(f"-{_summed(build, names, 'r * moved')}", scope, build)
    scope["s"] = evaluate(SINGULAR_TANGENT.format("a_dot"), _svd(build, scope, "a"), build)
    return evaluate("(fit, squares, 0, s)", scope, build)


def lstsq_b_tangent(build: Builder, names: Names) -> Atom:
    scope = _solution(build, names)
    scope["squares"] = evaluate(_summed(build, names, "r * b_dot"), scope, build)
    return evaluate("(p @ b_dot, squares, 0, mem.zeros_like(y[3]))", scope, build)


def _pulled(build: Builder, names: Names) -> dict[str, Atom]:
    """`w`: the adjoint of b by the solution; `e`: that by the residuals, None where they have
    none."""
    scope = _solution(build, names)
    scope["x_bar"] = evaluate("y_bar[0]", scope, build)
    scope["w"] = evaluate("p.T @ x_bar", scope, build)
    if _is_zero(build, names, 1):
        return {**scope, "e": Lit(None)}
    if rank_of(build, names, "b", "np.linalg.lstsq") == 1:
        each = "np.sum(y_bar[1])"
    else:
        each = "np.sum(np.reshape(y_bar[1], (-1, np.shape(b)[1])), axis=0)"
    return {**scope, "e": evaluate(f"2 * r * {each}", scope, build)}


def _is_zero(build: Builder, names: Names, item: int) -> bool:
    """Is an item of the result's adjoint known to be zero, because it is not used?"""
    items = elements(build, names["y_bar"])
    made = None if items is None else build.definition(items[item])
    return made is not None and made.op == "mem.zeros_like"


def lstsq_a(build: Builder, names: Names) -> Atom:
    scope = _pulled(build, names)
    vectors = rank_of(build, names, "b", "np.linalg.lstsq") == 1
    outer = "np.outer({}, {})" if vectors else "{} @ np.transpose({})"
    scope["back"] = evaluate("p @ w", scope, build)
    scope["u"] = evaluate("x_bar - a.T @ w", scope, build)
    scope["v"] = evaluate("p.T @ x", scope, build)
    pulled = "w" if scope["e"] == Lit(None) else "(w + e)"
    text = (
        f"{outer.format('r', 'back')} + {outer.format('v', 'u')} - {outer.format(pulled, 'x')}"
    )
    if not _is_zero(build, names, 3):
        scope = _svd(build, scope, "a")
        text += " + (left * y_bar[3]) @ right"
    return evaluate(text, scope, build)


def lstsq_b(build: Builder, names: Names) -> Atom:
    scope = _pulled(build, names)
    return evaluate("w" if scope["e"] == Lit(None) else "w + e", scope, build)


# Singular values alone: no difference of them is divided by


SINGULAR_TANGENT = "np.sum(left * ({} @ np.swapaxes(right, -1, -2)), axis=-2)"


def _svd(build: Builder, names: Names, matrix: str) -> dict[str, Atom]:
    must_be_real(build, names, matrix, "np.linalg.svd")
    scope = {**names}
    scope["f"] = evaluate(f"np.linalg.svd({matrix}, False)", names, build)
    scope["left"], scope["right"] = (evaluate(f"f[{i}]", scope, build) for i in (0, 2))
    return scope


def svdvals_tangent(build: Builder, names: Names) -> Atom:
    return evaluate(SINGULAR_TANGENT.format("x_dot"), _svd(build, names, "x"), build)


def svdvals_x(build: Builder, names: Names) -> Atom:
    return evaluate("(left * np.expand_dims(y_bar, -2)) @ right", _svd(build, names, "x"), build)


# QR (Walter and Lehmann 2010), of matrices that have at least as many rows as columns


def _qr(build: Builder, names: Names) -> dict[str, Atom]:
    if rank_of(build, names, "x", "np.linalg.qr") != 2:
        raise RuleError("the derivative of np.linalg.qr is known for one matrix only")
    must_be_real(build, names, "x", "np.linalg.qr")
    mode = static(names, "mode", "np.linalg.qr")
    dims = sk.dims_of(build.kind(names["x"]))
    if mode not in ("reduced", "r"):
        raise RuleError('np.linalg.qr has a derivative for mode="reduced" and mode="r" only')
    if dims is not None and None not in (dims[0].length, dims[1].length):
        rows, columns = dims[0].length or 0, dims[1].length or 0
        if rows < columns:
            raise RuleError("np.linalg.qr has no derivative for more columns than rows")
    scope = dict(names)
    scope["f"] = names["y"] if mode != "r" else evaluate("np.linalg.qr(x)", names, build)
    scope["q"], scope["r"] = (evaluate(f"f[{i}]", scope, build) for i in (0, 1))
    return scope


def qr_tangent(build: Builder, names: Names) -> Atom:
    scope = _qr(build, names)
    scope["c"] = evaluate("np.linalg.solve(r.T, x_dot.T).T", scope, build)
    scope["p"] = evaluate("q.T @ c", scope, build)
    scope["low"] = evaluate("np.tril(p, -1)", scope, build)
    scope["up"] = evaluate("p - low + low.T", scope, build)
    only = names["mode"] == Lit("r")
    return evaluate("up @ r" if only else "(c - q @ up, up @ r)", scope, build)


def qr_x(build: Builder, names: Names) -> Atom:
    scope = _qr(build, names)
    if names["mode"] == Lit("r"):
        scope["m"] = evaluate("r @ y_bar.T", scope, build)
        text = "q @ (np.tril(m) + np.tril(m, -1).T)"
    else:
        scope["m"] = evaluate("r @ y_bar[1].T - y_bar[0].T @ q", scope, build)
        text = "y_bar[0] + q @ (np.tril(m) + np.tril(m, -1).T)"
    scope["g"] = evaluate(text, scope, build)
    return evaluate("np.linalg.solve(r, g.T).T", scope, build)


# Eigenvalues of any matrix, as if all were different


def _eigen(build: Builder, names: Names) -> dict[str, Atom]:
    if rank_of(build, names, "x", "np.linalg.eigvals") != 2:
        raise RuleError("the derivative of np.linalg.eigvals is known for one matrix only")
    return {**names, "v": evaluate("np.linalg.eig(x)[1]", names, build)}


def eigvals_tangent(build: Builder, names: Names) -> Atom:
    return evaluate("np.diag(np.linalg.solve(v, x_dot @ v))", _eigen(build, names), build)


def eigvals_x(build: Builder, names: Names) -> Atom:
    text = "np.transpose((v * y_bar) @ np.linalg.inv(v))"
    real = sk.dims_of(build.kind(names["x"])) is not None and fk.is_real(build.kind(names["x"]))
    return evaluate(f"np.real({text})" if real else text, _eigen(build, names), build)


def no_eig(build: Builder, names: Names) -> Atom:
    raise RuleError(
        "the eigenvectors of np.linalg.eig have no derivative, for their length and phase are "
        "arbitrary: use np.linalg.eigvals for the values, np.linalg.eigh for symmetric matrices"
    )
