"""Derivatives before they are timed: against differences, and against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cases import Case

STEP = 1e-6


class Wrong(AssertionError):
    """A derivative that is not what it should be."""


def leaves(tree: Any) -> list[Any]:
    """The numbers and arrays of a structure, in order."""
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in leaves(tree[key])]
    if isinstance(tree, (tuple, list)):
        return [leaf for item in tree for leaf in leaves(item)]
    return [tree]


def flat(tree: Any) -> Any:
    """All numbers of a structure in one array."""
    return np.concatenate([np.ravel(np.asarray(leaf, dtype=float)) for leaf in leaves(tree)])


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """A structure with each leaf made from those of structures like it."""
    if isinstance(tree, dict):
        return {
            key: mapped(function, item, *(other[key] for other in others))
            for key, item in tree.items()
        }
    if isinstance(tree, (tuple, list)):
        return type(tree)(mapped(function, *items) for items in zip(tree, *others, strict=True))
    return function(tree, *others)


def random_like(tree: Any, seed: int) -> Any:
    """Random numbers in the structure of a value."""
    rng = np.random.default_rng(seed)

    def one(leaf: Any) -> Any:
        return rng.normal(size=np.shape(leaf)) if np.ndim(leaf) else float(rng.normal())

    return mapped(one, tree)


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments, so that what a primal overwrites is not the next one's."""
    return tuple(np.copy(a) if isinstance(a, np.ndarray) else a for a in args)


def same(what: str, got: Any, want: Any, tolerance: float = 1e-9) -> None:
    """The two agree, relative to the largest entry."""
    got, want = flat(got), flat(want)
    if got.shape != want.shape:
        raise Wrong(f"{what} has {got.size} numbers, not {want.size}")
    if not (np.isfinite(got).all() and np.isfinite(want).all()):
        raise Wrong(f"{what} is not finite")
    apart = float(np.max(np.abs(got - want), initial=0.0))
    size = float(np.max(np.abs(want), initial=0.0))
    if apart > tolerance * size:
        raise Wrong(f"{what} is wrong by {apart / (size or 1.0):.1e}, relatively")


def tangent(case: Case, dots: tuple[Any, ...], result: tuple[Any, Any]) -> None:
    """A tangent against a central difference of the primal."""
    assert case.primal is not None
    primal, moving = case.primal, dict(zip(case.wrt, dots))

    def moved(step: float) -> Any:
        args = [
            mapped(lambda x, dot: x + step * dot, value, moving[name]) if name in moving else value
            for name, value in zip(case.parameters, copied(case.args))
        ]
        return flat(primal(*args))

    value, value_dot = result
    same("the value beside the tangent", value, primal(*copied(case.args)))
    size = max(1.0, *(float(np.max(np.abs(flat(dot)))) for dot in dots))
    step = STEP / size
    difference = (moved(step) - moved(-step)) / (2 * step)
    rounding = 1e-14 / step * np.max(np.abs(flat(value)))
    apart = np.max(np.abs(flat(value_dot) - difference))
    if not apart <= 1e-5 * np.max(np.abs(difference)) + rounding:
        raise Wrong(f"the tangent is apart from a difference by {apart:.1e}")


def adjoint(dots: tuple[Any, ...], value_dot: Any, seed: Any, bars: Any) -> None:
    """An adjoint against the tangent: seed . value_dot = bars . dots."""
    one, other = flat(seed) * flat(value_dot), flat(bars) * flat(dots)
    size = max(np.sum(np.abs(one)), np.sum(np.abs(other)))
    if not abs(np.sum(one) - np.sum(other)) <= 1e-9 * size:
        raise Wrong(f"adjoint and tangent disagree: {np.sum(other)} and {np.sum(one)}")
