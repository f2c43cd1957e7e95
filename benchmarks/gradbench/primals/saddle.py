"""The least over p of the greatest over q of p.p - q.q: one gradient descent inside another."""

import math

import adcompile as ad


def payoff(px, py, qx, qy):
    return px * px + py * py - qx * qx - qy * qy


def loss(qx, qy, px, py):
    return -payoff(px, py, qx, qy)


def reverse(f, x, y, a, b):
    return ad.grad(f, wrt=(0, 1))(x, y, a, b)


def forward(f, x, y, a, b):
    along_x = ad.jvp(f, (x, y, a, b), (1.0, None, None, None))[1]
    along_y = ad.jvp(f, (x, y, a, b), (None, 1.0, None, None))[1]
    return along_x, along_y


def minimum(f, slopes, x, y, a, b):
    """Gradient descent: the step doubles after ten successes and is halved on failure."""
    value = f(x, y, a, b)
    gx, gy = slopes(f, x, y, a, b)
    step = 1e-5
    successes = 0
    while math.sqrt(gx * gx + gy * gy) > 1e-5:
        if successes == 10:
            step *= 2.0
            successes = 0
            continue
        new_x = x - step * gx
        new_y = y - step * gy
        if math.sqrt((new_x - x) ** 2 + (new_y - y) ** 2) <= 1e-5:
            break
        new_value = f(new_x, new_y, a, b)
        if new_value < value:
            x = new_x
            y = new_y
            value = new_value
            gx, gy = slopes(f, x, y, a, b)
            successes += 1
        else:
            step *= 0.5
            successes = 0
    return x, y


def greatest_by_reverse(px, py, start_x, start_y):
    qx, qy = minimum(loss, reverse, start_x, start_y, px, py)
    return payoff(px, py, qx, qy)


def greatest_by_forward(px, py, start_x, start_y):
    qx, qy = minimum(loss, forward, start_x, start_y, px, py)
    return payoff(px, py, qx, qy)


def rr(x, y):
    px, py = minimum(greatest_by_reverse, reverse, x, y, x, y)
    qx, qy = minimum(loss, reverse, x, y, px, py)
    return px, py, qx, qy


def ff(x, y):
    px, py = minimum(greatest_by_forward, forward, x, y, x, y)
    qx, qy = minimum(loss, forward, x, y, px, py)
    return px, py, qx, qy


def fr(x, y):
    px, py = minimum(greatest_by_reverse, forward, x, y, x, y)
    qx, qy = minimum(loss, reverse, x, y, px, py)
    return px, py, qx, qy


def rf(x, y):
    px, py = minimum(greatest_by_forward, reverse, x, y, x, y)
    qx, qy = minimum(loss, forward, x, y, px, py)
    return px, py, qx, qy
