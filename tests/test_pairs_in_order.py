"""The largest, the smallest and the order of pairs of a number and a text."""

from __future__ import annotations

import pytest
from mixed.check import load

import adcompile as ad

PROGRAMS = {
    "max": "p, s = max((d[q] * x, q) for q in d)\n    return p * d[s]",
    "of a list": "p, s = max([(d[q] * x, q) for q in ('a', 'b', 'c')])\n    return p * d[s] + y",
    "min": "p, s = min((v * v, q) for q, v in d.items())\n    return p * x + d[s] * y",
    "sorted": "q = sorted((v, s) for s, v in d.items())\n    return q[0][0] * d[q[-1][1]] * x",
    "paths": (
        "best, paths = {q: d[q] for q in d}, {q: [q] for q in d}\n"
        "    for t in (0.9, 0.3):\n"
        "        now, new = {}, {}\n"
        "        for s in d:\n"
        "            p, last = max((best[q] * d[s] * t + 0.1 * (q == s), q) for q in d)\n"
        "            now[s], new[s] = p, paths[last] + [s]\n"
        "        best, paths = now, new\n"
        "    p, s = max((best[s], s) for s in d)\n"
        "    return p * len(paths[s]) * d[paths[s][0]]"
    ),
}


@pytest.mark.parametrize("body", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("at", [(0.6, 0.8), (0.9, 0.2), (1.4, -0.7)])
def test_pairs(body, at):
    f = load(f"def f(x, y):\n    d = {{'a': x, 'b': 0.5 + y, 'c': x * y}}\n    {body}\n")
    value, bars = ad.value_and_grad(f, wrt=("x", "y"))(*at)
    assert value == pytest.approx(f(*at), rel=1e-14)
    (x, y), h = at, 1e-6
    assert bars[0] == pytest.approx((f(x + h, y) - f(x - h, y)) / (2 * h), rel=1e-6)
    assert bars[1] == pytest.approx((f(x, y + h) - f(x, y - h)) / (2 * h), rel=1e-6)
    value_dot = ad.jvp(f, at, (0.3, -0.5))[1]
    assert value_dot == pytest.approx(0.3 * bars[0] - 0.5 * bars[1], rel=1e-12)
