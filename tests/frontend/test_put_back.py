"""What was taken from a list, by a loop or by another list, and is put back, is in it twice."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import check_by_differences, load

import adcompile as ad
from adcompile.errors import RejectedError
from adcompile.passes import PASSES

HEAD = """
class P:
    def __init__(self, a, v):
        self.a = a
        self.v = v

def f(u):
    ps = [P(u[i], u[:2] * (i + 1.0)) for i in range(4)]
"""
RIGHT = {
    "an array": """
    rows = [u[:2] * (i + 1.0) for i in range(4)]
    for r in rows:
        t = r
    rows[0] = t
    rows[0][0] += u[1]
    return sum(r.sum() * (i + 1) for i, r in enumerate(rows))
""",
    "of a list of its items": """
    rows = [u[:2] * (i + 1.0) for i in range(4)]
    far = rows[::-1]
    rows[0] = far[1]
    rows[0][0] += u[1]
    return sum(r.sum() * (i + 1) for i, r in enumerate(rows))
""",
    "of some of its items": """
    rows = [u[:2] * (i + 1.0) for i in range(4)]
    far = [r for r in rows if r[0] > 1.0]
    rows[0] = far[-1]
    rows[0][0] += u[1]
    return sum(r.sum() * (i + 1) for i, r in enumerate(rows))
""",
    "one further down": """
    rows = [u[:2] * (i + 1.0) for i in range(4)]
    t = rows[0]
    for r in rows:
        t, s = r, t
    rows[0] = s
    rows[0][0] += u[1]
    return sum(r.sum() * (i + 1) for i, r in enumerate(rows))
""",
    "into the list it was put into": """
    rows, others = [u[:2] * (i + 1.0) for i in range(4)], []
    for r in rows:
        t = r
        others.append(t)
    others[0] = t
    others[0][0] += u[1]
    return sum((r + 2.0 * s).sum() * (i + 1) for i, (r, s) in enumerate(zip(rows, others)))
""",
    "a copy": """
    for o in ps:
        t = o
    ps[0].v = t.v.copy()
    ps[0].v[0] += u[1]
    return sum(p.v.sum() * (i + 1) for i, p in enumerate(ps))
""",
    "an object": """
    t = ps[1]
    for o in ps:
        if o.a > 0.5:
            t = o
    ps[0] = t
    ps[0].v[0] += u[1]
    return sum(p.v.sum() * (i + 1) for i, p in enumerate(ps))
""",
}
END = "    return sum(p.v.sum() * (i + 1) for i, p in enumerate(ps))\n"
TWICE = {
    "the last one": """
    for o in ps:
        pass
    ps[0].v = o.v
    ps[0].v[0] += u[1]
""",
    "one of them": """
    t = ps[1]
    for o in ps:
        if o.a > 0.5:
            t = o
    ps[0].v = t.v
    ps[0].v[0] += u[1]
""",
    "its array": """
    for o in ps:
        t = o.v
    ps[0].v = t
    ps[0].v[0] += u[1]
""",
    "appended": """
    for o in ps:
        t = o
    ps.append(P(u[0], t.v))
    ps[-1].v[0] += u[1]
""",
    "for the next turn": """
    for o in ps:
        for o in ps:
            ps[0].v[0] += u[1]
        ps[0].v = o.v
""",
}
U, DOT = np.array([0.93, -0.32, 0.52, 0.17]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT)
@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["", "no passes"])
def test_derivatives(body, passes):
    check_by_differences(load(HEAD + body), U, DOT, passes)


@pytest.mark.parametrize("body", TWICE.values(), ids=TWICE)
def test_a_change_of_what_is_there_twice_is_refused(body):
    f = load(HEAD + body + END)
    with pytest.raises(RejectedError, match="ADC301"):
        ad.grad(f)(U)
