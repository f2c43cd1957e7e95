"""Programs for tools that follow arrays: no updates in place, loops by `lib.loop`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def loop(lib: Any, x: Any, n: int) -> Any:
    return lib.loop(lambda x, _: lib.np.sin(x) * 1.1 + 0.1, x, np.zeros(n))


def llsq(lib: Any, x: Any, n: int) -> Any:
    t = lib.array(np.linspace(-1.0, 1.0, n))
    fit = lib.loop(lambda fit, c: fit * t + c, 0.0 * t, lib.reversed(x))
    residual = lib.np.sign(t) - fit
    return 0.5 * lib.np.sum(residual * residual)


def lse(lib: Any, x: Any) -> Any:
    return lib.logsumexp(x, 0)


def ode(lib: Any, x: Any, s: int) -> Any:
    h = 2.0 / s
    one = lib.array(np.ones(1))

    def rates(y: Any) -> Any:
        return x * lib.np.concatenate((one, y[:-1]))

    def step(y: Any, _: Any) -> Any:
        k1 = rates(y)
        k2 = rates(y + 0.5 * h * k1)
        k3 = rates(y + 0.5 * h * k2)
        k4 = rates(y + h * k3)
        return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    return lib.loop(step, 0.0 * x, np.zeros(s))[-1]


def gmm(lib: Any, alpha: Any, mu: Any, q: Any, l: Any, x: Any, m: int, gamma: float) -> Any:
    np_ = lib.np
    (n, d), k = x.shape, alpha.shape[0]
    exp_q, sum_q = np_.exp(q), np_.sum(q, axis=1)
    rows = [(i, j) for j in range(d) for i in range(j + 1, d)]
    places = np.zeros((len(rows), d * d))
    for t, (i, j) in enumerate(rows):
        places[t, i * d + j] = 1.0
    diagonal = exp_q[:, :, None] * lib.array(np.eye(d))
    Q = (l @ lib.array(places)).reshape(k, d, d) + diagonal
    z = np_.einsum("kij,nkj->nki", Q, x[:, None, :] - mu[None])
    beta = alpha + sum_q - 0.5 * np_.sum(z * z, axis=2)
    likelihood = np_.sum(lib.logsumexp(beta, 1)) - n * lib.logsumexp(alpha, 0)
    p = d + m + 1
    gammas = sum(math.lgamma(0.5 * (p - j)) for j in range(d))
    constant = p * d * math.log(gamma / math.sqrt(2)) - gammas
    constant -= 0.25 * d * (d - 1) * math.log(math.pi)
    squares = np_.sum(exp_q * exp_q) + np_.sum(l * l)
    prior = -0.5 * gamma * gamma * squares + m * np_.sum(sum_q) + k * constant
    return -0.5 * n * d * math.log(2 * math.pi) + likelihood + prior


def lstm(lib: Any, main: Any, extra: Any, state: Any, sequence: Any) -> Any:
    np_ = lib.np
    layers, b = main.shape[0] // 2, extra.shape[1]

    def sigmoid(x: Any) -> Any:
        return 1.0 / (1.0 + np_.exp(-x))

    def step(carry: Any, pair: Any) -> Any:
        total, rows = carry
        x, gold = pair[0] * extra[0], pair[1]
        after = []
        for i in range(layers):
            hidden, cell = rows[2 * i], rows[2 * i + 1]
            fed = np_.concatenate((x, hidden, x, hidden))
            gates = (fed * main[2 * i] + main[2 * i + 1]).reshape(4, b)
            forget, enter, out = sigmoid(gates[0]), sigmoid(gates[1]), sigmoid(gates[2])
            cell = cell * forget + enter * np_.tanh(gates[3])
            x = out * np_.tanh(cell)
            after += [x, cell]
        y = x * extra[1] + extra[2]
        total = total + np_.sum(gold * (y - np_.log(np_.sum(np_.exp(y)) + 2.0)))
        return total, np_.stack(after)

    steps = sequence.shape[0] - 1
    pairs = np_.stack((sequence[:-1], sequence[1:]), 1)
    total, _ = lib.loop(step, (0.0 * np_.sum(extra), state), pairs)
    return -total / (steps * b)


def kmeans(lib: Any, points: Any, centroids: Any) -> Any:
    squares = lib.np.sum((points[:, None, :] - centroids[None]) ** 2, axis=2)
    return lib.np.sum(lib.least(squares))


def gemm(lib: Any, alpha: Any, beta: Any, C: Any, A: Any, B: Any) -> Any:
    C = beta * C + alpha * (A @ B)
    return lib.np.sum(C * C)


def gemver(
    lib: Any, alpha: Any, beta: Any, A: Any, u1: Any, v1: Any, u2: Any, v2: Any, y: Any, z: Any
) -> Any:
    A = A + lib.np.outer(u1, v1) + lib.np.outer(u2, v2)
    w = alpha * (A @ (beta * (y @ A) + z))
    return lib.np.sum(w * w)


def atax(lib: Any, A: Any, x: Any) -> Any:
    y = (A @ x) @ A
    return lib.np.sum(y * y)


def bicg(lib: Any, A: Any, p: Any, r: Any) -> Any:
    s, q = r @ A, A @ p
    return lib.np.sum(s * s) + lib.np.sum(q * q)


def mvt(lib: Any, x1: Any, x2: Any, y1: Any, y2: Any, A: Any) -> Any:
    x1, x2 = x1 + A @ y1, x2 + y2 @ A
    return lib.np.sum(x1 * x1) + lib.np.sum(x2 * x2)


def jacobi(lib: Any, A: Any, B: Any, steps: int) -> Any:
    join = lib.np.concatenate

    def mean(A: Any, B: Any) -> Any:
        """B with its inner part replaced."""
        inner = 0.2 * (A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1])
        rows = join((B[1:-1, :1], inner, B[1:-1, -1:]), 1)
        return join((B[:1], rows, B[-1:]), 0)

    def step(pair: Any, _: Any) -> Any:
        A, B = pair
        B = mean(A, B)
        return mean(B, A), B

    A, B = lib.loop(step, (A, B), np.zeros(steps))
    return lib.np.sum(A * A)


def covariance(lib: Any, data: Any) -> Any:
    data = data - lib.np.mean(data, axis=0)
    cov = data.T @ data / (data.shape[0] - 1.0)
    return lib.np.sum(cov * cov)


def correlation(lib: Any, data: Any) -> Any:
    n = data.shape[0]
    data = data - lib.np.mean(data, axis=0)
    deviation = lib.np.sqrt(lib.np.mean(data * data, axis=0))
    deviation = lib.np.where(deviation <= 0.1, 0.0 * deviation + 1.0, deviation)
    data = data / (math.sqrt(n) * deviation)
    corr = data.T @ data
    off = lib.array(1.0 - np.eye(data.shape[1]))
    return lib.np.sum(off * corr * corr) + float(data.shape[1])


FORMS = {
    form.__name__: form
    for form in (
        loop, llsq, lse, ode, gmm, lstm, kmeans, gemm, gemver, atax, bicg, mvt, jacobi,
        covariance, correlation,
    )
}  # fmt: skip
