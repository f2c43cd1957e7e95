"""y_0' = x_0, y_i' = x_i y_(i-1), from zero, over [0, 2] in s steps of Runge and Kutta."""

import numpy as np


def rates(x, y, dy):
    dy[0] = x[0]
    dy[1:] = x[1:] * y[:-1]


def primal(x, s):
    n = len(x)
    h = 2.0 / s
    y = np.zeros(n)
    stage = np.zeros(n)
    k1 = np.zeros(n)
    k2 = np.zeros(n)
    k3 = np.zeros(n)
    k4 = np.zeros(n)
    for _ in range(s):
        rates(x, y, k1)
        stage[:] = y + 0.5 * h * k1
        rates(x, stage, k2)
        stage[:] = y + 0.5 * h * k2
        rates(x, stage, k3)
        stage[:] = y + h * k3
        rates(x, stage, k4)
        y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def last(x, s):
    return primal(x, s)[-1]
