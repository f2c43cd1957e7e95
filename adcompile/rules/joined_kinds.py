"""Kind rules of arrays that are put together, taken apart, or have their axes moved."""

from __future__ import annotations

from adcompile.rules.shape_kinds import (
    Atoms,
    Dims,
    Kinds,
    arithmetic,
    array,
    as_array,
    dims_of,
    given_dims,
    item_of,
    promoted,
    size_dim,
    unknown,
    viewed,
)
from adcompile.rules.table import KindRule
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def literal(atom: Atom) -> object:
    return atom.value if isinstance(atom, Lit) else "unknown"


def dtype(kind: k.Kind) -> str | None:
    return k.dtype_of(as_array(kind))


# Axes


def transposed(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, axes = dims_of(kinds[0]), literal(atoms[1])
    if dims is None:
        return as_array(kinds[0])
    if isinstance(axes, tuple):
        return viewed(kinds[0], tuple(dims[axis] for axis in axes))
    return viewed(kinds[0], dims[::-1] if axes is None else unknown(len(dims)))


def swapped(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, first, second = dims_of(kinds[0]), literal(atoms[1]), literal(atoms[2])
    if dims is None or not isinstance(first, int) or not isinstance(second, int):
        return k.Array(dtype(kinds[0]), None if dims is None else unknown(len(dims)))
    order = list(dims)
    order[first], order[second] = order[second], order[first]
    return array(dtype(kinds[0]), tuple(order))


def matrix_transposed(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return swapped(kinds, [atoms[0], Lit(-1), Lit(-2)])


def moved(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, source, destination = dims_of(kinds[0]), literal(atoms[1]), literal(atoms[2])
    if dims is None or "unknown" in (source, destination):
        return k.Array(dtype(kinds[0]), None if dims is None else unknown(len(dims)))
    old = [axis % len(dims) for axis in _axes(source)]
    new = [axis % len(dims) for axis in _axes(destination)]
    order = [axis for axis in range(len(dims)) if axis not in old]
    for place, axis in sorted(zip(new, old)):
        order.insert(place, axis)
    return array(dtype(kinds[0]), tuple(dims[axis] for axis in order))


def _axes(value: object) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def expanded(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, axes = dims_of(kinds[0]), literal(atoms[1])
    if dims is None or axes == "unknown":
        return k.Array(dtype(kinds[0]), None)
    rank = len(dims) + len(_axes(axes))
    places = {axis % rank for axis in _axes(axes)}
    rest = iter(dims)
    return array(dtype(kinds[0]), tuple(k.ONE if i in places else next(rest) for i in range(rank)))


def squeezed(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, axes = dims_of(kinds[0]), literal(atoms[1])
    if dims is None or axes == "unknown":
        return k.Any_(dtype(kinds[0]))
    if axes is None:
        if all(dim.is_one or dim.is_many for dim in dims):
            return viewed(kinds[0], tuple(dim for dim in dims if not dim.is_one))
        return k.Any_(dtype(kinds[0]))
    gone = {axis % len(dims) for axis in _axes(axes)}
    return viewed(kinds[0], tuple(dim for i, dim in enumerate(dims) if i not in gone))


def broadcasted(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims = given_dims(kinds[1], atoms[1])
    return k.Any_(dtype(kinds[0])) if dims is None else k.Array(dtype(kinds[0]), dims)


def at_least(rank: int) -> KindRule:
    """Of np.atleast_1d and its like: axes of length one are added."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        dims = dims_of(kinds[0])
        if dims is None or len(dims) >= rank:
            return k.Array(dtype(kinds[0]), dims)
        if rank == 3 and len(dims) == 2:
            return k.Array(dtype(kinds[0]), (*dims, k.ONE))
        if rank == 3 and len(dims) == 1:
            return k.Array(dtype(kinds[0]), (k.ONE, *dims, k.ONE))
        return k.Array(dtype(kinds[0]), (k.ONE,) * (rank - len(dims)) + dims)

    return rule


def rotated(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, turns = dims_of(kinds[0]), literal(atoms[1])
    if dims is None or not isinstance(turns, int) or len(dims) < 2:
        return k.Array(dtype(kinds[0]), None)
    return array(dtype(kinds[0]), (dims[1], dims[0], *dims[2:]) if turns % 2 else dims)


# Repetition and selection


def repeated(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, axis, times = dims_of(kinds[0]), literal(atoms[2]), literal(atoms[1])
    if axis is None:
        return k.Array(dtype(kinds[0]), (_times(size_dim(dims), times),))
    if dims is None or not isinstance(axis, int):
        return k.Array(dtype(kinds[0]), None)
    longer = list(dims)
    longer[axis] = _times(dims[axis], times)
    return k.Array(dtype(kinds[0]), tuple(longer))


def _times(dim: k.Dim, count: object) -> k.Dim:
    if not isinstance(count, int):
        return k.Dim(object())
    return (
        k.Dim(None, dim.length * count) if dim.length is not None else k.Dim(("times", dim, count))
    )


def tiled(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, reps = dims_of(kinds[0]), literal(atoms[1])
    count = len(kinds[1].items) if isinstance(kinds[1], k.Tuple) else 1
    if dims is None or not isinstance(kinds[1], (k.Tuple, k.Scalar)):
        return k.Array(dtype(kinds[0]), None)
    if reps == "unknown":
        return k.Array(dtype(kinds[0]), unknown(max(len(dims), count)))
    times = _axes(reps)
    size = max(len(dims), len(times))
    padded = (k.ONE,) * (size - len(dims)) + dims
    times = (1,) * (size - len(times)) + times
    return k.Array(dtype(kinds[0]), tuple(_times(dim, n) for dim, n in zip(padded, times)))


def padded(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, widths = dims_of(kinds[0]), literal(atoms[1])
    if dims is None or widths == "unknown":
        return k.Array(dtype(kinds[0]), None if dims is None else unknown(len(dims)))
    pairs = pad_widths(widths, len(dims))
    return k.Array(dtype(kinds[0]), tuple(k.longer(d, a + b) for d, (a, b) in zip(dims, pairs)))


def pad_widths(widths: object, rank: int) -> list[tuple[int, int]]:
    """What np.pad adds before and after, one pair an axis."""
    if isinstance(widths, int):
        return [(widths, widths)] * rank
    assert isinstance(widths, tuple)
    if all(isinstance(width, int) for width in widths):
        return [(widths[0], widths[-1])] * rank
    pairs = [(pair[0], pair[-1]) for pair in widths]
    return pairs * rank if len(pairs) == 1 else pairs


def taken(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, axis, indices = dims_of(kinds[0]), literal(atoms[2]), dims_of(kinds[1])
    if indices is None or axis == "unknown" or (axis is not None and dims is None):
        return k.Any_(dtype(kinds[0]))
    if axis is None:
        return array(dtype(kinds[0]), indices)
    assert isinstance(axis, int) and dims is not None
    axis %= max(len(dims), 1)  # a number is one item
    return array(dtype(kinds[0]), (*dims[:axis], *indices, *dims[axis + 1 :]))


def taken_along(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """As long as the indices along the axis, and broadcast along the others."""
    dims, places = dims_of(kinds[0]), dims_of(kinds[1])
    axis = atoms[2].value if isinstance(atoms[2], Lit) else None
    if places is None or (isinstance(atoms[2], Lit) and axis is None):
        return array(dtype(kinds[0]), places)
    if dims is None or not isinstance(axis, int) or len(dims) != len(places):
        return array(dtype(kinds[0]), unknown(len(places)))
    both = [k.broadcast_dim(mine, given) for mine, given in zip(dims, places)]
    both[axis % len(both)] = places[axis % len(both)]
    return array(dtype(kinds[0]), tuple(both))


# Joining


def _items(kind: k.Kind) -> tuple[list[k.Kind], bool]:
    """The kinds of the parts, and whether that are all of them."""
    if isinstance(kind, k.Tuple):
        return [as_array(item) for item in kind.items], True
    if isinstance(kind, k.Array) and kind.dims and kind.dims[0].length is not None:
        return [item_of(kind) or k.ANY] * kind.dims[0].length, True
    item = item_of(kind)
    return [as_array(item) if item is not None else k.ANY], False


def _joined(kind: k.Kind, shapes: list[Dims | None], axis: int, complete: bool) -> k.Kind:
    """Parts of these shapes, one after another along an axis."""
    kinds, _ = _items(kind)
    result = promoted(kinds)
    first = shapes[0] if shapes else None
    if first is None or not first:
        return k.Array(result, None)
    dims = list(first)
    lengths = [shape[axis].length if shape else None for shape in shapes]
    known = complete and None not in lengths
    total = sum(n for n in lengths if n is not None)
    shared = complete and len(shapes) == 1
    dims[axis] = k.Dim(None, total) if known else first[axis] if shared else k.Dim(object())
    return k.Array(result, tuple(dims))


def concatenated(axis_at: int) -> KindRule:
    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        items, complete = _items(kinds[0])
        axis = literal(atoms[axis_at])
        shapes = [dims_of(item) for item in items]
        if axis is None:
            shapes = [(size_dim(shape),) for shape in shapes]
        return _joined(kinds[0], shapes, axis if isinstance(axis, int) else 0, complete)

    return rule


def hstacked(kinds: Kinds, atoms: Atoms) -> k.Kind:
    items, complete = _items(kinds[0])
    shapes = [(k.ONE,) if dims_of(item) == () else dims_of(item) for item in items]
    return _joined(kinds[0], list(shapes), 0 if len(shapes[0] or ()) < 2 else 1, complete)


def vstacked(kinds: Kinds, atoms: Atoms) -> k.Kind:
    items, complete = _items(kinds[0])
    shapes = [dims_of(at_least(2)([item], atoms)) for item in items]
    return _joined(kinds[0], shapes, 0, complete)


def column_stacked(kinds: Kinds, atoms: Atoms) -> k.Kind:
    items, complete = _items(kinds[0])
    shapes = [dims_of(item) for item in items]
    columns = [s if s is None or len(s) > 1 else (*(s or (k.ONE,)), k.ONE) for s in shapes]
    return _joined(kinds[0], list(columns), 1, complete)


def stacked(kinds: Kinds, atoms: Atoms) -> k.Kind:
    items, complete = _items(kinds[0])
    dims, axis = dims_of(items[0]) if items else None, literal(atoms[1])
    if dims is None or not isinstance(axis, int):
        return k.Array(promoted(items), None)
    shape = list(dims)
    shape.insert(axis % (len(dims) + 1), k.Dim(None, len(items)) if complete else k.Dim(object()))
    return k.Array(promoted(items), tuple(shape))


def appended(kinds: Kinds, atoms: Atoms) -> k.Kind:
    result = promoted(kinds[:2])
    if atoms[2] == Lit(None):
        return k.Array(result, unknown(1))
    dims = dims_of(kinds[0])
    return k.Array(result, None if dims is None else unknown(len(dims)))


def inserted(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.insert(x, obj, values, axis) with one place."""
    one = isinstance(atoms[1], Lit) and inserts_one(kinds[0], kinds[2])
    return _resized(kinds[0], atoms[3], 1 if one else None)


def inserts_one(kind: k.Kind, values: k.Kind) -> bool:
    """Is one value inserted at one place, or one row or column, and not several?"""
    dims, given = dims_of(kind), dims_of(values)
    if dims is None or given is None:
        return k.is_scalar(values)
    return all(dim.is_one for dim in given) or len(given) < len(dims)


def deleted(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.delete(x, obj, axis)."""
    one = isinstance(atoms[1], Lit) and isinstance(atoms[1].value, int)
    return _resized(kinds[0], atoms[2], -1 if one else None)


def _resized(kind: k.Kind, axis: Atom, more: int | None) -> k.Kind:
    """The kind with an axis that is longer, or shorter."""
    dims, along = dims_of(kind), literal(axis)
    if dims is not None and along is None:
        dims, along = (size_dim(dims),), 0
    if dims is None or not isinstance(along, int):
        return k.Array(dtype(kind), None)
    new = list(dims)
    new[along] = k.Dim(object()) if more is None else k.longer(dims[along], more)
    return k.Array(dtype(kind), tuple(new))


def split(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.split(x, sections, axis): a list of parts."""
    dims, axis, sections = dims_of(kinds[0]), literal(atoms[2]), literal(atoms[1])
    if dims is None or not isinstance(axis, int):
        return k.List(k.Array(dtype(kinds[0]), None))
    length = dims[axis].length
    shorter = list(dims)
    even = isinstance(sections, int) and length is not None and not length % sections
    shorter[axis] = k.Dim(None, length // sections) if even else k.Dim(object())  # type: ignore[operator]
    return k.List(k.Array(dtype(kinds[0]), tuple(shorter)))


def listed(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of list(x)."""
    return k.List(item_of(kinds[0]))


def nested(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of x.tolist(): lists in lists down to numbers of Python's, which know no float32."""
    name = dtype(kinds[0]) or "float"
    dims, number = dims_of(kinds[0]), k.Scalar("float" if name == "float32" else name)
    result: k.Kind = number
    for _ in dims or ():
        result = k.List(result)
    return result if dims is not None else k.ANY


# Python's own functions


def item(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """An item of a list, tuple or array."""
    return item_of(kinds[0]) or k.ANY


def total(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of sum(x) and sum(x, start)."""
    return arithmetic([as_array(item(kinds, atoms)), *kinds[1:]], atoms)


def rounded(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of round(x): an integer; of round(x, digits): a number of x's kind."""
    return k.INT if atoms[1] == Lit(None) else kinds[0]


def quotient(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of divmod(x, y)."""
    return k.Tuple((arithmetic(kinds, atoms),) * 2)


def windows(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of sliding_window_view(x, window_shape, axis): an axis more for each it slides along."""
    dims, dtype = dims_of(kinds[0]), k.dtype_of(as_array(kinds[0]))
    axis, window = atoms[2], literal(atoms[1])
    if dims is None or not isinstance(axis, Lit):
        return k.Array(dtype, None)
    along = range(len(dims)) if axis.value is None else axis.value
    places = [a % len(dims) for a in (along if isinstance(along, (tuple, range)) else (along,))]
    sizes = window if isinstance(window, tuple) else (window,) * len(places)
    fewer = [k.Dim(object()) if i in places else dim for i, dim in enumerate(dims)]
    more = [k.Dim(None, n) if isinstance(n, int) else k.Dim(object()) for n in sizes]
    return k.Array(dtype, (*fewer, *more))
