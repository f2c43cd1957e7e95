"""Complex numbers written to arrays that are real, on one path or always."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.by_command_line import Compiled

import adcompile as ad
from adcompile.passes import PASSES

X = np.array([1.3, 2.4, 0.7])
V = np.array([1.0 + 2.0j, 3.0j, 1.0])
W = np.array([1.0j, 2.0, 3.0 + 1.0j])
ALL = [None, dict.fromkeys(PASSES, False)]
both = pytest.mark.parametrize("passes", ALL, ids=["all", "none"])


def written(x, real):
    y = np.zeros(3) if real else np.zeros(3, dtype=complex)
    y[:] = x * V
    return np.sum(y * W).real


def written_in_part(x, real):
    y = np.ones(3) if real else np.ones(3, dtype=complex)
    y[:2] = x[1:] * V[:2]
    return np.sum(y * W).real + np.sum(y[1:] * y[:-1]).real


def one_by_one(x, real):
    y = np.zeros(3) if real else np.zeros(3, dtype=complex)
    for i in range(3):
        y[i : i + 1] = x[i] * V[i : i + 1] + y[i - 1]
    return np.sum(y * W).real


def filled(x, real):
    y = np.full(3, 0.0 if real else 0j)
    y[:] = x * V
    return np.sum(y * W).real


def from_a_list(x, real):
    y = [np.zeros(3, dtype=complex), np.zeros(3)][int(real)]
    y[:] = x * V
    return np.sum(y * W).real


def by_a_helper(x, real):
    def made():
        if real:
            return np.zeros(3)
        return np.zeros(3, dtype=complex)

    y = made()
    y[...] = x * V
    return np.sum(y * W).real


def like_another(x, real):
    y = np.zeros_like(x * 2 if real else x * 2j)
    y[:] = x * V
    return np.sum(y * W).real


def always_real(x, real):
    y = np.zeros(3)
    y[0] = x[0] * (1.0 + 2.0j)
    y[1:] = x[1:] * V[1:]
    return np.sum(y * W).real


def of_an_argument(x, real):
    y = x.copy()
    y[:2] = x[:2] * V[:2]
    return np.sum(y * W).real


WRITES = [
    written, written_in_part, one_by_one, filled, from_a_list, by_a_helper, like_another,
    always_real, of_an_argument,
]  # fmt: skip


def differences(function, real, step=1e-6):
    ways = step * np.eye(3)
    return [(function(X + way, real) - function(X - way, real)) / (2 * step) for way in ways]


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize("function", WRITES, ids=lambda f: f.__name__)
@both
def test_what_is_written_is_real_where_the_array_is(function, real, passes):
    wanted = differences(function, real)
    value, bar = ad.value_and_grad(function, wrt="x", passes=passes)(X, real)
    assert value == pytest.approx(function(X, real))
    np.testing.assert_allclose(bar, wanted, atol=1e-8)
    way = np.array([0.3, -1.2, 0.8])
    dot = ad.jvp(function, (X, real), (way, None), passes=passes)[1]
    assert dot == pytest.approx(np.dot(wanted, way))


def test_without_annotations(tmp_path):
    text = "import numpy as np\nV = np.array([1.0 + 2.0j, 3.0j, 1.0])\n"
    text += """

def copied(x):
    y = x.copy()
    y[:2] = x[:2] * V[:2]
    return np.sum(y * np.array([1.0j, 2.0, 3.0 + 1.0j])).real


def made_like(x):
    y = np.zeros_like(x)
    y[:] = x * V
    return np.sum(y * np.array([1.0j, 2.0, 3.0 + 1.0j])).real
"""
    compiled = Compiled("reals", tmp_path, text.replace("import", "import warnings\nimport", 1))
    assert not compiled.refused
    for mode in ("adjoint", "tangent"):
        path = compiled.path(mode)
        path.write_text(path.read_text() + '\n\nimport warnings\nwarnings.simplefilter("ignore")\n')
    for name, wanted in (("copied", [0.0, 0.0, 3.0]), ("made_like", [0.0, 0.0, 3.0])):
        _, bars = compiled.run("adjoint", name, (X,), {}, (1.0,))
        np.testing.assert_allclose(bars["x"], wanted)
        _, dot = compiled.run("tangent", name, (X,), {}, {"x": np.ones(3)})
        assert dot == pytest.approx(3.0)
    compiled.close()


def test_the_adjoint_of_a_complex_argument_is_complex():
    def function(z, real):
        y = np.zeros(2) if real else np.zeros(2, dtype=complex)
        y[:] = z
        return np.sum(y * y).real

    z = np.array([1.3 + 0.4j, 2.0 - 1.0j])
    for real, wanted in ((True, 2 * z.real), (False, 2 * z)):
        with pytest.warns(np.exceptions.ComplexWarning) if real else nothing():
            bar = ad.grad(function, wrt="z")(z, real)
        assert bar.dtype == complex
        np.testing.assert_allclose(bar, wanted)


class nothing:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


# What NumPy raises for: an array that is changed in place by what it cannot hold


def added(x, narrow):
    y = np.zeros(3) if narrow else np.zeros(3, dtype=complex)
    y += x * V
    return np.sum(y * W).real


def part_multiplied(x, narrow):
    y = np.ones(3) if narrow else np.ones(3, dtype=complex)
    y[1:] *= x[0] * V[1:]
    return np.sum(y * W).real


def given_as_out(x, narrow):
    y = np.zeros(3) if narrow else np.zeros(3, dtype=complex)
    np.multiply(x, V, out=y)
    return np.sum(y * W).real


def added_to_integers(x, narrow):
    y = np.zeros(3, dtype=int) if narrow else np.zeros(3)
    y += x
    return np.sum(y * x)


def part_of_integers(x, narrow):
    y = np.ones(3, dtype=int) if narrow else np.ones(3)
    y[1:] *= x[1:]
    return np.sum(y * x)


def integers_divided(x, narrow):
    y = np.arange(3) if narrow else x.copy()
    y /= 2
    return np.sum(y * x)


RAISING = [
    added, part_multiplied, given_as_out, added_to_integers, part_of_integers, integers_divided,
]  # fmt: skip


@pytest.mark.parametrize("function", RAISING, ids=lambda f: f.__name__)
@both
def test_what_numpy_raises_is_raised(function, passes):
    with pytest.raises(TypeError):
        function(X, True)
    for raising in (
        lambda: ad.grad(function, wrt="x", passes=passes)(X, True),
        lambda: ad.jvp(function, (X, True), (np.ones(3), None), passes=passes),
    ):
        with pytest.raises(TypeError, match="on this path"):
            raising()
    bar = ad.grad(function, wrt="x", passes=passes)(X, False)
    np.testing.assert_allclose(bar, differences(function, False), atol=1e-8)


def changed_by_integers(x, narrow):
    y = np.ones(3, dtype=int) if narrow else np.ones(3)
    y += 2
    y *= np.arange(3)
    return np.sum(y * x)


@both
def test_what_fits_is_not_asked_for(passes):
    for narrow in (True, False):
        bar = ad.grad(changed_by_integers, wrt="x", passes=passes)(X, narrow)
        np.testing.assert_allclose(bar, [0.0, 3.0, 6.0])
    source = ad.differentiate(wrt="x")(changed_by_integers).source("adjoint", X, True)
    assert "raise" not in source


def complex_to_floats(x):
    y = np.zeros(3)
    y += x * 1j
    return np.sum(y)


def integers_to_truths(x):
    y = np.zeros(3, dtype=bool)
    y += np.arange(3)
    return np.sum(y * x)


def out_of_integers(x):
    y = np.zeros(3, dtype=int)
    np.multiply(x, 2.0, out=y)
    return np.sum(y * x)


@pytest.mark.parametrize("function", [complex_to_floats, integers_to_truths, out_of_integers],
                         ids=lambda f: f.__name__)  # fmt: skip
def test_what_never_fits_is_refused(function):
    with pytest.raises(TypeError):
        function(X)
    with pytest.raises(SyntaxError, match=r"cannot take .* in place"):
        ad.grad(function)(X)
