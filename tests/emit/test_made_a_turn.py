"""What each turn of the loops of the benchmarks makes anew, counted: nothing that could be kept.

What is left, and why:

    syrk, gramschmidt, durbin, adi          a copy for the tape, of what is overwritten
    trmm, gramschmidt, deriche, seidel      a copy of what is read while a part of the same array
                                            is added to
    symm                                    the row that goes on the tape
    adi                                     two arrays that both sweeps need as they were
    covariance                              a row that is cleared, and may overlap another
"""

from __future__ import annotations

import ast

import pytest

import adcompile as ad
from benchmarks import cases, correct, polybench
from benchmarks.table import more

MAKING = ("copy", "zeros", "zeros_like", "empty", "empty_like", "broadcast_to")
HELPED = {"adi": {"unbroadcast"}}  # rows and columns of an array that may not be square
LEFT = {
    "syrk": 1, "trmm": 1, "gramschmidt": 2, "durbin": 1, "adi": 3, "symm": 1, "deriche": 4,
    "seidel": 1, "covariance": 1,
}  # fmt: skip


def made_in_loops(source: str) -> list[str]:
    """The calls in loops that make arrays to write to, or copies."""
    tree = ast.parse(source)
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    calls = {
        (call.lineno, call.col_offset): call
        for loop in loops for call in ast.walk(loop) if isinstance(call, ast.Call)
    }  # fmt: skip
    names = [ast.unparse(call.func).rpartition(".")[2] for call in calls.values()]
    return [name for name in names if name in MAKING]


def derivative(name: str, mode: str) -> str:
    case = cases.kernel(name, 6)
    made = getattr(ad, mode)(case.primal, wrt=case.wrt)
    made(*correct.copied(case.args), *more(case, mode))
    return made.source


@pytest.mark.parametrize("name", polybench.NAMES)
def test_a_turn_of_an_adjoint_makes_no_more(name):
    made = made_in_loops(derivative(name, "adjoint"))
    assert len(made) == LEFT.get(name, 0), made


@pytest.mark.parametrize("name", polybench.NAMES)
def test_a_turn_of_a_tangent_makes_nothing(name):
    assert made_in_loops(derivative(name, "tangent")) == []


@pytest.mark.parametrize("name", polybench.NAMES)
@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
def test_no_helper_in_a_loop(name, mode):
    tree = ast.parse(derivative(name, mode))
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    called = {
        call.func.id
        for loop in ast.walk(tree) if isinstance(loop, (ast.For, ast.While))
        for call in ast.walk(loop) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    }  # fmt: skip
    assert called & own == (HELPED[name] if (name, mode) == ("adi", "adjoint") else set())
