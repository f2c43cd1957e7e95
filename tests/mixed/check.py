"""Checks of one generated program: cheap, and strict.

The derivatives are compiled by the pipeline itself and held against the dual-number oracle.  A
program that is refused is none that failed; `outcome` says what became of it.
"""

from __future__ import annotations

import ast
import copy
import inspect
import itertools
import linecache
import sys
import types
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import oracle
from corpus.check import numbers, random_like, shifted
from oracle_duals import Unknown

from adcompile import pipeline
from adcompile.errors import RejectedError
from adcompile.frontend import sources
from adcompile.frontend.signature import of_arguments
from adcompile.passes import ALL, PASSES, Passes
from adcompile.rules.check import verify
from adcompile.trace import kinds
from adcompile.trace.watch import watchers


class Point(NamedTuple):
    """What `pt` is."""

    t: float
    v: np.ndarray


VALUES: dict[str, Any] = {
    "x": 0.7131,
    "y": -0.4267,
    "u": np.array([0.9313, -0.3179, 0.5237, 0.1713]),
    "A": np.array([[0.3, 1.2, -0.4, 0.71], [0.8, -0.1, 0.6, -0.92], [0.5, 0.7, -1.3, 0.27]]),
    "k": np.array([0, 2, 0, 1]),
    "s": [0.41, -0.77, 1.19],
    "R": [np.array([0.63, -0.28, 0.91]), np.array([-0.37, 0.82, 0.11]), np.array([0.2, 0.5, -0.7])],
    "D": {name: np.array([0.52, -0.44, 0.17]) * (i + 1.1) for i, name in enumerate("pqr")},
    "cut": slice(0, 2),
    "span": range(1, 3),
    "ns": types.SimpleNamespace(c=0.83, i=1, w=np.array([0.4, -0.6, 0.9])),
    "pt": Point(0.57, np.array([0.35, -0.61, 0.48])),
}
DATA = ("k", "g", "h", "e", "on", "n", "m", "o", "cut", "span", "ns")  # arguments that do not move
HOLDING = ("s", "R", "D", "cut", "span", "ns", "pt")  # of which an unannotated one tells nothing
TOLERANCE = 1e-9
_number = itertools.count()


class Wrong(AssertionError):
    """A derivative that is not what it should be."""


@dataclass(frozen=True)
class Outcome:
    """What became of a program: "right", "raised" as the primal, or "refused" with a code."""

    word: str
    code: str = ""
    by: str = "oracle"
    why: str = ""


def load(text: str) -> Callable[..., Any]:
    """The function f of a program's text, with its source where inspection finds it."""
    name = f"<mixed program {next(_number)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    module = types.ModuleType(name.strip("<>").replace(" ", "_"))
    sys.modules[module.__name__] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, name, "exec"), vars(module))
    function: Callable[..., Any] = module.f
    return function


def forget(function: Any) -> None:
    """Its source is not needed any more, nor is its module."""
    sys.modules.pop(function.__module__, None)
    linecache.cache.pop(function.__code__.co_filename, None)


class Checked:
    """One program, its arguments, the direction they move in, and what comes out of it."""

    values = VALUES

    def __init__(self, function: Any, seed: int = 0) -> None:
        self.function = function
        code = self.function.__code__
        self.names = code.co_varnames[: code.co_argcount]
        self.wrt = tuple(name for name in self.names if name not in DATA)
        self.untold = seed % 20 > 9 and any(name in HOLDING for name in self.names)
        self.rng = np.random.default_rng(seed)
        self.ways = {name: random_like(self.values[name], self.rng) for name in self.wrt}
        self.error: Exception | None = None
        self.by = "oracle"
        try:
            self.value = self.function(*self.args())
        except Exception as error:
            self.error = error
        else:
            self.value_dot = self.expected()

    def args(self, step: float = 0.0) -> list[Any]:
        """The arguments, moved by a step."""
        values = {name: copy.deepcopy(self.values[name]) for name in self.names}
        if step:
            values |= {name: shifted(values[name], self.ways[name], step) for name in self.wrt}
        return list(values.values())

    def expected(self) -> Any:
        ways = [copy.deepcopy(self.ways.get(name)) for name in self.names]
        try:
            value, dot = oracle.derivative(self.function, self.args(), ways)
        except Unknown:
            self.by = "differences"
            return difference(lambda step: numbers(self.function(*self.args(step))))
        if not same(value, self.value, 1e-12):
            self.by = "differences as a handler caught what only the oracle raises"
            return difference(lambda step: numbers(self.function(*self.args(step))))
        return numbers(dot)

    # the compiled derivatives

    def kinds(self, general: bool = False) -> Mapping[str, Any]:
        """Of the arguments; `general`, of parameters of which at most the lists are known."""
        given: Mapping[str, Any] = of_arguments(dict(zip(self.names, self.args())), ())
        told = ("pt",) if self.untold else HOLDING
        known = {n: kind for n, kind in given.items() if not general or n in told}
        return {name: known.get(name, kinds.Any_()) for name in given}

    def compiled(self, *modes: str, general: bool = False, passes: Passes = ALL) -> Any:
        derivation = tuple((mode, self.wrt) for mode in modes)
        entity = sources.of_callable(self.function)
        derived = pipeline.derivative(entity, self.kinds(general), derivation, None, passes)
        space: dict[str, Any] = {"__name__": "emitted"}
        text = pipeline.emitted([derived])
        exec(compile(text, "<emitted>", "exec", dont_inherit=True), space)
        found = space[derived.name]
        names = inspect.unwrap(found).__code__.co_varnames
        known = {n: d.read() for n, d in derived.lowered.closure.items() if n in names}
        return partial(found, **known) if known else found

    def call(self, function: Any, *more: Any) -> Any:
        """A call that must leave its arguments alone, and whose second answer is the first."""
        args, given = self.args(), copy.deepcopy(more)
        found = function(*args, *given)
        kept = copy.deepcopy(found)
        if not np.array_equal(numbers(args), numbers(self.args())):
            raise Wrong("an argument was changed")
        if not np.array_equal(numbers(given), numbers(more)):
            raise Wrong("a direction or a seed was changed")
        again = function(*args, *given)
        if not np.array_equal(numbers(again), numbers(kept), equal_nan=True):
            raise Wrong("a second call gives another answer")
        if not np.array_equal(numbers(found), numbers(kept), equal_nan=True):
            raise Wrong("a second call changes the first answer")
        return kept

    def first_order(self, **options: Any) -> None:
        directions = list(self.ways.values())
        tangent = self.compiled("tangent", **options)
        if self.error is not None:
            self.raises(tangent, *directions)
            return self.raises(self.compiled("adjoint", **options), self.plain_seed())
        value, dot = self.call(tangent, *directions)
        agree(value, self.value, 1e-12, "value of the tangent")
        agree(dot, self.value_dot, self.tolerance, "tangent")
        adjoint = self.compiled("adjoint", **options)
        seed = random_like(self.value, self.rng)
        value, bars = self.call(adjoint, seed)
        agree(value, self.value, 1e-12, "value of the adjoint")
        left, right = numbers(seed) * self.value_dot, numbers(bars) * numbers(directions)
        size = float(np.sum(np.abs(left)) + np.sum(np.abs(right)))
        both = np.isnan([np.sum(left), np.sum(right)])  # of a program that overflows
        same = both.all() or np.sum(left) == np.sum(right)  # maybe both infinite
        if not (same or abs(np.sum(left) - np.sum(right)) <= self.tolerance * max(size, 1.0)):
            raise Wrong(f"adjoint: {np.sum(right)!r}, by the oracle {np.sum(left)!r}")
        return None

    def plain_seed(self) -> Any:
        """A seed in the shape of a result that there is not, as the program raises before it."""
        *_, last = sources.of_callable(self.function).node.body
        assert isinstance(last, ast.Return) and last.value is not None
        several = isinstance(last.value, ast.Tuple)
        parts = last.value.elts if several else [last.value]
        seeds = tuple(np.ones(np.shape(self.of_arguments(part)))[()] for part in parts)
        return seeds if several else seeds[0]

    def of_arguments(self, part: ast.expr) -> Any:
        """What an expression of the program is, or 1.0 where it reads more than arguments."""
        names = self.function.__code__.co_varnames
        try:
            return eval(ast.unparse(part), {"np": np, **dict(zip(names, self.args()))})
        except (NameError, type(self.error)):
            return 1.0

    @property
    def tolerance(self) -> float:
        return TOLERANCE if self.by == "oracle" else 1e-5

    def raises(self, function: Any, *more: Any) -> None:
        try:
            function(*self.args(), *more)
        except Exception as error:
            if _shown(error) == _shown(self.error):
                return
            raise Wrong(f"raises {error!r}, and the program {self.error!r}") from error
        raise Wrong(f"does not raise {self.error!r}")

    def second_order(self) -> None:
        """The tangent of the adjoint: by the oracle on it, and as adjoint of the tangent."""
        if self.error is not None:
            return
        seed, ways = random_like(self.value, self.rng), list(self.ways.values())
        found = numbers(self.call(self.compiled("adjoint", "tangent"), seed, *ways)[1][1])
        adjoint = self.compiled("adjoint")
        given = [copy.deepcopy(self.ways.get(name)) for name in self.names]
        try:
            bars = oracle.derivative(adjoint, [*self.args(), seed], [*given, None])[1]
            wanted, tolerance = numbers(bars[1]), 1e-8
        except Exception:
            moved = partial(self.moved_bars, adjoint, seed)
            wanted, tolerance = difference(moved), 1e-4
            if not same(found, wanted, tolerance):  # a kink may be that near
                wanted, tolerance = difference(moved, 1e-6), 1e-3
        agree(found, wanted, tolerance, "tangent of the adjoint")
        none = random_like(self.value, np.random.default_rng(0))
        zero = shifted(none, none, -1.0)
        function = self.compiled("tangent", "adjoint")
        _, bars = self.call(function, *ways, (zero, seed))
        agree(bars, found, 1e-8, "adjoint of the tangent")

    def moved_bars(self, adjoint: Any, seed: Any, step: float) -> np.ndarray:
        return numbers(adjoint(*self.args(step), seed)[1])


def _shown(error: Exception | None) -> str:
    """An exception; a class of the program's own is another one in the emitted module."""
    return f"{type(error).__name__}: {error}"


def difference(function: Callable[[float], np.ndarray], step: float = 1e-4) -> np.ndarray:
    """A derivative by differences of order four."""
    near = function(step) - function(-step)
    far = function(2.0 * step) - function(-2.0 * step)
    return (8.0 * near - far) / (12.0 * step)


def same(found: Any, wanted: Any, tolerance: float) -> bool:
    found, wanted = numbers(found), numbers(wanted)
    size = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    if found.shape != wanted.shape:
        return False
    return np.allclose(found, wanted, tolerance, tolerance * size, equal_nan=True)


def agree(found: Any, wanted: Any, tolerance: float, what: str) -> None:
    if not same(found, wanted, tolerance):
        raise Wrong(f"{what}: {numbers(found)}, expected {numbers(wanted)}")


def outcome(text: str, number: int = 0) -> Outcome:
    """Check a program; every tenth also to order two, general, and without the improvements."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        program = Checked(load(text), number)
        try:
            return of_turn(program, number % 10, general=number % 10 == 9)
        finally:
            forget(program.function)


def of_turn(program: Checked, turn: int, general: bool) -> Outcome:
    """What becomes of a program on this turn of ten."""
    watch = _watch if turn == 3 else _watch_lowered
    watchers.append(watch)
    try:
        return _outcome(program, turn, general)
    finally:
        watchers.remove(watch)


def _outcome(program: Checked, turn: int, general: bool) -> Outcome:
    try:
        program.first_order()
        if turn == 3:
            program.second_order()
        if turn == 6:
            program.first_order(passes=Passes(tuple(PASSES)))
    except RejectedError as error:
        return Outcome("refused", error.code, why=error.msg)
    if general:
        try:
            program.first_order(general=True)
        except RejectedError as error:
            return Outcome("refused", f"{error.code} general", why=error.msg)
        except (TypeError, AttributeError) as error:
            if "annotate" not in str(error) and not program.untold:
                raise
            return Outcome("refused", "when it runs", why=str(error))
    return Outcome("right" if program.error is None else "raised", by=program.by)


def _watch(name: str, trace: Any) -> None:
    verify(trace)


def _watch_lowered(name: str, trace: Any) -> None:
    if name == "lower":
        verify(trace)
