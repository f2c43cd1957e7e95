"""What is taken from the end of a list and used once, in the next line, is taken there."""

import ast
import gc

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli
from adcompile.emit.popped import popped


def after(body, parameters=""):
    """A function with this body, after the pass; `_1` is a name that the compiler has given."""
    function = ast.parse(f"def f({parameters}):\n    {body}").body[0]
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = node.id.replace("_", "?", 1) if node.id.startswith("_") else node.id
    popped(function)
    return "; ".join(ast.unparse(line) for line in function.body)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("_1 = s.pop(); y += a * _1", "y += a * s.pop()"),
        ("_1 = s.pop(); y[i] = np.sin(_1)[0]", "y[i] = np.sin(s.pop())[0]"),
        ("_1 = s.pop(); _2 = t.pop(); y += _1 * _2", None),
        ("_1 = s.pop(); y += _1 * _1", None),
        ("_1 = s.pop(); y += a * _1; z = _1", None),
        ("_1 = s.pop(); y += s[0] * _1", None),
        ("_1 = s.pop(); s[0] += _1", None),
        ("_1 = s.pop(); y[_1] += a", None),
        ("_1 = s.pop(); y += a if c else _1", None),
        ("_1 = s.pop(); y = c and _1", None),
        ("_1 = s.pop(); y = [_1 for a in b]", None),
        ("_1 = s.pop(0); y += _1", None),
        ("v = s.pop(); y += v", None),
    ],
)
def test_only_what_is_surely_computed_takes(body, wanted):
    found = after(body)
    if wanted is not None:
        assert found == wanted
    elif "t.pop" in body:
        assert found == "?1 = s.pop(); y += ?1 * t.pop()"
    else:
        assert found == after(body.replace(".pop", ".taken")).replace(".taken", ".pop")


def test_what_the_caller_has_given_and_what_is_tried_stays():
    assert "?1 = s.pop()" in after("_1 = s.pop(); y += _1", "s")
    text = "try:\n        _1 = s.pop(); y += _1\n    except ValueError:\n        pass"
    assert "?1 = s.pop()" in after(text)


def test_derivatives_of_lists_take_where_they_add():
    def products(x):
        held = [v * v for v in x]
        total = 0.0
        for i in range(len(held)):
            total += held[i] * x[0]
        return total

    x = np.array([0.3, 0.7, 1.1])
    text = ad.differentiate(wrt="x")(products).source("adjoint", x)
    lines = [line.strip() for line in text.splitlines() if ".pop()" in line]
    assert lines and not any(line.startswith("v") and " = " in line for line in lines)
    expected = 2.0 * x * x[0]
    expected[0] += np.sum(x * x)
    np.testing.assert_allclose(ad.grad(products)(x), expected)


@pytest.mark.parametrize("body", ["x * x", "x.y"])
def test_the_command_line_leaves_the_search_for_garbage_on(body, tmp_path, capsys):
    file = tmp_path / "program.py"
    file.write_text(f"def f(x: float):\n    return {body}\n")
    cli.main([str(file), "--mode", "adjoint", "-o", "-"])
    assert gc.isenabled()
