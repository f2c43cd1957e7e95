"""What is emitted without annotations, given integers, arrays without axes, and no turns."""

from __future__ import annotations

import importlib.util
import inspect
from typing import Any

import numpy as np
import pytest

from adcompile import cli

PROGRAMS = '''
import math

import numpy as np


def copied(counts, w):
    a = counts.copy()
    a[0] = 2 * w
    return a.sum() * w


def scaled(a, w):
    for i in range(len(a)):
        a[i] *= w
    return np.sum(a)


def like(counts, w):
    z = np.zeros_like(counts)
    z[0] = w
    return z[0] * w


def filled(counts, w):
    z = np.empty_like(counts)
    z[...] = w
    return z.sum() * w


def cast(counts, w):
    return np.sum((w * np.array([1.5, 2.5])).astype(counts.dtype))


def of_dtype(counts, w):
    z = np.zeros(3, dtype=counts.dtype)
    z[1] = w
    return z.sum() * w


def product(counts, w):
    a = counts * 2
    a[0] = w
    return a.sum()


def put(a, w):
    a[0] = w


def by_callee(counts, w):
    b = np.ones_like(counts)
    put(b, w)
    return b.sum() * w


def chosen(counts, w):
    a = counts.copy() if w > 0 else counts * 1.0
    a[0] = w
    return a.sum()


def in_dictionary(p, w):
    p["a"][0] = w * 2.0
    return p["a"].sum() * w


def counted(counts, w):
    for i in (0, 1, 1):
        counts[i] += 1
    return w * counts[1]


def permuted(counts, w):
    counts[0], counts[1] = counts[1], counts[0]
    return w * counts[0]


def divided(counts, w):
    a = counts / 2
    a[0] = w
    return a.sum() * w


def annotated(counts: "int[:]", w):
    a = counts.copy()
    a[0] = 2 * w
    return a.sum() * w


def two_names(c, w):
    b = c
    c *= w
    return np.sum(b * w)


def by_another_name(c, w):
    b = c
    b += w
    b[...] = b * b
    return c * c


def in_list(c, w):
    held = [c]
    c *= w
    return held[0] * c


def written(x: "float[n]", w: float):
    y = x * w
    y[0] = y[1] * y[1]
    return y.sum()


def written_untyped(x, w):
    y = x * w
    y[0] = y[1] * y[1]
    return w * y.sum()


def left(x: "float[n]"):
    x[0] = x[1] * x[1]
    return x


def behind(xs, w):
    for v in xs:
        w = w * v
    return w * v


def behind_while(n, x):
    while n > 0:
        k = x * x
        n -= 1
    return np.cos(k)


def behind_index(xs: "float[:]", x: float):
    for i, v in enumerate(xs):
        x = x * v
    return x * xs[i]


def behind_returned(n, x):
    for i in range(n):
        k = x * i
        x = x * k
    return k


def behind_asked(n, x):
    for i in range(n):
        k = x * i
        x = x * 2.0
    if n > 2:
        x = x * k
    return x


def swapped_beside_loops(u, x):
    for _ in range(2):
        if x > 3.0:
            continue
        u[:-1][[0, -1]] = u[:-1][[-1, 0]]
        a = u[2:]
        n = 0
        while n < 2:
            n += 1
            m = 0
            while m < 2:
                m += 1
                a[0] *= x
    return np.sum(u**2)


def factors(c, w):
    return math.prod(c) * w + math.fsum(c) ** 2


def parts(c, w):
    whole, rest = divmod(c, w)
    return np.sum(whole * rest + c)
'''


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    """The programs, and what is emitted for them, as modules by mode."""
    folder = tmp_path_factory.mktemp("untyped")
    source = folder / "programs.py"
    source.write_text(PROGRAMS)
    modules = {}
    for mode in ("primal", *cli.MODES):
        path = source
        if mode != "primal":
            path = folder / f"programs_{mode}.py"
            assert cli.main([str(source), "--mode", mode, "-o", str(path)]) == 0
        spec = importlib.util.spec_from_file_location(f"untyped_{mode}", path)
        modules[mode] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(modules[mode])

    def function(name, mode):
        suffix = "" if mode == "primal" else f"_{mode}"
        return getattr(modules[mode], name + suffix)

    return function


ROUNDED = (
    "copied", "scaled", "like", "filled", "cast", "of_dtype", "product", "by_callee", "chosen",
)  # fmt: skip


@pytest.mark.parametrize("name", ROUNDED)
def test_floats_are_not_written_to_integers(name, emitted):
    integers, floats = np.array([3, 1, 2]), np.array([3.0, 1.0, 2.0])
    with pytest.raises(TypeError, match="of integers; pass floats, or annotate"):
        emitted(name, "tangent")(integers, 0.7, np.zeros(3), 1.0)
    with pytest.raises(TypeError, match="of integers; pass floats, or annotate"):
        emitted(name, "adjoint")(integers, 0.7, 1.0)
    agree(emitted, name, floats, 0.7)


def test_what_asks_for_floats_is_compiled_again(tmp_path, emitted):
    source, again = inspect.getfile(emitted("copied", "adjoint")), tmp_path / "again.py"
    heads = [f"--head={name}_adjoint(counts, w)" for name in ("copied", "like", "cast", "product")]
    assert cli.main([source, "--mode", "tangent", "-o", str(again), *heads]) == 0
    found: dict[str, Any] = {}
    exec(again.read_text(), found)
    integers, floats = np.array([3, 1, 2]), np.array([3.0, 1.0, 2.0])
    way, step = np.array([0.3, -0.4, 0.5]), 1e-6
    for name in ("copied", "like", "cast", "product"):
        tangent, adjoint = found[f"{name}_adjoint_tangent"], emitted(name, "adjoint")
        dots = tangent(floats, 0.7, 1.0, way, 0.3)[1][1]
        ends = [
            adjoint(floats + sign * step * way, 0.7 + sign * step * 0.3, 1.0)[1]
            for sign in (1.0, -1.0)
        ]
        for dot, high, low in zip(dots, *ends, strict=True):
            np.testing.assert_allclose(dot, (high - low) / (2 * step), rtol=1e-7, atol=1e-8)
        with pytest.raises(TypeError, match="of integers; pass floats, or annotate"):
            tangent(integers, 0.7, 1.0, way, 0.3)


@pytest.mark.parametrize("w", [1.3, 3.5])
def test_the_shape_of_what_a_path_leaves_out_is_kept(w, emitted):
    agree(emitted, "swapped_beside_loops", np.array([0.3, 0.7, 1.1, -0.4]), w)


@pytest.mark.parametrize("name", ["factors", "parts"])
def test_what_takes_several_is_given_an_array(name, emitted):
    agree(emitted, name, np.array([3.2, 1.1, 2.5]), 0.7)


def test_an_array_in_a_dictionary_is_named(emitted):
    with pytest.raises(TypeError, match=r"p\['a'\] is an array of integers"):
        emitted("in_dictionary", "adjoint")({"a": np.array([1, 2])}, 0.7, 1.0)


@pytest.mark.parametrize("name", ["counted", "permuted", "divided", "annotated"])
def test_what_is_not_rounded_is_not_refused(name, emitted):
    integers, w = np.array([3, 1, 2]), 0.7
    value, bars = emitted(name, "adjoint")(integers, w, 1.0)
    primal = emitted(name, "primal")
    assert value == primal(integers.copy(), w)
    step = 1e-6
    slope = (primal(integers.copy(), w + step) - primal(integers.copy(), w - step)) / (2 * step)
    np.testing.assert_allclose(bars[-1] if isinstance(bars, tuple) else bars, slope, rtol=1e-8)


def agree(emitted, name, first, w):
    """The derivatives against differences, and the argument is as it was."""
    primal, step, before = emitted(name, "primal"), 1e-6, np.array(first)
    way = np.random.default_rng(2).normal(size=np.shape(first))
    ends = [
        primal(np.array(first + sign * step * way), w + sign * step * 0.3) for sign in (1.0, -1.0)
    ]
    slope = (ends[0] - ends[1]) / (2 * step)
    value, value_dot = emitted(name, "tangent")(first, w, np.array(way), 0.3)
    np.testing.assert_allclose(value, primal(np.array(first), w), rtol=1e-14)
    np.testing.assert_allclose(value_dot, slope, rtol=1e-7)
    value, (first_bar, w_bar) = emitted(name, "adjoint")(first, w, 1.0)
    np.testing.assert_allclose(np.sum(first_bar * way) + w_bar * 0.3, slope, rtol=1e-7)
    np.testing.assert_array_equal(first, before)


@pytest.mark.parametrize(
    "name, shape", [("two_names", ()), ("two_names", 2), ("by_another_name", ()), ("in_list", ())]
)
def test_an_array_without_axes_is_changed_in_place(name, shape, emitted):
    agree(emitted, name, np.full(shape, 1.5), 0.7)


@pytest.mark.parametrize("name, w", [("written", 2), ("written", 2.0), ("written_untyped", 2)])
def test_a_seed_may_be_an_integer(name, w, emitted):
    x = np.array([0.3, 0.7, 1.1])
    wanted = emitted(name, "adjoint")(x, 2.0, 1.0)[1]
    for found, bar in zip(emitted(name, "adjoint")(x, w, 1)[1], wanted, strict=True):
        np.testing.assert_array_equal(found, bar)


def test_a_direction_may_be_of_integers(emitted):
    x, way = np.array([0.3, 0.7, 1.1]), np.array([0, 1, 0])
    for found, given in (("tangent", (x, way)), ("adjoint", (x, way))):
        wanted = emitted("left", found)(x, way.astype(float))[1]
        np.testing.assert_array_equal(emitted("left", found)(*given)[1], wanted)


BEHIND = [
    ("behind", np.zeros(0)), ("behind_while", 0), ("behind_index", np.zeros(0)),
    ("behind_returned", 0),
]  # fmt: skip


@pytest.mark.parametrize("name, none", BEHIND)
def test_a_name_without_a_value_raises_what_the_program_raises(name, none, emitted):
    with pytest.raises(UnboundLocalError):
        emitted(name, "primal")(none, 2.0)
    with pytest.raises(UnboundLocalError):
        emitted(name, "adjoint")(none, 2.0, 1.0)
    ways = (none, 1.0) if name != "behind_returned" else (1.0,)
    with pytest.raises(UnboundLocalError):
        emitted(name, "tangent")(none, 2.0, *ways)


def test_a_name_that_is_not_needed_may_have_no_value(emitted):
    assert emitted("behind_asked", "adjoint")(0, 2.0, 1.0) == (2.0, 1.0)


LOST = '''
import numpy as np


def turned(x: "float[n]", k, m):
    for _ in range(3):
        k = k + m
    return np.roll(x, k)[0]


def with_a_real(x: "float[n]", k):
    return np.roll(x, k * x[0])[0]


def annotated(x: "float[n]", k: int, m: int):
    return np.roll(x, k + m)[0]
'''


def test_a_refusal_names_what_is_to_be_annotated(tmp_path, capsys):
    source = tmp_path / "lost.py"
    source.write_text(LOST)
    assert cli.main([str(source), "--mode", "tangent", "-o", str(tmp_path / "out.py")]) != 0
    first, second = (line for line in capsys.readouterr().err.splitlines() if "ADC504)" in line)
    assert "Where k and m are data, annotate them: k: int, or str, or 'int[:]'" in first
    assert "with_a_real" in second and "annotate" not in second


HALVED = """
import math

def halved(lo, hi, depth):
    whole = math.sin(lo) * hi
    if depth <= 0:
        return whole
    middle = (lo + hi) / 2
    return halved(lo, middle, depth - 1) + halved(middle, hi, depth - 1)

def f(x, y):
    w = x * y
    return halved(y, w[-1], 2)
"""


def test_what_a_recursion_is_given_may_be_less_known_than_the_argument(tmp_path):
    """That y is a number is known; that what a call is given for it is one is not."""
    source, out = tmp_path / "halved.py", tmp_path / "derived.py"
    source.write_text(HALVED)
    assert cli.main([str(source), "--mode", "tangent", "-o", str(out)]) == 0
    found: dict[str, Any] = {}
    exec(HALVED, found)
    exec(out.read_text(), found)
    x, dot, y = np.array([0.3, 0.8]), np.array([0.5, -1.1]), 0.7
    ends = [found["f"](x + sign * 1e-6 * dot, y) for sign in (1, -1)]
    value, slope = found["f_tangent"](x, y, dot, 0.0)
    assert value == found["f"](x, y)
    assert slope == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-8)
