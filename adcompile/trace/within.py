"""What equations read and make inside, found once, from what is inside of those inside them.

A pass that asks this of every loop or branch would otherwise walk through the innermost one as
often as there are others around it.
"""

from __future__ import annotations

from adcompile.trace.ir import Apply, Block, Equation, Var, blocks, bound, operands

Vars = dict[Var, None]


class Within:
    """What it has found holds as long as it is asked: equations do not change."""

    def __init__(self) -> None:
        self._reads: dict[Equation, Vars] = {}
        self._makes: dict[Equation, Vars] = {}
        self._ops: dict[Equation, frozenset[str]] = {}

    def free(self, block: Block) -> Vars:
        """The variables a block reads but does not define, in order of first use."""
        used: Vars = {}
        for eqn in block.eqns:
            if not isinstance(eqn, Apply):
                used.update(self.reads(eqn))
                continue
            for atom in eqn.args:
                if isinstance(atom, Var):
                    used[atom] = None
        for atom in block.results:
            if isinstance(atom, Var):
                used[atom] = None
        for eqn in block.eqns:
            for out in eqn.outs:
                used.pop(out, None)
        return used

    def reads(self, eqn: Equation) -> Vars:
        """The variables from outside that an equation reads, in order of first use."""
        found = self._reads.get(eqn)
        if found is None:
            found = {atom: None for atom in operands(eqn) if isinstance(atom, Var)}
            if not isinstance(eqn, Apply):
                for block in blocks(eqn):
                    found.update(self.free(block))
                for var in bound(eqn):
                    found.pop(var, None)
            self._reads[eqn] = found
        return found

    def makes(self, eqn: Equation) -> Vars:
        """What an equation defines, and what it binds and defines inside; indices aside."""
        found = self._makes.get(eqn)
        if found is None:
            found = dict.fromkeys(eqn.outs)
            if not isinstance(eqn, Apply):
                found.update(dict.fromkeys(getattr(eqn, "params", ())))
                for block in blocks(eqn):
                    for inner in block.eqns:
                        found.update(self.makes(inner))
            self._makes[eqn] = found
        return found

    def ops(self, eqn: Equation) -> frozenset[str]:
        """The operations of an equation and of those inside it."""
        if isinstance(eqn, Apply):
            return frozenset((eqn.op,))
        found = self._ops.get(eqn)
        if found is None:
            inside = (self.ops(inner) for block in blocks(eqn) for inner in block.eqns)
            found = self._ops[eqn] = frozenset().union(*inside)
        return found
