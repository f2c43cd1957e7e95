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

from adcompile.rules.memory import is_asking, is_reading
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

Sure = Callable[[Atom], bool]  # is it read for sure?
ITEMS = ("mem.getitem", "mem.write", "mem.accumulate", "mem.append", "mem.pop", "mem.exchange")
"""What reads its first operand, and stores the others."""


def read(trace: Trace) -> Trace:
    """The trace with those readings alone of what may have no value."""
    return everywhere(_possible, trace)


def _possible(trace: Trace) -> Trace:
    if not _has_any(trace):
        return trace
    partial = _partial(trace)
    return _only(trace, lambda atom, later: atom in partial)


def alone(trace: Trace, stored: Callable[[Trace], Container[Atom]]) -> Trace:
    """The trace with those readings alone that nothing behind them makes up for.

    What is `stored` in a trace may be None instead, which is a value to those that read it.
    """
    if not _has_any(trace):
        return trace
    found = stored(_only(trace, lambda atom, later: False))
    return _only(trace, lambda atom, later: atom in found or not later)


def _has_any(trace: Trace) -> bool:
    return any(is_reading(eqn) or is_asking(eqn) for eqn in walk(trace.body))


def _only(trace: Trace, needed: Callable[[Atom, bool], bool]) -> Trace:
    """The trace with those readings alone that are needed, given whether there is a later one."""
    results = dict.fromkeys(trace.body.results)
    return replace(trace, body=_block(trace.body, needed, {}, results.__contains__))


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
    block: Block, needed: Callable[[Atom, bool], bool], before: dict[Atom, None], after: Sure
) -> Block:
    """The block, where all of `before` has been read, and what is read `after` it is known."""
    known = dict(before)
    last = {atom: place for place, eqn in enumerate(block.eqns) for atom in _read(eqn)}
    eqns: list[Equation] = []
    for place, eqn in enumerate(block.eqns):

        def later(atom: Atom, place: int = place) -> bool:
            return last.get(atom, -1) > place or after(atom)

        def side(each: Block, eqn: Equation = eqn, later: Sure = later) -> Block:
            return _block(each, needed, known, _behind(eqn, each, later))

        if is_reading(eqn):
            atom = operands(eqn)[1]
            if atom in known or not needed(atom, later(atom)):
                continue
            known[atom] = None
        elif is_asking(eqn):
            flag = operands(eqn)[1]
            if flag in known:
                continue
            known[flag] = None
        eqns.append(inside(eqn, side))
    return block.having(eqns, block.results)


def _behind(eqn: Equation, side: Block, later: Sure) -> Sure:
    """What is read for sure behind a side of a branch, by that name or as what is chosen."""
    if not isinstance(eqn, If) or eqn.caught:
        return lambda atom: False
    chosen = {result: out for out, result in zip(eqn.outs, side.results)}
    return lambda atom: later(atom) or (atom in chosen and later(chosen[atom]))


def _read(eqn: Equation) -> tuple[Atom, ...]:
    """What an equation cannot do without: to store or to rename it is not to read it."""
    match eqn:
        case For() | While():
            return eqn.bounds if isinstance(eqn, For) else ()
        case Apply() if eqn.op.startswith("mem."):
            return eqn.args[:1] if eqn.op in ITEMS else ()
    return operands(eqn)
