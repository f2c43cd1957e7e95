"""Lists of objects by Numba: texts in them, none of them, and some that are one."""

from __future__ import annotations

import dataclasses
import importlib.util
import random

import numpy as np
import pytest
from corpus.check import numbers

import adcompile as ad
from adcompile.cli import main

pytest.importorskip("numba")
pytestmark = pytest.mark.filterwarnings("ignore")

PROGRAM = '''
from dataclasses import dataclass

import numpy as np


@dataclass
class Leg:
    tag: str
    at: np.ndarray


@dataclass
class Shape:
    name: str
    size: float


def lengths(legs: list[Leg], k: float) -> float:
    total = 0.0
    for leg in legs:
        total += np.sum(leg.at**2) * (k if leg.tag == "a" else 1.0)
    return total


def areas(shapes: list[Shape], k: float) -> float:
    total = 0.0
    for shape in shapes:
        total += k * shape.size**2 if shape.name == "round" else shape.size
    return total


def grown(shapes: list[Shape], k: float) -> float:
    for shape in shapes:
        shape.size *= k
    return shapes[0].size * shapes[-1].size
'''


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The program, its adjoints for Numba, and those in NumPy code."""
    folder = tmp_path_factory.mktemp("objects")
    (folder / "shapes.py").write_text(PROGRAM)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        for name, more in (("fast", ["--backend", "numba"]), ("plain", [])):
            options = ["--mode", "adjoint", "-o", str(folder / f"{name}.py"), *more]
            assert main([str(folder / "shapes.py"), *options]) == 0
        yield [module(folder / f"{name}.py") for name in ("shapes", "fast", "plain")]


def shapes_of(program, count):
    return [program.Shape("round" if i % 2 else "square", 1.2 - 0.3 * i) for i in range(count)]


def both(written, name, *args):
    fast, plain = (getattr(m, f"{name}_adjoint")(*args) for m in written[1:])
    assert repr(fast[1]).count("None") == repr(plain[1]).count("None")
    np.testing.assert_allclose(numbers(fast), numbers(plain), rtol=1e-12)
    return fast


def test_texts_beside_arrays(written):
    legs = [written[0].Leg("ab"[i % 2], np.array([1.0, i + 0.5])) for i in range(3)]
    value, (bars, _) = both(written, "lengths", legs, 1.7)
    assert value == pytest.approx(written[0].lengths(legs, 1.7))
    np.testing.assert_allclose(bars[2].at, 2 * 1.7 * legs[2].at)


def test_list_without_objects(written):
    assert both(written, "areas", [], 1.7) == (0.0, ([], 0.0))
    both(written, "areas", shapes_of(written[0], 3), 1.7)


def test_objects_that_are_changed(written):
    """Whether two of them are one is asked where they still are objects."""
    given = shapes_of(written[0], 3)
    both(written, "grown", given, 1.7)
    with pytest.raises(ValueError, match="twice in shapes"):
        written[1].grown_adjoint([given[0], given[0]], 1.7)


@dataclasses.dataclass
class Ball:
    name: str
    mass: float


def heavier(balls, k):
    for ball in balls:
        ball.mass *= k
    return balls[0].mass * balls[-1].mass


def test_objects_that_are_changed_one_by_one():
    balls = [Ball("a", 1.5), Ball("b", 0.5)]
    found = ad.grad(heavier, wrt=("balls", "k"), backend="numba")(balls, 2.0)
    assert repr(found) == repr(ad.grad(heavier, wrt=("balls", "k"))(balls, 2.0))
    with pytest.raises(ValueError, match="are one object"):
        ad.grad(heavier, wrt=("balls", "k"), backend="numba")([balls[0], balls[0]], 2.0)


def rows_above(x):
    rows = []
    for v in x:
        if v > 1.0:
            rows.append(v * x)
    return rows, np.sum(x * x)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("x", [np.array([0.4, 1.5, 2.5]), np.array([0.4, 0.7])])
def test_lists_of_arrays_without_items_are_returned(mode, x):
    found = ad.jacobian(rows_above, mode=mode, backend="numba")(x)
    wanted = ad.jacobian(rows_above, mode=mode)(x)
    assert len(found[0]) == len(wanted[0])
    np.testing.assert_allclose(numbers(found), numbers(wanted), rtol=1e-12)


RNG = np.random.default_rng(3)


def drawn(x):
    return x * RNG.normal()


def drawn_by_numpy(x):
    return x * np.random.normal()


def drawn_by_random(x):
    return x * random.random()


def test_draws_are_the_same_in_all_runs_or_refused():
    value, pullback = ad.vjp(drawn, 2.0, backend="numba")
    assert pullback(2.0)[0] == value
    for f in (drawn_by_numpy, drawn_by_random):
        with pytest.raises(ad.BackendError, match="for which Numba has others"):
            ad.vjp(f, 2.0, backend="numba")
