"""What a name has been an item of is read where the name has a value: not in the first turn."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import check_by_differences, load

from adcompile.passes import PASSES

PROGRAMS = {
    "put in front": """
def f(u):
    rows = [u * 1.0]
    for k in range(3):
        rows.insert(0, u * k)
        if k > 0:
            rows[0] += t
        t = rows[0]
    t[1] += 1.0
    return sum((n + 1) * r.sum() for n, r in enumerate(rows)) + t[0]
""",
    "put at the end": """
def f(u):
    rows = [u * 1.0]
    for k in range(2):
        rows.append(u * k)
        t = rows[-1]
    t[1] *= 3.0
    return sum((n + 1) * (r * r).sum() for n, r in enumerate(rows)) + t[0]
""",
    "in place of others": """
def f(u):
    rows = [u * 1.0, u * 2.0]
    for k in range(3):
        rows[k % 2] = u * (k + 1)
        t = rows[k % 2]
        t += 0.5
    t[0] *= 3.0
    return (rows[0] + rows[1] * rows[1]).sum()
""",
}
U, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["", "no passes"])
def test_derivatives(text, passes):
    check_by_differences(load(text), U, DOT, passes)
