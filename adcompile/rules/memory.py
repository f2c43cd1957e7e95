"""Operations on memory: what the compiler itself puts into a trace, and the kinds of their results.

mem.getitem(x, i)             x[i]
mem.write(x, v, i, ...)       x[i]... = v: a new version of x; several indices are a path
mem.accumulate(x, v, i, ...)  x[i]... += v: a new version of x; the index names no element twice
mem.scatter_add(x, v, i)      np.add.at(x, i, v): a new version of x
mem.last_write(x, i)          where a write x[i] = v reaches x: True for all not written again
mem.list(*v) mem.tuple(*v)    displays;  mem.slice(a, b, c)
mem.dict(keys, *v)            a dictionary display; keys is a literal tuple
mem.exchange(x, i, j)         x[i], x[j] = x[j], x[i]: a new version of the list x, when written
mem.append(x, v)              a new version of the list x
mem.pop(x)                    the last item, and the new version of the list x
mem.tape()                    an empty tape
mem.push(t, *v)               a new version of the tape with the entry v
mem.unpush(t)                 the items of the last entry, and the new version of the tape
mem.stacked(t, n)             the n-th items of all entries of the tape, an array
mem.copy(x)                   a value that shares no memory with x;  mem.copy(x, "K") in its order,
                              mem.copy(x, "C") in rows, as x.copy() of what is no number,
                              mem.copy(x, "A") in its order, as x.copy("K") of what is none
mem.zeros_like(x)             zeros in the shape of x: number, array, list, tuple
                              mem.zeros_like(x, "to fill") has lists for tuples, to add to
                              mem.zeros_like(x, "of numbers") is zero for integers in tuples, too
mem.floats(x)                 a copy of x, number, array or structure, with floats for integers
mem.unbroadcast(x, shape)     x summed over the axes along which this shape was broadcast
mem.dtype(x)                  x.dtype
mem.shares(x, y)              np.shares_memory(x, y): of the arrays at run time, not of values;
                              of lists: of any two of their arrays
mem.is_same(x, y)             x is y
mem.is_view(s, x, x, *v)      is what the steps s make of x, with the arguments v, a view of x?
mem.is_array(x)               isinstance(x, np.ndarray)
mem.is_complex(*x)            is one of these, or of what they hold, complex?
mem.is_plain(x)               x.flags.forc: is x in one piece?  of the array at run time
mem.opaque(text, *v)          an expression that is data to us; v fill the names _0_, ... of text
mem.outside(text, *v)         a call kept where it stands; its result is data to us
mem.effect(text, *v)          a statement kept in its place: print, assert, raise
mem.same(x)                   x itself: a copy of a name
mem.stop(x)                   x itself, through which no derivative flows
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Equation, Lit, Trace, Var, walk

Kinds = list[k.Kind]
Atoms = list[Atom]

LAYOUT = ("mem.is_view", "mem.is_plain")  # asks how the arrays lie in memory
ASKING = (*LAYOUT, "mem.shares", "mem.is_same", "mem.is_array")  # asks about objects, not values
EFFECTS = ("mem.effect", "mem.outside")
READING = "_0_"  # the text of an effect that does nothing else
KEPT = "(_0_)"  # of an effect that computes something for what that may raise
MISSING = "raise UnboundLocalError("
NO_PLACES = "{}"
IS_LIST = "isinstance(_0_, (list, tuple))"
HOLDS_LISTS = f"{IS_LIST} and len(_0_) and isinstance(_0_[0], (list, tuple))"
HAS_LENGTH = "hasattr(_0_, '__len__')"
HAS_PLACES = "any(hasattr(n, '__len__') for n in (_0_ if isinstance(_0_, tuple) else (_0_,)))"
KEYS = {
    "place_for": "_0_.setdefault(_1_, _2_)", "place_of": "_0_[_1_]", "is_placed": "_1_ in _0_",
    "places_without":
        "{_key_: _at_ - (_at_ > _0_[_1_]) for _key_, _at_ in _0_.items() if _key_ != _1_}",
}  # fmt: skip
"""What is kept of dictionaries whose keys are known at run time only; _1_ is a key."""
CHECKS = ("raise", "assert")
DESTRUCTIVE = {
    "mem.write", "mem.accumulate", "mem.scatter_add", "mem.append", "mem.pop", "mem.push",
    "mem.unpush", "mem.exchange",
}  # fmt: skip
ADDED = ("mem.zeros_like", "mem.accumulate", "mem.scatter_add", "mem.write")
"""What makes the adjoint of an array, or of a list, of those of its items."""

UNPACKING = "if _0_ != {0}:\n    raise ValueError('not as many values to unpack as expected ({0})')"
"""What is asked of a length before its items are given to names."""


def only_raises(text: str) -> bool:
    """Is an effect of this text there for nothing but what it may raise?"""
    return text == KEPT or text.startswith(CHECKS)


def has_items(kind: k.Kind, made: Apply | None) -> bool:
    """Is this the adjoint of what has items, of which nobody knows whether it is a list?"""
    return made is not None and made.op in ADDED and isinstance(kind, k.Any_)


def is_reading(eqn: Equation) -> bool:
    """Is it there only to miss a value: the effect of reading a name?"""
    return isinstance(eqn, Apply) and eqn.op == "mem.effect" and eqn.args[0] == Lit(READING)


def is_asking(eqn: Equation) -> bool:
    """Does it ask a flag whether a name has a value?"""
    return (
        isinstance(eqn, Apply) and eqn.op == "mem.effect" and len(eqn.args) == 2
        and isinstance(eqn.args[0], Lit) and MISSING in str(eqn.args[0].value)
    )  # fmt: skip


def expected(eqn: Equation) -> int:
    """How many names the items are given to whose length this asks for; 0 for all else."""
    if not isinstance(eqn, Apply) or eqn.op != "mem.effect" or not isinstance(eqn.args[0], Lit):
        return 0
    text = str(eqn.args[0].value)
    count = text.partition(":")[0].rpartition(" ")[2]
    return int(count) if count.isdigit() and text == UNPACKING.format(count) else 0


def _getitem(kinds: Kinds, atoms: Atoms) -> Kinds:
    index = atoms[1].value if isinstance(atoms[1], Lit) else None
    match kinds[0]:
        case k.Tuple(items) if isinstance(kinds[1], k.Slice):
            bounds: list[Any] = [kinds[1].start, kinds[1].stop, kinds[1].step]
            if all(bound is None or isinstance(bound, int) for bound in bounds):
                return [k.Tuple(items[slice(*bounds)])]
            return [k.Opaque()]
        case k.Tuple(items):
            if isinstance(index, int) and -len(items) <= index < len(items):
                return [items[index]]
            joined: k.Kind | None = None
            for item in items:
                joined = k.join(joined, item)
            return [joined or k.Opaque()]
        case k.List() as whole if isinstance(kinds[1], k.Slice):
            return [whole]
        case k.List(item) | k.Dict(item):
            if item is None:  # nothing was put into it yet
                return [k.UNDEFINED_KIND]
            return [k.of_item(item, atoms[0], atoms[1])]
        case k.Array(dtype, dims):
            return [index_kind(dtype, dims, kinds[1], atoms[1])]
        case k.Any_(dtype):
            return [k.Any_(dtype)]
        case k.Scalar() if index in (Ellipsis, ()):  # of an array without axes
            return [kinds[0]]
    return [k.Opaque()]


def index_kind(
    dtype: str | None, dims: tuple[k.Dim, ...] | None, kind: k.Kind, atom: Atom
) -> k.Kind:
    """The kind of x[index] for an array x."""
    items = kind.items if isinstance(kind, k.Tuple) else (kind,)
    if any(map(is_unknown, items)):
        return k.Any_(dtype)
    items = tuple([_named(item, atom, n) for n, item in enumerate(items)])
    view = any(map(_is_ellipsis, items))  # of one element, an array without axes
    literal = atom.value if isinstance(atom, Lit) else None
    values = literal if isinstance(literal, tuple) else (literal,) * len(items)
    if dims is None:
        return k.Any_(dtype) if _may_be_element(items, values) else k.Array(dtype, None)
    advanced = any(isinstance(i, (k.Array, k.List, k.Any_)) for i in items)
    used = sum(0 if _is_new_axis(i) else i_rank(i) for i in items if not _is_ellipsis(i))
    rest = len(dims) - used
    if advanced or rest < 0:
        return _advanced_kind(dtype, dims, items)
    if not any(_is_ellipsis(i) for i in items):
        items, values = (*items, k.Opaque("ellipsis")), (*values, Ellipsis)
    result: list[k.Dim] = []
    axis = 0
    for item in items:
        if _is_ellipsis(item):
            result += dims[axis : axis + rest]
            axis += rest
        elif _is_new_axis(item):
            result.append(k.ONE)
        elif isinstance(item, k.Slice):
            result.append(slice_dim(dims[axis], item))
            axis += 1
        else:
            axis += 1
    return k.Array(dtype, tuple(result)) if result or view else k.number(dtype, True)


def _named(item: k.Kind, atom: Atom, place: int) -> k.Kind:
    """A slice whose bounds nobody knows, as long as itself alone: as the index it stands in."""
    unknown = isinstance(item, k.Slice) and Ellipsis in (item.start, item.stop, item.step)
    return k.Slice((atom, place), None, None) if unknown else item


def i_rank(kind: k.Kind) -> int:
    """How many axes an index consumes: a boolean mask as many as it has, all others one."""
    if isinstance(kind, k.Array) and kind.dtype == "bool":
        return 1 if kind.rank is None else kind.rank
    return 1


def takes_one_axis(kind: k.Kind) -> bool:
    """Is it certain that an index consumes one axis, so that the next item names the next one?"""
    match kind:
        case k.Slice() | k.Scalar("int") | k.Array("int"):
            return True
    return False


def may_repeat(kind: k.Kind) -> bool:
    """May an item of an index name an element twice, as [0, 1, 1] does?"""
    many = isinstance(kind, (k.Array, k.List, k.Any_)) or is_unknown(kind)
    return many and k.dtype_of(kind) != "bool"


def shows_a_part(kind: k.Kind) -> bool:
    """Does an item of an index show what lies there itself, and no copy?"""
    return isinstance(kind, (k.Scalar, k.Slice, k.Opaque)) and not is_unknown(kind)


def _advanced_kind(dtype: str | None, dims: tuple[k.Dim, ...], items: tuple[k.Kind, ...]) -> k.Kind:
    """Integer arrays and masks: known for one array index among full slices and trailing axes."""
    arrays = [i for i in items if isinstance(i, (k.Array, k.List, k.Any_))]
    known = all(isinstance(i, (k.Array, k.Slice)) or k.is_scalar(i) for i in items)
    if len(arrays) == 1 and known and not any(k.is_scalar(i) for i in items):
        array = arrays[0]
        assert isinstance(array, k.Array)
        if array.dims is not None:
            result: list[k.Dim] = []
            axis = 0
            for item in items:
                if isinstance(item, k.Slice):
                    result.append(slice_dim(dims[axis], item))
                    axis += 1
                elif array.dtype == "bool":
                    result.append(k.Dim(object()))
                    axis += i_rank(array)
                else:
                    result += array.dims
                    axis += 1
            result += dims[axis:]
            return k.Array(dtype, tuple(result)) if result else k.number(dtype, True)
    if all(isinstance(i, k.Array) and i.dims is not None and i.dtype != "bool" for i in items):
        shape: tuple[k.Dim, ...] | None = ()
        for item in items:
            assert isinstance(item, k.Array)
            shape = k.broadcast_dims(shape, item.dims)
        result_dims = (shape or ()) + dims[len(items) :]
        return k.Array(dtype, result_dims) if result_dims else k.number(dtype, True)
    if any(isinstance(i, k.Any_) for i in items):
        return k.Any_(dtype)
    return k.Array(dtype, None)


def _is_ellipsis(kind: k.Kind | None) -> bool:
    return isinstance(kind, k.Opaque) and kind.what == "ellipsis"


def is_unknown(kind: k.Kind | None) -> bool:
    """Is it an item of an index that is an integer on one path, a slice or an array on another, or
    an object, of which nothing is known?
    """
    known = _is_ellipsis(kind) or _is_new_axis(kind) or kind == k.STRING  # a key
    return isinstance(kind, k.Opaque) and not known


def _is_new_axis(kind: k.Kind | None) -> bool:
    return kind == k.NONE


def _may_be_element(items: tuple[k.Kind, ...], values: tuple[object, ...]) -> bool:
    return not any(isinstance(i, k.Slice) or _is_ellipsis(i) or _is_new_axis(i) for i in items)


def slice_dim(dim: k.Dim, item: k.Slice) -> k.Dim:
    """The length of x[start:stop:step] along an axis of this length."""
    item = counted(dim, item)
    given = (item.start, item.stop, item.step)
    bounds: list[Any] = [b.value if isinstance(b, Lit) else b for b in given]
    start, stop, step = bounds
    if start is None and stop is None and step in (None, 1, -1):
        return dim
    key = ("slice", dim, *(b if isinstance(b, int) or b is None else (b,) for b in bounds))
    if not all(b is None or isinstance(b, int) for b in bounds):
        return k.Dim(key)
    if dim.length is not None:
        return k.Dim(None, len(range(dim.length)[slice(start, stop, step)]))
    low = start or 0
    if step in (None, 1) and low >= 0 and (stop is None or stop < 0):
        return k.Dim(dim.base, dim.offset - low + (stop or 0))
    # the first few of what is not one are not one
    first = low == 0 and step in (None, 1) and stop is not None and stop > 1
    return k.Dim(key, many=first and dim.is_many)


def counted(dim: k.Dim, item: k.Slice) -> k.Slice:
    """A slice that ends at the length of its axis, or so many elements before it, said so.

    x[1:n - 1] of n elements is x[1:-1], and x[2:n] is x[2:].  Of n - 3, less than none, x[:n - 3]
    counts from the end, as x[:-3] does not: there the slice begins late enough to be empty.
    """
    if item.end is None or item.end.base != dim.base or item.step not in (None, 1):
        return item
    low, left = item.start or 0, dim.offset - item.end.offset
    if not isinstance(low, int) or low < 0 or left > low + 2:
        return item
    return k.Slice(item.start, -left if left > 0 else None, item.step)


def slice_kind(kinds: Kinds, atoms: Sequence[Atom]) -> k.Slice:
    """The kind of a slice with these bounds; what is known to be a number is that."""
    start, stop, step = (_bound(kind, atom) for kind, atom in zip(kinds, atoms, strict=True))
    end = kinds[1].length if isinstance(kinds[1], k.Scalar) else None
    return k.Slice(start, stop, step, end if isinstance(stop, Var) else None)


def _bound(kind: k.Kind, atom: Atom) -> object:
    if isinstance(atom, Lit):
        return atom.value
    known = kind.length if isinstance(kind, k.Scalar) else None
    return atom if known is None or known.base is not None else known.offset


def length(kind: k.Kind, atom: Atom) -> k.Dim:
    """The dimension that an integer stands for: of zeros(n), or of n in a shape."""
    if isinstance(kind, k.Scalar) and kind.length is not None:
        return kind.length
    if isinstance(atom, Lit):
        return k.Dim(None, atom.value) if isinstance(atom.value, int) else k.Dim(object())
    return k.Dim((atom, 0))


def extent(dim: k.Dim) -> k.Scalar:
    """How long an array says that it is along an axis."""
    return k.Scalar("int", dim, cut=dim.offset < 0)


def _tuple(kinds: Kinds, atoms: Atoms) -> Kinds:
    """Integers keep the length they stand for, so that a shape built of them is known."""
    return [k.Tuple(tuple(_tuple_item(kind, atom) for kind, atom in zip(kinds, atoms)))]


def _tuple_item(kind: k.Kind, atom: Atom) -> k.Kind:
    negative = isinstance(atom, Lit) and isinstance(atom.value, int) and atom.value < 0
    return k.Scalar("int", length(kind, atom)) if k.is_int(kind) and not negative else kind


def _same(kinds: Kinds, atoms: Atoms) -> Kinds:
    return [kinds[0]]


def _write(kinds: Kinds, atoms: Atoms) -> Kinds:
    return [_holding(kinds[0], kinds[1], atoms[2:])]


def _holding(kind: k.Kind | None, value: k.Kind, path: Atoms) -> k.Kind:
    """The kind of what holds this value, too, at the end of a path of indices."""
    if not path:
        return k.join(kind, value)
    match kind:
        case k.List(item, frozen):
            return k.List(_holding(item, value, path[1:]), frozen)
        case k.Dict(item):
            return replace(kind, item=_holding(item, value, path[1:]))
        case k.Tuple(items, tag) if isinstance(path[0], Lit) and len(path) > 1:
            parts = list(items)
            parts[path[0].value] = _holding(parts[path[0].value], value, path[1:])
            return k.Tuple(tuple(parts), tag)
    return k.ANY if kind is None else kind


def _append(kinds: Kinds, atoms: Atoms) -> Kinds:
    item = kinds[0].item if isinstance(kinds[0], k.List) else None
    return [k.List(k.join(item, kinds[1]))]


def _pop(kinds: Kinds, atoms: Atoms) -> Kinds:
    item = kinds[0].item if isinstance(kinds[0], k.List) else None
    return [item if item is not None else k.UNDEFINED_KIND, kinds[0]]


def _list(kinds: Kinds, atoms: Atoms) -> Kinds:
    item: k.Kind | None = None
    for kind in kinds:
        item = k.join(item, kind)
    return [k.List(item)]


def _unpush(kinds: Kinds, atoms: Atoms) -> Kinds:
    return [*(kinds[0].items if isinstance(kinds[0], k.Tape) else ()), kinds[0]]


def _stacked(kinds: Kinds, atoms: Atoms) -> Kinds:
    items, number = kinds[0].items if isinstance(kinds[0], k.Tape) else (), atoms[1]
    item = items[number.value] if isinstance(number, Lit) and items else k.ANY
    dims = item.dims if isinstance(item, k.Array) else ()
    entries = k.Dim((atoms[0], 0))
    return [k.Array(k.dtype_of(item), None if dims is None else (entries, *dims))]


def _slice(kinds: Kinds, atoms: Atoms) -> Kinds:
    return [slice_kind(kinds, atoms)]


def _zeros_like(kinds: Kinds, atoms: Atoms) -> Kinds:
    match kinds[0]:
        case k.Scalar(dtype):
            return [k.Scalar(dtype if dtype in ("float32", "complex") else "float")]
        case k.Array(dtype, dims):
            return [k.Array("float" if dtype in ("bool", "int") else dtype, dims)]
        case k.Any_(dtype):
            return [
                k.Any_(None if dtype is None else "float" if dtype in ("bool", "int") else dtype)
            ]
    return [kinds[0]]


def _unbroadcast(kinds: Kinds, atoms: Atoms) -> Kinds:
    dtype = k.dtype_of(kinds[0])
    if isinstance(kinds[1], k.Tuple):
        dims = shape_dims(kinds[1], atoms[1])
        return [k.Array(dtype, dims) if dims else k.number(dtype, True)]
    return [k.Any_(dtype)]


def shape_dims(kind: k.Tuple, shape: Atom) -> tuple[k.Dim, ...]:
    """The dimensions of an array of this shape."""
    if isinstance(shape, Lit):
        return tuple(k.Dim(None, size) for size in shape.value)
    lengths = [item.length if isinstance(item, k.Scalar) else None for item in kind.items]
    return tuple(k.Dim((shape, i)) if dim is None else dim for i, dim in enumerate(lengths))


def _mask(kinds: Kinds, atoms: Atoms) -> Kinds:
    return [k.Array("bool", None)]


KINDS: dict[str, Callable[[Kinds, Atoms], Kinds]] = {
    "mem.getitem": _getitem,
    "mem.write": _write,
    "mem.accumulate": _same,
    "mem.scatter_add": _same,
    "mem.exchange": _same,
    "mem.last_write": _mask,
    "mem.list": _list,
    "mem.tuple": _tuple,
    "mem.dict": lambda kinds, atoms: [k.Dict(_list(kinds[1:], atoms)[0].item)],  # type: ignore[union-attr]
    "mem.slice": _slice,
    "mem.append": _append,
    "mem.pop": _pop,
    "mem.tape": lambda kinds, atoms: [k.Tape()],
    "mem.push": lambda kinds, atoms: [k.Tape(tuple(kinds[1:]))],
    "mem.unpush": _unpush,
    "mem.stacked": _stacked,
    "mem.copy": _same,
    "mem.floats": _same,
    "mem.same": _same,
    "mem.stop": _same,
    "mem.zeros_like": _zeros_like,
    "mem.unbroadcast": _unbroadcast,
    "mem.dtype": lambda kinds, atoms: [k.of_dtype(kinds[0])],
    "mem.shares": lambda kinds, atoms: [k.BOOL],
    "mem.is_same": lambda kinds, atoms: [k.BOOL],
    "mem.is_view": lambda kinds, atoms: [k.BOOL],
    "mem.is_array": lambda kinds, atoms: [k.BOOL],
    "mem.is_complex": lambda kinds, atoms: [k.BOOL],
    "mem.is_plain": lambda kinds, atoms: [k.BOOL],
    "mem.opaque": lambda kinds, atoms: [k.Opaque()],
    "mem.outside": lambda kinds, atoms: [k.ANY],
    "mem.effect": lambda kinds, atoms: [],
}


def asks_layout(trace: Trace) -> bool:
    """Does it matter here how arrays lie in memory?"""
    return any(isinstance(eqn, Apply) and eqn.op in LAYOUT for eqn in walk(trace.body))
