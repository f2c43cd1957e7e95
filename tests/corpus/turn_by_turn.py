"""What an earlier turn of a loop has put into a list, or given a name, and a later one reads."""

import numpy as np

from corpus.cases import add

X = 1.3


class P:
    def __init__(self, v, w):
        self.v = v
        self.w = w

    def kin(self):
        return 0.5 * self.w * self.v**2


def past_products(x):
    hist = []
    e = 0.0
    for i in range(5):
        if i > 0:
            e += hist[-1][0] * hist[-1][1]
        hist.append((x * i, x**2))
    return e


add(past_products, X)


def last_or_first(x):
    hist = []
    y = np.array([x, 2 * x])
    for i in range(5):
        prev = hist[-1][0] if hist else x
        y = y * 0.9 + prev
        hist.append(y)
    return np.sum(y)


add(last_or_first, X)


def objects_so_far(x):
    ps = []
    e = 0.0
    for i in range(4):
        for p in ps:
            e += p.kin()
        ps.append(P(x * i, 2.0))
    return e


add(objects_so_far, X)


def named_in_the_last_turn(x):
    e = 0.0
    for i in range(4):
        if i > 0:
            e += prev[0] * prev[1]
        prev = [x * i, x]  # noqa: F841
    return e


add(named_in_the_last_turn, X)


def seen_before(x):
    memo = {}
    e = 0.0
    for i in range(6):
        k = i % 3
        if k in memo:
            a, b = memo[k]
            e += a * b
        else:
            memo[k] = (x * i, x)
    return e


add(seen_before, X)


def from_the_last_two(x):
    rows = []
    for i in range(4):
        if len(rows) > 1:
            new = [rows[-1][j] * x - rows[-2][j] for j in range(len(rows[-1]))]
        else:
            new = [x * i + 1, x]
        rows.append(new)
    return sum(r[0] * r[1] for r in rows)


add(from_the_last_two, X)


def triangle(x):
    tri = []
    for i in range(5):
        row = [x]
        if tri:
            last = tri[-1]
            for j in range(len(last) - 1):
                row.append(last[j] + last[j + 1] * x)
            row.append(1.0)
        tri.append(row)
    return sum(tri[-1])


add(triangle, X)


def dictionaries_so_far(x):
    lines = []
    while len(lines) < 4:
        if lines:
            y = lines[-1]["y"] * 0.5
        else:
            y = x
        lines.append({"y": y + x, "n": len(lines)})
    return sum(l["y"] * l["n"] for l in lines)


add(dictionaries_so_far, X)


def queue(x):
    q = []
    out = 0.0
    for i in range(6):
        q.append([x * i, i])
        if len(q) > 2:
            f = q.pop(0)
            out += f[0] * f[1]
    return out


add(queue, X)


def moved_along(x):
    q = []
    for i in range(3):
        for j in range(len(q)):
            q[j][0] += x
        q.append([x * i, 1.0])
    return sum(a * b for a, b in q)


add(moved_along, X)


def orthogonalised(x):
    Q = []
    A = np.array([[x, 1.0], [2.0, x * x]])
    for j in range(2):
        v = A[:, j].copy()
        for q in Q:
            v -= (q @ v) * q
        Q.append(v / np.sqrt(v @ v))
    return Q[0][0] + Q[1][0]


add(orthogonalised, X)


def in_two_lists(x):
    tape = [np.array([x, 1.0])]
    other = [np.array([x, 1.0])]
    n = int(4 + x)
    for i in range(n):
        if i > 2:
            other[-1][0] *= x
        F = np.array([x * i + 1, x])
        tape.append(F)
        other.append(F)
    return sum(t[0] for t in tape)


add(in_two_lists, X)


def all_in_two_lists(x):
    tape = [np.array([x, 1.0])]
    other = [np.array([x, 1.0])]
    n = int(4 + x)
    for i in range(n):
        for o in other:
            o[0] *= x
        F = np.array([x * i + 1, x])
        tape.append(F)
        other.append(F)
    return sum(t[0] for t in tape)


add(all_in_two_lists, X)


def kept_and_renewed(x):
    tape = []
    a = [x * 1.0, x * x]
    b = [x, 2 * x]
    for i in range(4):
        tape.append(a)
        a, b = b, [q * x for q in a]
        b[0] = b[0] * x + i
        a[1] = a[1] * x
    return sum(t[0] * t[1] for t in tape)


add(kept_and_renewed, X)


def changed_through_the_list(x):
    tape = []
    held = [x * 1.0, x * x]
    while len(tape) < 3:
        tape.append((held, 1.0))
        held = [h * x for h in held]
        tape[-1][0].append(x)
    return sum(t[0][-1] * t[0][1] + len(t[0]) for t in tape)


add(changed_through_the_list, X)


def each_scaled_again(x):
    tape = []
    held = [x * 1.0, x * x]
    for i in range(4):
        tape.append(held)
        held = [h * x for h in held]
        for t in tape:
            t[0] = t[0] * x
    return sum(t[0] * t[1] for t in tape)


add(each_scaled_again, X)


def empty_at_first(x):
    h = []
    e = 0.0
    for i in range(3):
        try:
            e += h[-1][0]
        except IndexError:
            e += x * x
        h.append([x * i, x])
    return e


add(empty_at_first, X)


def tested_with_and(x):
    h = []
    e = 0.0
    i = 0
    while i < 4:
        if h and h[-1][1] > 0.5:
            e += h[-1][0]
        h.append([x * i, x])
        i += 1
    return e


add(tested_with_and, X)


def looked_up_by_a_callee(x):
    def look(h, j):
        return h[j][0] * h[j][1]

    h = []
    e = 0.0
    for i in range(4):
        if i:
            e += look(h, i - 1)
        h.append((x, x * i))
    return e


add(looked_up_by_a_callee, X)


def pairs_of_pairs(x):
    h = []
    for i in range(4):
        if i > 1:
            (a, b), (c, d) = h[-1], h[-2]
        else:
            a = b = c = d = x
        h.append((a * c, b + d))
    return h[-1][0] + h[-1][1]


add(pairs_of_pairs, X)


def taken_back(x):
    h = []
    e = 0.0
    for i in range(4):
        if len(h) == 2:
            last = h.pop()
            last[0] += 1
            e += last[0] * last[1]
        else:
            h.append([x * i, x])
    return e


add(taken_back, X)


def best_so_far(x):
    best = None
    e = 0.0
    for i in range(4):
        if best is None or np.sin(x * i) > best[0]:
            best = [np.sin(x * i), i]
        else:
            best[1] += 1
        e += best[0] * best[1]
    return e


add(best_so_far, X)


def begun_anew(x):
    cur = None
    e = 0.0
    for i in range(5):
        if i % 3 == 2:
            e += cur.sum() * x
            cur = None
        elif cur is None:
            cur = np.array([x, x * i])
        else:
            cur = np.append(cur, x)
    return e


add(begun_anew, X)


def found_or_appended(x):
    out = []
    for i in range(4):
        for j in range(len(out)):
            if out[j][0] > 2:
                out[j][1] = out[j][1] * x
                break
        else:
            out.append([x * i, x])
    return sum(a * b for a, b in out)


add(found_or_appended, X)


def rising_stack(x):
    stack = []
    area = 0.0
    for h in [2.0 * x, x, 5.0 * x, 6.0, 2.0 * x, 3.0]:
        while stack and stack[-1][0] > h:
            top, width = stack.pop()
            area += top * width * x
        stack.append((h, len(stack) + 1))
    return area


add(rising_stack, X)


def reversed_and_scaled(x):
    cells = [None for _ in range(4)]
    for i in range(4):
        if i:
            cells[i] = cells[i - 1][::-1] * x
        else:
            cells[i] = np.array([x, 0])
    return sum(c[0] + c[1] for c in cells)


add(reversed_and_scaled, X)


def table_of_pairs(x):
    T = [[None] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(3):
            T[i][j] = (
                (x, i)
                if i == 0 or j == 0
                else (T[i - 1][j][0] * x + T[i][j - 1][0], T[i - 1][j - 1][1])
            )
    return T[2][2][0]


add(table_of_pairs, X)


def renamed_in_turn(x):
    for i in range(3):
        if i:
            m, k = k, m * x
        else:
            m = x  # noqa: F841
            k = np.array([x, 2 * x])
    return np.sum(k)


add(renamed_in_turn, X)


def table_by_key(x):
    grid = {}
    for i in range(3):
        for j in range(3):
            up = grid[i - 1, j][0] if i else x
            left = grid[i, j - 1][1] if j else x * x
            grid[i, j] = (0.5 * (up + left), up * left)
    return grid[2, 2][0]


add(table_by_key, X)


def last_pair_if_there_is_one(x: float):
    h = []
    for i in range(3):
        try:
            p = h[-1]
        except IndexError:
            p = (x, 1.0)
        h.append((p[0] * x, p[1] + i))
    return h[-1][0] * h[-1][1]


add(last_pair_if_there_is_one, X)


def last_pair_or_one(x: float):
    h = []
    for i in range(3):
        p = h[-1] if h else (x, 1.0)
        h.append((p[0] * x, p[1] + i))
    return h[-1][0] * h[-1][1]


add(last_pair_or_one, X)


def pair_of_every_second_turn(x: float):
    h = [(x, 1.0)]
    p = (x, 2.0)
    for i in range(4):
        if i % 2:
            p = h[-1]
        h.append((p[0] * x, p[1] + i))
    return h[-1][0] * h[-1][1]


add(pair_of_every_second_turn, X)


def largest_pair(x: float):
    h = [(x, 1)]
    best = (x * 0.2, 3)
    for i in range(4):
        h.append((x * i * 0.6, i))
    for t in h:
        if t[0] > best[0]:
            best = t
    return best[0] * best[1]


add(largest_pair, X)


def pairs_by_key(x: float):
    d = {}
    for i in range(6):
        old = d.get(i % 3, (0.0, 0))
        d[i % 3] = (old[0] + x * i, old[1] + 1)
    return sum(a * b for a, b in d.values())


add(pairs_by_key, X)


def held_or_the_first(x, n):
    """What the list of tuples holds are lists that another one gets and loses."""
    rows = [[x * i, x] for i in range(n)]
    held = []
    for i in range(4):
        row = rows[-1] if i else rows[0]
        held.append((i, row))
        rows[-1] = [x * i, x + i]
        rows.append([x * x, x])
    return sum(sum(row) * i for i, row in held) + sum(row[0] for row in rows)


add(held_or_the_first, X, 2)
add(held_or_the_first, X, 3)


def held_from_further_down(x: float, n):
    levels = [[[x * i, x]] for i in range(n)]
    held = []
    for i in range(3):
        row = levels[-1][0] if i else None
        held.append((i, row))
        levels[-1].append([x * i, x])
        levels.append([[x, x + i]])
    return sum(row[1] * i for i, row in held if row is not None) + levels[0][-1][0]


add(held_from_further_down, X, 2)


def table_of_numbers(x: float, n):
    grid = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            if i == 0 or j == 0:
                grid[i][j] = x
            else:
                grid[i][j] = grid[i - 1][j] * x + grid[i][j - 1]
    return grid[n - 1][n - 1]


def rows_twice_over(x, n):
    rows = [[x * i, x] for i in range(n)] * 2
    return sum(row[0] * row[1] * i for i, row in enumerate(rows))


def items_taken_and_changed(x, n):
    """What is popped is an array that is held elsewhere, too."""
    rows = [np.array([x * i, x]) for i in range(n)]
    first, again = rows[0], rows * 2
    last = rows.pop()
    last[0] = x**3
    taken = rows.pop(0)
    taken[1] *= x
    return first[1] * first[0] + again[-1][0] * last[0] + np.sum(rows[0])


for one in (table_of_numbers, rows_twice_over, items_taken_and_changed):
    add(one, X, 4)
