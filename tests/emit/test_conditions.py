"""Conditions, ranges and slices as a person would have written them."""

import contextlib
import io
import re

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

PROGRAM = '''
import numpy as np


def both(x, n: int):
    while n > 0 and x[n] < 2.0:
        x = x * 1.5
        n = n - 1
    return np.sum(x)


def any_of_both(x, n: int):
    s = 0.0
    for i in range(n):
        if i == 0 or x[i] > x[0]:
            s = s + x[i] * x[i]
    return s


def too_long_for_a_line(x, n: int):
    s = 0.0
    for index_of_the_element in range(n):
        if n - index_of_the_element > 1 and x[index_of_the_element] < x[index_of_the_element + 1]:
            s = s + x[index_of_the_element] * x[index_of_the_element]
    return s


def searched(x, n: int):
    for i in range(n):
        if x[i] > 0.5:
            break
    else:
        return x[0] * 2.0
    return x[i] * x[i]


def found_on_the_way(x, n: int):
    found = False
    for i in range(n):
        if x[i] > 0.5:
            found = True
            break
    return x[0] * x[0] if found else x[1]


def any_on_the_way(x, n: int):
    return x[0] * x[0] if any(1.0 / x[i] < 2.0 for i in range(n)) else x[1]


def not_of_integers(x, n: int):
    s = x[0]
    if not n > 2:
        s = s * x[1]
    if not x[0] > 2.0:
        s = s * x[2]
    return s
'''
X = np.array([0.2, 0.1, 0.7, 1.3, 0.4])


@pytest.fixture(scope="module", params=["known", "not known"])
def texts(request, tmp_path_factory):
    """The tangents, by name, of the program where it says what x is, and where not."""
    text = PROGRAM
    if request.param == "known":
        text = text.replace("(x, n", '(x: "float[:]", n')
    file = tmp_path_factory.mktemp("written") / "written.py"
    file.write_text(text)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert cli.main([str(file), "--mode", "tangent", "-o", "-"]) == 0
    space, plain = {}, {}
    exec(said.getvalue(), space)
    exec(PROGRAM, plain)
    parts = said.getvalue().split("\ndef ")
    return {part.partition("_tangent(")[0]: part for part in parts}, space, plain


@pytest.mark.parametrize(
    "name",
    [
        "both", "any_of_both", "too_long_for_a_line", "searched", "found_on_the_way",
        "any_on_the_way", "not_of_integers",
    ],
)  # fmt: skip
@pytest.mark.parametrize("n", [1, 2, 4])
def test_these_are_right(texts, name, n):
    _, space, plain = texts
    dot, h = np.cos(np.arange(5.0)), 1e-6
    value, value_dot = space[f"{name}_tangent"](X, n, dot)
    function = plain[name]
    assert value == function(X, n)
    around = [function(X + step * dot, n) for step in (h, -h)]
    np.testing.assert_allclose(value_dot, (around[0] - around[1]) / (2 * h), rtol=1e-6, atol=1e-8)


def test_what_is_asked_first_stands_in_its_condition(texts):
    assert "while n > 0 and x[n] < 2.0:" in texts[0]["both"]
    assert "if i == 0 or x[i] > x[0]:" in texts[0]["any_of_both"]


def test_what_makes_a_line_too_long_has_a_name(texts):
    text = texts[0]["too_long_for_a_line"]
    assert " = n - index_of_the_element > 1\n" in text
    assert max(map(len, text.splitlines())) < 100


def test_the_flag_of_a_search_has_one_name(texts):
    text = texts[0]["searched"]
    assert "True if" not in text
    lines = [line.split() for line in text.splitlines()]
    assert not any(len(line) == 3 and line[1] == "=" and line[2][0] == "v" for line in lines)


def test_a_branch_that_ends_a_loop_holds_the_break(texts):
    text = texts[0]["found_on_the_way"]
    assert re.search(r"if x\[i\] > 0\.5:\n {12}found = True\n {12}break\n", text)
    assert re.search(r"if 1\.0 / x\[i\] < 2\.0:\n .*\n {12}break\n", texts[0]["any_on_the_way"])


def test_of_two_integers_one_comparison_or_its_opposite_holds(texts):
    text = texts[0]["not_of_integers"]
    assert "if n <= 2:" in text
    assert re.search(r"if not (s|x\[0\]|v1) > 2\.0:", text)


def test_what_is_true_where_it_is_true_is_that_itself():
    def again(x):
        small = x < 2.0
        tiny = True if small else small
        return x * x if tiny else x

    text = ad.differentiate(wrt="x")(again).source("adjoint", 0.5)
    assert "True" not in text
    assert ad.grad(again)(0.5) == 1.0
    assert ad.grad(again)(3.0) == 1.0


def test_ranges_and_slices_say_what_they_have_to():
    def polynomial(p, x, short):
        part = slice(None, 3) if short else slice(1, None)
        return np.polyval(p[part], x) + np.sum(np.arange(0, 3) * x)

    text = ad.differentiate(wrt="x")(polynomial).source("adjoint", X, 0.3, True)
    assert "slice(3)" in text and "slice(1, None)" in text
    assert "np.arange(3)" in text and "stop=" not in text and "None, None" not in text
    h = 1e-6
    for short in (True, False):
        found = ad.grad(polynomial, wrt="x")(X, 0.3, short)
        around = [polynomial(X, 0.3 + step, short) for step in (h, -h)]
        np.testing.assert_allclose(found, (around[0] - around[1]) / (2 * h), rtol=1e-8)
