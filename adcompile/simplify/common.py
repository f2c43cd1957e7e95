"""An expression that stands twice is computed once.

    v1 = truediv(x, y)                      v1 = truediv(x, y)
    v2 = math.sin(v1)                       v2 = math.sin(v1)
    v3 = truediv(x, y)          ->          z = add(v2, v1)
    z = add(v2, v3)

A trace has values only, so two equations with the same operation and the same operands are equal
wherever the first one is in scope; so are two branches under one condition that hold the same
equations.  An operation that makes a new object to be written to is kept: merged, the two would
have to be copied apart again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from adcompile.rules import memory
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
    operands,
)
from adcompile.trace.kinds import Array, Kind, Renamed, Scalar
from adcompile.trace.substitute import rename, substitute_atoms, substitute_tree

NAME = "common"

COMMUTATIVE = ("operator.add", "operator.mul")
FRESH = {
    "mem.tape", "mem.list", "mem.dict", "mem.zeros_like", "mem.copy", "mem.opaque",
    "numpy.zeros", "numpy.ones", "numpy.empty", "numpy.full", "numpy.copy", "numpy.array",
    "numpy.zeros_like", "numpy.ones_like", "numpy.empty_like", "numpy.full_like", "numpy.arange",
}  # fmt: skip
Key = tuple[object, ...]


def common(trace: Trace) -> Trace:
    """The trace with common subexpressions computed once."""
    return everywhere(_common, trace)


def _common(trace: Trace) -> Trace:
    pass_ = Common(trace.kinds)
    body = pass_.block(trace.body)
    if not pass_.mapping:
        return trace
    result = substitute_tree(trace.result, pass_.mapping)
    renamed = Renamed(pass_.mapping)
    kinds = {var: renamed(kind) for var, kind in trace.kinds.items()}
    return rename(replace(trace, body=body, result=result, kinds=kinds), pass_.names, kinds)


def within(block: Block, kinds: dict[Var, Kind], measured: Iterable[Var]) -> Block:
    """A block with common subexpressions computed once.

    Of the variables that are `measured`, the kinds may mention others; these follow.
    """
    pass_ = Common(kinds)
    body = pass_.block(block)
    if not pass_.mapping:
        return block
    renamed = Renamed(pass_.mapping)
    kinds.update([(var, renamed(kinds[var])) for var in measured])
    return rename(Trace("", (), body, Lit(None), kinds), pass_.names, kinds).body


class Common:
    """What is known where an equation stands, and what is read instead of what stands twice."""

    def __init__(self, kinds: Mapping[Var, Kind]) -> None:
        self.kinds = kinds
        self.mapping: dict[Var, Atom] = {}
        self.known: dict[Key, tuple[Var, ...]] = {}
        self.scope: list[Key] = []
        self.names: dict[Var, str] = {}
        self.depth: dict[Var, int] = {}
        self.level = 0

    def block(self, block: Block) -> Block:
        mark = self.enter()
        eqns = [new for eqn in block.eqns if (new := self.equation(eqn)) is not None]
        self.leave(mark)
        return block.having(eqns, self.atoms(block.results))

    def enter(self) -> int:
        """Go into a block; what is known in it is forgotten by `leave`."""
        self.level += 1
        return len(self.scope)

    def leave(self, mark: int) -> None:
        for key in self.scope[mark:]:
            del self.known[key]
        del self.scope[mark:]
        self.level -= 1

    def remember(self, eqns: Iterable[Equation]) -> None:
        """Know what equations compute that stand before a block."""
        for eqn in eqns:
            if isinstance(eqn, Apply) and mergeable(eqn):
                key = self.key(eqn, {})
                if key not in self.known:
                    self.known[key] = eqn.outs
                    self.scope.append(key)

    def atoms(self, atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return substitute_atoms(atoms, self.mapping)

    def equation(self, eqn: Equation) -> Equation | None:
        read = self.atoms(operands(eqn))
        match eqn:
            case Apply():
                return self.apply(eqn.reading(read))
            case Call():
                return eqn if read is eqn.args else replace(eqn, args=read)
            case If():
                then, orelse = self.block(eqn.then), self.block(eqn.orelse)
                return self.branch(eqn.having(read[0], then, orelse))
            case For():
                return eqn.having(read[:-3], read[-3:], self.block(eqn.body))
            case While():
                return eqn.having(read, self.block(eqn.cond), self.block(eqn.body))

    def apply(self, eqn: Apply) -> Apply | None:
        return None if mergeable(eqn) and self.seen(self.key(eqn, {}), eqn.outs) else eqn

    def branch(self, eqn: If) -> If | None:
        inside = (*eqn.then.eqns, *eqn.orelse.eqns)
        if eqn.caught or not all(isinstance(e, Apply) and mergeable(e) for e in inside):
            return eqn
        key = "if", id(eqn.cond), self.inside(eqn.then), self.inside(eqn.orelse)
        return None if self.seen(key, eqn.outs) else eqn

    def seen(self, key: Key, outs: tuple[Var, ...]) -> bool:
        """Is there an equation like this one already, whose outs are to be read instead?"""
        first = self.known.get(key)
        if first is None:
            self.known[key] = outs
            self.scope.append(key)
            self.depth.update(dict.fromkeys(outs, self.level))
            return False
        for old, new in zip(first, outs):
            self.mapping[new] = old
            if new.name and not old.name and self.depth.get(old) == self.level:
                self.names.setdefault(old, new.name)
        return True

    def inside(self, block: Block) -> Key:
        """What makes two blocks without blocks the same: their own variables count by place."""
        own: dict[Var, int] = {}
        keys: list[object] = []
        for eqn in block.eqns:
            assert isinstance(eqn, Apply)
            keys.append(self.key(eqn, own))
            for out in eqn.outs:
                own[out] = -1 - len(own)
        return *keys, *(own.get(atom, id(atom)) for atom in block.results)  # type: ignore[arg-type]

    def key(self, eqn: Apply, own: Mapping[Var, int]) -> Key:
        args = [own.get(arg, id(arg)) for arg in eqn.args]  # type: ignore[arg-type]
        if eqn.op in COMMUTATIVE and all(map(self.is_number, eqn.args)):
            args.sort()
        return eqn.op, len(eqn.outs), *args

    def is_number(self, atom: Atom) -> bool:
        if isinstance(atom, Lit):
            return isinstance(atom.value, (bool, int, float, complex))
        return isinstance(self.kinds.get(atom), (Scalar, Array))


def mergeable(eqn: Apply) -> bool:
    return bool(eqn.outs) and eqn.op not in FRESH and eqn.op not in memory.EFFECTS
