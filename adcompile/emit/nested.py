"""The decision which equations are nested, and how often each variable is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from adcompile.emit.unpacking import Unpacked
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Trace,
    Tree,
    Var,
    blocks,
    leaves,
    operands,
    walk,
)


@dataclass(slots=True)
class Nesting:
    """The equations that are nested, by the variable each defines.

    `choices` are the Ifs that are expressions, `rows` the equations `row = x[i]` that are the
    header of their loop, `uses` how often each variable is read; `unpacked` are the items that are
    given to names at once, and `taken` the equations that this stands for.
    """

    inside: dict[Var, Apply | If] = field(default_factory=dict)
    choices: dict[If, None] = field(default_factory=dict)
    rows: dict[For, Apply] = field(default_factory=dict)
    uses: Mapping[Atom, int] = field(default_factory=dict)
    headed: dict[Var, None] = field(default_factory=dict)
    unpacked: Unpacked = field(default_factory=dict)
    taken: dict[Apply, None] = field(default_factory=dict)

    def nested(self, eqn: Equation) -> bool:
        return len(eqn.outs) == 1 and (eqn.outs[0] in self.inside or eqn.outs[0] in self.headed)

    def add_row(self, loop: For, eqn: Apply) -> None:
        self.rows[loop] = eqn
        self.headed[eqn.out] = None

    def reads(self, atom: Atom) -> Iterator[Var]:
        """The named variables that are read where the atom stands."""
        if not isinstance(atom, Var):
            return
        eqn = self.inside.get(atom)
        if eqn is None:
            yield atom
        else:
            for part in self.parts(eqn):
                yield from self.reads(part)

    def parts(self, eqn: Equation) -> Sequence[Atom]:
        """What an equation reads where it stands."""
        if isinstance(eqn, If) and eqn in self.choices:
            return eqn.cond, eqn.then.results[0], eqn.orelse.results[0]
        return operands(eqn)


def count_uses(trace: Trace) -> Mapping[Atom, int]:
    """How often each atom is read, at edges too."""
    found = _uses.get(trace.body)
    if found is None or found[0] is not trace.result:
        read: list[Atom] = [*leaves(trace.result)]
        for eqn in walk(trace.body):
            if isinstance(eqn, Apply):
                read += eqn.args
                continue
            read += operands(eqn)
            for block in blocks(eqn):
                read += block.results
        found = _uses[trace.body] = trace.result, Counter(read)
    return found[1]


_uses: WeakKeyDictionary[Block, tuple[Tree, Mapping[Atom, int]]] = WeakKeyDictionary()
"""Of the bodies of traces, each with the result that it was counted with."""
