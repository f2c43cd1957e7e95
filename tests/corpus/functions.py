"""Programs with functions of their own: helpers, closures, lambdas, defaults, recursion."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
SCALE = 1.7
TABLE = np.array([0.2, 0.8, -0.5, 1.0])


def square(x):
    return x * x


def scaled(x, k=SCALE, *, shift=0.0):
    return k * x + shift


def helpers(x):
    return square(scaled(x)) + scaled(square(x), 0.5, shift=x) + scaled(x, shift=1.0)


add(helpers, 0.4)


def helper_twice(x):
    return square(square(x)) * square(x + 1.0)


add(helper_twice, 0.4)


def softplus_sum(u):
    return np.sum(np.log1p(np.exp(u)))


def energy(w, x):
    total = 0.0
    for row in x:
        total += softplus_sum(w * row)
    return total


add(energy, X, np.outer(X[:3], X))


def closure(x, k):
    def inner(t):
        return t * k + x

    k = k * 2.0
    return inner(x) * inner(1.0)


add(closure, 0.4, 1.3)


def lambdas(x, y):
    f = lambda t: t**2 + y
    g = lambda s, p=x: s * p
    return f(x) * g(y) + (lambda: x * y)()


add(lambdas, 0.4, 1.3)


def function_argument(x):
    def apply(f, n, v):
        for _ in range(n):
            v = f(v)
        return v

    return apply(math.sin, 3, x) + apply(lambda t: t * x, 2, x) + apply(square, 1, x)


add(function_argument, 0.4)


def make(power, factor):
    def f(x):
        return factor * x**power

    return f


cubic = make(3, 0.5)
add(cubic, 1.4)


def calls_made(x):
    return cubic(x) + make(2, x)(x)


add(calls_made, 1.4)


def globals_read(x):
    return np.dot(TABLE, x) * SCALE


add(globals_read, X)


def several_results(x, y):
    def both(a, b):
        return a + b, a * b

    s, p = both(x, y)
    t, q = both(s, p)
    return t * q


add(several_results, 0.4, 1.3)


def helper_with_branches(x):
    def ramp(t):
        if t < 0.0:
            return 0.0
        if t > 1.0:
            return 1.0
        return t**2

    return ramp(x) + ramp(x - 1.0) + ramp(-x) + ramp(x + 2.0)


add(helper_with_branches, 0.4)


def helper_with_loop(x, n):
    def series(t):
        total, term = 0.0, 1.0
        for k in range(1, n):
            term = term * t / k
            total += term
            if abs(term) < 1e-3:
                break
        return total

    return series(x) * series(0.5 * x)


add(helper_with_loop, 0.8, 12)


def helper_without_return(x):
    def push(u, v):
        u[0] += v
        u[1] *= v

    y = x.copy()
    push(y, 2.0)
    push(y, y[2])
    return y


add(helper_without_return, X)


def star_arguments(x, y):
    def total(*values, **options):
        return sum(values) * options["k"]

    pair = (x, y)
    return total(*pair, x * y, k=x)


add(star_arguments, 0.4, 1.3)


def simpson(a, b):
    def f(t):
        return math.exp(-t * t)

    n = 8
    h = (b - a) / n
    total = f(a) + f(b)
    for i in range(1, n):
        total += (4.0 if i % 2 else 2.0) * f(a + i * h)
    return total * h / 3.0


add(simpson, 0.1, 1.9)


def newton(f_scale, x0):
    def f(x):
        return f_scale * x**3 - 2.0

    def slope(x):
        return 3.0 * f_scale * x**2

    x = x0
    for _ in range(6):
        x = x - f(x) / slope(x)
    return x


add(newton, 1.3, 1.0)


def staged(x):
    add_one = lambda f: lambda t: f(t) + 1.0
    return add_one(add_one(square))(x) * x


add(staged, 0.6)


def unrolled_recursion(x, n):
    if n == 0:
        return 1.0
    return x * unrolled_recursion(x + 0.1, n - 1)


add(unrolled_recursion, 0.7, 3)


FACTORS = {"first": np.array([0.7, 1.3]), "second": 2.0}


def structure_from_outside_in_branch(x, n):
    if n > 0:
        y = x * FACTORS["second"]
    else:
        y = x * FACTORS["first"][0]
    return y * FACTORS["second"] + FACTORS["first"][1] * x


add(structure_from_outside_in_branch, 0.4, 2)
add(structure_from_outside_in_branch, 0.4, 0)


def structure_from_outside_in_loop(x, n):
    y = 0.0
    for i in range(n):
        if i > 0:
            y += x * FACTORS["first"][1] * y + x
    return y * FACTORS["second"] + FACTORS["first"][0] * x


add(structure_from_outside_in_loop, 0.4, 3)
add(structure_from_outside_in_loop, 0.4, 0)


def composed(f, g):
    return lambda v: f(g(v))


def composed_in_a_loop(x):
    g = lambda v: v * x
    for _ in range(4):
        g = composed(math.sin, g)
    return g(x)


add(composed_in_a_loop, 0.4)


def nested_by_a_default(x):
    g = lambda v: v * x
    for i in range(3, 0, -1):
        g = lambda v, g=g, i=i: math.sin(g(v) + i * x)
    return g(x)


add(nested_by_a_default, 0.4)


def changed_by_an_inner_loop(x, z):
    a = z
    n = 0

    def run(t):
        nonlocal a, n
        for v in x:
            a -= v * t
            n += 1
            if a > 3.0:
                break
            for i in range(2):
                a = a * 0.9 + i
        else:
            a = -a
        return a * n

    y = run(2.0)
    return y * a + run(z) * n


add(changed_by_an_inner_loop, X, 0.7)


def arrays_changed_by_an_inner_loop(x, z):
    w = x.copy()

    def run(t):
        nonlocal w, z
        for i in range(3):
            w[i] *= t
            w = w * 1.1
            v = w
            v[0] += z
            z = z * w[1]
            while z > 0.3:
                z = z * 0.5
        return np.sum(w)

    return run(2.0) * run(z) * z + np.sum(w * x)


add(arrays_changed_by_an_inner_loop, X, 0.7)


def changed_by_an_inner_try(x, z, w):
    a = x * 1.0
    last = z

    def run(t):
        nonlocal a, last
        try:
            a += t
            for last in x:
                a = a * math.sqrt(last)
        except ValueError:
            a = a * 2.0
        return last

    return run(w) * run(z) * np.sum(a) + last


add(changed_by_an_inner_try, X, 0.7, X[:2])
add(changed_by_an_inner_try, np.abs(X), 0.7, X)
