"""The derivatives of every program by the public calls."""

from __future__ import annotations

import pytest

from corpus import every
from corpus.by_api import ByApi
from corpus.check import Check

CASES = every()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_first_order(case):
    Check(case).first_order(ByApi(case.function, case.args))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_second_order(case):
    Check(case).second_order(ByApi(case.function, case.args))
