"""Items of lists that get another shape: a number where an array was, or an array for a number."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import flat, load, random_like

import adcompile as ad

PROGRAMS = {
    "powers": """
def f(c, s):
    powers, q = [1.0], [0.0] * 2
    powers.append(powers[-1] * s)
    for i in range(2):
        for k in range(i + 1):
            q[k] += powers[i - k] * c[i]
    return q
""",
    "overwritten": """
def f(c, s):
    q, t = [c[0], c[1]], 0.0
    for i in range(2):
        t = t + q[0] * 2
        q[0] = s * t
    return q[0]
""",
    "never read": """
def f(c, s):
    q = [s, c[1]]
    for i in range(2):
        q[0] = c[i]
        q[1] = c[0] * q[1]
    return q[1] * q[0]
""",
    "appended": """
def f(c, s):
    q = []
    for i in range(2):
        q.append(s if i < 1 else c[i])
    for i in range(2):
        q[i] = c[i] * 2.0
    return q[1] * q[0]
""",
    "in a dictionary": """
def f(c, s):
    q = {0: c[0], 1: c[1]}
    for i in range(2):
        q[i] = q[i] * (s if i < 1 else c[1])
    return q[0] * q[1]
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_items_that_change_their_shape(name):
    f = load(PROGRAMS[name])
    c, s = np.array([0.4, -0.7]), np.array([0.3, 0.9, 1.2])
    rng = np.random.default_rng(8)
    c_dot, s_dot = random_like((c, s), rng)
    value, value_dot = ad.jvp(f, (c, s), (c_dot, s_dot))
    np.testing.assert_allclose(flat(value), flat(f(c, s)), rtol=1e-14)
    ahead, back = (flat(f(c + h * c_dot, s + h * s_dot)) for h in (1e-5, -1e-5))
    np.testing.assert_allclose(flat(value_dot), (ahead - back) / 2e-5, rtol=1e-8, atol=1e-8)
    seed = random_like(value, rng)
    c_bar, s_bar = ad.vjp(f, c, s)[1](seed)
    assert c_bar.shape == c.shape and s_bar.shape == s.shape
    left, right = flat(seed) @ flat(value_dot), c_bar @ c_dot + s_bar @ s_dot
    assert right == pytest.approx(left, rel=1e-12, abs=1e-12)


def test_an_argument_whose_items_get_a_shape():
    f = load(
        "def f(q, s):\n    for i in range(2):\n        q[i] = q[i] * s\n    return q[0] + q[1]"
    )
    q_bar, s_bar = ad.vjp(f, [0.3, np.array([0.5, 0.6])], 0.4)[1](np.ones(2))
    assert q_bar[0] == pytest.approx(0.8) and s_bar == pytest.approx(0.6 + 1.1)
    np.testing.assert_allclose(q_bar[1], [0.4, 0.4])
