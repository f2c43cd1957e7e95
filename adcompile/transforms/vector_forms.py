"""The operations of a derivative with directions along the last axis of their operands.

    elementwise     add(x, y)              the same; y without directions becomes y[..., None]
    axes            sum(x, axis=-1)        sum(x, axis=-2)
    indices         getitem(x, (..., i))   getitem(x, (..., i, :))
    shapes          reshape(x, shape)      reshape(x, shape + (n,))
    products        matmul(A, x)           `vector_products`
    all others      f(x)                   stack([f(x[..., 0]), f(x[..., 1]), ...], axis=-1)

A form takes an operation whose operands are arrays and numbers of the trace as it was; `n` is the
number of directions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.errors import NotVector
from adcompile.rules import table
from adcompile.rules.build import complete
from adcompile.rules.columns import evaluate
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Var
from adcompile.transforms import vector_axes, vector_memory, vector_products
from adcompile.transforms.vector_facts import FACTS

if TYPE_CHECKING:
    from adcompile.transforms.vector import Vectors

Form = Callable[["Vectors", Apply], "Atom | None"]
"""Appends the operation with directions; None where it has no form for these operands."""

ZEROS: dict[str | None, str] = {
    "float": "np.zeros(np.shape(x) + (n,))",
    "int": "np.zeros(np.shape(x) + (n,))",
    "bool": "np.zeros(np.shape(x) + (n,))",
    "float32": 'np.zeros(np.shape(x) + (n,), dtype="numpy.float32")',
}
SPREAD = "np.repeat(np.expand_dims(x, -1), n, axis=-1)"
SAME = ("numpy.astype", "numpy.copy", "numpy.zeros_like", "numpy.ascontiguousarray",
        "numpy.real", "numpy.imag", "numpy.where")  # fmt: skip
LISTS = ("lists.add", "lists.concat", "lists.repeat", "lists.fold", "lists.formed",
         "lists.opened")  # fmt: skip
NUMBER = (k.Scalar, k.Array, k.Any_)
DOUBLE = "np.astype(x, 'numpy.float64')"
NUMBERS = {  # of a Python number: what it is of an array
    "math.degrees": "np.degrees(x)", "math.radians": "np.radians(x)",
    "builtins.float": DOUBLE, "numpy.float64": DOUBLE, "numpy.double": DOUBLE,
    "numpy.float32": "np.astype(x, 'numpy.float32')",
}  # fmt: skip
FACT_TEXTS = {
    "numpy.shape": "np.shape(x)[:-1]", "numpy.ndim": "np.ndim(x) - 1",
    "numpy.size": "np.size(x) // n",
}  # fmt: skip


def form(vec: Vectors, eqn: Apply) -> tuple[Atom, ...]:
    """Append an operation with directions; its results."""
    if eqn.op.startswith("mem.") and eqn.op != "mem.last_write":
        return vector_memory.form(vec, eqn)
    made: Atom | None
    if eqn.op in FACTS:
        made = _fact(vec, eqn)
    elif not all(vec.has(out) for out in eqn.outs):
        raise NotVector(f"{eqn.op} of a derivative")
    else:
        made = _known(vec, eqn)
    if made is None:
        made = one_by_one(vec, eqn)
    return (made,)


def _fact(vec: Vectors, eqn: Apply) -> Atom:
    """What is the same for all directions."""
    x = vec.get(eqn.args[0])
    text = FACT_TEXTS.get(eqn.op)
    if text is not None:
        return evaluate(text, {"x": x, "n": vec.count}, vec)
    if eqn.op in ("mem.last_write", "numpy.ones_like"):
        x = evaluate("x[..., 0]", {"x": x}, vec)
    return vec.apply(eqn.op, x, *eqn.args[1:])


def _known(vec: Vectors, eqn: Apply) -> Atom | None:
    row = table.lookup(eqn.op, len(eqn.args))
    assert row is not None
    eqn = Apply(eqn.outs, eqn.op, complete(row, eqn.args), eqn.loc)
    like = eqn.op in ("lists.formed", "lists.opened") and isinstance(eqn.args[1], Var)
    if like or eqn.op in ("widths.as_wide", "widths.as_real"):
        return vec.apply(eqn.op, vec.whole(eqn.args[0]), vec.get(eqn.args[1]))
    given = [vec.kind(arg) for arg in eqn.args if vec.has(arg)]
    if any(isinstance(kind, (k.List, k.Dict, k.Tuple)) for kind in given):
        made = _of_lists(vec, eqn)
        if made is not None:
            return made
        if eqn.op not in vector_axes.FORMS:
            return None
    if eqn.op in NUMBERS:
        return evaluate(NUMBERS[eqn.op], {"x": vec.get(eqn.args[0])}, vec)
    special = vector_axes.FORMS.get(eqn.op) or vector_products.FORMS.get(eqn.op)
    if special is not None:
        return special(vec, eqn)
    ours = eqn.op.startswith(("numpy.", "operator."))
    if eqn.op in SAME or (row.form == "pointwise" and ours) or eqn.op in vector_axes.ELEMENTWISE:
        return vec.apply(eqn.op, *(aligned(vec, arg) for arg in eqn.args))
    return None


def _of_lists(vec: Vectors, eqn: Apply) -> Atom | None:
    """Lists keep their items, each with directions."""
    if eqn.op in LISTS or eqn.op in ("operator.add", "builtins.list"):
        return vec.apply(eqn.op, *(
            vec.whole(arg) if isinstance(vec.kind(arg), (k.List, k.Tuple)) else vec.get(arg)
            for arg in eqn.args
        ))  # fmt: skip
    if eqn.op in ("operator.mul", "builtins.sum"):
        return vec.apply(eqn.op, *map(vec.get, eqn.args))
    return None


def aligned(vec: Vectors, arg: Atom) -> Atom:
    """An operand of an elementwise operation: without directions it is the same along them."""
    if vec.has(arg) or isinstance(arg, Lit):
        return vec.get(arg)
    arg = vec.get(arg)
    match vec.kind(arg):
        case k.Array(_, dims) if dims is not None:
            return evaluate("x[..., None]", {"x": arg}, vec)
        case k.Array() | k.Any_() | k.List():
            return evaluate("np.expand_dims(x, -1)", {"x": arg}, vec)
    return arg


def one_by_one(vec: Vectors, eqn: Apply) -> Atom:
    """The results in the directions one by one, put together."""
    kind = vec.kinds[eqn.out]
    if isinstance(kind, k.Tuple) and all(isinstance(item, NUMBER) for item in kind.items):
        parts = [_in_turn(vec, eqn, position) for position in range(len(kind.items))]
        return vec.apply("mem.tuple", *parts)
    if not isinstance(kind, NUMBER):
        raise NotVector(f"{eqn.op} makes {k.describe(kind)}")
    return _in_turn(vec, eqn, None)


def _in_turn(vec: Vectors, eqn: Apply, position: int | None) -> Atom:
    """A loop over the directions, for the result or for the item of it at a position."""
    start = vec.apply("mem.list")
    index = vec.var(k.INT)
    with vec.block() as eqns:
        param = vec.var(k.List(None))
        args = [at(vec, arg, index) if vec.has(arg) else vec.get(arg) for arg in eqn.args]
        made = vec.apply(eqn.op, *args)
        if position is not None:
            made = vec.apply("mem.getitem", made, Lit(position))
        vec.kinds[param] = vec.kinds[start] = k.List(vec.kind(made))
        end = vec.apply("mem.append", param, made)
    parts = vec.loop(start, param, index, vec.count, eqns, end)
    return evaluate("np.stack(x, axis=-1)", {"x": parts}, vec)


def at(vec: Vectors, arg: Atom, index: Atom) -> Atom:
    """An operand in one direction."""

    def of(whole: Atom, kind: k.Kind | None) -> Atom:
        match kind:
            case k.Scalar(dtype):
                part = evaluate("x[i]", {"x": whole, "i": index}, vec)
                vec.kinds[part] = k.number(dtype, True)  # type: ignore[index]
                return part
            case k.Array() | k.Any_():
                part = evaluate("x[..., i]", {"x": whole, "i": index}, vec)
                vec.kinds[part] = kind  # type: ignore[index]
                return part
            case k.Tuple(items):
                parts = [vec.apply("mem.getitem", whole, Lit(i)) for i in range(len(items))]
                return vec.apply("mem.tuple", *(of(p, item) for p, item in zip(parts, items)))
            case k.List(item) if item is not None:
                return vec.mapped(whole, lambda part: of(part, item))
        if k.is_real(kind):
            raise NotVector(f"one direction of {k.describe(kind)}")
        return whole

    assert isinstance(arg, Var)
    return of(vec.get(arg), vec.kinds[arg])
