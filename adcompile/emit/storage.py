"""Making a trace safe to write in place: copies where an old version, or somebody else's, would change.

x2 = write(x, v, 0)             x1 = copy(x)               x is the caller's
return x2                ->     x2 = write(x1, v, 0)
                                return x2
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adcompile.emit.conflicts import Conflicts, Copy
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    map_tree,
)  # fmt: skip

ROUNDS = 20


def store(trace: Trace) -> Trace:
    """The trace with every copy that emission in place needs, and no others."""
    for round in range(10 * ROUNDS):
        copies = Conflicts(trace, simple=round >= ROUNDS).copies
        if not copies:
            break
        trace = _Inserter(trace, copies).run()
    return trace


class _Inserter:
    """Rebuilds a trace with copies."""

    def __init__(self, trace: Trace, copies: Iterable[Copy]) -> None:
        self.trace = trace
        self.kinds = dict(trace.kinds)
        self.copies: dict[Equation, list[Copy]] = {}
        for copy in copies:
            self.copies.setdefault(copy.eqn, []).append(copy)
        self.mapping: dict[Var, Var] = {}

    def run(self) -> Trace:
        body = self.block(self.trace.body)
        result = map_tree(self.read, self.trace.result)
        return replace(self.trace, body=body, result=result, kinds=self.kinds)

    def read(self, atom: Atom) -> Atom:
        return self.mapping.get(atom, atom) if isinstance(atom, Var) else atom

    def reads(self, atoms: Iterable[Atom]) -> tuple[Atom, ...]:
        return tuple(self.read(atom) for atom in atoms)

    def copy(self, atom: Atom, into: list[Equation], loc: object, name: str | None = None) -> Var:
        assert isinstance(atom, Var)
        new = Var(atom.name if name is None else name)
        self.kinds[new] = self.kinds[atom]
        into.append(Apply((new,), "mem.copy", (atom,), loc))  # type: ignore[arg-type]
        return new

    def block(self, block: Block) -> Block:
        eqns: list[Equation] = []
        for eqn in block.eqns:
            self.equation(eqn, eqns)
        return Block(tuple(eqns), self.reads(block.results))

    def equation(self, eqn: Equation, into: list[Equation]) -> None:
        copies = self.copies.get(eqn, [])
        match eqn:
            case Apply():
                self.apply(eqn, copies, into)
            case If():
                cond = self.read(eqn.cond)
                then, orelse = self.block(eqn.then), self.block(eqn.orelse)
                into.append(replace(eqn, cond=cond, then=then, orelse=orelse))
            case For() | While():
                into.append(self.loop(eqn, copies, into))

    def apply(self, eqn: Apply, copies: list[Copy], into: list[Equation]) -> None:
        args = list(self.reads(eqn.args))
        for copy in copies:
            if copy.place == "arg":
                keep = eqn.op in DESTRUCTIVE and copy.i == 0
                args[copy.i] = self.copy(args[copy.i], into, eqn.loc, None if keep else "")
        into.append(replace(eqn, args=tuple(args)))
        for copy in copies:
            if copy.place == "out":
                out = eqn.outs[copy.i]
                self.mapping[out] = self.copy(out, into, eqn.loc)

    def loop(self, eqn: For | While, copies: list[Copy], into: list[Equation]) -> For | While:
        inits = list(self.reads(eqn.inits))
        for copy in copies:
            if copy.place == "init":
                name = eqn.params[copy.i].name
                inits[copy.i] = self.copy(inits[copy.i], into, eqn.loc, name)
        if isinstance(eqn, For):
            start, stop, step = self.reads((eqn.start, eqn.stop, eqn.step))
            body = self.body(eqn, copies)
            return replace(eqn, inits=tuple(inits), start=start, stop=stop, step=step, body=body)
        cond = self.block(eqn.cond)
        return replace(eqn, inits=tuple(inits), cond=cond, body=self.body(eqn, copies))

    def body(self, eqn: For | While, copies: list[Copy]) -> Block:
        body = self.block(eqn.body)
        eqns, results = list(body.eqns), list(body.results)
        for copy in copies:
            if copy.place == "result":
                name = eqn.params[copy.i].name
                results[copy.i] = self.copy(results[copy.i], eqns, eqn.loc, name)
        return Block(tuple(eqns), tuple(results))
