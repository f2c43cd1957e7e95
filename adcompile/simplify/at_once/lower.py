"""A reverse loop whose turns only add up is done for all turns at once.

    for i in reversed(range(n)) carry p_bar, A_bar:
      v = getitem(A, (i, :))
      t1 = getitem(q_bar, i)
      t2 = mul(t1, v)                           ->      p_bar = add(p_bar, matmul(q_bar, A))
      p_bar = add(p_bar, t2)
      t3 = mul(t1, p)                                   t4 = outer(q_bar, p)
      A_bar = accumulate(A_bar, t3, (i, :))             A_bar = accumulate(A_bar, t4, :)

Where there may be no turn, and only the turns have shown that lengths agree or that an index is
one, this is done under `if n > 0`.

For NumPy.  The same products are added up in another order; so what the user's own loops compute
stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.simplify.at_once.loop import AtOnce, is_simple
from adcompile.simplify.at_once.places import Around
from adcompile.simplify.at_once.split import split
from adcompile.simplify.at_once.tapes import Tapes
from adcompile.simplify.products import opens_reverse
from adcompile.trace.ir import Atom, Block, Equation, For, If, Trace, Var, While
from adcompile.trace.readers import Readers
from adcompile.trace.substitute import substitute, substitute_trace
from adcompile.transforms.lasting import Accesses
from adcompile.transforms.seeds import tangents

NAME = "at_once"


def at_once(trace: Trace) -> Trace:
    """The trace with such loops behind the comment that opens its reverse sweep."""
    eqns = trace.body.eqns
    begin = next((n for n, eqn in enumerate(eqns) if opens_reverse(eqn)), len(eqns))
    if not any(isinstance(eqn, For) for eqn in eqns[0 if trace.seeds else begin :]):
        return trace
    pass_ = _AtOnce(trace)
    before = pass_.equations(eqns[:begin], ()) if trace.seeds else eqns[:begin]
    pass_.reversing = True
    body = Block((*before, *pass_.equations(eqns[begin:], ())), trace.body.results)
    if not pass_.changed:
        return trace
    return substitute_trace(replace(trace, body=body, kinds=pass_.build.kinds), pass_.mapping)


class _AtOnce:
    def __init__(self, trace: Trace) -> None:
        self.build = Builder(dict(trace.kinds))
        self.readers = Readers(trace)
        self.tapes = Tapes(trace)
        self.mapping: dict[Var, Atom] = {}
        self.dots = tangents(trace)
        self.reversing = False
        self.changed = False

    def block(self, block: Block, enclosing: tuple[For, ...]) -> Block:
        return Block(self.equations(block.eqns, enclosing), block.results)

    def equations(
        self, eqns: tuple[Equation, ...], enclosing: tuple[For, ...]
    ) -> tuple[Equation, ...]:
        made: list[Equation] = []
        around = None
        for eqn in eqns:
            match eqn:
                case If() if not eqn.caught:
                    then, orelse = (self.block(side, enclosing) for side in (eqn.then, eqn.orelse))
                    made.append(replace(eqn, then=then, orelse=orelse))
                case While():
                    made.append(replace(eqn, body=self.block(eqn.body, enclosing)))
                case For():
                    around = around or Around(enclosing, eqns)
                    made += self.loop(eqn, around)
                case _:
                    made.append(eqn)
        return tuple(made)

    def loop(self, eqn: For, around: Around) -> list[Equation]:
        known = len(self.mapping)
        body = self.block(eqn.body, (*around.enclosing, eqn))
        if len(self.mapping) > known:  # what an inner loop gave is something else now
            body = substitute(body, self.mapping)
        eqn = replace(eqn, body=body)
        if not is_simple(eqn):
            return [eqn]
        if self.reversing and eqn.backward:
            return self.at_once(eqn, around) or [eqn]
        if not any(param in self.dots for param in eqn.params):
            return [eqn]
        accesses = Accesses(eqn, self.build.kinds, around.enclosing, around.defined)
        parts = split(eqn, self.dots, self.build.kinds, accesses)
        made = parts and self.at_once(parts.first, around)
        if not parts or not made:
            return [eqn]
        return [*made, parts.rest] if parts.before else [parts.rest, *made]

    def at_once(self, eqn: For, around: Around) -> list[Equation] | None:
        """What is done instead of the loop, if it can be done at once."""
        zeros = dict.fromkeys(init for init in eqn.inits if self.are_zeros(init, eqn, around))
        found = AtOnce(self.build, eqn, around, zeros, self.tapes, self.readers).done()
        if found is None:
            return None
        made, results = found
        self.changed = True
        self.mapping.update((o, r) for o, r in zip(eqn.outs, results) if o is not r)
        return made

    def are_zeros(self, init: Atom, loop: For, around: Around) -> bool:
        """Are these zeros that only the loop reads, or what it was made of?"""
        made = around.defined.get(init) if isinstance(init, Var) else None
        reader = self.readers.only(init)
        own = isinstance(reader, For) and all(out in reader.outs for out in loop.outs)
        return own and made is not None and made.op == "mem.zeros_like"
