"""An array that a loop carries, and each turn makes anew of its own elements, is written in place.

    for i in range(n) carry y:             for i in range(n) carry y:
      z = mul(a, y)                 ->       z = mul(a, y)
      y = add(y, z)                          y = accumulate(y, z)

Otherwise every turn would allocate it.  Not where other elements are read, as a stencil does: there
all of the old array is needed up to the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.nodes import FLOATS
from adcompile.simplify.arrays.pointwise import element_of
from adcompile.simplify.arrays.rules import is_fixed
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Block,
    Equation,
    For,
    Lit,
    Var,
    While,
    blocks,
    free,
    operands,
)

SHAPES = ("numpy.shape", "builtins.len")
SUMS = ("operator.add", "numpy.add")
WHOLE = Lit(Ellipsis)


def in_place(eqn: For | While, build: Builder) -> For | While:
    """The loop with updates for what its turns make of carried arrays."""
    body = eqn.body
    made = {out: n for n, e in enumerate(body.eqns) for out in e.outs}
    changes: dict[int, tuple[Equation, ...]] = {}
    tested = free(eqn.cond) if isinstance(eqn, While) else {}
    for param, result in zip(eqn.params, body.results):
        place = made.get(result) if isinstance(result, Var) else None
        if place is None or param in tested or body.results.count(result) > 1:
            continue
        last = body.eqns[place]
        if _makes_like(last, param, build.kinds) and _is_elementwise(param, eqn, build.kinds):
            assert isinstance(last, Apply)
            changes[place] = _update(last, param, build)
    if not changes:
        return eqn
    eqns = [new for n, old in enumerate(body.eqns) for new in changes.get(n, (old,))]
    return replace(eqn, body=Block(tuple(eqns), body.results))


def _is_elementwise(param: Var, eqn: For | While, kinds: Mapping[Var, k.Kind]) -> bool:
    """Do the turns read of this array nothing but its elements one by one, and its shape?"""
    if param in eqn.body.results:
        return False
    read = False
    for inner in eqn.body.eqns:
        if param not in operands(inner) and not any(param in free(b) for b in blocks(inner)):
            continue
        if isinstance(inner, Apply) and inner.op in SHAPES:
            continue
        if not _makes_like(inner, param, kinds):
            return False
        read = True
    return read


def _makes_like(eqn: Equation, param: Var, kinds: Mapping[Var, k.Kind]) -> bool:
    """Is it an elementwise operation that makes floats of the shape of this array?"""
    if not isinstance(eqn, Apply) or len(eqn.outs) != 1:
        return False
    kind, given = kinds[param], kinds[eqn.out]
    if not isinstance(kind, k.Array) or not isinstance(given, k.Array) or not kind.dims:
        return False
    if kind.dims != given.dims or kind.dtype != given.dtype:
        return False
    if kind.dtype not in FLOATS or not all(map(is_fixed, kind.dims)):
        return False
    args = [k.of_constant(a.value) if isinstance(a, Lit) else kinds[a] for a in eqn.args]
    return element_of(eqn.op, eqn.args, args, given.dtype) is not None


def _update(eqn: Apply, param: Var, build: Builder) -> tuple[Equation, ...]:
    """The equation as an update of the carried array."""
    if eqn.op in SUMS and eqn.args[0] is param and param not in eqn.args[1:]:
        return (Apply(eqn.outs, "mem.accumulate", (param, eqn.args[1], WHOLE), eqn.loc),)
    value = build.var(build.kinds[eqn.out], eqn.out.name)
    write = Apply(eqn.outs, "mem.write", (param, value, WHOLE), eqn.loc)
    return replace(eqn, outs=(value,)), write
