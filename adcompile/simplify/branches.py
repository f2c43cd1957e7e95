"""What a branch has computed is not computed again in a later branch on the same condition.

    if c -> a:                              if c -> a, w:
      v = math.cos(x)                         v = math.cos(x)
      yield mul(v, y)                         yield mul(v, y), v
    else: yield y                           else: yield y, undefined
    ...                            ->       ...
    if c -> b:                              if c -> b:
      u = math.cos(x)                         yield mul(w, z)
      yield mul(u, z)
    else: yield z                           else: yield z

Numbers only: an array would be held, and copied where one of the two is written.  It serves the
reverse of a branch, whose partials are often what its forward has computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adcompile.simplify.common import mergeable
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    everywhere,
)
from adcompile.trace.substitute import substitute

NAME = "branches"
Key = tuple[object, ...]


def branches(trace: Trace) -> Trace:
    """The trace with such values handed on."""
    return everywhere(_branches, trace)


def _branches(trace: Trace) -> Trace:
    pass_ = _Pass(dict(trace.kinds))
    body = pass_.block(trace.body)
    return replace(trace, body=body, kinds=pass_.kinds) if pass_.changed else trace


@dataclass(slots=True)
class _Known:
    """A branch that has been seen: where it stands, and what its sides have computed."""

    eqn: If
    sides: tuple[dict[Key, Var], dict[Key, Var]]
    exports: dict[tuple[int, Var], Var] = field(default_factory=dict)


class _Pass:
    def __init__(self, kinds: dict[Var, k.Kind]) -> None:
        self.kinds = kinds
        self.changed = False

    def block(self, block: Block) -> Block:
        """The block, and the blocks in it, with what its branches have computed handed on."""
        eqns: list[Equation] = []
        known: dict[Atom, tuple[int, _Known]] = {}
        for eqn in block.eqns:
            match eqn:
                case For():
                    eqn = eqn.having(eqn.inits, eqn.bounds, self.block(eqn.body))
                case While():
                    eqn = eqn.having(eqn.inits, eqn.cond, self.block(eqn.body))
                case If():
                    eqn = eqn.having(eqn.cond, self.block(eqn.then), self.block(eqn.orelse))
                    if not eqn.caught and isinstance(eqn.cond, Var):
                        if eqn.cond in known:
                            eqn = self.later(known[eqn.cond][1], eqn)
                        else:
                            known[eqn.cond] = (len(eqns), _Known(eqn, self.computed(eqn)))
            eqns.append(eqn)
        for place, first in known.values():
            eqns[place] = self.exporting(first)
        return block.having(eqns, block.results)

    def computed(self, eqn: If) -> tuple[dict[Key, Var], dict[Key, Var]]:
        """The numbers that the sides of a branch compute, by how."""
        sides = [
            {
                _key(inner, {}): inner.outs[0]
                for inner in reversed(side.eqns)
                if isinstance(inner, Apply) and self.is_number(inner)
            }
            for side in (eqn.then, eqn.orelse)
        ]
        return sides[0], sides[1]

    def is_number(self, eqn: Apply) -> bool:
        """Is this an operation on numbers that gives a number, the same whenever it is done?"""
        atoms = (*eqn.args, *eqn.outs)
        vars_ = [atom for atom in atoms if isinstance(atom, Var)]
        plain = mergeable(eqn) and len(eqn.outs) == 1 and not eqn.op.startswith("mem.")
        return plain and all(isinstance(self.kinds[var], k.Scalar) for var in vars_)

    def later(self, known: _Known, eqn: If) -> If:
        """A branch that reads what the one before it on the same condition has computed."""
        sides = [
            self.side(known, n, first, second)
            for n, (first, second) in enumerate(
                zip((known.eqn.then, known.eqn.orelse), (eqn.then, eqn.orelse))
            )
        ]
        return eqn.having(eqn.cond, sides[0], sides[1])

    def side(self, known: _Known, number: int, first: Block, second: Block) -> Block:
        inside: dict[Var, Atom] = dict(zip(known.eqn.outs, first.results))
        found: dict[Var, Var] = {}
        for eqn in second.eqns:
            if isinstance(eqn, Apply) and self.is_number(eqn):
                var = known.sides[number].get(_key(eqn, inside))
                if var is not None:
                    inside[eqn.outs[0]] = var
                    found[eqn.outs[0]] = var
        if not found:
            return second
        self.changed = True
        mapping: dict[Var, Atom] = {
            out: self.export(known, number, var) for out, var in found.items()
        }
        rest = tuple(eqn for eqn in second.eqns if not any(out in found for out in eqn.outs))
        return substitute(Block(rest, second.results), mapping)

    def export(self, known: _Known, number: int, var: Var) -> Var:
        """What a variable of a side of a branch is called behind it."""
        results = (known.eqn.then, known.eqn.orelse)[number].results
        for out, result in zip(known.eqn.outs, results):
            if result is var:
                return out
        place = number, var
        if place not in known.exports:
            known.exports[place] = new = Var(var.name)
            self.kinds[new] = self.kinds[var]
        return known.exports[place]

    def exporting(self, known: _Known) -> If:
        """The first branch, with what is read of it behind it."""
        eqn, more = known.eqn, known.exports
        if not more:
            return eqn
        results = [
            tuple(var if number == side else UNDEF for number, var in more) for side in (0, 1)
        ]
        return replace(
            eqn,
            outs=(*eqn.outs, *more.values()),
            then=Block(eqn.then.eqns, (*eqn.then.results, *results[0])),
            orelse=Block(eqn.orelse.eqns, (*eqn.orelse.results, *results[1])),
        )


def _key(eqn: Apply, names: Mapping[Var, Atom]) -> Key:
    """What makes two equations the same."""
    return eqn.op, *[names.get(arg, arg) for arg in eqn.args]  # type: ignore[arg-type]
