"""Distributions of scipy.stats with their parameters, of which functions are asked for.

    d = norm(loc=m, scale=s)
    y = d.logpdf(x)              =>     y = scipy.stats.norm.logpdf(x, loc=m, scale=s)

A distribution that something else reads is made as well, as calls without a rule are.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from adcompile.frontend.values import Name, Num, Partial, Value
from adcompile.rules import table
from adcompile.trace.ir import Atom, Block, blocks, inside, operands, walk

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

HOME = "scipy.stats."


def is_made_by(op: str) -> bool:
    """Is this a distribution of which some functions have rows?"""
    return op.startswith(HOME) and any(table.lookup(f"{op}.{name}") for name in ("pdf", "pmf"))


def note(
    low: Lowerer, op: str, positional: list[Value], keywords: dict[str, Value], made: Value
) -> None:
    """Note what a distribution is made of."""
    if is_made_by(op) and isinstance(made, Num):
        low.frozen[made.atom] = op, tuple(positional), tuple(keywords.items())


def function(low: Lowerer, atom: Atom, name: str) -> Value | None:
    """A function of a distribution that has a row, with the parameters; else None."""
    if atom not in low.frozen:
        return None
    op, positional, keywords = low.frozen[atom]
    row = table.lookup(f"{op}.{name}")
    if row is None or len(positional) >= len(row.parameters):
        return None
    given = tuple(zip(row.parameters[1:], positional))
    return Partial(Name(f"{op}.{name}"), (), given + keywords)


def unread_left_out(block: Block, made: Container[Atom]) -> Block:
    """The block without the distributions that nothing reads."""
    every = (block, *(inner for eqn in walk(block) for inner in blocks(eqn)))
    read = {atom for each in every for atom in each.results}
    read.update(atom for eqn in walk(block) for atom in operands(eqn))

    def without(each: Block) -> Block:
        kept = [eqn for eqn in each.eqns if not any(o in made and o not in read for o in eqn.outs)]
        return each.having([inside(eqn, without) for eqn in kept], each.results)

    return without(block)
