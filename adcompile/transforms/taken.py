"""Arrays that += and the like may not fit: of integers, or of floats, on one path alone.

    y = np.zeros(3, int) if c else np.zeros(3)
    y += x                                          NumPy raises where y is of integers

What is emitted need not change y in place; there it is asked what NumPy asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Block,
    Equation,
    Lit,
    Trace,
    Var,
    bound,
    everywhere,
    inside,
)
from adcompile.transforms.integral import Fact, Integral, Reals

INTEGERS = ("of integers", "'biu'", "_0_.dtype.kind not in 'biu'")
FLOATS = ("of floats", "'biuf'", "_0_.dtype.kind == 'c'")
TEXT = """if {2} and _1_.dtype.kind in {1}:
    raise TypeError('{3} is an array {0} on this path, which what is computed does not fit')"""


def taken(trace: Trace, updated: Mapping[Var, Var]) -> Trace:
    """The trace, asking whether each array can hold what it is `updated` by."""
    return everywhere(lambda each: _Asker(each, updated).run(), trace) if updated else trace


class _Asker:
    """Asks in one function, behind what makes the later one of an array and its update."""

    def __init__(self, trace: Trace, updated: Mapping[Var, Var]) -> None:
        self.trace = trace
        own = trace.kinds.keys()
        self.updated = {new: old for new, old in updated.items() if {new, old} <= own}
        self.known: dict[Var, None] = dict.fromkeys(trace.inputs)
        self.integral = Integral(trace.kinds, ())
        self.reals = Reals(trace)

    def run(self) -> Trace:
        if not self.updated:
            return self.trace
        self.integral.settle(self.trace.body)
        body = self.block(self.trace.body)
        return self.trace if body is self.trace.body else replace(self.trace, body=body)

    def block(self, block: Block) -> Block:
        eqns: list[Equation] = []
        for eqn in block.eqns:
            self.known.update(dict.fromkeys(bound(eqn)))
            eqns.append(inside(eqn, self.block))
            self.known.update(dict.fromkeys(eqn.outs))
            eqns += self.questions()
        return block.having(eqns, block.results)

    def questions(self) -> Iterator[Apply]:
        """What is asked of the arrays that are known now, with what they become."""
        for new, old in list(self.updated.items()):
            if new in self.known and old in self.known:
                del self.updated[new]
                found = self.doubt(old, new)
                if found is not None:
                    text = TEXT.format(*found, old.name or "this")
                    yield Apply((), "mem.effect", (Lit(text), new, old))

    def doubt(self, old: Var, new: Var) -> tuple[str, str, str] | None:
        """Of what the array may be that cannot take the result."""
        kind, reals, integral = self.trace.kinds[old], self.reals, self.integral
        if not isinstance(kind, k.Array):
            return None
        if old in reals and not _same(reals.facts[old], reals.fact(new)):
            return FLOATS
        may_be = kind.dtype in ("bool", "int") or integral.is_by_path(old)
        return INTEGERS if may_be and not _same(integral.fact(old), integral.fact(new)) else None


def _same(old: Fact | None, new: Fact | None) -> bool:
    """Is what is computed narrow wherever the array is?"""
    return old is None or (new is not None and all(var in old.sources for var in new.sources))
