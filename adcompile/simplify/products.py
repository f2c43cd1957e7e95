"""Outer products of adjoints and tangents are products of matrices, and a sum of them is one.

    t1 = outer(a, b)                            t1 = array((a, c))
    t2 = outer(c, d)              ->            t2 = array((b, d))
    s = add(t1, t2)                             s = transpose(t1) @ t2

For NumPy, whose products of matrices take half the time of `np.outer`.  What the user has written
stays as it is: in a product of matrices a sum begins with 0.0, so that a -0.0 may become 0.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, Lit, Trace, Var, inside
from adcompile.trace.readers import Readers
from adcompile.transforms.seeds import tangents

NAME = "products"
REVERSE = Lit("# reverse sweep")
ALL = Lit(None)

Pairs = tuple[tuple[Atom, Atom], ...]


def products(trace: Trace) -> Trace:
    """The trace with such products of tangents, and behind where its reverse sweep begins."""
    eqns = trace.body.eqns
    begin = next((n for n, eqn in enumerate(eqns) if opens_reverse(eqn)), len(eqns))
    pass_ = _Products(trace)
    before = eqns[:begin]
    if trace.seeds:
        pass_.among = tangents(trace)
        before = pass_.equations(before)
    pass_.among = None
    body = Block((*before, *pass_.equations(eqns[begin:])), trace.body.results)
    return replace(trace, body=body, kinds=pass_.build.kinds) if pass_.changed else trace


def opens_reverse(eqn: Equation) -> bool:
    """Is this the comment that opens the reverse sweep?"""
    return isinstance(eqn, Apply) and eqn.op == "mem.effect" and eqn.args[0] == REVERSE


class _Products:
    def __init__(self, trace: Trace) -> None:
        self.build = Builder(dict(trace.kinds))
        self.readers = Readers(trace)
        self.among: Mapping[Var, None] | None = None  # which products; None: all
        self.absorbed: dict[Var, None] = {}
        self.changed = False

    def block(self, block: Block) -> Block:
        return block.having(self.equations(block.eqns), block.results)

    def equations(self, eqns: tuple[Equation, ...]) -> tuple[Equation, ...]:
        sums: dict[Var, Pairs] = {}
        for eqn in eqns:
            self.note(eqn, sums)
        with self.build.block() as made:
            for eqn in eqns:
                pairs = sums.get(eqn.outs[0]) if eqn.outs else None
                if pairs is not None and isinstance(eqn, Apply):
                    self.product(eqn, pairs)
                elif not any(part in self.absorbed for part in eqn.outs):
                    made.append(inside(eqn, self.block))
        return tuple(made)

    def note(self, eqn: Equation, sums: dict[Var, Pairs]) -> None:
        """Is this an outer product of two vectors, or a sum of such that nobody else reads?"""
        if not isinstance(eqn, Apply) or not eqn.outs:
            return
        if self.among is not None and eqn.out not in self.among:
            return
        if eqn.op == "numpy.outer" and len(eqn.args) == 2 and self.are_vectors(eqn.args):
            sums[eqn.out] = ((eqn.args[0], eqn.args[1]),)
        elif eqn.op == "operator.add" and all(arg in sums for arg in eqn.args):
            first, second = eqn.args
            mine = all(self.readers.only(arg) is eqn for arg in eqn.args)
            assert isinstance(first, Var) and isinstance(second, Var)
            if mine and first is not second and self.same(first, second):
                sums[eqn.out] = (*sums.pop(first), *sums.pop(second))
                self.absorbed.update({first: None, second: None})

    def are_vectors(self, atoms: tuple[Atom, ...]) -> bool:
        kinds = [self.build.kind(atom) for atom in atoms]
        plain = all(isinstance(kind, k.Array) and kind.rank == 1 for kind in kinds)
        return plain and all(k.dtype_of(kind) == "float" for kind in kinds)

    def same(self, *products: Var) -> bool:
        """Are two products known to have one shape?"""
        one, other = (self.build.kind(product) for product in products)
        return isinstance(one, k.Array) and one.dims is not None and one == other

    def product(self, eqn: Apply, pairs: Pairs) -> None:
        build, self.changed, build.loc = self.build, True, eqn.loc
        if len(pairs) == 1:
            every = build.apply("mem.slice", ALL, ALL, ALL)
            index = build.apply("mem.tuple", every, Lit(None))
            column = build.apply("mem.getitem", pairs[0][0], index)
            args: tuple[Atom, ...] = column, build.apply("mem.getitem", pairs[0][1], Lit(None))
            build.eqns.append(Apply(eqn.outs, "numpy.dot", args, eqn.loc))
            return
        sides = (build.apply("mem.tuple", *side) for side in zip(*pairs))
        rows = [build.apply("numpy.array", side) for side in sides]
        left = build.apply("numpy.transpose", rows[0])
        build.eqns.append(Apply(eqn.outs, "operator.matmul", (left, rows[1]), eqn.loc))
