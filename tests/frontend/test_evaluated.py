"""What is asked when emitted code runs: axes, lengths, and whose numbers are given."""

import dataclasses
import tracemalloc

import numpy as np
import pytest
from corpus.by_api import ByApi
from corpus.cases import Case
from corpus.check import Check

import adcompile as ad
from adcompile import cli

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


def diagonal_of_a_cube(v):
    a = np.ones((3, 3, 3)) * v[0]
    np.fill_diagonal(a, v[1])
    return a * a


def nested_lists(a):
    b = a * 1.0
    rows = b.tolist()
    b[0, 0] = 5.0
    rows[1][2] = 3.0 * a[2, 2]
    return sum(rows[0] + rows[1]) * len(rows[0] + rows[1]) * b[1, 2]


def lists_of_lists_of_lists(a):
    rows = (a[:, :, None] * a).tolist()
    return rows[0][1][2] * rows[2][0][1] + len(rows[0][0])


def strictly(v, w):
    total = 0.0
    for a, b in zip(v, w, strict=True):
        total += a * b * b
    return total


def asked_for_copies(x):
    pair = Pair(x, [x, x * x])
    named = dataclasses.asdict(pair)
    named["b"][0] = 100.0
    return pair.b[0] * named["b"][1]


def fields_alone(x):
    one = Marked(x, 2.0 * x)
    return sum(dataclasses.asdict(one).values())


@dataclasses.dataclass
class Pair:
    a: float
    b: list


@dataclasses.dataclass
class Marked:
    a: float
    b: float

    def __post_init__(self):
        self.mark = self.a * 3.0


def counted(x, n):
    return x * n if isinstance(n, int) else x * 5.0


def narrow(v):
    return v * 2.0 if isinstance(v[0], float) else v * 3.0


CASES = (
    (diagonal_of_a_cube, X), (nested_lists, A), (lists_of_lists_of_lists, A),
    (strictly, X, 2.0 * X), (fields_alone, 0.4), (counted, 0.4, 3), (narrow, X),
)  # fmt: skip


@pytest.mark.parametrize("function, args", [(f, args) for f, *args in CASES])
def test_derivatives(function, args):
    case = Case(function, tuple(args), 1e-7, 1e-7)
    Check(case).first_order(ByApi(function, case.args))


def test_float32_is_no_float_of_python():
    single = X.astype(np.float32)
    value, grad = ad.value_and_grad(lambda v: np.sum(narrow(v)))(single)
    np.testing.assert_allclose(value, np.sum(narrow(single)), rtol=1e-6)
    np.testing.assert_array_equal(grad, np.full(5, 3.0, np.float32))


def test_an_integer_of_numpy_is_told_from_an_int():
    with pytest.raises(TypeError, match="no number of Python's own"):
        ad.grad(counted)(0.4, np.int64(3))


def test_lengths_that_differ():
    with pytest.raises(ValueError, match="shorter or longer"):
        ad.grad(strictly)(X, X[1:])


def test_the_lists_that_asdict_copies():
    with pytest.raises(ad.RejectedError, match="asdict copies what the fields hold"):
        ad.grad(asked_for_copies)(0.4)


FILE = """\
import numpy as np


def nested(a):
    rows = a.tolist()
    return sum(rows[0] + rows[1])


def filled(a, x):
    b = a * 1.0
    np.fill_diagonal(b, x)
    return np.sum(b * b)


def picked(x, i):
    a, b = x * 1.0, x * 2.0
    row = [a, b][i]
    row += 1.0
    return a * b


def subtracted(w, img, n: int):
    s = 0.0
    for i in range(n):
        w[i] -= img[i]
        s += w[i] * w[i]
    return s


def factored(a, n: int):
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]
    return a
"""


def emitted(name, tmp_path):
    """The adjoint of a function of this file, and the function."""
    file, out = tmp_path / "prog.py", tmp_path / "out.py"
    file.write_text(FILE)
    cli.main([str(file), "--function", name, "--mode", "adjoint", "-o", str(out)])
    derived, module = {}, {}
    exec(compile(out.read_text(), str(out), "exec"), derived)
    exec(compile(FILE, str(file), "exec"), module)
    return derived[f"{name}_adjoint"], module[name]


@pytest.mark.parametrize(
    "name, args, words",
    [
        ("nested", (A, 1.0), "lists of lists"), ("filled", (np.ones((2, 2, 2)), 1.0), "matrices"),
        ("picked", (X, 0, X), "an array that a list holds"),
    ],
)  # fmt: skip
def test_axes_that_are_not_annotated(name, args, words, tmp_path):
    adjoint, _ = emitted(name, tmp_path)
    with pytest.raises(TypeError, match=words):
        adjoint(*args)


def test_numbers_of_a_list_are_replaced(tmp_path):
    adjoint, picked = emitted("picked", tmp_path)
    value, (bar, _) = adjoint(0.5, 0, 1.0)
    assert (value, bar) == (picked(0.5, 0), pytest.approx(2.0))


@pytest.mark.parametrize("dtype", [np.uint8, np.bool_])
def test_what_has_no_sign_is_subtracted(dtype, tmp_path):
    """Not annotated: -img[i] would be 255 for 1, and is none for a truth."""
    adjoint, f = emitted("subtracted", tmp_path)
    img = np.array([1, 0, 1], dtype)
    value, (w_bar, _) = adjoint(X[:3].copy(), img, 3, 1.0)
    assert value == pytest.approx(f(X[:3].copy(), img.astype(float), 3), rel=1e-14)
    assert w_bar == pytest.approx(2 * (X[:3] - img), rel=1e-14)


def test_elements_are_kept_and_not_the_array_where_nobody_annotates(tmp_path):
    adjoint, f = emitted("factored", tmp_path)
    n = 24
    a = np.random.default_rng(0).normal(size=(n, n)) + n * np.eye(n)
    tracemalloc.start()
    value, _ = adjoint(a, n, np.ones((n, n)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_allclose(value, f(a.copy(), n), rtol=1e-13)
    assert peak < 600 * n**3 / 3 + 20 * a.nbytes  # copies of the array would be n**5 * 8 / 3


HOOKED = """\
class Doubling:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2.0)


class Below(Doubling):
    def __init__(self, x):
        self.x = x


def hooked(x: float):
    return Below(x).x * x


def spread(v):
    try:
        a, b = v
        return a * b
    except ValueError:
        return v[0] * 7.0
"""


def test_hooks_of_the_class_above(tmp_path, capsys):
    file = tmp_path / "prog.py"
    file.write_text(HOOKED)
    cli.main([str(file), "--function", "hooked", "-o", str(tmp_path / "out.py")])
    assert "has __setattr__" in capsys.readouterr().err


def test_what_is_unpacked_in_a_try_may_have_another_length(tmp_path):
    file, out = tmp_path / "prog.py", tmp_path / "out.py"
    file.write_text(HOOKED)
    cli.main([str(file), "--function", "spread", "--mode", "adjoint", "-o", str(out)])
    derived = {}
    exec(compile(out.read_text(), str(out), "exec"), derived)
    value, bar = derived["spread_adjoint"](X, 1.0)
    assert value == X[0] * 7.0
    np.testing.assert_array_equal(bar, [7.0, 0.0, 0.0, 0.0, 0.0])


def of_no_truth(x):
    if isinstance(x, (bool, str, list)):
        raise TypeError("a number or an array is meant")
    return np.sum(x * np.cos(x))


def test_an_array_is_no_bool_no_text_and_no_list():
    x = np.array([0.3, -0.7])
    np.testing.assert_allclose(ad.grad(of_no_truth)(x), np.cos(x) - x * np.sin(x), rtol=1e-14)
