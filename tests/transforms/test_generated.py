"""Generated programs, their derivatives run as traces."""

import numpy as np
import pytest
from deriving import check_adjoint, check_second, load, trace_of
from hypothesis import given, settings
from programs import HEAD, programs

POINT = (0.7131, -0.4267, np.array([0.9313, -0.3179, 0.5237, 0.1713]))
FEATURES = (
    ("branches",), ("loops",), ("arrays",), ("branches", "loops", "exits"),
    ("arrays", "branches", "loops", "exits"),
)  # fmt: skip


def trace(text):
    return trace_of(load(text.removeprefix(HEAD.partition("def")[0])), POINT)


@pytest.mark.parametrize("features", FEATURES, ids=" ".join)
def test_first_order(features):
    """The adjoint against the tangent; the tangent is checked by the tests of whole programs."""

    @given(programs(*features))
    def check(text):
        check_adjoint(trace(text), POINT, ("x", "y", "u"))

    check()


@pytest.mark.parametrize("features", FEATURES, ids=" ".join)
def test_second_order(features):
    @settings(max_examples=40)
    @given(programs(*features))
    def check(text):
        check_second(trace(text), POINT, ("x", "y", "u"), differences=False)

    check()
