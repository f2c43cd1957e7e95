"""Which element of its operand a view shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adcompile.rules.memory import counted, slice_dim, slice_kind
from adcompile.rules.reduced_kinds import normal_axes
from adcompile.simplify.arrays.places import (
    FIRST,
    Linear,
    Place,
    Places,
    Size,
    Span,
    constant,
    own,
    sliced,
    spread,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Var

Made = Mapping[Var, Apply]
View = tuple[Places, tuple[Span | None, ...]]
"""The places in the operand, by the axes of the view, and how long those are."""


def items_of(index: Atom, made: Made) -> list[Atom] | None:
    """The parts of a subscript."""
    if isinstance(index, Lit):
        whole = index.value if isinstance(index.value, tuple) else (index.value,)
        return [Lit(part) for part in whole]
    eqn = made.get(index)
    if eqn is not None and eqn.op == "mem.tuple":
        return list(eqn.args)
    return [index]


def subscript(
    x: Var, index: Atom, kinds: Mapping[Var, k.Kind], made: Made,
    result: tuple[k.Dim, ...] | None = None,
) -> tuple[View, tuple[k.Dim, ...]] | None:  # fmt: skip
    """What x[index] shows of x, where it is a view of known rank, `result` its dimensions."""
    kind = kinds[x]
    items = items_of(index, made)
    if not isinstance(kind, k.Array) or kind.dims is None or items is None:
        return None
    dims = kind.dims
    fixed = sum(1 for item in items if item != Lit(None) and item != Lit(Ellipsis))
    if Lit(Ellipsis) not in items:
        items.append(Lit(Ellipsis))
    if fixed > len(dims) or items.count(Lit(Ellipsis)) > 1:
        return None
    places: list[Place] = []
    spans: list[Span | None] = []
    shown: list[k.Dim] = []
    for item in items:
        axis = len(places)
        if item == Lit(None):
            spans.append(None)
            shown.append(k.ONE)
        elif item == Lit(Ellipsis):
            for n in range(axis, axis + len(dims) - fixed):
                places.append(Place(len(spans)) if not dims[n].is_one else FIRST)
                spans.append(Span(n))
                shown.append(dims[n])
        else:
            kind = _kind(item, kinds, made)
            if isinstance(kind, k.Slice):
                length = slice_dim(dims[axis], kind)
                if result is not None:
                    if len(shown) >= len(result):
                        return None
                    length = result[len(shown)]
                found = sliced(Size(dims[axis], x, axis), counted(dims[axis], kind))
                if found is None:
                    return None
                at = FIRST if length.is_one else Place(len(spans))
                places.append(found[0].over([at]))
                spans.append(found[1])
                shown.append(length)
                continue
            place = _number(Size(dims[axis], x, axis), item, kind)
            if place is None:
                return None
            places.append(place)
    return (tuple(places), tuple(spans)), tuple(shown)


def _kind(item: Atom, kinds: Mapping[Var, k.Kind], made: Made) -> k.Kind:
    """The kind of a part of a subscript; the bounds of a slice as they are here."""
    if isinstance(item, Lit):
        return k.of_constant(item.value)
    eqn = made.get(item)
    if eqn is not None and eqn.op == "mem.slice":
        return slice_kind([_kind(arg, kinds, made) for arg in eqn.args], eqn.args)
    return k.Slice(Ellipsis) if isinstance(kinds[item], k.Slice) else kinds[item]


def _number(size: Size, item: Atom, kind: k.Kind) -> Place | None:
    if not isinstance(kind, k.Scalar) or kind.dtype != "int":
        return None
    if isinstance(item, Var):
        return Place(None, 1, Linear(((item, 1),)))
    if type(item.value) is not int:
        return None
    if item.value >= 0:
        return constant(item.value)
    if size.dim.length is not None:
        return constant(size.dim.length + item.value)
    return Place(None, 1, Linear(((size, 1),), item.value))


def view_of(
    eqn: Apply, kinds: Mapping[Var, k.Kind], made: Made
) -> tuple[View, tuple[k.Dim, ...]] | None:
    """What a view shows of its first operand, or None."""
    x, kind = eqn.args[0], kinds[eqn.out]
    if not isinstance(x, Var) or not isinstance(kind, k.Array) or not kind.dims:
        return None
    given = kinds[x]
    if not isinstance(given, k.Array) or not given.dims:
        return None
    if eqn.op == "mem.getitem":
        found = subscript(x, eqn.args[1], kinds, made, kind.dims)
        return found if found is not None and _agree(found[1], kind.dims) else None
    dims = kind.dims
    if eqn.op in ("numpy.broadcast_to", "mem.unbroadcast"):
        places = spread(given.dims, dims)
        if places is None or (eqn.op == "mem.unbroadcast" and dims != given.dims):
            return None
        return (places, _spread_spans(given.dims, dims)), dims
    order = _order(eqn, len(given.dims), len(dims))
    if order is None:
        return None
    shown = tuple(k.ONE if n is None else given.dims[n] for n in order)
    if not _agree(shown, dims):
        return None
    back = {n: place for n, place in zip(order, own(shown)) if n is not None}
    places = tuple(back.get(n, FIRST) for n in range(len(given.dims)))
    return (places, tuple(None if n is None else Span(n) for n in order)), dims


def _agree(found: Sequence[k.Dim], dims: Sequence[k.Dim] | None) -> bool:
    return dims is not None and tuple(found) == tuple(dims)


def _spread_spans(dims: Sequence[k.Dim], over: Sequence[k.Dim]) -> tuple[Span | None, ...]:
    """How long the axes are; Span(-1) where only the kind says so."""
    more = len(over) - len(dims)
    return tuple(
        None if dim.is_one else Span(n - more) if n >= more and dims[n - more] == dim else Span(-1)
        for n, dim in enumerate(over)
    )


def _order(eqn: Apply, rank: int, result: int) -> list[int | None] | None:
    """The axis of the operand that each axis of the result is; None for a new one."""
    literal = [arg.value if isinstance(arg, Lit) else Ellipsis for arg in eqn.args[1:]]
    if Ellipsis in literal:
        return None
    axes: list[int | None] = list(range(rank))
    match eqn.op, literal:
        case ("numpy.transpose", [] | [None]):
            return axes[::-1]
        case ("numpy.transpose", [tuple(order)]):
            return [n % rank for n in order]
        case ("numpy.swapaxes", [int(a), int(b)]):
            axes[a % rank], axes[b % rank] = axes[b % rank], axes[a % rank]
            return axes
        case ("numpy.moveaxis", [int(a), int(b)]):
            axes.insert(b % rank, axes.pop(a % rank))
            return axes
        case ("numpy.expand_dims", [axis]):
            new = normal_axes(axis, result)
            rest = iter(axes)
            return [None if n in new else next(rest) for n in range(result)]
        case ("mem.same" | "mem.copy", _):
            return axes
    return None
