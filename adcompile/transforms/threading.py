"""Tapes of callees, as values that go in and out of every call.

    v1 = call f(a)                          v1, t1 = call f(a, t0)
    if c -> v3:                             if c -> v3, t3:
      v2 = call f(v1)                         v2, t2 = call f(v1, t1)
      yield v2                   ->           yield v2, t2
    else:                                   else:
      yield v1                                yield v1, t1

A function that calls itself has one tape for all its calls: each pushes an entry when it ends.
The adjoint of the tape that a call leaves is that tape, full; of the one it is given, what is left
when the reverse sweep of the call has taken its entries off again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Block, Call, Equation, For, If, Trace, Var, While, blocks
from adcompile.transforms.activity import Activity

Tapes = dict[str, Var]


def stands_for(name: str) -> k.Kind:
    """The kind of the tape of a callee while it is not known yet what is on it."""
    return k.Tape((k.Opaque(f"entry of {name}"),))


class Threads:
    """Which tapes each callee needs, and bodies with these tapes in them."""

    def __init__(self, trace: Trace, activity: Activity, new: Callable[[k.Kind, str], Var]) -> None:
        self.activity = activity
        self.new = new
        self.known: dict[Equation, dict[str, None]] = {}
        self.recorded = [name for name in trace.functions if activity.results(name)]
        called = {name: self.calls(trace.functions[name].body) for name in self.recorded}
        self.reached: dict[str, list[str]] = {}
        for name in self.recorded:
            found = {name: None}
            for other in found_by(called, name):
                found[other] = None
            self.reached[name] = [each for each in self.recorded if each in found]

    def is_recorded(self, eqn: Equation) -> bool:
        return isinstance(eqn, Call) and self.activity.calls_actively(eqn)

    def calls(self, block: Block) -> list[str]:
        """The callees of a block whose calls the reverse sweep has to reverse."""
        found: dict[str, None] = {}
        for eqn in block.eqns:
            if not isinstance(eqn, Apply):
                found.update(self.called(eqn))
        return list(found)

    def called(self, eqn: Equation) -> dict[str, None]:
        """Those of an equation, found once, but not of turns gone through again, nor of a try."""
        found = self.known.get(eqn)
        if found is None:
            again = isinstance(eqn, (For, While)) and eqn.pragma is not None
            left_out = again or (isinstance(eqn, If) and eqn.caught)
            inner = () if left_out else blocks(eqn)
            found = {name: None for block in inner for name in self.calls(block)}
            if isinstance(eqn, Call) and self.is_recorded(eqn) and not self.is_again(eqn.function):
                found = {eqn.function: None}
            self.known[eqn] = found
        return found

    def is_again(self, name: str) -> bool:
        """Is this callee gone through again, in place of a record?"""
        return self.activity.functions[name].pragma is not None

    def anew(self, block: Block) -> tuple[list[Equation], Block, Tapes]:
        """A block that is gone through again, with tapes of its own: made, and full."""
        tapes = self.tapes(self.used(block))
        made: list[Equation] = [Apply((tape,), "mem.tape", ()) for tape in tapes.values()]
        block = self.through(block, tapes)
        return made, block, tapes

    def used(self, block: Block) -> list[str]:
        """The tapes that the calls of a block need."""
        if not self.recorded:
            return []
        found = {tape for name in self.calls(block) for tape in self.reached[name]}
        return [name for name in self.recorded if name in found]

    def tapes(self, names: list[str]) -> Tapes:
        made: Tapes = {}
        for name in names:
            var = made[name] = self.new(stands_for(name), "tape")
            self.activity.tapes[var] = None
            self.activity.kinds[var] = stands_for(name)
        return made

    def through(self, block: Block, now: Tapes) -> Block:
        """The block with tapes; `now` holds them before, and then after it."""
        if not self.recorded:
            return block
        eqns = tuple(self.equation(eqn, now) for eqn in block.eqns)
        return Block(eqns, block.results)

    def equation(self, eqn: Equation, now: Tapes) -> Equation:
        names = self.used(Block((eqn,), ()))
        if not names:
            return eqn
        before = tuple(now[name] for name in names)
        after = self.tapes(names)
        now.update(after)
        outs = (*eqn.outs, *after.values())
        match eqn:
            case Call():
                return replace(eqn, outs=outs, args=(*eqn.args, *before))
            case If():
                sides = [
                    self.inside(side, dict(zip(names, before)), len(eqn.outs))
                    for side in (eqn.then, eqn.orelse)
                ]
                return replace(eqn, outs=outs, then=sides[0], orelse=sides[1])
            case For() | While():
                start = self.tapes(names)
                params = (*eqn.params, *start.values())
                body = self.inside(eqn.body, start, len(eqn.outs))
                return replace(
                    eqn, outs=outs, inits=(*eqn.inits, *before), params=params, body=body
                )
        return eqn

    def inside(self, block: Block, now: Tapes, count: int) -> Block:
        """A block that hands out the tapes behind its first `count` results."""
        names = list(now)
        new = self.through(block, now)
        tapes = (now[name] for name in names)
        return Block(new.eqns, (*block.results[:count], *tapes, *block.results[count:]))


def found_by(called: dict[str, list[str]], name: str) -> dict[str, None]:
    """The callees that a call of `name` may come to."""
    found: dict[str, None] = {}
    stack = [name]
    while stack:
        for other in called[stack.pop()]:
            if other not in found:
                found[other] = None
                stack.append(other)
    return found
