"""Zeros of which every turn of a loop writes the same part are made once.

    for i in range(n) carry s:              z = zeros_like(x)
      z = zeros_like(x)                     for i in range(n) carry s, z:
      z1 = write(z, v, :-1)          ->       z1 = write(z, v, :-1)
      s = add(s, z1)                          s = add(s, z1)

For NumPy, in a reverse sweep.  What a turn does not write stays zero; so no turn adds to a part,
and what is read are all parts written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules import table
from adcompile.simplify.products import opens_reverse
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    bound,
    walk,
)
from adcompile.trace.readers import Readers
from adcompile.trace.within import Within

NAME = "buffers"
INDICES = ("mem.tuple", "mem.slice")


def buffers(trace: Trace) -> Trace:
    """The trace with such zeros before their loops, behind where its reverse sweep begins."""
    eqns = trace.body.eqns
    begin = next((n for n, eqn in enumerate(eqns) if opens_reverse(eqn)), len(eqns))
    loops = any(isinstance(eqn, (For, While, If)) for eqn in eqns[begin:])
    if not loops or not any(
        isinstance(eqn, Apply) and eqn.op == "mem.zeros_like"
        for loop in eqns[begin:] if isinstance(loop, For) for eqn in walk(loop.body)
    ):  # fmt: skip
        return trace
    pass_ = _Buffers(trace)
    body = Block((*eqns[:begin], *pass_.equations(eqns[begin:])), trace.body.results)
    return replace(trace, body=body, kinds=pass_.kinds) if pass_.changed else trace


class _Buffers:
    def __init__(self, trace: Trace) -> None:
        self.kinds: dict[Var, k.Kind] = dict(trace.kinds)
        self.readers = Readers(trace)
        self.within = Within()
        self.changed = False

    def block(self, block: Block) -> Block:
        return Block(self.equations(block.eqns), block.results)

    def equations(self, eqns: tuple[Equation, ...]) -> tuple[Equation, ...]:
        made: list[Equation] = []
        for eqn in eqns:
            match eqn:
                case If() if not eqn.caught:
                    then, orelse = self.block(eqn.then), self.block(eqn.orelse)
                    made.append(replace(eqn, then=then, orelse=orelse))
                case While():
                    made.append(replace(eqn, body=self.block(eqn.body)))
                case For():
                    made += self.loop(replace(eqn, body=self.block(eqn.body)))
                case _:
                    made.append(eqn)
        return tuple(made)

    def loop(self, loop: For) -> list[Equation]:
        """The loop, with the zeros that it has found before it."""
        inside = {**self.within.makes(loop), **dict.fromkeys(bound(loop))}
        defined = {out: eqn for eqn in loop.body.eqns for out in eqn.outs}
        found: list[tuple[Apply, Atom]] = []
        for eqn in loop.body.eqns:
            if not isinstance(eqn, Apply) or eqn.op != "mem.zeros_like":
                continue
            kind = self.kinds[eqn.out]
            if eqn.args[0] not in inside and isinstance(kind, k.Array) and kind.dims:
                last = self.last(eqn, loop, inside, defined)
                if last is not None:
                    found.append((eqn, last))
        if not found:
            return [loop]
        self.changed = True
        zeros = [self.new(eqn.out) for eqn, _ in found]
        before = [Apply((var,), eqn.op, eqn.args, eqn.loc) for var, (eqn, _) in zip(zeros, found)]
        gone = dict.fromkeys(eqn for eqn, _ in found)
        body = Block(
            tuple(eqn for eqn in loop.body.eqns if eqn not in gone),
            (*loop.body.results, *(last for _, last in found)),
        )
        params = (*loop.params, *(eqn.out for eqn, _ in found))
        outs = (*loop.outs, *(self.new(eqn.out) for eqn, _ in found))
        carried = replace(loop, outs=outs, inits=(*loop.inits, *zeros), params=params, body=body)
        if loop.exits:  # its last result is the test
            *results, test = loop.body.results
            body = replace(body, results=(*results, *(last for _, last in found), test))
            carried = replace(carried, body=body)
        return [*before, carried]

    def new(self, var: Var) -> Var:
        new = Var(var.name)
        self.kinds[new] = self.kinds[var]
        return new

    def last(
        self, zeros: Apply, loop: For, inside: Mapping[Var, None], defined: Mapping[Var, Equation]
    ) -> Atom | None:
        """What the zeros are after the last part was written; None if they have to be new."""
        current = zeros.out
        while True:
            write = self.readers.only(current)
            if not isinstance(write, Apply) or defined.get(write.outs[0]) is not write:
                break
            if write.op != "mem.write" or write.args[0] is not current or len(write.args) != 3:
                break
            if not self.is_same(write.args[2], inside, defined):
                return None
            current = write.out
        if current is zeros.out or current in self.readers.leaving:
            return None
        users = self.readers.eqns.get(current, [])
        good = all(isinstance(user, Apply) and self.only_reads(user) for user in users)
        mine = all(user.outs and defined.get(user.outs[0]) is user for user in users)
        return current if good and mine else None

    def is_same(
        self, index: Atom, inside: Mapping[Var, None], defined: Mapping[Var, Equation]
    ) -> bool:
        """Does an index name the same part in every turn, and no element twice?"""
        if isinstance(index, Lit):
            items = index.value if isinstance(index.value, tuple) else (index.value,)
            return all(isinstance(item, (int, slice)) for item in items)
        made = defined.get(index)
        if isinstance(made, Apply) and made.op in INDICES:
            plain = made.op == "mem.slice"
            return all(
                arg == Lit(None) if plain and isinstance(arg, Lit) and arg.value is None
                else self.is_same(arg, inside, defined)
                for arg in made.args
            )  # fmt: skip
        kind = self.kinds[index]
        whole = isinstance(kind, k.Slice) or (isinstance(kind, k.Scalar) and kind.dtype == "int")
        return index not in inside and whole

    def only_reads(self, user: Apply) -> bool:
        """Does it make a new array, or a number, of what it reads?"""
        if user.op.startswith("mem."):
            return False
        row = table.lookup(user.op, len(user.args))
        return row is not None and not row.view
