"""Programs of the sciences: spectra, fits, filters, fields."""

import numpy as np

from corpus.cases import add_by_differences

RNG = np.random.default_rng(4)
POINTS = RNG.normal(size=(6, 3))
SIGNAL = np.sin(np.arange(16) * 0.7) + 0.3 * RNG.normal(size=16)
IMAGE = RNG.normal(size=(6, 5))


def heat_step(u: "Float[np.ndarray, '16']", nu: float, dt: float):
    """A step of u_t = nu u_xx by the Fourier transform."""
    k = np.fft.rfftfreq(len(u), d=1.0 / len(u))
    u_hat = np.fft.rfft(u) * np.exp(-nu * k**2 * dt)
    return np.fft.irfft(u_hat, n=len(u))


add_by_differences(heat_step, SIGNAL, 0.05, 0.2)


def burgers(u: "Float[np.ndarray, '16']", nu: float):
    """Three steps of Burgers' equation, pseudo-spectral with the two-thirds rule."""
    n = u.size
    k = 1j * np.fft.fftfreq(n, d=1.0 / n)
    keep = np.abs(k) < n / 3.0
    for _ in range(3):
        u_hat = np.fft.fft(u) * keep
        slope = np.real(np.fft.ifft(k * u_hat))
        curved = np.real(np.fft.ifft(k**2 * u_hat))
        u = u + 0.01 * (nu * curved - u * slope)
    return np.sum(u**2)


add_by_differences(burgers, SIGNAL, 0.05)


def spectral_density_fit(params: "Float[np.ndarray, '2']", x: "Float[np.ndarray, '16']"):
    """Whittle's likelihood of a red spectrum."""
    f = np.fft.rfftfreq(x.size, d=0.1)[1:]
    window = np.hanning(x.size)
    periodogram = np.abs(np.fft.rfft(x * window))[1:] ** 2 / np.sum(window**2)
    model = np.exp(params[0]) / (1.0 + (f / np.exp(params[1])) ** 2) + 0.01
    return np.sum(np.log(model) + periodogram / model)


add_by_differences(spectral_density_fit, np.array([0.3, 0.1]), SIGNAL)


def blur(image: "Float[np.ndarray, '6 5']", sigma: float):
    """A Gaussian blur by the two-dimensional transform, and how sharp the result is."""
    rows, columns = image.shape
    fy, fx = np.fft.fftfreq(rows)[:, None], np.fft.fftfreq(columns)[None, :]
    kernel = np.exp(-2.0 * (np.pi * sigma) ** 2 * (fx**2 + fy**2))
    smooth = np.fft.ifft2(np.fft.fft2(image) * kernel).real
    gy, gx = np.gradient(smooth)
    return smooth, np.mean(gx**2 + gy**2)


add_by_differences(blur, IMAGE, 0.8)


def box_filter(image: "Float[np.ndarray, '6 5']"):
    """The mean of a neighbourhood of nine, mirrored at the edges."""
    wide = np.pad(image, 1, mode="reflect")
    total = np.zeros_like(image)
    for i in range(3):
        for j in range(3):
            total += wide[i : i + image.shape[0], j : j + image.shape[1]]
    return total / 9.0


add_by_differences(box_filter, IMAGE)


def principal_components(data: "Float[np.ndarray, '6 3']"):
    """The share of the variance along the first axis, and the scores' spread."""
    centred = data - data.mean(axis=0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    share = s**2 / np.sum(s**2)
    scores = centred @ vt.T[:, :2]
    return share[0], np.sum(scores**2, axis=0), np.sum(np.abs(u[:, 0]))


add_by_differences(principal_components, POINTS, tolerance=1e-7)


def regression(x: "Float[np.ndarray, '6']", y: "Float[np.ndarray, '6']"):
    """A line and a parabola by least squares, the residuals weighed."""
    design = np.column_stack([np.ones_like(x), x, x**2])
    beta, _, _, _ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ beta
    q, r = np.linalg.qr(design)
    same = np.linalg.solve(r, q.T @ y)
    return np.concatenate((beta, same)), np.sum(residual**2) / (len(y) - 3)


add_by_differences(regression, POINTS[:, 0], POINTS[:, 1])


def drift(t: "Float[np.ndarray, '8']", y: "Float[np.ndarray, '8']"):
    """A cubic trend, removed by polyfit."""
    coefficients = np.polyfit(t, y, 3)
    return y - np.polyval(coefficients, t), np.polyder(coefficients)


add_by_differences(drift, np.linspace(0.0, 1.0, 8), SIGNAL[:8], tolerance=1e-7)


def kalman(z: "Float[np.ndarray, '6']", q: float, r: float):
    """The log likelihood of positions measured with noise: constant velocity."""
    f = np.array([[1.0, 1.0], [0.0, 1.0]])
    h = np.array([[1.0, 0.0]])
    noise = q * np.array([[0.25, 0.5], [0.5, 1.0]])
    x, p = np.zeros(2), np.eye(2)
    total = 0.0
    for measured in z:
        x, p = f @ x, f @ p @ f.T + noise
        innovation = measured - h @ x
        s = h @ p @ h.T + r
        gain = p @ h.T @ np.linalg.inv(s)
        x = x + gain @ innovation
        p = (np.eye(2) - gain @ h) @ p
        total -= 0.5 * (
            np.linalg.slogdet(2.0 * np.pi * s)[1] + innovation @ np.linalg.solve(s, innovation)
        )
    return total


add_by_differences(kalman, SIGNAL[:6], 0.3, 0.2)


def gaussian_process(
    log_scale: float, log_noise: float, x: "Float[np.ndarray, '6']", y: "Float[np.ndarray, '6']"
):
    """The log marginal likelihood with a squared exponential kernel."""
    distance = np.subtract.outer(x, x)
    k = np.exp(-0.5 * (distance / np.exp(log_scale)) ** 2) + np.exp(log_noise) * np.eye(x.size)
    factor = np.linalg.cholesky(k)
    alpha = np.linalg.solve(factor.T, np.linalg.solve(factor, y))
    return -0.5 * y @ alpha - np.log(np.diag(factor)).sum() - 0.5 * x.size * np.log(2.0 * np.pi)


add_by_differences(gaussian_process, 0.1, -1.0, np.arange(6.0) * 0.8, SIGNAL[:6])


def rotating_frame(state: "Float[np.ndarray, '6']", omega: float):
    """A particle on a turning table: centrifugal and Coriolis forces, by Runge and Kutta."""
    axis = np.array([0.0, 0.0, 1.0]) * omega

    def slope(y):
        position, velocity = np.split(y, 2)
        outward = -np.cross(axis, np.cross(axis, position))
        return np.r_[velocity, outward - 2.0 * np.cross(axis, velocity)]

    h = 0.1
    for _ in range(4):
        k1 = slope(state)
        k2 = slope(state + 0.5 * h * k1)
        k3 = slope(state + 0.5 * h * k2)
        k4 = slope(state + h * k3)
        state = state + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return state


add_by_differences(rotating_frame, np.array([1.0, 0.2, 0.0, 0.1, -0.3, 0.2]), 0.7)


def matched_histogram(source: "Float[np.ndarray, '7']", reference: "Float[np.ndarray, '9']"):
    """The values of the source, moved to the distribution of the reference."""
    order = np.argsort(source)
    levels = np.quantile(reference, [0.0, 0.25, 0.5, 0.75, 1.0])
    ranks = np.empty(source.size)
    ranks[order] = np.linspace(0.0, 1.0, source.size)
    return np.interp(ranks, np.linspace(0.0, 1.0, 5), levels) + 0.1 * (source - source.mean())


add_by_differences(matched_histogram, SIGNAL[:7], SIGNAL[5:14])


def natural_spline(
    t: "Float[np.ndarray, '5']", y: "Float[np.ndarray, '5']", at: "Float[np.ndarray, '3']"
):
    """A natural cubic spline by one tridiagonal system, evaluated between its knots."""
    n, h = t.size, np.diff(t)
    a, b = np.zeros((n, n)), np.zeros(n)
    a[0, 0] = a[-1, -1] = 1.0
    for i in range(1, n - 1):
        a[i, i - 1], a[i, i], a[i, i + 1] = h[i - 1], 2.0 * (h[i - 1] + h[i]), h[i]
        b[i] = 6.0 * ((y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1])
    m = np.linalg.solve(a, b)
    i = np.clip(np.searchsorted(t, at) - 1, 0, n - 2)
    left, right = at - t[i], t[i + 1] - at
    cubic = (m[i] * right**3 + m[i + 1] * left**3) / (6.0 * h[i])
    return (
        cubic
        + (y[i] / h[i] - m[i] * h[i] / 6.0) * right
        + (y[i + 1] / h[i] - m[i + 1] * h[i] / 6.0) * left
    )


add_by_differences(
    natural_spline, np.array([0.0, 0.7, 1.5, 2.0, 3.1]), SIGNAL[:5], np.array([0.3, 1.1, 2.6])
)


def mahalanobis(data: "Float[np.ndarray, '6 3']", point: "Float[np.ndarray, '3']"):
    """Distances in the metric of the sample's covariance."""
    covariance = np.cov(data, rowvar=False)
    apart = point - np.mean(data, axis=0)
    return np.sqrt(apart @ np.linalg.inv(covariance) @ apart), np.corrcoef(data.T)[0, 1]


add_by_differences(mahalanobis, POINTS, np.array([0.5, -0.2, 0.1]))


def gaps_in_data(x: "Float[np.ndarray, '7']", gain: float):
    """Means of a record with missing values, and of the quotient where it is safe."""
    record = np.where(np.array([True, True, False, True, True, False, True]), x * gain, np.nan)
    ratio = np.divide(1.0, x, out=np.zeros_like(x), where=np.abs(x) > 0.05)
    return np.nanmean(record), np.nanstd(record), np.nanmax(record), np.sum(ratio)


add_by_differences(gaps_in_data, SIGNAL[:7], 1.3)


def streamfunction(strength: "Float[np.ndarray, '2']", x0: "Float[np.ndarray, '2']"):
    """The velocity of two vortices on a grid, and its energy."""
    y, x = np.mgrid[-1:1:5j, -1:1:6j]
    psi = np.zeros(x.shape)
    for s, centre in zip(strength, x0):
        psi += -s / (4.0 * np.pi) * np.log((x - centre) ** 2 + y**2 + 0.1)
    dy, dx = 0.5, 0.4
    u = np.gradient(psi, dy, axis=0)
    v = -np.gradient(psi, dx, axis=1)
    return 0.5 * np.trapezoid(np.trapezoid(u**2 + v**2, dx=dx, axis=1), dx=dy)


add_by_differences(streamfunction, np.array([1.0, -0.6]), np.array([0.3, -0.45]))
