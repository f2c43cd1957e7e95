"""Derivatives by the traces, run without emission."""

from __future__ import annotations

import inspect
from typing import Any

import interpreter
from traces import each_once

from adcompile import pipeline
from adcompile.frontend.signature import of_arguments, statics
from adcompile.frontend.sources import of_callable
from adcompile.passes import ALL, Passes
from adcompile.rules.check import verify
from adcompile.trace.ir import Trace
from adcompile.trace.watch import watching
from corpus.check import moves


class ByTrace:
    """The derivatives of a function for arguments like these; every trace is verified."""

    def __init__(self, function: Any, args: tuple[Any, ...], passes: Passes = ALL) -> None:
        self.passes = passes
        bound = inspect.signature(function).bind(*args)
        self.wrt = tuple(name for name, arg in bound.arguments.items() if moves(arg))
        bound.apply_defaults()
        self.named = bound.arguments
        known = statics(of_arguments(self.named).values())
        self.function = of_callable(function, statics=known)
        self.made: dict[Any, tuple[Trace, dict[str, Any]]] = {}
        self.globals = getattr(function, "__globals__", {})

    def trace(self, *modes: str) -> tuple[Trace, dict[str, Any]]:
        if modes not in self.made:
            derivation = tuple((mode, self.wrt) for mode in modes)
            kinds = of_arguments(self.named, self.wrt)
            with watching(each_once(verify)):
                found = pipeline.derivative(self.function, kinds, derivation, passes=self.passes)
            lowered = found.lowered
            outside = {name: data.read() for name, data in lowered.closure.items()}
            self.made[modes] = found.trace, outside
            interpreter.OWN |= {name: self.globals[name] for name in lowered.exceptions}
        return self.made[modes]

    def run(self, modes: tuple[str, ...], args: Any, more: Any) -> Any:
        trace, outside = self.trace(*modes)
        args = [*args, *list(self.named.values())[len(args) :]]
        names = [param.name for param in trace.params]
        given = {name: outside[name] for name in outside if name in names}
        for param in trace.params:
            if param.place == "global":
                given[param.name] = self.globals[param.name]
        given |= dict(zip(self.named, args, strict=True))
        own = [p.name for p in trace.params if p.place == "positional" and p.name not in given]
        return interpreter.run(trace, **given, **dict(zip(own, more, strict=True)))

    def tangent(self, args: Any, ways: Any) -> tuple[Any, Any]:
        value, value_dot = self.run(("tangent",), args, ways)
        return value, value_dot

    def adjoint(self, args: Any, seed: Any) -> tuple[Any, Any]:
        value, bars = self.run(("adjoint",), args, self.seeds(seed))
        return value, bars

    def seeds(self, seed: Any) -> list[Any]:
        trace, _ = self.trace("adjoint")
        places = [param for param in trace.params if param.place == "positional"]
        extra = [param for param in places if param.name not in self.named]
        if len(extra) == 1:
            return [seed]
        return list(seed) if extra else []

    def second(self, args: Any, seed: Any, ways: Any) -> Any:
        _, both = self.run(("adjoint", "tangent"), args, [*self.seeds(seed), *ways])
        return both[1]
