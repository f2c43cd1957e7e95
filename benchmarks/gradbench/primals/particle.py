"""A charged particle flies past two charges, one of which is moved until it lands at the origin."""

import math

import adcompile as ad


def potential(x, y, w):
    upper = math.sqrt((x - 10.0) ** 2 + (y - (10.0 - w)) ** 2)
    lower = math.sqrt((x - 10.0) ** 2 + y**2)
    return 1.0 / upper + 1.0 / lower


def reverse_slopes(x, y, w):
    return ad.grad(potential, wrt=(0, 1))(x, y, w)


def forward_slopes(x, y, w):
    along_x = ad.jvp(potential, (x, y, w), (1.0, None, None))[1]
    along_y = ad.jvp(potential, (x, y, w), (None, 1.0, None))[1]
    return along_x, along_y


def landing(w, slopes):
    """The square of where the particle meets the ground."""
    dt = 0.1
    x = 0.0
    y = 8.0
    vx = 0.75
    vy = 0.0
    while True:
        ax, ay = slopes(x, y, w)
        new_x = x + dt * vx
        new_y = y + dt * vy
        if new_y <= 0.0:
            break
        x = new_x
        y = new_y
        vx -= dt * ax
        vy -= dt * ay
    rest = -y / vy
    return (x + rest * vx) ** 2


def landing_by_reverse(w):
    return landing(w, reverse_slopes)


def landing_by_forward(w):
    return landing(w, forward_slopes)


def reverse_outside(f, w):
    return ad.grad(f)(w)


def forward_outside(f, w):
    return ad.jvp(f, (w,), (1.0,))[1]


def minimum(f, slope, w):
    """Gradient descent: the step doubles after ten successes and is halved on failure."""
    value = f(w)
    gradient = slope(f, w)
    step = 1e-5
    successes = 0
    while abs(gradient) > 1e-5:
        if successes == 10:
            step *= 2.0
            successes = 0
            continue
        moved = w - step * gradient
        if abs(moved - w) <= 1e-5:
            break
        moved_value = f(moved)
        if moved_value < value:
            w = moved
            value = moved_value
            gradient = slope(f, w)
            successes += 1
        else:
            step *= 0.5
            successes = 0
    return w


def rr(w):
    return minimum(landing_by_reverse, reverse_outside, w)


def ff(w):
    return minimum(landing_by_forward, forward_outside, w)


def fr(w):
    return minimum(landing_by_reverse, forward_outside, w)


def rf(w):
    return minimum(landing_by_forward, reverse_outside, w)
