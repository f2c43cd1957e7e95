"""Vectors of which only a run tells whether they are broadcast: one element, or as many as needed.

    v = x[3:6]                       v1 = x[3:6]
    y[2] = v                         if len(v1) == 1: v = full(3, v1[0])
                                     else: v = v1, or an error where that has not three elements
                                     y[2] = v
    v = unbroadcast(z, (n,))         if n == 1: v = full(1, sum(z))
                                     else: v = z

Then what is written, and read back, is a loop.  Numba takes a second to compile an assignment that
may broadcast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.checks import UNFIT, raised_if
from adcompile.simplify.arrays.nodes import FLOATS, NUMBERS
from adcompile.simplify.arrays.rules import is_fixed
from adcompile.simplify.arrays.views import Made, subscript
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, If, Lit, Trace, Var, inside, walk
from adcompile.transforms.storages import Storages

UPDATES = ("mem.write", "mem.accumulate")


def fitted(trace: Trace, unsure: Mapping[Atom, None]) -> Trace:
    """The trace with lengths that are asked once, before the loops; not of what is `unsure`."""
    names = {eqn.op for eqn in walk(trace.body) if isinstance(eqn, Apply)}
    if names.isdisjoint((*UPDATES, "mem.unbroadcast")):
        return trace
    return _Fitted(trace, unsure).run()


class _Fitted:
    """The change of one function."""

    def __init__(self, trace: Trace, unsure: Mapping[Atom, None]) -> None:
        self.trace = trace
        self.build = Builder(dict(trace.kinds))
        self.storages = Storages(trace)
        self.unsure = unsure
        self.made: Made = {
            out: eqn for eqn in walk(trace.body) if isinstance(eqn, Apply) for out in eqn.outs
        }
        self.changed = False

    def run(self) -> Trace:
        body = self.block(self.trace.body)
        if not self.changed:
            return self.trace
        return replace(self.trace, body=body, kinds=self.build.kinds)

    def block(self, block: Block) -> Block:
        with self.build.block() as eqns:
            for eqn in block.eqns:
                if not isinstance(eqn, Apply):
                    eqn = inside(eqn, self.block)
                    self.build.eqns = eqns
                self.build.loc = eqn.loc
                if isinstance(eqn, Apply) and eqn.op in UPDATES:
                    eqn = self.update(eqn)
                if not isinstance(eqn, Apply) or not self.unbroadcast(eqn):
                    eqns.append(eqn)
        return block.having(eqns, block.results)

    def vector(self, atom: Atom) -> k.Dim | None:
        """The length of a vector that is there; None of what is something else."""
        kind = self.build.kind(atom)
        if not isinstance(kind, k.Array) or kind.dims is None or len(kind.dims) != 1:
            return None
        return None if atom in self.unsure or kind.dtype not in NUMBERS else kind.dims[0]

    def update(self, eqn: Apply) -> Apply:
        """An update by a vector which is as long as the last axis of the part that is changed."""
        x, value, *path = eqn.args
        found, kind = self.vector(value), self.build.kind(x)
        if found is None or found.base is None or len(path) > 1 or self.storages.shared(x, value):
            return eqn
        if not isinstance(x, Var) or not isinstance(kind, k.Array) or kind.dtype not in FLOATS:
            return eqn
        if not all(map(is_fixed, kind.dims or ())):
            return eqn
        whole = path[0] if path else Lit(Ellipsis)
        shown = None if x in self.unsure else subscript(x, whole, self.build.kinds, self.made)
        if shown is None or not shown[1]:
            return eqn
        span, wanted = shown[0][1][-1], shown[1][-1]
        sliced = span is not None and span.stop is not None
        if wanted == found or wanted.is_one or (sliced and found.is_several):
            return eqn
        part = self.build.apply("mem.getitem", x, whole)
        count = self.length(part, len(shown[1]) - 1)
        return replace(eqn, args=(x, self.of_length(value, found, wanted, count), *path))

    def of_length(self, value: Atom, found: k.Dim, wanted: k.Dim, count: Atom) -> Var:
        """A vector as one of `count` elements."""
        build, self.changed = self.build, True
        length = self.length(value, 0)
        kind = k.Array(k.dtype_of(build.kind(value)), (wanted,))
        with build.block() as otherwise:
            raised_if(build, build.apply("operator.ne", length, count), UNFIT)
            same = self.same(value, kind)
        if found.is_many or found.is_several:
            build.eqns += otherwise
            return same
        with build.block() as spread:
            one = build.apply("mem.getitem", value, Lit(0))
            full = build.apply("numpy.full", count, one)
        out = build.var(kind)
        is_one = build.apply("operator.eq", length, Lit(1))
        sides = build.close(spread, [full]), build.close(otherwise, [same])
        build.eqns.append(If((out,), is_one, *sides, build.loc))
        return out

    def unbroadcast(self, eqn: Apply) -> bool:
        """Append what a vector is summed to, where only a run tells whether it is summed."""
        if eqn.op != "mem.unbroadcast" or not isinstance(self.build.kind(eqn.args[1]), k.Tuple):
            return False
        build, (x, shape) = self.build, eqn.args[:2]
        found, wanted = self.vector(x), self.vector(eqn.out)
        kind = build.kind(eqn.out)
        if found is None or wanted is None or wanted.base is None or found == wanted:
            return False
        if k.dtype_of(build.kind(x)) != k.dtype_of(kind) or k.dtype_of(kind) not in FLOATS:
            return False
        self.changed = True
        count = self.first(shape)
        with build.block() as otherwise:
            same = self.same(x, kind)
        if wanted.is_many or wanted.is_several:
            build.eqns.append(Apply(eqn.outs, "mem.same", (x,), eqn.loc))
            return True
        with build.block() as summed:
            full = build.apply("numpy.full", Lit(1), build.apply("numpy.sum", x))
        is_one = build.apply("operator.eq", count, Lit(1))
        sides = build.close(summed, [full]), build.close(otherwise, [same])
        build.eqns.append(If(eqn.outs, is_one, *sides, eqn.loc))
        return True

    def same(self, x: Atom, kind: k.Kind) -> Var:
        """A vector under a name with lengths that are known."""
        out = self.build.var(kind)
        self.build.eqns.append(Apply((out,), "mem.same", (x,), self.build.loc))
        return out

    def length(self, x: Atom, axis: int) -> Atom:
        kind = self.build.kind(x)
        assert isinstance(kind, k.Array) and kind.dims is not None
        dims = kind.dims
        if dims[axis].length is not None:
            return Lit(dims[axis].length)
        if len(dims) == 1:
            return self.build.apply("builtins.len", x)
        return self.build.apply("mem.getitem", self.build.apply("numpy.shape", x), Lit(axis))

    def first(self, shape: Atom) -> Atom:
        """The length that the shape of a vector says."""
        made = self.made.get(shape)  # type: ignore[arg-type]
        if made is not None and made.op == "numpy.shape":
            return self.length(made.args[0], 0)
        if made is not None and made.op == "mem.tuple":
            return made.args[0]
        return self.build.apply("mem.getitem", shape, Lit(0))
