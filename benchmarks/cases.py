"""The programs of the table, with their arguments."""

from __future__ import annotations

import importlib.util
import inspect
import math
import pathlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks import golden_programs, polybench
from benchmarks.gradbench import inputs
from benchmarks.gradbench.primals import ba, det, gmm, ht, kmeans, llsq, lse, lstm, ode

SAMPLES = pathlib.Path(__file__).parents[1] / "samples"
Function = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Case:
    """A program with its arguments, and what else there is to compare its derivatives with.

    `form` names what other tools have of it; `asked` is the function of GradBench that it answers.
    Without a primal there is only that function.
    """

    name: str
    group: str
    primal: Function | None
    args: tuple[Any, ...]
    wrt: tuple[str, ...] = ()
    hand: tuple[Function, Function] | None = None
    form: str = ""
    asked: str = ""
    workload: inputs.Workload | None = None
    large: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        assert self.primal is not None
        return tuple(inspect.signature(self.primal).parameters)

    def independents(self) -> tuple[Any, ...]:
        """The arguments that the derivative is by."""
        named = dict(zip(self.parameters, self.args))
        return tuple(named[name] for name in self.wrt)


def every() -> Iterator[Case]:
    yield from golden()
    yield from samples()
    yield from kernels()
    yield from problems()


def golden() -> Iterator[Case]:
    """The programs with derivatives written by hand, and a loop of numbers."""
    for primal, tangent, adjoint, wrt, args in golden_programs.CASES:
        yield Case(primal.__name__, "golden", primal, args, wrt, (tangent, adjoint))
    yield Case("loop", "golden", loop, (0.3, 1000), ("x",), form="loop")


def loop(x: float, n: int) -> float:
    for _ in range(n):
        x = math.sin(x) * 1.1 + 0.1
    return x


def samples() -> Iterator[Case]:
    rng = np.random.default_rng(1)

    def case(name: str, primal: Function, wrt: tuple[str, ...], args: tuple[Any, ...]) -> Case:
        return Case(f"{name} sample", "samples", primal, args, wrt)

    yield case("running", _sample("running_example").f, ("x1", "x2"), (1.5, 0.5))
    anomaly = _sample("kepler").eccentric_anomaly
    yield case("kepler", anomaly, ("a", "e"), (2.77, 0.23, 100.0))
    yield case("product", _sample("product").product, ("x",), (rng.uniform(0.5, 1.6, 1000),))
    model = _sample("iris/model")
    x, y = rng.normal(size=(150, 4)), np.eye(3)[np.arange(150) % 3]
    weights = rng.normal(size=(4, 8)), np.zeros(8), rng.normal(size=(8, 3)), np.zeros(3)
    yield case("iris", model.loss, ("W1", "b1", "W2", "b2"), (*weights, x, y))
    elman = _sample("elman")
    args = (*elman.initial(), elman.sunspots())
    yield case("elman", elman.loss, ("Wx", "Wh", "bh", "Wy", "by"), args)
    heat = _sample("heat")
    _, u0, measured, ratio = heat.experiment()
    yield case("heat", heat.misfit, ("k",), (np.ones(31), u0, measured, ratio, 0.02))
    yield case("rosenbrock", _sample("rosenbrock").rosenbrock, ("x",), (np.full(100, 0.8),))


def _sample(name: str) -> Any:
    path = SAMPLES / f"{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def kernels() -> Iterator[Case]:
    for name in polybench.NAMES:
        yield kernel(name)


def kernel(name: str, size: int | None = None) -> Case:
    """A kernel of PolyBench, by all its arguments that are real."""
    module = import_module(f"benchmarks.polybench.{name}")
    args = module.arguments(size or module.SIZE, np.random.default_rng(1))
    primal = getattr(module, name)
    named = zip(inspect.signature(primal).parameters, args)
    wrt = tuple(name for name, value in named if isinstance(value, (float, np.ndarray)))
    return Case(name, "polybench", primal, args, wrt, form=name)


def problems() -> Iterator[Case]:
    """GradBench's problems at two sizes each; the larger one comes second."""
    seen: set[str] = set()
    for workload in inputs.sizes():
        large = workload.problem in seen
        seen.add(workload.problem)
        functions = inputs.FUNCTIONS[workload.problem]
        given = import_module(f"benchmarks.gradbench.modules.{workload.problem}").arguments(
            workload.input
        )
        if len(functions) > 2:
            for asked in functions:
                name = f"{workload.name} {asked}"
                yield Case(name, "gradbench", None, given, asked=asked, workload=workload)
            continue
        primal, args, wrt = _problem(workload.problem, given)
        yield Case(
            workload.name, "gradbench", primal, args, wrt, form=workload.problem,
            asked=functions[1], workload=workload, large=large,
        )  # fmt: skip


def _problem(problem: str, given: tuple[Any, ...]) -> tuple[Function, Any, tuple[str, ...]]:
    """The primal of a problem, its arguments and its independents."""
    match problem:
        case "llsq":
            return llsq.primal, given, ("x",)
        case "lse":
            return lse.primal, given, ("x",)
        case "ode":
            return ode.last, given, ("x",)
        case "det":
            return det.primal, given, ("A",)
        case "gmm":
            return gmm.objective, given, ("alpha", "mu", "q", "l")
        case "lstm":
            return lstm.objective, given, ("main", "extra")
        case "ba":
            return ba.objective, given, ("cams", "points", "weights")
        case "kmeans":
            return kmeans.cost, given, ("centroids",)
    theta, us, hand = given
    if us is None:
        return ht.objective, (theta, *hand), ("theta",)
    return ht.objective_on_triangles, (theta, us, *hand), ("theta", "us")
