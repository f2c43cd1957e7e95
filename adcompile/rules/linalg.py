"""numpy.linalg."""

from __future__ import annotations

from adcompile.rules import factor_kinds as fk
from adcompile.rules import factors, norms, spectral, truncated
from adcompile.rules import product_kinds as pk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.complex_numbers import is_complex
from adcompile.rules.containers import elements
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import by_rank, rank_known, rank_of, static
from adcompile.rules.stacks import Texts, identity, texts_of
from adcompile.rules.table import RuleError, general
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom


def add_rows() -> None:
    """Matrices, and stacks of them."""
    general(
        "y = np.linalg.inv(x)",
        ("-y @ x_dot @ y", by_rank("inv", "x", _inv, _inv(3))),
        kind=fk.factor,
    )
    general(
        "x = np.linalg.solve(a, b)",
        (solve_tangent, solve_a),
        (solve_b_tangent, solve_b),
        kind=pk.solved,
    )
    general(
        "x = scipy.linalg.solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False)",
        (triangular_tangent, triangular_a),
        (triangular_b_tangent, triangular_b),
        kind=pk.solved,
    )
    general(
        "y = np.linalg.det(x)",
        (f"y * np.sum({INVERSE} * x_dot, axis=(-2, -1))", det_x),
        kind=pk.determinant,
    )
    general(
        "y = np.linalg.slogdet(x)",
        (slogdet_tangent, slogdet_x),
        kind=pk.slogdet,
    )
    general(
        "y = np.linalg.matrix_power(x, n)",
        (matrix_power_tangent, matrix_power_x),
        None,
        kind=pk.power,
    )
    general(
        "y = np.linalg.pinv(x, rcond=None, hermitian=False)",
        (pinv_tangent, pinv_x),
        kind=pk.pinv,
    )
    general("y = np.linalg.multi_dot(x)", (multi_dot_tangent, multi_dot_x), kind=pk.chain)
    norms.add_rows()
    spectral.add_rows()
    factors.add_rows()


INVERSE = "np.swapaxes(np.linalg.inv(x), -1, -2)"


def _transposed(rank: int, name: str) -> str:
    return f"{name}.T" if rank == 2 else f"np.swapaxes({name}, -1, -2)"


def _inv(rank: int) -> str:
    y = _transposed(rank, "y")
    return f"-{y} @ y_bar @ {y}"


def _powers(names: Names, x: str, middle: str) -> str:
    """The sum of x**i @ middle @ x**(n - 1 - i); for n < 0 minus that over negative i > n - 1."""
    n = static(names, "n", "np.linalg.matrix_power")
    if not isinstance(n, int) or abs(n) > 19:
        raise RuleError(
            "np.linalg.matrix_power has a derivative for constant powers up to 19; use a loop"
        )
    if n == 0:
        return f"mem.zeros_like({middle})"
    if n < 0:
        terms = (f"{_power(x, i - 1)} @ {middle} @ {_power(x, n - i)}" for i in range(0, n, -1))
        return f"-({' + '.join(terms)})"
    sides = [("" if i == 0 else _power(x, i)) for i in range(n)]
    terms = (" @ ".join(filter(None, (sides[i], middle, sides[n - 1 - i]))) for i in range(n))
    return " + ".join(terms)


def _power(x: str, n: int) -> str:
    return f"np.linalg.matrix_power({x}, {n})"


def matrix_power_tangent(build: Builder, names: Names) -> Atom:
    return evaluate(_powers(names, "x", "x_dot"), names, build)


def matrix_power_x(build: Builder, names: Names) -> Atom:
    turned = texts_of(build, names, "x", "np.linalg.matrix_power").t("x")
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
    scope = {**names, **dict(zip(_numbered("f", factors), factors))}
    ranks = [rank_of(build, scope, name, "np.linalg.multi_dot") for name in scope if name[0] == "f"]
    last = len(factors) - 1
    if ranks[0] == 1:
        scope["f0"] = evaluate("np.expand_dims(f0, 0)", scope, build)
    if ranks[last] == 1:
        scope[f"f{last}"] = evaluate(f"np.expand_dims(f{last}, 1)", scope, build)
    if 1 in ranks:
        scope["y_bar"] = evaluate(
            f"np.reshape(y_bar, (np.shape(f0)[0], np.shape(f{last})[1]))", scope, build
        )
    bars = []
    for i in range(last + 1):
        left, right = (f"f{j}.T" for j in range(i)), (f"f{j}.T" for j in range(i + 1, last + 1))
        before, after = " @ ".join(reversed([*left])), " @ ".join(reversed([*right]))
        text = " @ ".join(filter(None, (before, "y_bar", after)))
        bars.append(evaluate(text if ranks[i] == 2 else f"np.ravel({text})", scope, build))
    form = "mem.tuple" if isinstance(build.kind(names["x"]), k.Tuple) else "mem.list"
    return build.apply(form, *bars)


def _numbered(letter: str, atoms: list[Atom]) -> list[str]:
    return [f"{letter}{i}" for i in range(len(atoms))]


def det_x(build: Builder, names: Names) -> Atom:
    if rank_known(build, names, "x") and rank_of(build, names, "x", "np.linalg.det") == 2:
        return evaluate("y_bar * y * np.linalg.inv(x).T", names, build)
    return evaluate(f"np.expand_dims(y_bar * y, (-2, -1)) * {INVERSE}", names, build)


def slogdet_tangent(build: Builder, names: Names) -> Atom:
    """Of complex numbers: the sign, of modulus one, turns."""
    scope = {**names, "t": evaluate(f"np.sum({INVERSE} * x_dot, axis=(-2, -1))", names, build)}
    if is_complex(build, names, "x"):
        return evaluate("(1j * y[0] * np.imag(t), np.real(t))", scope, build)
    return evaluate("(mem.zeros_like(y[0]), t)", scope, build)


def slogdet_x(build: Builder, names: Names) -> Atom:
    scope = {**names, "c": evaluate("y_bar[1]", names, build)}
    if is_complex(build, names, "x"):
        scope["c"] = evaluate("c + 1j * np.imag(y_bar[0] * y[0])", scope, build)
    if rank_known(build, names, "x") and rank_of(build, names, "x", "np.linalg.slogdet") == 2:
        return evaluate("c * np.linalg.inv(x).T", scope, build)
    return evaluate(f"np.expand_dims(c, (-2, -1)) * {INVERSE}", scope, build)


# a x = b, with b a vector, a matrix, or stacks


def _solve_ranks(build: Builder, names: Names) -> tuple[int, int] | None:
    if not all(rank_known(build, names, name) for name in "ab"):
        return None
    a, b = (rank_of(build, names, name, "np.linalg.solve") for name in "ab")
    return a, b


def _as_matrix(ranks: tuple[int, int] | None, name: str) -> str:
    """The text of vectors, one a matrix of a stack, as matrices of one column."""
    if ranks is None:
        return f"widths.as_columns({name}, b)"
    column = f"np.expand_dims({name}, -1)"
    return column if ranks[1] == 1 and ranks[0] > 2 else name


def _solved(ranks: tuple[int, int] | None, matrix: str, right: str) -> str:
    """The solutions in the shape of x."""
    text = f"np.linalg.solve({matrix}, {right})"
    if ranks is None:
        return f"np.reshape({text}, np.shape(x))"
    return f"{text}[..., 0]" if ranks[1] == 1 and ranks[0] > 2 else text


def solve_tangent(build: Builder, names: Names) -> Atom:
    ranks = _solve_ranks(build, names)
    right = f"a_dot @ {_as_matrix(ranks, 'x')}"
    return evaluate(f"-{_solved(ranks, 'a', right)}", names, build)


def solve_b_tangent(build: Builder, names: Names) -> Atom:
    return evaluate("np.linalg.solve(a, b_dot)", names, build)


def solve_b(build: Builder, names: Names) -> Atom:
    ranks = _solve_ranks(build, names)
    transposed = _transposed(3 if ranks is None else ranks[0], "a")
    return evaluate(_solved(ranks, transposed, _as_matrix(ranks, "x_bar")), names, build)


def solve_a(build: Builder, names: Names) -> Atom:
    ranks = _solve_ranks(build, names)
    scope = {**names, "w": solve_b(build, names)}
    if ranks is None:
        text = f"-{_as_matrix(ranks, 'w')} @ np.swapaxes({_as_matrix(ranks, 'x')}, -1, -2)"
    elif ranks[1] > 1:
        text = f"-w @ {_transposed(max(ranks), 'x')}"
    elif ranks[0] == 2:
        text = "-np.outer(w, x)"
    else:
        text = "-np.expand_dims(w, -1) * np.expand_dims(x, -2)"
    return evaluate(text, scope, build)


# a x = b with the triangle of a that is read


TRANSPOSED = {0: False, 1: True, 2: True, "N": False, "T": True, "C": True}


def _triangle(build: Builder, names: Names) -> tuple[bool, str, str]:
    """Is a transposed, the triangle of a text that is read, and the options of the call."""
    lower, unit, trans = (
        static(names, name, "scipy.linalg.solve_triangular")
        for name in ("lower", "unit_diagonal", "trans")
    )
    if is_complex(build, names, "a") or is_complex(build, names, "b"):
        raise RuleError("scipy.linalg.solve_triangular has a derivative for real matrices only")
    if rank_of(build, names, "a", "scipy.linalg.solve_triangular") != 2:
        raise RuleError("scipy.linalg.solve_triangular has a derivative for one matrix at a time")
    options = f"lower={bool(lower)}, unit_diagonal={bool(unit)}"
    beside = (", -1" if lower else ", 1") if unit else ""
    return TRANSPOSED[trans], f"np.{'tril' if lower else 'triu'}({{}}{beside})", options


def _triangular(right: str, trans: bool, options: str) -> str:
    return f"scipy.linalg.solve_triangular(a, {right}, trans={int(trans)}, {options})"


def triangular_tangent(build: Builder, names: Names) -> Atom:
    trans, triangle, options = _triangle(build, names)
    dot = triangle.format("a_dot") + (".T" if trans else "")
    return evaluate(f"-{_triangular(f'{dot} @ x', trans, options)}", names, build)


def triangular_b_tangent(build: Builder, names: Names) -> Atom:
    trans, _, options = _triangle(build, names)
    return evaluate(_triangular("b_dot", trans, options), names, build)


def triangular_b(build: Builder, names: Names) -> Atom:
    trans, _, options = _triangle(build, names)
    return evaluate(_triangular("x_bar", not trans, options), names, build)


def triangular_a(build: Builder, names: Names) -> Atom:
    trans, triangle, _ = _triangle(build, names)
    scope = {**names, "w": triangular_b(build, names)}
    left, right = ("x", "w") if trans else ("w", "x")
    vector = rank_of(build, names, "b", "scipy.linalg.solve_triangular") == 1
    product = f"np.outer({left}, {right})" if vector else f"{left} @ {right}.T"
    return evaluate(f"-{triangle.format(product)}", scope, build)


# The pseudo-inverse, of constant rank: where x has it


def _projections(build: Builder, names: Names) -> tuple[Texts, dict[str, Atom]]:
    """`left` and `right`: onto what the columns and the rows of x do not reach."""
    texts = texts_of(build, names, "x", "np.linalg.pinv")
    if static(names, "hermitian", "np.linalg.pinv"):
        raise RuleError("np.linalg.pinv has a derivative with hermitian=False only: leave it out")
    scope = dict(names)
    for side, product, axis in (("left", "x @ y", -2), ("right", "y @ x", -1)):
        scope["eye"] = identity(build, names, f"np.shape(x)[{axis}]")
        scope[side] = evaluate(f"eye - {product}", scope, build)
    return texts, scope


def pinv_tangent(build: Builder, names: Names) -> Atom:
    texts, scope = _projections(build, names)
    if truncated.is_cut(build, names):
        scope = truncated.decomposed(build, names, texts)
        scope["f"] = truncated.moved(build, scope, texts, names["x_dot"])
        return evaluate(texts.h("f"), scope, build)
    y, dot = texts.h("y"), texts.h("x_dot")
    text = f"y @ {y} @ {dot} @ left + right @ {dot} @ {y} @ y - y @ x_dot @ y"
    return evaluate(text, scope, build)


def pinv_x(build: Builder, names: Names) -> Atom:
    texts, scope = _projections(build, names)
    scope["g"] = evaluate(texts.conj("y_bar"), scope, build)
    if truncated.is_cut(build, names):
        scope |= truncated.decomposed(build, names, texts)
        back = evaluate(texts.h("g"), scope, build)
        scope["f"] = truncated.moved(build, scope, texts, back)
        return evaluate(texts.conj("f"), scope, build)
    y, bar = texts.h("y"), texts.h("g")
    text = f"(left @ {bar} @ y @ {y} + {y} @ y @ {bar} @ right - {y} @ g @ {y})"
    return evaluate(texts.conj(text), scope, build)
