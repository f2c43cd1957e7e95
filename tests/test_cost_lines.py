"""The costs by line: counted by hand for three programs, and by runs of the emitted text."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import adcompile as ad
from adcompile.cli import main
from adcompile.costs.counting import size


def product(x, n):
    a = 1.0
    for i in range(n):
        a = a * math.sin(x[i])
    return a


def decay(x, limit):
    while np.sum(x) > limit:
        x = np.sin(x)
    return np.sum(x * x)


def chain(x, n):
    if n == 0:
        return x
    y = math.sin(x)
    return x * chain(y, n - 1)


def descent(x, n):
    y = chain(x, n)
    return y + 1.0


def line_of(function, text):
    """The number of the line of a function that holds this text."""
    import inspect

    lines, first = inspect.getsourcelines(function)
    return first + next(n for n, line in enumerate(lines) if text in line)


def test_a_loop_of_numbers():
    n = 12
    cost = ad.cost(product, wrt="x")(np.linspace(0.1, 0.9, n), n)
    line = cost.line(line_of(product, "math.sin"))
    assert line.primal == 3 * n  # x[i], sin, *
    assert line.tangent == (3 + 6) * n  # x_dot[i], cos, three products, a sum
    # forward: 3; reverse: x[i], sin, cos, three products, x_bar[i] += ...
    assert line.adjoint == (3 + 7) * n
    assert line.text == "a = a * math.sin(x[i])"
    (kept,) = line.kept
    assert (kept.name, kept.bytes, kept.readers) == ("a", 8 * n, (line.number,))
    assert cost.tape == 8 * n
    assert f"To keep less, change line {line.number}, whose reverse reads a." in str(cost)


def test_a_while_of_arrays():
    x, limit = np.ones(7), 3.0
    turns, y = 0, x
    while np.sum(y) > limit:
        turns, y = turns + 1, np.sin(y)
    cost = ad.cost(decay, wrt="x")(x, limit)
    test, body = (cost.line(line_of(decay, text)) for text in ("while", "np.sin"))
    assert test.primal == 2 * (turns + 1)
    assert body.primal == turns
    assert body.tangent == 3 * turns  # sin, cos, one product
    assert body.adjoint == 3 * turns  # sin forward; cos and one product in reverse
    assert cost.tape == turns * x.nbytes
    assert [(value.name, value.readers) for value in body.kept] == [("x", (body.number,))]


def test_a_recursion():
    n = 9
    cost = ad.cost(descent, wrt="x", passes={"joint_calls": False})(0.4, n)
    sine, product = (cost.line(line_of(chain, text)) for text in ("math.sin", "return x *"))
    assert sine.primal == n
    assert product.primal == 3 * n  # n - 1, the call, *
    assert cost.line(line_of(chain, "if n")).primal == n + 1
    assert cost.line(line_of(descent, "y + 1.0")).primal == 1
    assert cost.tape == 8 * n


class Tape(list):
    """A list that counts the bytes that it is given."""

    total = 0

    def append(self, entry):
        Tape.total += size(entry)
        super().append(entry)


@pytest.mark.parametrize(
    "function, args",
    [(product, (np.linspace(0.1, 0.9, 12), 12)), (decay, (np.ones(7), 3.0)), (descent, (0.4, 9))],
)
def test_the_bytes_are_those_that_a_run_appends(function, args):
    taped = {"joint_calls": False}  # which needs no tape
    made = ad.adjoint(function, wrt="x", passes=taped)
    made(*args)
    text = re.sub(r"(\w*tape\w*) = \[\]", r"\1 = Tape()", made.source)
    space = {"Tape": Tape}
    exec(compile(text, "<counted>", "exec"), space)
    Tape.total = 0
    space[f"{function.__name__}_adjoint"](*args)
    assert Tape.total == ad.cost(function, wrt="x", passes=taped)(*args).tape > 0


def test_a_function_that_keeps_nothing():
    cost = ad.cost(lambda x: np.sum(2.0 * x))(np.ones(3))
    assert cost.tape == 0
    assert str(cost).endswith("Nothing is kept on a tape.\n")


def test_a_decorated_function_and_one_pass_left_out():
    decorated = ad.differentiate(product)
    x = np.linspace(0.1, 0.9, 5)
    assert decorated.cost(x, 5).tape == 40
    assert ad.cost(product, passes={"recording": False})(x, 5).tape > 40


def test_the_command_line_counts_once_each(tmp_path, capsys):
    path = tmp_path / "program.py"
    path.write_text(
        "import math\n\n\ndef f(x: 'Float[np.ndarray, \"n\"]'):\n    a = 1.0\n"
        "    for i in range(len(x)):\n        a = a * math.sin(x[i])\n    return a\n"
    )
    assert main([str(path), "--cost"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["7", "3", "9", "10", "8", *"a = a * math.sin(x[i])".split()] in lines
    assert not list(tmp_path.glob("*_adjoint.py"))


def test_the_command_line_names_arrays_by_their_length(tmp_path, capsys):
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\n\n\ndef f(x: 'Float[np.ndarray, \"n\"]', count: int):\n"
        "    for _ in range(count):\n        x = np.sin(x)\n    return np.sum(x)\n"
    )
    assert main([str(path), "--cost"]) == 0
    out = capsys.readouterr().out
    assert "x of line 6: 8*n bytes, read by the reverse of line 6" in out
    assert "To keep less, change line 6, whose reverse reads x." in out
