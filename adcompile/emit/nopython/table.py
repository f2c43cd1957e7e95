"""How operations are written for Numba: by the name of a helper, or by a function of their own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adcompile.emit.expressions import Expressions, call, name
from adcompile.emit.nopython.einsum import dot, einsum, matmul, tensordot
from adcompile.emit.nopython.lists import empty, example, kind_of, numpy_type, stored
from adcompile.rules import memory, table
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Apply, Atom, Lit, Var, walk


@dataclass(frozen=True, slots=True)
class Helper:
    """A helper, and where it is needed."""

    name: str
    applies: Callable[[Expressions, Sequence[Atom]], bool] = lambda write, args: True


def _is_array(write: Expressions, eqn: Apply) -> ast.expr:
    kind = write.kind(eqn.args[0])
    if isinstance(kind, (k.Array, k.Scalar)):
        return ast.Constant(isinstance(kind, k.Array))
    return call(name(write.helpers.use("is_array")), write.atom(eqn.args[0]))


def _dtype(write: Expressions, eqn: Apply) -> ast.expr | None:
    kind = write.kind(eqn.args[0])
    if isinstance(kind, k.Any_):
        return call(name(write.helpers.use("type_of")), write.atom(eqn.args[0]))
    return numpy_type(write, kind.dtype) if isinstance(kind, k.Scalar) else None


def _astype(write: Expressions, eqn: Apply) -> ast.expr | None:
    if not isinstance(write.kind(eqn.args[0]), k.Scalar):
        return None
    return call(write.atom(eqn.args[1]), write.atom(eqn.args[0]))


def _empty(write: Expressions, eqn: Apply) -> ast.expr | None:
    """An empty list or tape: of a known type where nothing is appended to it as it is."""
    if eqn.args or eqn.out in write.grown:
        return None
    kind = kind_of(write, eqn.out)
    return empty(write, kind) if isinstance(kind, (k.List, k.Tape)) else None


def _list(write: Expressions, eqn: Apply) -> ast.expr | None:
    """A display: integers among floats, or among what comes later, are floats."""
    if not eqn.args:
        return _empty(write, eqn)
    kind = kind_of(write, eqn.out)
    item = kind.item if isinstance(kind, k.List) else None
    return ast.List([stored(write, arg, item) for arg in eqn.args], ast.Load())


def _tuple(write: Expressions, eqn: Apply) -> ast.expr | None:
    """An index with lists of integers in it: arrays."""
    if eqn.out not in write.indices:
        return None
    items = [write.dialect.index(write, arg) or write.atom(arg) for arg in eqn.args]
    return ast.Tuple(items, ast.Load())


def _positions(write: Expressions, eqn: Apply) -> ast.expr:
    """range(len(x))[i]"""
    count = call(name("len"), write.atom(eqn.args[0]))
    return call(name(write.helpers.use("positions")), count, write.atom(eqn.args[1]))


def _span(write: Expressions, eqn: Apply) -> ast.expr:
    """len(range(start, stop, step)), without what it has anyway."""
    bounds = write.atoms(eqn.args)
    if eqn.args[2] == Lit(1):
        bounds.pop()
        if eqn.args[0] == Lit(0):
            bounds.pop(0)
    return call(name("len"), call(name("range"), *bounds))


def _copy(write: Expressions, eqn: Apply) -> ast.expr | None:
    """A copy in the order of memory."""
    if eqn.args[1:] != (Lit("K"),) or isinstance(write.kind(eqn.args[0]), k.Scalar):
        return None
    return call(name(write.helpers.use("copied_in_order")), write.atom(eqn.args[0]))


def _zeros_like(write: Expressions, eqn: Apply) -> ast.expr | None:
    """Zeros for a list that may be None, or of matrices, which may lie by columns; complex ones."""
    kind = write.kind(eqn.args[0])
    if isinstance(kind, k.Array) and kind.dtype == "complex":
        return call(name(write.helpers.use("complex_zeros_like")), write.atom(eqn.args[0]))
    if not isinstance(kind, k.List):
        return None
    holds_tuples = isinstance(kind.item, k.Tuple)
    may_be_none = eqn.args[0] in write.optional or (
        eqn.args[0] in write.absent and not holds_tuples
    )
    if not isinstance(kind.item, k.Array) and not may_be_none:
        return None
    return call(name(write.helpers.use("zeros_like")), write.atom(eqn.args[0]))


def _as_it_is(write: Expressions, eqn: Apply) -> ast.expr | None:
    """What may hold tuples is taken apart before Numba sees it: there are none."""
    return write.atom(eqn.args[0]) if isinstance(eqn.args[1], Var) else None


def _getitem(write: Expressions, eqn: Apply) -> ast.expr | None:
    """x[...] as x[:], x[i, ...] as a part of x where it has no axes, and items of a tuple or None.
    """
    kind, index = write.kind(eqn.args[0]), write.kind(eqn.args[1])
    if isinstance(kind, k.Tuple) and eqn.args[0] in write.absent:
        there = call(name(write.helpers.use("present")), write.atom(eqn.args[0]))
        return ast.Subscript(there, write.index(eqn.args[1]), ast.Load())
    if isinstance(kind, k.Any_) and eqn.args[1] == Lit(Ellipsis):
        return call(name(write.helpers.use("whole")), write.atom(eqn.args[0]))
    if not isinstance(kind, k.Array):
        return None
    if eqn.args[1] == Lit(Ellipsis):
        if kind.dims == ():
            return write.atom(eqn.args[0])
        return ast.Subscript(write.atom(eqn.args[0]), ast.Slice(), ast.Load())
    if isinstance(index, k.Array) and index.dtype == "bool" and (index.rank or 0) > 1:
        return call(name(write.helpers.use("masked")), *write.atoms(eqn.args))
    if kind.dims and write.kind(eqn.out) == k.Array(kind.dtype, ()):
        where = write.index(eqn.args[1])
        if isinstance(where, ast.Tuple):
            numbers = [i for i in where.elts if ast.unparse(i) != "..."]
            if len(numbers) == len(kind.dims):
                at = ast.Tuple(numbers, ast.Load())
                return call(name(write.helpers.use("point")), write.atom(eqn.args[0]), at)
    return None


def _slice(write: Expressions, eqn: Apply) -> ast.expr | None:
    """A slice as a value always has a step: those with and without one are two types."""
    if len(eqn.args) == 3 and eqn.args[2] != NOTHING:
        return None
    bounds = write.atoms(eqn.args[:2])
    return call(name("slice"), *bounds, ast.Constant(1))


def _reduction(write: Expressions, eqn: Apply) -> ast.expr | None:
    """A reduction along axes, or one that keeps them."""
    row, helper = table.lookup(eqn.op, len(eqn.args)), REDUCTIONS[eqn.op]
    assert row is not None
    given = dict(zip(row.parameters[row.required :], map(Lit, row.defaults)))
    options: dict[str, Atom] = {**given, **dict(zip(row.parameters, eqn.args))}
    axis, keeps = options["axis"], options.get("keepdims", Lit(False))
    if not isinstance(write.kind(eqn.args[0]), k.Array) or not isinstance(keeps, Lit):
        return None
    whole = axis == NOTHING and not keeps.value and options.get("ddof", Lit(0)) == Lit(0)
    if whole or options.get("dtype", NOTHING) != NOTHING:
        return None
    more = [write.atom(options["ddof"])] if "ddof" in options else []
    where = write.atom(axis)
    result = call(name(write.helpers.use(helper)), write.atom(eqn.args[0]), where, *more)
    return result if keeps.value else call(name(write.helpers.use("without")), result, where)


def _running(write: Expressions, eqn: Apply) -> ast.expr | None:
    """Sums and products so far along an axis, and the order along one; Numba has them for one."""
    axis = eqn.args[1] if len(eqn.args) > 1 else Lit(-1 if eqn.op == "numpy.argsort" else None)
    kind, x = write.kind(eqn.args[0]), write.atom(eqn.args[0])
    if not isinstance(kind, k.Array) or kind.rank is None:
        return None
    if kind.rank != 1 and axis != NOTHING:
        return call(name(write.helpers.use(RUNNING[eqn.op])), x, write.atom(axis))
    if eqn.op == "numpy.argsort" and kind.rank != 1:
        x = call(name(write.helpers.use("reshaped")), x, write.literal(-1))
    if len(eqn.args) < 2:
        return None
    return call(write.libraries.name(eqn.op), x)


def _ravel(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.ravel(x) of a number is an array of one."""
    if not isinstance(write.kind(eqn.args[0]), k.Scalar):
        return None
    items = ast.List([write.atom(eqn.args[0])], ast.Load())
    return call(write.libraries.name("numpy.array"), items)


def _at_least_one(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.atleast_1d(x) of a number, and of an array without axes, which may be given as one."""
    if len(eqn.args) == 1 and getattr(write.kind(eqn.args[0]), "dims", None) == ():
        whole = call(write.libraries.name("numpy.asarray"), write.atom(eqn.args[0]))
        return call(write.libraries.name("numpy.atleast_1d"), whole)
    return _ravel(write, eqn) if len(eqn.args) == 1 else None


def _joining(write: Expressions, eqn: Apply) -> ast.expr | None:
    """Arrays of a list put together: Numba has it for tuples."""
    row = table.lookup(eqn.op, len(eqn.args))
    assert row is not None
    if not isinstance(write.kind(eqn.args[0]), k.List):
        return None
    axis = write.atom(eqn.args[1]) if len(eqn.args) > 1 else write.literal(row.defaults[0])
    helper = write.helpers.use("joined" if eqn.op == "numpy.concatenate" else "stacked")
    return call(name(helper), write.atom(eqn.args[0]), axis)


def _squeeze(write: Expressions, eqn: Apply) -> ast.expr | None:
    """x without the axes that are known to have length one."""
    kind = write.kind(eqn.args[0])
    if not isinstance(kind, k.Array) or kind.dims is None:
        return None
    axes: Atom = eqn.args[1] if len(eqn.args) > 1 else NOTHING
    if axes == NOTHING:
        axes = Lit(tuple(place for place, dim in enumerate(kind.dims) if dim.is_one))
        if axes == Lit(()):
            return write.atom(eqn.args[0])
    return call(name(write.helpers.use("without")), write.atom(eqn.args[0]), write.atom(axes))


def _flip(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.flip(x, 1) as x[:, ::-1]"""
    kind = write.kind(eqn.args[0])
    if isinstance(kind, k.Scalar) or (isinstance(kind, k.Array) and kind.dims == ()):
        return write.atom(eqn.args[0])
    if len(eqn.args) < 2 or eqn.args[1] == NOTHING:
        return None
    if not isinstance(kind, k.Array) or kind.dims is None or not isinstance(eqn.args[1], Lit):
        return None
    axes = eqn.args[1].value if isinstance(eqn.args[1].value, tuple) else (eqn.args[1].value,)
    rank = len(kind.dims)
    back = ast.UnaryOp(ast.USub(), ast.Constant(1))
    parts: list[ast.expr] = [
        ast.Slice(None, None, back if place in {axis % rank for axis in axes} else None)
        for place in range(rank)
    ]
    index = parts[0] if rank == 1 else ast.Tuple(parts, ast.Load())
    return ast.Subscript(write.atom(eqn.args[0]), index, ast.Load())


def _roll(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.roll(x, (1, 2), (0, 1)), an axis after the other"""
    if len(eqn.args) < 3 or eqn.args[2] == NOTHING or not isinstance(eqn.args[2], Lit):
        return None
    x, shift, axis = eqn.args[0], eqn.args[1], eqn.args[2].value
    axes = axis if isinstance(axis, tuple) else (axis,)
    steps = shift.value if isinstance(shift, Lit) and isinstance(shift.value, tuple) else None
    if steps is None and isinstance(write.kind(shift), k.Tuple):
        return None
    rolled, result = name(write.helpers.use("rolled")), write.atom(x)
    for place, each in enumerate(axes):
        step = write.atom(shift) if steps is None else write.literal(steps[place])
        result = call(rolled, result, step, write.literal(each))
    return result


def _ndim(write: Expressions, eqn: Apply) -> ast.expr | None:
    kind = write.kind(eqn.args[0])
    return ast.Constant(0) if isinstance(kind, k.Scalar) else None


def _sum(write: Expressions, eqn: Apply) -> ast.expr | None:
    """sum(x) of a list of arrays."""
    kind = write.kind(eqn.args[0])
    if len(eqn.args) > 1 or not isinstance(kind, k.List) or k.is_scalar(kind.item):
        return None
    return call(name(write.helpers.use("total")), write.atom(eqn.args[0]))


def _array_of(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.array of a list of arrays; Numba itself rewrites that of a list of numbers, and may fail.

    That of an array is a copy.
    """
    kind = write.kind(eqn.args[0])
    if isinstance(kind, k.Array) and eqn.op == "numpy.array" and len(eqn.args) == 2:
        copied = ast.Attribute(write.atom(eqn.args[0]), "astype", ast.Load())
        return call(copied, write.atom(eqn.args[1]))
    if isinstance(kind, k.List) and isinstance(kind.item, k.Scalar) and len(eqn.args) == 1:
        return call(write.libraries.name("numpy.asarray"), write.atom(eqn.args[0]))
    if not isinstance(kind, k.List) or not isinstance(kind.item, k.Array) or len(eqn.args) > 1:
        return None
    return call(name(write.helpers.use("stacked")), write.atom(eqn.args[0]), ast.Constant(0))


def _place(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.argmax of a list of numbers."""
    if not isinstance(write.kind(eqn.args[0]), k.List) or len(eqn.args) > 1:
        return None
    array = call(write.libraries.name("numpy.array"), write.atom(eqn.args[0]))
    return call(write.libraries.name(eqn.op), array)


def _opaque(write: Expressions, eqn: Apply) -> ast.expr | None:
    """sorted(range(len(x)), key=x.__getitem__), and the places of keys, in a typed dictionary."""
    text = eqn.args[0]
    assert isinstance(text, Lit)
    if text.value == memory.NO_PLACES:
        return _places(write, eqn)
    known = ORDERS.get(text.value)
    return None if known is None else call(
        name(write.helpers.use(known)), write.atom(eqn.args[1])
    )  # fmt: skip


def _spread(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.broadcast_to(np.float32(x), shape): a number that is computed may be wider here."""
    kind, given = write.kind(eqn.out), write.kind(eqn.args[0])
    if k.dtype_of(kind) != "float32" or not isinstance(given, k.Scalar):
        return None
    x, *rest = write.atoms(eqn.args)
    narrow = write.libraries.name("numpy.float32")
    if not isinstance(x, ast.Call) or ast.dump(x.func) != ast.dump(narrow):
        x = call(narrow, x)
    return call(write.libraries.name(eqn.op), x, *rest)


def _unbroadcast_like(write: Expressions, eqn: Apply) -> ast.expr | None:
    """unbroadcast(x, np.shape(like)): how wide that is, Numba knows."""
    x, like = write.atoms(eqn.args)
    shape = call(write.libraries.name("numpy.shape"), like)
    return call(name(write.helpers.use("unbroadcast")), x, shape)


def _broadcast_like(write: Expressions, eqn: Apply) -> ast.expr | None:
    x, like = write.atoms(eqn.args)
    shape = call(write.libraries.name("numpy.shape"), like)
    return call(write.libraries.name("numpy.broadcast_to"), x, shape)


def _places(write: Expressions, eqn: Apply) -> ast.expr | None:
    """{}, of the type of the keys that get a place in it: {0: 0 for _ in range(0)}"""
    assert write.trace is not None
    text = Lit(memory.KEYS["place_for"])
    placing = [e for e in walk(write.trace.body) if isinstance(e, Apply) and e.args[:1] == (text,)]
    own = [each for each in placing if each.args[1] is eqn.out]
    kinds = [write.kind(each.args[2]) for each in own or placing]
    keys = [example(write, kind) for kind in kinds]
    key = keys[0] if keys else None
    if key is None or any(each is None or ast.dump(each) != ast.dump(key) for each in keys):
        return None
    turns = ast.comprehension(
        ast.Name("_", ast.Store()), call(name("range"), ast.Constant(0)), [], 0
    )
    return ast.DictComp(key, ast.Constant(0), [turns])


def _full_like(write: Expressions, eqn: Apply) -> ast.expr | None:
    """An array filled with those of another one, or what may be a number."""
    whole, value = map(write.kind, eqn.args[:2])
    if len(eqn.args) > 2 or (isinstance(whole, k.Array) and isinstance(value, k.Scalar)):
        return None
    return call(name(write.helpers.use("filled_like")), *write.atoms(eqn.args))


def _where(write: Expressions, eqn: Apply) -> ast.expr | None:
    """np.where of what may be three numbers."""
    kinds = [write.kind(arg) for arg in eqn.args]
    if len(kinds) < 3 or any(isinstance(kind, k.Array) for kind in kinds):
        return None
    if not any(isinstance(kind, k.Any_) for kind in kinds):
        return None
    return call(name(write.helpers.use("chosen")), *write.atoms(eqn.args))


def _reshape(write: Expressions, eqn: Apply) -> ast.expr | None:
    """A reshape of what may lie in pieces, or is a number."""
    if len(eqn.args) != 2 or not isinstance(write.kind(eqn.args[0]), (k.Array, k.Scalar, k.Any_)):
        return None
    return call(name(write.helpers.use("reshaped")), *write.atoms(eqn.args))


REDUCTIONS = {
    "numpy.sum": "summed", "numpy.mean": "averaged", "numpy.prod": "multiplied",
    "numpy.max": "largest", "numpy.amax": "largest", "numpy.min": "smallest",
    "numpy.amin": "smallest", "numpy.any": "true_anywhere", "numpy.all": "true_everywhere",
    "numpy.count_nonzero": "counted", "numpy.var": "variance", "numpy.std": "deviation",
    "numpy.add.reduce": "summed", "numpy.multiply.reduce": "multiplied",
    "numpy.maximum.reduce": "largest", "numpy.minimum.reduce": "smallest",
}  # fmt: skip
RUNNING = {
    "numpy.cumsum": "sums_along", "numpy.cumprod": "products_along",
    "numpy.argsort": "order_along",
}  # fmt: skip
KEYS = "range(len(_0_)), key=_0_.__getitem__"
ORDERS = {
    f"sorted({KEYS})": "ascending",
    f"sorted({KEYS}, reverse=True)": "descending",
    f"min({KEYS})": "least",
    f"max({KEYS})": "greatest",
}
CALLS: Mapping[str, Helper] = {
    "mem.is_plain": Helper("is_plain"),
    "numpy.vdot": Helper("dotted"),
    "numpy.inner": Helper("inner"),
    "numpy.clip": Helper("clipped"),
    "numpy.expand_dims": Helper(
        "expanded", lambda write, args: not isinstance(write.kind(args[0]), k.Array)
    ),
    "builtins.abs": Helper("absolute", lambda write, args: not k.is_scalar(write.kind(args[0]))),
}
METHODS: Mapping[str, Callable[[Expressions, Apply], ast.expr | None]] = {
    "mem.is_array": _is_array,
    "mem.list": _list,
    "mem.tuple": _tuple,
    "mem.tape": _empty,
    "mem.opaque": _opaque,
    "mem.outside": _opaque,
    "mem.copy": _copy,
    "mem.zeros_like": _zeros_like,
    "numpy.concatenate": _joining,
    "numpy.stack": _joining,
    "numpy.squeeze": _squeeze,
    "numpy.flip": _flip,
    "numpy.roll": _roll,
    "numpy.ndim": _ndim,
    "numpy.array": _array_of,
    "numpy.asarray": _array_of,
    "numpy.argmax": _place,
    "numpy.argmin": _place,
    "builtins.sum": _sum,
    "mem.getitem": _getitem,
    "mem.slice": _slice,
    "numpy.einsum": einsum,
    "numpy.tensordot": tensordot,
    "numpy.dot": dot,
    "numpy.matmul": matmul,
    "operator.matmul": matmul,
    **dict.fromkeys(REDUCTIONS, _reduction),
    **dict.fromkeys(RUNNING, _running),
    "numpy.ravel": _ravel,
    "lists.positions": _positions,
    "lists.span": _span,
    "lists.formed": _as_it_is,
    "lists.opened": _as_it_is,
    "widths.as_wide": lambda write, eqn: write.atom(eqn.args[0]),
    "widths.unbroadcast_like": _unbroadcast_like,
    "widths.broadcast_like": _broadcast_like,
    "numpy.reshape": _reshape,
    "numpy.full_like": _full_like,
    "numpy.broadcast_to": _spread,
    "numpy.where": _where,
    "numpy.atleast_1d": _at_least_one,
    "mem.dtype": _dtype,
    "numpy.astype": _astype,
}
