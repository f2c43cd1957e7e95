"""The one place where the compiler is asked: for a program as it is, a gradient, a Jacobian.

What is asked for is a function.  With the backend "auto" it is made with Numba where that is
installed and compiles the program, and interpreted otherwise; `choices` tells which it was.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

import adcompile as ad

Function = Callable[..., Any]
BACKENDS = ("auto", "numba", "none")


class Compiler:
    """Functions made with one backend, or with the faster one that there is."""

    def __init__(self, backend: str = "auto") -> None:
        self.backend = backend
        self.choices: dict[str, str] = {}

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
        current: Function | None = None

        def call(*args: Any) -> Any:
            nonlocal current
            if name not in self.choices:
                self.choices[name] = "numba"
            if self.choices[name] == "numba":
                try:
                    current = current or made("numba")
                    return current(*args)
                except refusals() as error:
                    reason = str(error).partition("\n")[0]
                    self.choices[name] = f"interpreted: {reason}"
                    print(f"{name}: {self.choices[name]}", file=sys.stderr)
                    current = interpreted()
            assert current is not None
            return current(*args)

        return call


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
