"""Idioms of everyday NumPy and Python, many in one program."""

import math

import numpy as np

from corpus.cases import add, add_by_differences

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9, 1.7])
A = np.array([[1.3, 0.2, -0.4], [0.8, 2.1, 0.6], [0.5, 0.7, 1.9]])


def methods(x):
    y = x.reshape(2, -1).sum(axis=0).dot(x[:3]) * x.max() - x.min()
    return y + x.T.ravel().mean() + x.copy().flatten().cumsum()[-1] + x.std() + x.prod()


add(methods, X)


def attributes(a):
    n = int(a.shape[0])
    return a.sum() / a.size * a.ndim + len(a.shape) * n * a[0, 0] + a.T[0].sum()


add(attributes, A)


def conversions(x):
    s = float(np.sum(x)) + x.sum().item()
    return s * np.asarray(x)[1] + np.array(x)[2] + x.astype(float)[0]


add(conversions, X)


def comparisons(x):
    inside = (x > 0.0) & (x < 1.0)
    return x[inside].sum() * np.sum(inside) + x[~inside].mean() + np.sum(x * (x > 0.4))


add(comparisons, X)


def logical(x):
    m = np.logical_and(x > 0.0, np.logical_not(x > 1.0))
    return np.where(m | (x < -0.5), x**2, 3.0 * x).sum() * m.any() + m.mean() * x[0]


add(logical, X)


def index_of(x):
    i = np.argmax(x)
    j = int(np.argmin(np.abs(x)))
    return x[i] * x[j] + x[np.nonzero(x > 0.8)].sum() + x[np.where(x < 0.4)[0]].prod()


add(index_of, X)


def unpacked(x):
    a, b, c = x[:3]
    (p, q), r = x[3:5], x[5]
    return a * b + c * p - q / r


add(unpacked, X)


def unpacked_rows(a):
    first, second, third = a
    return first @ second + third.sum() * first[0]


add(unpacked_rows, A)


def splits(x):
    a, b = np.split(x, 2)
    return np.dot(a, b) * a


add(splits, X)


def creation(x, n):
    return (
        np.zeros(n) + x,
        np.ones((2, n)) * x,
        np.eye(n) * x,
        np.arange(n) * x,
        np.array([[x, 1.0], [0.0, x**2]]),
        np.linspace(0.0, x, n),
        np.identity(n)[0] * x,
    )


add(creation, 0.7, 3)


def rotation(theta, v):
    c, s = np.cos(theta), np.sin(theta)
    r = np.array([[c, -s], [s, c]])
    return r @ v + np.linalg.det(r) * theta


add(rotation, 0.4, X[:2])


def rotation_3d(angles, v):
    a, b, c = angles
    rz = np.array(
        [[math.cos(a), -math.sin(a), 0.0], [math.sin(a), math.cos(a), 0.0], [0.0, 0.0, 1.0]]
    )
    ry = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    rx = np.eye(3)
    rx[1:, 1:] = [[np.cos(c), -np.sin(c)], [np.sin(c), np.cos(c)]]
    return rz @ ry @ rx @ v


add(rotation_3d, X[:3], X[3:])


def axes(a):
    return (
        a.sum(-1) + a.mean(axis=0) * a.max(axis=1) - np.min(a, axis=-1),
        np.sum(a, axis=(0, 1)) * np.linalg.norm(a, axis=0),
        a / a.sum(axis=1, keepdims=True),
    )


add(axes, A)


def dimensions(a):
    b = a[..., None] * a[:, np.newaxis]
    c = np.expand_dims(a, 0).squeeze() + np.swapaxes(a, 0, 1)
    return b.sum(axis=(0, 2)) @ c, np.moveaxis(b, 0, -1)[0], np.broadcast_to(a[0], (3, 3)) * a


add(dimensions, A)


def printed(x):
    y = x * 2.0
    if y > 1e6:
        print(f"large: {y:.3f}")
    return y**2


add(printed, 0.4)


def raises_otherwise(x, mode="sin"):
    if mode not in ("sin", "cos"):
        raise ValueError(f"no mode {mode!r}")
    return math.sin(x) if mode == "sin" else math.cos(x)


add(raises_otherwise, 0.4)
add(raises_otherwise, 0.4, "cos")


def isinstance_checks(x):
    if isinstance(x, np.ndarray):
        return x.sum() ** 2
    if isinstance(x, (int, float)):
        return x * 3.0
    return x


add(isinstance_checks, X)
add(isinstance_checks, 0.4)


def math_on_iterables(x):
    return (
        math.fsum(v * v for v in x)
        + math.prod([1.5, x[0], x[2]])
        + math.dist([x[0], x[1]], [0.5, 0.1])
    )


add(math_on_iterables, X)


def builtins_on_arrays(x):
    return sum(x) * max(x) - min(x) + abs(x)[1] + sum(abs(v) for v in x) + len(x) * x[0]


add(builtins_on_arrays, X)


def any_and_all(x):
    scale = 2.0 if any(v > 1.0 for v in x) else 1.0
    return x * scale if all(v < 5.0 for v in x) else x


add(any_and_all, X)


def modulo_and_floor(x):
    return x % 1.0 * 3.0 + x // 0.5 * x + np.mod(x, 0.7) + np.floor(x) * x + np.fmod(x, 0.4)


add(modulo_and_floor, X + 0.01)


def powers_of_arrays(x):
    y = np.abs(x) + 0.1
    return y**0.5 + y**-1 + y**x + 2.0**x + x**3 + np.power(y, 1.5) + x**2 * y**0


add(powers_of_arrays, X)


def gathered_rows(table, ids):
    e = table[ids]
    return np.tanh(e).sum(axis=0) * e[0] + table[ids[1], ids[0]]


add(gathered_rows, A, np.array([2, 0, 2, 1]))


def one_hot(x, labels):
    y = np.zeros((3, 3))
    y[np.arange(3), labels] = 1.0
    p = np.exp(x) / np.exp(x).sum(1)[:, None]
    return -(y * np.log(p)).sum() / len(labels)


add(one_hot, A, np.array([1, 0, 2]))


def meshes(x, y):
    u, v = np.meshgrid(x, y)
    return np.sin(u) * v


add(meshes, X[:2], X[3:])


def outer_differences(x):
    d = np.subtract.outer(x, x)
    return np.exp(-(d**2)).sum() + np.add.reduce(x) * np.multiply.outer(x, x)[0, 1]


add(outer_differences, X)


def gaussian_kernel(p, q, width):
    d = np.sum(p**2, 1)[:, None] + np.sum(q**2, 1)[None, :] - 2.0 * p @ q.T
    return np.exp(-d / (2.0 * width**2))


add(gaussian_kernel, A, A[:2] * 0.5, 1.3)


def layer_norm(x, gain, bias):
    mean = x.mean(axis=-1, keepdims=True)
    var = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return gain * (x - mean) / np.sqrt(var + 1e-5) + bias


add(layer_norm, A, X[:3], X[3:])


def two_layers(w1, b1, w2, b2, x):
    h = np.maximum(0.0, x @ w1 + b1)
    return ((h @ w2 + b2) ** 2).mean()


add(two_layers, A, X[:3], X[3:], 0.2, A * 0.7)


def convolution_2d(img, k):
    h, w = img.shape
    kh, kw = k.shape
    out = np.zeros((h - kh + 1, w - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(img[i : i + kh, j : j + kw] * k)
    return out


add(convolution_2d, A, A[:2, :2])


def black_scholes(s, k, t, r, sigma):
    def cdf(z):
        return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))

    d1 = (math.log(s / k) + (r + 0.5 * sigma**2) * t) / (sigma * math.sqrt(t))
    d2 = d1 - sigma * math.sqrt(t)
    return s * cdf(d1) - k * math.exp(-r * t) * cdf(d2)


add(black_scholes, 100.0, 95.0, 0.5, 0.03, 0.2)


def van_der_pol(y, mu, dt, n):
    path = np.zeros((n, 2))
    for i in range(n):
        dy = np.array([y[1], mu * (1.0 - y[0] ** 2) * y[1] - y[0]])
        y = y + dt * dy
        path[i] = y
    return path


add(van_der_pol, X[:2], 1.2, 0.1, 4)


def spring_energy(q, pairs, rest, k):
    total = 0.0
    for n in range(len(pairs)):
        i, j = pairs[n]
        d = q[i] - q[j]
        total += 0.5 * k * (np.sqrt(np.sum(d * d)) - rest[n]) ** 2
    return total


add(spring_energy, A, [(0, 1), (1, 2), (0, 2)], X[:3] + 1.0, 2.5)


def cubic_spline(t, p):
    i = min(int(t), len(p) - 4)
    u = t - i
    return (
        (1 - u) ** 3 * p[i]
        + (3 * u**3 - 6 * u**2 + 4) * p[i + 1]
        + (-3 * u**3 + 3 * u**2 + 3 * u + 1) * p[i + 2]
        + u**3 * p[i + 3]
    ) / 6.0


add(cubic_spline, 1.3, X)


def float_list(values):
    return sum(v**2 for v in values) * values[0]


add(float_list, [0.3, 1.2, -0.4])


def shifted_copies(x):
    y = np.concatenate(([x[-1]], x, [x[0]]))
    return y[2:] - 2.0 * y[1:-1] + y[:-2]


add(shifted_copies, X)


def appended(x):
    y = np.append(x, x[0] * 2.0)
    return np.append(y[:2], 1.0) * np.delete(y, 1)[:3]


add(appended, X)


def trace_and_diagonals(a):
    return (
        np.trace(a @ a) + np.diag(a).prod() + np.diag(a[0]).sum() + a.diagonal().sum() * a.trace()
    )


add(trace_and_diagonals, A)


def matrix_functions(a):
    return np.linalg.matrix_power(a, 3)[0] + (a @ a.T @ a)[1]


add(matrix_functions, A)


def eigenvalues(a):
    w, v = np.linalg.eigh(a @ a.T)
    return w * np.abs(v[:, 0]).sum()


add(eigenvalues, A)


def pinned(x):
    x = np.clip(x, 0.0, None)
    x[0] = 1.0
    x[-1] = 0.0
    return x * np.sign(x - 0.1)


add(pinned, X)


def global_statement(x):
    y = np.pi * x + np.e
    return y * math.tau - math.inf if y > 1e9 else y


add(global_statement, 0.4)


def float32_kept(x):
    return np.sum(x * x) * x[0]


add(float32_kept, X.astype(np.float32), tolerance=1e-4)


def integer_data(x, counts):
    return np.sum(x * counts) / counts.sum() + counts[0] * x[1] ** counts[2]


add(integer_data, X[:3], np.array([1, 4, 2]))


def zero_dimensional(x):
    y = np.array(0.0)
    y += x * x
    return y * 2.0


add(zero_dimensional, 0.4)


def nonlocal_counter(x):
    total = 0.0

    def push(v):
        nonlocal total
        total += v * v

    for v in x:
        push(v)
    push(total)
    return total


add(nonlocal_counter, X)


def deleted(x):
    y = x * x
    z = y + 1.0
    del y
    return z * x


add(deleted, 0.4)


def inserted(x):
    return np.insert(x, 0, 1.0)[:3] * x[1:4]


add(inserted, X)


def chain_of_products(a):
    return np.linalg.multi_dot([a, a.T, a])[1]


add(chain_of_products, A)


def noise_is_data(x, seed):
    rng = np.random.default_rng(seed)
    total = 0.0
    for _ in range(3):
        noise = rng.normal(size=len(x))
        total += np.sum((x + noise) ** 2)
    return total


add(noise_is_data, X, 3)


def alignment(costs, first, second, gap=0.7):
    """Texts are gone through letter by letter, and are data."""
    best = np.array(np.zeros((len(first) + 1, len(second) + 1)), copy=True)
    best[:, 0] = gap * np.arange(len(first) + 1)
    best[0, :] = gap * np.arange(len(second) + 1)
    for i, a in enumerate(first, 1):
        for j, b in enumerate(second, 1):
            swap = 0.0 if a == b else costs[ord(a) % 3, ord(b) % 3]
            best[i, j] = min(best[i - 1, j - 1] + swap, best[i - 1, j] + gap, best[i, j - 1] + gap)
    return best[-1, -1] + sum(costs[0, 0] for a, b in zip(first, second) if a != b)


add(alignment, np.arange(1.0, 10.0).reshape(3, 3) / 9.0, "kitten", "sitting")


def as_floats(a):
    """The shape of what is a copy of the argument says what the argument is."""
    a = np.asarray(a, dtype=float).astype(float, copy=False)
    m, n = a.shape
    left = a.copy()
    rows, columns = left.shape
    product = a @ left.T
    height, _ = product.shape
    return np.array(a, copy=True)[m - 1, n - 1] * a[rows - 2, columns - 1] + product[height - 1, 0]


add(as_floats, A)


def with_blanks(x, labels, blank=0):
    """A list gets more items, some of which stand in it already."""
    extended = [blank]
    for label in labels:
        extended += [label, blank]
    total = 0.0
    for i in range(1, len(extended)):
        total += x[extended[i]] * x[extended[i - 1]]
    return total


add(with_blanks, X, [1, 2, 1])


class Length:
    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        if isinstance(other, Length):
            return Length(self.value * other.value)
        return Length(self.value * other)

    __rmul__ = __mul__


def scaled_lengths(a, b):
    return (2 * (Length(a) * Length(b)) * 1.5).value


add(scaled_lengths, 0.7, 1.3)


def counted(x, n=3, m=2):
    """What shapes, axes and counts are made of are integers, without an annotation."""
    grid = np.linspace(0.0, 1.0, n * m)
    rows = (x[: n * m] * grid).reshape(n, m)
    filled = np.full((m, n), 1 / n) + np.broadcast_to(rows[:, 0], (m, n))
    return np.sum(rows, axis=m - 1) @ filled[0] + np.roll(filled[1], m - 1)[0] ** 2


add(counted, np.linspace(0.2, 1.4, 7))


def two_step(y, rate, n):
    """The second item from the end is there from the second turn on."""
    states = [y]
    for step in range(n):
        last = states[-1]
        before = last if step == 0 else (4 * last - states[-2]) / 3
        states.append(before + rate * np.sin(last))
    return np.sum(states[-1] * states[-2])


add(two_step, X, 0.3, 4)


def of_the_dtypes(x: float, counts: "Int[np.ndarray, '3']", v: "Float[np.ndarray, '3']"):
    """What is asked of a dtype is known when compiling, or when it runs."""
    if counts.dtype.kind in "biu":
        counts = counts.astype(float)
    if v.dtype.kind not in ("i", "u") and v.dtype.kind == "f":
        v = v * x
    width = v.dtype.itemsize if v.dtype.name == "float64" else 1
    return (counts * v).sum() * width * x


add_by_differences(of_the_dtypes, 0.7, np.array([1, 2, 4]), np.array([0.3, 0.7, 1.2]))
