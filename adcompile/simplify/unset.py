"""A name is read by itself only where it may have no value, and where nothing else would miss it.

    if x > 0:                           if x > 0:
        y = 2 * x                           y = 2 * x
    effect "_0_" y          ->          v = mul(y, x)
    v = mul(y, x)
    effect "_0_" y

That it may have none is known before anything is derived, that something misses it when the trace
is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace

from adcompile.rules.memory import is_reading
from adcompile.simplify.turns import is_sure
from adcompile.trace.ir import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    everywhere,
    inside,
    operands,
    walk,
)
from adcompile.trace.readers import reached

ITEMS = ("mem.getitem", "mem.write", "mem.accumulate", "mem.append", "mem.pop", "mem.exchange")
"""What reads its first operand, and stores the others."""


def read(trace: Trace) -> Trace:
    """The trace with those readings alone of what may have no value."""
    return everywhere(_possible, trace)


def _possible(trace: Trace) -> Trace:
    if not any(is_reading(eqn) for eqn in walk(trace.body)):
        return trace
    partial = _partial(trace)
    return replace(trace, body=_block(trace.body, lambda atom, later: atom in partial, {}))


def alone(trace: Trace, stored: Callable[[Trace], Container[Atom]]) -> Trace:
    """The trace with those readings alone that nothing behind them makes up for.

    What is `stored` in a trace may be None instead, which is a value to those that read it.
    """
    if not any(is_reading(eqn) for eqn in walk(trace.body)):
        return trace
    without = replace(trace, body=_block(trace.body, lambda atom, later: False, {}))
    found = stored(without)
    body = _block(
        trace.body, lambda atom, later: atom in found or not later, {}, trace.body.results
    )
    return replace(trace, body=body)


def _partial(trace: Trace) -> dict[Atom, None]:
    """What some path leaves without a value."""
    ways: dict[Atom, list[Var]] = {}
    for eqn in walk(trace.body):
        match eqn:
            case If():
                ends = [side.results for side in (eqn.then, eqn.orelse)]
            case For() | While():
                ends = [eqn.body.results] if _turns(eqn) else [eqn.inits, eqn.body.results]
                for param, *sources in zip(eqn.params, eqn.inits, eqn.body.results):
                    for source in sources:
                        ways.setdefault(source, []).append(param)
            case _:
                continue
        for out, *sources in zip(eqn.outs, *ends):
            for source in sources:
                ways.setdefault(source, []).append(out)
    return reached({UNDEF: None}, ways)


def _turns(eqn: For | While) -> bool:
    """Has it a turn, whatever is given?"""
    if isinstance(eqn, While):
        return eqn.cond.results == (Lit(True),)
    return is_sure(eqn.bounds, ())


def _block(
    block: Block, needed: Callable[[Atom, bool], bool], before: dict[Atom, None],
    results: tuple[Atom, ...] = (),
) -> Block:  # fmt: skip
    """The block, where all of `before` has been read, and `results` are read at its end."""
    known = dict(before)
    last = {atom: place for place, eqn in enumerate(block.eqns) for atom in _read(eqn)}
    last.update((result, len(block.eqns)) for result in results)
    eqns: list[Equation] = []
    for place, eqn in enumerate(block.eqns):
        if is_reading(eqn):
            atom = operands(eqn)[1]
            if atom in known or not needed(atom, last.get(atom, -1) > place):
                continue
            known[atom] = None
        eqns.append(inside(eqn, lambda each: _block(each, needed, known)))
    return block.having(eqns, block.results)


def _read(eqn: Equation) -> tuple[Atom, ...]:
    """What an equation cannot do without: to store or to rename it is not to read it."""
    match eqn:
        case For() | While():
            return eqn.bounds if isinstance(eqn, For) else ()
        case Apply() if eqn.op.startswith("mem."):
            return eqn.args[:1] if eqn.op in ITEMS else ()
    return operands(eqn)
