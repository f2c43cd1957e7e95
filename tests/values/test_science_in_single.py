"""Programs of scientists in float32 and complex64: their derivatives against those in 64 bits,
which are held against differences."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad


def runge_kutta(y, n):
    def slope(y):
        return np.array([y[1], -np.sin(y[0]) - 0.1 * y[1]], y.dtype)

    h, path = 0.1, [y]
    for _ in range(n):
        k1 = slope(y)
        k2 = slope(y + 0.5 * h * k1)
        k3 = slope(y + 0.5 * h * k2)
        k4 = slope(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        path.append(y)
    return np.sum(np.stack(path)[:, 0] ** 2)


def leapfrog(q, n):
    p, r = np.zeros_like(q), np.sqrt(np.sum(q**2))
    for _ in range(n):
        p -= 0.05 * q / r**3
        q = q + 0.1 * p
        r = np.linalg.norm(q)
        p -= 0.05 * q / r**3
    return 0.5 * p @ p - 1 / r


def adaptive(y, n):
    t, h, steps = 0.0, 0.1, 0
    while t < 0.5 and steps < n:
        low = y + h * (-2 * y)
        high = y + h * (-2 * (y + 0.5 * h * (-2 * y)))
        error = np.max(np.abs(high - low))
        if error < 0.05:
            t, y = t + h, high
        h = 0.9 * h if error > 0.01 else 1.2 * h
        steps += 1
    return np.sum(y**3)


def heat(u, n):
    u = u.copy()
    for _ in range(n):
        u[1:-1] += 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
        u[0], u[-1] = u[1], u[-2]
    return np.sum(u * np.arange(len(u)))


def burgers(u, n):
    for _ in range(n):
        flux = 0.5 * u * u
        new = u.copy()
        new[1:] = u[1:] - 0.1 * np.where(u[1:] > 0, flux[1:] - flux[:-1], 0.0)
        u = new
    return np.max(u) + np.mean(u**2)


def waves(u, n):
    old, now = u.copy(), u.copy()
    for _ in range(n):
        new = np.empty_like(now)
        new[1:-1] = 2 * now[1:-1] - old[1:-1] + 0.25 * (now[2:] - 2 * now[1:-1] + now[:-2])
        new[0] = new[-1] = 0.0
        old, now = now, new
    return np.sum(now**2)


def gauss_seidel(b, n):
    x = np.zeros_like(b)
    for _ in range(n):
        for i in range(len(b)):
            left = x[i - 1] if i > 0 else 0.0
            right = x[i + 1] if i < len(b) - 1 else 0.0
            x[i] = (b[i] + left + right) / 3.0
    return np.sum(x * x)


def scores(x, n):
    z = (x - x.mean()) / x.std(ddof=1)
    return np.mean(z**3) + n * np.median(x) * np.quantile(x, 0.3) + np.var(x)


def likelihood(x, n):
    mu, sigma = x[0], np.exp(x[1])
    return np.sum(0.5 * ((x[2:] - mu) / sigma) ** 2 + np.log(sigma)) + 0.5 * n * np.log(2 * np.pi)


def covariance(x, n):
    c = np.cov(x.reshape(3, -1)) + 0.1 * np.eye(3)
    _, log = np.linalg.slogdet(c)
    return log + np.trace(np.linalg.inv(c)) + np.corrcoef(x.reshape(3, -1))[0, 1]


def blurred(x, n):
    image = x.reshape(3, -1)
    kernel = np.array([0.25, 0.5, 0.25], x.dtype)
    rows = np.zeros_like(image)
    for k in range(3):
        rows += kernel[k] * np.roll(image, k - 1, axis=1)
    return np.sum(np.clip(rows, -0.5, 0.5) ** 2) + np.max(np.pad(image, 1))


def edges(x, n):
    image = x.reshape(3, -1)
    dx, dy = np.gradient(image)
    return np.sum(np.hypot(dx, dy))


def smoothed(x, n):
    return np.sum(np.convolve(x, np.array([0.2, 0.6, 0.2], x.dtype), "same") ** 2)


def descended(x, n):
    w = np.zeros_like(x)
    for k in range(n):
        gradient = 2 * (w - x) + 0.1 * np.sign(w) * w**2
        w = w - 0.3 / (1 + k) * gradient
    return np.sum((w - x) ** 2)


def moments(x, n):
    m, v, w = np.zeros_like(x), np.zeros_like(x), x.copy()
    for k in range(1, n + 1):
        g = np.cos(w)
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g**2
        w -= 0.1 * (m / (1 - 0.9**k)) / (np.sqrt(v / (1 - 0.99**k)) + 1e-3)
    return np.sum(np.sin(w))


def newton(x, n):
    s = x[0] + 1.5
    for _ in range(n):
        s = s - (s**3 - 2 * s - np.sum(x**2)) / (3 * s**2 - 2)
    return s


def least_squares(x, n):
    a = np.stack([np.ones_like(x), x, np.sin(x)], axis=1)
    fit = np.linalg.lstsq(a, np.cos(2 * x), rcond=None)[0]
    return np.sum(fit**2)


def power_method(x, n):
    a = np.outer(x, x) + np.diag(np.arange(1.0, len(x) + 1)).astype(x.dtype)
    v = np.ones_like(x)
    for _ in range(n):
        v = a @ v
        v /= np.linalg.norm(v)
    return v @ a @ v


def solved(x, n):
    a = np.diag(2 + x**2) + 0.1 * np.outer(x, np.ones_like(x))
    return np.sum(np.linalg.solve(a, x) * np.linalg.inv(a)[0]) + np.linalg.det(a)


def conjugate_gradient(b, n):
    a = np.eye(len(b), dtype=b.dtype) * 3 + np.outer(b, b)
    x, r = np.zeros_like(b), b.copy()
    p, rr = r.copy(), r @ r
    for _ in range(3):
        ap = a @ p
        alpha = rr / (p @ ap)
        x += alpha * p
        r -= alpha * ap
        new = r @ r
        if new < 1e-6:
            break
        p, rr = r + new / rr * p, new
    return x @ x


def filtered(x, n):
    spectrum = np.fft.rfft(x)
    spectrum[3:] = 0
    return np.sum(np.fft.irfft(spectrum, len(x)) ** 2)


def power_spectrum(x, n):
    return np.sum(np.abs(np.fft.fft(x)) ** 2 * np.arange(len(x)))


def attention(x, n):
    q = x.reshape(3, -1)
    scores = q @ q.T / np.sqrt(q.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.sum(weights / weights.sum(axis=1, keepdims=True) @ q * q)


def sorted_sum(x, n):
    return np.sum(np.sort(x)[::-1] * np.linspace(0, 1, len(x))) + np.cumsum(x)[-2] * np.ptp(x)


REAL = [
    runge_kutta, leapfrog, adaptive, heat, burgers, waves, gauss_seidel, scores, likelihood,
    covariance, blurred, edges, smoothed, descended, moments, newton, least_squares, power_method,
    solved, conjugate_gradient, filtered, power_spectrum, attention, sorted_sum,
]  # fmt: skip
SIZES = {runge_kutta: 2, leapfrog: 2}
GIVEN = np.array([0.45, -0.3, 0.8, 0.25, -0.75, 0.6, 0.1, 0.95, -0.5])


def real(function):
    return GIVEN[: SIZES.get(function, 9)]


@pytest.mark.parametrize("function", REAL, ids=lambda each: each.__name__)
def test_real_programs(function):
    x, n, step = real(function), 5, 1e-6
    wanted = [(function(x + d, n) - function(x - d, n)) / (2 * step) for d in step * np.eye(len(x))]
    wide = ad.grad(function)(x, n)
    np.testing.assert_allclose(wide, wanted, rtol=2e-5, atol=2e-7)
    single = x.astype(np.float32)
    value, bar = ad.value_and_grad(function)(single, n)
    plain = np.asarray(function(single, n))
    assert bar.dtype == np.float32
    assert np.asarray(value).dtype == plain.dtype
    size = np.max(np.abs(wide)) + 1
    np.testing.assert_allclose(bar, wide, rtol=2e-2, atol=2e-3 * size)
    _, dot = ad.jvp(function, (single, n), (np.ones_like(single), None))
    assert np.asarray(dot).dtype == plain.dtype
    assert dot == pytest.approx(np.sum(wide), rel=2e-2, abs=2e-2 * size)


def schroedinger(z, n):
    phase = np.exp(-0.05j * np.arange(len(z)) ** 2).astype(z.dtype)
    for _ in range(n):
        z = np.fft.ifft(phase * np.fft.fft(z))
        z = z * np.exp(-0.1j * np.abs(z) ** 2)
    return np.sum(np.abs(z[:2]) ** 2)


def iterated(z, n):
    c = 0.2 * z
    for _ in range(n):
        z = z * z + c
    return np.sum(z.real**2 + z.imag**2)


def beam(z, n):
    a = np.outer(z, np.conj(z)) + np.eye(len(z))
    w = np.linalg.solve(a, z)
    return np.abs(np.vdot(w, z))


def response(z, n):
    h = z[0]
    for k in range(1, len(z)):
        h = h / (1 + z[k] * 0.3j)
    return np.angle(h) + np.abs(h)


def correlated(z, n):
    lagged = np.conj(z[:-1]) * z[1:]
    return np.abs(lagged.mean()) * np.sum(np.real(z) * np.imag(z))


COMPLEX = [schroedinger, iterated, beam, response, correlated]


@pytest.mark.parametrize("function", COMPLEX, ids=lambda each: each.__name__)
def test_complex_programs(function):
    z, n, step = GIVEN[:4] + 0.3j * GIVEN[4:8], 3, 1e-6
    ways = step * np.eye(4)
    re = [(function(z + d, n) - function(z - d, n)) / (2 * step) for d in ways]
    im = [(function(z + 1j * d, n) - function(z - 1j * d, n)) / (2 * step) for d in ways]
    wide = ad.grad(function)(z, n)
    np.testing.assert_allclose(wide, np.array(re) - 1j * np.array(im), rtol=1e-5, atol=1e-7)
    bar = ad.grad(function)(z.astype(np.complex64), n)
    assert bar.dtype == np.complex64
    np.testing.assert_allclose(bar, wide, rtol=1e-3, atol=1e-3)
    way = np.ones(4, np.complex64)
    value, dot = ad.jvp(function, (z.astype(np.complex64), n), (way, None))
    assert value.dtype == dot.dtype == np.asarray(function(z.astype(np.complex64), n)).dtype
