"""Loops that look for the best turn: only the derivative of that turn is followed.

    for j in range(n) carry best:           for j in range(n) carry best, at = -1:
      d = f(x, j)                             d = f(x, j)
      if d < best -> best':          ->       if d < best -> best', at':
        yield d                                 yield d, j
      else:                                   else:
        yield best                              yield best, at
                                            if at != -1 -> best_again:
                                              yield f(x, at)
                                            else:
                                              yield best0

A carried number that a turn keeps, or replaces by something that does not depend on it, is in the
end what one turn has made of it.  That turn is gone through again behind the loop, and the adjoint
has nothing to record of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adcompile.rules import memory
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    everywhere,
    free,
    walk,
)
from adcompile.trace.substitute import clone, substitute, substitute_tree
from adcompile.transforms.recording import prune

NAME = "winners"
OUTSIDE = ("mem.outside", "mem.opaque")


def winners(trace: Trace) -> tuple[Trace, dict[Var, Var]]:
    """The trace with the best turn of such loops gone through again behind them.

    Also the results of these turns, each with the result of the loop that it is equal to: once a
    derivative has followed the turn, its value may be taken from the loop.
    """
    found: dict[Var, Var] = {}
    return everywhere(lambda each: _winners(each, found), trace), found


def _winners(trace: Trace, found: dict[Var, Var]) -> Trace:
    kinds, before = dict(trace.kinds), len(found)
    body = _block(trace.body, kinds, found)
    if len(found) == before:
        return trace
    result = substitute_tree(trace.result, {out: again for again, out in found.items()})
    return replace(trace, body=body, result=result, kinds=kinds)


def _block(block: Block, kinds: dict[Var, k.Kind], found: dict[Var, Var]) -> Block:
    eqns: list[Equation] = []
    mapping: dict[Var, Var] = {}
    for eqn in block.eqns:
        eqn = _inside(eqn, kinds, found)
        winner = _winner(eqn, kinds) if isinstance(eqn, For) else None
        if winner is None:
            eqns.append(eqn)
            continue
        made, outs = winner.apart(kinds)
        eqns += made
        mapping.update(zip((winner.loop.outs[n] for n in winner.chosen), outs, strict=True))
    found.update((again, out) for out, again in mapping.items())
    return substitute(Block(tuple(eqns), block.results), mapping)


def _inside(eqn: Equation, kinds: dict[Var, k.Kind], found: dict[Var, Var]) -> Equation:
    match eqn:
        case If():
            then, orelse = _block(eqn.then, kinds, found), _block(eqn.orelse, kinds, found)
            return replace(eqn, then=then, orelse=orelse)
        case For() | While():
            return replace(eqn, body=_block(eqn.body, kinds, found))
    return eqn


@dataclass(frozen=True, slots=True)
class Winner:
    """A loop of this form: its branch, the side that replaces, and the turn on that side."""

    loop: For
    branch: If
    side: bool
    chosen: tuple[int, ...]
    turn: Block
    reads: tuple[int, ...]

    def apart(self, kinds: dict[Var, k.Kind]) -> tuple[list[Equation], tuple[Var, ...]]:
        """The loop that keeps which turn it was, then that turn again; what this results in."""
        loop, build = self.loop, _Build(kinds)
        none, made = _no_turn(loop, build)
        name = f"{loop.params[self.chosen[0]].name or 'best'}_at"
        read = [loop.params[n] for n in self.reads]
        sources = [loop.index, *read]
        inits = [none, *(loop.inits[n] for n in self.reads)]
        params, sides, outs = (
            [build.var(k.INT, name), *(build.like(var) for var in read)] for _ in range(3)
        )
        changed = replace(
            loop,
            outs=(*loop.outs, *outs),
            inits=(*loop.inits, *inits),
            params=(*loop.params, *params),
            body=self._body(sources, params, sides),
        )
        turn = clone(self.turn, dict(zip(sources, outs)), kinds)
        won = build.var(k.BOOL, "")
        results = tuple(build.like(loop.outs[n]) for n in self.chosen)
        before = Block((), tuple(loop.inits[n] for n in self.chosen))
        asked = Apply((won,), "operator.ne", (outs[0], none), loop.loc)
        again = If(results, won, turn, before, loop.loc)
        return [*made, changed, asked, again], results

    def _body(self, sources: list[Var], params: list[Var], sides: list[Var]) -> Block:
        """The body of the loop, which keeps what the turn that replaces began with."""
        branch, loop = self.branch, self.loop
        ways = (sources, params) if self.side else (params, sources)
        then, orelse = (
            Block(block.eqns, (*block.results, *more))
            for block, more in zip((branch.then, branch.orelse), ways)
        )
        new = replace(branch, outs=(*branch.outs, *sides), then=then, orelse=orelse)
        eqns = tuple(new if eqn is branch else eqn for eqn in loop.body.eqns)
        return Block(eqns, (*loop.body.results, *sides))


class _Build:
    """Makes variables."""

    def __init__(self, kinds: dict[Var, k.Kind]) -> None:
        self.kinds = kinds

    def var(self, kind: k.Kind, name: str) -> Var:
        var = Var(name)
        self.kinds[var] = kind
        return var

    def like(self, var: Var) -> Var:
        return self.var(self.kinds[var], var.name)


def _no_turn(loop: For, build: _Build) -> tuple[Atom, list[Equation]]:
    """An index that no turn has, and the equation that makes it."""
    if isinstance(loop.start, Lit) and isinstance(loop.step, Lit):
        return Lit(loop.start.value - loop.step.value), []
    var = build.var(k.INT, "")
    return var, [Apply((var,), "operator.sub", (loop.start, loop.step), loop.loc)]


def _winner(loop: For, kinds: Mapping[Var, k.Kind]) -> Winner | None:
    """The loop as one of this form."""
    if loop.exits or loop.pragma is not None:
        return None
    moving = [n for n, param in enumerate(loop.params) if _moves(kinds[param])]
    ends = {loop.body.results[n] for n in moving}
    for position, branch in enumerate(loop.body.eqns):
        if isinstance(branch, If) and not branch.caught and ends.intersection(branch.outs):
            sides = [_side(loop, branch, n) for n in moving]
            if not sides or sides[0] is None or any(side is not sides[0] for side in sides):
                return None
            return _form(loop, position, sides[0], tuple(moving), kinds)
    return None


def _moves(kind: k.Kind) -> bool:
    """May a derivative flow through a value of this kind?"""
    return not (isinstance(kind, k.Scalar) and kind.dtype in ("int", "bool", "str"))


def _side(loop: For, branch: If, n: int) -> bool | None:
    """The side of the branch that replaces what the loop carries; the other keeps it."""
    if loop.body.results[n] not in branch.outs:
        return None
    at = branch.outs.index(loop.body.results[n])
    kept = [block.results[at] is loop.params[n] for block in (branch.then, branch.orelse)]
    return None if kept[0] == kept[1] else kept[1]


def _form(
    loop: For, position: int, side: bool, chosen: tuple[int, ...], kinds: Mapping[Var, k.Kind]
) -> Winner | None:
    branch = loop.body.eqns[position]
    assert isinstance(branch, If)
    block = branch.then if side else branch.orelse
    ends = [branch.outs.index(loop.body.results[n]) for n in chosen]
    results = tuple(block.results[at] for at in ends)
    turn = prune(Block((*loop.body.eqns[:position], *block.eqns), results))
    read = free(turn)
    reads = tuple(n for n, param in enumerate(loop.params) if param in read)
    scalars = all(isinstance(kinds[loop.params[n]], k.Scalar) for n in (*chosen, *reads))
    if not scalars or set(chosen) & set(reads) or not all(map(_repeats, walk(turn))):
        return None
    return Winner(loop, branch, side, chosen, turn, reads)


def _repeats(eqn: Equation) -> bool:
    """May the equation be gone through twice?"""
    if isinstance(eqn, Call):
        return False
    once = (*memory.EFFECTS, *memory.ASKING, *OUTSIDE)
    return not isinstance(eqn, Apply) or not (eqn.op in once or eqn.op.startswith("numpy.random"))
