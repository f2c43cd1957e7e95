"""Lists that are given without annotation are joined by + and repeated by *, or refused."""

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

XS, YS = [1.0, -2.0, 3.0], [0.5, 4.0]
LISTS = {
    "repeated": ("xs):\n    ys = xs * 2\n    return ys[0] * ys[-1] * len(ys)\n", (XS,)),
    "repeated from the left": ("xs):\n    return sum(2 * xs)\n", (XS,)),
    "repeated so often": ("xs, n):\n    return sum(xs * n)\n", (XS, 3)),
    "repeated in place": ("xs):\n    xs *= 2\n    return sum(xs) * xs[0]\n", (XS,)),
    "repeated in an array": ("xs):\n    return np.sum(np.array(xs * 2) ** 2)\n", (XS,)),
    "repeated on one path": ("xs, c):\n    r = 2 * xs if c else xs\n    return r[0]\n", (XS, 1)),
    "in a dictionary": ("p):\n    w = p['w'] * 2\n    return w[0] * w[-1]\n", ({"w": XS},)),
    "in a callee": ("xs):\n    return g(xs, 2)[0]\n\n\ndef g(v, n):\n    return v * n\n", (XS,)),
    "one number": ("xs, n):\n    return sum(xs * n)\n", ([2.0], 3)),
    "joined": ("xs, ys):\n    return sum(xs + ys)\n", (XS, YS)),
    "joined with constants": ("xs):\n    return (xs + [1.0, 2.0])[0]\n", (XS,)),
    "joined with itself": ("xs):\n    return (xs + xs)[-1]\n", (XS,)),
    "tuples": ("xs, ys):\n    return (xs + ys)[0]\n", (tuple(XS), tuple(YS))),
    "an item": ("xs):\n    return sum(xs[0] * 2)\n", ([XS, YS],)),
    "items of a loop": (
        "m):\n    s = 0.0\n    for v in m:\n        s += (v * 2)[0]\n    return s\n", ([XS, YS],),
    ),
    "carried": (
        "v, n):\n    w = v\n    for i in range(n):\n        w = w * 2\n    return w[0]\n", (XS, 1),
    ),
}  # fmt: skip


def compiled(body, mode, folder):
    file, out = folder / "prog.py", folder / "out.py"
    file.write_text(f"import numpy as np\n\n\ndef f({body}")
    assert not cli.main([str(file), "--function", "f", "--mode", mode, "-o", str(out)])
    found = {}
    exec(out.read_text(), found)
    return out.read_text(), found[f"f_{mode}"]


@pytest.mark.parametrize("mode", cli.MODES)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_refused_where_it_is_joined_or_repeated(name, mode, tmp_path):
    body, args = LISTS[name]
    _, function = compiled(body, mode, tmp_path)
    last = (1.0,) if mode == "adjoint" else args[: len(args) - (name == "carried")]
    with pytest.raises(TypeError, match=r"list.*annotate it"):
        function(*args, *last)


def test_what_has_numbers_elsewhere_is_not_asked(tmp_path):
    """What is no list, or Python would refuse to take as one, is not asked about."""
    for body in (
        "x, y):\n    return (x - 1.0) * y * x / 2.0 + x * 0.5\n",
        "x):\n    return x * 2 + x**2\n",
        "w, b, x):\n    return np.sum(np.sin(2 * w * x + b))\n",
        "A, i):\n    return A[i, 0] * A[i, 1]\n",
        "x):\n    s = 1.0\n    for i in range(3):\n        s = s * x[i] + 1.0\n    return s\n",
        "x, y):\n    return np.sin(x) + y * x - (x > 2) / (y - 1.0)\n",
    ):
        text, _ = compiled(body, "adjoint", tmp_path)
        assert "annotate it" not in text, body


@pytest.mark.parametrize("mode", cli.MODES)
def test_lists_of_numbers_are_still_taken(mode, tmp_path):
    body = "x, y):\n    s = 0.0\n    for i in (0, 1):\n        s += x[i] * y[i]\n    return s\n"
    _, function = compiled(body, mode, tmp_path)
    last = (1.0,) if mode == "adjoint" else ([1.0, 0.0], [0.0, 0.0])
    value, found = function(YS, [2.0, 3.0], *last)
    assert value == 13.0
    np.testing.assert_array_equal(found[0] if mode == "adjoint" else found, [2.0, 3.0]
                                  if mode == "adjoint" else 2.0)  # fmt: skip


ASKING = """x):
    if isinstance(x, (list, tuple)):
        x = np.array(x)
    return np.sum(x**2)
"""


@pytest.mark.parametrize("given", [XS, tuple(XS), np.array(XS)])
def test_whether_it_is_a_list_may_be_asked(given, tmp_path):
    """What a function does with lists and with arrays, without annotation."""
    _, adjoint = compiled(ASKING, "adjoint", tmp_path)
    value, bar = adjoint(given, 1.0)
    assert value == 14.0
    np.testing.assert_array_equal(bar, [2.0, -4.0, 6.0])


def negated(xs):
    return sum(-xs)


def less_one(x):
    ys = [v * v for v in x]
    return np.sum(ys - 1.0)


@pytest.mark.parametrize("f, x", [(negated, XS), (less_one, np.array(XS))])
def test_lists_are_no_numbers(f, x):
    with pytest.raises(TypeError):
        f(x)
    with pytest.raises(SyntaxError, match="a list stands in an arithmetic with -"):
        ad.grad(f)(x)


def weighted(x):
    return np.dot((1.0, 2.0), (x, x * x)) + np.vdot([x, x], (3.0, 1.0))


def angles(x):
    return np.arctan2((1.0, 2.0), (x, x)).sum() + np.power((1.0, 2.0), (x, x)).sum()


def polynomial(x):
    return np.polyval((1.0, 2.0, 3.0), x) + np.average((x, x * x), weights=(1.0, 2.0))


@pytest.mark.parametrize("f", [weighted, angles, polynomial])
def test_tuples_of_constants_are_arrays_to_numpy(f):
    want = (f(1.7 + 1e-6) - f(1.7 - 1e-6)) / 2e-6
    assert ad.grad(f)(1.7) == pytest.approx(want, rel=1e-7)
    assert ad.jvp(f, (1.7,), (1.0,))[1] == pytest.approx(want, rel=1e-7)
