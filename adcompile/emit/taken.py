"""From which container something was taken, and from where in it.

    p = ps[i]            from ps, at i
    v = p[0]             from ps, at i and 0

Of what a derivative changes a container holds nothing twice: what was at two places is two things.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcompile.trace import kinds as k
from adcompile.trace.exchanges import is_same_index
from adcompile.trace.ir import Apply, Atom, Lit, Var

Makers = Mapping[Any, Apply]
Kinds = Mapping[Var, k.Kind]


def are_apart(one: Atom, other: Atom, makers: Makers, kinds: Kinds) -> bool:
    """Were these taken from two places of one container?"""
    (first, *path), (second, *others) = (_taken(each, makers, kinds) for each in (one, other))
    return first is second and any(map(_is_another, path, others))


def stays(item: Atom, write: Apply, makers: Makers, kinds: Kinds) -> bool:
    """Was it taken from where the write puts it, or what it is put into?"""
    if write.op != "mem.write":
        return False
    container, _, *path = write.args
    base, *taken = _taken(item, makers, kinds)
    alike = (is_same_index(*pair, makers) for pair in zip(path, taken))
    return base is container and len(taken) >= len(path) and all(alike)


def _taken(atom: Atom, makers: Makers, kinds: Kinds) -> list[Atom]:
    """The container that it was taken from, and the path to it there."""
    path: list[Atom] = []
    made = makers.get(atom)
    while made is not None and made.op == "mem.getitem" and _is_item(made, kinds):
        atom, index = made.args
        path.insert(0, index)
        made = makers.get(atom)
    return [atom, *path]


def _is_item(read: Apply, kinds: Kinds) -> bool:
    """Is this an item of a container, rather than part of an array, or more than one item?"""
    container, index = (kinds.get(arg) if isinstance(arg, Var) else None for arg in read.args)
    return isinstance(container, (k.List, k.Tuple, k.Dict)) and not isinstance(index, k.Slice)


def _is_another(one: Atom, other: Atom) -> bool:
    """Are these two other keys, or indices that count from the front?"""
    if not isinstance(one, Lit) or not isinstance(other, Lit) or one == other:
        return False
    values = (one.value, other.value)
    return all(isinstance(v, str) or (isinstance(v, int) and v >= 0) for v in values)
