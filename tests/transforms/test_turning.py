"""Branches that end the forward sweep, and are reversed where they stand."""

import numpy as np
import pytest
from corpus import branches
from deriving import derive_adjoint, load, trace_of

import adcompile as ad
from adcompile.passes import leaving_out
from adcompile.trace.ir import If, walk


def body_of(lines, *left_out):
    """The equations of the adjoint of a function of x and y with these lines."""
    text = "def f(x, y):\n" + "".join(f"    {line}\n" for line in lines)
    trace = derive_adjoint(trace_of(load(text), (1.7, 1.3)), ("x", "y"), leaving_out(left_out))
    return trace.body


def ifs(body):
    return [eqn for eqn in body.eqns if isinstance(eqn, If)]


def nested(depth):
    lines = ["a = x"]
    for i in range(depth):
        lines += ["    " * i + line for line in (f"if a > {i}.0:", "    a = a * math.sin(a + y)")]
    return [*lines, "return a"]


def handed_out(depth):
    return sum(len(eqn.outs) for eqn in walk(body_of(nested(depth))) if isinstance(eqn, If))


def test_branches_in_branches_hand_out_no_more_for_each_level():
    few, more, most = map(handed_out, (5, 10, 20))
    assert most - more == 2 * (more - few)


BRANCH = [
    "if x > y:", "    u = math.sin(x * y)", "    z = u * u * math.exp(u)", "else:", "    z = x"
]  # fmt: skip
LOOP = ["if x > y:", "    for i in range(3):", "        x = x * y"]


@pytest.mark.parametrize("result", ["z", "-z", "2.0 * z + x", "(z - y) * 0.5"])
def test_what_follows_may_be_linear(result):
    assert len(ifs(body_of([*BRANCH, f"return {result}"]))) == 1
    assert len(ifs(body_of([*BRANCH, f"return {result}"], "turning"))) == 2


@pytest.mark.parametrize(
    "lines",
    [
        [*BRANCH, "return z * z"],  # the reverse begins with what the branch has computed
        [*BRANCH, "return math.exp(-x) * z"],  # which may raise
        [*BRANCH, "print(x)", "return z"],  # which would be printed behind the reverse
        [*LOOP, "return x"],
        ["for i in range(3):", "    x = x * y", *BRANCH, "return z"],
        ["if x > y:", "    z = x * y", "else:", "    z = x", "return z"],  # nothing leaves it
    ],
)
def test_other_branches_are_reversed_behind_the_forward_sweep(lines):
    assert len(ifs(body_of(lines))) == 2


def test_the_text():
    adjoint = ad.adjoint(branches.two_sides, wrt=("x", "y"))
    value, (x_bar, y_bar) = adjoint(1.3, 0.4)
    np.testing.assert_allclose(value, 1.3 * np.sin(0.4))
    np.testing.assert_allclose((x_bar, y_bar), (np.sin(0.4), 1.3 * np.cos(0.4)))
    assert adjoint.source.count("if x > y:") == 1
    assert "# both sweeps of a branch" in adjoint.source
    assert "# reverse sweep" not in adjoint.source
