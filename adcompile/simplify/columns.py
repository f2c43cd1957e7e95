"""What a reverse loop adds up column by column lies in memory by columns.

    x_bar = zeros_like(x)                         t = zeros_like(x, shape=(columns, rows))
                                                  x_bar = transpose(t)
    for i in range(n) carry x_bar:                for i in range(n) carry x_bar:
      t1 = outer(a, b)                    ->        t1 = outer(b, a)
                                                    t2 = transpose(t1)
      x_bar = accumulate(x_bar, t1, :, i:)          x_bar = accumulate(x_bar, t2, :, i:)

For NumPy, where outer products are added to a few columns of it, and all else that the loop reads
of it or writes to it are whole columns too: neighbours in memory are added at half the price.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.simplify.products import opens_reverse
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    Lit,
    Trace,
    Var,
    inside,
    leaves,
)
from adcompile.trace.readers import Readers
from adcompile.transforms.lasting import Accesses, Followed

NAME = "columns"
WHOLE = slice(None, None, None)


def columns(trace: Trace) -> Trace:
    """The trace with such arrays behind the comment that opens its reverse sweep."""
    eqns = trace.body.eqns
    begin = next((n for n, eqn in enumerate(eqns) if opens_reverse(eqn)), len(eqns))
    pass_ = _Columns(trace)
    for number, eqn in enumerate(eqns):
        pass_.there.update(dict.fromkeys(eqn.outs if isinstance(eqn, Apply) else ()))
        if number > begin:
            pass_.look(eqn)
    if not pass_.outer:
        return trace
    body = Block(pass_.equations(eqns), trace.body.results)
    return replace(trace, body=body, kinds=pass_.build.kinds)


class _Columns:
    def __init__(self, trace: Trace) -> None:
        self.build = Builder(dict(trace.kinds))
        self.readers = Readers(trace)
        self.there: dict[Atom, None] = dict.fromkeys(
            leaf for param in trace.params for leaf in leaves(param.tree)
        )
        self.made: dict[Var, Apply] = {}
        self.zeros: dict[Equation, None] = {}
        self.outer: dict[Equation, None] = {}

    def look(self, eqn: Equation) -> None:
        """Note the zeros, and the outer products that are added to them in a loop."""
        if isinstance(eqn, Apply) and eqn.op == "mem.zeros_like" and self.is_plain(eqn.args[0]):
            self.made[eqn.out] = eqn
        if not isinstance(eqn, For) or eqn.pragma is not None:
            return
        accesses, inits = Accesses(eqn, self.build.kinds), dict(zip(eqn.params, eqn.inits))
        for _, array in accesses.arrays():
            init = inits[array.first]
            zeros = self.made.get(init) if isinstance(init, Var) else None
            if zeros is None or self.readers.only(zeros.out) is not eqn:
                continue
            outer = self.added(accesses, array)
            if outer and accesses.only_accessed(array):
                self.zeros[zeros] = None
                self.outer.update(dict.fromkeys(outer))

    def is_plain(self, like: Atom) -> bool:
        """Is it a matrix that is there on every path, and has the dtype of its zeros?"""
        kind = self.build.kind(like)
        matrix = isinstance(kind, k.Array) and kind.rank == 2 and kind.dtype == "float"
        return matrix and like in self.there

    def added(self, accesses: Accesses, array: Followed) -> list[Apply]:
        """The outer products that are added to some columns, if all accesses are to columns."""
        found: list[Apply] = []
        for access in (*array.reads, *array.writes):
            column = self.column(access.index, accesses)
            if column is None or len(access.eqn.args) > 3:
                return []
            value = access.eqn.args[1]
            made = accesses.defined.get(value) if isinstance(value, Var) else None
            if made is None or access.eqn.op != "mem.accumulate" or made.op != "numpy.outer":
                continue
            if isinstance(column, k.Slice) and self.is_mine(made, access.eqn):
                found.append(made)
        return found

    def column(self, index: Atom, accesses: Accesses) -> k.Kind | None:
        """The kind of what names the columns, where an index names all rows."""
        if isinstance(index, Lit):
            parts = index.value if isinstance(index.value, tuple) else ()
            items: tuple[Atom, ...] = tuple(map(Lit, parts))
        else:
            made = accesses.defined.get(index)
            items = made.args if made is not None and made.op == "mem.tuple" else ()
        if len(items) != 2 or self.build.kind(items[0]) != k.of_constant(WHOLE):
            return None
        kind = self.build.kind(items[1])
        return kind if isinstance(kind, (k.Slice, k.Scalar)) else None

    def is_mine(self, product: Apply, reader: Apply) -> bool:
        """Is it an outer product of two vectors that nobody else reads?"""
        sides = [self.build.kind(arg) for arg in product.args]
        vectors = all(isinstance(side, k.Array) and side.rank == 1 for side in sides)
        plain = vectors and all(k.dtype_of(side) == "float" for side in sides)
        return plain and len(sides) == 2 and self.readers.only(product.out) is reader

    # rebuilding

    def equations(self, eqns: tuple[Equation, ...]) -> tuple[Equation, ...]:
        with self.build.block() as made:
            for eqn in eqns:
                self.build.loc = eqn.loc
                if isinstance(eqn, Apply) and eqn in self.zeros:
                    self.by_columns(eqn)
                elif isinstance(eqn, Apply) and eqn in self.outer:
                    turned = self.build.apply("numpy.outer", eqn.args[1], eqn.args[0])
                    made.append(Apply(eqn.outs, "numpy.transpose", (turned,), eqn.loc))
                else:
                    made.append(inside(eqn, self.block))
        return tuple(made)

    def by_columns(self, zeros: Apply) -> None:
        build, like = self.build, zeros.args[0]
        shape = build.apply("numpy.shape", like)
        lengths = (build.apply("mem.getitem", shape, Lit(axis)) for axis in (1, 0))
        turned = build.apply("mem.tuple", *lengths)
        rows = build.apply("numpy.zeros_like", like, Lit(None), turned)
        build.eqns.append(Apply(zeros.outs, "numpy.transpose", (rows,), zeros.loc))

    def block(self, block: Block) -> Block:
        return block.having(self.equations(block.eqns), block.results)
