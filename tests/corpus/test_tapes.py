"""A tape holds no more than the reverse sweep reads: each value of each entry, in all programs."""

from __future__ import annotations

import pytest

from adcompile.trace.ir import Apply, Var, While, blocks, operands, walk
from corpus import every
from corpus.by_trace import ByTrace

CASES = every()


def cuts_back(eqn):
    """Does a loop take off a tape what an attempt has left there that raised?"""
    if not isinstance(eqn, While) or len(eqn.body.eqns) != 1:
        return False
    tests = [each.op for each in eqn.cond.eqns if isinstance(each, Apply)]
    only = eqn.body.eqns[0]
    return (
        isinstance(only, Apply)
        and only.op == "mem.unpush"
        and tests == ["builtins.len", "operator.gt"]
    )


def unread(trace):
    """The values taken off a tape that nothing reads, and the tapes that nobody takes from."""
    read, taken, pushed, popped = set(), [], 0, 0
    for each in (trace, *trace.functions.values()):
        read.update(each.body.results)
        cut = [id(e.body.eqns[0]) for e in walk(each.body) if cuts_back(e)]
        for eqn in walk(each.body):
            read.update(operands(eqn))
            for block in blocks(eqn):
                read.update(block.results)
            if isinstance(eqn, Apply) and eqn.op == "mem.unpush" and id(eqn) not in cut:
                taken += eqn.outs[:-1]
                popped += 1
            pushed += isinstance(eqn, Apply) and eqn.op == "mem.push"
    assert pushed == 0 or popped > 0
    return [var.name or "a value" for var in taken if isinstance(var, Var) and var not in read]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_kept_is_read(case):
    trace, _ = ByTrace(case.function, case.args).trace("adjoint")
    assert unread(trace) == []
