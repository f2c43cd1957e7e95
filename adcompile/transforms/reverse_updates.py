"""Writes that are transposed whole: of two items that change places, and of an item that grows.

    x[i] = x[j]; x[j] = ...             x_bar[i] and x_bar[j] change places
    x[i] = added(x[i], v)               v_bar = x_bar[i], and x_bar stays
"""

from __future__ import annotations

from adcompile.trace import kinds as k
from adcompile.trace.exchanges import are_exchanged
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
    if first is None or second is None or not first.op == second.op == "mem.slice":
        return False
    return first.args == second.args


def exchanged(bars: Bars, eqn: Apply) -> Var | None:
    """x, where the second of two writes is that by which x[i] and x[j] have changed places."""
    first = _maker(bars, eqn.args[0])
    if first is None or not are_exchanged(first, eqn, bars.build.definitions):
        return None
    numbers = [isinstance(bars.build.kind(each.args[2]), k.Scalar) for each in (first, eqn)]
    x = first.args[0]
    return x if all(numbers) and isinstance(x, Var) else None


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
