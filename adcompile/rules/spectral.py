"""numpy.linalg: Cholesky factors, and the values and vectors of Hermitian matrices and of any.

Eigenvectors and singular vectors of complex matrices are known but for a phase; the derivative
takes the motion that turns it nowhere, as jax does: v.conj().T @ v_dot has a real diagonal that is
zero, and so has that of the singular vectors on the right.  A result that depends on the phase has
no derivative.
"""

from __future__ import annotations

from adcompile.rules import factor_kinds as fk
from adcompile.rules import product_kinds as pk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import static
from adcompile.rules.stacks import Texts, identity, texts_of
from adcompile.rules.table import RuleError, general
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    general(
        "y = np.linalg.cholesky(x, upper=False)", (cholesky_tangent, cholesky_x), kind=fk.factor
    )
    general('y = np.linalg.eigh(x, UPLO="L")', (eigh_tangent, eigh_x), kind=pk.eigh)
    general('y = np.linalg.eigvalsh(x, UPLO="L")', (eigvalsh_tangent, eigvalsh_x), kind=pk.eigvalsh)
    general(
        "y = np.linalg.svd(x, full_matrices=True, compute_uv=True, hermitian=False)",
        (svd_tangent, svd_x),
        kind=pk.svd,
    )
    general("y = np.linalg.svdvals(x)", (svdvals_tangent, svdvals_x), kind=fk.svdvals)


# Cholesky factors, of which NumPy reads the lower triangle


def _half(text: str) -> str:
    """The lower triangle, with half the diagonal."""
    return f"0.5 * (np.tril({text}) + np.tril({text}, -1))"


def _lower(build: Builder, names: Names) -> tuple[Texts, str, dict[str, Atom]]:
    """The texts, which triangle is read and `y`, the lower factor."""
    texts = texts_of(build, names, "x", "np.linalg.cholesky")
    upper = static(names, "upper", "np.linalg.cholesky")
    y = evaluate(texts.h("y"), names, build) if upper else names["y"]
    return texts, "U" if upper else "L", {**names, "y": y}


def cholesky_tangent(build: Builder, names: Names) -> Atom:
    texts, triangle, scope = _lower(build, names)
    scope["s"] = evaluate(texts.mirrored("x_dot", triangle), scope, build)
    scope["c"] = evaluate("np.linalg.solve(y, s)", scope, build)
    scope["m"] = evaluate(f"np.linalg.solve(y, {texts.h('c')})", scope, build)
    scope["low"] = evaluate(f"y @ ({_half('m')})", scope, build)
    return scope["low"] if triangle == "L" else evaluate(texts.h("low"), scope, build)


def cholesky_x(build: Builder, names: Names) -> Atom:
    texts, triangle, scope = _lower(build, names)
    bar = texts.conj("y_bar") if triangle == "L" else texts.t("y_bar")
    scope["p"] = evaluate(f"{texts.h('y')} @ {bar}", scope, build)
    scope["h"] = evaluate(f"np.linalg.solve({texts.h('y')}, {_half('p')})", scope, build)
    scope["g"] = evaluate(f"np.linalg.solve({texts.h('y')}, {texts.h('h')})", scope, build)
    return _pulled(build, scope, texts, triangle)


def _pulled(build: Builder, scope: dict[str, Atom], texts: Texts, triangle: str) -> Atom:
    """The adjoint of the triangle that is read, from the gradient `g` by the matrix."""
    scope["m"] = evaluate(f"0.5 * (g + {texts.h('g')})", scope, build)
    return evaluate(texts.folded("m", triangle), scope, build)


# Hermitian matrices


def _hermitian(build: Builder, names: Names, op: str) -> tuple[Texts, str]:
    triangle = static(names, "UPLO", op)
    if triangle not in ("L", "U"):
        raise RuleError(f'{op} takes UPLO="L" or UPLO="U"')
    return texts_of(build, names, "x", op), str(triangle)


def _gaps(build: Builder, names: Names, texts: Texts) -> dict[str, Atom]:
    """`w`, `v`: eigenvalues and eigenvectors; `f`: 1 / (w[j] - w[i]), 0 on the diagonal."""
    scope = dict(names)
    scope["w"], scope["v"] = (evaluate(f"y[{i}]", names, build) for i in (0, 1))
    scope["eye"] = identity(build, scope, "np.shape(w)[-1]", "w")
    scope["f"] = evaluate(
        f"1 / (np.expand_dims(w, -2) - {texts.column('w')} + eye) - eye", scope, build
    )
    return scope


def eigh_tangent(build: Builder, names: Names) -> Atom:
    texts, triangle = _hermitian(build, names, "np.linalg.eigh")
    scope = _gaps(build, names, texts)
    scope["s"] = evaluate(texts.mirrored("x_dot", triangle), scope, build)
    scope["m"] = evaluate(f"{texts.h('v')} @ s @ v", scope, build)
    return evaluate(f"({texts.diagonal(texts.real('m'))}, v @ (f * m))", scope, build)


def eigh_x(build: Builder, names: Names) -> Atom:
    texts, triangle = _hermitian(build, names, "np.linalg.eigh")
    scope = _gaps(build, names, texts)
    spread = texts.spread(_narrowed(build, scope, texts, "y_bar[0]", "w"))
    scope["g"] = evaluate(
        f"v @ ({spread} + f * ({texts.h('v')} @ {texts.conj('y_bar[1]')})) "
        f"@ {texts.h('v')}",
        scope,
        build,
    )
    return _pulled(build, scope, texts, triangle)


def eigvalsh_tangent(build: Builder, names: Names) -> Atom:
    texts, triangle = _hermitian(build, names, "np.linalg.eigvalsh")
    scope = {**names, "v": evaluate("np.linalg.eigh(x, UPLO)[1]", names, build)}
    scope["s"] = evaluate(texts.mirrored("x_dot", triangle), scope, build)
    products = texts.real(f"{texts.conj('v')} * (s @ v)")
    return evaluate(f"np.sum({products}, axis=-2)", scope, build)


def eigvalsh_x(build: Builder, names: Names) -> Atom:
    texts, triangle = _hermitian(build, names, "np.linalg.eigvalsh")
    scope = {**names, "v": evaluate("np.linalg.eigh(x, UPLO)[1]", names, build)}
    row = texts.row(_narrowed(build, scope, texts, "y_bar", "y"))
    scope["m"] = evaluate(f"(v * {row}) @ {texts.h('v')}", scope, build)
    return evaluate(texts.folded("m", triangle), scope, build)


def _narrowed(build: Builder, scope: dict[str, Atom], texts: Texts, bar: str, value: str) -> str:
    """The name of the adjoint of real values of a complex matrix, as wide as these.

    How wide complex numbers are, and so these, is known when it runs.
    """
    if not texts.complex:
        return bar
    scope["narrow"] = evaluate(f"np.astype({bar}, {value}.dtype)", scope, build)
    return "narrow"


# Singular values and vectors


def _checked(build: Builder, names: Names) -> Texts:
    if static(names, "hermitian", "np.linalg.svd"):
        raise RuleError("np.linalg.svd has a derivative with hermitian=False only: leave it out")
    return texts_of(build, names, "x", "np.linalg.svd")


def _is_square(build: Builder, names: Names) -> bool:
    dims = sk.dims_of(build.kind(names["x"]))
    return dims is not None and dims[-1] == dims[-2]


def _singular(build: Builder, names: Names, texts: Texts) -> dict[str, Atom]:
    """`u`, `s`, `v` with x = u @ diag(s) @ v.conj().T; `f`: 1 / (s[j]**2 - s[i]**2), 0 where i = j;
    `left`, `right`: onto what the columns and the rows of x do not reach."""
    square, scope = _is_square(build, names), dict(names)
    left, scope["s"], right = (evaluate(f"y[{i}]", names, build) for i in (0, 1, 2))
    scope["u"], scope["v"] = left, right
    if static(names, "full_matrices", "np.linalg.svd") and not square:
        scope["k"] = evaluate("np.shape(s)[-1]", scope, build)
        for name, text in (("u", "u[..., :k]"), ("v", "v[..., :k, :]"),
                           ("above", "u[..., k:]"), ("below", "v[..., k:, :]")):  # fmt: skip
            whole = {"u": left, "v": right, "k": scope["k"]}
            scope[name] = evaluate(text, whole, build)
    scope["v"] = evaluate(texts.h("v"), scope, build)
    scope["eye"] = identity(build, scope, "np.shape(s)[-1]", "s")
    scope["r"] = evaluate("np.expand_dims(s, -2)", scope, build)
    scope["c"] = evaluate(texts.column("s"), scope, build)
    scope["f"] = evaluate("1 / ((r + c) * (r - c) + eye) - eye", scope, build)
    if not square:
        for side, name in (("left", "u"), ("right", "v")):
            scope["i"] = identity(build, scope, f"np.shape({name})[-2]")
            scope[side] = evaluate(f"i - {name} @ {texts.h(name)}", scope, build)
    return scope


def svd_tangent(build: Builder, names: Names) -> Atom:
    texts = _checked(build, names)
    if names["compute_uv"] == Lit(False):
        return svdvals_tangent(build, names)
    scope = _singular(build, names, texts)
    scope["p"] = evaluate(f"{texts.h('u')} @ x_dot @ v", scope, build)
    du, dv = f"u @ (f * (p * r + {texts.h('(p * r)')}){_turn(texts, 'p')})", "v @ (f * q)"
    scope["q"] = evaluate(f"c * p + {texts.h('(c * p)')}", scope, build)
    if "left" in scope:
        du, dv = f"{du} + left @ x_dot @ v / r", f"{dv} + right @ {texts.h('x_dot')} @ u / r"
    scope["dv"] = evaluate(dv, scope, build)
    values = texts.diagonal(texts.real("p"))
    if "k" not in scope:
        return evaluate(f"({du}, {values}, {texts.h('dv')})", scope, build)
    scope["du"] = evaluate(du, scope, build)
    scope["a"] = evaluate(f"-u @ ({texts.h('du')} @ above)", scope, build)
    scope["b"] = evaluate(f"-(below @ dv) @ {texts.h('v')}", scope, build)
    for name, others in (("a", _many("above", -1, texts)), ("b", _many("below", -2, texts))):
        scope[name] = evaluate(f"np.where({others}, np.nan, {name})", scope, build)
    scope["du"] = evaluate("np.concatenate((du, a), axis=-1)", scope, build)
    scope["dv"] = evaluate(f"np.concatenate(({texts.h('dv')}, b), axis=-2)", scope, build)
    return evaluate(f"(du, {values}, dv)", scope, build)


def _many(others: str, axis: int, texts: Texts) -> str:
    """The text that says whether vectors without a singular value can be turned by little.

    Any basis of the space that they span will do, so that their derivative is NaN.  One alone is
    known but for its sign, or, if complex, for a factor.
    """
    return f"np.shape({others})[{axis}] > {0 if texts.complex else 1}"


def _folded(build: Builder, scope: dict[str, Atom], texts: Texts) -> None:
    """`du` and `dv` of the vectors with a singular value, from these of all.

    The others change as those do: d(above) = -u @ (d(u).conj().T @ above).
    """
    scope["a"] = evaluate("du[..., k:]", scope, build)
    scope["b"] = evaluate("dv[..., k:, :]", scope, build)
    for name, others in (("a", _many("above", -1, texts)), ("b", _many("below", -2, texts))):
        text = f"np.where(({others}) & ({name} != 0), np.nan, {name})"
        scope[name] = evaluate(text, scope, build)
    scope["du"] = evaluate(f"du[..., :k] - above @ ({texts.h('a')} @ u)", scope, build)
    text = f"dv[..., :k, :] - ({texts.h('v')} @ {texts.h('b')}) @ below"
    scope["dv"] = evaluate(text, scope, build)


def _turn(texts: Texts, name: str) -> str:
    """What the imaginary part of the diagonal turns the vectors on the left by."""
    return f" + eye * (1j * np.imag({name}) / r)" if texts.complex else ""


def svd_x(build: Builder, names: Names) -> Atom:
    texts = _checked(build, names)
    if names["compute_uv"] == Lit(False):
        return svdvals_x(build, names)
    scope = _singular(build, names, texts)
    scope["du"] = evaluate(texts.conj("y_bar[0]"), scope, build)
    scope["dv"] = evaluate(texts.conj("y_bar[2]"), scope, build)
    if "k" in scope:
        _folded(build, scope, texts)
    scope["a"] = evaluate(f"{texts.h('u')} @ du", scope, build)
    scope["b"] = evaluate(f"{texts.h('v')} @ {texts.h('dv')}", scope, build)
    spread = texts.spread(_narrowed(build, scope, texts, "y_bar[1]", "y[1]"))
    scope["g"] = evaluate(
        f"f * (a - {texts.h('a')}) * r + c * (f * (b - {texts.h('b')})) "
        f"+ {spread}{_turn(texts, 'a')}",
        scope,
        build,
    )
    text = f"u @ g @ {texts.h('v')}"
    if "left" in scope:
        text += f" + left @ (du / r) @ {texts.h('v')} + u @ (dv / c) @ right"
    return evaluate(texts.conj(f"({text})"), scope, build)


# Singular values alone: no difference of them is divided by


def factors_of(build: Builder, names: Names, matrix: str) -> dict[str, Atom]:
    """`left` and `right`: the singular vectors of a matrix."""
    scope = {**names}
    scope["f"] = evaluate(f"np.linalg.svd({matrix}, False)", names, build)
    scope["left"], scope["right"] = (evaluate(f"f[{i}]", scope, build) for i in (0, 2))
    return scope


def values_tangent(texts: Texts, dot: str) -> str:
    """The text of the tangent of the singular values."""
    product = f"{texts.conj('left')} * ({dot} @ {texts.h('right')})"
    return f"np.sum({texts.real(product)}, axis=-2)"


def svdvals_tangent(build: Builder, names: Names) -> Atom:
    texts = texts_of(build, names, "x", "np.linalg.svd")
    return evaluate(values_tangent(texts, "x_dot"), factors_of(build, names, "x"), build)


def svdvals_x(build: Builder, names: Names) -> Atom:
    texts = texts_of(build, names, "x", "np.linalg.svd")
    scope = factors_of(build, names, "x")
    row = texts.row(_narrowed(build, scope, texts, "y_bar", "y"))
    return evaluate(texts.conj(f"((left * {row}) @ right)"), scope, build)
