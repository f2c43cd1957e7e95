"""Lists of objects that hold members of an enumeration, by files that the command line writes."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adcompile import cli

PROGRAMS = '''
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    SPRING = "spring"
    DAMPER = "damper"


@dataclass
class Element:
    k: float
    kind: Kind
    on: bool = True


@dataclass
class Mount:
    element: Element
    gain: float


@dataclass
class Frame:
    elements: list[Element]
    gain: float


def forces(elements: list[Element], x: float):
    total = 0.0
    for e in elements:
        if e.kind is Kind.SPRING:
            total += e.k * x
        elif e.kind == Kind.DAMPER and e.on:
            total += e.k * x * abs(x)
        else:
            total -= e.k
    return total


def of_a_tuple(elements: tuple[Element, ...], x: float):
    total = 0.0
    for e in elements:
        match e.kind:
            case Kind.SPRING:
                total += e.k * x
            case Kind.DAMPER:
                total += e.k * x * x
    return total


def of_a_dictionary(elements: dict[str, Element], x: float):
    gains = {Kind.SPRING: x, Kind.DAMPER: x * x}
    total = 0.0
    for name, e in elements.items():
        total += gains[e.kind] * e.k
    return total


def of_parts(mounts: list[Mount], x: float):
    total = 0.0
    for mount in mounts:
        e = mount.element
        total += mount.gain * (e.k if e.kind is Kind.DAMPER else x)
    return total


def of_lists(frames: list[Frame], x: float):
    total = 0.0
    for frame in frames:
        for e in frame.elements:
            total += frame.gain * (e.k ** 2 if e.kind is Kind.DAMPER else e.k * x)
    return total


def of_the_best(elements: list[Element], x: float):
    best = elements[0]
    for e in elements:
        if e.k > best.k:
            best = e
    return best.k * x if best.kind is Kind.SPRING else best.k ** 2


def changed(elements: list[Element], x: float):
    for e in elements:
        e.k = e.k * x
    return elements
'''
ARGUMENTS = {
    "forces": lambda m: elements(m),
    "of_a_tuple": lambda m: tuple(elements(m)),
    "of_a_dictionary": lambda m: dict(zip("abcd", elements(m))),
    "of_parts": lambda m: [m.Mount(e, 0.3 + e.k) for e in elements(m)],
    "of_lists": lambda m: [m.Frame(elements(m)[n:], 0.3 + n) for n in range(3)],
    "of_the_best": lambda m: elements(m),
}


def elements(m: Any) -> list[Any]:
    kinds = (m.Kind.SPRING, m.Kind.DAMPER, m.Kind.DAMPER, m.Kind.SPRING)
    return [m.Element(0.4 + 0.3 * n, kind, n != 2) for n, kind in enumerate(kinds)]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("members")
    source = folder / "members_of_many.py"
    source.write_text(PROGRAMS)
    paths = {"primal": source, "said": io.StringIO()}
    with contextlib.redirect_stderr(paths["said"]):
        for mode in cli.MODES:
            paths[mode] = folder / f"{mode}.py"
            cli.main([str(source), "--mode", mode, "-o", str(paths[mode])])
    return {name: loaded(path) if name != "said" else path.getvalue()
            for name, path in paths.items()}  # fmt: skip


def loaded(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def mapped(function: Any, tree: Any, other: Any) -> Any:
    """The structure with its floats replaced, and None for the rest."""
    if isinstance(tree, float):
        return function(tree, other)
    if isinstance(tree, (list, tuple)):
        return type(tree)(mapped(function, *pair) for pair in zip(tree, other))
    if isinstance(tree, dict):
        return {key: mapped(function, tree[key], other[key]) for key in tree}
    if hasattr(tree, "__dataclass_fields__"):
        pairs = {key: (value, getattr(other, key)) for key, value in vars(tree).items()}
        return type(tree)(**{key: mapped(function, *pair) for key, pair in pairs.items()})
    return tree if isinstance(tree, bool) else None


def ways(tree: Any) -> tuple[Any, list[float]]:
    """A direction, and the numbers in it."""
    rng = np.random.default_rng(5)
    taken: list[float] = []

    def draw(_: float, __: Any) -> float:
        taken.append(float(rng.normal()))
        return taken[-1]

    return mapped(draw, tree, tree), taken


def moved(tree: Any, way: Any, step: float) -> Any:
    if isinstance(tree, float):
        return tree + step * way
    if isinstance(tree, (list, tuple)):
        return type(tree)(moved(*pair, step) for pair in zip(tree, way))
    if isinstance(tree, dict):
        return {key: moved(tree[key], way[key], step) for key in tree}
    if hasattr(tree, "__dataclass_fields__"):
        held = {key: moved(v, getattr(way, key), step) for key, v in vars(tree).items()}
        return type(tree)(**held)
    return tree


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_path_is_that_of_the_member(name: str, modules: dict[str, Any]) -> None:
    primal = getattr(modules["primal"], name)
    args = (ARGUMENTS[name](modules["primal"]), 0.7)
    dots, numbers = ways(args)
    ends = [primal(*moved(args, dots, step)) for step in (1e-6, -1e-6)]
    slope = (ends[0] - ends[1]) / 2e-6
    value, dot = getattr(modules["tangent"], f"{name}_tangent")(*args, *dots)
    np.testing.assert_allclose([value, dot], [primal(*args), slope], rtol=1e-8)
    value, bars = getattr(modules["adjoint"], f"{name}_adjoint")(*args, 1.0)
    found: list[float] = []
    mapped(lambda bar, _: found.append(bar), bars, bars)
    np.testing.assert_allclose([value, np.dot(found, numbers)], [primal(*args), slope], rtol=1e-8)


def test_such_a_list_is_not_returned(modules: dict[str, Any]) -> None:
    assert "changed not compiled: line" in modules["said"]
    assert "members of an enumeration is returned" in modules["said"]
