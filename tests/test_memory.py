"""What the reverse sweep of a loop keeps, in bytes.  Nothing here is timed."""

import gc
import tracemalloc

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli


def peak(function, *args) -> int:
    """The most memory that a call holds at once, beyond what is there before it.

    Python keeps small objects that are no more for new ones, which are not counted: it has to give
    these up first, as it does when all that is not frozen is looked through for garbage.
    """
    gc.freeze()
    gc.collect()
    gc.unfreeze()
    tracemalloc.start()
    try:
        function(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def linear(x, a, n):
    for _ in range(n):
        x = 0.999 * x + a
    return x


def linear_in_array(x, n):
    total = 0.0
    for i in range(n):
        total += 0.5 * x[i]
    return total


def nonlinear(x, n):
    for _ in range(n):
        x = x - 0.01 * x * x
    return x


def test_a_linear_loop_keeps_nothing():
    adjoint = ad.adjoint(linear, wrt=("x", "a"))
    _, (x_bar, a_bar) = adjoint(1.0, 0.25, 1_000_000)
    np.testing.assert_allclose(x_bar, 0.999**1_000_000, atol=1e-12)
    np.testing.assert_allclose(a_bar, 1000.0, rtol=1e-9)
    assert peak(adjoint, 1.0, 0.25, 1_000_000) < 10_000


def test_a_sum_over_an_array_keeps_nothing_a_turn():
    adjoint = ad.adjoint(linear_in_array, wrt="x")
    x = np.ones(100_000)
    adjoint(x, len(x))
    assert peak(adjoint, x, len(x)) < 8 * len(x) + 10_000  # x_bar, and no more


def test_a_nonlinear_scalar_body_keeps_40_bytes_a_turn():
    adjoint = ad.adjoint(nonlinear, wrt="x")
    turns = 100_000
    adjoint(0.5, 10)
    assert peak(adjoint, 0.5, turns) <= 41 * turns


def layered(w, seq, layers):
    n = seq.shape[1]
    state = np.zeros((layers, n))
    x = np.empty(n)
    total = 0.0
    for t in range(len(seq)):
        for j in range(n):
            x[j] = seq[t, j] * w[0, j]
        for i in range(layers):
            for j in range(n):
                state[i, j] = np.tanh(state[i, j] * x[j])
                x[j] = state[i, j]
        for j in range(n):
            total += np.exp(x[j]) * w[1, j]
    return total


def test_tapes_on_a_tape_beside_arrays_are_not_copied():
    adjoint = ad.adjoint(layered, wrt="w")
    rng = np.random.default_rng(0)
    adjoint(rng.normal(size=(2, 3)), rng.normal(size=(4, 3)), 2, 1.0)
    assert adjoint.source.count("tape_1 = []") and "copied" not in adjoint.source


def twice(w, seq):
    total = 0.0
    state = np.zeros(seq.shape[1])
    for t in range(len(seq)):
        for j in range(1, seq.shape[1]):
            state[j] = np.tanh(state[j - 1] * w[0] + seq[t, j])
        for j in range(1, seq.shape[1]):
            state[j] = np.sin(state[j - 1] * w[1]) + state[j]
        total += np.sum(state)
    return total


def test_two_tapes_in_one_entry_are_not_copied():
    adjoint = ad.adjoint(twice, wrt="w")
    w, seq = np.array([0.5, 0.7]), np.random.default_rng(0).normal(size=(4, 5))
    w_bar = adjoint(w, seq)[1]
    assert "tape_2.pop()" in adjoint.source and "copied" not in adjoint.source
    for i in range(2):
        step = 1e-6 * np.eye(2)[i]
        slope = (twice(w + step, seq) - twice(w - step, seq)) / 2e-6
        np.testing.assert_allclose(w_bar[i], slope, rtol=1e-7)


OVERWRITTEN = '''
import numpy as np
import pytest


def relaxed(u: np.ndarray, f: np.ndarray, sweeps: int) -> float:
    for _ in range(sweeps):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1] + f[i] * u[i] ** 2)
    return np.sum(u**2)


def by_rows(u: np.ndarray, f: np.ndarray, sweeps: int) -> float:
    for _ in range(sweeps):
        for i in range(len(u)):
            for j in range(1, 3):
                u[i][j] = u[i][j] * u[i][j - 1] * f[i]
    return np.sum(u)


def of_a_list(u: list[float], f: list[float], sweeps: int) -> float:
    for _ in range(sweeps):
        for i in range(3, len(u) - 3):
            u[i] = 0.1 * u[i] * u[i - 1] * u[i + 1] * u[i - 2] * u[i + 2] * u[i - 3] * u[i + 3]
    return sum(u)
'''


@pytest.mark.parametrize("name", ["relaxed", "by_rows", "of_a_list"])
def test_elements_are_kept_and_not_what_they_are_of(name, tmp_path):
    file, out = tmp_path / "overwritten.py", tmp_path / "overwritten_adjoint.py"
    file.write_text(OVERWRITTEN)
    command = [str(file), "--function", name, "--mode", "adjoint", "-o", str(out)]
    assert cli.main(command) == 0
    found: dict = {}
    exec(out.read_text(), found)
    kept = []
    for n in (200, 400):
        u, f = np.linspace(0.1, 0.9, n), np.linspace(0.2, 0.4, n)
        if name == "of_a_list":
            u, f = list(u), list(f)
        elif name == "by_rows":
            u = np.outer(u, f[:4])
        kept.append(peak(found[f"{name}_adjoint"], u, f, 3))
    assert kept[1] < 2.3 * kept[0]  # twice the elements; the array in each turn would be four times
