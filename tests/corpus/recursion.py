"""Programs with functions that call themselves, directly or through others."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])
WEIGHTS = np.array([0.3, 0.5, 0.7])


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


add(power, 1.3, 4)
add(power, 1.0003, 200)


def fibonacci(x, n):
    if n < 2:
        return x if n == 1 else math.sin(x)
    return fibonacci(x, n - 1) + fibonacci(x * 0.5, n - 2) * x


add(fibonacci, 0.7, 6)


def tree_sum(x):
    n = len(x)
    if n == 1:
        return x[0] ** 2
    return tree_sum(x[: n // 2]) * 0.5 + math.sin(tree_sum(x[n // 2 :]))


add(tree_sum, X)


def range_sum(x, low, high):
    if high - low == 1:
        return x[low] * math.cos(x[low])
    middle = (low + high) // 2
    left, right = range_sum(x, low, middle), range_sum(x, middle, high)
    return left + right * x[middle]


def whole_range(x):
    return range_sum(x, 0, len(x))


add(whole_range, X)


def even(x, n):
    return x if n == 0 else odd(x * 1.1, n - 1)


def odd(x, n):
    if n == 0:
        return math.sin(x)
    return even(x + 0.3, n - 1)


add(even, 0.3, 5)
add(odd, 0.3, 4)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def turns_by_ackermann(x, m, n):
    y = x
    for _ in range(ackermann(m, n)):
        y = math.sin(y) + x
    return y


add(turns_by_ackermann, 0.3, 2, 2)


def depth_from_data(x, v):
    if v <= 1.0:
        return x
    if v > 3.0:
        return math.sin(x) * depth_from_data(x * 1.1, v * 0.5 - x * 0.1)
    return depth_from_data(x + 0.2, v - 0.7)


add(depth_from_data, 0.7, 9.0)


def fill(a, x, i):
    if i == len(a):
        return
    a[i] = x * (a[i - 1] if i > 0 else 1.0)
    fill(a, x, i + 1)


def filled(x, n):
    a = np.zeros(n)
    fill(a, x, 0)
    return np.sum(a * a)


add(filled, 0.9, 4)


def double_into(x, n):
    if n == 0:
        return x
    x[n] = x[n - 1] * 2.0
    return double_into(x, n - 1)


def returned_argument(x, n):
    y = x.copy()
    z = double_into(y, n)
    z[0] = 5.0
    return np.sum(z * y)


add(returned_argument, X, 3)


def scale_halves(a, x):
    n = len(a)
    if n == 1:
        a[0] = a[0] * x
    else:
        scale_halves(a[: n // 2], x * 1.1)
        scale_halves(a[n // 2 :], x * 0.7)


def overwritten_views(a, x):
    b = a * 1.0
    scale_halves(b, x)
    return np.sum(b**2)


add(overwritten_views, X, 0.3)
add(scale_halves, X, 0.3)


def minor(A, columns):
    k = len(columns)
    row = A.shape[0] - k
    if k == 1:
        return A[row, columns[0]]
    total, sign = 0.0, 1.0
    for j in range(k):
        total += sign * A[row, columns[j]] * minor(A, columns[:j] + columns[j + 1 :])
        sign = -sign
    return total


def determinant(A):
    return minor(A, list(range(A.shape[0])))


add(determinant, np.outer(X[:4], X[1:]) + np.diag(X[:4]))


def simpson(f, a, b, fa, fm, fb, tolerance):
    m = (a + b) / 2
    left_middle, right_middle = f((a + m) / 2), f((m + b) / 2)
    whole = (b - a) / 6 * (fa + 4 * fm + fb)
    left = (m - a) / 6 * (fa + 4 * left_middle + fm)
    right = (b - m) / 6 * (fm + 4 * right_middle + fb)
    if abs(left + right - whole) < 15 * tolerance:
        return left + right + (left + right - whole) / 15
    first = simpson(f, a, m, fa, left_middle, fm, tolerance / 2)
    return first + simpson(f, m, b, fm, right_middle, fb, tolerance / 2)


def quadrature(x, b):
    f = lambda t: math.exp(-x * t) * math.sin(t * x)
    return simpson(f, 0.0, b, f(0.0), f(b / 2), f(b), 1e-4)


add(quadrature, 0.7, 2.0)


def pair_of_results(x, n):
    if n == 0:
        return x, 1.0
    s, p = pair_of_results(x * 0.9, n - 1)
    return s + p * x, p * s * 0.3


def product_of_pair(x, n):
    a, b = pair_of_results(x, n)
    return a * b


add(product_of_pair, 0.4, 5)
add(pair_of_results, 0.4, 3)


def with_global_array(x, n):
    if n == 0:
        return x * WEIGHTS
    return np.sin(with_global_array(x, n - 1)) * x + WEIGHTS


add(with_global_array, 0.3, 3)


def nested_function(x, n):
    k = x * 2.0

    def inner(i):
        if i == 0:
            return k
        return inner(i - 1) * x + k

    k = k + 1.0
    return inner(n)


add(nested_function, 0.4, 3)


def children_in_loop(x, node):
    s = x[node] ** 2
    for child in range(2 * node + 1, min(2 * node + 3, len(x))):
        s += x[node] * children_in_loop(x, child)
    return s


add(children_in_loop, np.linspace(0.1, 1.0, 7), 0)


def dictionary(p, n):
    if n == 0:
        return p["a"] * p["b"][0]
    return dictionary({"a": p["a"] * 1.1, "b": p["b"]}, n - 1) + p["b"][1]


add(dictionary, {"a": 0.3, "b": np.array([0.5, 0.6])}, 3)


def array_result(x, n):
    if n == 0:
        return x
    return np.sin(array_result(x * 1.5, n - 1)) * x


add(array_result, X, 3)


def visit(found, x, depth):
    if depth == 0:
        found.append(x)
    else:
        visit(found, x * 0.5, depth - 1)
        visit(found, math.sin(x), depth - 1)


def appended(x, depth):
    found = []
    visit(found, x, depth)
    total = 0.0
    for v in found:
        total += v * v
    return total


add(appended, 0.4, 3)


def horner(c, x):
    if len(c) == 0:
        return 0.0
    return c[0] + x * horner(c[1:], x)


add(horner, X, 0.3)


def joined_halves(v):
    n = len(v)
    if n <= 1:
        return v
    a, b = joined_halves(v[: n // 2]), joined_halves(v[n // 2 :])
    return np.concatenate([a * b[0], b + a[0]])


add(joined_halves, X)


def recursion_in_while(x, n):
    total, k = 0.0, n
    while k > 0:
        k -= 1
        if k % 2 == 1:
            continue
        total += math.sin(x * k) * recursion_in_while(x * 0.5, k)
    return total + x


add(recursion_in_while, 0.6, 4)


def newton(f, x, n):
    if n == 0 or abs(f(x)) < 1e-13:
        return x
    h = 1e-3
    return newton(f, x - f(x) * h / (f(x + h) - f(x)), n - 1)


def root(a):
    return newton(lambda t: t * t - a, a, 6)


add(root, 2.0, tolerance=1e-10)


def matrix_power(A, n):
    if n == 0:
        return np.eye(2)
    half = matrix_power(A, n // 2)
    return half @ half if n % 2 == 0 else A @ half @ half


add(matrix_power, np.array([[0.3, -0.7], [1.2, 0.5]]), 5)


def accumulator(x, n, total=0.0):
    if n == 0:
        return total
    return accumulator(x, n - 1, total + x**n)


add(accumulator, 0.7, 4)


def three_ways(x, n):
    if n <= 0:
        return math.exp(-x)
    return second_way(x, n - 1) + x


def second_way(x, n):
    if n <= 0:
        return x
    return third_way(x * 0.9, n - 1) * three_ways(x, n - 2)


def third_way(x, n):
    return three_ways(x, n - 1) + second_way(x + 0.1, n - 1)


add(three_ways, 0.7, 6)


def optional(x, n, y=None):
    if y is None:
        y = x * 2.0
    if n == 0:
        return y
    return optional(x, n - 1, y * 0.5 + x)


add(optional, 0.3, 3)


def grown(x, n):
    if n == 0:
        return [x]
    return grown(x * 0.5, n - 1) + [x]


def list_result(x, n):
    total = 0.0
    for v in grown(x, n):
        total += v * v
    return total


add(list_result, 0.4, 3)


def remembered(n, x, memo):
    if memo[n] > 0.0:
        return memo[n]
    v = x if n < 2 else remembered(n - 1, x, memo) * x + remembered(n - 2, x, memo)
    memo[n] = v
    return v


def with_memo(x, n):
    return remembered(n, x, np.zeros(n + 1))


add(with_memo, 0.9, 6)


def quicksort(v):
    if len(v) < 2:
        return v
    pivot, rest = v[0], v[1:]
    below, above = quicksort(rest[rest < pivot]), quicksort(rest[rest >= pivot])
    return np.concatenate([below, v[:1], above])


def weighted_ranks(v):
    ordered = quicksort(v)
    return np.sum(ordered * np.arange(len(ordered)))


add(weighted_ranks, X)


def fft(re, im):
    n = len(re)
    if n == 1:
        return re, im
    a, b = fft(re[::2], im[::2])
    c, d = fft(re[1::2], im[1::2])
    k = np.arange(n // 2)
    w, z = np.cos(2 * np.pi * k / n), -np.sin(2 * np.pi * k / n)
    p, q = w * c - z * d, w * d + z * c
    return np.concatenate([a + p, a - p]), np.concatenate([b + q, b - q])


add(fft, X[:4], X[1:])


def cholesky(A):
    n = A.shape[0]
    L = np.zeros_like(A)
    L[0, 0] = math.sqrt(A[0, 0])
    if n > 1:
        L[1:, 0] = A[1:, 0] / L[0, 0]
        L[1:, 1:] = cholesky(A[1:, 1:] - np.outer(L[1:, 0], L[1:, 0]))
    return L


add(cholesky, np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]]))


def hanoi(x, n, a, b, c):
    if n == 0:
        return
    hanoi(x, n - 1, a, c, b)
    x[a] = x[a] * x[b] + 0.1
    x[c] += x[a]
    hanoi(x, n - 1, b, a, c)


def towers(x):
    y = x.copy()
    hanoi(y, 3, 0, 1, 2)
    return y


add(towers, X[:3])


def rows_scaled(A, k):
    if k == A.shape[0]:
        return
    A[k:] = A[k:] * A[k]
    rows_scaled(A, k + 1)


add(rows_scaled, X, 0)


def captured_array(x, n):
    out = np.zeros(n + 1)

    def go(k):
        if k > n:
            return
        out[k] = x**k
        go(k + 1)

    go(0)
    return out


add(captured_array, 0.4, 3)


def recursive_lambda(x, n):
    f = lambda k: x if k == 0 else f(k - 1) * x
    return f(n)


add(recursive_lambda, 0.4, 3)


def sums_in_loops(x, n):
    if n == 0:
        return 1.0
    return sum(x[i] * sums_in_loops(x, n - 1) for i in range(len(x)))


add(sums_in_loops, X[:4], 2)


def halves(x):
    if len(x) == 1:
        return np.sin(x[0])
    half = len(x) // 2
    return halves(x[:half]) * 0.9 + halves(x[half:])


add(halves, X)


def overlapping_parts(x):
    if len(x) < 3:
        return x[0] ** 2
    return overlapping_parts(x[1:]) + overlapping_parts(x[:-1]) * x[1] + x[0]


add(overlapping_parts, X[:5])


def two_parts_of_one(x, y):
    if len(x) == 0:
        return 0.0
    return x[0] * y[-1] + two_parts_of_one(x[1:], x[:-1]) * 0.5


add(two_parts_of_one, X[:4], X[:4] ** 2)


def corners(A):
    if len(A) == 1:
        return A[0, 0]
    return A[0, 0] * corners(A[1:, 1:]) + A[0, -1] * A[-1, 0]


add(corners, np.outer(X[:4], X[:4]) + np.eye(4))


def part_also_read_whole(x):
    y = x[1:]
    if len(y) < 2:
        return x[0]
    return part_also_read_whole(y) * y[0] + np.sum(y * y)


add(part_also_read_whole, X[:5])


def parts_of_parts(x):
    y = x[1:]
    z = y[::2]
    if len(z) < 2:
        return x[0] * y[0]
    return parts_of_parts(z) + x[0] * y[-1]


add(parts_of_parts, np.linspace(0.3, 1.4, 9))


def part_in_a_loop(x):
    total = x[0]
    for k in range(1, len(x)):
        total += part_in_a_loop(x[k:]) * x[0]
    return total


add(part_in_a_loop, X[:4])


def part_and_whole(x, y):
    if len(x) < 2:
        return x[0] * y[0]
    return part_and_whole(x[1:], x) + y[0] * x[-1]


add(part_and_whole, X[:4], X[:3])


def quick_sum(x, pivot):
    if len(x) == 0:
        return 0.0
    rest = x[1:]
    if x[0] > pivot:
        return x[0] ** 2 + quick_sum(rest, pivot)
    return quick_sum(rest, pivot) - x[0]


add(quick_sum, X, 0.6)


def loop_of_calls(x, n):
    if n == 0:
        return x
    total = 0.0
    for k in range(1, 3):
        total += loop_of_calls(x * 0.9, n - 1) * x
    return total


add(loop_of_calls, 0.5, 2)


def chosen_by_parity(x, n=3, s=1.0):
    if n == 0:
        return s
    return chosen_by_parity(x, n - 1, s * x) if n % 2 else chosen_by_parity(x, n - 1)


add(chosen_by_parity, 0.7, 3, 1.5)


def bisected(x, lo=0.0, hi=2.0, n=6):
    mid = 0.5 * (lo + hi)
    if n == 0:
        return mid * x
    return bisected(x, lo, mid, n - 1) if mid * mid > x else bisected(x, mid, n=n - 1)


add(bisected, 0.7, 0.1, 1.9, 6)


def begun_by_none(x, n=None):
    if n is None:
        return begun_by_none(x, 3) if x > 0 else begun_by_none(-x, 2)
    return x if n == 0 else begun_by_none(x * x, n - 1)


add(begun_by_none, 0.9, None)
add(begun_by_none, -0.9, None)


def either_way(x, n):
    if n == 0:
        return x
    found = either_way(x * 0.5, n - 1) or either_way(x + 1.0, n - 1)
    return found * x


add(either_way, 0.7, 3)


def midpoints(f, a, b, n):
    m = 0.5 * (a + b)
    if n == 0:
        return (b - a) * f(m)
    return midpoints(f, a, m, n - 1) + midpoints(f, m, b, n - 1)


def midpoints_of_midpoints(x, n):
    def inner(y):
        return midpoints(lambda t: np.sin(t * y * x), 0.0, x, n)

    return midpoints(inner, 0.0, x, n)


add(midpoints_of_midpoints, 0.7, 2)
