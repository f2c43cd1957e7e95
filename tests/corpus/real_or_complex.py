"""Arrays that are real on one path and complex on another."""

from __future__ import annotations

import numpy as np

from corpus.cases import add_by_differences

X = np.array([1.3, 2.4, 0.7])
W = np.array([0.3, -1.4, 1.7])


def added_to_complex(x, w, c):
    y = np.zeros(3) if c else np.zeros(3, complex)
    y[:] = x
    u = y * 2
    v = u + w * 1j
    v = v + w * x * 2j
    return np.sum(v * v).real


def sum_that_widens(x, w, c):
    y = x * 2 if c else x * 2j
    t = y + 1.0
    t = t + w * 1j * x
    return np.sum(t * t * w).real


def elements_times_complex(x, w, c):
    y = np.zeros(3) if c else np.zeros(3, complex)
    y[:] = x
    s = 0.0
    for i in range(3):
        s += (y[i] * (w[i] + 2j) * y[i]).real
    return s


def summed_from_nothing(x, w, c):
    y = x.copy() if c else x * 1j
    s = 0j
    for i in range(3):
        s = s + y[i] * (w[i] + 2j) * y[i]
    return abs(s) + s.real


def written_in_turns(x, w, c):
    y = x.copy() if c else x * 1j
    for i in range(3):
        y[i] = y[i] * w[i]
        y = y * (1.0 + 0.5 * i)
    return np.sum(y * (w + 1j)).real


def read_after_a_product(x, w, c):
    y = x.copy() if c else x * 1j
    z = y * (w + 1j)
    z[0] = y[1] * 2
    z[1:] += y[1:]
    return np.sum(np.abs(z) + np.abs(y))


def widened_by_a_loop(x, w, c):
    y = x.copy() if c else x * 1j
    for i in range(3):
        y = y + w[i] * x * 2j
    return np.sum(np.abs(y) ** 2) + np.sum(y.imag * y.real)


def written_to_its_neighbours(x, w, c):
    y = x.copy() if c else x * 1j
    y[1:] = (y[:-1] * (w[1:] + 1j)).real
    y[0] *= 2
    return np.sum(y * (w + 1j)).real + np.prod(y).real


def stacked_with_reals(x, w, c):
    y = x.copy() if c else x * 1j
    a = np.stack([y, x])
    b = np.concatenate([y, x * 1j])
    return np.sum(a * a).real + np.sum(b * b * (1 + 1j)).real + np.sum(a.conj() * a * 1j).imag


def matrix_that_is_solved(x, w, c):
    A = np.zeros((3, 3)) if c else np.zeros((3, 3), complex)
    for i in range(3):
        A[i] = x * w[i]
        A[i, i] += 3.0 + x[i]
    if not c:
        A[0, 1] += 1j * x[2]
    return np.linalg.solve(A, w).real @ x + np.linalg.det(A).real


def functions_of_it(x, w, c):
    y = x.copy() if c else x * 1j
    s = np.sum(np.exp(y) * (w + 2j)).real + np.sum(np.sin(y) ** 2).imag
    return s + np.angle(y[0] + 1j) * x[0]


def changed_by_a_helper(x, w, c):
    def part(v):
        v[0] = v[1] * 3
        return v * (w + 1j)
    y = x.copy() if c else x * 1j
    y = part(y)
    return y.real.sum() + (y.imag * x).sum()


def changed_in_place(x, w, c):
    y = np.zeros(3) if c else np.zeros(3, complex)
    u = y
    u[:] = x
    for k in range(2):
        y[k:] *= x[k]
        y[k:] += x[k:] * w[k:]
        y[0] = y[0] * y[1]
    return np.sum(y * (1j + w)).real


def transformed(x, w, c):
    if c:
        y = np.zeros(3)
    else:
        y = np.zeros(3, complex)
        y[0] = 1j * x[0]
    y[1] = x[1]
    y[2] = np.sum(x)
    f = np.fft.fft(y)
    return np.sum(np.abs(f) ** 2 * w) + f[1].imag


for function in (
    added_to_complex, sum_that_widens, elements_times_complex, summed_from_nothing,
    written_in_turns, read_after_a_product, widened_by_a_loop, written_to_its_neighbours,
    stacked_with_reals, matrix_that_is_solved, functions_of_it, changed_by_a_helper,
    changed_in_place, transformed,
):  # fmt: skip
    add_by_differences(function, X, W, True)
for function in (sum_that_widens, read_after_a_product, widened_by_a_loop, changed_in_place):
    add_by_differences(function, X, W, False)
