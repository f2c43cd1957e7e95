"""Every pass may be left out: the derivatives stay the same.

Each program is emitted and run without one pass, every third without any, and the traces of every
second without another; which one differs from program to program, so that each pass is left out in
dozens of programs.
"""

from __future__ import annotations

import pathlib

import pytest

import adcompile as ad
from adcompile import pipeline
from adcompile.passes import PASSES, leaving_out
from adcompile.simplify.attempts import attempts
from adcompile.simplify.invariant import invariant
from adcompile.simplify.raised import raised
from adcompile.simplify.stopped import stopped
from adcompile.simplify.workspaces import workspaces
from adcompile.trace.holds import holds
from adcompile.trace.show import show
from adcompile.trace.watch import watching
from adcompile.transforms.renewed import renewed
from corpus import every
from corpus.by_api import ByApi
from corpus.by_trace import ByTrace
from corpus.check import Check

CASES = every()
NAMES = tuple(PASSES)
ONE = [(case, NAMES[number % len(NAMES)]) for number, case in enumerate(CASES)]
OTHER = [(case, NAMES[(number // 7 + 5) % len(NAMES)]) for number, case in enumerate(CASES)][::2]
NONE = CASES[::3]


@pytest.mark.parametrize("case, name", ONE, ids=[f"{case.name}-{name}" for case, name in ONE])
def test_without_one_pass(case, name):
    Check(case).first_order(ByApi(case.function, case.args, {name: False}))


@pytest.mark.parametrize("case, name", OTHER, ids=[f"{case.name}-{name}" for case, name in OTHER])
def test_traces_without_another(case, name):
    Check(case).first_order(ByTrace(case.function, case.args, leaving_out([name])))


@pytest.mark.parametrize("case", NONE, ids=[case.name for case in NONE])
def test_without_any_pass(case):
    Check(case).first_order(ByApi(case.function, case.args, dict.fromkeys(ad.PASSES, False)))


CONCERNED = {
    **pipeline.IMPROVEMENTS, "raised": raised, **dict(pipeline.LOWERINGS[""]),
    "workspaces": workspaces,
    "invariant": invariant, "renewed": renewed, "attempts": attempts, "stopped": stopped,
}  # fmt: skip


@pytest.mark.parametrize("case", CASES[::8], ids=[case.name for case in CASES[::8]])
def test_what_does_not_concern_a_pass_it_leaves_as_it_is(case):
    seen = []
    with watching(lambda name, trace: seen.append(trace)):
        derivatives = ByTrace(case.function, case.args)
        derivatives.trace("tangent")
        derivatives.trace("adjoint")
    for trace in {id(trace): trace for trace in seen}.values():
        held = holds(trace)
        for name, of in pipeline.CONCERNS.items():
            if of.isdisjoint(held):
                assert show(CONCERNED[name](trace)) == show(trace), name


def test_the_readme_lists_the_passes_in_order():
    text = (pathlib.Path(__file__).parents[2] / "README.md").read_text()
    rows = "".join(f"| `{name}` | {what} |\n" for name, what in PASSES.items())
    assert rows in text
