"""Writes to an array of which only other elements are read, or that are overwritten, go.

b1 = write(b, 0.0, slice(1, None))
v = getitem(b1, 0)                    ->      v = getitem(b, 0)

b1 = accumulate(b, u, i)                      w = getitem(b, i) + u
v = getitem(b1, i) / 9.0              ->      v = w / 9.0
b2 = write(b1, v, i)                          b2 = write(b, v, i)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules import memory
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    blocks,
    everywhere,
    operands,
)
from adcompile.trace.substitute import substitute_trace

NAME = "stores"
WRITES = ("mem.write", "mem.accumulate")
Ends = tuple[int, int | None]  # of the elements along an axis; the second None: to the end
AXIS = Lit(Ellipsis)
FLOAT64 = k.Scalar("float", None, True)


def stores(trace: Trace) -> Trace:
    """The trace without such writes."""
    return everywhere(_stores, trace)


def _stores(trace: Trace) -> Trace:
    order: list[Equation] = []
    leaving: dict[Atom, None] = {}
    _collect(trace.body, order, leaving)
    written = [eqn for eqn in order if isinstance(eqn, Apply) and eqn.op in WRITES]
    readers: dict[Atom, list[Equation]] = {}
    for write in written:
        readers[write.args[0]], readers[write.out] = [], []
    if not readers:
        return trace
    for eqn in order:
        for atom in operands(eqn):
            if atom in readers:
                readers[atom].append(eqn)
    makers = {eqn.out: eqn for eqn in order if isinstance(eqn, Apply) and len(eqn.outs) == 1}
    gone: dict[Var, Atom] = {}
    instead: dict[Var, tuple[Apply, ...]] = {}
    kinds = dict(trace.kinds)
    for eqn in reversed(written):
        if len(eqn.args) != 3:
            continue
        base = eqn.args[0]
        if not isinstance(trace.kinds[eqn.out], k.Array) or eqn.out in leaving:
            continue
        found = readers[eqn.out]
        back = [each for each in found if _reads_back(each, eqn, kinds)]
        rest = [each for each in found if each not in back]
        if rest and all(_is_apart(each, eqn, makers, kinds) for each in rest):
            gone[eqn.out] = base
            readers[base].extend(rest)
            readers[base].remove(eqn)
            if back:
                instead[eqn.out], value = _value(eqn, kinds)
                gone.update((each.outs[0], value) for each in back)
                readers[base].extend(instead[eqn.out][:1])
    if not gone:
        return trace
    trace = replace(trace, body=_without(trace.body, gone, instead), kinds=kinds)
    mapping: dict[Var, Atom] = {}
    for var, atom in gone.items():
        while isinstance(atom, Var) and atom in gone:
            atom = gone[atom]
        mapping[var] = atom
    return substitute_trace(trace, mapping)


def _collect(block: Block, order: list[Equation], leaving: dict[Atom, None]) -> None:
    leaving.update(dict.fromkeys(block.results))
    for eqn in block.eqns:
        order.append(eqn)
        for inner in () if isinstance(eqn, Apply) else blocks(eqn):
            _collect(inner, order, leaving)


def _reads_back(reader: Equation, eqn: Apply, kinds: Mapping[Var, k.Kind]) -> bool:
    """Does an equation read the one float64 that this one has written?"""
    if not isinstance(reader, Apply) or reader.op != "mem.getitem":
        return False
    array, value, index = eqn.args
    same = reader.args[0] is eqn.out and reader.args[1] == index
    number = kinds.get(value) if isinstance(value, Var) else k.of_constant(value.value)
    if not same or kinds[reader.out] != FLOAT64 or not isinstance(array, Var):
        return False
    kind = kinds[array]
    if not isinstance(kind, k.Array) or kind.dtype != "float":
        return False
    summed = eqn.op == "mem.accumulate" and isinstance(number, k.Scalar)
    return number == FLOAT64 or (summed and k.dtype_of(number) in ("float", "int"))


def _value(eqn: Apply, kinds: dict[Var, k.Kind]) -> tuple[tuple[Apply, ...], Atom]:
    """What is written, and how it is computed where it is added to what was there."""
    base, value, index = eqn.args
    if eqn.op == "mem.write":
        return (), value
    old, new = Var(""), Var("")
    kinds[old] = kinds[new] = FLOAT64
    before = Apply((old,), "mem.getitem", (base, index), eqn.loc)
    return (before, Apply((new,), "operator.add", (old, value), eqn.loc)), new


def _without(
    block: Block, gone: Mapping[Var, Atom], instead: Mapping[Var, tuple[Apply, ...]]
) -> Block:
    eqns: list[Equation] = []
    for eqn in block.eqns:
        match eqn:
            case If():
                then, orelse = (_without(side, gone, instead) for side in (eqn.then, eqn.orelse))
                eqns.append(replace(eqn, then=then, orelse=orelse))
            case For() | While():
                eqns.append(replace(eqn, body=_without(eqn.body, gone, instead)))
            case _ if not any(out in gone for out in eqn.outs):
                eqns.append(eqn)
            case _:
                eqns += instead.get(eqn.outs[0], ())
    return Block(tuple(eqns), block.results)


def _is_apart(
    reader: Equation, written: Apply, makers: Mapping[Var, Apply], kinds: Mapping[Var, k.Kind]
) -> bool:
    """Does an equation read other elements than are written, or overwrite those?"""
    var, index = written.out, written.args[2]
    if not isinstance(reader, Apply) or list(reader.args).count(var) != 1:
        return False
    if reader.op == "mem.getitem":
        return reader.args[0] is var and _disjoint(reader.args[1], index, makers, kinds)
    if reader.op == "mem.write" and len(reader.args) == 3 and reader.args[0] is var:
        return reader.args[2] in (AXIS, index)
    return False


def _disjoint(
    first: Atom, second: Atom, makers: Mapping[Var, Apply], kinds: Mapping[Var, k.Kind]
) -> bool:
    """Do two indices never name the same element?"""
    pairs = zip(_axes(first, makers, kinds), _axes(second, makers, kinds))
    return any(_apart(one, other) or _apart(other, one) for one, other in pairs)


def _axes(
    index: Atom, makers: Mapping[Var, Apply], kinds: Mapping[Var, k.Kind]
) -> list[Ends | None]:
    """What an index names along each axis, the first ones; None where it is not known."""
    eqn = makers.get(index) if isinstance(index, Var) else None
    if eqn is not None and eqn.op == "mem.tuple":
        found: list[Ends | None] = []
        for arg in eqn.args:
            kind = kinds[arg] if isinstance(arg, Var) else k.of_constant(arg.value)
            if not memory.takes_one_axis(kind):
                break
            found += [_ends(arg, makers)]
        return found
    return [_ends(index, makers)]


def _ends(index: Atom, makers: Mapping[Var, Apply]) -> Ends | None:
    if isinstance(index, Lit):
        value = index.value
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return (value, None if value == -1 else value + 1)
    eqn = makers.get(index)
    if eqn is None or eqn.op != "mem.slice":
        return None
    start, stop, step = (arg.value if isinstance(arg, Lit) else AXIS for arg in eqn.args)
    first = 0 if start is None else start
    if not isinstance(first, int) or step not in (None, 1):
        return None
    return (first, stop) if stop is None or isinstance(stop, int) else None


def _apart(one: Ends | None, other: Ends | None) -> bool:
    """Do the elements of the first end before those of the second begin?"""
    if one is None or other is None or one[1] is None:
        return False
    return (one[1] >= 0) == (other[0] >= 0) and one[1] <= other[0]
