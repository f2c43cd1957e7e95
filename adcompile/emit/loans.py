"""A part of an array that is lent to a callee, which changes it in place.

    p = getitem(x, s)                     f(x[s])
    r = call f(p)              ->
    y = write(x, r, s)

While the callee has the part nobody reads the array, and what comes back is written where it was:
neither takes a copy.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.emit.makers import definitions
from adcompile.emit.owners import kept_outs
from adcompile.emit.ranges import Ranges, ranges
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
    blocks,
    operands,
    walk,
)
from adcompile.trace.substitute import substitute_trace

REPEATED = (
    "mem.slice", "mem.tuple", "builtins.len", "numpy.shape", "operator.add", "operator.sub",
    "mem.getitem",
)  # fmt: skip


class Loans:
    """Finds the loans of a trace."""

    def __init__(self, trace: Trace, ranges: Ranges) -> None:
        self.trace = trace
        self.ranges = ranges
        self.defined = definitions(trace)
        self.users: dict[Atom, list[Equation]] = {}
        for eqn in walk(trace.body):
            read = eqn.args if isinstance(eqn, Apply) else operands(eqn)
            if not isinstance(eqn, Apply):
                read = (*read, *(atom for block in blocks(eqn) for atom in block.results))
            for atom in dict.fromkeys(read):
                self.users.setdefault(atom, []).append(eqn)

    def lender(self, eqn: Call, number: int) -> Var | None:
        """The array of which this argument is a part, if it is lent."""
        for out in eqn.outs:
            back = self.back(eqn, number, out)
            if back is not None and isinstance(back.args[0], Var):
                return back.args[0]
        return None

    def back(self, eqn: Call, number: int, out: Var, sure: bool = False) -> Apply | None:
        """The equation that writes this result where the argument was taken from.

        With `sure`, only where the argument is known to be a view.
        """
        users = self.users.get(out, [])
        if len(users) != 1 or out in self.trace.body.results:
            return None
        back = users[0]
        if not isinstance(back, Apply) or back.op != "mem.write" or back.args[1] is not out:
            return None
        base = self.base(eqn.args[number], back.args[2:], sure)
        if base is None or base is not back.args[0] or base in eqn.args:
            return None
        first, last = self.ranges.places[eqn].at, self.ranges.places[back].at
        between = [user for user in self.users[base] if user is not back]
        if any(first <= self.ranges.places[user].at <= last for user in between):
            return None
        return back

    def forget(self, eqn: Apply, gone: dict[Equation, None]) -> None:
        """Leave out an equation, and the index that only it reads."""
        gone[eqn] = None
        for arg in eqn.args:
            made = self.defined[arg][0] if isinstance(arg, Var) and arg in self.defined else None
            if isinstance(made, Apply) and made.op in REPEATED and self.users[arg] == [eqn]:
                self.forget(made, gone)

    def base(self, part: Atom, path: tuple[Atom, ...], sure: bool) -> Atom | None:
        """The array of which `part` is a view along this path; the views have no other reader."""
        for index in reversed(path):
            if not isinstance(part, Var) or part not in self.defined:
                return None
            eqn = self.defined[part][0]
            if not isinstance(eqn, Apply) or eqn.op != "mem.getitem":
                return None
            if not (self.is_view(eqn) or (not sure and self.is_vague(eqn))):
                return None
            if len(self.users[part]) != 1 or not self.same(eqn.args[1], index):
                return None
            part = eqn.args[0]
        return part if path else None

    def is_view(self, eqn: Apply) -> bool:
        """Is this, whatever the values, a view of an array (or a number of it)?"""
        if not isinstance(self.kind(eqn.args[0]), k.Array):
            return False
        kind = self.kind(eqn.args[1])
        items = kind.items if isinstance(kind, k.Tuple) else (kind,)
        return all(
            isinstance(item, k.Slice)
            or item == k.Opaque("ellipsis")
            or (isinstance(item, k.Scalar) and item.dtype == "int")
            for item in items
        )

    def is_vague(self, eqn: Apply) -> bool:
        """Is this of what is an array or a list of numbers?"""
        return isinstance(self.kind(eqn.args[0]), k.Any_)

    def kind(self, atom: Atom) -> k.Kind | None:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.trace.kinds.get(atom)

    def same(self, first: Atom, second: Atom) -> bool:
        """Are these the same value, maybe computed twice?"""
        if first == second:
            return True
        if first not in self.defined or second not in self.defined:
            return False
        a, b = self.defined[first][0], self.defined[second][0]
        if not isinstance(a, Apply) or not isinstance(b, Apply) or a.op != b.op:
            return False
        alike = a.op in REPEATED and len(a.args) == len(b.args)
        return alike and all(self.same(x, y) for x, y in zip(a.args, b.args))


def settled(trace: Trace) -> Trace:
    """The trace without the writes of what a callee has changed in its place."""
    if not any(isinstance(eqn, Call) for eqn in walk(trace.body)):
        return trace
    loans = Loans(trace, ranges(trace))
    gone: dict[Equation, None] = {}
    mapping: dict[Var, Atom] = {}
    for eqn in walk(trace.body):
        if not isinstance(eqn, Call):
            continue
        for out, arg in kept_outs(trace, eqn).items():
            back = loans.back(eqn, eqn.args.index(arg), out, sure=True)
            if back is not None:
                loans.forget(back, gone)
                mapping[back.out] = back.args[0]
    if not gone:
        return trace
    for var, atom in mapping.items():
        while isinstance(atom, Var) and atom in mapping:
            atom = mapping[atom]
        mapping[var] = atom
    return substitute_trace(replace(trace, body=_without(trace.body, gone)), mapping)


def _without(block: Block, gone: dict[Equation, None]) -> Block:
    """The block without these equations."""
    eqns: list[Equation] = []
    for eqn in block.eqns:
        match eqn:
            case If():
                then, orelse = _without(eqn.then, gone), _without(eqn.orelse, gone)
                eqns.append(replace(eqn, then=then, orelse=orelse))
            case For():
                eqns.append(replace(eqn, body=_without(eqn.body, gone)))
            case While():
                cond, body = _without(eqn.cond, gone), _without(eqn.body, gone)
                eqns.append(replace(eqn, cond=cond, body=body))
            case _ if eqn not in gone:
                eqns.append(eqn)
    return Block(tuple(eqns), block.results)
