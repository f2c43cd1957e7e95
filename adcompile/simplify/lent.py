"""Tapes from outside that an attempt writes to: as they were, where it has not come to its end.

    n = len(tape)
    try ValueError -> done, y, tape.2:
      y, tape.1 = call f_forward(x, tape)
      ...
      yield True, y, tape.1                 caught: yield False, undefined, tape
    if done: ...
    else:
      while len(tape.2) > n: pop(tape.2)

As values the tape is then the one from before; as an object it may hold what came before the
exception.
"""

from __future__ import annotations

from collections.abc import Mapping

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Var,
    While,
    free,
    walk,
)
from adcompile.trace.substitute import substitute


class Lent:
    """The tapes that the body of an attempt takes from outside, now that calls are moved there.

    `origins` gives the tape that each version of one began as, and `lengths` what asks for its
    length.
    """

    def __init__(self, attempt: If, body: Block, kinds: dict[Var, k.Kind]) -> None:
        self.kinds = kinds
        self.loc = attempt.loc
        known = free(attempt.then)
        self.makers = {out: (eqn, n) for eqn in walk(body) for n, out in enumerate(eqn.outs)}
        for eqn in walk(body):
            if isinstance(eqn, (For, While)):
                self.makers.update((param, (eqn, n)) for n, param in enumerate(eqn.params))
        self.tapes = [
            var for var in free(body) if var not in known and isinstance(kinds[var], k.Tape)
        ]
        self.origins: dict[Var, Atom] = {}
        for eqn in body.eqns if self.tapes else ():
            for out in eqn.outs:
                origin = self._origin(out) if isinstance(kinds[out], k.Tape) else None
                if origin in self.tapes:
                    self.origins[out] = origin
        self.lengths: dict[Var, Equation] = {}

    def _origin(self, tape: Atom) -> Atom:
        while isinstance(tape, Var) and tape in self.makers:
            eqn, n = self.makers[tape]
            match eqn:
                case Call():
                    tape = eqn.args[len(eqn.args) - len(eqn.outs) + n]
                case If():
                    tape = eqn.then.results[n]
                case For() | While():
                    tape = eqn.inits[n]
                case Apply(op="mem.push"):
                    tape = eqn.args[0]
                case _:
                    break
        return tape

    def restored(self, block: Block, outs: Mapping[Var, Var]) -> Block:
        """What follows where the attempt has raised, with these tapes of its at their lengths."""
        eqns: list[Equation] = []
        new: dict[Var, Atom] = {}
        for var, out in outs.items():
            tape = self.origins.get(var)
            if isinstance(tape, Var) and tape in free(block):
                count = self._var(k.Scalar("int"), "depth")
                self.lengths[tape] = Apply((count,), "builtins.len", (tape,), self.loc)
                loop = self._popping(out, count)
                new[tape] = loop.outs[0]
                eqns.append(loop)
        return substitute(Block((*eqns, *block.eqns), block.results), new) if eqns else block

    def _popping(self, tape: Var, count: Var) -> While:
        kind = self.kinds[tape]
        assert isinstance(kind, k.Tape)
        first, rest, last = (self._var(kind, tape.name) for _ in range(3))
        length = self._var(k.Scalar("int"), "")
        more = self._var(k.Scalar("bool"), "")
        size = Apply((length,), "builtins.len", (first,), self.loc)
        test = Apply((more,), "operator.gt", (length, count), self.loc)
        items = tuple(self._var(item, "") for item in kind.items)
        pop = Apply((*items, rest), "mem.unpush", (first,), self.loc)
        body = Block((pop,), (rest,))
        return While((last,), (tape,), (first,), Block((size, test), (more,)), body, loc=self.loc)

    def _var(self, kind: k.Kind, name: str) -> Var:
        var = Var(name)
        self.kinds[var] = kind
        return var
