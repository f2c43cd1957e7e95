"""A reverse loop whose turns only add up goes forwards, as memory is read best.

    for i in reversed(range(n)) carry x_bar:      for i in range(n) carry x_bar:
      x_bar = accumulate(x_bar, v, i)        ->     x_bar = accumulate(x_bar, v, i)

For compiled code, which then takes several elements at a time.  The order of the sums changes.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.rules import memory
from adcompile.trace.ir import Apply, Block, Call, Equation, For, If, Trace, While, everywhere, walk
from adcompile.transforms.additive import all_sum_up

NAME = "forwards"
IN_ORDER = {*memory.EFFECTS, "mem.push", "mem.unpush"}


def forwards(trace: Trace) -> Trace:
    """The trace with such loops turned round."""
    return everywhere(_forwards, trace)


def _forwards(trace: Trace) -> Trace:
    body = _block(trace.body)
    return trace if body is trace.body else replace(trace, body=body)


def _block(block: Block) -> Block:
    eqns = tuple(map(_equation, block.eqns))
    same = all(new is old for new, old in zip(eqns, block.eqns))
    return block if same else Block(eqns, block.results)


def _equation(eqn: Equation) -> Equation:
    match eqn:
        case If():
            then, orelse = _block(eqn.then), _block(eqn.orelse)
            same = then is eqn.then and orelse is eqn.orelse
            return eqn if same else replace(eqn, then=then, orelse=orelse)
        case For():
            body = _block(eqn.body)
            turned = eqn.backward and not eqn.exits and _in_any_order(eqn)
            if body is eqn.body and not turned:
                return eqn
            return replace(eqn, body=body, backward=eqn.backward and not turned)
        case While():
            body = _block(eqn.body)
            return eqn if body is eqn.body else replace(eqn, body=body)
    return eqn


def _in_any_order(loop: For) -> bool:
    """Do the turns only add to what the loop carries, and do nothing else?"""
    if any(
        isinstance(eqn, Call) or (isinstance(eqn, Apply) and eqn.op in IN_ORDER)
        for eqn in walk(loop.body)
    ):
        return False
    return all_sum_up(loop.params, loop.body.results, loop.body, {})
