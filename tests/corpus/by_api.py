"""Derivatives by the public calls, and by the emitted functions where these say more."""

from __future__ import annotations

from typing import Any

import adcompile as ad
from adcompile.faces.backends import target_of
from adcompile.faces.compiled import program_of
from adcompile.frontend.signature import to_real
from corpus.check import moves


class ByApi:
    """The derivatives of a function for arguments like these, emitted, loaded and called."""

    def __init__(
        self, function: Any, args: tuple[Any, ...], passes: dict[str, bool] | None = None
    ) -> None:
        self.function = function
        self.passes = passes
        self.program = program_of(function, target_of(None, passes=passes))
        self.moving = [number for number, arg in enumerate(args) if moves(arg)]
        self.wrt = tuple(self.program.names[number] for number in self.moving)
        self.count = len(args)

    def called(self, modes: tuple[str, ...], args: Any, more: Any) -> Any:
        values = self.program.values(tuple(args), {})
        derivation = tuple((mode, self.wrt) for mode in modes)
        bound = self.program.bound(derivation, None, values)
        return bound(values, tuple(to_real(each) for each in more))

    def tangent(self, args: Any, ways: Any) -> tuple[Any, Any]:
        found: list[Any] = [None] * self.count
        for number, way in zip(self.moving, ways, strict=True):
            found[number] = way
        return ad.jvp(self.function, tuple(args), tuple(found), passes=self.passes)

    def adjoint(self, args: Any, seed: Any) -> tuple[Any, Any]:
        _, pullback = ad.vjp(self.function, *args, passes=self.passes)
        bars = pullback(seed)
        assert all(bar is None for i, bar in enumerate(bars) if i not in self.moving)
        value, _ = self.called(("adjoint",), args, (seed,))
        return value, [bars[number] for number in self.moving]

    def second(self, args: Any, seed: Any, ways: Any) -> Any:
        return self.called(("adjoint", "tangent"), args, (seed, *ways))[1][1]
