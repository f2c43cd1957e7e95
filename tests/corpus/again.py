"""An emitted adjoint as somebody's own function: its text in a file, imported, compiled again."""

from __future__ import annotations

import contextlib
import copy
import importlib.util
import inspect
import io
from pathlib import Path
from typing import Any

import numpy as np

from adcompile import cli
from adcompile.faces.compiled import program_of
from adcompile.frontend.signature import to_real
from corpus.annotated import Annotated
from corpus.by_api import ByApi
from corpus.by_command_line import ByCommandLine, Compiled, at_rest
from corpus.cases import Case
from corpus.check import Check, moves, numbers, random_like


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


class AgainByCommandLine:
    """The emitted adjoints of some cases of a group: their file, compiled by the command line."""

    def __init__(self, group: str, cases: list[Case], folder: Path) -> None:
        source, emitted = folder / f"{group}.py", folder / f"{group}_adjoint.py"
        source.write_text(Annotated(group, cases).text)
        heads = [f"--head={_head(case)}" for case in cases]
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            cli.main([str(source), "--mode=adjoint", "-o", str(emitted), *heads])
        assert emitted.exists(), said.getvalue()
        self.emitted = imported(emitted)
        (folder / "again").mkdir()
        self.compiled = Compiled(f"{group}_adjoint", folder / "again", emitted.read_text())

    def check(self, case: Case) -> None:
        """Its tangent is that of the adjoint, compiled in one; its adjoint, by the dot product."""
        check, api = Check(case), ByApi(case.function, case.args)
        seed = random_like(check.expected[0], check.rng)
        wanted = api.second(check.args, copy.deepcopy(seed), copy.deepcopy(check.ways))
        function = getattr(self.emitted, f"{case.function.__name__}_adjoint")
        first = ByCommandLine(self.compiled, case.function, case.args)
        args = (*first.bound(check.args).args, seed)
        moving = [n for n, arg in enumerate(args) if moves(arg)]
        ways = dict(zip(check.moving, check.ways))
        again = ByCommandLine(self.compiled, function, args)
        given = [ways.get(n, at_rest(random_like(args[n], check.rng))) for n in moving]
        _, dots = again.tangent(args, given)
        check.close(dots[1], wanted, 1e-10, "tangent of the emitted adjoint")
        bars = random_like(dots, check.rng)
        _, found = again.adjoint(args, bars)
        left = float(numbers(bars) @ numbers(dots))
        right = float(numbers(found) @ numbers(given))
        size = float(np.abs(numbers(bars)) @ np.abs(numbers(dots)))
        assert abs(left - right) <= 100 * check.case.tolerance * max(size, 1e-3), (left, right)


def _head(case: Case) -> str:
    names = list(inspect.signature(case.function).parameters)
    moving = [names[n] for n, arg in enumerate(case.args) if moves(arg)]
    return f"{case.function.__name__}({', '.join(moving)})"


def with_derivatives(text: str, folder: Path) -> tuple[Any, Any]:
    """The module of a text, and that of its derivatives by the command line."""
    primal, derivatives = folder / "programs.py", folder / "programs_ad.py"
    primal.write_text(text)
    cli.main([str(primal), "-o", str(derivatives)])
    return imported(primal), imported(derivatives)


def imported(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
