"""Loops and calls of an attempt that are made again behind it, and fill a tape there: once, in it.

    try ValueError -> done:             try ValueError -> done, s2, t2:
      s1 = for ...: log(x)                t1 = tape()
    if done:                              s2, t2 = for ...: log(x); push(t, x)
      t1 = tape()                  ->     yield True, s2, t2
      s2, t2 = for ...:                 if done:
        log(x); push(t, x)                ...

What the second adds to the first puts values on tapes, or asks for shapes: that raises nothing.
So does the forward sweep of a callee; `forwards` says of each which callee it is the sweep of.
An array that each of them makes anew, and writes to, is then made and written once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adcompile.rules import memory
from adcompile.simplify.common import FRESH
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Var,
    While,
    free,
    walk,
)
from adcompile.trace.substitute import substitute

KEPT = {*FRESH, *memory.EFFECTS, *memory.DESTRUCTIVE}
PURE = ("mem.write", "mem.accumulate", "mem.scatter_add", "mem.append")
HARMLESS = ("mem.tape", "mem.push", "numpy.shape", "numpy.size", "numpy.ndim", "mem.dtype")
Key = tuple[object, ...]
Found = dict[Var, Var]


def key(eqn: Apply, found: Mapping[Var, Var]) -> Key:
    """What makes two equations the same."""
    return eqn.op, *keys(eqn.args, found)


def keys(atoms: Sequence[Atom], found: Mapping[Var, Var]) -> Key:
    return tuple([id(found.get(arg, arg)) for arg in atoms])  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a trace: kinds, and the callee that each forward sweep belongs to."""

    kinds: Mapping[Var, k.Kind]
    forwards: Mapping[str, str]


def with_loops(tried: Block, after: Block, facts: Facts) -> tuple[Block, Block, list[Var]]:
    """Both blocks with the loops and calls of the second in the first, and what these define."""
    found: Found = {}
    moved: dict[Var, None] = {}
    arrays: dict[Var, None] = {}  # made anew in both, each the same as one other
    for eqn in after.eqns:
        if isinstance(eqn, Apply) and len(eqn.outs) == 1 and _is_value(eqn):
            for made in tried.eqns:
                same = isinstance(made, Apply) and key(made, {}) == key(eqn, found)
                if same and made.outs[0] not in arrays:
                    found[eqn.out] = made.outs[0]
                    arrays.update({made.outs[0]: None} if eqn.op in FRESH else {})
                    break
        if not is_movable(eqn):
            continue
        for old in tried.eqns:
            inner = dict(found)
            if any(out in moved for out in old.outs):
                continue  # it stands for one that was like this one
            if is_movable(old) and _equation(old, eqn, inner, facts):
                blocks = _move(tried, after, old, eqn, found)
                if blocks is not None:
                    tried, after = blocks
                    moved.update(dict.fromkeys(eqn.outs))
                    break
    return tried, after, list(moved)


def is_movable(eqn: Equation) -> bool:
    """Is it a loop or a call, or a branch that holds a call?"""
    if isinstance(eqn, If) and not eqn.caught:
        return any(isinstance(e, Call) for side in (eqn.then, eqn.orelse) for e in walk(side))
    return isinstance(eqn, (For, While, Call))


def _move(
    tried: Block, after: Block, old: Equation, new: Equation, found: Found
) -> tuple[Block, Block] | None:
    """Put the new loop, with the tapes it begins with, in the place of the old one."""
    made = {out: eqn for eqn in after.eqns for out in eqn.outs}
    tapes: list[Equation] = []
    for var in free(Block((new,), ())):
        eqn = made.get(var)
        if var in found or eqn is None:
            continue
        if not isinstance(eqn, Apply) or eqn.op != "mem.tape":
            return None
        tapes.append(eqn)
    rest = tuple(eqn for eqn in after.eqns if eqn is not new and eqn not in tapes)
    left = free(Block(rest, after.results))
    if any(out in left for eqn in tapes for out in eqn.outs):
        return None
    place = tried.eqns.index(old)
    loop = substitute(Block((new,), ()), found).eqns
    later = {out for eqn in tried.eqns[place:] for out in eqn.outs}
    if any(var in later for var in free(Block(loop, ()))):
        return None
    outs: dict[Var, Atom] = dict(zip(old.outs, new.outs))
    end = substitute(Block(tried.eqns[place + 1 :], tried.results), outs)
    eqns = (*tried.eqns[:place], *tapes, *loop, *end.eqns)
    return Block(eqns, end.results), Block(rest, after.results)


# is the second the first, and tapes?


def _loop(first: For | While, second: For | While, found: Found, facts: Facts) -> bool:
    count = len(first.params)
    more = second.params[count:]
    if keys(first.inits, {}) != keys(second.inits[:count], found):
        return False
    added = all(_is_tape_or_count(facts.kinds[v]) for v in more)
    if first.exits != second.exits or not added:
        return False
    found.update(zip(second.params, first.params))
    ends = [*range(count), *([-1] if first.exits else [])]
    match first, second:
        case For(), For():
            bounds = (first.start, first.stop, first.step), (second.start, second.stop, second.step)
            if keys(bounds[0], {}) != keys(bounds[1], found) or first.backward != second.backward:
                return False
            found[second.index] = first.index
        case While(), While():
            if not _block(first.cond, second.cond, found, facts, [0]):
                return False
        case _:
            return False
    if not _block(first.body, second.body, found, facts, ends):
        return False
    found.update(zip(second.outs, first.outs))
    return True


def _is_tape_or_count(kind: k.Kind) -> bool:
    return isinstance(kind, k.Tape) or kind == k.Scalar("int")


def _block(
    first: Block, second: Block, found: Found, facts: Facts, ends: Sequence[int]
) -> bool:
    """Has the second block the equations and these results of the first, and none but tapes?"""
    waiting = list(first.eqns)
    for eqn in second.eqns:
        if waiting and _equation(waiting[0], eqn, found, facts):
            waiting.pop(0)
        elif not isinstance(eqn, Apply) or not _is_harmless(eqn, facts.kinds):
            return False
    mine, others = ([block.results[i] for i in ends] for block in (first, second))
    return not waiting and keys(mine, {}) == keys(others, found)


def _is_harmless(eqn: Apply, kinds: Mapping[Var, k.Kind]) -> bool:
    """Can an equation not raise?  Turns are counted by adding 1."""
    if eqn.op == "operator.add" and eqn.args[1] == Lit(1):
        return isinstance(eqn.args[0], Var) and kinds[eqn.args[0]] == k.Scalar("int")
    return eqn.op in HARMLESS


def _is_value(eqn: Apply) -> bool:
    """Is what it gives known by its operands?"""
    is_new = eqn.op in FRESH and eqn.op != "mem.tape"
    return is_new or eqn.op in PURE or eqn.op not in KEPT


def _equation(first: Equation, second: Equation, found: Found, facts: Facts) -> bool:
    match first, second:
        case Apply(), Apply():
            if not _is_value(first) or key(first, {}) != key(second, found):
                return False
            found.update(zip(second.outs, first.outs))
            return True
        case If(), If():
            ends = range(len(first.outs))
            same = not first.caught and not second.caught
            same = same and keys((first.cond,), {}) == keys((second.cond,), found)
            same = same and len(first.outs) <= len(second.outs)
            for side in ("then", "orelse"):
                mine, other = getattr(first, side), getattr(second, side)
                same = same and _block(mine, other, found, facts, ends)
            if same:
                found.update(zip(second.outs, first.outs))
            return same
        case (For() | While(), For() | While()):
            return _loop(first, second, found, facts)
        case Call(), Call():
            name, count = second.function, len(first.args)
            more = second.args[count:]
            same = first.function in (name, facts.forwards.get(name))
            same = same and keys(first.args, {}) == keys(second.args[:count], found)
            if not same or not all(isinstance(facts.kinds.get(t), k.Tape) for t in more):  # type: ignore[arg-type]
                return False
            found.update(zip(second.outs, first.outs))
            return True
    return False
