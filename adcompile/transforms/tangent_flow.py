"""The tangents of branches and loops, which keep their shape and carry the tangents too.

    if c: y = sin(x)                    if c: y_dot = mul(cos(x), x_dot); y = sin(x)
    else: y = x                 ->      else: y_dot = x_dot; y = x
    for i in range(n) carry s:          for i in range(n) carry s, s_dot:
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from adcompile.trace.ir import Block, For, If, Var, While
from adcompile.transforms.algebra import ZERO
from adcompile.transforms.selections import Condition, replacing

if TYPE_CHECKING:
    from adcompile.transforms.tangent import Dots


def branches(dots: Dots, eqn: If) -> None:
    """Append a branch with the tangents of its results."""
    if eqn.caught:  # what is differentiated follows it
        dots.build.eqns.append(eqn)
        return
    active = [n for n, out in enumerate(eqn.outs) if dots.activity.active(out)]
    blocks = [_block(dots, branch, active, eqn.outs, 0) for branch in (eqn.then, eqn.orelse)]
    outs = tuple(dots.new(eqn.outs[n]) for n in active)
    then, orelse = blocks
    count = len(eqn.outs)
    for n, x, y in zip(active, then.results[count:], orelse.results[count:]):
        if (x == ZERO) != (y == ZERO):
            form = "true" if y == ZERO else "false"
            dots.conditions[eqn.outs[n]] = (Condition(eqn.cond, form),)
        elif any(dots.by_numbers(side.results[n]) for side in (eqn.then, eqn.orelse)):
            dots.left_out(eqn.outs[n])
    dots.build.eqns.append(replace(eqn, outs=eqn.outs + outs, then=then, orelse=orelse))


def loop(dots: Dots, eqn: For | While) -> None:
    """Append a loop that carries the tangents of what it carries."""
    active = [
        n for n, (out, param) in enumerate(zip(eqn.outs, eqn.params))
        if dots.activity.active(out) or dots.activity.active(param)
    ]  # fmt: skip
    inits = tuple(dots.moved_as(eqn.params[n], eqn.inits[n]) for n in active)
    params = tuple(dots.new(eqn.params[n]) for n in active)
    found = replacing(eqn.body)
    replaced = [n for n in active if n in found]
    for n in replaced:
        dots.left_out(eqn.params[n])
    body = _block(dots, eqn.body, active, eqn.params, int(eqn.exits))
    if isinstance(eqn, While):
        with dots.build.inside(), dots.build.block() as test:
            dots.equations(eqn.cond.eqns)
        eqn = replace(eqn, cond=Block(tuple(test), eqn.cond.results))
    outs = tuple(dots.new(eqn.outs[n]) for n in active)
    for n in replaced:
        dots.left_out(eqn.outs[n])
    eqn = replace(eqn, outs=eqn.outs + outs, inits=eqn.inits + inits, params=eqn.params + params)
    dots.build.eqns.append(replace(eqn, body=body))


def _block(
    dots: Dots, block: Block, active: list[int], outs: Sequence[Var], flags: int
) -> Block:
    """The block with the tangents of these results before its last `flags` results."""
    with dots.build.inside(), dots.build.block() as eqns:
        dots.equations(block.eqns)
        moved = tuple(dots.moved_as(outs[n], block.results[n]) for n in active)
    count = len(block.results) - flags
    return Block(tuple(eqns), block.results[:count] + moved + block.results[count:])
