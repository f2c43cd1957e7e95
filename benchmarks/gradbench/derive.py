"""The one place where the compiler is asked: for a program as it is, a gradient, a Jacobian.

What is asked for is a function.  With the backend "auto" it is made with Numba where that is
installed and compiles the program, and interpreted otherwise.  Where both work, the first call with
arguments of a size tells which is faster at that size; `choices` tells what was taken.
"""

from __future__ import annotations

import importlib.util
import math
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import adcompile as ad

Function = Callable[..., Any]
BACKENDS = ("auto", "numba", "none")
HOPELESS = 30.0


class Compiler:
    """Functions made with one backend, or with the faster one that there is."""

    def __init__(self, backend: str = "auto") -> None:
        self.backend = backend
        self.choices: dict[str, str] = {}
        self.made: dict[str, Faster] = {}

    def primal(self, f: Function) -> Function:
        """A function that calls no derivatives, as it is or compiled."""
        return self._chosen(name_of(f), lambda backend: _compiled(f, backend), f)

    def program(self, f: Function) -> Function:
        """A function that calls derivatives, compiled with them."""
        return self._chosen(name_of(f), lambda backend: _compiled(f, backend))

    def gradient(self, f: Function, wrt: Any = 0) -> Function:
        """The gradient of a number."""
        return self._chosen(
            f"{name_of(f)} gradient", lambda backend: ad.grad(f, wrt, backend=backend)
        )

    def forward_jacobian(self, f: Function, wrt: Any = 0) -> Function:
        """All first derivatives, forward."""
        return self._chosen(
            f"{name_of(f)} Jacobian",
            lambda backend: ad.jacobian(f, wrt, mode="forward", backend=backend),
        )

    def _chosen(
        self, name: str, made: Callable[[Any], Function], plain: Function | None = None
    ) -> Function:
        def interpreted() -> Function:
            return plain if plain is not None else made(None)

        if self.backend == "none":
            return interpreted()
        if self.backend == "numba":
            return made("numba")
        if importlib.util.find_spec("numba") is None:
            self.choices[name] = "interpreted: there is no Numba here"
            return interpreted()
        return self._either(name, made, interpreted)

    def _either(
        self, name: str, made: Callable[[Any], Function], interpreted: Callable[[], Function]
    ) -> Function:
        """With Numba, until a call shows that the program cannot be compiled with it."""
        plain: Function | None = None

        def call(*args: Any) -> Any:
            nonlocal plain
            if plain is None:
                try:
                    if name not in self.made:
                        self.made[name] = Faster(made("numba"), interpreted())
                    faster = self.made[name]
                    known = len(faster.chosen)
                    result = faster(*args)
                    if len(faster.chosen) > known:
                        self.choices[name] = faster.told()
                    return result
                except refusals() as error:
                    reason = str(error).partition("\n")[0]
                    self.choices[name] = f"interpreted: {reason}"
                    print(f"{name}: {self.choices[name]}", file=sys.stderr)
                    plain = interpreted()
            return plain(*args)

        return call


class Faster:
    """The faster of a compiled function and an interpreted one, by the size of its arguments.

    The interpreted one is tried as long as it was not HOPELESS times slower at the last size.
    """

    def __init__(self, compiled: Function, interpreted: Function) -> None:
        self.compiled, self.interpreted = compiled, interpreted
        self.chosen: dict[int, Function] = {}
        self.slower = 1.0

    def __call__(self, *args: Any) -> Any:
        size = sum(map(elements, args))
        if size not in self.chosen:
            self.compiled(*args)  # is it compiled at all?
            self.chosen[size] = self.compiled
            if self.slower < HOPELESS:
                with_numba = seconds(self.compiled, args)
                self.slower = seconds(self.interpreted, args) / with_numba
                if self.slower < 1.0:
                    self.chosen[size] = self.interpreted
        return self.chosen[size](*args)

    def told(self) -> str:
        """What was chosen, in words."""
        plain = [size for size, one in self.chosen.items() if one is self.interpreted]
        sizes = ", ".join(map(str, sorted(plain)))
        return f"numba, but interpreted with {sizes} numbers" if plain else "numba"


def elements(value: Any) -> int:
    """How many numbers an argument holds."""
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, (tuple, list)):
        return sum(map(elements, value))
    return int(np.size(value))


def seconds(function: Function, args: tuple[Any, ...]) -> float:
    """The best of three calls, after one that is not counted."""
    function(*args)
    best = math.inf
    for _ in range(3):
        begin = time.perf_counter()
        function(*args)
        best = min(best, time.perf_counter() - begin)
    return best


def name_of(f: Function) -> str:
    """A function's name with its problem."""
    return f"{f.__module__.rpartition('.')[2]}.{f.__name__}"


def _compiled(f: Function, backend: Any) -> Function:
    """A function run through the compiler without being differentiated."""

    def call(*args: Any) -> Any:
        return ad.jvp(f, args, (None,) * len(args), backend=backend)[0]

    return call


def refusals() -> tuple[type[Exception], ...]:
    """What says that a program is not compiled; what a program raises is something else."""
    from numba.core.errors import NumbaError

    return ad.AdcompileError, NumbaError
