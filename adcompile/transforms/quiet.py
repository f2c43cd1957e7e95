"""What is gone through a second time tells nothing: print, assert and raise were done the first."""

from __future__ import annotations

from dataclasses import replace

from adcompile.trace.ir import Apply, Block, Equation, For, If, While
from adcompile.transforms import recording


def without_effects(block: Block) -> Block:
    """The block without what is not read, and without what only tells or checks something."""
    return recording.prune(_quiet(block))


def _quiet(block: Block) -> Block:
    return Block(tuple(_inside(e) for e in block.eqns if not _is_effect(e)), block.results)


def _inside(eqn: Equation) -> Equation:
    match eqn:
        case If() if not eqn.caught:
            return replace(eqn, then=_quiet(eqn.then), orelse=_quiet(eqn.orelse))
        case For():
            return replace(eqn, body=_quiet(eqn.body))
        case While():
            return replace(eqn, cond=_quiet(eqn.cond), body=_quiet(eqn.body))
    return eqn


def _is_effect(eqn: Equation) -> bool:
    return isinstance(eqn, Apply) and eqn.op == "mem.effect"

