"""Arrays that a loop carries only to overwrite them: each turn has one of its own.

    for t in range(n) carry k:              for t in range(n):
      k1 = write(k, a, 0)                     k0 = empty_like(init)
      k2 = write(k1, v, slice(1, None))  ->   k1 = write(k0, a, 0)
      ...                                     k2 = write(k1, v, slice(1, None))

What a turn finds in such an array is not read, so nothing flows from turn to turn through it: not
in the reverse sweep either, and what is recorded of it takes no copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adcompile.rules.build import Builder
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
    everywhere,
    walk,
)
from adcompile.trace.readers import Readers
from adcompile.trace.substitute import substitute

NAME = "renewed"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of an array, from a first to one behind the last: as dimensions."""

    first: k.Dim
    last: k.Dim


def renewed(trace: Trace) -> Trace:
    """The trace with such arrays made in each turn."""
    return everywhere(lambda each: _Renewed(each).run(), trace)


class _Renewed:
    """The change of one function."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.build = Builder(dict(trace.kinds))
        self.made = {out: eqn for eqn in walk(trace.body) for out in eqn.outs}
        self.readers = Readers(trace)
        self.changed = False

    def run(self) -> Trace:
        body = self.block(self.trace.body)
        if not self.changed:
            return self.trace
        return replace(self.trace, body=body, kinds=self.build.kinds)

    def block(self, block: Block) -> Block:
        return Block(tuple(map(self.inside, block.eqns)), block.results)

    def inside(self, eqn: Equation) -> Equation:
        match eqn:
            case If():
                return replace(eqn, then=self.block(eqn.then), orelse=self.block(eqn.orelse))
            case For() | While():
                found = [n for n in range(len(eqn.params)) if self.is_overwritten(eqn, n)]
                eqn = replace(eqn, body=self.block(eqn.body))
                return self.anew(eqn, found) if found else eqn
        return eqn

    def anew(self, loop: For | While, numbers: list[int]) -> For | While:
        self.changed = True
        mapping: dict[Var, Atom] = {}
        with self.build.block() as eqns:
            for n in numbers:
                param = loop.params[n]
                new = self.build.apply("numpy.empty_like", loop.inits[n], name=param.name)
                self.build.kinds[new] = self.build.kinds[param]
                mapping[param] = new
        body = substitute(loop.body, mapping)
        return replace(loop, body=Block((*eqns, *body.eqns), body.results))

    def is_overwritten(self, loop: For | While, n: int) -> bool:
        """Is all of what the loop carries as the n-th overwritten before anything reads it?"""
        kind, init = self.build.kinds[loop.params[n]], loop.inits[n]
        if not isinstance(kind, k.Array) or not kind.dims or not isinstance(init, Var):
            return False
        if self.build.kinds[init] != kind:
            return False
        rows = self.rows(loop.params[n], kind, loop.body)
        return rows is not None and _covers(rows, kind.dims[0])

    def rows(self, var: Var, kind: k.Array, block: Block) -> list[Part] | None:
        """The rows that are written to an array, one write after the other, before it is read."""
        assert kind.dims is not None
        found: list[Part] = []
        while not _covers(found, kind.dims[0]):
            eqn = self.readers.only(var)
            if eqn is None or eqn not in block.eqns:
                return None
            if isinstance(eqn, Apply) and eqn.op == "mem.write" and eqn.args[0] is var:
                part = self.part(eqn, kind)
                var = eqn.out
            elif isinstance(eqn, For) and not eqn.exits and eqn.inits.count(var) == 1:
                number = eqn.inits.index(var)
                part = self.looped(eqn, number, kind)
                var = eqn.outs[number]
            else:
                return None
            if part is None:
                return None
            found.append(part)
        return found

    def part(self, eqn: Apply, kind: k.Array) -> Part | None:
        """The rows that a write fills."""
        assert kind.dims is not None
        if len(eqn.args) != 3:
            return None
        whole = Part(k.Dim(None, 0), kind.dims[0])
        index = eqn.args[2]
        if isinstance(index, Lit):
            if index.value is Ellipsis:
                return whole
            return self.one(index, kind) if kind.rank == 1 or self.is_row(index) else None
        of_index = self.build.kinds[index]
        if isinstance(of_index, k.Slice):
            return self.sliced(index, kind)
        return None

    def is_row(self, index: Lit) -> bool:
        return isinstance(index.value, int) and not isinstance(index.value, bool)

    def one(self, index: Lit, kind: k.Array) -> Part | None:
        assert kind.dims is not None
        if not self.is_row(index):
            return None
        first = _place(index.value, kind.dims[0])
        return Part(first, k.Dim(first.base, first.offset + 1))

    def sliced(self, index: Var, kind: k.Array) -> Part | None:
        """The rows of a slice without a step."""
        assert kind.dims is not None
        eqn = self.made.get(index)
        if not isinstance(eqn, Apply) or eqn.op != "mem.slice":
            return None
        start, stop, *step = eqn.args
        if any(atom not in (Lit(None), Lit(1)) for atom in step):
            return None
        dim = kind.dims[0]
        first = k.Dim(None, 0) if start == Lit(None) else self.end(start, dim)
        last = dim if stop == Lit(None) else self.end(stop, dim)
        return None if first is None or last is None else Part(first, last)

    def end(self, atom: Atom, dim: k.Dim) -> k.Dim | None:
        """An end of a slice as a dimension.

        Of n - 2 rows that are less than none, a slice would count from the end; of n - 1 there are
        none to count.
        """
        if isinstance(atom, Lit):
            return _place(atom.value, dim) if self.is_row(atom) else None
        kind = self.build.kinds[atom]
        end = kind.length if isinstance(kind, k.Scalar) else None
        if end is None or end.is_natural:
            return end
        return end if end.base == dim.base and end.offset >= dim.offset - 1 else None

    def looped(self, loop: For, number: int, kind: k.Array) -> Part | None:
        """The rows that the turns of a loop fill, one a turn."""
        assert kind.dims is not None
        param = loop.params[number]
        eqn = self.readers.only(param)
        if loop.step != Lit(1) or eqn is None or eqn not in loop.body.eqns:
            return None
        if not self.fills_row(eqn, param, loop, kind):
            return None
        end = eqn.outs[0] if isinstance(eqn, Apply) else eqn.outs[_carried(eqn, param)]
        if loop.body.results[number] is not end or not self.readers.leaves_once(end):
            return None
        first = self.bound(loop.start)
        last = self.bound(loop.stop)
        return None if first is None or last is None else Part(first, last)

    def bound(self, atom: Atom) -> k.Dim | None:
        """A bound of a range: not below zero."""
        if isinstance(atom, Lit):
            return k.Dim(None, atom.value) if self.is_row(atom) and atom.value >= 0 else None
        kind = self.build.kinds[atom]
        return kind.length if isinstance(kind, k.Scalar) else None

    def fills_row(self, eqn: Equation, param: Var, loop: For, kind: k.Array) -> bool:
        """Does an equation write the row of this turn, all of it?"""
        assert kind.dims is not None
        if isinstance(eqn, Apply):
            write = eqn.op == "mem.write" and eqn.args[0] is param and len(eqn.args) == 3
            return write and eqn.args[2] is loop.index
        if not isinstance(eqn, For) or kind.rank != 2 or eqn.exits or eqn.step != Lit(1):
            return False
        if eqn.inits.count(param) != 1 or eqn.start != Lit(0):
            return False
        number = eqn.inits.index(param)
        inner = self.readers.only(eqn.params[number])
        if not isinstance(inner, Apply) or inner.op != "mem.write" or len(inner.args) != 3:
            return False
        at = inner.args[2]
        index = self.made.get(at) if isinstance(at, Var) else None
        both = isinstance(index, Apply) and index.op == "mem.tuple"
        if not both or index.args != (loop.index, eqn.index):  # type: ignore[union-attr]
            return False
        good = inner in eqn.body.eqns and eqn.body.results[number] is inner.out
        alone = self.readers.leaves_once(inner.out)
        return good and alone and self.bound(eqn.stop) == kind.dims[1]


def _carried(eqn: Equation, param: Var) -> int:
    assert isinstance(eqn, For)
    return eqn.inits.index(param)


def _place(number: int, dim: k.Dim) -> k.Dim:
    return k.Dim(None, number) if number >= 0 else k.Dim(dim.base, dim.offset + number)


def _covers(parts: list[Part], whole: k.Dim) -> bool:
    """Are these all the rows, from the first to the last?"""
    left: Mapping[int, Part] = dict(enumerate(parts))
    at = k.Dim(None, 0)
    while at != whole:
        number = next((n for n, part in left.items() if part.first == at), None)
        if number is None:
            return False
        at = left[number].last
        left = {n: part for n, part in left.items() if n != number}
    return True
