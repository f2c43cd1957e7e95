"""Adjoints of tapes, where the adjoint of an adjoint is asked for: what was pushed is popped.

t' = push(t, v, w)           v_bar, w_bar, t_bar = unpush(t_bar')
v, w, t' = unpush(t)         t_bar = push(t_bar', v_bar, w_bar)
"""

from __future__ import annotations

from adcompile.trace.ir import Apply
from adcompile.transforms.bars import Bars, Scope, bar_name
from adcompile.transforms.selections import Selected


def push(bars: Bars, eqn: Apply, scope: Scope) -> None:
    """What an entry holds gets what the entry has, which is taken from the tape of adjoints."""
    bar = bars.take(scope, eqn.out)
    if bar is None or isinstance(bar, (tuple, Selected)):
        return
    active = bars.activity.components(eqn.out)
    values = [value for value, moves in zip(eqn.args[1:], active) if moves]
    names = (*map(bar_name, values), bar_name(eqn.args[0]))
    *items, rest = bars.build.apply_many("mem.unpush", (bar,), names)
    for value, item in zip(values, items, strict=True):
        bars.add(scope, value, bars.structured(item))
    bars.add(scope, eqn.args[0], rest)


def unpush(bars: Bars, eqn: Apply, scope: Scope) -> None:
    """An entry that was taken is put on the tape of adjoints."""
    if not bars.activity.active(eqn.args[0]):
        return
    active = bars.activity.components(eqn.args[0])
    items = [(out, bars.take(scope, out)) for out in eqn.outs[:-1]]
    rest = bars.take(scope, eqn.outs[-1])
    values = [bars.atom(bar, out) for (out, bar), moves in zip(items, active) if moves]
    tape = bars.atom(rest, eqn.outs[-1])
    tape = bars.build.apply("mem.push", tape, *values)
    bars.add(scope, eqn.args[0], tape, len(bars.build.eqns) - 1)
