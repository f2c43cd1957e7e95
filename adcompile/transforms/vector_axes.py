"""Operations along axes, or on shapes, with directions along the last axis of their operands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.rules.columns import evaluate
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit
from adcompile.transforms.vector_memory import shape_with

if TYPE_CHECKING:
    from adcompile.transforms.vector import Vectors

ELEMENTWISE = (
    "operator.neg", "operator.pos", "numpy.negative", "numpy.positive", "numpy.conj",
    "numpy.conjugate", "numpy.deg2rad", "numpy.radians", "numpy.rad2deg", "numpy.degrees",
    "numpy.fliplr", "numpy.flipud", "numpy.trace",  # these work on the first axes
)  # fmt: skip


def shifted(axis: Atom) -> Atom | None:
    """An axis, or several, counted with the directions behind; None where it is not known."""
    if not isinstance(axis, Lit):
        return None
    value = axis.value
    if isinstance(value, tuple) and all(type(a) is int for a in value):
        return Lit(tuple(a if a >= 0 else a - 1 for a in value))
    return Lit(value if value >= 0 else value - 1) if type(value) is int else None


def rank_of(vec: Vectors, atom: Atom) -> int | None:
    """The rank of an atom of the trace as it was."""
    match vec.kind(atom):
        case k.Scalar():
            return 0
        case k.Array(_, dims):
            return None if dims is None else len(dims)
    return None


def along(flat: str | None = None, **positions: int) -> Callable[[Vectors, Apply], Atom | None]:
    """A form of an operation on its first operand along axes, which are at these positions.

    `flat` is the text for an axis of None.
    """
    places = tuple(positions.values())

    def form(vec: Vectors, eqn: Apply) -> Atom | None:
        args = list(eqn.args)
        if any(vec.has(arg) for arg in args[1:]):
            return None
        if flat is not None and args[places[0]] == Lit(None):
            return _flattened(vec, eqn, flat)
        if not rank_of(vec, eqn.args[0]):
            return None  # of a number, axis 0 would be that of the directions
        for place in places:
            axis = shifted(args[place])
            if axis is None:
                return None
            args[place] = axis
        return vec.apply(eqn.op, *map(vec.get, args))

    return form


def _flattened(vec: Vectors, eqn: Apply, text: str) -> Atom | None:
    """The operation on all elements in a row."""
    if not _plain(eqn, ("keepdims", "dtype")):
        return None
    names = {f"a{i}": vec.get(arg) for i, arg in enumerate(eqn.args)}
    x = vec.get(eqn.args[0])
    row = x
    if rank_of(vec, eqn.args[0]) != 1:
        row = evaluate("np.reshape(x, (-1, n))", {"x": x, "n": vec.count}, vec)
    return evaluate(text, {**names, "x": row, "n": vec.count}, vec)


def _plain(eqn: Apply, options: tuple[str, ...]) -> bool:
    """Are these options left at None or False?"""
    from adcompile.rules import table

    row = table.lookup(eqn.op, len(eqn.args))
    assert row is not None
    given = dict(zip(row.parameters, eqn.args))
    return all(given.get(name) in (None, Lit(None), Lit(False)) for name in options)


def _total(text: str) -> Callable[[Vectors, Apply], Atom | None]:
    """Sums and means."""
    general = along("unused", axis=1)

    def form(vec: Vectors, eqn: Apply) -> Atom | None:
        if eqn.args[1] != Lit(None):
            return general(vec, eqn)
        return _flattened(vec, eqn, f"np.{text}(x, axis=0)")

    return form


def _reshape(vec: Vectors, eqn: Apply) -> Atom | None:
    if isinstance(vec.kind(eqn.args[1]), (k.List, k.Opaque, k.Any_, k.Array)):
        return None
    return vec.apply(eqn.op, vec.get(eqn.args[0]), shape_with(vec, eqn.args[1]))


def _broadcast_to(vec: Vectors, eqn: Apply) -> Atom | None:
    return _reshape(vec, eqn)


def _ravel(vec: Vectors, eqn: Apply) -> Atom | None:
    x = vec.get(eqn.args[0])
    if rank_of(vec, eqn.args[0]) == 1:
        return x
    return evaluate("np.reshape(x, (-1, n))", {"x": x, "n": vec.count}, vec)


def _transpose(vec: Vectors, eqn: Apply) -> Atom | None:
    x, axes = vec.get(eqn.args[0]), eqn.args[1]
    rank = rank_of(vec, eqn.args[0])
    if axes == Lit(None):
        if rank is None:
            return evaluate("np.moveaxis(np.transpose(x), 0, -1)", {"x": x}, vec)
        if rank < 2:
            return x
        return vec.apply(eqn.op, x, Lit((*range(rank - 1, -1, -1), rank)))
    whole = shifted(axes)
    if whole is None or not isinstance(whole.value, tuple):  # type: ignore[union-attr]
        return None
    return vec.apply(eqn.op, x, Lit((*whole.value, -1)))  # type: ignore[union-attr]


def _matrix_transpose(vec: Vectors, eqn: Apply) -> Atom | None:
    return evaluate("np.swapaxes(x, -3, -2)", {"x": vec.get(eqn.args[0])}, vec)


def _joined(vec: Vectors, eqn: Apply) -> Atom | None:
    """concatenate and stack."""
    axis = shifted(eqn.args[1])
    if axis is None or not isinstance(vec.kind(eqn.args[0]), (k.List, k.Tuple)):
        return None
    return vec.apply(eqn.op, vec.whole(eqn.args[0]), axis)


def _beside(rank_two: int) -> Callable[[Vectors, Apply], Atom | None]:
    """hstack and vstack, for arrays whose ranks are known."""

    def form(vec: Vectors, eqn: Apply) -> Atom | None:
        kind = vec.kind(eqn.args[0])
        items = kind.items if isinstance(kind, k.Tuple) else (
            (kind.item,) if isinstance(kind, k.List) else ()
        )  # fmt: skip
        ranks = [len(i.dims) if isinstance(i, k.Array) and i.dims is not None else 0 for i in items]
        if not ranks or len(set(ranks)) != 1 or ranks[0] == 0:
            return None
        x = vec.whole(eqn.args[0])
        if ranks[0] == 1:
            text = "np.concatenate(x, axis=0)" if rank_two else "np.stack(x, axis=0)"
        else:
            text = f"np.concatenate(x, axis={rank_two})"
        return evaluate(text, {"x": x}, vec)

    return form


def _array(vec: Vectors, eqn: Apply) -> Atom | None:
    filled = _filled(vec, eqn)
    if filled is not None:
        return filled
    x = vec.whole(eqn.args[0])
    made = vec.apply(eqn.op, x, *map(vec.get, eqn.args[1:]))
    if rank_of(vec, eqn.out) == 1 and isinstance(vec.kind(eqn.args[0]), k.List):
        return evaluate("np.reshape(x, (-1, n))", {"x": made, "n": vec.count}, vec)  # or empty
    listed = isinstance(vec.kind(eqn.args[0]), k.List)
    return None if listed and rank_of(vec, eqn.out) is None else made


def _filled(vec: Vectors, eqn: Apply) -> Atom | None:
    """An array of a display of numbers: zeros, into which those that are not zero are written."""
    found: list[tuple[tuple[int, ...], Atom]] = []
    shape = _elements(vec, eqn.args[0], (), found)
    kind = vec.kind(eqn.out)
    if shape is None or 0 in shape or not isinstance(kind, k.Array) or kind.dtype != "float":
        return None
    sizes = vec.apply("mem.tuple", *map(Lit, shape), vec.count)
    made = evaluate("np.zeros(s)", {"s": sizes}, vec)
    for place, atom in found:
        if not isinstance(atom, Lit) or atom.value != 0:
            index = Lit(place if len(place) > 1 else place[0])
            made = vec.apply("mem.write", made, vec.get(atom), index)
    return made


def _elements(
    vec: Vectors, atom: Atom, place: tuple[int, ...], found: list[tuple[tuple[int, ...], Atom]]
) -> tuple[int, ...] | None:
    """The numbers of a display with their places, and its shape; None where it is not in sight."""
    if isinstance(vec.kind(atom), k.Scalar):
        found.append((place, atom))
        return ()
    shown = vec.shown.get(atom)
    if shown is None:
        return _zeros(vec, atom, place, found)
    below = [_elements(vec, item, (*place, i), found) for i, item in enumerate(shown.args)]
    if not below or None in below or len(set(below)) > 1:
        return None
    return (len(below), *(below[0] or ()))


def _zeros(
    vec: Vectors, atom: Atom, place: tuple[int, ...], found: list[tuple[tuple[int, ...], Atom]]
) -> tuple[int, ...] | None:
    """The shape of the zeros of a display."""
    made = None if vec.has(atom) else vec.definition(atom)
    if made is None or made.op != "mem.zeros_like":
        return None
    return _elements(vec, made.args[0], place, [])


def _on_planes(vec: Vectors, eqn: Apply) -> Atom | None:
    """What works on the last two axes."""
    if any(vec.has(arg) for arg in eqn.args[1:]):
        return None
    x = evaluate("np.moveaxis(x, -1, 0)", {"x": vec.get(eqn.args[0])}, vec)
    if (rank_of(vec, eqn.args[0]) or 0) < 2:
        return None
    made = vec.apply(eqn.op, x, *map(vec.get, eqn.args[1:]))
    return evaluate("np.moveaxis(x, 0, -1)", {"x": made}, vec)


def _diagonal(vec: Vectors, eqn: Apply) -> Atom | None:
    rank = rank_of(vec, eqn.args[0])
    if rank != 2:
        return None
    made = vec.apply("numpy.diagonal", *map(vec.get, eqn.args))
    return evaluate("np.transpose(x)", {"x": made}, vec)


def _diag(vec: Vectors, eqn: Apply) -> Atom | None:
    return _diagonal(vec, eqn) if rank_of(vec, eqn.args[0]) == 2 else None


def _full(vec: Vectors, eqn: Apply) -> Atom | None:
    if vec.has(eqn.args[0]) or rank_of(vec, eqn.args[1]) != 0:
        return None
    return vec.apply(eqn.op, shape_with(vec, eqn.args[0]), vec.get(eqn.args[1]), *eqn.args[2:])


def _take_along(vec: Vectors, eqn: Apply) -> Atom | None:
    axis = shifted(eqn.args[2])
    if axis is None or vec.has(eqn.args[1]):
        return None
    indices = evaluate("np.expand_dims(x, -1)", {"x": vec.get(eqn.args[1])}, vec)
    return vec.apply(eqn.op, vec.get(eqn.args[0]), indices, axis)


def _sum_items(vec: Vectors, eqn: Apply) -> Atom | None:
    """The sum of Python's: over the first axis."""
    return vec.apply(eqn.op, *map(vec.get, eqn.args))


def _list(vec: Vectors, eqn: Apply) -> Atom | None:
    if eqn.op == "numpy.ndarray.tolist" and rank_of(vec, eqn.args[0]) != 1:
        return None
    return vec.apply("builtins.list", vec.get(eqn.args[0]))


def _complex(vec: Vectors, eqn: Apply) -> Atom | None:
    text = "x + 0j" if len(eqn.args) == 1 else "x + 1j * y"
    return evaluate(text, dict(zip("xy", map(vec.get, eqn.args))), vec)


def _interior(vec: Vectors, eqn: Apply) -> Atom | None:
    """np.diff without ends."""
    axis = shifted(eqn.args[2])
    if axis is None or eqn.args[3] != Lit(None) or eqn.args[4] != Lit(None):
        return None
    return vec.apply(eqn.op, vec.get(eqn.args[0]), eqn.args[1], axis)


def _squeeze(vec: Vectors, eqn: Apply) -> Atom | None:
    axis = shifted(eqn.args[1])
    return None if axis is None else vec.apply(eqn.op, vec.get(eqn.args[0]), axis)


FORMS: dict[str, Callable[[Vectors, Apply], Atom | None]] = {
    "numpy.sum": _total("sum"), "numpy.mean": _total("mean"),
    "numpy.cumsum": along("np.cumsum(x, axis=0)", axis=1),
    "numpy.add.reduce": along(axis=1), "numpy.add.accumulate": along(axis=1),
    "numpy.flip": along(axis=1), "numpy.swapaxes": along(axis1=1, axis2=2),
    "numpy.moveaxis": along(source=1, destination=2), "numpy.expand_dims": along(axis=1),
    "numpy.squeeze": _squeeze, "numpy.roll": along(axis=2),
    "numpy.take": along("np.take(x, a1, axis=0)", axis=2),
    "numpy.repeat": along("np.repeat(x, a1, axis=0)", axis=2),
    "numpy.fft.fft": along(axis=2), "numpy.fft.ifft": along(axis=2),
    "numpy.fft.rfft": along(axis=2), "numpy.fft.irfft": along(axis=2),
    "numpy.fft.fftshift": along(axis=1), "numpy.fft.ifftshift": along(axis=1),
    "numpy.fft.fft2": along(axes=2), "numpy.fft.ifft2": along(axes=2),
    "numpy.fft.rfft2": along(axes=2), "numpy.fft.irfft2": along(axes=2),
    "numpy.delete": along("np.delete(x, a1, axis=0)", axis=2),
    "numpy.split": along(axis=2), "numpy.array_split": along(axis=2),
    "numpy.diff": _interior, "numpy.reshape": _reshape, "numpy.broadcast_to": _broadcast_to,
    "numpy.ravel": _ravel, "numpy.transpose": _transpose,
    "numpy.matrix_transpose": _matrix_transpose, "numpy.concatenate": _joined,
    "numpy.stack": _joined, "numpy.hstack": _beside(1), "numpy.vstack": _beside(0),
    "numpy.array": _array, "numpy.asarray": _array, "numpy.tril": _on_planes,
    "numpy.triu": _on_planes, "numpy.linalg.inv": _on_planes, "numpy.diagonal": _diagonal,
    "numpy.diag": _diag, "numpy.full": _full, "numpy.take_along_axis": _take_along,
    "builtins.sum": _sum_items, "builtins.list": _list, "numpy.ndarray.tolist": _list,
    "builtins.complex": _complex,
}  # fmt: skip
