"""Programs where names, storage and control flow meet."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


def sum_of_list_slices(x):
    values = []
    for i in range(5):
        values.append(x**i)
    return sum(values[1:4]) + values[2] * values[-1]


add(sum_of_list_slices, 0.4)


def write_then_break(x, limit):
    u = x.copy()
    for i in range(1, len(u)):
        u[i] += u[i - 1] ** 2
        if u[i] > limit:
            break
        u[i - 1] = math.sin(u[i])
    return u


add(write_then_break, X, 1.0)
add(write_then_break, X, 100.0)


def return_from_within_writes(x, limit):
    u = np.zeros_like(x)
    for i in range(len(x)):
        for j in range(i + 1):
            u[j] += x[i] * x[j]
            if u[j] > limit:
                return u * x[i]
        u *= 1.1
    return u


add(return_from_within_writes, X, 0.9)
add(return_from_within_writes, X, 100.0)


def continue_in_while(x):
    i, total = 0, 0.0
    while True:
        i += 1
        if i > 6:
            break
        if i % 3 == 0:
            x = x * 1.1
            continue
        total += x * i
        if total > 20.0:
            return total * total
    return total - x


add(continue_in_while, 0.4)
add(continue_in_while, 2.4)


def rows_as_views(a):
    b = a.copy()
    for row in b:
        row *= row[0]
        row[1] = row[2] * 2.0
    return b


add(rows_as_views, A)


def column_views(a):
    b = a * 1.0
    for j in range(b.shape[1]):
        column = b[:, j]
        column -= column.mean()
        column[0] = column[1] * column[2]
    return b


add(column_views, A)


def view_of_branch(x, flag):
    u = x.copy()
    if flag:
        v = u[:3]
    else:
        v = u[2:]
    return np.sum(v * v) * u[2]


add(view_of_branch, X, True)
add(view_of_branch, X, False)


def buffer_reused(x, n):
    buffer = np.empty(3)
    total = 0.0
    for i in range(n):
        buffer[0] = x[i]
        buffer[1] = buffer[0] ** 2
        buffer[2] = buffer[1] * total
        total += buffer.sum()
    return total


add(buffer_reused, X, 4)


def accumulated_outside(x):
    total = np.zeros(2)
    for i in range(len(x) - 1):
        part = x[i : i + 2] * x[i + 1]
        total += part
        part *= 2.0
        total -= part * 0.1
    return total


add(accumulated_outside, X)


def old_value_in_new_name(x):
    u = x.copy()
    old = u
    u = u * 2.0
    u[0] = old[1]
    old[1] = u[2]
    return u * old


add(old_value_in_new_name, X)


def augmented_alias(x):
    u = x.copy()
    v = u
    u += 1.0
    v *= u
    return u - v[0]


add(augmented_alias, X)


def augmented_scalar_from_array(x):
    s = x[0]
    s += 1.0
    s *= x[1]
    x[0] = s
    return x * s


add(augmented_scalar_from_array, X)


def element_by_its_own_index(x, idx):
    y = np.zeros(3)
    for i in range(len(idx)):
        y[idx[i]] += x[i] * y[idx[i] - 1] + x[i]
    return y


add(element_by_its_own_index, X, np.array([0, 2, 1, 0, 2]))


def histogram(x, bins):
    out = np.zeros(4)
    for v in x:
        k = int((v + 1.0) / 0.7)
        out[k] += v**2 * bins[k]
    return out


add(histogram, X, np.array([0.5, 1.5, 2.5, 3.5]))


def stencil_two_steps(u, c):
    previous = u.copy()
    current = u * 0.9
    for _ in range(3):
        following = np.zeros_like(u)
        following[1:-1] = (
            2.0 * current[1:-1]
            - previous[1:-1]
            + c**2 * (current[2:] - 2.0 * current[1:-1] + current[:-2])
        )
        previous, current = current, following
    return current


add(stencil_two_steps, X, 0.4)


def in_place_stencil_gauss_seidel(u, n):
    for _ in range(n):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1]) * u[i]
    return u


add(in_place_stencil_gauss_seidel, X, 3)


def conditional_write_in_loop(x):
    y = np.ones(len(x))
    for i in range(len(x)):
        if x[i] > 0.4:
            y[i] = x[i] * y[i - 1]
        elif x[i] < 0.0:
            y[:i] *= x[i]
    return y


add(conditional_write_in_loop, X)


def swap_in_loop(x):
    u = x.copy()
    for i in range(len(u) // 2):
        u[i], u[-1 - i] = u[-1 - i] * 1.5, u[i]
    return u * x


add(swap_in_loop, X)


def bubble_sort(x):
    u = x.copy()
    n = len(u)
    for i in range(n):
        for j in range(n - 1 - i):
            if u[j] > u[j + 1]:
                u[j], u[j + 1] = u[j + 1], u[j]
    return u * np.arange(n)


add(bubble_sort, X)


def maximum_with_place(x):
    best, place = x[0], 0
    for i in range(1, len(x)):
        if x[i] > best:
            best, place = x[i], i
    return best * x[place - 1] + place


add(maximum_with_place, X)


def undefined_before_loop(x):
    for value in x:
        last = value * 2.0
    return last**2


add(undefined_before_loop, X)


def defined_in_one_turn(x):
    for i in range(len(x)):
        if i == 0:
            first = x[i] ** 2
        else:
            first = first * x[i]
    return first


add(defined_in_one_turn, X)


def int_becomes_float(x):
    total = 0
    scale = 1
    for value in x:
        total = total + value * scale
        scale = scale * 2
    return total


add(int_becomes_float, X)


def scalar_becomes_array(x):
    total = 0.0
    for row in x:
        total = total + row * total + row
    return total


add(scalar_becomes_array, A)


def scalar_loop_without_turns(x):
    total = 0.0
    for i in range(len(x) - 5):
        total = total + x[i]
    return total + x[0]


add(scalar_loop_without_turns, X)


def shapes_that_shrink(x):
    while len(x) > 1:
        x = 0.5 * (x[1:] + x[:-1]) * x[0]
    return x[0]


add(shapes_that_shrink, X)


def pairs_reduced(x):
    n = 4
    u = x[:4] * 1.0
    while n > 1:
        n = n // 2
        for i in range(n):
            u[i] = u[2 * i] * u[2 * i + 1] + u[i]
    return u[0]


add(pairs_reduced, X)


def tape_of_arrays(w, x, n):
    h = x
    for _ in range(n):
        h = np.tanh(w @ h) + h * 0.1
        h[0] = h[1] * h[2]
    return h


add(tape_of_arrays, A, X[:3], 3)


def loop_in_branch_in_loop(x, n):
    total = 0.0
    for i in range(n):
        if i % 2 == 0:
            part = 1.0
            for j in range(i + 1):
                part = part * x[j]
        else:
            part = x[i]
            while part < 1.0:
                part = part + 0.6
        total = total + part * x[0]
    return total


add(loop_in_branch_in_loop, X, 5)


def two_breaks(a, b):
    total = 1.0
    for i in range(5):
        total *= a
        for j in range(5):
            total += b * j
            if total > 4.0:
                break
        if total > 6.0:
            break
    return total


add(two_breaks, 0.9, 0.3)
add(two_breaks, 0.9, 1.3)


def else_of_loop_in_loop(x):
    primes = 0.0
    for n in range(2, 9):
        for d in range(2, n):
            if n % d == 0:
                break
        else:
            primes = primes * x + n
    return primes


add(else_of_loop_in_loop, 0.4)


def exit_by_derivative_variable(x):
    y = x
    for i in range(20):
        step = (y * y - 2.0) / (2.0 * y)
        y -= step
        if abs(step) < 1e-8:
            break
    return y * x + i


add(exit_by_derivative_variable, 1.2)


def nested_views_written(a):
    b = a.copy()
    top = b[:2]
    left = top[:, :2]
    left += top[:, 1:]
    top[1] *= left[0, 0]
    b[:, 0] = b[:, 1] * left[1, 1]
    return b


add(nested_views_written, A)


def flat_loop_over_matrix(a):
    n = a.shape[0]
    v = a.reshape(-1)
    total = 0.0
    for k in range(n * n):
        total += v[k] * v[k // n]
    return total


add(flat_loop_over_matrix, A)


def power_iteration(a, n):
    v = np.ones(3)
    for _ in range(n):
        v = a @ v
        v /= np.linalg.norm(v)
    return v @ a @ v


add(power_iteration, A + A.T, 4)


def gram_schmidt(a):
    q = a.copy()
    for j in range(q.shape[1]):
        for i in range(j):
            q[:, j] -= np.dot(q[:, i], q[:, j]) * q[:, i]
        q[:, j] /= np.sqrt(np.sum(q[:, j] ** 2))
    return q


add(gram_schmidt, A)


def lu_in_place(a):
    n = len(a)
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]


add(lu_in_place, A + 2.0 * np.eye(3))


def thomas(a, b, c, d):
    n = len(d)
    b = b.copy()
    d = d.copy()
    for i in range(1, n):
        w = a[i - 1] / b[i - 1]
        b[i] -= w * c[i - 1]
        d[i] -= w * d[i - 1]
    x = np.zeros(n)
    x[-1] = d[-1] / b[-1]
    for i in range(n - 2, -1, -1):
        x[i] = (d[i] - c[i] * x[i + 1]) / b[i]
    return x


add(thomas, X[:4], X + 4.0, X[1:], X**2)


def lotka_volterra(state, rates, dt, n):
    x, y = state
    a, b, c, d = rates
    path = []
    for _ in range(n):
        x, y = x + dt * (a * x - b * x * y), y + dt * (d * x * y - c * y)
        path.append((x, y))
    return path[-1][0] * path[0][1] + sum(p[0] for p in path)


add(lotka_volterra, (1.0, 0.8), (0.7, 0.5, 0.6, 0.4), 0.1, 4)


def n_body(q, v, m, dt, n):
    q, v = q.copy(), v.copy()
    for _ in range(n):
        for i in range(len(m)):
            for j in range(len(m)):
                if i == j:
                    continue
                r = q[j] - q[i]
                v[i] += dt * m[j] * r / (np.dot(r, r) + 0.1) ** 1.5
        q += dt * v
    return 0.5 * np.sum(m[:, None] * v**2)


add(n_body, A, A.T * 0.3, X[2:], 0.1, 2)


def kalman(z, q, r):
    x, p = 0.0, 1.0
    total = 0.0
    for value in z:
        p = p + q
        k = p / (p + r)
        e = value - x
        x = x + k * e
        p = (1.0 - k) * p
        total -= 0.5 * (math.log(p + r) + e * e / (p + r))
    return total


add(kalman, X, 0.1, 0.3)


def forward_algorithm(start, move, emit, seen):
    alpha = start * emit[:, seen[0]]
    scale = 0.0
    for t in range(1, len(seen)):
        alpha = (alpha @ move) * emit[:, seen[t]]
        s = alpha.sum()
        alpha /= s
        scale += np.log(s)
    return scale + np.log(alpha.sum())


add(forward_algorithm, np.abs(A[0]), np.abs(A), np.abs(A.T), np.array([0, 2, 1, 1]))


def dynamic_programming(costs):
    n, m = costs.shape
    best = np.zeros((n, m))
    best[0, 0] = costs[0, 0]
    for i in range(1, n):
        best[i, 0] = best[i - 1, 0] + costs[i, 0]
    for j in range(1, m):
        best[0, j] = best[0, j - 1] + costs[0, j]
    for i in range(1, n):
        for j in range(1, m):
            best[i, j] = min(best[i - 1, j], best[i, j - 1]) + costs[i, j]
    return best[-1, -1]


add(dynamic_programming, A)


def soft_minimum_path(costs, gamma):
    n = len(costs)
    v = np.zeros(n + 1)
    for i in range(1, n + 1):
        a = v[i - 1] + costs[i - 1]
        b = v[i - 2] + 1.3 * costs[i - 1] if i > 1 else a + 1.0
        m = min(a, b)
        v[i] = m - gamma * math.log(math.exp((m - a) / gamma) + math.exp((m - b) / gamma))
    return v[n]


add(soft_minimum_path, X, 0.5)


def convolution(x, k):
    n = len(x) - len(k) + 1
    out = np.zeros(n)
    for i in range(n):
        for j in range(len(k)):
            out[i] += x[i + j] * k[j]
    return np.maximum(out, 0.1)


add(convolution, X, X[:2])


def pooled(a):
    out = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            out[i, j] = np.max(a[i : i + 2, j : j + 2])
    return out


add(pooled, A)


def adam(w, lr, steps):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = 2.0 * (w - 1.0)
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g**2
        w = w - lr * (m / (1.0 - 0.9**t)) / (np.sqrt(v / (1.0 - 0.99**t)) + 1e-8)
    return w


add(adam, X, 0.1, 3)


def list_of_lists(x, n):
    rows = []
    for i in range(n):
        row = []
        for j in range(3):
            row.append(x * (i + 1) ** j)
        rows.append(row)
    return sum(rows[1]) * rows[-1][2]


add(list_of_lists, 0.4, 3)


def list_written_in_loop(x, n):
    values = [0.0] * n
    values[0] = x
    for i in range(1, n):
        values[i] = values[i - 1] * x + i
    values[1] += values[n - 1]
    return values[1] * values[0]


add(list_written_in_loop, 0.4, 4)


def list_of_arrays_written(x, n):
    states = [x.copy() for _ in range(n)]
    for i in range(1, n):
        states[i][0] = states[i - 1][1] * x[2]
        states[i] *= 1.5
    return states[-1] + states[0] * states[1][0]


add(list_of_arrays_written, X, 3)


def stack_machine(x, y):
    stack = []
    for token in ("x", "y", "+", "x", "*"):
        if token == "x":
            stack.append(x)
        elif token == "y":
            stack.append(y)
        else:
            b = stack.pop()
            a = stack.pop()
            stack.append(a + b if token == "+" else a * b)
    return stack[0]


add(stack_machine, 0.4, 1.3)


def dict_of_arrays_in_loop(p, n):
    p = dict(p)
    for _ in range(n):
        p["a"] = p["a"] * p["b"][0]
        p["b"] = np.sin(p["b"]) + p["a"]
    return p["a"].sum()


add(dict_of_arrays_in_loop, {"a": X, "b": X + 1.0}, 3)


def scalar_and_element(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i]
        x[i] = total * x[i]
    return total * x[-1]


add(scalar_and_element, X)


def same_argument_used_as_output(x):
    y = x
    for i in range(len(y) - 1):
        y[i + 1] = y[i] * x[i + 1]
    return x


add(same_argument_used_as_output, X)


def zero_length(x):
    part = x[3:3]
    return part.sum() + x[0] + np.sum(x[1:1] ** 2)


add(zero_length, X)


def empty_loop_with_write(x, n):
    u = x.copy()
    for i in range(n):
        u[i] = u[i] ** 2
    return u


add(empty_loop_with_write, X, 0)


def step_and_negative_slices(x):
    u = x.copy()
    u[::2] = u[::-2] * 2.0
    u[-2:] += u[:2]
    u[1::2] -= u[-1]
    return u


add(step_and_negative_slices, X)


def mask_in_loop(x, n):
    u = x.copy()
    for _ in range(n):
        m = u > 0.4
        u[m] = u[m] ** 2
        u[~m] += 0.3
    return u


add(mask_in_loop, X, 3)


def where_in_place_of_branch(x, n):
    for _ in range(n):
        x = np.where(x > 0.5, x * x, x + 0.3)
    return x


add(where_in_place_of_branch, X + 0.01, 3)


def grid_indexing(a):
    rows = np.array([0, 2, 1])
    cols = np.array([1, 1, 0])
    b = a.copy()
    b[rows, cols] = a[cols, rows] * 2.0
    return b[rows][:, cols] * b[rows, cols]


add(grid_indexing, A)


def ellipsis_and_newaxis(a):
    b = np.stack([a, a * 2.0])
    b[..., 0] = a[None, :, 1]
    return b[0, ..., 1:] * b[1][:, np.newaxis, 0]


add(ellipsis_and_newaxis, A)
