"""One index where a program has written several, into one array.

    A[i][j] = v               A[i, j] = v
    column = A[:, j]
    column[...] = v     ->    A[:, j] = v
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

ALL = Lit(Ellipsis)


def indices(low: Lowerer, base: Atom, path: list[Atom]) -> list[Atom]:
    """The path, with fewer indices where those of an array are one."""
    if not isinstance(low.build.kind(base), k.Array):
        return path
    if len(path) > 1 and path[-1] == ALL and _is_part(low, path[-2]):
        path = path[:-1]
    if len(path) == 1 or not all(_is_number(low, index) for index in path[:-1]):
        return path
    last = path[-1]
    if isinstance(last, Lit) and isinstance(last.value, tuple):
        tail: list[Atom] = [Lit(item) for item in last.value]
    elif isinstance(low.build.kind(last), (k.Scalar, k.Slice)) or last == ALL:
        tail = [last]
    else:
        return path
    items = [*path[:-1], *tail]
    if all(isinstance(item, Lit) for item in items):
        return [Lit(tuple(item.value for item in items if isinstance(item, Lit)))]
    return [low.build.apply("mem.tuple", *items)]


def _is_number(low: Lowerer, index: Atom) -> bool:
    return isinstance(low.build.kind(index), k.Scalar)


def _is_part(low: Lowerer, index: Atom) -> bool:
    """Does this index give a part of an array that is an array itself, and its memory?"""
    made = low.build.definition(index) if isinstance(index, Var) else None
    items: tuple[Any, ...] = (index,)
    if made is not None and made.op == "mem.tuple":
        items = made.args
    elif isinstance(index, Lit) and isinstance(index.value, tuple):
        items = tuple(map(Lit, index.value))
    parts = [item for item in items if item == ALL or isinstance(low.build.kind(item), k.Slice)]
    return bool(parts) and all(
        item in parts or item == Lit(None) or low.build.kind(item) == k.INT for item in items
    )
