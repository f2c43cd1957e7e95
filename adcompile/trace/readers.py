"""Who reads each variable of a trace: equations, and blocks that it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from adcompile.trace.ir import Apply, Atom, Block, Equation, Trace, Var, blocks, operands

T = TypeVar("T")


class Readers:
    """The equations that read an atom, and how often it is the result of a block."""

    def __init__(self, trace: Trace) -> None:
        self.eqns: dict[Atom, list[Equation]] = {}
        self.leaving: dict[Atom, int] = {}
        for block in every_block(trace.body):
            for atom in block.results:
                self.leaving[atom] = self.leaving.get(atom, 0) + 1
            for eqn in block.eqns:
                for atom in eqn.args if isinstance(eqn, Apply) else operands(eqn):
                    if atom in self.eqns:
                        self.eqns[atom].append(eqn)
                    else:
                        self.eqns[atom] = [eqn]

    def only(self, var: Atom) -> Equation | None:
        """The one equation that reads a variable, if there is no more."""
        found = self.eqns.get(var, [])
        return found[0] if len(found) == 1 and var not in self.leaving else None

    def leaves_once(self, var: Var) -> bool:
        """Is it the result of one block, and nothing else?"""
        return var not in self.eqns and self.leaving.get(var) == 1

    def none(self, var: Var) -> bool:
        return var not in self.eqns and var not in self.leaving


def reached(found: dict[T, None], ways: Mapping[T, Iterable[T]]) -> dict[T, None]:
    """What is found, with all that the ways from it lead to, step by step."""
    left = list(found)
    while left:
        more = [each for each in ways.get(left.pop(), ()) if each not in found]
        found.update(dict.fromkeys(more))
        left += more
    return found


def every_block(block: Block) -> Iterator[Block]:
    """The block and all blocks inside it."""
    stack = [block]
    while stack:
        block = stack.pop()
        yield block
        inner = [below for eqn in block.eqns if not isinstance(eqn, Apply) for below in blocks(eqn)]
        stack += reversed(inner)
