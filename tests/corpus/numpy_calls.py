"""Programs that call NumPy."""

import numpy as np
from numpy.linalg import norm

from corpus.cases import add, add_by_differences

X = np.array([0.3, -0.7, 1.2, 0.5])
Y = np.array([1.1, 0.4, 0.8, 2.3])
A = np.array([[2.3, 1.2, -0.4], [0.8, 1.9, 0.6], [0.5, 0.7, 3.1]])
B = np.array([[0.3, 1.2, -0.4, 0.2], [0.8, -0.1, 0.6, 1.1]])
LABELS = np.array([1, 0, 3])


def softmax_loss(w, x):
    z = x @ w
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(3), LABELS]))


add(softmax_loss, B.T[:3] @ B, A)


def log_sum_exp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


add(log_sum_exp, X)


def least_squares(w, x, y):
    r = x @ w - y
    return 0.5 * np.dot(r, r) / len(y)


add(least_squares, X, B, Y[:2])


def reductions(x):
    return x.sum() * x.mean() + x.max() - x.min() + x.prod() + x.std() + x.var()


add(reductions, X)


def reductions_over_axes(b):
    return (
        b.sum(axis=0) * b.mean(0) + b.max(axis=0),
        b.prod(axis=1) + b.std(axis=1),
        b.sum(axis=(0, 1), keepdims=True),
        np.mean(b, axis=-1, keepdims=True),
    )


add(reductions_over_axes, B)


def cumulated(x):
    return np.cumsum(x) * np.diff(x, prepend=0.0)


add(cumulated, X)


def joined(x, y):
    z = np.concatenate([x, y, x * y])
    s = np.stack((x, y), axis=1)
    return z.sum() * s, np.vstack([x, y]) @ np.hstack([y, x])[:4]


add(joined, X, Y)


def reshaped(x):
    m = x.reshape(2, 2)
    return m @ m.T, m.ravel() * x, np.transpose(m)[0], x[None, :] * x[:, np.newaxis]


add(reshaped, X)


def selected(x, y):
    return (
        np.where(x > 0.4, x * y, y**2)
        + np.clip(x, -0.5, 0.8)
        + np.maximum(x, y) * np.minimum(x, 0.6)
    )


add(selected, X, Y)


def linear_algebra(a, b):
    x = np.linalg.solve(a, b)
    return x @ np.linalg.inv(a) * np.linalg.det(a)


add(linear_algebra, A, X[:3])


def log_determinant(a):
    sign, value = np.linalg.slogdet(a @ a.T)
    return sign * value + np.trace(a)


add(log_determinant, A)


def gaussian(x, mean, cov):
    low = np.linalg.cholesky(cov)
    z = np.linalg.solve(low, x - mean)
    return -0.5 * np.dot(z, z) - np.sum(np.log(np.diag(low)))


add(gaussian, X[:3], Y[:3], A @ A.T)


def norms(x, a):
    return norm(x) + np.linalg.norm(a) * norm(x, 1) + norm(a, axis=1).sum()


add(norms, X, A)


def products(a, x):
    return (
        np.dot(a, x)
        + np.outer(x, x) @ x
        + np.inner(a, x)
        + np.cross(a[0], x)
        + a.dot(x) * np.vdot(x, x)
    )


add(products, A, X[:3])


def einsums(a, b):
    return np.einsum("ij,jk->ik", b.T[:3, :], b)[0] + np.einsum("ii", a), np.einsum("ij->j", a)


add(einsums, A, B)


def tensors(a, b):
    t = np.tensordot(a, b[:, :3], axes=(1, 1))
    return np.kron(t[0], b[0, :2]), np.swapaxes(t, 0, 1)


add(tensors, A, B)


def ordered(x, y):
    order = np.argsort(y)
    return np.sort(x) * x[order] + x[np.argmax(y)] * np.median(x)


add(ordered, X, Y)


def rolled(x):
    return np.roll(x, 1) * np.flip(x) + x[::-1] * np.tile(x[:2], 2) + np.repeat(x[:2], 2)


add(rolled, X)


def grid(x, n):
    t = np.linspace(0.0, 1.0, n)
    return np.trapezoid(np.exp(-x * t), t) + np.sum(np.arange(n) * x)


add(grid, 0.8, 7)


def interpolated(x, fp):
    return np.interp(x, np.array([-1.0, 0.0, 0.4, 2.0]), fp)


add(interpolated, X, Y)


def triangles(a):
    return np.triu(a) @ np.tril(a, -1) + np.diag(np.diag(a)) * np.eye(3)


add(triangles, A)


def padded(x):
    p = np.pad(x, 1)
    return p[2:] * p[:-2] + np.convolve(x, [0.25, 0.5, 0.25], mode="same")


add(padded, X)


def padded_by_numbers(x: "Float[np.ndarray, 'n']", m: "Float[np.ndarray, 'n k']", n: int):
    k = n // 2
    rows = np.pad(m, ((k, k), (0, 0)), mode="reflect")
    columns = np.pad(m, ((0, 0), (1, k)))
    around = np.pad(m, ((k,), (1,)), "symmetric")
    ends = np.pad(x, (k, n), mode="wrap")
    return rows * rows.sum(), columns**2, around * m[0, 0], ends * x[0], np.pad(x, k + 1) ** 2


add_by_differences(padded_by_numbers, X, np.outer(X, X) + 0.5, 3)


def distances(p):
    d = p[:, None, :] - p[None, :, :]
    return np.sqrt(np.sum(d**2, axis=-1) + 0.1).sum()


add(distances, B)


def normalised(x):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5)


add(normalised, X)


def attention(q, k, v):
    s = q @ k.T / np.sqrt(k.shape[1])
    w = np.exp(s - s.max(axis=-1, keepdims=True))
    return (w / w.sum(axis=-1, keepdims=True)) @ v


add(attention, A, A * 0.5, B.T[:3])


def elementary(x):
    return (
        np.sin(x)
        + np.cos(x) * np.tan(x)
        + np.exp(x)
        - np.expm1(x)
        + np.tanh(x)
        + np.arctan(x)
        + np.sinh(x) * np.cosh(x)
        + np.log1p(x**2)
        + np.square(x)
        + np.abs(x)
        + np.sign(x) * x
        + np.logaddexp(x, 0.0)
        + np.hypot(x, 2.0)
        + np.arcsinh(x)
        + np.power(x, 2)
        + np.negative(x)
        + np.sqrt(x**2 + 1.0)
        + np.floor(x) * x
    )


add(elementary, X)


def created(x):
    return (
        np.full(3, x) * np.ones(3)
        + np.zeros((2, 3))
        + np.full_like(Y[:3], x) * np.array([x, 1, x * x])
    )


add(created, 0.7)


def float32(x, y):
    z = x.astype(np.float32) * 2.0
    return z.sum() + np.sum(y.astype(float))


add(float32, X, np.arange(3), tolerance=1e-5)


def quadratic_form(x, a):
    return x.T @ a @ x / (x @ x)


add(quadratic_form, X[:3], A)


def batched(a, x):
    stack = np.stack([a, a.T, a @ a])
    return (stack @ x).sum(axis=0) + np.matmul(stack, a)[:, 0, 0]


add(batched, A, X[:3])


def moments(x, weights):
    mean = np.average(x, weights=weights)
    return mean + np.sum(weights * (x - mean) ** 2) / np.sum(weights)


add(moments, X, Y)


def inner_products(a, b, x):
    return np.inner(a, b), np.inner(a, x) ** 2, np.inner(x, x) * x[0], np.inner(x * x, a)


add_by_differences(inner_products, A, A[:2] * 0.5, X[:3])


def real_numbers_made_complex(x, y):
    z = x + 0j
    w = x * y - 1j
    z[0], z[1] = 2j * z[1], z[0]
    w[1] *= 1.0 + 2j
    kept = np.where(y > 0, x, 1j)
    kept[0] *= 3j
    return np.sum(np.abs(z) ** 2 * x) + np.sum(np.abs(w * kept) ** 2)


NUMBERS = np.array([0.3, -0.7, 1.2])
add_by_differences(real_numbers_made_complex, NUMBERS, np.array([0.5, 0.9, -0.4]))
