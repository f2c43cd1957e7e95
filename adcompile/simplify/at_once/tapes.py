"""Where the entries of a tape were put on it.

for i ... carry tape:                        for i in reversed ... carry tape:
  tape.1 = tape()                              y, inner, tape = unpush(tape)
  for j ... carry inner (tape.1):              for j in reversed ... carry inner:
    inner = push(inner, x)                       x, inner = unpush(inner)
  tape = push(tape, y, inner)
"""

from __future__ import annotations

from collections.abc import Mapping

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, For, Trace, Var, blocks


class Tapes:
    """The equations that put an entry on a tape in each turn of a loop."""

    def __init__(self, trace: Trace) -> None:
        self.kinds: Mapping[Var, k.Kind] = trace.kinds
        self.makers: dict[Var, tuple[Equation, int]] = {}
        self.carriers: dict[Var, tuple[For, int]] = {}
        self._note(trace.body)

    def _note(self, block: Block) -> None:
        for eqn in block.eqns:
            self.makers.update((out, (eqn, n)) for n, out in enumerate(eqn.outs))
            if isinstance(eqn, For):
                self.carriers.update((param, (eqn, n)) for n, param in enumerate(eqn.params))
            for inner in blocks(eqn):
                self._note(inner)

    def filled(self, tape: Atom) -> tuple[For, Apply] | None:
        """The loop whose turns have each put one entry on this tape, and the equation."""
        while isinstance(tape, Var):
            if tape in self.carriers:
                loop, n = self.carriers[tape]
                tape = loop.inits[n]
                continue
            made, n = self.makers.get(tape, (None, 0))
            if isinstance(made, For):
                return self._pushing(made, n)
            if not isinstance(made, Apply) or made.op != "mem.unpush":
                return None
            if n == len(made.outs) - 1:
                tape = made.args[0]
                continue
            outer = self.filled(made.args[0])
            if outer is None:
                return None
            tape = outer[1].args[1 + n]
        return None

    def _pushing(self, loop: For, n: int) -> tuple[For, Apply] | None:
        made, _ = self.makers.get(loop.body.results[n], (None, 0))  # type: ignore[arg-type]
        begun, _ = self.makers.get(loop.inits[n], (None, 0))  # type: ignore[arg-type]
        once = isinstance(made, Apply) and made.op == "mem.push" and made in loop.body.eqns
        empty = isinstance(begun, Apply) and begun.op == "mem.tape"
        if not (once and empty) or loop.exits or loop.backward:
            return None
        assert isinstance(made, Apply)
        return (loop, made) if made.args[0] is loop.params[n] else None

    def is_steady(self, kind: k.Kind, loop: For) -> bool:
        """Is this a number, or an array of one length in all turns of the loop?"""
        if isinstance(kind, k.Scalar):
            return True
        if not isinstance(kind, k.Array) or kind.dims is None:
            return False
        varying: dict[object, None] = dict.fromkeys((*loop.params, loop.index))
        for eqn in loop.body.eqns:
            if not isinstance(eqn, Apply) or any(arg in varying for arg in eqn.args):
                varying.update(dict.fromkeys(eqn.outs))
        return all(_is_one(dim, varying) for dim in kind.dims)


def _is_one(part: object, varying: Mapping[object, None]) -> bool:
    """Is a length the same in all turns, by what it is made of?"""
    if isinstance(part, k.Dim):
        return _is_one(part.base, varying)
    if isinstance(part, tuple):
        known = part[0] in ("slice", "broadcast") or isinstance(part[0], Var)
        return known and all(_is_one(each, varying) for each in part)
    if isinstance(part, Var):
        return part not in varying
    return part is None or isinstance(part, (int, str))
