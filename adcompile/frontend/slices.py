"""Slices as values: s.start, s.stop, s.step, s.indices(n).

Of one that is given, the bounds are data: integers, where None would raise.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import expressions, memory
from adcompile.frontend.values import Num, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def is_one(low: Lowerer, value: Value) -> bool:
    return isinstance(value, Num) and isinstance(low.build.kind(value.atom), k.Slice)


def is_fact(kind: k.Kind, attr: str) -> bool:
    """Is this a bound of a slice?"""
    return isinstance(kind, k.Slice) and attr in ("start", "stop", "step")


def bounds(kind: k.Kind | None) -> list[Atom]:
    """The bounds of a slice as atoms; undefined ones where there is no slice."""
    if not isinstance(kind, k.Slice):
        return [UNDEF] * 3
    given: list[Any] = [kind.start, kind.stop, kind.step]
    return [bound if isinstance(bound, (Var, Lit)) else Lit(bound) for bound in given]


def made(low: Lowerer, node: ast.Slice) -> Atom:
    """i:j:k, as an index."""
    bounds = [
        NOTHING if bound is None else memory.atom_of(low, expressions.lower(low, bound))
        for bound in (node.lower, node.upper, node.step)
    ]
    return low.build.apply("mem.slice", *bounds)


def attribute(low: Lowerer, atom: Atom, attr: str, hint: str) -> Value:
    """A bound of a slice."""
    bound = getattr(low.build.kind(atom), attr)
    if bound is None or isinstance(bound, (int, Lit)):
        return Num(bound if isinstance(bound, Lit) else Lit(bound))
    if not isinstance(bound, Var):
        text = f"the slice has no {attr}, which is used here: give it one"
        line = f"if _0_.{attr} is None:\n    raise TypeError({text!r})"
        low.build.apply_many("mem.effect", (Lit(line), atom), ())
    found = low.build.apply("mem.opaque", Lit(f"_0_.{attr}"), atom, name=hint)
    low.build.kinds[found] = k.INT
    return Num(found)


def indices(low: Lowerer, base: Value, args: list[Value], hint: str) -> Value:
    """s.indices(n): the start, stop and step that it has for n items."""
    atoms = [memory.atom_of(low, value) for value in (base, *args)]
    found = low.build.apply("mem.opaque", Lit("_0_.indices(_1_)"), *atoms, name=hint)
    low.build.kinds[found] = k.Tuple((k.INT, k.INT, k.INT))
    return Num(found)
