"""What the reverse sweep of a loop keeps, in bytes.  Nothing here is timed."""

import tracemalloc

import numpy as np

import adcompile as ad


def peak(function, *args) -> int:
    """The most memory that a call holds at once, beyond what is there before it."""
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
