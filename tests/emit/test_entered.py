"""What a handler chooses by which one it is, is written as it is."""

from __future__ import annotations

import ast
import re

import pytest
from deriving import load

import adcompile as ad
from adcompile.emit.entered import entered
from adcompile.emit.naming import PLACEHOLDER


def rewritten(text: str) -> str:
    """The text after the pass, where names that begin with an underscore are of no meaning."""
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id.startswith("_"):
            node.id = PLACEHOLDER + node.id[1:]
    entered(function)
    return ast.unparse(ast.fix_missing_locations(function)).replace(PLACEHOLDER, "_")


def handled(first: str, second: str) -> str:
    parts = ("def f(x):", "try:", "_a = False", "y = g(x)", "except ValueError:", first)
    one, two, three, four, five, six = parts
    inside = "\n".join(f"        {line}" for line in six.split("\n"))
    others = "\n".join(f"        {line}" for line in second.split("\n"))
    return (
        f"{one}\n    {two}\n        {three}\n        {four}\n    {five}\n{inside}\n"
        f"    except TypeError:\n{others}\n    return y"
    )


def test_each_handler_knows_which_it_is():
    choice = "_n = 1 if _a else 2\nif _a:\n    y = x\nelse:\n    y = h(_n)"
    found = rewritten(handled(f"_a = True\n{choice}", f"_a = False\n{choice}"))
    wanted = handled("_n = 1\ny = x", "_n = 2\ny = h(_n)").replace("        _a = False\n", "")
    assert found == wanted


def test_statements_that_handlers_share_are_each_written_for_their_own():
    function = ast.parse(handled("_a = True", "_a = False")).body[0]
    assert isinstance(function, ast.FunctionDef)
    shared = ast.parse("y = 1 if _a else 2").body
    attempt = function.body[0]
    assert isinstance(attempt, ast.Try)
    for handler in attempt.handlers:
        handler.body += shared
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id.startswith("_"):
            node.id = PLACEHOLDER + node.id[1:]
    entered(function)
    ast.fix_missing_locations(function)
    assert [ast.unparse(handler.body) for handler in attempt.handlers] == ["y = 1", "y = 2"]


@pytest.mark.parametrize(
    "first",
    [
        "y = 1 if _a else 2\n_a = True",
        "_a = True\n_a = g(x)\ny = 1 if _a else 2",
        "_a = True\nif x:\n    _a = g(x)\ny = 1 if _a else 2",
        "_a = True\ny = 1 if x else 2",
    ],
)
def test_what_is_not_known_stays(first):
    text = handled(first, "y = _a")
    assert rewritten(text) == text


def test_a_flag_that_is_read_elsewhere_is_kept():
    text = handled("_a = True\ny = 1 if _a else 2", "y = 3").replace("return y", "return (y, _a)")
    assert "_a = True\n        y = 1\n" in rewritten(text)


def test_of_several_handlers_each_has_its_derivative():
    function = load("""
def f(x, n):
    try:
        y = math.sqrt(x - n) * x
        y = y / (n - 2)
    except ZeroDivisionError:
        y = x * 3.0
    except ValueError:
        y = x * x
    return y * x
""")
    made = ad.adjoint(function, wrt="x")
    for x, n in ((5.0, 1), (5.0, 2), (5.0, 9)):
        value, bar = made(x, n)
        slope = (function(x + 1e-6, n) - function(x - 1e-6, n)) / 2e-6
        assert value == function(x, n)
        assert bar == pytest.approx(slope, rel=1e-7)
    assert not re.search(r"= \d if \w+ else \d", made.source)
