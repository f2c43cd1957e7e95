"""What is raised where lengths are not what they have to be, before any loop over them."""

from __future__ import annotations

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.lengths import Lengths
from adcompile.simplify.arrays.nodes import Node
from adcompile.trace.ir import Atom, Block, If, Lit, Var

NAMES = {"max": "maximum", "min": "minimum"}
EMPTY = "raise ValueError('zero-size array to reduction operation {} which has no identity')"
UNFIT = "raise ValueError('could not broadcast input array into another shape')"


def not_empty(build: Builder, lengths: Lengths, node: Node) -> None:
    """Raise as NumPy does where there is no greatest element."""
    if any(node.dims[n].length for n in range(node.rank, len(node.dims))) and all(
        node.dims[n].length for n in range(node.rank, len(node.dims))
    ):
        return
    inner = _product(lengths, node, node.rank, len(node.dims))
    outer = _product(lengths, node, 0, node.rank)
    none = build.apply("operator.eq", inner, Lit(0))
    text = EMPTY.format(NAMES[node.form])
    with build.block() as eqns:
        if isinstance(outer, Lit) and outer.value:
            build.apply_many("mem.effect", (Lit(text),), ())
        else:
            raised_if(build, build.apply("operator.ne", outer, Lit(0)), text)
    build.eqns.append(If((), none, Block(tuple(eqns), ()), Block((), ())))


def fitting(build: Builder, lengths: Lengths, node: Node) -> None:
    """Raise as NumPy does where a slice is not as long as what is written to it."""
    for axis in node.fits:
        assert isinstance(node.x, Var)
        written = lengths.span(node.x, node, axis)
        raised_if(build, build.apply("operator.ne", written, lengths.of_axis(node, axis)), UNFIT)


def raised_if(build: Builder, cond: Atom, text: str) -> None:
    """Raise where this is so."""
    with build.block() as eqns:
        build.apply_many("mem.effect", (Lit(text),), ())
    build.eqns.append(If((), cond, Block(tuple(eqns), ()), Block((), ())))


def _product(lengths: Lengths, node: Node, start: int, stop: int) -> Atom:
    total: Atom = Lit(1)
    for n in range(start, stop):
        size = lengths.of_axis(node, n)
        total = size if total == Lit(1) else lengths.apply("operator.mul", total, size)
    return total
