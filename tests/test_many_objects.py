"""Lists and dictionaries of objects, plain classes and returned objects: both ways, both faces."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import many_objects as m
import numpy as np
import pytest

import adcompile as ad
from adcompile import cli
from adcompile.errors import RejectedError

SOURCE = Path(m.__file__)
STEP = 1e-6


def particles(count: int = 3) -> list[m.Particle]:
    rng = np.random.default_rng(3)
    return [m.Particle(1.0 + 0.1 * i, rng.normal(size=2)) for i in range(count)]


def springs() -> list[m.Spring]:
    return [m.Spring(1.5 + i, 0.5 + 0.25 * i) for i in range(3)]


X = np.array([0.3, -0.7, 1.2])
CASES: dict[str, tuple[Any, ...]] = {
    "pairs": (particles(),), "kicked": (particles(), 0.1), "in_place": (particles(), 0.1),
    "heaviest": (particles(),), "lightest": (particles(),), "found_none": (particles(),),
    "by_key": (particles(),), "the_first": (particles(),), "one_of_two": tuple(particles(2)),
    "longest": ([m.Row(0.5, X[:1]), m.Row(0.25, X), m.Row(0.75, X[:2])],),
    "together": (particles(), 0.7),
    "boxed": (m.Box(particles(), 0.3),),
    "of_boxes": ([m.Box(particles(), 0.3), m.Box(particles(2), 0.9)],),
    "tupled": (tuple(particles()),), "by_name": (dict(zip("ab", particles(2))), "b"),
    "all_items": ({"w": X, "bias": X[:2]}, 0.3), "changed_copy": ({"u": 1.5, "v": -0.5},),
    "stiffness": ([m.Bar(0, 1, 0.5), m.Bar(1, 2, 0.25)], X), "stepped": (m.Config(0.5), X),
    "stretched": (springs(), 1.25), "of_a_spring": (springs()[1], 1.25), "counted": (0.7,),
    "fitted": (X, 0.6), "reported": (0.6,), "from_keys": (1.3,), "each_axis": (X[:2],),
    "with_flags": (X,),
}  # fmt: skip
PLAIN = ("stretched", "of_a_spring")  # whose objects ad.vjp takes for data
KNOWN_ALONE = ("by_name",)  # what the API knows one by one has no place in a list


def parts(value: Any) -> list[tuple[Any, Any]]:
    """What a structure holds, by name or number."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return list(zip(value._fields, value))
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    return list(vars(value).items()) if hasattr(value, "__dict__") else []


def is_real(value: Any) -> bool:
    return isinstance(value, (float, np.floating)) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )


def mapped(function: Any, value: Any) -> Any:
    """The structure with each real leaf replaced, and None for all else."""
    if is_real(value):
        return function(value)
    if isinstance(value, dict):
        return {key: mapped(function, item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(mapped(function, item) for item in value))
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(function, item) for item in value)
    if not hasattr(value, "__dict__"):
        return None
    made = copy.copy(value)
    for name, item in vars(value).items():
        setattr(made, name, mapped(function, item))
    return made


def moved(value: Any, dot: Any, step: float) -> Any:
    if is_real(value):
        return value + step * dot
    if isinstance(value, dict):
        return {key: moved(item, dot[key], step) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(moved(a, b, step) for a, b in zip(value, dot))
    if dataclasses.is_dataclass(value) or isinstance(value, m.Spring):
        made = copy.copy(value)
        for name, item in vars(value).items():
            setattr(made, name, moved(item, getattr(dot, name), step))
        return made
    return value


def dotted(first: Any, second: Any) -> float:
    """The sum of products of the leaves of two structures."""
    if first is None or second is None:
        return 0.0
    if is_real(first):
        return float(np.sum(first * second))
    held = dict(parts(second))
    return sum(dotted(item, held.get(key)) for key, item in parts(first))


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    found = {}
    for mode in cli.MODES:
        path = tmp_path_factory.mktemp(mode) / f"made_{mode}.py"
        wanted = [word for name in CASES for word in ("--function", name)]
        assert cli.main([str(SOURCE), "--mode", mode, "-o", str(path), *wanted]) == 0
        found[mode] = runpy.run_path(str(path))
    return found


def expected(name: str) -> tuple[tuple[Any, ...], tuple[Any, ...], float, Any]:
    """Arguments, a direction, what the sum of the result's leaves moves by, and the result."""
    function, args = getattr(m, name), CASES[name]
    rng = np.random.default_rng(5)
    dots = tuple(mapped(lambda v: rng.normal(size=np.shape(v))[()], arg) for arg in args)

    def at(step: float) -> float:
        result = function(*(moved(copy.deepcopy(a), d, step) for a, d in zip(args, dots)))
        return dotted(result, mapped(np.ones_like, result))

    return args, dots, (at(STEP) - at(-STEP)) / (2 * STEP), function(*copy.deepcopy(args))


def without_none(function: Any, args: tuple[Any, ...], dots: tuple[Any, ...]) -> dict[str, Any]:
    named = dict(zip(inspect.signature(function).parameters, dots))
    return {f"{name}_dot": dot for name, dot in named.items()}


@pytest.mark.parametrize("name", CASES)
def test_tangents_of_the_command_line(name, emitted):
    args, dots, wanted, result = expected(name)
    function = emitted["tangent"][f"{name}_tangent"]
    known = inspect.signature(function).parameters
    given = without_none(getattr(m, name), args, dots)
    given = {key: dot for key, dot in given.items() if key in known}
    _, found = function(*copy.deepcopy(args), **given)
    assert dotted(found, mapped(np.ones_like, result)) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_adjoints_of_the_command_line(name, emitted):
    args, dots, wanted, result = expected(name)
    function = emitted["adjoint"][f"{name}_adjoint"]
    seed = list(inspect.signature(function).parameters)[-1]
    before = copy.deepcopy(args)
    _, bars = function(*args, **{seed: mapped(np.ones_like, result)})
    told = " ".join(function.__doc__.split("\n\n")[0].split())
    wrt = told.partition("with respect to ")[2].rstrip(".").split(", ")
    names = list(inspect.signature(getattr(m, name)).parameters)
    found = dict(zip(wrt, bars if len(wrt) > 1 else (bars,)))
    total = sum(dotted(dot, found.get(names[n])) for n, dot in enumerate(dots))
    assert total == pytest.approx(wanted, rel=1e-6)
    assert repr(before) == repr(args) or name in PLAIN


@pytest.mark.parametrize("name", [name for name in CASES if name not in (*PLAIN, *KNOWN_ALONE)])
def test_the_faces(name):
    args, dots, wanted, result = expected(name)
    function = getattr(m, name)
    _, pullback = ad.vjp(function, *copy.deepcopy(args))
    bars = pullback(mapped(np.ones_like, result))
    assert sum(map(dotted, dots, bars)) == pytest.approx(wanted, rel=1e-6)
    if name != "stiffness":  # whose integers would need a tangent
        _, found = ad.jvp(function, copy.deepcopy(args), dots)
        assert dotted(found, mapped(np.ones_like, result)) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("name", ["pairs", "kicked", "in_place", "heaviest", "lightest", "by_key"])
def test_more_objects_than_are_told_apart(name, monkeypatch):
    monkeypatch.setitem(CASES, name, (particles(40), *CASES[name][1:]))
    args, dots, wanted, _ = expected(name)
    _, pullback = ad.vjp(getattr(m, name), *copy.deepcopy(args))
    assert sum(map(dotted, dots, pullback(1.0))) == pytest.approx(wanted, rel=1e-5)


def test_an_object_given_twice_is_told_when_it_runs(emitted):
    one, two = particles(2)
    with pytest.raises(ValueError, match="an object is twice in particles, and kicked changes"):
        emitted["adjoint"]["kicked_adjoint"]([one, two, one], 0.1)
    two.pos = one.pos
    with pytest.raises(ValueError, match="arrays in particles share memory, and in_place writes"):
        emitted["adjoint"]["in_place_adjoint"]([one, two], 0.1)
    emitted["adjoint"]["pairs_adjoint"]([one, two, one])  # changes nothing


def test_integers_of_objects_stay_integers():
    bars = [m.Bar(0, 1, 0.5), m.Bar(1, 2, 0.25)] * 20
    found = ad.grad(m.stiffness)(bars, X)
    assert [bar.area for bar in found[:2]] == pytest.approx([1.0, 1.9**2])
    assert found[0].i is None


def test_a_list_of_objects_is_given_back(tmp_path):
    path = tmp_path / "made.py"
    assert cli.main([str(SOURCE), "--mode", "tangent", "-o", str(path), "--function", "moved"]) == 0
    names = runpy.run_path(str(path))
    given = particles(2)
    result, dot = names["moved_tangent"](given, 0.5, [m.Particle(1.0, X[:2], None)] * 2, 2.0)
    for one, before, moved_by in zip(result, given, dot):
        assert type(one) is m.Particle and one.name == "p"
        np.testing.assert_allclose(one.pos, before.pos + 0.5 * before.mass)
        np.testing.assert_allclose(moved_by.pos, X[:2] + 2.0 * before.mass + 0.5)


def test_the_class_of_a_returned_object(emitted):
    result, (_, _) = emitted["adjoint"]["fitted_adjoint"](X, 0.5, m.Fit(1.0, X))
    assert result._fields == ("slope", "residual") and result.slope == 0.25
    value, _ = ad.vjp(m.fitted, X, 0.5)
    assert type(value) is m.Fit and value.norm() == pytest.approx(np.sum((X - 0.5) ** 2))


def rates_of(phase: dict[Any, float]) -> float:
    return phase[m.Phase.SOLID] ** 2 * phase[m.Phase.FLUID]


def test_keys_that_are_members_of_an_enumeration():
    found = ad.grad(rates_of)({m.Phase.SOLID: 3.0, m.Phase.FLUID: 5.0})
    assert found == {m.Phase.SOLID: 30.0, m.Phase.FLUID: 9.0}
    with pytest.raises(RejectedError, match="members of an enumeration as keys"):
        ad.jvp(lambda x: {m.Phase.SOLID: x}, (1.0,), (1.0,))


def of_streams(streams: list[dict[str, float]], order: list[int]) -> float:
    total = 0.0
    for i in order:
        total += streams[i]["flow"] * streams[i]["heat"] ** 2
    return total


def test_dictionaries_in_a_list_that_is_indexed():
    streams = [{"flow": 2.0, "heat": 3.0}, {"flow": 5.0, "heat": 7.0}]
    found = ad.grad(of_streams)(streams, [1, 0, 1])
    assert found == [{"flow": 9.0, "heat": 12.0}, {"flow": 98.0, "heat": 140.0}]


def rank_known(x: np.ndarray) -> float:
    return np.sum(x.T[:, None] if x.ndim == 2 else x**2)


def test_the_branch_for_another_rank_is_not_lowered():
    np.testing.assert_array_equal(ad.grad(rank_known)(X), 2 * X)


@dataclasses.dataclass
class Matter:
    mass: float
    phase: m.Phase = m.Phase.SOLID


def of_matter(x: float) -> float:
    matter = Matter(x)
    return matter.mass ** (3 if matter.phase is m.Phase.SOLID else 2)


def test_a_default_that_is_a_member_of_an_enumeration():
    assert ad.grad(of_matter)(2.0) == 12.0


NOT_READ = """\
class Node:
    made = 0

    def __init__(self, value: float):
        Node.made += 1
        self.number = Node.made
        self.value = value


def f(x: float) -> float:
    return Node(x).value * Node(2.0).number
"""
OVERRIDDEN = """\
from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Shape:
    r: float
    inside: list[Shape]

    def area(self) -> float:
        return self.r ** 2


class Round(Shape):
    def area(self) -> float:
        return 3.0 * self.r ** 2


def total(shapes: list[Shape]) -> float:
    return sum(s.area() for s in shapes)


def inner(shape: Shape) -> float:
    return shape.inside[0].r
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [(NOT_READ, ["what 'made' of a class is, is changed by this function for all calls"]),
     (OVERRIDDEN, ["an object of class Shape in a list"])],
    ids=["counted", "overridden"],
)  # fmt: skip
def test_what_stays_refused(text, told, tmp_path):
    path = tmp_path / "prog.py"
    path.write_text(text)
    run = [sys.executable, "-m", "adcompile", str(path), "-o", str(tmp_path / "made.py")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert all(words in done.stderr for words in told), done.stderr


SET_ELSEWHERE = """\
import numpy as np


class Meter:
    def __init__(self, scale: float, offset: list[float]):
        offset = np.array(offset)
        self.total = 0
        self.scale = scale
        self.offset = offset

    def read(self, x: float) -> None:
        self.total += self.scale * x


def squared(meter: Meter) -> float:
    return meter.total**2 + np.sum((meter.offset + meter.offset) ** 2)
"""


def test_attributes_are_what_they_have_become(tmp_path):
    path, made = tmp_path / "meters.py", tmp_path / "made.py"
    path.write_text(SET_ELSEWHERE)
    assert cli.main([str(path), "--mode", "adjoint", "-o", str(made)]) == 0
    meter = runpy.run_path(str(path))["Meter"](2.0, [1.0, 3.0])
    meter.read(1.5)
    value, bar = runpy.run_path(str(made))["squared_adjoint"](meter, 1.0)
    assert value == 9.0 + 40.0 and bar.total == 6.0
    np.testing.assert_array_equal(bar.offset, [8.0, 24.0])


class Tile:
    made = 0

    def __init__(self, w):
        self.w = w
        Tile.made += 1


class Cake:
    made = 3.0

    def __init__(self, k):
        self.k = k


class Small(Tile):
    pass


class Own(Tile):
    made = 5.0


def of_another_class(x):
    return Tile(x).w * Cake(x).made * Cake.made + Own(x).made * x


def of_one_below(x):
    return Small(x).w * Small.made


def test_a_count_is_that_of_its_class():
    """Another class may have the same name for a constant; one below has the count."""
    assert ad.grad(of_another_class)(2.0) == 14.0
    with pytest.raises(SyntaxError, match="what 'made' of a class is"):
        ad.grad(of_one_below)(2.0)
