"""Writes that are transposed whole: of two items that change places, and of an item that grows.

    x[i] = x[j]; x[j] = ...             x_bar[i] and x_bar[j] change places
    x[i] = added(x[i], v)               v_bar = x_bar[i], and x_bar stays
"""

from __future__ import annotations

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Var
from adcompile.transforms.bars import Bars


def added(bars: Bars, eqn: Apply) -> Atom | None:
    """What a write has added, item by item, to what was in its place; None of another write."""
    made, path = _maker(bars, eqn.args[1]), eqn.args[2:]
    if made is None or made.op != "lists.add" or len(path) != 1:
        return None
    read = _maker(bars, made.args[0])
    if read is None or read.op != "mem.getitem" or read.args[0] is not eqn.args[0]:
        return None
    return made.args[1] if _same(bars, read.args[1], path[0]) else None


def _same(bars: Bars, one: Atom, other: Atom) -> bool:
    """Are these one index, or slices with the same bounds?"""
    if one is other:
        return True
    first, second = _maker(bars, one), _maker(bars, other)
    slices = first is not None and second is not None and first.op == second.op == "mem.slice"
    return slices and first.args == second.args  # type: ignore[union-attr]


def exchanged(bars: Bars, eqn: Apply) -> Var | None:
    """x, where the second of two writes is that by which x[i] and x[j] have changed places."""
    first, read = (_maker(bars, arg) for arg in eqn.args[:2])
    if first is None or read is None or len(eqn.args) != 3 or first.op != "mem.write":
        return None
    second = _maker(bars, first.args[1])
    x, i, j = first.args[0], first.args[-1], eqn.args[2]
    if second is None or len(first.args) != 3 or not isinstance(x, Var):
        return None
    if not all(isinstance(bars.build.kind(index), k.Scalar) for index in (i, j)):
        return None
    reads = (read.op, read.args), (second.op, second.args)
    return x if reads == (("mem.getitem", (x, i)), ("mem.getitem", (x, j))) else None


def exchange(bars: Bars, eqn: Apply, whole: Atom) -> Atom:
    """The adjoint before two items have changed places."""
    build, j = bars.build, eqn.args[2]
    read = _maker(bars, eqn.args[1])
    assert read is not None
    i = read.args[1]
    first, second = bars.part(whole, (i,)), bars.part(whole, (j,))
    return build.apply("mem.write", build.apply("mem.write", whole, second, i), first, j)


def _maker(bars: Bars, atom: Atom) -> Apply | None:
    return bars.build.definitions.get(atom) if isinstance(atom, Var) else None
