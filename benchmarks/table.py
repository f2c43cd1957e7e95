"""One row a program: every derivative of it checked, then all of them timed by turns."""

from __future__ import annotations

import functools
import importlib.util
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import adcompile as ad
from adcompile.faces.backends import target_of
from adcompile.faces.compiled import program_of
from benchmarks import correct, peers
from benchmarks.cases import Case
from benchmarks.gradbench import check
from benchmarks.gradbench.derive import Compiler, refusals
from benchmarks.gradbench.modules import entries
from benchmarks.measure import Call, measure

Row = dict[str, Any]
MODES = ("primal", "tangent", "adjoint", "asked")
NUMBA = tuple(f"{mode} numba" for mode in MODES)
HAND = ("tangent by hand", "adjoint by hand")


def base(cell: str) -> str:
    """What the time of a cell is divided by."""
    return "primal numba" if cell in NUMBA[1:] else "primal"


@dataclass
class Effort:
    """How long to measure a row, and what of it."""

    budget: float = 4.0
    least: int = 3
    numba: bool = importlib.util.find_spec("numba") is not None
    peers: tuple[str, ...] = ()


@dataclass
class Candidates:
    """What of a case can be called, and why the rest cannot."""

    case: Case
    calls: dict[str, Call] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    gradient: Any = None

    def add(self, cell: str, made: Callable[[], tuple[Call, Any]]) -> Any:
        """Keep a call with its first result; where a tool refuses the program, its reason."""
        try:
            call, result = made()
        except correct.Wrong:
            raise
        except Exception as error:
            if not cell.endswith("numba") or not isinstance(error, refusals()):
                raise
            self.refused[cell] = str(error).strip().partition("\n")[0]
            return None
        self.calls[cell] = call
        return result


def emitted(case: Case, mode: str, backend: str | None) -> Callable[..., Any]:
    """The emitted function itself, as its file would give it, without the look-up by kinds."""
    if mode == "primal" and backend is None:
        assert case.primal is not None
        return case.primal
    program = program_of(case.primal, target_of(backend))
    values = program.values(case.args, {})
    bound = program.bound(() if mode == "primal" else ((mode, case.wrt),), None, values)
    function = getattr(bound.function, "__wrapped__", bound.function)
    bound(values, more(case, mode))  # where it is refused, it is refused here
    named = {name: read() for name, read in bound.closure}
    return functools.partial(function, **named) if named else function


@functools.cache
def _value(case: Case) -> Any:
    assert case.primal is not None
    return case.primal(*correct.copied(case.args))


def more(case: Case, mode: str) -> tuple[Any, ...]:
    """What a function takes besides the arguments: tangents, or the seed."""
    if mode == "tangent":
        return tuple(correct.random_like(case.independents(), 3))
    return (correct.random_like(_value(case), 4),) if mode == "adjoint" else ()


def candidates(case: Case, effort: Effort) -> Candidates:
    """All that there is of a case, each checked."""
    found = Candidates(case)
    if case.primal is not None:
        for backend in (None, "numba") if effort.numba else (None,):
            derivatives(found, backend)
        if case.hand is not None:
            by_hand(found)
    if case.asked:
        for backend in ("none", "numba") if effort.numba else ("none",):
            asked(found, backend)
    for tool in effort.peers:
        form = peers.form(case, tool)
        if form is not None:
            result = found.add(tool, lambda form=form: (form, form()))
            correct.same(f"{case.name} by {tool}", result, found.gradient, 1e-6)
    return found


def derivatives(found: Candidates, backend: str | None) -> None:
    """Primal, tangent and adjoint, interpreted or with Numba."""
    case, suffix = found.case, "" if backend is None else f" {backend}"
    dots, seed = more(case, "tangent"), more(case, "adjoint")[0]

    def made(mode: str) -> tuple[Call, Any]:
        function = emitted(case, mode, backend)
        args = (*correct.copied(case.args), *more(case, mode))
        result = function(*correct.copied(case.args), *more(case, mode))
        return functools.partial(function, *args), result

    value = found.add(f"primal{suffix}", lambda: made("primal"))
    if value is not None:
        correct.same(f"the value of {case.name}{suffix}", value, _value(case))
    value_dot = found.add(f"tangent{suffix}", lambda: made("tangent"))
    if value_dot is not None:
        correct.tangent(case, dots, value_dot)
    bars = found.add(f"adjoint{suffix}", lambda: made("adjoint"))
    if bars is not None and value_dot is not None:
        correct.adjoint(dots, value_dot[1], seed, bars[1])
    if backend is None:
        found.gradient = None if correct.flat(seed).size > 1 else ad.grad(case.primal, case.wrt)(
            *correct.copied(case.args)
        )


def by_hand(found: Candidates) -> None:
    """The derivatives that are written by hand, which have to be the same."""
    case = found.case
    assert case.hand is not None
    for mode, cell, function in zip(("tangent", "adjoint"), HAND, case.hand):
        args = (*case.args, *more(case, mode))
        want = emitted(case, mode, None)(*args)
        correct.same(f"{case.name}: {cell}", function(*args), want)
        found.calls[cell] = functools.partial(function, *args)


def asked(found: Candidates, backend: str) -> None:
    """What GradBench asks of the problem."""
    case = found.case
    assert case.workload is not None
    problem, given = case.workload.problem, case.workload.input

    def made() -> tuple[Call, Any]:
        entry = entries(problem, Compiler(backend))[case.asked]
        args = entry.arguments(given)
        result = entry.call(*args)
        return functools.partial(entry.call, *args), (result, entry.output(result))

    results = found.add("asked" if backend == "none" else "asked numba", made)
    if results is None:
        return
    result, output = results
    try:
        check.compare(problem, case.asked, given, output)
    except check.Wrong as error:
        raise correct.Wrong(str(error)) from error
    if found.gradient is None or problem == "kmeans":
        found.gradient = result


def row(case: Case, effort: Effort) -> Row:
    """The seconds of each cell, and its ratio to the primal."""
    found = candidates(case, effort)
    times = measure(found.calls, effort.budget, effort.least)
    seconds = {cell: times.seconds(cell) for cell in found.calls}
    ratios = {
        cell: times.ratio(cell, base(cell))
        for cell in found.calls
        if cell != base(cell) and base(cell) in found.calls
    }
    return {
        "name": case.name, "group": case.group, "seconds": seconds, "ratios": ratios,
        "refused": found.refused,
    }  # fmt: skip


def summary(rows: list[Row]) -> list[Row]:
    """Medians and the worst, over all rows and over those with derivatives by hand."""
    found: list[Row] = []

    def add(what: str, ratios: dict[str, float]) -> None:
        if ratios:
            worst = max(ratios, key=lambda name: ratios[name])
            median = statistics.median(ratios.values())
            found.append({"what": what, "median": median, "worst": ratios[worst], "of": worst})

    for cell in ("tangent", "adjoint", *NUMBA[1:3]):
        over = {row["name"]: row["ratios"][cell] for row in rows if cell in row["ratios"]}
        add(f"{cell} / {base(cell)}", over)
    for cell, hand in zip(("tangent", "adjoint"), HAND):
        over = {
            row["name"]: row["seconds"][cell] / row["seconds"][hand]
            for row in rows
            if hand in row["seconds"]
        }
        add(f"{cell} / {hand}", over)
    return found

