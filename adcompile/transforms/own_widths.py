"""The adjoints of arguments of which nothing is known, each as wide as its argument.

    v_bar = broadcast_to(z_bar, shape(v))              v_bar = broadcast_like(z_bar, v)
    x_bar = unbroadcast(y * v_bar, shape(x))    ->     x_bar = unbroadcast_like(y * v_bar, x)
    return value, 2.0 * z_bar[:n]                      return value, as_wide(2.0 * z_bar[:n], x)

What a shape is asked of in the reverse sweep is at hand there, so that nothing more is recorded.
What is returned is made as wide only where it may be of another width (`width_sources`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    Trace,
    Tree,
    Var,
    inside,
    leaves,
    map_tree,
    walk,
)
from adcompile.transforms.algebra import Algebra
from adcompile.transforms.width_sources import WidthSources, is_unknown, is_vague, unknown

NUMBERS = (k.Scalar, k.Any_)
Bars = Sequence[tuple[Tree, Tree]]


def own_widths(
    trace: Trace, build: Algebra, eqns: Sequence[Equation], seeds: Tree, bars: Bars
) -> tuple[tuple[Equation, ...], list[Tree]]:
    """Both sweeps of a trace and the adjoints, which are given with what each belongs to."""
    given = unknown(trace)
    owners = {leaf: None for _, owner in bars for leaf in leaves(owner)}
    if not any(var in owners for var in given):
        return tuple(eqns), [tree for tree, _ in bars]
    body = _Casts(trace, build, eqns).block(Block(tuple(eqns), ()))
    widths = WidthSources(build.kinds, given)
    widths.settle(trace.body.eqns)
    for leaf, seed in zip(leaves(trace.result), leaves(seeds), strict=True):
        if isinstance(seed, Var):
            widths.give(seed, leaf, seed=True)
    widths.settle(body.eqns)
    with build.block() as more:
        trees = [_as_wide(build, widths, tree, owner) for tree, owner in bars]
    return (*body.eqns, *more), trees


def _as_wide(build: Algebra, widths: WidthSources, tree: Tree, owner: Tree) -> Tree:
    """The adjoint of an argument, where it may be of another width made as wide."""
    owners = iter(leaves(owner))

    def own(bar: Atom) -> Atom:
        like = next(owners)
        known = not isinstance(like, Var) or not is_vague(build.kinds.get(like))
        if known or not widths.differ(bar, like):
            return bar
        return build.apply("widths.as_wide", bar, like)

    return map_tree(own, tree)


class _Casts:
    """Makes sums over axes, and numbers that are spread, as wide as what has their shape."""

    def __init__(self, trace: Trace, build: Algebra, eqns: Iterable[Equation]) -> None:
        self.build = build
        primal = {out: None for eqn in walk(trace.body) for out in eqn.outs}
        self.owners: dict[Atom, Atom] = {
            eqn.out: eqn.args[0] for eqn in walk(Block(tuple(eqns), ()))
            if isinstance(eqn, Apply) and eqn.op == "numpy.shape" and eqn.out not in primal
            and is_unknown(build.kind(eqn.args[0]))
        }  # fmt: skip

    def block(self, block: Block) -> Block:
        return block.having(map(self.equation, block.eqns), block.results)

    def equation(self, eqn: Equation) -> Equation:
        if not isinstance(eqn, Apply):
            return inside(eqn, self.block)
        if len(eqn.args) != 2 or eqn.args[1] not in self.owners or eqn.out not in self.build.made:
            return eqn
        args = eqn.args[0], self.owners[eqn.args[1]]
        if eqn.op == "mem.unbroadcast":
            return Apply(eqn.outs, "widths.unbroadcast_like", args, eqn.loc)
        if eqn.op == "numpy.broadcast_to" and isinstance(self.build.kind(args[0]), NUMBERS):
            return Apply(eqn.outs, "widths.broadcast_like", args, eqn.loc)
        return eqn
