"""Products and solutions with directions along the last axis of one operand.

    A @ x        A @ x[:, n]             x @ A      A.T @ x[:, n]
    A @ B        A @ B[:, m * n]         B @ A      A.T @ B[:, :, n]
                 compiled, of few columns: einsum("ij,jkd->ikd", A, B)
    vdot(x, y)   ravel(x) @ reshape(y, (-1, n))
    solve(A, b)  solve(A, b[:, n])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.rules.columns import evaluate
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit
from adcompile.transforms.vector_axes import rank_of

if TYPE_CHECKING:
    from adcompile.transforms.vector import Vectors

SHORT = 8
"""Sums of so many products are loops where code is compiled."""
STACK = "abcefgh"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _sides(vec: Vectors, eqn: Apply) -> tuple[int, int, int] | None:
    """Which operand of two has directions, and the ranks of both; None where both, or not known."""
    x, y = eqn.args[:2]
    ranks = rank_of(vec, x), rank_of(vec, y)
    if vec.has(x) == vec.has(y) or ranks[0] is None or ranks[1] is None:
        return None
    return (0 if vec.has(x) else 1), ranks[0], ranks[1]


def _names(vec: Vectors, eqn: Apply) -> dict[str, Atom]:
    return {"x": vec.get(eqn.args[0]), "y": vec.get(eqn.args[1]), "n": vec.count}


def _matmul(vec: Vectors, eqn: Apply) -> Atom | None:
    found = _sides(vec, eqn)
    if found is None:
        return None
    side, first, second = found
    names = _names(vec, eqn)
    if first == 0 or second == 0:
        if eqn.op != "numpy.dot":
            return None
        rank = second if side == 0 else first  # of the one without directions
        if rank:
            text = "np.expand_dims(y, -1) * x" if side == 0 else "np.expand_dims(x, -1) * y"
            return evaluate(text, names, vec)
        return evaluate("x * y", names, vec)
    if vec.compiled:
        made = _as_einsum(vec, eqn, side, (first, second))
        if made is not None:
            return made
    if second > 2:
        return None
    if side == 0:
        return evaluate("np.matmul(y, x)" if second == 1 else "np.matmul(y.T, x)", names, vec)
    if second == 1:
        return evaluate("np.matmul(x, y)", names, vec)
    names |= {"m": _length(vec, eqn.args[1], 0), "p": _length(vec, eqn.args[1], 1)}
    names["z"] = evaluate("np.matmul(x, np.reshape(y, (m, p * n)))", names, vec)
    lead = [_length(vec, eqn.args[0], axis) for axis in range(first - 1)]
    shape = vec.apply("mem.tuple", *lead, names["p"], vec.count)
    return vec.apply("numpy.reshape", names["z"], shape)


def _as_einsum(vec: Vectors, eqn: Apply, side: int, ranks: tuple[int, int]) -> Atom | None:
    """One letter more for the directions; None where many products are better left to BLAS."""
    kinds = [vec.kind(arg) for arg in eqn.args[:2]]
    first, second = (kind.dims or () if isinstance(kind, k.Array) else () for kind in kinds)
    stacks = [dims[:-2] for dims in (first, second) if len(dims) > 2]
    if ranks[side] == 1 or len(set(stacks)) > 1 or (stacks and eqn.op == "numpy.dot"):
        return None
    joined = (second if side == 0 else first)[-2 if side == 0 and ranks[1] > 1 else -1].length
    if side == 1 and not stacks and (joined is None or joined > SHORT):
        return None
    stack = STACK[: max(ranks) - 2] if stacks else ""
    terms = ["xy" if rank > 1 else "y" for rank in ranks]
    terms[1] = "yz" if ranks[1] > 1 else "y"
    result = stack + "".join(c for c in "".join(terms) if c != "y") + "d"
    terms = [stack * (rank > 2) + term for term, rank in zip(terms, ranks, strict=True)]
    terms[side] += "d"
    made = Lit(f"{','.join(terms)}->{result}")
    return vec.apply("numpy.einsum", made, *map(vec.get, eqn.args[:2]))


def _length(vec: Vectors, atom: Atom, axis: int) -> Atom:
    """The length of an axis of an operand as it was."""
    kind = vec.kind(atom)
    known = kind.dims[axis].length if isinstance(kind, k.Array) and kind.dims is not None else None
    if known is not None:
        return Lit(known)
    return evaluate("np.shape(x)[i]", {"x": vec.get(atom), "i": Lit(axis)}, vec)


def _inner(vec: Vectors, eqn: Apply) -> Atom | None:
    found = _sides(vec, eqn)
    if found is None or found[1:] != (1, 1):
        return None
    return evaluate(("np.matmul(y, x)", "np.matmul(x, y)")[found[0]], _names(vec, eqn), vec)


def _vdot(vec: Vectors, eqn: Apply) -> Atom | None:
    kinds = [k.dtype_of(vec.kind(arg)) for arg in eqn.args[:2]]
    if any(kind not in ("float", "float32", "int") for kind in kinds):
        return None
    if vec.has(eqn.args[0]) == vec.has(eqn.args[1]):
        return None
    text = "np.matmul(np.ravel(x), np.reshape(y, (-1, n)))"
    names = _names(vec, eqn)
    if vec.has(eqn.args[0]):
        names["x"], names["y"] = names["y"], names["x"]
    return evaluate(text, names, vec)


def _outer(vec: Vectors, eqn: Apply) -> Atom | None:
    found = _sides(vec, eqn)
    if found is None or found[1:] != (1, 1):
        return None
    text = "x[:, None] * y[..., None]" if found[0] == 0 else "x[:, None, None] * y"
    return evaluate(text, _names(vec, eqn), vec)


def _einsum(vec: Vectors, eqn: Apply) -> Atom | None:
    """One letter more for the directions."""
    subscripts = eqn.args[0]
    if not isinstance(subscripts, Lit) or not isinstance(subscripts.value, str):
        return None
    text = subscripts.value.replace(" ", "")
    if sum(map(vec.has, eqn.args[1:])) != 1:
        return None
    inputs, arrow, output = text.partition("->")
    if not arrow:
        if "." in inputs:
            return None
        output = "".join(sorted(c for c in set(inputs) - {","} if inputs.count(c) == 1))
    letter = next(c for c in reversed(LETTERS) if c not in text)
    terms = inputs.split(",")
    terms = [
        term + letter if vec.has(arg) else term
        for term, arg in zip(terms, eqn.args[1:], strict=True)
    ]
    made = Lit(f"{','.join(terms)}->{output}{letter}")
    return vec.apply(eqn.op, made, *map(vec.get, eqn.args[1:]))


def _tensordot(vec: Vectors, eqn: Apply) -> Atom | None:
    found = _sides(vec, eqn)
    axes = eqn.args[2]
    if found is None or not isinstance(axes, Lit):
        return None
    side, first, second = found
    pairs = _axes(axes.value, first, second)
    if pairs is None:
        return None
    x, y = map(vec.get, eqn.args[:2])
    made = vec.apply(eqn.op, x, y, Lit(pairs))
    if side == 1:
        return made
    return evaluate("np.moveaxis(x, i, -1)", {"x": made, "i": Lit(first - len(pairs[0]))}, vec)


def _axes(value: object, first: int, second: int) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The axes of a tensordot, counted from the front."""
    if type(value) is int:
        return tuple(range(first - value, first)), tuple(range(value))
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    both = [(side,) if type(side) is int else side for side in value]
    if not all(isinstance(side, tuple) and all(type(a) is int for a in side) for side in both):
        return None
    return tuple(a % first for a in both[0]), tuple(a % second for a in both[1])


def _solve(vec: Vectors, eqn: Apply) -> Atom | None:
    found = _sides(vec, eqn)
    if found is None or found[0] == 0 or found[1] != 2 or found[2] not in (1, 2):
        return None
    names = _names(vec, eqn)
    if found[2] == 1:
        return evaluate("np.linalg.solve(x, y)", names, vec)
    text = "np.reshape(np.linalg.solve(x, np.reshape(y, (np.shape(y)[0], -1))), np.shape(y))"
    return evaluate(text, names, vec)


FORMS: dict[str, Callable[[Vectors, Apply], Atom | None]] = {
    "operator.matmul": _matmul, "numpy.matmul": _matmul, "numpy.dot": _matmul,
    "numpy.inner": _inner, "numpy.vdot": _vdot, "numpy.outer": _outer, "numpy.einsum": _einsum,
    "numpy.tensordot": _tensordot, "numpy.linalg.solve": _solve,
}  # fmt: skip
