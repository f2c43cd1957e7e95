"""What goes on the tape: what the reverse sweep reads and cannot cheaply get otherwise."""

import sys

import numpy as np
import pytest
from deriving import derive_adjoint, load, trace_of

from adcompile.passes import leaving_out
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, If, walk
from adcompile.transforms.mincut import Network

X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])


def pushed(text, args, wrt, *left_out):
    """Name and kind of what each tape of the adjoint keeps; without the passes `left_out`."""
    trace = derive_adjoint(trace_of(load(text), args), wrt, leaving_out(left_out))
    pushes = [eqn for eqn in walk(trace.body) if isinstance(eqn, Apply) and eqn.op == "mem.push"]
    return [[(var.name, k.describe(trace.kinds[var])) for var in eqn.args[1:]] for eqn in pushes]


def test_a_linear_loop_keeps_nothing():
    text = """
def f(w, x, n):
    total = 0.0
    for i in range(n):
        total += w * x[i] + 2.0 * total
    return total
"""
    assert pushed(text, (0.3, X, 6), ("w", "x")) == []


def test_a_product_keeps_the_carried_value():
    text = """
def f(x, n):
    a = 1.0
    for i in range(n):
        if a < 2.0:
            a = a * math.sin(x[i])
        else:
            a = a / x[i]
    return a
"""
    assert pushed(text, (X, 6), ("x",)) == [[("a", "float")]]


ELIMINATION = """
def f(A):
    A = A.copy()
    for i in range(len(A)):
        for j in range(i, len(A)):
            A[i, j] -= A[i, :i] @ A[:i, j]
    return np.sum(A * A)
"""


def test_rows_are_kept_rather_than_their_matrix():
    """A turn that reads a row and a column of what it overwrites keeps these two."""
    tapes = pushed(ELIMINATION, (np.eye(4),), ("A",), "lasting")
    kept = [kind for tape in tapes for _, kind in tape if kind.startswith("float")]
    assert kept and all(kind.count(",") == 0 for kind in kept), tapes


def test_scalars_are_computed_again():
    text = """
def f(mean, ecc):
    e = mean
    step = 1.0
    while abs(step) > 1e-12:
        step = (e - ecc * math.sin(e) - mean) / (1.0 - ecc * math.cos(e))
        e = e - step
    return e
"""
    assert pushed(text, (0.8, 0.3), ("mean", "ecc")) == [[("e", "float")]]


def test_a_new_array_is_kept_rather_than_a_copy_of_one_written_to():
    text = """
def f(u, k, steps):
    for t in range(steps):
        v = u[2:] - 2.0 * u[1:-1] + u[:-2]
        u[1:-1] += k * v
    return u
"""
    assert pushed(text, (X, 0.1, 3), ("u", "k")) == [[("v", "float[u.0-2]")]]


def test_a_shape_is_no_reason_to_keep_an_array():
    text = """
def f(x, w, n):
    s = 0.0
    for i in range(n):
        s = s + np.sum(x * w)
    return s
"""
    assert pushed(text, (X, X, 2), ("x",)) == []


def test_elements_are_kept_where_the_array_is_overwritten():
    text = """
def f(x, n):
    y = np.zeros(6)
    y[0] = x[0]
    for i in range(1, n):
        y[i] = y[i - 1] * x[i]
    return y
"""
    assert pushed(text, (X, 6), ("x",), "lasting") == [[("", "float")]]
    assert pushed(text, (X, 6), ("x",)) == []


def test_a_tape_in_a_loop_is_kept_on_the_tape_of_the_loop_around():
    text = """
def f(x, n):
    s = x[0]
    for i in range(n):
        for j in range(n):
            s = s * math.sin(s)
    return s
"""
    inner, outer = pushed(text, (X, 3), ("x",))
    assert inner == [("s", "float")]
    assert [kind for _, kind in outer] == ["tape[float]"]


def test_values_leave_a_branch_outside_of_loops():
    text = """
def f(x, y):
    if x > 1.0:
        u = math.sin(x * y)
        z = u * u * math.exp(u)
    else:
        z = x
    return z * z
"""
    trace = derive_adjoint(trace_of(load(text), (1.7, 1.3)), ("x", "y"))
    forward, _ = [eqn for eqn in trace.body.eqns if isinstance(eqn, If)]
    assert "u" in [out.name for out in forward.outs]


@pytest.mark.parametrize(
    "place", ["", "for i in range(3):", "for i in range(3):\n        if a > 0.1:"]
)
def test_the_work_grows_with_the_equations(place):
    depth = place.count(":") + 1

    def calls(count):
        lines = ["a = math.sin(a) * b", "b = b + a * x", "c = c * 0.5 + b"] * count
        text = "def f(x):\n    a = b = c = x\n" + (f"    {place}\n" if place else "")
        text += "".join("    " * depth + line + "\n" for line in lines) + "    return c\n"
        trace = trace_of(load(text), (0.3,))
        made = []
        sys.setprofile(lambda frame, event, arg: made.append(event) if event == "call" else None)
        try:
            derive_adjoint(trace, ("x",))
        finally:
            sys.setprofile(None)
        return len(made)

    assert calls(120) < 2.5 * calls(60)


def test_minimum_cut():
    # 0 and 1 supply 2, which 3 and 4 read; the pair is dearer than 2
    network = Network([3, 3, 4, 9, 9])
    for vertex in (0, 1):
        network.supply(vertex)
        network.edge(vertex, 2)
    for vertex in (3, 4):
        network.edge(2, vertex)
        network.demand(vertex)
    assert network.cut() == [2]


def test_minimum_cut_nearest_to_the_sinks():
    network = Network([5, 5, 5])
    network.supply(0)
    network.edge(0, 1)
    network.edge(1, 2)
    network.demand(2)
    assert network.cut() == [2]
