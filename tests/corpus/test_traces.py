"""The derivatives of every program as traces, run without emission: of every second one to order
two, and of every other one without the improvements.
"""

from __future__ import annotations

import pytest

from adcompile.passes import PASSES, Passes
from corpus import every
from corpus.by_trace import ByTrace
from corpus.check import Check

CASES = every()
HALF, OTHER = CASES[::2], CASES[1::2]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_first_order(case):
    Check(case).first_order(ByTrace(case.function, case.args))


@pytest.mark.parametrize("case", HALF, ids=[case.name for case in HALF])
def test_second_order(case):
    Check(case).second_order(ByTrace(case.function, case.args))


@pytest.mark.parametrize("case", OTHER, ids=[case.name for case in OTHER])
def test_without_improvements(case):
    derivatives = ByTrace(case.function, case.args, passes=Passes(tuple(PASSES)))
    Check(case).first_order(derivatives)
