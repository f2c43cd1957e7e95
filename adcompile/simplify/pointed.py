"""What is written at a mask is an array, also where it has no axes.

    y_bar = x * v_bar                   y_bar = np.asarray(x * v_bar)
    y_bar[y > 0.5] = 0.0       =>       y_bar[y > 0.5] = 0.0

NumPy computes numbers of arrays without axes, and a number cannot be written to.  Where the rank of
an adjoint is not known, and the mask may have no axes either, it is made an array again.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.rules.points import MADE, at_a_mask, is_written_at_a_mask
from adcompile.trace.ir import Apply, Block, Equation, Trace, Var, everywhere, inside, leaves, walk


def pointed(trace: Trace) -> Trace:
    """The trace with arrays for what is written at masks."""
    return everywhere(_pointed, trace)


def _pointed(trace: Trace) -> Trace:
    eqns = [eqn for eqn in walk(trace.body) if isinstance(eqn, Apply)]
    written = [eqn for eqn in eqns if is_written_at_a_mask(eqn, trace.kinds)]
    sure = {eqn.out: None for eqn in (*written, *(eqn for eqn in eqns if eqn.op in MADE))}
    for param in trace.params:
        sure |= {leaf: None for leaf in leaves(param.tree) if isinstance(leaf, Var)}
    given = (eqn.args[0] for eqn in written)
    bases = {base: None for base in given if isinstance(base, Var) and base not in sure}
    if not bases:
        return trace
    made = _Pointed(trace, bases)
    body = made.block(trace.body)
    return replace(trace, body=body, kinds=made.kinds)


class _Pointed:
    """Makes an array of each base before it is first read or written at a mask."""

    def __init__(self, trace: Trace, bases: dict[Var, None]) -> None:
        self.bases, self.kinds = bases, dict(trace.kinds)

    def block(self, block: Block) -> Block:
        found: list[Equation] = []
        new: dict[Var, Var] = {}
        for eqn in block.eqns:
            found += self.equation(eqn, new)
        return block.having(found, block.results)

    def equation(self, eqn: Equation, new: dict[Var, Var]) -> list[Equation]:
        if not isinstance(eqn, Apply):
            return [inside(eqn, self.block)]
        base = eqn.args[0] if eqn.args else None
        if not isinstance(base, Var) or base not in self.bases:
            return [eqn]
        read = eqn.op == "mem.getitem" and at_a_mask(base, eqn.args[1], self.kinds)
        if not read and not is_written_at_a_mask(eqn, self.kinds):
            return [eqn]
        made: list[Equation] = []
        if base not in new:
            new[base] = Var(base.name)
            self.kinds[new[base]] = self.kinds[base]
            made.append(Apply((new[base],), "numpy.asarray", (base,), eqn.loc))
        return [*made, eqn.reading((new[base], *eqn.args[1:]))]
