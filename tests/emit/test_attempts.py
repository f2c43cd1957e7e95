"""try statements and @np.errstate in what is emitted."""

import math

import numpy as np
import pytest

import adcompile as ad


def logarithm(x, z):
    try:
        y = math.log(x)
    except ValueError:
        y = x * z
    return y


def root(x):
    try:
        y = math.sqrt(x)
    except (ValueError, ZeroDivisionError):
        y = 7.0 + x
    return y


def silent(x):
    with np.errstate(divide="ignore"):
        return np.log(x)


def reraised(x):
    try:
        y = math.log(x)
    except ValueError as error:
        if x < -1.0:
            raise
        raise ArithmeticError(f"no logarithm: {error}") from error
    return y


def test_each_path_is_in_its_place():
    text = _source(logarithm, 0.3, 2.0)
    lines = [line.strip() for line in text.splitlines()]
    start = lines.index("try:")
    assert lines[start + 1 : start + 3] == ["y = math.log(x)", "except ValueError:"]
    assert "else:" in lines[start:]
    assert "done" not in text


def _source(function, *args):
    derivative = ad.tangent(function)
    derivative(*args, *args)
    return derivative.source


def test_what_the_derivative_adds_is_not_caught():
    value, value_dot = ad.tangent(root)(0.0, 1.0)
    assert value == 0.0
    assert value_dot == math.inf


def test_errstate_is_a_decorator():
    assert '@np.errstate(divide="ignore")' in _source(silent, np.array([0.3, 0.7]))
    value, _ = ad.tangent(silent)(np.array([0.0, 1.0]), np.ones(2))
    assert value[0] == -math.inf


def test_what_is_raised_again():
    tangent = ad.tangent(reraised)
    with pytest.raises(ArithmeticError, match="no logarithm: math domain"):
        tangent(-0.5, 1.0)
    with pytest.raises(ValueError, match="math domain"):
        tangent(-1.5, 1.0)
