"""Inputs of the problems, in GradBench's form and the same on every machine.

`workloads()` are the two sizes a problem of the benchmark table; `small(problem)` are what a tool
warms up with and what the tests ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

SEED = 20240607


@dataclass(frozen=True)
class Workload:
    """A size of a problem: its name in the table, and the input."""

    name: str
    problem: str
    input: Any


def random() -> np.random.Generator:
    return np.random.default_rng(SEED)


def hello(x: float) -> Any:
    return x


def llsq(n: int, m: int) -> Any:
    return {"x": random().normal(size=m).tolist(), "n": n}


def lse(n: int) -> Any:
    return {"x": random().normal(size=n).tolist()}


def ode(n: int, s: int) -> Any:
    return {"x": random().uniform(size=n).tolist(), "s": s}


def det(ell: int) -> Any:
    return {"A": random().normal(size=ell * ell).tolist(), "ell": ell}


def gmm(d: int, k: int, n: int) -> Any:
    rng = random()
    return {
        "d": d, "k": k, "n": n,
        "alpha": rng.normal(size=k).tolist(),
        "mu": rng.uniform(size=(k, d)).tolist(),
        "q": rng.normal(size=(k, d)).tolist(),
        "l": rng.normal(size=(k, d * (d - 1) // 2)).tolist(),
        "x": rng.normal(size=(n, d)).tolist(),
        "gamma": 1.0, "m": 0,
    }  # fmt: skip


def lstm(l: int, c: int, b: int = 14) -> Any:
    rng = random()
    return {
        "main_params": rng.uniform(-1, 1, size=(2 * l, 4 * b)).tolist(),
        "extra_params": rng.uniform(-1, 1, size=(3, b)).tolist(),
        "state": rng.uniform(-1, 1, size=(2 * l, b)).tolist(),
        "sequence": rng.integers(0, 2, size=(c, b)).astype(float).tolist(),
    }


def ba(n: int, m: int, p: int) -> Any:
    rng = random()
    cam = [*rng.normal(size=6), 1.2, *rng.normal(size=2), *rng.normal(scale=0.1, size=2)]
    return {
        "n": n, "m": m, "p": p,
        "cam": [float(item) for item in cam],
        "x": rng.normal(size=3).tolist(),
        "w": float(rng.normal()),
        "feat": rng.normal(size=2).tolist(),
    }  # fmt: skip


def ht(count: int, points: int, on_triangles: bool) -> Any:
    """A hand of `count` vertices: a palm with five chains of four bones, and a wrist."""
    rng = random()
    bones = 22
    parents = [-1, 0] + [0 if i % 4 == 2 else i - 1 for i in range(2, bones)]
    relatives = np.tile(np.eye(4), (bones, 1, 1))
    relatives[:, :3, :] += rng.normal(scale=0.2, size=(bones, 3, 4))
    inverses = np.linalg.inv(relatives)
    weights = rng.uniform(size=(count, bones)) * (rng.uniform(size=(count, bones)) < 0.2)
    weights[:, 0] += 0.1
    weights /= weights.sum(axis=1, keepdims=True)
    corners = count // 2 if on_triangles else count
    model = {
        "bone_count": bones,
        "bone_names": [f"bone {i}" for i in range(bones)],
        "parents": parents,
        "base_relatives": relatives.tolist(),
        "inverse_base_absolutes": inverses.tolist(),
        "base_positions": np.column_stack([rng.normal(size=(count, 3)), np.ones(count)]).tolist(),
        "weights": weights.tolist(),
        "triangles": rng.integers(0, count, size=(count // 2, 3)).tolist(),
        "is_mirrored": False,
    }
    return {
        "theta": rng.normal(scale=0.3, size=26).tolist(),
        "data": {
            "model": model,
            "correspondences": rng.integers(0, corners, size=points).tolist(),
            "points": rng.normal(size=(points, 3)).tolist(),
        },
        "us": rng.uniform(0, 0.5, size=(points, 2)).tolist() if on_triangles else [],
    }


def kmeans(k: int, n: int, d: int = 8) -> Any:
    rng = random()
    points = rng.normal(size=(n, d))
    return {"points": points.tolist(), "centroids": points[:k].tolist()}


def particle() -> Any:
    return {"w": 0.0}


def saddle() -> Any:
    return {"start": [1.0, 1.0]}


def small(problem: str) -> Iterator[Any]:
    """Small inputs, one of each kind that the problem has."""
    match problem:
        case "hello":
            yield hello(3.0)
        case "llsq":
            yield llsq(17, 6)
        case "lse":
            yield lse(20)
        case "ode":
            yield ode(6, 10)
        case "det":
            yield det(4)
        case "gmm":
            yield gmm(3, 4, 12)
        case "lstm":
            yield lstm(2, 6, 3)
        case "ba":
            yield ba(3, 4, 7)
        case "ht":
            yield ht(24, 5, False)
            yield ht(24, 5, True)
        case "kmeans":
            yield kmeans(3, 20, 2)
        case "particle":
            yield particle()
        case "saddle":
            yield saddle()


def sizes() -> Iterator[Workload]:
    """The inputs of the benchmark table."""
    for n in (256, 4096):
        yield Workload(f"llsq n={n} m=128", "llsq", llsq(n, 128))
    for n in (10_000, 100_000):
        yield Workload(f"lse n={n}", "lse", lse(n))
    for n in (1000, 10_000):
        yield Workload(f"ode n={n} s=100", "ode", ode(n, 100))
    for ell in (7, 9):
        yield Workload(f"det ell={ell}", "det", det(ell))
    for d, k in ((2, 5), (20, 25)):
        yield Workload(f"gmm d={d} k={k} n=1000", "gmm", gmm(d, k, 1000))
    for l, c in ((2, 128), (4, 1024)):
        yield Workload(f"lstm l={l} c={c}", "lstm", lstm(l, c))
    for n, m, p in ((10, 250, 1000), (49, 7776, 31843)):
        yield Workload(f"ba p={p}", "ba", ba(n, m, p))
    yield Workload("ht theta", "ht", ht(544, 100, False))
    yield Workload("ht theta us", "ht", ht(544, 100, True))
    for k, n in ((10, 1000), (100, 10_000)):
        yield Workload(f"kmeans k={k} n={n}", "kmeans", kmeans(k, n))
    yield Workload("particle", "particle", particle())
    yield Workload("saddle", "saddle", saddle())


FUNCTIONS = {
    "hello": ("square", "double"),
    "llsq": ("primal", "gradient"),
    "lse": ("primal", "gradient"),
    "ode": ("primal", "gradient"),
    "det": ("primal", "gradient"),
    "gmm": ("objective", "jacobian"),
    "lstm": ("objective", "jacobian"),
    "ba": ("objective", "jacobian"),
    "ht": ("objective", "jacobian"),
    "kmeans": ("cost", "dir"),
    "particle": ("rr", "ff", "fr", "rf"),
    "saddle": ("rr", "ff", "fr", "rf"),
}
"""What each problem is asked; of two, the primal comes first."""


def workloads() -> Iterator[tuple[str, str, str, Any]]:
    """(name, problem, function, input), primal and derivative of each size in turn."""
    for size in sizes():
        for function in FUNCTIONS[size.problem]:
            yield size.name, size.problem, function, size.input
