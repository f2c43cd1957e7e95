"""Which numbers may be arrays without axes when the program runs.

    s = np.reshape(x[:1], ())      s + 1.0 is a new number, and s += 1.0 would change x: such a sum
    t = s + 1.0                    is not written in place
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcompile.rules import table
from adcompile.rules.points import COMPUTED, MADE
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Call, For, If, Lit, Trace, Var, While, walk

NUMBERS = ("operator.", "math.", "builtins.")
ARRAYS = {"mem.copy", "mem.zeros_like", *MADE, *COMPUTED}


def points(trace: Trace) -> dict[Var, None]:
    """The variables that may be one; none, where nothing in the trace makes one."""
    kinds = trace.kinds
    given = {v: None for v in kinds if getattr(kinds[v], "dims", None) == ()}
    eqns = [eqn for eqn in walk(trace.body) if isinstance(eqn, Apply)]
    if not given and not any(_makes_one(eqn, kinds) for eqn in eqns):
        return {}
    found = _Points(kinds, given)
    found.block(trace.body)
    return found.unsure


def _makes_one(eqn: Apply, kinds: Mapping[Var, Any]) -> bool:
    """Does this give an array where it has no axes, rather than a number?"""
    if not any(isinstance(kinds.get(out), k.Scalar) for out in eqn.outs):
        return False
    if eqn.op == "mem.getitem":
        return _is_whole(eqn.args[1], kinds)
    row = table.lookup(eqn.op, len(eqn.args))
    return eqn.op in ARRAYS or (row is not None and bool(row.view))


def _is_whole(index: Atom, kinds: Mapping[Var, Any]) -> bool:
    """Is this `...`, (), or a tuple with the first?"""
    if isinstance(index, Lit):
        parts = index.value if isinstance(index.value, tuple) else (index.value,)
        return not parts or any(part is Ellipsis for part in parts)
    kind = kinds.get(index)
    return isinstance(kind, k.Tuple) and not all(isinstance(i, k.Scalar) for i in kind.items)


class _Points:
    """Goes through the blocks; what is carried is looked at until nothing more is found."""

    def __init__(self, kinds: Mapping[Var, Any], given: dict[Var, None]) -> None:
        self.kinds, self.unsure = kinds, given

    def add(self, var: Var, *sources: Atom) -> None:
        if any(source in self.unsure for source in sources):
            self.unsure[var] = None

    def block(self, block: Block) -> None:
        for eqn in block.eqns:
            match eqn:
                case Apply():
                    if not self.is_number(eqn):
                        self.unsure.update(dict.fromkeys(eqn.outs))
                case Call():
                    self.unsure.update(dict.fromkeys(eqn.outs))
                case If():
                    self.block(eqn.then)
                    self.block(eqn.orelse)
                    for sources in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                        self.add(*sources)
                case For() | While():
                    self.loop(eqn)

    def loop(self, eqn: For | While) -> None:
        for param, init in zip(eqn.params, eqn.inits):
            self.add(param, init)
        count = -1
        while count != len(self.unsure):
            count = len(self.unsure)
            if isinstance(eqn, While):
                self.block(eqn.cond)
            self.block(eqn.body)
            for param, result in zip(eqn.params, eqn.body.results):
                self.add(param, result)
        for out, param in zip(eqn.outs, eqn.params):
            self.add(out, param)

    def is_number(self, eqn: Apply) -> bool:
        """Is what this gives certainly a number, if it has no axes?"""
        if eqn.op == "mem.getitem":
            base = self.kinds.get(eqn.args[0]) if isinstance(eqn.args[0], Var) else None
            return isinstance(base, k.Array) and not _is_whole(eqn.args[1], self.kinds)
        if eqn.op.startswith(NUMBERS):
            return True
        row = table.lookup(eqn.op, len(eqn.args))
        return row is not None and not row.view and eqn.op[:4] != "mem." and eqn.op not in ARRAYS
