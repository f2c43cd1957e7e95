"""Programs with derivatives written by hand, as an expert would: the mark to meet.

Each `NAME` has `NAME_tangent` and `NAME_adjoint` beside it.  CASES lists them with their arguments.
"""

import math

import numpy as np

# straight-line scalar code


def ripple(x, y):
    z = x * y + np.sin(x)
    return z


def ripple_tangent(x, y, x_dot, y_dot):
    return x * y + np.sin(x), (y + np.cos(x)) * x_dot + x * y_dot


def ripple_adjoint(x, y, z_bar=1.0):
    return x * y + np.sin(x), ((y + np.cos(x)) * z_bar, x * z_bar)


# shared subexpressions


def quotient(x1, x2):
    y = (math.sin(x1 / x2) + x1 / x2 - math.exp(x2)) * (x1 / x2 - math.exp(x2))
    return y


def quotient_tangent(x1, x2, x1_dot, x2_dot):
    q = x1 / x2
    ex = math.exp(x2)
    right = q - ex
    left = math.sin(q) + right
    q_dot = (x1_dot - q * x2_dot) / x2
    right_dot = q_dot - ex * x2_dot
    return left * right, (math.cos(q) * q_dot + right_dot) * right + left * right_dot


def quotient_adjoint(x1, x2, y_bar=1.0):
    q = x1 / x2
    ex = math.exp(x2)
    right = q - ex
    left = math.sin(q) + right
    left_bar = right * y_bar
    right_bar = left * y_bar + left_bar
    x1_bar = (math.cos(q) * left_bar + right_bar) / x2
    return left * right, (x1_bar, -ex * right_bar - q * x1_bar)


# a loop that overwrites its variable, with a branch on it


def switch(x, n):
    a = 1.0
    for i in range(n):
        if a < 2.0:
            a = a * math.sin(x[i])
        else:
            a = a / x[i]
    return a


def switch_tangent(x, n, x_dot):
    a = 1.0
    a_dot = 0.0
    for i in range(n):
        if a < 2.0:
            s = math.sin(x[i])
            a_dot = s * a_dot + a * math.cos(x[i]) * x_dot[i]
            a = a * s
        else:
            a = a / x[i]
            a_dot = (a_dot - a * x_dot[i]) / x[i]
    return a, a_dot


def switch_adjoint(x, n, a_bar=1.0):
    a = 1.0
    tape = []
    for i in range(n):
        tape.append(a)
        if a < 2.0:
            a = a * math.sin(x[i])
        else:
            a = a / x[i]
    value = a
    x_bar = np.zeros_like(x)
    for i in reversed(range(n)):
        a = tape.pop()
        if a < 2.0:
            x_bar[i] += a * math.cos(x[i]) * a_bar
            a_bar = math.sin(x[i]) * a_bar
        else:
            a_bar = a_bar / x[i]
            x_bar[i] -= a / x[i] * a_bar
    return value, x_bar


# a while loop


def kepler(mean, ecc):
    e = mean
    step = 1.0
    while abs(step) > 1e-12:
        step = (e - ecc * math.sin(e) - mean) / (1.0 - ecc * math.cos(e))
        e = e - step
    return e


def kepler_tangent(mean, ecc, mean_dot, ecc_dot):
    e = mean
    e_dot = mean_dot
    step = 1.0
    while abs(step) > 1e-12:
        s = math.sin(e)
        c = math.cos(e)
        slope = 1.0 - ecc * c
        step = (e - ecc * s - mean) / slope
        slope_dot = ecc * s * e_dot - c * ecc_dot
        step_dot = (slope * e_dot - s * ecc_dot - mean_dot - step * slope_dot) / slope
        e = e - step
        e_dot = e_dot - step_dot
    return e, e_dot


def kepler_adjoint(mean, ecc, e_bar=1.0):
    e = mean
    step = 1.0
    tape = []
    while abs(step) > 1e-12:
        tape.append(e)
        step = (e - ecc * math.sin(e) - mean) / (1.0 - ecc * math.cos(e))
        e = e - step
    value = e
    mean_bar = 0.0
    ecc_bar = 0.0
    while tape:
        e = tape.pop()
        s = math.sin(e)
        c = math.cos(e)
        slope = 1.0 - ecc * c
        step = (e - ecc * s - mean) / slope
        top_bar = -e_bar / slope
        slope_bar = -step * top_bar
        mean_bar -= top_bar
        ecc_bar -= s * top_bar + c * slope_bar
        e_bar = e_bar + slope * top_bar + ecc * s * slope_bar
    return value, (mean_bar + e_bar, ecc_bar)


# matrix code over a dictionary


def layers(params, x, y):
    h = np.tanh(x @ params["W1"] + params["b1"])
    err = h @ params["W2"] + params["b2"] - y
    return np.mean(err**2)


def layers_tangent(params, x, y, params_dot):
    h = np.tanh(x @ params["W1"] + params["b1"])
    h_dot = (1.0 - h * h) * (x @ params_dot["W1"] + params_dot["b1"])
    err = h @ params["W2"] + params["b2"] - y
    err_dot = h_dot @ params["W2"] + h @ params_dot["W2"] + params_dot["b2"]
    return np.mean(err**2), np.mean(2.0 * err * err_dot)


def layers_adjoint(params, x, y, value_bar=1.0):
    h = np.tanh(x @ params["W1"] + params["b1"])
    err = h @ params["W2"] + params["b2"] - y
    value = np.mean(err**2)
    err_bar = (2.0 * value_bar / err.size) * err
    a_bar = (1.0 - h * h) * (err_bar @ params["W2"].T)
    return value, {
        "W1": x.T @ a_bar,
        "b1": a_bar.sum(axis=0),
        "W2": h.T @ err_bar,
        "b2": err_bar.sum(axis=0),
    }


# arrays updated in place


def heat(u, k, steps):
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return u


def heat_tangent(u, k, steps, u_dot, k_dot):
    u = u.copy()
    u_dot = u_dot.copy()
    for _ in range(steps):
        bend = u[2:] - 2.0 * u[1:-1] + u[:-2]
        u_dot[1:-1] += bend * k_dot + k * (u_dot[2:] - 2.0 * u_dot[1:-1] + u_dot[:-2])
        u[1:-1] += k * bend
    return u, u_dot


def heat_adjoint(u, k, steps, u_bar):
    u = u.copy()
    tape = []
    for _ in range(steps):
        bend = u[2:] - 2.0 * u[1:-1] + u[:-2]
        tape.append(bend)
        u[1:-1] += k * bend
    u_bar = u_bar.copy()
    k_bar = 0.0
    for _ in range(steps):
        inner_bar = u_bar[1:-1]
        k_bar += np.vdot(tape.pop(), inner_bar)
        bend_bar = k * inner_bar
        u_bar[2:] += bend_bar
        u_bar[1:-1] -= 2.0 * bend_bar
        u_bar[:-2] += bend_bar
    return u, (u_bar, k_bar)


# a call inside a loop over rows


def softplus_sum(u):
    return np.sum(np.log1p(np.exp(u)))


def energy(w, x):
    total = 0.0
    for row in x:
        total += softplus_sum(w * row)
    return total


def energy_tangent(w, x, w_dot):
    total = 0.0
    total_dot = 0.0
    for row in x:
        ex = np.exp(w * row)
        total += np.sum(np.log1p(ex))
        total_dot += np.sum(ex / (1.0 + ex) * (row * w_dot))
    return total, total_dot


def energy_adjoint(w, x, total_bar=1.0):
    total = 0.0
    w_bar = np.zeros_like(w)
    for row in x:
        ex = np.exp(w * row)
        total += np.sum(np.log1p(ex))
        w_bar += row * (ex / (1.0 + ex) * total_bar)
    return total, w_bar


_rng = np.random.default_rng(0)
_params = {
    "W1": _rng.normal(size=(20, 30)),
    "b1": _rng.normal(size=30),
    "W2": _rng.normal(size=(30, 10)),
    "b2": _rng.normal(size=10),
}

# primal, tangent, adjoint, independents, arguments
CASES = [
    (ripple, ripple_tangent, ripple_adjoint, ("x", "y"), (1.5, 0.5)),
    (quotient, quotient_tangent, quotient_adjoint, ("x1", "x2"), (1.5, 0.5)),
    (switch, switch_tangent, switch_adjoint, ("x",), (_rng.uniform(1.4, 1.75, 1000), 1000)),
    (kepler, kepler_tangent, kepler_adjoint, ("mean", "ecc"), (0.8, 0.3)),
    (layers, layers_tangent, layers_adjoint, ("params",),
     (_params, _rng.normal(size=(100, 20)), _rng.normal(size=(100, 10)))),
    (heat, heat_tangent, heat_adjoint, ("u", "k"), (np.sin(np.arange(100.0)), 0.1, 100)),
    (energy, energy_tangent, energy_adjoint, ("w",),
     (_rng.normal(size=50), _rng.normal(size=(100, 50)))),
]  # fmt: skip
