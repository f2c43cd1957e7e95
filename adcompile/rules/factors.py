"""numpy.linalg: least squares, QR, and eigenvalues of matrices that are not symmetric."""

from __future__ import annotations

from adcompile.rules import factor_kinds as fk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.containers import elements
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import must_be_real, rank_of, static
from adcompile.rules.spectral import factors_of, values_tangent
from adcompile.rules.stacks import Texts, identity, texts_of
from adcompile.rules.table import RuleError, constant, general
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

CUT = (
    "the derivative of np.linalg.lstsq is that of all singular values, and rcond cuts off some "
    "that are not zero: leave it out, or solve by np.linalg.svd"
)
UNKNOWN = (k.Dim("rows"), k.Dim("columns"))


def add_rows() -> None:
    general(
        "y = np.linalg.lstsq(a, b, rcond=None)",
        (lstsq_a_tangent, lstsq_a),
        (lstsq_b_tangent, lstsq_b),
        kind=fk.least_squares,
    )
    general('y = np.linalg.qr(x, mode="reduced")', (qr_tangent, qr_x), kind=fk.qr)
    general("y = np.linalg.eigvals(x)", (eigvals_tangent, eigvals_x), kind=fk.eigvals)
    general("y = np.linalg.eig(x)", (eig_tangent, eig_x), kind=fk.eig)
    constant("y = np.linalg.matrix_rank(x, tol=None, hermitian=False)", kind=fk.rank)


# Least squares (Golub and Pereyra 1973), for matrices whose rank does not change where they move


def _solution(build: Builder, names: Names) -> dict[str, Atom]:
    """`p`: the pseudo-inverse; `x`: the solution; `r`: what is left of b."""
    if rank_of(build, names, "a", "np.linalg.lstsq") != 2:
        raise RuleError("np.linalg.lstsq takes one matrix")
    must_be_real(build, names, "a", "np.linalg.lstsq")
    must_be_real(build, names, "b", "np.linalg.lstsq")
    if names["rcond"] != Lit(None):
        _must_keep_all(build, names)
    scope = {**names, "p": evaluate("np.linalg.pinv(a)", names, build)}
    scope["x"] = evaluate("y[0]", scope, build)
    scope["r"] = evaluate("b - a @ x", scope, build)
    return scope


def _must_keep_all(build: Builder, names: Names) -> None:
    """Ask, when it runs, that no singular value is cut off but those that are zero."""
    ranks = evaluate("np.linalg.matrix_rank(a)", names, build), evaluate("y[2]", names, build)
    line = f"if _0_ > _1_:\n    raise ValueError({CUT!r})"
    build.apply_many("mem.effect", (Lit(line), *ranks), ())


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
    text = values_tangent(texts_of(build, names, "a", "np.linalg.lstsq"), "a_dot")
    scope["s"] = evaluate(text, factors_of(build, scope, "a"), build)
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
        scope = factors_of(build, scope, "a")
        text += " + (left * y_bar[3]) @ right"
    return evaluate(text, scope, build)


def lstsq_b(build: Builder, names: Names) -> Atom:
    scope = _pulled(build, names)
    return evaluate("w" if scope["e"] == Lit(None) else "w + e", scope, build)


# QR (Walter and Lehmann 2010; Roberts and Roberts 2020), the diagonal of r being real


def _qr(build: Builder, names: Names) -> tuple[Texts, bool, dict[str, Atom]]:
    """The texts, may x have more columns than rows, and `q`; `r` and `z`: the square parts of r and
    x; `s`, `end`: the other columns of r and x."""
    texts = texts_of(build, names, "x", "np.linalg.qr")
    mode = static(names, "mode", "np.linalg.qr")
    rows, columns = (sk.dims_of(build.kind(names["x"])) or UNKNOWN)[-2:]
    if mode not in ("reduced", "r") and not (mode == "complete" and rows == columns):
        raise RuleError('np.linalg.qr has a derivative for mode="reduced" and mode="r" only')
    wide = rows != columns and (
        rows.length is None or columns.length is None or rows.length < columns.length
    )
    scope = dict(names)
    scope["f"] = names["y"] if mode != "r" else evaluate("np.linalg.qr(x)", names, build)
    scope["q"], scope["r"] = (evaluate(f"f[{i}]", scope, build) for i in (0, 1))
    scope["z"] = names["x"]
    if wide:
        scope["m"] = evaluate("np.shape(q)[-1]", scope, build)
        scope["s"], scope["end"] = (evaluate(f"{n}[..., m:]", scope, build) for n in "rx")
        scope["r"], scope["z"] = (evaluate(f"{n}[..., :m]", scope, build) for n in "rx")
    return texts, wide, scope


def qr_tangent(build: Builder, names: Names) -> Atom:
    texts, wide, scope = _qr(build, names)
    dot = "x_dot[..., :m]" if wide else "x_dot"
    scope["g"] = evaluate(dot, scope, build)
    scope["c"] = evaluate(texts.t(f"np.linalg.solve({texts.t('r')}, {texts.t('g')})"), scope, build)
    scope["p"] = evaluate(f"{texts.h('q')} @ c", scope, build)
    scope["low"] = evaluate("np.tril(p, -1)", scope, build)
    scope["turn"] = evaluate(f"low - {texts.h('low')}{_phase(build, texts, scope, 'p')}",
                             scope, build)  # fmt: skip
    scope["up"] = evaluate("p - turn", scope, build)
    scope["moved"] = evaluate("up @ r", scope, build)
    if wide:
        scope["beyond"] = evaluate(f"{texts.h('q')} @ x_dot[..., m:] - turn @ s", scope, build)
        scope["moved"] = evaluate("np.concatenate((moved, beyond), axis=-1)", scope, build)
    return scope["moved"] if names["mode"] == Lit("r") else evaluate(
        "(c - q @ up, moved)", scope, build
    )  # fmt: skip


def _phase(build: Builder, texts: Texts, scope: dict[str, Atom], name: str) -> str:
    """The imaginary part of the diagonal of a complex matrix."""
    if not texts.complex:
        return ""
    scope["eye"] = identity(build, scope, "np.shape(q)[-1]")
    return f" + 1j * np.imag({name}) * eye"


def qr_x(build: Builder, names: Names) -> Atom:
    texts, wide, scope = _qr(build, names)
    only = names["mode"] == Lit("r")
    scope["r_bar"] = evaluate(texts.conj("y_bar" if only else "y_bar[1]"), scope, build)
    if not only:
        scope["q_bar"] = evaluate(texts.conj("y_bar[0]"), scope, build)
    if wide:
        scope["s_bar"] = evaluate("r_bar[..., m:]", scope, build)
        scope["r_bar"] = evaluate("r_bar[..., :m]", scope, build)
        given = "" if only else "q_bar + "
        scope["q_bar"] = evaluate(f"{given}end @ {texts.h('s_bar')}", scope, build)
    turned = f" - {texts.h('q_bar')} @ q" if "q_bar" in scope else ""
    scope["m0"] = evaluate(f"r @ {texts.h('r_bar')}{turned}", scope, build)
    scope["low"] = evaluate("np.tril(m0, -1)", scope, build)
    scope["mid"] = evaluate(
        f"np.tril(m0) + {texts.h('low')}{_phase(build, texts, scope, 'm0').replace('+', '-', 1)}",
        scope, build,
    )  # fmt: skip
    scope["g"] = evaluate(("q_bar + " if "q_bar" in scope else "") + "q @ mid", scope, build)
    back = texts.h(f"np.linalg.solve(r, {texts.h('g')})")
    scope["bar"] = evaluate(texts.conj(back), scope, build)
    if not wide:
        return scope["bar"]
    rest = texts.conj("(q @ s_bar)")
    return evaluate(f"np.concatenate((bar, {rest}), axis=-1)", scope, build)


# Eigenvalues and eigenvectors of any matrix, as if all values were different


def _eigen(build: Builder, names: Names) -> tuple[Texts, dict[str, Atom]]:
    """`w`, `v`: values and vectors."""
    texts = texts_of(build, names, "x", "np.linalg.eig")
    scope = {**names, "w": evaluate("y[0]", names, build), "v": evaluate("y[1]", names, build)}
    scope["eye"] = identity(build, scope, "np.shape(x)[-1]")
    return texts, scope


def _values(names: Names, build: Builder) -> Names:
    return {**names, "y": evaluate("np.linalg.eig(x)", names, build)}


def eigvals_tangent(build: Builder, names: Names) -> Atom:
    texts, scope = _eigen(build, _values(names, build))
    scope["m"] = evaluate("np.linalg.solve(v, x_dot @ v)", scope, build)
    return evaluate(texts.diagonal("m"), scope, build)


def eigvals_x(build: Builder, names: Names) -> Atom:
    texts, scope = _eigen(build, _values(names, build))
    text = texts.t(f"((v * {texts.row('y_bar')}) @ np.linalg.inv(v))")
    return evaluate(_as_operand(build, names, text), scope, build)


def _as_operand(build: Builder, names: Names, text: str) -> str:
    return f"np.real({text})" if fk.is_real(build.kind(names["x"])) else text


def _turns(build: Builder, names: Names) -> tuple[Texts, dict[str, Atom]]:
    """`f`: 1 / (w[j] - w[i]), 0 on the diagonal; `hit`: the largest element of each vector, which
    NumPy makes real, and `top`, its value."""
    texts, scope = _eigen(build, names)
    scope["f"] = evaluate(
        "1 / (np.expand_dims(w, -2) - np.expand_dims(w, -1) + eye) - eye", scope, build
    )
    scope["at"] = evaluate("np.expand_dims(np.argmax(np.abs(v), -2), -2)", scope, build)
    scope["hit"] = evaluate("np.equal(np.expand_dims(np.arange(np.shape(x)[-1]), -1), at)",
                            scope, build)  # fmt: skip
    scope["top"] = evaluate("np.sum(hit * v, axis=-2, keepdims=True)", scope, build)
    return texts, scope


def eig_tangent(build: Builder, names: Names) -> Atom:
    """The vectors keep their length, and their largest elements stay real."""
    texts, scope = _turns(build, names)
    scope["p"] = evaluate("np.linalg.solve(v, x_dot @ v)", scope, build)
    scope["m"] = evaluate("v @ (f * p)", scope, build)
    scope["longer"] = evaluate("np.real(np.sum(np.conj(v) * m, axis=-2, keepdims=True))",
                               scope, build)  # fmt: skip
    scope["b"] = evaluate("np.sum(hit * m, axis=-2, keepdims=True) / top", scope, build)
    moved = "m - v * (longer + 0.5 * (b - np.conj(b)))"
    return evaluate(f"({texts.diagonal('p')}, {moved})", scope, build)


def eig_x(build: Builder, names: Names) -> Atom:
    texts, scope = _turns(build, names)
    scope["bar"] = evaluate("y_bar[1]", scope, build)
    scope["c"] = evaluate("np.sum(bar * v, axis=-2, keepdims=True)", scope, build)
    scope["m"] = evaluate(
        "bar - np.real(c) * np.conj(v) - hit * (0.5 * (c - np.conj(c)) / top)", scope, build
    )
    scope["p"] = evaluate(f"{texts.spread('y_bar[0]')} + f * ({texts.t('v')} @ m)", scope, build)
    text = f"np.linalg.solve({texts.t('v')}, p @ {texts.t('v')})"
    return evaluate(_as_operand(build, names, text), scope, build)
