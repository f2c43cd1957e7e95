"""Views that no slice gives: diagonals by einsum, windows that slide, the parts of a split array.

    d = np.einsum("ii->i", A)              A[i, i] for i = np.arange(n), which reads and writes
    d *= 2.0                               what A holds there

A step of a path that has the operation `mem.getitem` is such an index, of arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from adcompile.frontend import expressions, memory, operations, reached, subscripts
from adcompile.frontend.values import Name, Num, Obj, Ref, Sequence, Step, Struct, Value
from adcompile.rules.constructors import FLOATS
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

READ_ONLY = Step("mem.same", ())
EVERY = Lit(slice(None))
Handler = Callable[["Lowerer", list[Value], dict[str, Value], str], "Value | None"]


def is_array(low: Lowerer, value: Value) -> bool:
    """Is it an array of known rank, with a place in memory?"""
    if not isinstance(value, Ref):
        return False
    kind = low.build.kind(memory.atom_of(low, value))
    return isinstance(kind, k.Array) and kind.rank is not None


def _rank(low: Lowerer, value: Value) -> int:
    kind = low.build.kind(memory.atom_of(low, value))
    assert isinstance(kind, k.Array) and kind.rank is not None
    return kind.rank


def _length(low: Lowerer, value: Value, axis: int) -> Atom:
    shape = low.build.apply("numpy.shape", memory.atom_of(low, value))
    return low.build.apply("mem.getitem", shape, Lit(axis))


def _seen(low: Lowerer, base: Ref, index: list[Atom], *more: Step) -> Ref:
    """base[index], for arrays as indices: a view as far as NumPy is concerned."""
    place = low.build.apply("mem.tuple", *index)
    return Ref(base.storage, (*base.path, Step("mem.getitem", (place,)), *more))


def _along(low: Lowerer, count: Atom, position: int, rank: int) -> Atom:
    """0, 1, ... along one axis of an index of this rank."""
    numbers = low.build.apply("numpy.arange", count)
    if rank == 1:
        return numbers
    shape = tuple(None if axis != position else slice(None) for axis in range(rank))
    return low.build.apply("mem.getitem", numbers, Lit(shape))


# -- einsum


def _einsum(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """np.einsum of one operand that sums nothing up: "ii->i", "ij->ji"; or with labels in lists."""
    written = _as_text(low, args)
    if written is not None:
        found = _einsum(low, written, keywords, hint)
        return found or operations.apply(low, "numpy.einsum", written, keywords, hint)
    spec = args[0].atom.value if args and isinstance(args[0], Num) and isinstance(
        args[0].atom, Lit
    ) else None  # fmt: skip
    if len(args) != 2 or keywords or not isinstance(spec, str) or not is_array(low, args[1]):
        return None
    base = args[1]
    assert isinstance(base, Ref)
    before, arrow, after = spec.replace(" ", "").partition("->")
    if not arrow:
        after = "".join(letter for letter in sorted(before) if before.count(letter) == 1)
    alike = sorted(set(before)) == sorted(after)
    if not before.isalpha() or not alike or len(before) != _rank(low, base):
        return None
    if len(after) == len(before):
        order = tuple(before.index(letter) for letter in after)
        if order == tuple(range(len(order))):
            return base
        return memory.view(low, base, "numpy.transpose", (Lit(order),), hint)
    index = []
    for letter in before:
        count = _length(low, base, before.index(letter))
        index.append(_along(low, count, after.index(letter), len(after)))
    return _seen(low, base, index)


def _as_text(low: Lowerer, args: list[Value]) -> list[Value] | None:
    """np.einsum(x, [0, 1], y, [1, 2], [0, 2]) is np.einsum("AB,BC->AC", x, y)."""
    given = [_letters(low, labels) for labels in args[1::2]]
    if not given or None in given:
        return None
    last = _letters(low, args[-1]) if len(args) % 2 else None
    text = ",".join(map(str, given)) + ("" if last is None else f"->{last}")
    return [Num(Lit(text)), *args[: 2 * len(given) : 2]]


def _letters(low: Lowerer, labels: Value) -> str | None:
    """The letters for labels that are numbers known when compiling, in a list or tuple."""
    if not isinstance(labels, (Struct, Obj)):
        return None
    atoms = [getattr(item, "atom", None) for item in expressions.static_items(low, labels, None)]
    found = [atom.value for atom in atoms if isinstance(atom, Lit)]
    if len(found) < len(atoms) or any(each is not ... and type(each) is not int for each in found):
        return None
    letters = ascii_uppercase + ascii_lowercase
    return "".join("..." if each is ... else letters[each] for each in found)


# -- windows


def _windows(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """sliding_window_view(x, window_shape, axis=None): NumPy lets nobody write to it."""
    given = dict(zip(("x", "window_shape", "axis"), args), **keywords)
    base = given.get("x", Num(NOTHING))
    if set(given) - {"x", "window_shape", "axis"} or not is_array(low, base):
        return None
    assert isinstance(base, Ref)
    rank, build = _rank(low, base), low.build
    window = given.get("window_shape", Num(NOTHING))
    sizes = _several(low, window)
    axis = expressions.constant(low, given.get("axis", Num(NOTHING)), None)
    axes = list(range(rank)) if axis is None else [axis] if isinstance(axis, int) else list(axis)
    axes = [each % rank for each in axes]
    if len(axes) != len(sizes) or len(set(axes)) != len(axes):
        raise low.rejection(
            None, f"sliding_window_view has {len(sizes)} sizes for {len(axes)} axes", "ADC503"
        )
    whole = rank + len(axes)
    index = []
    for place in range(rank):
        count = _length(low, base, place)
        if place not in axes:
            index.append(_along(low, count, place, whole))
            continue
        size = sizes[axes.index(place)]
        _must_hold(
            low, build.apply("operator.le", size, count),
            "window shape cannot be larger than input array shape",
        )  # fmt: skip
        turns = build.apply("operator.add", build.apply("operator.sub", count, size), Lit(1))
        inner = _along(low, size, rank + axes.index(place), whole)
        index.append(build.apply("operator.add", _along(low, turns, place, whole), inner))
    return _seen(low, base, index, READ_ONLY)


def _several(low: Lowerer, value: Value) -> list[Atom]:
    """A number, or a tuple or list of numbers."""
    if isinstance(value, Num) and not isinstance(low.build.kind(value.atom), k.Tuple):
        if isinstance(value.atom, Lit) and isinstance(value.atom.value, tuple):
            return [Lit(item) for item in value.atom.value]
        return [value.atom]
    return [memory.atom_of(low, item) for item in expressions.static_items(low, value, None)]


def _must_hold(low: Lowerer, cond: Atom, message: str) -> None:
    """The error that NumPy raises where this is not so."""
    reached.note_raise(low)
    line = f"if not _0_:\n    raise ValueError({message!r})"
    low.build.apply_many("mem.effect", (Lit(line), cond), ())


# -- parts


def _split(even: bool, axis: int | None) -> Handler:
    """np.split and its like: a list of views, where aliases are told apart."""

    def parts(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        names = ("ary", "indices_or_sections", "axis")
        given = dict(zip(names, args), **keywords)
        base, sections = (given.get(name, Num(NOTHING)) for name in names[:2])
        if not low.exact or set(given) - set(names) or not is_array(low, base):
            return None
        along = axis
        if along is None:
            along = expressions.constant(low, given.get("axis", Num(Lit(0))), None)
        if axis == 1 and _rank(low, base) == 1:
            along = 0
        assert isinstance(base, Ref) and isinstance(along, int)
        along %= _rank(low, base)
        length = _length(low, base, along)
        count = sections.atom if isinstance(sections, Num) else None
        if count is None or isinstance(low.build.kind(count), k.Tuple):
            bounds = [memory.atom_of(low, each) for each in _listed(low, sections)]
            pairs = list(zip([NOTHING, *bounds], [*bounds, NOTHING]))
            made = [_part(low, base, along, first, last) for first, last in pairs]
            return expressions.display(low, "list", list(range(len(made))), made, low.here, hint)
        bound = _bounds(low, length, count, even)

        def item(turn: Atom) -> Value:
            after = low.build.apply("operator.add", turn, Lit(1))
            return _part(low, base, along, bound(turn), bound(after))

        if isinstance(count, Lit) and isinstance(count.value, int):
            made = [item(Lit(i)) for i in range(count.value)]
            return expressions.display(low, "list", list(range(len(made))), made, low.here, hint)
        return low.to_list(Sequence(count, item), hint)

    return parts


def _listed(low: Lowerer, value: Value) -> list[Value]:
    if isinstance(value, Num) and isinstance(value.atom, Lit):
        return [Num(Lit(item)) for item in value.atom.value]
    return expressions.static_items(low, value, None)


def _bounds(low: Lowerer, length: Atom, count: Atom, even: bool) -> Callable[[Atom], Atom]:
    """Where part number i begins."""
    build = low.build
    size, more = (build.apply(f"operator.{op}", length, count) for op in ("floordiv", "mod"))
    if even:
        _must_hold(
            low, build.apply("operator.eq", more, Lit(0)),
            "array split does not result in an equal division",
        )  # fmt: skip

    def bound(turn: Atom) -> Atom:
        if turn == Lit(0):
            return turn
        start = build.apply("operator.mul", turn, size)
        if even:
            return start
        return build.apply("operator.add", start, build.apply("builtins.min", turn, more))

    return bound


def _part(low: Lowerer, base: Ref, axis: int, first: Atom, last: Atom) -> Value:
    piece = low.build.apply("mem.slice", first, last, NOTHING)
    index: Atom = piece
    if axis:
        index = low.build.apply("mem.tuple", *[EVERY] * axis, piece)
    return memory.element(low, base, index)


# -- the same array


def _same(row: tuple[str, ...]) -> Handler:
    """np.asarray and its like: of an array of this dtype it is that array."""

    def same(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        given = dict(zip(row, args), **keywords)
        dtype = given.pop("dtype", None)
        base = given.pop("a", Num(NOTHING))
        copy = given.pop("copy", Num(NOTHING))
        if given or copy not in (Num(NOTHING), Num(Lit(False))) or not isinstance(base, Ref):
            return None
        kind = low.build.kind(memory.atom_of(low, base))
        if not isinstance(kind, k.Array):
            return None
        if dtype is None or dtype == Num(NOTHING):
            return base
        wanted = WIDTHS.get(getattr(dtype, "qualified", ""))
        return base if wanted is not None and wanted == kind.dtype else None

    return same


def _typed(name: str) -> Handler:
    """np.float64 and its like, called: of an array of this dtype it is that array."""
    same = _same(("a",))

    def typed(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        return same(low, args, {**keywords, "dtype": Name(name)}, hint)

    return typed


def _done(times: int) -> Handler:
    """np.diff(x, 0) and np.linalg.matrix_power(A, 1): what they are given."""

    def done(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        given = args[1] if len(args) > 1 else keywords.get("n")
        if given != Num(Lit(times)) or not args or not isinstance(args[0], Ref):
            return None
        kind = low.build.kind(memory.atom_of(low, args[0]))
        return args[0] if isinstance(kind, (k.Array, k.Any_)) else None

    return done


WIDTHS = {"builtins.float": "float", **FLOATS}


# -- going through the elements


def _ndenumerate(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """np.ndenumerate(x): ((i, j, ...), x[i, j, ...]), row after row."""
    if len(args) != 1 or keywords or not is_array(low, args[0]):
        return None
    base = args[0]
    sides = [_length(low, base, axis) for axis in range(_rank(low, base))]

    def item(turn: Atom) -> Value:
        index = _place(low, turn, sides)
        return Struct((index, subscripts.subscript(low, base, index)))

    return Sequence(low.build.apply("numpy.size", memory.atom_of(low, base)), item)


def _ndindex(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """np.ndindex(n, m, ...) or np.ndindex(shape): (i, j, ...), row after row."""
    sides = [side for arg in args for side in _several(low, arg)]
    if keywords or not sides:
        return None
    for side in sides:
        low.must_be_int(side)
    count = sides[0]
    for side in sides[1:]:
        count = low.build.apply("operator.mul", count, side)
    return Sequence(count, lambda turn: _place(low, turn, sides))


def _place(low: Lowerer, number: Atom, sides: list[Atom]) -> Struct:
    """The indices of element `number`, where the elements are counted row after row."""
    places: list[Value] = []
    for side in reversed(sides[1:]):
        places.insert(0, Num(low.build.apply("operator.mod", number, side)))
        number = low.build.apply("operator.floordiv", number, side)
    return Struct((Num(number), *places))


HANDLERS: dict[str, Handler] = {
    "numpy.einsum": _einsum,
    "numpy.lib.stride_tricks.sliding_window_view": _windows,
    "numpy.split": _split(True, None), "numpy.array_split": _split(False, None),
    "numpy.vsplit": _split(True, 0), "numpy.hsplit": _split(True, 1),
    "numpy.dsplit": _split(True, 2),
    "numpy.asarray": _same(("a", "dtype")), "numpy.asanyarray": _same(("a", "dtype")),
    **{name: _typed(name) for name in FLOATS},
    "numpy.diff": _done(0), "numpy.linalg.matrix_power": _done(1),
    "numpy.ndenumerate": _ndenumerate, "numpy.ndindex": _ndindex,
}  # fmt: skip

__all__ = ["HANDLERS", "READ_ONLY"]
