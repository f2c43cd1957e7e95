"""A list of arrays that is one of two behind a branch, or held elsewhere; one array is changed.

At run time it may hold where each array is; a list that was made of it then, or holds it, does not.
"""

from __future__ import annotations

import numpy as np
import pytest
from deriving import check_by_differences, load, trace_of

import adcompile as ad
from adcompile.errors import RejectedError
from adcompile.passes import PASSES

HEAD = """
class Held:
    def __init__(self, rows):
        self.rows = rows

def f(x):
    rows = [x * (k + 1.0) for k in range(3)]
    other = [x * x]
"""
RIGHT = {
    "changed before": """
    v = rows[-1]
    v[0] += 1.0
    if x[0] < 0.0:
        rows = other
    return np.sum(rows[-1] * v)
""",
    "only read behind": """
    if x[0] < 0.0:
        rows = other
    v = rows[-1]
    v[0] += 1.0
    return np.sum(rows[-1] * v)
""",
    "gone through": """
    if x[0] < 0.0:
        rows = other
    for row in rows:
        row *= x[1]
    return sum(np.sum(row ** 2) for row in rows)
""",
    "a copy of the list": """
    both = rows + other
    v = rows[1]
    v *= x[0]
    return np.sum(both[1] * both[0])
""",
}
REFUSED = {
    "an item": """
    v = rows[-1]
    if x[0] < 0.0:
        rows = other
    v[0] += 1.0
    return np.sum(rows[-1] * v)
""",
    "by the list": """
    v = rows[-1]
    if x[0] < 0.0:
        rows = other
    rows[-1][0] += 1.0
    return np.sum(rows[-1] * v)
""",
    "by an expression": """
    found = rows if x[0] > 0.0 else other
    v = rows[-1]
    v *= 2.0
    return np.sum(found[-1] * v)
""",
    "kept under another name": """
    kept = rows
    v = rows[-1]
    if x[0] < 0.0:
        rows = other
    v *= 2.0
    return np.sum(rows[-1] * kept[0])
""",
    "what a loop has left": """
    for v, w in zip(rows, rows):
        w *= 0.5
    if x[0] < 0.0:
        rows = other
    v[0] += 1.0
    return np.sum(rows[-1] * w)
""",
    "in a tuple": """
    pair = (rows, 2.0)
    if x[0] < 0.0:
        pair = (other, 3.0)
    rows[0][0] += 1.0
    return np.sum(pair[0][0]) * pair[1]
""",
    "of an object": """
    held = Held(rows)
    if x[0] < 0.0:
        held = Held(other)
    rows[0][0] += 1.0
    return np.sum(held.rows[0] * rows[0])
""",
    "set to another": """
    held = Held(rows)
    if x[0] < 0.0:
        held.rows = other
    v = rows[0]
    v += 1.0
    return np.sum(held.rows[0] * rows[0])
""",
    "in a list of lists": """
    table = []
    for k in range(2):
        table.append(rows)
    v = rows[1]
    v += x[0]
    return np.sum(table[0][1] * table[1][1])
""",
    "exchanged in a loop": """
    v = rows[0]
    for k in range(3):
        rows, other = other, rows
        v += k
        rows[0] *= 2.0
    return np.sum(rows[0] * other[0]) + v[0]
""",
    "of a dictionary": """
    table = {}
    for k in range(3):
        table[str(k)] = x * k
    v = table["2"]
    if x[0] < 0.0:
        table = {}
        for k in range(3):
            table[str(k)] = x * (k + 1.0)
    v[0] += 1.0
    return np.sum(table["2"] * v)
""",
}
X, DOT = np.array([0.7, -1.2, 2.1]), np.array([0.3, -0.7, 1.1])


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT)
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["", "no passes"])
def test_derivatives(body, sign, passes):
    check_by_differences(load(HEAD + body), sign * X, DOT, passes)


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_change_through_the_other_is_refused(body):
    with pytest.raises(RejectedError, match="ADC301"):
        ad.grad(load(HEAD + body))(X)


ONE_PATH_GOES_ON = {
    "of two": """
    if x[0] > -100.0:
        v = rows[1] if x[1] > 0.0 else x
    else:
        raise ValueError
    v[0] = x[2]
    return v[2] * v[0] + np.sum(rows[0]) + rows[1][0]
""",
    "in a list of lists": """
    stack = [[row for row in rows] for _ in range(2)]
    if x[0] > -100.0:
        if x[1] > 0.0:
            v = stack[0][1]
        else:
            v = x * x
    else:
        raise ValueError
    table = np.outer(x, x)
    one = [row for row in table]
    two = [row for row in table]
    two[1][:] = 0
    return v[2] * v[0] + np.sum(one[0])
""",
}


@pytest.mark.parametrize("body", ONE_PATH_GOES_ON.values(), ids=ONE_PATH_GOES_ON)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_which_one_it_is_is_known_behind_the_branch(body, sign):
    f = load(HEAD + body)
    trace_of(f, (X,))
    check_by_differences(f, sign * X, DOT)
