"""float32 in, float32 out, of files that the command line writes without any annotation."""

from __future__ import annotations

import copy
import importlib.util
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli
from values.trees import leaves, mapped, paired, width

PROGRAMS = '''
import math

import numpy as np


def total(x):
    return np.sum(x)


def squares(x):
    return np.sum(x * x)


def means(x, y):
    return np.mean(np.exp(x) * y) * np.sum(y)


def product(x, y):
    return np.sum(x * y)


def written(x, y):
    z = np.exp(x) + y
    z[1:] *= y[:-1]
    return z


def chosen(x, y):
    return np.where(x > 0, x, y)


def joined(x, y):
    return np.concatenate([x, y]) * 2.0


def strong(x, y):
    return x * np.sqrt(2.0) + 0.5 * y


def counted(x, y):
    return x * np.arange(3) + y


def stored(x, y):
    z = np.zeros(3)
    z[0] = x[0]
    z[1:] = y[1:]
    return z


def dotted(x, y):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * y[i]
    return total


def turned(x, y):
    t = x
    for i in range(3):
        t = np.sin(t) * y
    return t


def by_numbers(x, y):
    half = np.full(3, math.sin(np.sum(x)))
    return x * half + y, np.exp(x) * float(np.sum(x)), x * np.float64(np.sum(y))


def with_noise(x, y):
    rng = np.random.default_rng(0)
    return x * rng.normal(size=3), y * y


def swapped(x, y):
    if x[0] > 10:
        x, y = y, x
    return x - 2.0 * y


def overwritten(x, y):
    x[0] = y[0] * x[1]
    return np.sum(x * y)


def largest(x, y):
    return np.max(x) * np.sum(y) + np.linalg.norm(x - y)


def multiplied(x, y):
    return np.tanh(np.outer(x, y) @ x)


def in_parts(p, y):
    return np.sum(p["w"] * y) + p["b"][0], [p["w"] + y]


def of_several(xs, y):
    t = 0.0
    for x in xs:
        t = t + np.sum(x * y)
    return t


def descended(p, y, n):
    if n == 0:
        return p * y
    return descended(p * y, y, n - 1)


def by_way_of(x, y):
    return descended(x, y, 2)


def by_complex(x, y):
    z = x + 1j * y
    return np.abs(z * z)


def as_angle(x, y):
    return x * y * math.pi + np.arctan2(x, y)
'''
X, Y = np.array([0.5, -0.25, 0.75]), np.array([1.5, 0.5, -0.25])
NARROW = np.float32
ARGS: dict[str, tuple[Any, ...]] = {
    "total": (X,), "squares": (X,), "in_parts": ({"w": X, "b": X[:1]}, Y),
    "of_several": ([X, 2 * X], Y), "descended": (X, Y, 2),
}  # fmt: skip
NAMES = [line[4:].partition("(")[0] for line in PROGRAMS.splitlines() if line.startswith("def ")]


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The programs, their tangents and adjoints, and the tangents of these adjoints."""
    folder = tmp_path_factory.mktemp("widths")
    path = folder / "programs.py"
    path.write_text(PROGRAMS)
    assert cli.main([str(path)]) == 0
    assert cli.main([str(folder / "programs_adjoint.py"), "--mode", "tangent"]) == 0
    return {
        "primal": loaded(path),
        "tangent": loaded(folder / "programs_tangent.py"),
        "adjoint": loaded(folder / "programs_adjoint.py"),
        "second": loaded(folder / "programs_adjoint_tangent.py"),
    }


def narrow(leaf: Any) -> Any:
    return NARROW(leaf) if isinstance(leaf, np.ndarray) else leaf


def given(name: str, which: int) -> tuple[Any, ...]:
    """The arguments: all in float32 (-1), or the one at a place."""
    args = copy.deepcopy(ARGS.get(name, (X, Y)))
    every = enumerate(args)
    return tuple(mapped(narrow, arg) if which in (-1, at) else arg for at, arg in every)


def ones(tree: Any) -> Any:
    return mapped(lambda leaf: np.ones_like(leaf)[()], tree)


def same_widths(found: Any, like: Any, what: str) -> None:
    pairs = [(a, b) for a, b in paired(found, like) if not isinstance(b, int)]
    assert [width(a) for a, _ in pairs] == [width(b) for _, b in pairs], what
    assert [np.shape(a) for a, _ in pairs] == [np.shape(b) for _, b in pairs], what


WAYS = pytest.mark.parametrize("which", [-1, 0, 1, 2], ids=["all", "first", "second", "none"])


@WAYS
@pytest.mark.parametrize("name", NAMES)
def test_each_derivative_is_as_wide_as_what_it_belongs_to(name, which, files):
    args = given(name, which)
    directions = [ones(arg) for arg in args]
    result = getattr(files["primal"], name)(*copy.deepcopy(args))
    value, dot = getattr(files["tangent"], f"{name}_tangent")(*copy.deepcopy(args), *directions)
    same_widths(value, result, "value")
    same_widths(dot, result, "tangent")
    seed = ones(result)
    value, bars = getattr(files["adjoint"], f"{name}_adjoint")(*copy.deepcopy(args), seed)
    bars = (bars,) if len(args) == 1 else bars
    same_widths(value, result, "value")
    for bar, arg in zip(bars, args, strict=False):
        same_widths(bar, arg, "adjoint")
    second = getattr(files["second"], f"{name}_adjoint_tangent")
    _, (_, moved) = second(*copy.deepcopy(args), seed, *directions, ones(seed))
    moved = (moved,) if len(args) == 1 else moved
    for bar, arg in zip(moved, args, strict=False):
        same_widths(bar, arg, "second order")


@pytest.mark.parametrize("name", NAMES)
def test_the_adjoints_are_those_of_64_bits(name, files):
    """But for what 32 bits leave of them."""
    adjoint = getattr(files["adjoint"], f"{name}_adjoint")
    result = getattr(files["primal"], name)(*copy.deepcopy(given(name, 2)))
    _, wanted = adjoint(*copy.deepcopy(given(name, 2)), ones(result))
    for which in (-1, 0, 1):
        args = given(name, which)
        seed = ones(getattr(files["primal"], name)(*copy.deepcopy(args)))
        _, bars = adjoint(*copy.deepcopy(args), seed)
        for bar, other in zip(leaves(bars), leaves(wanted), strict=True):
            np.testing.assert_allclose(bar, other, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("seed", [1.0, 1, np.float64(1.0), NARROW(1.0)], ids=width)
@pytest.mark.parametrize("name", ["total", "squares", "means", "product", "largest"])
def test_of_a_sum_a_seed_of_any_width(name, seed, files):
    args = given(name, -1)
    _, bars = getattr(files["adjoint"], f"{name}_adjoint")(*args, seed)
    assert [leaf.dtype for leaf in leaves(bars)] == [NARROW] * len(args)


@pytest.mark.parametrize("kind", [int, bool])
def test_integers_have_adjoints_of_floats(kind, files):
    x = np.array([1, 0, 1], kind)
    for name in ("total", "squares"):
        _, bar = getattr(files["adjoint"], f"{name}_adjoint")(x, 0.5)
        np.testing.assert_array_equal(bar, 0.5 if name == "total" else x * 1.0)
        assert bar.dtype == np.float64
    _, bars = files["adjoint"].product_adjoint(x, Y, 0.5)
    np.testing.assert_array_equal(bars[0], 0.5 * Y)


def test_numbers_of_python_and_tuples(files):
    _, (x_bar, y_bar) = files["adjoint"].product_adjoint(2.0, NARROW([0.5, 1.5]))
    assert (width(x_bar), y_bar.dtype, x_bar) == ("float64", NARROW, 2.0)
    _, (x_bar, y_bar) = files["adjoint"].product_adjoint(NARROW([1.0, 2.0]), (3, 4))
    np.testing.assert_array_equal(x_bar, [3.0, 4.0])
    assert y_bar == (1.0, 2.0)
    assert (x_bar.dtype, width(y_bar[0])) == (NARROW, "float64")


@pytest.mark.parametrize("name", ["total", "squares", "means", "product", "written", "dotted"])
def test_what_is_as_wide_anyway_is_not_cast(name, files):
    assert "as_wide" not in inspect.getsource(getattr(files["adjoint"], f"{name}_adjoint"))
    assert "as_wide" not in inspect.getsource(getattr(files["tangent"], f"{name}_tangent"))


ANNOTATED = '''
import numpy as np


def weighed(x: "complex[:]", y: "number[:]"):
    return np.real(x * y)
'''


def test_of_complex64_too(tmp_path):
    path = tmp_path / "annotated.py"
    path.write_text(ANNOTATED)
    assert cli.main([str(path), "--mode", "adjoint"]) == 0
    adjoint = loaded(tmp_path / "annotated_adjoint.py").weighed_adjoint
    x = np.array([1 + 2j, 0.5j], np.complex64)
    _, (x_bar, y_bar) = adjoint(x, NARROW([1.0, 2.0]), NARROW([1.0, 1.0]))
    assert (x_bar.dtype, y_bar.dtype) == (np.complex64, NARROW)


def square(s):
    return s * s


def sine(s):
    return np.array([s, s * s])


@pytest.mark.parametrize("backend", [None, "numba"])
@pytest.mark.parametrize("function", [square, sine])
def test_a_jacobian_of_a_number(function, backend):
    if backend:
        pytest.importorskip("numba")
    for mode in ("auto", "forward", "reverse"):
        found = ad.jacobian(function, mode=mode, backend=backend)(NARROW(0.5))
        assert found.dtype == NARROW
        assert ad.jacobian(function, mode=mode, backend=backend)(0.5).dtype == np.float64
