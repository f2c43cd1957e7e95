"""What names of files mean, where reading alone could be mistaken; and ways out of nested loops."""

import itertools
import sys

import numpy as np
import pytest
from corpus.again import imported

import adcompile as ad
from adcompile import cli
from adcompile.errors import RejectedError

CHANGED = {
    "rebound": "def g(x):\n    return x ** 2\n\n\ng = twice(g)\n",
    "one of two": "if LEVEL:\n    def g(x):\n        return x\nelse:\n    g = np.sin\n",
    "written": "G = np.ones(3)\nG[1] = 4.0\n\n\ndef g(x):\n    return x * G[1]\n",
    "appended": "G = [2.0]\nG.insert(0, 3.0)\n\n\ndef g(x):\n    return x * G[0]\n",
    "filled": "G = np.eye(3)\nnp.fill_diagonal(G, 2.0)\n\n\ndef g(x):\n    return x * G[1, 1]\n",
    "filled by a function": "def fill(a):\n    a[0] = 3.0\n\n\nG = np.zeros(3)\nfill(G)\n\n\n"
    "def g(x):\n    return x * G[0]\n",
    "bound twice": "G = 2.0\nG = 3.0\n\n\ndef g(x):\n    return x * G\n",
    "a class changed": "class G:\n    k = 2.0\n\n\nG.k = 3.0\n\n\ndef g(x):\n    return x * G.k\n",
}


RESTATED = {"written": 4.0, "appended": 3.0, "filled": 2.0, "bound twice": 3.0}


@pytest.mark.parametrize("name", CHANGED)
def test_what_runs_after_a_name_is_bound_is_not_passed_over(name, tmp_path, capsys):
    file = tmp_path / "prog.py"
    head = (
        "import numpy as np\n\nLEVEL = 1\n\n\ndef twice(f):\n    return lambda t: 2.0 * f(t)\n\n\n"
    )
    file.write_text(f"{head}{CHANGED[name]}\n\ndef f(x: float):\n    return g(x)\n")
    made = tmp_path / "made.py"
    cli.main([str(file), "--function", "f", "--mode", "adjoint", "-o", str(made)])
    if name in RESTATED:
        assert imported(made).f_adjoint(2.0) == (2.0 * RESTATED[name], RESTATED[name])
    else:
        assert "cannot be read from the file" in capsys.readouterr().err and not made.exists()


def test_arguments_of_calls_are_not_taken_to_be_changed(tmp_path, capsys):
    file = tmp_path / "prog.py"
    file.write_text(
        "import numpy as np\n\nnp.seterr(all='ignore')\nX = np.array([1.0, 2.0])\n\n\n"
        "def f(x: float):\n    return np.sum(X * x)\n\n\nprint(f(X[0]), X)\n"
    )
    cli.main([str(file), "--function", "f", "--mode", "adjoint", "-o", "-"])
    assert "def f_adjoint" in capsys.readouterr().out


def test_one_name_in_two_modules(tmp_path, monkeypatch):
    for name, value in (("first_part", 2.0), ("second_part", 5.0)):
        text = f"K = {value}\nT = [{value}, 1.0]\n\n\nclass M:\n    k = {value}\n"
        text += "\n    def run(self, x):\n        return self.k * x\n"
        text += "\n\ndef g(x):\n    return x ** K\n\n\ndef r(x, n):\n"
        text += f"    return x if n <= 0 else {value} * r(x * x, n - 1)\n"
        (tmp_path / f"{name}.py").write_text(text)
    whole = (
        "import first_part as a\nimport second_part as b\n\n\ndef f(x):\n"
        "    return a.K * x + b.K * x ** 2 + a.T[0] * x + b.T[0] * x + a.g(x) * b.g(x) "
        "+ a.M().run(x) * b.M().run(x) + a.r(x, 2) + b.r(x, 2)\n"
    )
    (tmp_path / "whole.py").write_text(whole)
    monkeypatch.syspath_prepend(str(tmp_path))
    import whole

    x, h = 0.7, 1e-5
    value, slope = ad.value_and_grad(whole.f)(x)
    assert value == pytest.approx(whole.f(x), rel=1e-14)
    assert slope == pytest.approx((whole.f(x + h) - whole.f(x - h)) / (2 * h), rel=1e-8)
    for name in ("whole", "first_part", "second_part"):
        sys.modules.pop(name)


def test_whether_a_pattern_matches_what_is_not_known_is_not_guessed(tmp_path, capsys):
    file = tmp_path / "prog.py"
    file.write_text(
        "def f(p, x: float):\n    match p:\n        case [a, b]:\n            return a * b * x\n"
        "        case {'k': k}:\n            return k * x\n    return x\n"
    )
    cli.main([str(file), "--mode", "adjoint", "-o", "-"])
    assert "is not known when compiling" in capsys.readouterr().err


LEAVES = ("break", "continue", "return total * x", "pass")
NESTED = """
def f(x, n):
    total = x
    for i in range(n):
        total += x * i
        for j in range(n):
            k = 0
            while k < n:
                k += 1
                if i + j + k == {third}:
                    {inner}
                total += x * k * total * 0.01
            else:
                total = total * 1.1
            if j * 2 + i > 3:
                {middle}
            total += 0.1 * x * j
        else:
            total = total - x * x
        if total > 2.9:
            {outer}
        total = total * 1.01
    else:
        total = total + x
    return total
"""


@pytest.mark.parametrize("inner, middle, outer", list(itertools.product(LEAVES, repeat=3)))
def test_ways_out_of_three_loops(inner, middle, outer, tmp_path):
    text = NESTED.format(third=4, inner=inner, middle=middle, outer=outer)
    file = tmp_path / "prog.py"
    file.write_text(text)
    names: dict = {}
    exec(compile(text, str(file), "exec"), names)
    f, h = names["f"], 1e-6
    for x, n in ((0.31, 3), (0.83, 3), (0.31, 0), (0.5, 1)):
        value, slope = ad.value_and_grad(f)(x, n)
        assert value == pytest.approx(f(x, n), rel=1e-13)
        assert slope == pytest.approx((f(x + h, n) - f(x - h, n)) / (2 * h), rel=1e-6, abs=1e-8)
        assert ad.jvp(f, (x, n), (1.0, None))[1] == pytest.approx(slope, rel=1e-11)


def test_abstract_numbers_and_text():
    import numbers

    def f(x):
        return x * 2.0 if isinstance(x, numbers.Number) else x

    def g(x, name="other"):
        match "other":
            case str() as text:
                return x * len(text)
        return x

    assert ad.grad(f)(1.5) == 2.0
    assert ad.grad(g)(1.5) == 5.0


def test_a_property_without_a_setter_is_refused():
    class Held:
        def __init__(self, v):
            self.v = v

        @property
        def double(self):
            return 2.0 * self.v

    held = Held(np.ones(2))

    def f(x):
        held.double = x
        return held.v[0] * x

    with pytest.raises(RejectedError, match="property"):
        ad.grad(f)(1.0)
