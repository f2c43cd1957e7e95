"""What is zero but at a few places is added up, or added, at those alone.

    t = where(hit, x_dot, 0)                  t = getitem(x_dot, hit)
    s = sum(t)                      ->        s = sum(t)

    t = where(hit, share, 0)
    x_bar = add(y, t)               ->        x_bar = accumulate(y, share, hit)

For NumPy, and for tangents and adjoints: the derivative of an extreme is that of one element.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.simplify.products import opens_reverse
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, Lit, Trace, Var, inside, walk
from adcompile.trace.readers import Readers
from adcompile.transforms.seeds import tangents

NAME = "masks"
NOTHING = (Lit(0), Lit(0.0))


def masks(trace: Trace) -> Trace:
    """The trace with such sums of tangents, and behind where its reverse sweep begins."""
    if not any(isinstance(e, Apply) and e.op == "numpy.where" for e in walk(trace.body)):
        return trace
    eqns = trace.body.eqns
    begin = next((n for n, eqn in enumerate(eqns) if opens_reverse(eqn)), len(eqns))
    pass_ = _Masks(trace)
    before = pass_.equations(eqns[:begin])
    pass_.among = None
    body = Block((*before, *pass_.equations(eqns[begin:])), trace.body.results)
    return replace(trace, body=body, kinds=pass_.build.kinds) if pass_.changed else trace


class _Masks:
    def __init__(self, trace: Trace) -> None:
        self.build = Builder(dict(trace.kinds))
        self.readers = Readers(trace)
        self.among: Mapping[Var, None] | None = tangents(trace)  # which sums; None: all
        self.chosen: dict[Var, Apply] = {}
        self.changed = False

    def block(self, block: Block) -> Block:
        return block.having(self.equations(block.eqns), block.results)

    def equations(self, eqns: tuple[Equation, ...]) -> tuple[Equation, ...]:
        with self.build.block() as made:
            for eqn in eqns:
                self.build.loc = eqn.loc
                if not isinstance(eqn, Apply):
                    made.append(inside(eqn, self.block))
                    continue
                if self.is_chosen(eqn):
                    self.chosen[eqn.out] = eqn
                mine = bool(eqn.outs) and (self.among is None or eqn.out in self.among)
                made.append((self.sum(eqn) or self.added(eqn) or eqn) if mine else eqn)
        return tuple(made)

    def is_chosen(self, eqn: Apply) -> bool:
        """Does it choose between a number, or an array as long as the mask, and zero?"""
        if eqn.op != "numpy.where" or len(eqn.args) != 3 or eqn.args[2] not in NOTHING:
            return False
        hit, kind = self.build.kind(eqn.args[0]), self.build.kind(eqn.args[1])
        if not isinstance(hit, k.Array) or hit.dtype != "bool" or not hit.dims:
            return False
        if isinstance(kind, k.Array):
            return kind == k.Array("float", hit.dims)
        return isinstance(kind, k.Scalar) and kind.dtype == "float"

    def only_chosen(self, atom: Atom, reader: Apply) -> Apply | None:
        made = self.chosen.get(atom) if isinstance(atom, Var) else None
        return made if made is not None and self.readers.only(atom) is reader else None

    def sum(self, eqn: Apply) -> Apply | None:
        if eqn.op != "numpy.sum" or len(eqn.args) != 1:
            return None
        made = self.only_chosen(eqn.args[0], eqn)
        if made is None or not isinstance(self.build.kind(made.args[1]), k.Array):
            return None
        self.changed = True
        found = self.build.apply("mem.getitem", made.args[1], made.args[0])
        return Apply(eqn.outs, eqn.op, (found,), eqn.loc)

    def added(self, eqn: Apply) -> Apply | None:
        if eqn.op != "operator.add":
            return None
        for base, atom in (eqn.args, eqn.args[::-1]):
            made = self.only_chosen(atom, eqn)
            if made is None or not isinstance(self.build.kind(made.args[1]), k.Scalar):
                continue
            hit = self.build.kind(made.args[0])
            assert isinstance(hit, k.Array)
            if self.build.kind(base) == k.Array("float", hit.dims):
                self.changed = True
                return Apply(
                    eqn.outs, "mem.accumulate", (base, made.args[1], made.args[0]), eqn.loc
                )
        return None
