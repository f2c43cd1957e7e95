"""The emitted text of loops that look for the best, and of recurrences: nothing on a tape."""

import numpy as np
import pytest
from corpus import best

import adcompile as ad

X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])


@pytest.mark.parametrize(
    "function, args",
    [
        (best.nearest, (best.P, best.C)),
        (best.best_and_where, (X, X)),
        (best.kept_in_the_branch, (X,)),
        (best.steps_down, (X,)),
        (best.best_by_a_function, (X,)),
        (best.polynomial_residuals, (X, 5)),
        (best.recurrence_that_moves, (X, 0.7)),
        (best.packed_triangle, (X, X[:4], 4)),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_no_tape(function, args):
    adjoint = ad.adjoint(function, wrt=function.__code__.co_varnames[0])
    adjoint(*args, 1.0)
    assert "tape" not in adjoint.source


@pytest.mark.parametrize("function", [best.replaced_by_more_of_itself, best.best_and_a_sum])
def test_what_depends_on_earlier_turns_keeps_a_tape(function):
    adjoint = ad.adjoint(function, wrt="x")
    adjoint(X, 1.0)
    assert "tape" in adjoint.source


def test_the_work_of_the_reverse_is_one_turn():
    adjoint = ad.adjoint(best.nearest, wrt="centroids")
    adjoint(best.P, best.C, 1.0)
    reverse = adjoint.source.partition("if best_at != -1:")[2]
    assert reverse.count("for ") == 1
