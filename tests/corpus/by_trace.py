"""Derivatives by the traces, run without emission."""

from __future__ import annotations

from typing import Any

import interpreter
import numpy as np
from corpus.check import moves

from adcompile import pipeline
from adcompile.frontend.signature import of_arguments
from adcompile.frontend.sources import of_callable
from adcompile.rules.check import verify
from adcompile.trace.ir import Node, Trace


class ByTrace:
    """The derivatives of a function for arguments like these; every trace on the way is verified."""

    def __init__(self, function: Any, args: tuple[Any, ...], without: tuple[str, ...] = ()) -> None:
        self.function = of_callable(function)
        self.without = without
        arguments = self.function.node.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        self.named = dict(zip(names, args))
        self.wrt = tuple(name for name, arg in self.named.items() if moves(arg))
        self.made: dict[Any, tuple[Trace, dict[str, Any]]] = {}
        self.globals = getattr(function, "__globals__", {})

    def trace(self, *modes: str) -> tuple[Trace, dict[str, Any]]:
        if modes not in self.made:
            derivation = tuple((mode, self.wrt) for mode in modes)
            kinds = of_arguments(self.named, self.wrt)
            watch = lambda name, trace: verify(trace)  # noqa: E731
            pipeline.watchers.append(watch)
            try:
                found = pipeline.derivative(
                    self.function, kinds, derivation, without=self.without
                )
            finally:
                pipeline.watchers.remove(watch)
            lowered = found.lowered
            outside = {name: data.read() for name, data in lowered.closure.items()}
            self.made[modes] = found.trace, outside
        return self.made[modes]

    def run(self, modes: tuple[str, ...], args: Any, more: Any) -> Any:
        trace, outside = self.trace(*modes)
        names = [param.name for param in trace.params]
        given = {name: outside[name] for name in outside if name in names}
        for param in trace.params:
            if param.place == "global":
                given[param.name] = self.globals[param.name]
        return interpreter.run(trace, *args, **self.defaults(trace, len(args), more), **given)

    def defaults(self, trace: Trace, count: int, more: Any) -> dict[str, Any]:
        """The derivatives' own parameters come last."""
        names = [param.name for param in trace.params if param.place == "positional"]
        return dict(zip(names[len(names) - len(more) :], more, strict=True))

    def tangent(self, args: Any, ways: Any) -> tuple[Any, Any]:
        value, value_dot = self.run(("tangent",), args, ways)
        return value, value_dot

    def adjoint(self, args: Any, seed: Any) -> tuple[Any, Any]:
        value, bars = self.run(("adjoint",), args, self.seeds(seed))
        return value, bars

    def seeds(self, seed: Any) -> list[Any]:
        trace, _ = self.trace("adjoint")
        primal = len(self.function.node.args.args) + len(self.function.node.args.posonlyargs)
        extra = [p for p in trace.params if p.place == "positional"][primal:]
        if len(extra) == 1:
            return [seed]
        return list(seed) if extra else []

    def second(self, args: Any, seed: Any, ways: Any) -> Any:
        _, both = self.run(("adjoint", "tangent"), args, [*self.seeds(seed), *ways])
        return both[1]


def is_structured(trace: Trace) -> bool:
    return isinstance(trace.result, Node)


def as_float(value: Any) -> Any:
    return np.asarray(value, dtype=float)
