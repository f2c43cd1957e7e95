"""How much a derivative costs: against its primal, against a hand-written one, against autograd."""

from __future__ import annotations

import importlib.util
import math
import pathlib
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import adcompile as ad
from benchmarks import golden_programs
from benchmarks.measure import Times, measure

SAMPLES = pathlib.Path(__file__).parents[1] / "samples"


@dataclass
class Case:
    """A program with its arguments, and derivatives written by hand where there are any."""

    name: str
    primal: Callable[..., Any]
    wrt: tuple[str, ...]
    args: tuple[Any, ...]
    hand_tangent: Callable[..., Any] | None = None
    hand_adjoint: Callable[..., Any] | None = None
    mutates: bool = False


def cases() -> Iterator[Case]:
    for primal, tangent, adjoint, wrt, args in golden_programs.CASES:
        mutates = primal is golden_programs.heat
        yield Case(primal.__name__, primal, wrt, args, tangent, adjoint, mutates)
    yield from samples()


def samples() -> Iterator[Case]:
    rng = np.random.default_rng(1)
    yield Case("running example", _sample("running_example").f, ("x1", "x2"), (1.5, 0.5))
    anomaly = _sample("kepler").eccentric_anomaly
    yield Case("kepler sample", anomaly, ("a", "e"), (2.77, 0.23, 100.0))
    yield Case("product", _sample("product").product, ("x",), (rng.uniform(0.5, 1.6, 1000),))
    model = _sample("iris/model")
    x, y = rng.normal(size=(150, 4)), np.eye(3)[np.arange(150) % 3]
    weights = rng.normal(size=(4, 8)), np.zeros(8), rng.normal(size=(8, 3)), np.zeros(3)
    yield Case("iris", model.loss, ("W1", "b1", "W2", "b2"), (*weights, x, y))
    elman = _sample("elman")
    args = (*elman.initial(), elman.sunspots())
    yield Case("elman", elman.loss, ("Wx", "Wh", "bh", "Wy", "by"), args)
    heat = _sample("heat")
    _, u0, measured, ratio = heat.experiment()
    yield Case("heat sample", heat.misfit, ("k",), (np.ones(31), u0, measured, ratio, 0.02))
    yield Case("rosenbrock", _sample("rosenbrock").rosenbrock, ("x",), (np.full(100, 0.8),))


def _sample(name: str) -> Any:
    path = SAMPLES / f"{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def direction(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: direction(item) for key, item in value.items()}
    return np.ones(np.shape(value))[()] * 0.5


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.copy(a) if isinstance(a, np.ndarray) else a for a in args)


def timed(case: Case) -> Times:
    """Times of the primal, the emitted functions and the hand-written ones."""
    names = case.primal.__code__.co_varnames[: case.primal.__code__.co_argcount]
    dots = tuple(direction(case.args[names.index(name)]) for name in case.wrt)
    wrt = case.wrt if len(case.wrt) > 1 else case.wrt[0]
    tangent, adjoint = ad.tangent(case.primal, wrt=wrt), ad.adjoint(case.primal, wrt=wrt)
    value, _ = tangent(*case.args, *dots)
    seed = () if np.ndim(value) == 0 else (np.ones(np.shape(value)),)
    primal_args = copied(case.args)  # what the primal overwrites is its own copy
    calls: dict[str, Callable[[], object]] = {
        "primal": lambda: case.primal(*primal_args),
        "tangent": lambda: emitted_tangent(*case.args, *dots),
        "adjoint": lambda: emitted_adjoint(*case.args, *seed),
    }
    adjoint(*case.args, *seed)
    emitted_tangent, emitted_adjoint = plain(tangent, case.primal), plain(adjoint, case.primal)
    if case.hand_tangent is not None and case.hand_adjoint is not None:
        hand_tangent, hand_adjoint = case.hand_tangent, case.hand_adjoint
        same(hand_adjoint(*case.args, *seed), emitted_adjoint(*case.args, *seed), case.name)
        same(hand_tangent(*case.args, *dots), emitted_tangent(*case.args, *dots), case.name)
        calls["hand adjoint"] = lambda: hand_adjoint(*case.args, *seed)
        calls["hand tangent"] = lambda: hand_tangent(*case.args, *dots)
    return measure(calls)


def plain(function: Any, primal: Callable[..., Any]) -> Callable[..., Any]:
    """The emitted function itself, as its file would give it, without the look-up by kinds."""
    namespace: dict[str, Any] = {}
    exec(compile(function.source, "<emitted>", "exec"), namespace)
    emitted = namespace[function.__name__]
    code = emitted.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    if names:  # the constants of the primal's module
        emitted.__kwdefaults__ = {name: primal.__globals__[name] for name in names}
    return emitted


def same(one: Any, other: Any, name: str) -> None:
    """The two agree, or the comparison would mean nothing."""
    if isinstance(one, dict):
        one, other = [one[k] for k in sorted(one)], [other[k] for k in sorted(other)]
    if isinstance(one, (tuple, list)):
        for a, b in zip(one, other, strict=True):
            same(a, b, name)
    else:
        np.testing.assert_allclose(one, other, rtol=1e-9, err_msg=name)


def table() -> list[dict[str, Any]]:
    """One row a program, and the medians."""
    rows = []
    for case in cases():
        try:
            times = timed(case)
        except Exception as error:
            rows.append({"program": case.name, "failed": f"{type(error).__name__}: {error}"})
            continue
        row: dict[str, Any] = {"program": case.name, "primal us": times.seconds("primal") * 1e6}
        for mode in ("tangent", "adjoint"):
            row[f"{mode}/primal"] = times.ratio(mode, "primal")
            if f"hand {mode}" in times:
                row[f"{mode}/hand"] = times.ratio(mode, f"hand {mode}")
        rows.append(row)
    columns = ("tangent/primal", "adjoint/primal", "tangent/hand", "adjoint/hand")
    summary: dict[str, Any] = {"program": "median"}
    worst: dict[str, Any] = {"program": "worst"}
    for column in columns:
        values = [row[column] for row in rows if column in row]
        if values:
            summary[column], worst[column] = statistics.median(values), max(values)
    return [*rows, summary, worst]


def scalar_loop(x: float, n: int) -> float:
    for _ in range(n):
        x = math.sin(x) * 1.1 + 0.1
    return x


def against_autograd() -> dict[str, Any]:
    """The gradient of one scalar loop of 1000 turns, emitted and by HIPS autograd."""
    what = "autograd / emitted, scalar loop of 1000 turns"
    try:
        import autograd
        import autograd.numpy as anp
    except ImportError:
        return {"what": what, "value": None, "goal": "pip install 'adcompile[bench]'"}

    def traced(x: float) -> Any:
        for _ in range(1000):
            x = anp.sin(x) * 1.1 + 0.1
        return x

    adjoint = ad.adjoint(scalar_loop, wrt="x")
    gradient = autograd.grad(traced)
    np.testing.assert_allclose(adjoint(0.3, 1000)[1], gradient(0.3), rtol=1e-9)
    emitted = plain(adjoint, scalar_loop)
    times = measure({"emitted": lambda: emitted(0.3, 1000), "autograd": lambda: gradient(0.3)})
    return {"what": what, "value": times.ratio("autograd", "emitted"), "goal": ">= 100"}
