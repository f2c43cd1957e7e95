"""Programs without control flow."""

import math
from math import exp, sqrt

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
GRAVITY = 9.81


def polynomial(x):
    return 3.0 * x**4 - 2.0 * x**2 + x - 7.0


add(polynomial, 1.3)


def two_inputs(x, y):
    a = x * y
    b = math.sin(x)
    return a + b


add(two_inputs, 1.5, 0.5)


def shared(x1, x2):
    return (math.sin(x1 / x2) + x1 / x2 - math.exp(x2)) * (x1 / x2 - math.exp(x2))


add(shared, 1.5, 0.5)


def reassigned(x, y):
    x = x * y
    y = x + y
    x = x / y
    return x * y - x


add(reassigned, 0.8, 2.3)


def swapped(x, y):
    x, y = y, x
    x, y = x * 2.0, y + x
    return x**2 * y


add(swapped, 0.8, 2.3)


def chained_assignment(x):
    a = b = x * x
    a = a * b
    return a + 3.0 * b


add(chained_assignment, 1.1)


def imported_names(x):
    return exp(-x) * sqrt(x) + GRAVITY * x


add(imported_names, 2.2)


def powers(x, y):
    return x**3 + x**-2 + x**0.5 + 2.0**y + x**y + pow(x, 2)


add(powers, 1.7, 0.6)


def integer_arithmetic(x, n):
    half = n // 2
    return x * half + x ** (n % 3) / (n - half)


add(integer_arithmetic, 1.7, 7)


def unary_operators(x, y):
    return -(-x) * +y - -y  # noqa: B002


add(unary_operators, 1.7, 0.3)


def unused_work(x, y):
    a = math.sin(x)
    b = math.log(y)  # noqa: F841
    a = x + 1.0
    return a * 2.0


add(unused_work, 0.4, 2.0)


def constant_result(x):
    return 3.0


add(constant_result, 0.4)


def identity(x):
    return x


add(identity, 0.4)
add(identity, X)


def same_twice(x):
    return x * x, x + x


add(same_twice, 0.4)


def conditional_expression(x, y):
    return x * y if x > y else x / y


add(conditional_expression, 0.4, 1.1)
add(conditional_expression, 1.4, 1.1)


def chained_comparison(x, y):
    return x**2 if 0.0 < x < y else y**2


add(chained_comparison, 0.4, 1.1)
add(chained_comparison, 1.4, 1.1)


def boolean_expression(x, y):
    inside = x > 0.0 and y > 0.0 and not x > 10.0
    return math.hypot(x, y) if inside or y < -5.0 else x - y


add(boolean_expression, 0.4, 1.1)
add(boolean_expression, -0.4, 1.1)


def builtin_functions(x, y):
    return abs(x) * max(x, y, 0.1) + min(x, y) ** 2 + float(x) + sum([x, y, x * y])


add(builtin_functions, -0.4, 1.1)
add(builtin_functions, 1.4, 1.1)


def math_functions(x):
    return (
        math.sin(x)
        + math.cos(x) * math.tan(x)
        + math.asin(x)
        + math.acos(x)
        + math.atan(x)
        + math.sinh(x) * math.cosh(x)
        - math.tanh(x)
        + math.asinh(x)
        + math.atanh(x)
        + math.exp(x)
        + math.expm1(x)
        + math.log(x)
        + math.log1p(x)
        + math.log2(x)
        + math.log10(x)
        + math.sqrt(x)
        + math.atan2(x, 0.3)
        + math.hypot(x, 2.0)
        + math.pow(x, 1.7)
        + math.fabs(-x)
        + math.erf(x)
        + math.degrees(x)
        + math.radians(x)
        + math.pi * math.e
    )


add(math_functions, 0.37)


def numpy_on_scalars(x, y):
    return np.sin(x) * np.exp(y) + np.sqrt(x) / np.cosh(y) + np.maximum(x, y) + np.arctan2(y, x)


add(numpy_on_scalars, 0.37, -0.2)


def rounding(x):
    return math.floor(x) * x + round(x) + int(x) * 0.5 + x % 1.0 + x // 1.0


add(rounding, 2.7)


def walrus(x):
    return (a := x * x) + math.sin(a)


add(walrus, 0.9)


def starred(x, y, z):
    first, *rest = x, y, z
    return first * rest[0] + rest[1] ** 2


add(starred, 0.9, 0.2, 1.4)


def docstring_and_types(x: float, scale: float = 2.0) -> float:
    """The annotations and this text mean nothing to the derivative."""
    result: float = x * scale
    return result * result


add(docstring_and_types, 0.9)
add(docstring_and_types, 0.9, 1.4)


def keyword_only(x, *, power=2, offset=0.5):
    return (x + offset) ** power


add(keyword_only, 0.9)


def horner(x):
    c = (1.0, -2.0, 0.5, 3.0)
    return ((c[3] * x + c[2]) * x + c[1]) * x + c[0]


add(horner, 0.9)


def quadratic_roots(a, b, c):
    root = math.sqrt(b * b - 4.0 * a * c)
    return (-b + root) / (2.0 * a), (-b - root) / (2.0 * a)


add(quadratic_roots, 1.0, -3.1, 1.2)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


add(rosenbrock, X)


def array_arithmetic(x, y):
    return (x + y) * (x - 2.0 * y) / (1.0 + x**2) - y**2


add(array_arithmetic, X, 1.5 - X)
add(array_arithmetic, X, 0.3)
add(array_arithmetic, 0.3, X)


def broadcasting(a, b, c):
    return a * b + c - b / 2.0


add(broadcasting, np.ones((3, 1)) * 0.4, X, 0.7)
add(broadcasting, X[:3, None] * X, X, np.array([[1.0], [2.0], [0.5]]))
add(broadcasting, np.array([1.5]), X, X[None, :])


def complex_modulus(x, y):
    z = x + 1j * y
    w = z * z + 1.0
    return abs(w) + w.real * w.imag


add(complex_modulus, 0.3, 0.8)
