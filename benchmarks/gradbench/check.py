"""Answers against other computations, to a relative 1e-8; what is not a number is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.gradbench import descents, inputs, reference
from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import entries
from benchmarks.gradbench.modules.ba import CAMERA, POINT, ROW, SHOWN
from benchmarks.gradbench.reference import Vector

TOLERANCE = 1e-8
ROUNDING = 1e-13
"""Of the largest entry: what a sum of such entries loses when they cancel."""
ALL = 200
"""So many independents are looked at one by one; of more a few, and a direction that moves all."""
DERIVATIVES = ("double", "gradient", "jacobian")


class Wrong(AssertionError):
    """An answer that is not what it should be."""


def compare(problem: str, function: str, given: Any, output: Any) -> float:
    """The largest relative error of an answer; Wrong where it is too large."""
    worst = 0.0
    for what, got, want in parts(problem, function, given, output):
        worst = max(worst, error(f"{problem} {function}: {what}", got, want))
    return worst


def error(what: str, got: Any, want: Any) -> float:
    """How far two arrays are apart, against TOLERANCE."""
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    if got.shape != want.shape:
        raise Wrong(f"{what} has shape {got.shape}, not {want.shape}")
    if not np.isfinite(want).all():
        raise Wrong(f"{what}: there is nothing finite to compare with")
    if not np.isfinite(got).all():
        raise Wrong(f"{what} is not finite")
    if got.size == 0:
        return 0.0
    size = np.abs(want) + ROUNDING / TOLERANCE * np.abs(want).max()
    apart = np.abs(got - want)
    with np.errstate(divide="ignore"):
        errors = np.divide(apart, size, out=np.zeros_like(apart), where=apart > 0)
    worst = float(errors.max())
    if not worst <= TOLERANCE:
        raise Wrong(f"{what} is wrong by {worst:.1e}, relatively")
    return worst


Part = tuple[str, Any, Any]


def parts(problem: str, function: str, given: Any, output: Any) -> Iterator[Part]:
    """What there is to compare: its name, what the answer has, what it should have."""
    match problem, function:
        case "particle", _:
            yield "the place", [output], descents.particle(given)
        case "saddle", _:
            yield "the point", output, descents.saddle(given)
        case "ba", "objective":
            yield from observations(given, output)
        case "ba", "jacobian":
            yield from rows(given, output)
        case "kmeans", _:
            yield "centroids" if function == "dir" else "cost", output, clusters(given, function)
        case _:
            f, z = reference.FUNCTIONS[problem, function](given)
            if function in DERIVATIVES:
                yield from columns(f, z, laid_out(problem, given, output))
            else:
                yield "value", np.ravel(output), np.real(f(z))


def laid_out(problem: str, given: Any, output: Any) -> Vector:
    """A derivative as a matrix, results by independents, after a look at its form."""
    if problem != "gmm":
        return np.array(output, dtype=float).reshape(-1 if problem == "ht" else 1, width(output))
    d, k = given["d"], given["k"]
    shapes = {"alpha": (k,), "mu": (k, d), "q": (k, d), "l": (k, d * (d - 1) // 2)}
    if list(output) != list(shapes):
        raise Wrong(f"gmm jacobian has the keys {list(output)}")
    for name, shape in shapes.items():
        if np.shape(output[name]) != shape:
            raise Wrong(f"gmm jacobian: {name} has shape {np.shape(output[name])}, not {shape}")
    return np.concatenate([np.ravel(output[name]) for name in shapes])[None]


def width(output: Any) -> int:
    """How many columns a derivative has."""
    return int(np.shape(output)[-1]) if np.ndim(output) else 1


def columns(f: Any, z: Vector, matrix: Vector) -> Iterator[Part]:
    """A derivative against complex steps."""
    if matrix.shape[1] != len(z):
        raise Wrong(f"a derivative has {matrix.shape[1]} columns, not {len(z)}")
    rng = np.random.default_rng(len(z))
    some = range(len(z)) if len(z) <= ALL else sorted(rng.choice(len(z), 12, replace=False))
    want = [reference.derivative(f, z, np.arange(len(z)) == j) for j in some]
    yield "derivative", matrix[:, list(some)], np.stack(want, axis=1)
    way = rng.normal(size=len(z))
    yield "derivative in a direction", matrix @ way, reference.derivative(f, z, way)


def observations(given: Any, output: Any) -> Iterator[Part]:
    """ba: the residuals of an observation, and how often it is repeated."""
    f, z = reference.ba(given)
    yield "reproj_error", output["reproj_error"]["elements"], f(z)
    yield "w_err", output["w_err"]["element"], 1 - given["w"] ** 2
    repeated = [output[name]["repeated"] for name in ("reproj_error", "w_err")]
    yield "repeated", repeated, [given["p"]] * 2


def rows(given: Any, output: Any) -> Iterator[Part]:
    """ba: the matrix entry by entry, then what is shown of it."""
    n, m, p = given["n"], given["m"], given["p"]
    f, z = reference.ba(given)
    block = np.stack([reference.derivative(f, z, way) for way in np.eye(ROW)], axis=1)
    starts, places, values = [0], [], []
    for i in range(p):
        camera = [CAMERA * (i % n) + j for j in range(CAMERA)]
        point = [CAMERA * n + POINT * (i % m) + j for j in range(POINT)]
        for row in block:
            places += [*camera, *point, CAMERA * n + POINT * m + i]
            values += [*row]
            starts.append(len(values))
    for i in range(p):
        places.append(CAMERA * n + POINT * m + i)
        values.append(-2 * given["w"])
        starts.append(len(values))
    for name, want in (("rows", starts), ("cols", places), ("vals", values)):
        yield name, output[name], [*want[:SHOWN], want[-1]]


def clusters(given: Any, function: str) -> Any:
    """kmeans: the cost; and how far each centroid is from the middle of its points."""
    points, centroids = np.array(given["points"]), np.array(given["centroids"])
    squares = np.array([((points - c) ** 2).sum(axis=1) for c in centroids])
    nearest = squares.argmin(axis=0)
    if function == "cost":
        return squares.min(axis=0).sum()
    return np.array([c - points[nearest == i].mean(axis=0) for i, c in enumerate(centroids)])


def main(compiler: Compiler) -> int:
    """Check every function at the sizes of the table; 1 where one is wrong."""
    wrong = 0
    for name, problem, function, given in inputs.workloads():
        try:
            output = entries(problem, compiler)[function](given)
            found = f"{compare(problem, function, given, output):.1e}"
        except Exception as fault:
            wrong += 1
            found = f"{type(fault).__name__}: {fault}"
        print(f"{name:24}  {function:10}  {found}", flush=True)
    for function, choice in sorted(compiler.choices.items()):
        print(f"{function}: {choice}")
    return int(wrong > 0)
