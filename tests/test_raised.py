"""Exceptions of the user's own in derivatives, and what a recursion inside a try costs."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import adcompile as ad
from adcompile.cli import main
from adcompile.errors import RejectedError
from adcompile.passes import PASSES


class Diverged(Exception):
    def __init__(self, value):
        super().__init__("diverged")
        self.value = value


def bounded(x):
    if x > 1.0:
        raise Diverged(x)
    return x * x


def test_the_very_class_is_raised():
    assert ad.grad(bounded)(0.5) == 1.0
    with pytest.raises(Diverged) as found:
        ad.grad(bounded)(2.0)
    assert found.value.value == 2.0


def read_behind_a_call(x):
    try:
        y = bounded(x)
    except Diverged as error:
        y = error.value
    return y


def bounded_at_last(x, n):
    return bounded(x) if n == 0 else bounded_at_last(x, n - 1)


def read_behind_a_recursion(x):
    try:
        y = bounded_at_last(x, 2)
    except Diverged as error:
        y = error.value
    return y


def test_a_derivative_is_not_lost_in_an_exception():
    assert ad.grad(read_behind_a_call)(2.0) == 1.0
    with pytest.raises(RejectedError, match="ADC505"):
        ad.grad(read_behind_a_recursion)(2.0)


def shown_behind_a_call(x):
    try:
        y = bounded(x)
    except Diverged as error:
        print("at", error.value)
        y = 3.0 * x
    return y


def test_it_may_be_shown(capsys):
    assert ad.grad(shown_behind_a_call)(2.0) == 3.0
    assert capsys.readouterr().out == "at 2.0\n"


def chain(x, n):
    if n == 0:
        return x
    try:
        y = chain(x, n - 1)
    except ValueError:
        y = 0.0
    return y * 1.001 + x


def calls(function, *args):
    """How many Python functions are called."""
    count = 0

    def note(frame, event, arg):
        nonlocal count
        count += event == "call"

    function(*args)
    sys.setprofile(note)
    try:
        function(*args)
    finally:
        sys.setprofile(None)
    return count


def test_each_call_in_a_try_is_made_once():
    few, many = (calls(ad.grad(chain), 1.0, n) for n in (50, 100))
    assert many - few == 2 * 50


def test_it_is_as_deep_as_elsewhere():
    assert ad.grad(chain)(1.0, 400) == pytest.approx(
        sum(1.001**n for n in range(400)) + 1.001**400, rel=1e-12
    )


def test_a_file_defines_the_class(tmp_path):
    text = (
        "class Base(Exception):\n    pass\n\n\nclass Bad(Base):\n    '''Own.'''\n\n\n"
        "def f(x: float) -> float:\n    if x < 0.0:\n        raise Bad('x')\n    return x * x\n"
    )
    (tmp_path / "own.py").write_text(text)
    made = tmp_path / "made.py"
    assert main([str(tmp_path / "own.py"), "--mode", "adjoint", "-o", str(made)]) == 0
    names: dict[str, object] = {"__name__": "made"}
    exec(made.read_text(), names)
    assert names["f_adjoint"](3.0) == (9.0, 6.0)
    with pytest.raises(names["Base"]):
        names["f_adjoint"](-3.0)


def composed(x, n):
    g = math.sin
    for _ in range(n):
        g = lambda v, g=g: g(v) * x
    return g(x)


def test_functions_of_unbounded_depth_are_refused():
    with pytest.raises(RejectedError, match="ADC402"):
        ad.grad(composed)(0.3, 4)


def by_method(x, m=None, method="square"):
    if method == "scaled":
        return x * m
    if method == "less":
        return x if x < m else x * x
    return x * x


@pytest.mark.parametrize("mode", ["adjoint", "tangent"])
def test_none_on_a_path_raises_there(mode):
    """What an option is needed for is not refused where another path is taken."""
    derivative = getattr(ad, mode)(by_method, wrt="x")
    last = () if mode == "adjoint" else (1.0,)
    assert derivative(0.5, None, "square", *last) == (0.25, 1.0)
    assert derivative(0.5, 3.0, "scaled", *last) == (1.5, 3.0)
    for method in ("scaled", "less"):
        with pytest.raises(TypeError) as wanted:
            by_method(0.5, None, method)
        with pytest.raises(TypeError) as found:
            derivative(0.5, None, method, *last)
        assert str(found.value) == str(wanted.value)


def none_for_certain(x, m=None):
    return x * m


def test_none_for_certain_is_refused():
    with pytest.raises(RejectedError, match="ADC416"):
        ad.grad(none_for_certain)(0.5)


def shown(v):
    if v[0] < 0:
        raise ValueError("%s" % v[0])  # noqa: UP031
    return v[0] ** 2


def shown_later(v):
    log = []
    total = 0.0
    for x in v:
        log.append("at " + str(x))
        if x < 0:
            raise ValueError(", ".join(log))
        total = total + x**2
    return total


@pytest.mark.parametrize("function", [shown, shown_later], ids=lambda f: f.__name__)
def test_a_text_that_shows_what_moves_has_no_derivative_without_activity(function):
    off = {"activity": False}
    v = np.array([1.5, 0.5])
    dot = ad.jvp(function, (v,), (np.array([1.0, 2.0]),), passes=off)[1]
    assert dot == (3.0 if function is shown else 5.0)
    np.testing.assert_allclose(
        ad.grad(function, passes=off)(v), [3.0, 0.0 if function is shown else 1.0]
    )
    for call in (
        lambda: ad.jvp(function, (-v,), (v,), passes=off), lambda: ad.grad(function, passes=off)(-v)
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"-1\.5"):
            call()


def unpacked_though_none(x, n):
    pair = (x, 1.0)
    for i in range(n):
        if i == 2:
            pair = None
        elif i < 2:
            pair = (x * i, x)
    a, b = pair
    return a * b


def item_of_none(x, n):
    held = {"a": x}
    if n > 2:
        held = None
    return held["a"] * 2.0


def item_of_what_no_turn_made(x, n):
    pair = None
    for i in range(n):
        if i == 5:
            pair = (x, i)
    return x + pair[1]


@pytest.mark.parametrize(
    "function", [unpacked_though_none, item_of_none, item_of_what_no_turn_made],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_a_structure_that_is_none_raises_what_the_program_raises(function):
    with pytest.raises(TypeError) as primal:
        function(0.5, 4)
    ways = (lambda: ad.jvp(function, (0.5, 4), (1.0, None))), (lambda: ad.grad(function)(0.5, 4))
    for call in ways:
        with pytest.raises(TypeError) as found:
            call()
        assert str(found.value) == str(primal.value)


def ends_at_a_pole(x, n):
    if n == 0:
        math.log(x)
        return x
    return ends_at_a_pole(x, n - 1) * x


def looked_up_and_not_read(x, n):
    if n < 3:
        return looked_up_and_not_read(x * 2.0, n + 1)
    table = np.ones(2)
    table[n]
    return x


def caught_behind_calls(x, n):
    try:
        y = ends_at_a_pole(x, n)
    except ValueError:
        y = x * 5.0
    return y


def caught_behind_look_ups(x, n):
    try:
        y = looked_up_and_not_read(x, n)
    except IndexError:
        y = x * 5.0
    return y


@pytest.mark.parametrize(
    "function, x", [(caught_behind_calls, -1.5), (caught_behind_look_ups, 1.5)],
    ids=["poles", "look_ups"],
)  # fmt: skip
@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["all", "none"])
def test_what_only_an_unread_result_raises_behind_calls_is_caught(function, x, passes):
    assert function(x, 2) == 5.0 * x
    assert ad.grad(function, passes=passes)(x, 2) == 5.0
    assert ad.jvp(function, (x, 2), (1.0, None), passes=passes)[1] == 5.0
