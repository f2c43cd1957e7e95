"""Arrays made contiguous, and what is seen of them: copies, or the arguments themselves."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad


def raveled(x):
    m = np.ascontiguousarray(x.T)
    r = m.ravel()
    r[0] = x[1, 2] * 5.0
    m[1] *= 2.0
    return m.sum() * r[1] + x.sum() * x[0, 0] + r[3]


def reshaped(x):
    m = np.ascontiguousarray(x)
    r = m.reshape(3, 2)
    r[0] *= x[1, 2] * 5.0
    m[1] *= 2.0
    return m.sum() * r[1, 1] + x.sum() * x[0, 0]


def of_a_part(x):
    m = np.ascontiguousarray(x[:, 1:])
    r = m.ravel()
    r[0] = x[1, 2] * 5.0
    r[1:] += x[0, 0]
    return m.sum() * r[1] + x.sum() * x[0, 1] + m[1, 0] * x[1, 1]


LAYOUTS = {
    "rows": lambda x: np.array(x, order="C"),
    "columns": lambda x: np.array(x, order="F"),
    "every second": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("program", [raveled, reshaped, of_a_part])
def test_derivatives(program, layout):
    lying = LAYOUTS[layout]
    x, x_dot, h = np.arange(6.0).reshape(2, 3) + 0.3, np.cos(np.arange(6.0)).reshape(2, 3), 1e-6
    value, dot = ad.jvp(program, (lying(x),), (x_dot,))
    ahead, behind = (program(lying(x + step * x_dot)) for step in (h, -h))
    assert value == program(lying(x))
    assert dot == pytest.approx((ahead - behind) / (2 * h), rel=1e-7)
    assert np.sum(ad.grad(program)(lying(x)) * x_dot) == pytest.approx(dot, rel=1e-12)
