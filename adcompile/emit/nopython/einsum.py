"""Sums of products as loops: np.einsum, np.tensordot, and matmul of stacks.

    np.einsum("ij,jk->ik", x, y)    ->    einsum_ij_jk_to_ik(x, y)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from string import ascii_lowercase

from adcompile.emit.expressions import LOAD, Expressions, call, name
from adcompile.emit.nopython.lists import numpy_type
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Var

PAD = " " * 4
WIDTHS = ("bool", "int", "float32", "float", "complex")


def einsum(write: Expressions, eqn: Apply) -> ast.expr | None:
    """A call of the function for these subscripts."""
    text = eqn.args[0]
    if not isinstance(text, Lit) or not isinstance(text.value, str) or "." in text.value:
        return None
    given, arrow, result = text.value.replace(" ", "").partition("->")
    if not arrow:
        letters = sorted(set(given) - {","})
        result = "".join(letter for letter in letters if given.count(letter) == 1)
    return product(write, eqn, given.split(","), result, eqn.args[1:])


def tensordot(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.tensordot(x, y, axes) where the axes and ranks are known."""
    ranks = [_rank(write, arg) for arg in eqn.args[:2]]
    axes = eqn.args[2] if len(eqn.args) > 2 else Lit(2)
    if None in ranks or not isinstance(axes, Lit):
        return None
    first, second = ranks[0] or 0, ranks[1] or 0
    if isinstance(axes.value, int):
        left, right = tuple(range(first - axes.value, first)), tuple(range(axes.value))
    else:
        left, right = (a if isinstance(a, tuple) else (a,) for a in axes.value)
    mine = list(ascii_lowercase[:first])
    its = list(ascii_lowercase[first : first + second])
    for one, other in zip(left, right):
        its[other % second] = mine[one % first]
    summed = {mine[place % first] for place in left}
    result = [letter for letter in (*mine, *its) if letter not in summed]
    return product(write, eqn, ["".join(mine), "".join(its)], "".join(result), eqn.args[:2])


def matmul(write: Expressions, eqn: Apply) -> ast.expr | None:
    """x @ y, a sum of products where one has more than two axes; Numba has no np.matmul."""
    kinds = [write.kind(arg) for arg in eqn.args[:2]]
    if len(eqn.args) == 2 and None in map(k.dtype_of, kinds):
        return call(name(write.helpers.use("product")), *write.atoms(eqn.args))
    ranks = [_rank(write, arg) for arg in eqn.args[:2]]
    counts = [(rank or 0) - 2 for rank in ranks]
    if None in ranks or len(eqn.args) > 2:
        return None
    if max(counts) < 1:
        left, right = alike(write, eqn.args)
        return ast.BinOp(left, ast.MatMult(), right)
    if min(counts) < 0:
        return None
    stacks = [kind.dims[:n] for kind, n in zip(kinds, counts)]  # type: ignore[union-attr,index]
    if all(counts) and stacks[0] != stacks[1]:
        return None
    stack = ascii_lowercase[3 : 3 + max(counts)]
    x, y = (stack if count else "" for count in counts)
    return product(write, eqn, [f"{x}ab", f"{y}bc"], f"{stack}ac", eqn.args)


def dot(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.dot(x, y) of arrays of one type."""
    ranks = [_rank(write, arg) for arg in eqn.args]
    if len(ranks) != 2 or None in ranks or 0 in ranks:
        return None
    return call(write.libraries.name(eqn.op), *alike(write, eqn.args))


def alike(write: Expressions, args: Sequence[Atom]) -> list[ast.expr]:
    """Arrays as arrays of one type: Numba multiplies no others."""
    dtypes = [k.dtype_of(write.kind(arg)) for arg in args]
    widest = max((d for d in dtypes if d in WIDTHS), key=WIDTHS.index, default=None)
    if widest == "float32" and "int" in dtypes:
        widest = "float"
    return [
        call(ast.Attribute(x, "astype", LOAD), numpy_type(write, str(widest)))
        if dtype in WIDTHS and dtype != widest else x
        for x, dtype in zip(write.atoms(args), dtypes)
    ]  # fmt: skip


def _rank(write: Expressions, arg: object) -> int | None:
    kind = write.kind(arg) if isinstance(arg, (Var, Lit)) else None
    if isinstance(kind, k.Scalar):
        return 0
    return kind.rank if isinstance(kind, k.Array) else None


def product(
    write: Expressions, eqn: Apply, given: list[str], result: str, args: object
) -> ast.expr | None:
    """A call of the function that sums these products."""
    assert isinstance(args, tuple)
    kind = write.kind(eqn.out)
    ranks = [_rank(write, arg) for arg in args]
    dtype = k.dtype_of(kind)
    if dtype is None or ranks != [len(letters) for letters in given]:
        return None
    assert write.trace is not None
    decorator = write.dialect.decorators(write, write.trace)[0]
    zero = ast.unparse(numpy_type(write, dtype))
    head = f"einsum_{'_'.join(given)}_to_{result or 'number'}_{dtype}"
    text = f"@{ast.unparse(decorator)}\n{function(given, result, zero, head)}"
    return call(name(write.helpers.define(head, text)), *write.atoms(args))


def function(given: list[str], result: str, dtype: str, head: str) -> str:
    """The text of the function."""
    names = [f"x{number}" for number in range(1, len(given) + 1)]
    places: dict[str, list[str]] = {}
    for operand, letters in zip(names, given):
        for axis, letter in enumerate(letters):
            places.setdefault(letter, []).append(f"{operand}.shape[{axis}]")
    subscripts = f'{",".join(given)}->{result}'
    lines = [f"def {head}({', '.join(names)}):", f'{PAD}"""np.einsum("{subscripts}")"""']
    for letter, lengths in places.items():
        for other in lengths[1:]:
            lines.append(f"{PAD}if {lengths[0]} != {other}:")
            lines.append(f'{PAD * 2}raise ValueError("lengths of {letter} in {subscripts} differ")')
    place = f"result[{', '.join(result)}]"
    if result:
        shape = ", ".join(places[letter][0] for letter in result)
        lines.append(f"{PAD}result = np.zeros(({shape},), {dtype})")
    factors = " * ".join(
        f"{n}[{', '.join(letters)}]" if letters else n for n, letters in zip(names, given)
    )
    order = loop_order(given, result)
    whole = max((n for n, letter in enumerate(order) if letter in result), default=-1) + 1
    summed_last = whole == len(result)
    for depth, letter in enumerate(order, 1):
        if summed_last and depth == whole + 1:
            lines.append(f"{PAD * depth}total = {dtype}(0)")
        lines.append(f"{PAD * depth}for {letter} in range({places[letter][0]}):")
    if summed_last and whole == len(order):
        lines.append(f"{PAD * (whole + 1)}total = {dtype}(0)")
    lines.append(f"{PAD * (len(order) + 1)}{'total' if summed_last else place} += {factors}")
    if not result:
        return "\n".join([*lines, f"{PAD}return total"])
    if summed_last:
        lines.append(f"{PAD * (whole + 1)}{place} = total")
    return "\n".join([*lines, f"{PAD}return result"])


def loop_order(given: Sequence[str], result: str) -> list[str]:
    """The letters from the outermost loop in: the result's, those summed over, and the one last
    that runs along memory in most arrays.
    """
    letters = list(dict.fromkeys([*result, *"".join(given)]))
    ends = [terms[-1] for terms in (*given, result) if terms]
    last = max(reversed(letters), key=ends.count, default="")
    return [*(letter for letter in letters if letter != last), *last]
