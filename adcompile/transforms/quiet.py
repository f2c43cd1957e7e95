"""What is gone through a second time tells nothing: print, assert and raise were done the first."""

from __future__ import annotations

from adcompile.trace.ir import Apply, Block, Equation, inside
from adcompile.transforms import recording


def without_effects(block: Block) -> Block:
    """The block without what is not read, and without what only tells or checks something."""
    return recording.prune(_quiet(block))


def _quiet(block: Block) -> Block:
    kept = [inside(e, _quiet, tries=False) for e in block.eqns if not _is_effect(e)]
    return block.having(kept, block.results)


def _is_effect(eqn: Equation) -> bool:
    return isinstance(eqn, Apply) and eqn.op == "mem.effect"
