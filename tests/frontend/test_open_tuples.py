"""Tuples whose length is known at run time only are tuples wherever the program gives them away."""

import numpy as np
import pytest
from corpus import sequences

import adcompile as ad
from adcompile import cli
from adcompile.errors import RejectedError

X = np.array([0.31, 1.72, -0.6])
PROGRAMS = (
    sequences.tuples_returned, sequences.tuples_sliced, sequences.tuples_repeated,
    sequences.tuples_that_grow, sequences.tuples_on_two_paths, sequences.tuples_in_lists,
    sequences.tuples_of_arrays,
)  # fmt: skip


def form(value):
    """What a value is made of."""
    if isinstance(value, dict):
        return {key: form(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [form(item) for item in value]
    return isinstance(value, np.ndarray)



@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_value_and_its_tangent_are_made_of_tuples(program):
    expected = program(X, 1.3)
    value, value_dot = ad.jvp(program, (X, 1.3), (X, 1.0))
    assert form(value) == form(expected)
    if program is sequences.tuples_returned:  # the last one holds integers
        expected, value_dot = expected[:2], value_dot[:2]
    assert form(value_dot) == form(expected)


def test_zeros_are_in_tuples():
    def f(x, y):
        return tuple(v for v in x), y

    value, value_dot = ad.jvp(f, (X, 1.3), (None, 1.0))
    assert value_dot == ((0.0, 0.0, 0.0), 1.0)
    assert value[0] == tuple(X)


def test_what_is_given_as_tuple_has_an_adjoint_that_is_one(tmp_path):
    text = (
        "def f(t: tuple[float, ...], ts: list[tuple[float, ...]]):\n"
        "    total = 0.0\n"
        "    for u in ts:\n"
        "        total += sum(u + t) * t[0]\n"
        "    return total, t[1:]\n"
    )
    (tmp_path / "prog.py").write_text(text)
    out = tmp_path / "out.py"
    cli.main([str(tmp_path / "prog.py"), "--mode", "adjoint", "-o", str(out)])
    names: dict = {}
    exec(out.read_text(), names)
    t, ts = (2.0, 3.0), [(5.0,), (7.0, 11.0)]
    value, (t_bar, ts_bar) = names["f_adjoint"](t, ts, (1.0, (0.5,)))
    assert value == (2.0 * (5.0 + 5.0) + 2.0 * (18.0 + 5.0), (3.0,))
    assert t_bar == (10.0 + 23.0 + 4.0, 4.0 + 0.5)
    assert ts_bar == [(2.0,), (2.0, 2.0)]


def test_zeros_for_what_is_given_as_tuple_are_tuples(tmp_path):
    (tmp_path / "prog.py").write_text(
        "def f(t: tuple[float, ...], ts: list[tuple[float, ...]], y: float):\n"
        "    return y * len(t)\n"
    )
    out = tmp_path / "out.py"
    cli.main([str(tmp_path / "prog.py"), "--mode", "adjoint", "-o", str(out)])
    names: dict = {}
    exec(out.read_text(), names)
    _, bars = names["f_adjoint"]((2.0, 3.0), [(5.0,), ()], 1.5)
    assert bars == ((0.0, 0.0), [(0.0,), ()], 2)


def appended(x):
    t = tuple(v * v for v in x)
    t.append(x[0])
    return t


def written(x):
    t = tuple(v * v for v in x)
    t[0] = x[0]
    return t


def deleted(x):
    t = tuple(v * v for v in x)
    del t[0]
    return t


def joined(x):
    return tuple(v * v for v in x) + [x[0]]


def either(x):
    t = tuple(v * v for v in x)
    if x[0] > 0:
        t = [v for v in x]
    return t


def index(x):
    return x[tuple(i for i in range(len(x)))]


REFUSED = {
    appended: "a tuple has no method 'append'",
    written: "an item of a tuple is assigned",
    deleted: "an item of a tuple is assigned",
    joined: "of a list and a tuple",
    either: "a list on one path and a tuple on another",
    index: "how many items the tuple has",
}


@pytest.mark.parametrize("program", REFUSED, ids=lambda program: program.__name__)
def test_what_python_would_refuse_is_refused(program):
    with pytest.raises(RejectedError, match=REFUSED[program]):
        ad.jvp(program, (X,), (X,))
