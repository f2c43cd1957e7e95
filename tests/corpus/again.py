"""An emitted adjoint as somebody's own function: its text in a file, imported, compiled again."""

from __future__ import annotations

import copy
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from adcompile.faces.compiled import program_of
from adcompile.frontend.signature import to_real
from corpus.by_api import ByApi
from corpus.cases import Case
from corpus.check import Check, numbers, random_like


class Again:
    """The emitted adjoint of a case, and what it is called with."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.check, self.api = Check(case), ByApi(case.function, case.args)
        program, moved = self.api.program, self.api.wrt
        args = self.check.args
        values = program.values(args, {})
        bound = program.bound((("adjoint", moved),), None, values)
        path = folder / f"{case.function.__name__}_adjoint.py"
        path.write_text(bound.text)
        self.function = getattr(imported(path), bound.function.__name__)
        self.seed = random_like(self.check.expected[0], self.check.rng)
        given = copy.copy(bound)
        given.function = lambda *values, **named: (values, named)
        values, named = given(values, (to_real(self.seed),))
        self.program = program_of(self.function)
        self.values = self.program.values(values, named)
        self.moved = tuple(name for name in self.program.names if name in moved)

    def derived(self, mode: str, more: Any) -> Any:
        """What the tangent or adjoint of the emitted adjoint gives."""
        values = copy.deepcopy(self.values)
        bound = self.program.bound(((mode, self.moved),), None, values)
        return bound(values, tuple(to_real(each) for each in more))

    def tangents(self) -> Any:
        """The tangent of the emitted adjoint: the tangent of the adjoint, compiled in one."""
        check = self.check
        seed, ways = copy.deepcopy(self.seed), copy.deepcopy(check.ways)
        wanted = self.api.second(check.args, seed, ways)
        _, dots = self.derived("tangent", copy.deepcopy(check.ways))
        check.close(dots[1], wanted, 1e-10, "tangent of the emitted adjoint")
        return dots

    def adjoints(self, dots: Any) -> None:
        """The adjoint of the emitted adjoint, by the dot product with its tangent."""
        check, rng = self.check, np.random.default_rng(5)
        bars = tuple(random_like(dot, rng) for dot in dots)
        _, found = self.derived("adjoint", (copy.deepcopy(bars),))
        left = float(numbers(bars) @ numbers(dots))
        right = float(numbers(found) @ numbers(check.ways))
        size = float(np.abs(numbers(bars)) @ np.abs(numbers(dots)))
        assert abs(left - right) <= 100 * check.case.tolerance * max(size, 1e-3), (left, right)


def imported(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
