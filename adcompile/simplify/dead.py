"""What nobody reads is not computed.

    v1 = math.sin(x)
    for i in range(n) carry a.1 = (1.0, a.2) -> a.3, b.1 = (v1, b.2) -> b.3:
      a.2 = mul(a.1, x)                     for i in range(n) carry a.1 = (1.0, a.2) -> a.3:
      b.2 = add(b.1, 1.0)         ->          a.2 = mul(a.1, x)
    return a.3                              return a.3

Marks, from the results and the effects backwards, what is read; then keeps what is marked.  A
carried variable that only makes itself is not marked.  An effect stays, and so does what decides
whether and how often it happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adcompile.rules import memory
from adcompile.trace.ir import Apply, Atom, Block, Equation, For, If, Lit, Trace, Var, While, blocks

NAME = "dead"


def dead(trace: Trace) -> Trace:
    """The trace without equations, outs and carried variables that nobody reads."""
    marks = _Marks(trace)
    return replace(trace, body=_sweep(trace.body, range(len(trace.body.results)), marks))


class _Marks:
    """The variables that are read and the equations that are kept."""

    def __init__(self, trace: Trace) -> None:
        self.needed: set[Var] = set()
        self.live: set[Equation] = set()
        self.maker: dict[Var, tuple[Equation, int]] = {}
        self.around: dict[Equation, Equation] = {}
        self.queue: list[Var] = []
        effects = self.scan(trace.body, None)
        self.need(trace.body.results)
        for eqn in effects:
            self.keep(eqn)
        while self.queue:
            var = self.queue.pop()
            if var in self.maker:
                self.follow(*self.maker[var])

    def scan(self, block: Block, parent: Equation | None) -> list[Apply]:
        """Note who makes each variable; the equations with an effect."""
        effects: list[Apply] = []
        for eqn in block.eqns:
            if parent is not None:
                self.around[eqn] = parent
            self.maker.update((var, (eqn, number)) for number, var in enumerate(eqn.outs))
            if isinstance(eqn, (For, While)):
                self.maker.update((var, (eqn, number)) for number, var in enumerate(eqn.params))
            if isinstance(eqn, For):
                self.maker[eqn.index] = (eqn, -1)
            if isinstance(eqn, Apply) and eqn.op in memory.EFFECTS and not _is_comment(eqn):
                effects.append(eqn)
            for inner in blocks(eqn):
                effects += self.scan(inner, eqn)
        return effects

    def need(self, atoms: Sequence[Atom]) -> None:
        for atom in atoms:
            if isinstance(atom, Var) and atom not in self.needed:
                self.needed.add(atom)
                self.queue.append(atom)

    def keep(self, eqn: Equation) -> None:
        """Keep an equation and those around it, with what decides how often they run."""
        inner: Equation | None = eqn
        while inner is not None and inner not in self.live:
            self.live.add(inner)
            match inner:
                case Apply():
                    self.need(inner.args)
                case If():
                    self.need((inner.cond,))
                case For():
                    self.need((inner.start, inner.stop, inner.step))
                case While():
                    self.need(inner.cond.results)
            if isinstance(inner, (For, While)) and inner.exits:
                self.need(inner.body.results[-1:])
            inner = self.around.get(inner)

    def follow(self, eqn: Equation, number: int) -> None:
        """Mark what the variable with this number of an equation is made of."""
        self.keep(eqn)
        match eqn:
            case If():
                self.need((eqn.then.results[number], eqn.orelse.results[number]))
            case For() | While() if number >= 0:
                self.need((eqn.inits[number], eqn.body.results[number]))


def _sweep(block: Block, kept: Sequence[int], marks: _Marks) -> Block:
    """The block with live equations only, and of its results those with a number in `kept`."""
    live = [eqn for eqn in block.eqns if eqn in marks.live or _is_comment(eqn)]
    eqns = tuple(_reduce(eqn, marks) for eqn in live)
    return Block(eqns, tuple(block.results[number] for number in kept))


def _is_comment(eqn: Equation) -> bool:
    """A comment stays where its block does, and keeps nothing itself."""
    if not isinstance(eqn, Apply) or eqn.op != "mem.effect":
        return False
    text = eqn.args[0]
    return isinstance(text, Lit) and str(text.value).startswith("#")


def _reduce(eqn: Equation, marks: _Marks) -> Equation:
    """A live equation without the outs that are not read."""
    if isinstance(eqn, Apply):
        return eqn
    if isinstance(eqn, If):
        kept = [n for n, out in enumerate(eqn.outs) if out in marks.needed]
        then, orelse = _sweep(eqn.then, kept, marks), _sweep(eqn.orelse, kept, marks)
        return replace(eqn, outs=tuple(eqn.outs[n] for n in kept), then=then, orelse=orelse)
    carried = zip(eqn.params, eqn.outs)
    kept = [n for n, pair in enumerate(carried) if any(var in marks.needed for var in pair)]
    ends = [len(eqn.outs)] if eqn.exits else []
    facts = {
        "outs": tuple(eqn.outs[n] for n in kept),
        "inits": tuple(eqn.inits[n] for n in kept),
        "params": tuple(eqn.params[n] for n in kept),
        "body": _sweep(eqn.body, [*kept, *ends], marks),
    }
    if isinstance(eqn, While):
        return replace(eqn, **facts, cond=_sweep(eqn.cond, [0], marks))  # type: ignore[arg-type]
    return replace(eqn, **facts)  # type: ignore[arg-type]
