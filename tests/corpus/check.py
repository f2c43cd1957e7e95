"""Checking a program's derivatives, in whatever way they are computed.

A `Derivatives` computes value and tangent, value and adjoint, and the tangent of the adjoint.  Its
results are held against the oracle, against the dot product, and against central differences.
"""

from __future__ import annotations

import copy
import dataclasses
import enum
import functools
from typing import Any, Protocol

import numpy as np
import oracle

from corpus.cases import Case


class Derivatives(Protocol):
    """The derivatives of one function with respect to the arguments at `moving` positions."""

    def tangent(self, args: Any, ways: Any) -> tuple[Any, Any]:
        """The value and its tangent; `ways` has a direction for each argument that moves."""

    def adjoint(self, args: Any, seed: Any) -> tuple[Any, Any]:
        """The value and the adjoints, one for each argument that moves."""

    def second(self, args: Any, seed: Any, ways: Any) -> Any:
        """The tangent of the adjoints."""


def moves(tree: Any) -> bool:
    """Is there a float in it?"""
    return bool(numbers(tree).size) and not isinstance(tree, (bool, int))


def numbers(tree: Any) -> np.ndarray:
    """All floats of a tree, in order."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    elif dataclasses.is_dataclass(tree):
        tree = [getattr(tree, field.name) for field in dataclasses.fields(tree)]
    if isinstance(tree, (list, tuple)):
        return np.concatenate([np.zeros(0), *(numbers(item) for item in tree)])
    if isinstance(tree, (bool, int, str, enum.Enum)) or tree is None:
        return np.zeros(0)
    array = np.asarray(tree)
    return array.astype(float).ravel() if array.dtype.kind == "f" else np.zeros(0)


def random_like(tree: Any, rng: np.random.Generator) -> Any:
    """A direction for the floats of a tree; zero for its integers, None for the rest."""
    if isinstance(tree, dict):
        return {key: random_like(item, rng) for key, item in tree.items()}
    if dataclasses.is_dataclass(tree):
        fields = {f.name: getattr(tree, f.name) for f in dataclasses.fields(tree)}
        return dataclasses.replace(tree, **{n: random_like(v, rng) for n, v in fields.items()})
    if isinstance(tree, (list, tuple)):
        items = [random_like(item, rng) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    if isinstance(tree, (str, enum.Enum)) or tree is None:
        return None
    kind = np.asarray(tree).dtype
    if kind.kind not in "f":
        return 0 * tree
    return (
        rng.normal(size=np.shape(tree)).astype(kind)[()] if np.shape(tree) else float(rng.normal())
    )


def shifted(tree: Any, way: Any, step: float) -> Any:
    """tree + step * way."""
    if isinstance(tree, dict):
        return {key: shifted(item, way[key], step) for key, item in tree.items()}
    if dataclasses.is_dataclass(tree):
        names = [f.name for f in dataclasses.fields(tree)]
        new = {n: shifted(getattr(tree, n), getattr(way, n), step) for n in names}
        return dataclasses.replace(tree, **new)
    if isinstance(tree, (list, tuple)):
        items = [shifted(item, w, step) for item, w in zip(tree, way, strict=True)]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    if isinstance(tree, np.ndarray):
        return np.asarray(tree + step * way) if moves(tree) else tree
    return tree + step * way if moves(tree) else tree


class Check:
    """One case: its arguments, the direction they move in, and what comes out."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rng = np.random.default_rng(11)
        self.moving = [number for number, arg in enumerate(case.args) if moves(arg)]
        self.ways = [random_like(case.args[number], self.rng) for number in self.moving]

    @property
    def args(self) -> tuple[Any, ...]:
        return copy.deepcopy(self.case.args)

    def every_way(self) -> list[Any]:
        ways = dict(zip(self.moving, self.ways))
        return [ways.get(number) for number in range(len(self.case.args))]

    @functools.cached_property
    def expected(self) -> tuple[Any, Any]:
        """The value and its tangent by the oracle; of a procedure, what it leaves behind."""
        if self.case.differences is not None:
            return self.differences()
        result, left = oracle.run(self.case.function, self.args, self.every_way())
        if result is None:
            args = self.args
            self.case.function(*args)
            changed = [
                number
                for number, (old, new) in enumerate(zip(self.case.args, args))
                if not np.array_equal(numbers(old), numbers(new))
            ]
            kept = [left[number] for number in changed]
            result = kept[0] if len(kept) == 1 else tuple(kept)
        return oracle.primal(result), oracle.tangent(result)

    def differences(self) -> tuple[Any, Any]:
        """The value, and its tangent by central differences of order six."""
        step = 1e-3

        def between(scale: int) -> np.ndarray:
            ends = []
            for sign in (1, -1):
                ways = zip(self.args, self.every_way(), strict=True)
                moved = [
                    arg if way is None else shifted(arg, way, sign * scale * step)
                    for arg, way in ways
                ]
                ends.append(numbers(self.case.function(*moved)))
            return ends[0] - ends[1]

        slope = (45.0 * between(1) - 9.0 * between(2) + between(3)) / (60.0 * step)
        return self.case.function(*self.args), slope

    def close(self, found: Any, wanted: Any, tolerance: float, what: str) -> None:
        found, wanted = numbers(found), numbers(wanted)
        assert found.shape == wanted.shape, f"{what}: {found.size} numbers, {wanted.size} expected"
        size = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
        np.testing.assert_allclose(
            found, wanted, rtol=tolerance, atol=tolerance * size, err_msg=what
        )

    def first_order(self, derivatives: Derivatives) -> None:
        """Value, tangent and adjoint; arguments and seeds stay; a second call is the same."""
        self.tangents(derivatives)
        self.adjoints(derivatives)

    def tangents(self, derivatives: Derivatives) -> None:
        tolerance = self.case.differences or max(self.case.tolerance, 1e-11)
        args, ways = self.args, copy.deepcopy(self.ways)
        value, value_dot = derivatives.tangent(args, ways)
        self.close(value, self.expected[0], max(self.case.tolerance, 1e-11), "value of the tangent")
        self.close(value_dot, self.expected[1], tolerance, "tangent")
        self.same(args, self.case.args, "an argument was changed")
        self.same(ways, self.ways, "a direction was changed")

    def adjoints(self, derivatives: Derivatives) -> None:
        """The adjoint by the dot product with the oracle's tangent, or the emitted one."""
        tolerance = max(self.case.tolerance, 1e-11)
        args, value_dot = self.args, self.expected[1]
        if self.case.differences is not None:
            value_dot = derivatives.tangent(self.args, copy.deepcopy(self.ways))[1]
        seed = random_like(self.expected[0], self.rng)
        given = copy.deepcopy(seed)
        for _ in range(2):
            again, bars = derivatives.adjoint(args, given)
            self.close(again, self.expected[0], tolerance, "value of the adjoint")
            left = float(np.dot(numbers(seed), numbers(value_dot)))
            right = float(np.dot(numbers(bars), numbers(self.ways)))
            size = float(np.abs(numbers(seed)) @ np.abs(numbers(value_dot)))
            assert abs(left - right) <= self.case.tolerance * max(size, 1e-3), (left, right)
        self.same(args, self.case.args, "an argument was changed")
        self.same(given, seed, "a seed was changed")

    def same(self, found: Any, wanted: Any, what: str) -> None:
        np.testing.assert_array_equal(numbers(found), numbers(wanted), err_msg=what)

    def second_order(self, derivatives: Derivatives) -> None:
        """The tangent of the adjoint against differences of order four of the adjoint."""
        seed = random_like(self.expected[0], self.rng)
        args, given = self.args, copy.deepcopy(seed)
        found = derivatives.second(args, given, copy.deepcopy(self.ways))
        self.same(args, self.case.args, "an argument was changed")
        self.same(given, seed, "a seed was changed")
        step = 1e-4

        def slope(scale: float) -> np.ndarray:
            moved = list(self.args)
            for number, way in zip(self.moving, self.ways):
                moved[number] = shifted(moved[number], way, scale * step)
            return numbers(derivatives.adjoint(tuple(moved), copy.deepcopy(seed))[1])

        near, far = slope(1.0) - slope(-1.0), slope(2.0) - slope(-2.0)
        wanted = (8.0 * near - far) / (12.0 * step)
        tolerance = max(1e-6, 1e7 * self.case.tolerance * 1e-2)
        self.close(found, wanted, tolerance, "tangent of the adjoint")
