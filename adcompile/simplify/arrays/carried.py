"""An array that a loop carries, and each turn makes anew of its own elements, is written in place.

    for i in range(n) carry y:             for i in range(n) carry y:
      z = mul(a, y)                 ->       z = mul(a, y)
      y = add(y, z)                          y = accumulate(y, z)

Otherwise every turn would allocate it.  Not where other elements are read, as a stencil does, and
what is made of them is in no array yet: there all of the old array is needed up to the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.simplify.arrays.nodes import FLOATS
from adcompile.simplify.arrays.pointwise import element_of
from adcompile.simplify.arrays.rules import is_fixed
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
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
WRITES = ("mem.write", "mem.accumulate")
WHOLE = Lit(Ellipsis)


def in_place(eqn: For | While, build: Builder) -> For | While:
    """The loop with updates for what its turns make of carried arrays."""
    body = eqn.body
    made = {out: n for n, e in enumerate(body.eqns) for out in e.outs}
    changes: dict[int, tuple[Equation, ...]] = {}
    tested = free(eqn.cond) if isinstance(eqn, While) else {}
    for param, result in zip(eqn.params, body.results):
        place = _maker(result, body, made)
        if place is None or param in tested or body.results.count(result) > 1:
            continue
        last = body.eqns[place]
        held, first = _changed(param, body.eqns[:place])
        if _makes_like(last, held, build.kinds) and _is_free(held, first, place, body, build.kinds):
            assert isinstance(last, Apply)
            changes[place] = _update(last, held, build)
    if not changes:
        return eqn
    eqns = [new for n, old in enumerate(body.eqns) for new in changes.get(n, (old,))]
    return replace(eqn, body=Block(tuple(eqns), body.results))


def _maker(result: Atom, body: Block, made: Mapping[Var, int]) -> int | None:
    """Where the array is made that is the result, maybe after changes in place."""
    while isinstance(result, Var) and result in made:
        eqn = body.eqns[made[result]]
        if not isinstance(eqn, Apply) or eqn.op not in DESTRUCTIVE:
            return made[result]
        result = eqn.args[0]
    return None


def _changed(param: Var, eqns: Sequence[Equation]) -> tuple[Var, int]:
    """The array after the changes in place that these equations begin with, and what comes next."""
    held, first = param, 0
    for n, eqn in enumerate(eqns):
        if isinstance(eqn, Apply) and eqn.op in WRITES and eqn.args[0] is held:
            held, first = eqn.out, n + 1
    return held, first


def _is_free(
    param: Var, first: int, place: int, body: Block, kinds: Mapping[Var, k.Kind]
) -> bool:
    """May the array be overwritten by this equation: are its other elements in use no more?

    What is written to another array is there, whatever it was made of.
    """
    if param in body.results or not _read(body.eqns[first : place + 1], param):
        return False
    others: dict[Atom, None] = {}  # made of other elements, or seen by none knows whom
    for eqn in body.eqns[first : place + 1]:
        used = [*operands(eqn), *(var for block in blocks(eqn) for var in free(block))]
        whole = param in used and not _makes_like(eqn, param, kinds)
        if isinstance(eqn, Apply) and eqn.op in SHAPES:
            continue
        if _is_written(eqn, kinds) and operands(eqn)[0] not in (param, *others):
            continue
        if whole and not (isinstance(eqn, Apply) and eqn.op == "mem.getitem"):
            return False
        if whole or any(atom in others for atom in used):
            others.update(dict.fromkeys(eqn.outs))
    left = body.eqns[place + 1 :]
    return others.keys().isdisjoint(operands(body.eqns[place])) and not any(
        _read(left, atom) or atom in body.results for atom in (param, *others)
    )


def _is_written(eqn: Equation, kinds: Mapping[Var, k.Kind]) -> bool:
    """Does it copy values into an array?"""
    whole = eqn.args[0] if isinstance(eqn, Apply) and eqn.op in WRITES else None
    return isinstance(whole, Var) and isinstance(kinds[whole], k.Array)


def _read(eqns: Sequence[Equation], atom: Atom) -> bool:
    """Do these equations, or those inside, read this?"""
    return any(
        atom in operands(eqn) or any(atom in free(block) for block in blocks(eqn)) for eqn in eqns
    )


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
