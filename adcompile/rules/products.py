"""Products of vectors, matrices and tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from string import ascii_letters

from adcompile.rules import product_kinds as pk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.complex_numbers import is_complex
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import by_rank, dtype_text, rank_known, rank_of, static
from adcompile.rules.table import RuleError, bilinear, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, If


def add_rows() -> None:
    bilinear("z = np.matmul(x, y)", matmul_x, matmul_y, kind=pk.matmul)
    bilinear("z = np.dot(x, y)", dot_x, dot_y, kind=pk.dot)
    bilinear("z = np.inner(x, y)", inner_x, inner_y, kind=pk.inner)
    bilinear("z = np.outer(x, y)", outer_x, outer_y, kind=pk.outer)
    bilinear("z = np.vdot(x, y)", vdot("x", "y"), vdot("y", "x"), kind=pk.vdot)
    bilinear("z = np.tensordot(x, y, axes=2)", tensordot_x, tensordot_y, kind=pk.tensordot)
    bilinear("z = np.kron(x, y)", kron_x, kron_y, kind=pk.kron)
    bilinear("z = np.cross(x, y)", "np.cross(y, z_bar)", "np.cross(z_bar, x)", kind=pk.cross)
    linear("y = np.trace(x, offset=0)", trace_x, kind=pk.trace)
    linear("y = np.diag(x, k=0)", diag_x, kind=pk.diag, view="maybe")
    linear("y = np.diagonal(x, offset=0)", diagonal_x, kind=pk.diagonal, view="always")
    for name in ("tril", "triu"):
        linear(f"y = np.{name}(x, k=0)", triangle(name), kind=sk.triangle)


# Of vectors with three elements; of two NumPy makes a number, and here IndexError is raised


def triangle(name: str) -> CallableColumn:
    """Each row of the result is the vector, where x is one."""

    def column(build: Builder, names: Names) -> Atom:
        kind = build.kind(names["x"])
        if isinstance(kind, k.Array) and kind.rank is not None and kind.rank > 1:
            return evaluate(f"np.{name}(y_bar, k)", names, build)
        return evaluate(f"mem.unbroadcast(np.{name}(y_bar, k), np.shape(x))", names, build)

    return column


# x @ y, by the ranks of x and y


def _matmul_x(x: int, y: int) -> str:
    if x == 1:
        if y == 1:
            return "z_bar * y"
        return (
            "y @ z_bar"
            if y == 2
            else f"np.tensordot(y, z_bar, {_pairs(_but(y, y - 2), range(y - 1))})"
        )
    if y == 1:
        return "np.outer(z_bar, y)" if x == 2 else "np.expand_dims(z_bar, -1) * y"
    return "z_bar @ y.T" if y == 2 else "z_bar @ np.swapaxes(y, -1, -2)"


def _matmul_y(x: int, y: int) -> str:
    if y == 1:
        if x == 1:
            return "z_bar * x"
        return "x.T @ z_bar" if x == 2 else f"np.tensordot(z_bar, x, {x - 1})"
    if x == 1:
        return (
            "np.outer(x, z_bar)" if y == 2 else "np.expand_dims(x, -1) * np.expand_dims(z_bar, -2)"
        )
    if y == 2:
        if x == 2:
            return "x.T @ z_bar"
        return f"np.tensordot(x, z_bar, {_pairs(range(x - 1), range(x - 1))})"
    return "np.swapaxes(x, -1, -2) @ z_bar"


# Of operands of which the ranks are not known: a vector is a matrix of one row, or of one column.
# The adjoint gets the shape of the product of these; a product over no terms costs nothing.
ROWS = "np.atleast_2d(x)"
COLUMNS = "np.transpose(np.atleast_2d(np.transpose(y)))"


def _any_x(columns: str) -> str:
    product = f"{_any_bar(columns)} @ np.swapaxes({columns}, -1, -2)"
    return f"np.reshape(mem.unbroadcast({product}, np.shape({ROWS})), np.shape(x))"


def _any_y(columns: str) -> str:
    product = f"np.swapaxes({ROWS}, -1, -2) @ {_any_bar(columns)}"
    return f"np.reshape(mem.unbroadcast({product}, np.shape({columns})), np.shape(y))"


def _any_bar(columns: str) -> str:
    return f"np.reshape(z_bar, np.shape({ROWS}[..., :0] @ {columns}[..., :0, :]))"


matmul_x = by_rank("a matrix product", "xy", _matmul_x, _any_x(COLUMNS))
matmul_y = by_rank("a matrix product", "xy", _matmul_y, _any_y(COLUMNS))


def _pairs(left: Iterable[int], right: Iterable[int]) -> str:
    return repr((tuple(left), tuple(right)))


def _but(rank: int, axis: int) -> tuple[int, ...]:
    return tuple(i for i in range(rank) if i != axis)


# np.dot: as matmul up to two dimensions; the last axis of x with the last but one of y


def _dot_x(x: int, y: int) -> str:
    if not x or not y:
        return "z_bar * y"
    if y <= 2 and (x == 1 or y == 2 or x == 2):
        return _matmul_x(x, y)
    if y == 1:
        return "np.expand_dims(z_bar, -1) * y"
    return f"np.tensordot(z_bar, y, {_pairs(range(x - 1, x + y - 2), _but(y, y - 2))})"


def _dot_y(x: int, y: int) -> str:
    if not x or not y:
        return "z_bar * x"
    if y <= 2:
        return _matmul_y(x, y)
    transposed = f"np.tensordot(x, z_bar, {_pairs(range(x - 1), range(x - 1))})"
    return f"np.moveaxis({transposed}, 0, -2)"


def _any_dot(column: Callable[[str], str], other: str) -> CallableColumn:
    """As of matmul; np.reshape complains of numbers and of stacks, of which dot is another."""

    def chosen(build: Builder, names: Names) -> Atom:
        known = [rank_of(build, names, n, "np.dot") for n in "xy" if rank_known(build, names, n)]
        if 0 in known:
            return evaluate(f"z_bar * {other}", names, build)
        if not rank_known(build, names, "y"):
            matrix = f"np.reshape({COLUMNS}, np.shape({COLUMNS})[-2:])"
            return evaluate(column(matrix), names, build)
        if known[0] > 2:
            raise RuleError("the derivative of np.dot needs the rank of x: annotate the parameters")
        return evaluate(column(COLUMNS), names, build)

    return chosen


dot_x = by_rank("np.dot", "xy", _dot_x, _any_dot(_any_x, "y"))
dot_y = by_rank("np.dot", "xy", _dot_y, _any_dot(_any_y, "x"))


# np.inner: the last axis of x with the last of y


def _inner_x(x: int, y: int) -> str:
    if not x or not y or x == y == 1:
        return "z_bar * y"
    return f"np.tensordot(z_bar, y, {_pairs(range(x - 1, x + y - 2), range(y - 1))})"


def _inner_y(x: int, y: int) -> str:
    if not x or not y or x == y == 1:
        return "z_bar * x"
    return f"np.tensordot(z_bar, x, {_pairs(range(x - 1), range(x - 1))})"


def _any_inner(other: str, product: str) -> CallableColumn:
    """Of unknown ranks: the product of what are rows.  Of a number np.reshape complains."""
    texts = {name: f"np.reshape({name}, (-1, np.shape({name})[-1]))" for name in "xy"}
    bar = "np.reshape(z_bar, (-1, np.size(y) // np.shape(y)[-1]))"

    def chosen(build: Builder, names: Names) -> Atom:
        known = [rank_of(build, names, n, "np.inner") for n in "xy" if rank_known(build, names, n)]
        text = f"z_bar * {other}" if 0 in known else product.format(bar=bar, **texts)
        return evaluate(text, names, build)

    return chosen


_OF_ROWS = "np.reshape({bar} @ {y}, np.shape(x))", "np.reshape({bar}.T @ {x}, np.shape(y))"
inner_x = by_rank("np.inner", "xy", _inner_x, _any_inner("y", _OF_ROWS[0]))
inner_y = by_rank("np.inner", "xy", _inner_y, _any_inner("x", _OF_ROWS[1]))


def _outer_x(x: int, y: int) -> str:
    product = "z_bar @ y" if y == 1 else "z_bar @ np.ravel(y)"
    return (
        product if x == 1 else f"np.reshape({product}, np.shape(x))" if x else f"np.sum({product})"
    )


def _outer_y(x: int, y: int) -> str:
    product = "x @ z_bar" if x == 1 else "np.ravel(x) @ z_bar"
    return (
        product if y == 1 else f"np.reshape({product}, np.shape(y))" if y else f"np.sum({product})"
    )


outer_x = by_rank("np.outer", "xy", _outer_x, "np.reshape(z_bar @ np.ravel(y), np.shape(x))")
outer_y = by_rank("np.outer", "xy", _outer_y, "np.reshape(np.ravel(x) @ z_bar, np.shape(y))")


def vdot(of: str, other: str) -> CallableColumn:
    """The transpose of np.vdot, which flattens its operands."""

    def column(build: Builder, names: Names) -> Atom:
        if is_complex(build, names, "x", "y", "z_bar"):  # np.vdot takes the conjugate of x
            factor = f"np.reshape({other}, np.shape({of}))"
            text = f"np.conj(z_bar * {factor})" if of == "x" else f"z_bar * np.conj({factor})"
            return evaluate(text, names, build)
        mine, yours = (sk.dims_of(build.kind(names[name])) for name in (of, other))
        if mine is not None and (mine == yours or len(mine) == 1 == len(yours or ())):
            return evaluate(f"z_bar * {other}", names, build)
        return evaluate(f"z_bar * np.reshape({other}, np.shape({of}))", names, build)

    return column


def _kron(build: Builder, names: Names, of: str, other: str) -> Atom:
    """z_bar with each axis split into x's part and y's, contracted with the other operand."""
    ranks = {name: rank_of(build, names, name, "np.kron") for name in "xy"}
    rank = max(ranks.values())
    sizes = {
        name: ["1"] * (rank - ranks[name]) + [f"np.shape({name})[{i}]" for i in range(ranks[name])]
        for name in "xy"
    }
    labels = {"x": ascii_letters[:rank], "y": ascii_letters[rank : 2 * rank]}
    parts = ", ".join(f"{x}, {y}" for x, y in zip(sizes["x"], sizes["y"]))
    terms = "".join(x + y for x, y in zip(labels["x"], labels["y"]))
    mine, theirs = (labels[name][rank - ranks[name] :] for name in (of, other))
    text = f'np.einsum("{terms},{theirs}->{mine}", np.reshape(z_bar, ({parts})), {other})'
    return evaluate(text, names, build)


def kron_x(build: Builder, names: Names) -> Atom:
    return _kron(build, names, "x", "y")


def kron_y(build: Builder, names: Names) -> Atom:
    return _kron(build, names, "y", "x")


# np.tensordot


def tensordot_x(build: Builder, names: Names) -> Atom:
    return _tensordot(build, names, "x", "y")


def tensordot_y(build: Builder, names: Names) -> Atom:
    return _tensordot(build, names, "y", "x")


def _tensordot(build: Builder, names: Names, of: str, other: str) -> Atom:
    """z_bar contracted with the other operand's free axes, the axes put back in their places."""
    ranks = {name: rank_of(build, names, name, "np.tensordot") for name in "xy"}
    left, right = pk.contracted(static(names, "axes", "np.tensordot"), ranks["x"], ranks["y"])
    summed = {"x": left, "y": right}
    free = {name: [i for i in range(ranks[name]) if i not in summed[name]] for name in "xy"}
    start = len(free["x"]) if of == "x" else 0
    theirs = range(start, start + len(free[other]))
    if of == "x":
        text = f"np.tensordot(z_bar, {other}, {_pairs(theirs, free[other])})"
        order = free["x"] + [left[right.index(axis)] for axis in sorted(right)]
    else:
        text = f"np.tensordot({other}, z_bar, {_pairs(free[other], theirs)})"
        order = [right[left.index(axis)] for axis in sorted(left)] + free["y"]
    if order != sorted(order):
        text = f"np.transpose({text}, {tuple(order.index(axis) for axis in range(len(order)))})"
    return evaluate(text, names, build)


# Diagonals


def _square(build: Builder, names: Names) -> bool:
    dims = sk.dims_of(build.kind(names["x"]))
    return dims is not None and len(dims) == 2 and dims[0] == dims[1]


def trace_x(build: Builder, names: Names) -> Atom:
    known = rank_known(build, names, "x")
    if known and rank_of(build, names, "x", "np.trace") != 2:
        raise RuleError("np.trace has a derivative for matrices only")
    dtype = dtype_text(build.kind(names["x"]))
    offset = static(names, "offset", "np.trace")
    text = f"y_bar * np.eye(np.shape(x)[0], np.shape(x)[1], {offset}{dtype})"
    return evaluate(text if known else f"np.reshape({text}, np.shape(x))", names, build)


def diag_x(build: Builder, names: Names) -> Atom:
    if not rank_known(build, names, "x"):
        return _diag_or_its_place(build, names)
    if rank_of(build, names, "x", "np.diag") == 1:
        return evaluate("np.diag(y_bar, k)", names, build)
    return _on_diagonal(build, names, "k")


def _diag_or_its_place(build: Builder, names: Names) -> Atom:
    """Of a vector, or of a matrix, which is known when it runs."""
    vector = evaluate("np.ndim(x) == 1", names, build)
    with build.block() as then:
        taken = evaluate("np.diag(y_bar, k)", names, build)
    with build.block() as orelse:
        put = _on_diagonal(build, names, "k")
    out = build.var(sk.as_array(build.kind(names["x"])))
    sides = build.close(then, (taken,)), build.close(orelse, (put,))
    build.eqns.append(If((out,), vector, *sides))
    return out


def diagonal_x(build: Builder, names: Names) -> Atom:
    if rank_of(build, names, "x", "np.diagonal") > 2:
        return _on_diagonals(build, names)
    return _on_diagonal(build, names, "offset")


def _on_diagonals(build: Builder, names: Names) -> Atom:
    """An array of x's shape with y_bar on a diagonal of its first two axes."""
    offset = static(names, "offset", "np.diagonal")
    assert isinstance(offset, int)
    scope = {**names, "i": evaluate("np.arange(np.shape(y_bar)[-1])", names, build)}
    down, across = (f"i + {n}" if n > 0 else "i" for n in (-offset, offset))
    scope["index"] = evaluate(f"({down}, {across})", scope, build)
    return evaluate("mem.write(mem.zeros_like(x), np.moveaxis(y_bar, -1, 0), index)", scope, build)


def _on_diagonal(build: Builder, names: Names, option: str) -> Atom:
    """A matrix of x's shape with y_bar on a diagonal."""
    if _square(build, names):
        return evaluate(f"np.diag(y_bar, {option})", names, build)
    offset = static(names, option, "np.diag")
    assert isinstance(offset, int)
    rows = evaluate("np.arange(len(y_bar))", names, build)
    at = {**names, "rows": rows}
    below, above = max(-offset, 0), max(offset, 0)
    index = f"(rows + {below} if {below} != 0 else rows, rows + {above} if {above} != 0 else rows)"
    at["index"] = evaluate(index, at, build)
    return evaluate("mem.write(mem.zeros_like(x), y_bar, index)", at, build)
