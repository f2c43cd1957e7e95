"""Programs that search: heaps, sorted lists, sets of what has been seen."""

import bisect
import heapq
from bisect import bisect_right, insort
from heapq import heapify, heappop, heappush

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
W = [[5.0, 1.0, 4.1, 9.3], [1.2, 4.0, 2.4, 6.6], [4.7, 2.8, 6.0, 3.5], [9.1, 6.2, 3.9, 5.5]]


def shortest_paths(scale: float, w: "list[list[float]]", start: int):
    n = len(w)
    distance = {start: 0.0}
    heap = [(0.0, start)]
    done = set()
    while heap:
        d, u = heappop(heap)
        if u in done:
            continue
        done.add(u)
        for v in range(n):
            through = d + w[u][v] * scale
            if v not in distance or through < distance[v]:
                distance[v] = through
                heappush(heap, (through, v))
    return sum(distance[i] ** 2 for i in range(n))


add(shortest_paths, 1.3, W, 0)


def code_length(p: "list[float]", x: float):
    heap = [value * x for value in p]
    heapify(heap)
    cost = 0.0
    while len(heap) > 1:
        cost += heappop(heap) + heapq.heappop(heap)
        heappush(heap, cost)
    return cost * cost


add(code_length, [0.1, 0.4, 0.2, 0.3], 1.3)


def best_three(v: "Float[np.ndarray, '4']", x: float):
    heap = []
    for a in v:
        if len(heap) < 3:
            heapq.heappush(heap, a * x)
        else:
            heapq.heappushpop(heap, a * x)
    total = sum(heap) * heapq.heapreplace(heap, x * x)
    return total + sum(heapq.nlargest(2, heap)) - heapq.nsmallest(1, heap)[0]


add(best_three, X, 1.3)


def kept_in_order(v: "list[float]", x: float):
    held = []
    for a in v:
        insort(held, a * x)
        bisect.insort_left(held, x)
    return held[0] * held[1] + held[-1] * len(held)


add(kept_in_order, [3.1, 1.2, 2.3], 1.1)


def interpolated(x: float, xs: "list[float]", ys: "list[float]"):
    at = min(max(bisect.bisect_left(xs, x, 1) - 1, 0), len(xs) - 2)
    t = (x - xs[at]) / (xs[at + 1] - xs[at])
    return ys[at] * (1 - t) + ys[at + 1] * t + bisect_right(xs, x) * x


add(interpolated, 1.3, [0.0, 1.0, 2.0], [1.0, 3.0, 2.0])


def walked(x: float, edges: "list[tuple[int, int]]"):
    near = {}
    for a, b in edges:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    visited = set()
    out = 0.0
    stack = [(0, x)]
    while stack:
        u, weight = stack.pop()
        if u in visited:
            continue
        visited.add(u)
        out += weight * u
        for v in near[u]:
            if v not in visited:
                stack.append((v, weight * x))
    return out


add(walked, 1.3, [(0, 1), (1, 2), (0, 3), (3, 2)])


def sets_of_data(x: float, v: "list[int]"):
    large = {i for i in v if i > 1}
    small = {0, 1, 2}
    both, either = large & small, large | small
    total = x * len(either) + x**2 * len(both) + x**3 * len(small - large)
    if 2 in both and large <= either and not both.isdisjoint(small) and len(v) not in {7, 9}:
        total *= x
    left = either.copy()
    left.discard(17)
    while left:
        first = min(left)
        left.remove(first)
        total = total * 0.5 + first * x
    for i in sorted(frozenset(v)):
        total = total * x + i
    return total


add(sets_of_data, 0.9, [1, 2, 3, 3])


def until_seen_again(x: float, n: int):
    seen = set()
    k = 1
    y = x
    while k not in seen:
        seen.add(k)
        k = (k * 3 + 1) % n
        y = y * x + k
    return y


add(until_seen_again, 0.8, 7)


def chances_of_places(x: float, n: int):
    chances = {0: 1.0}
    for _ in range(n):
        after = {}
        for place, chance in chances.items():
            after[place] = after.get(place, 0.0) + chance * (1 - x)
            after[place + 1] = after.get(place + 1, 0.0) + chance * x
        chances = after
    return sum(place**2 * chance for place, chance in chances.items())


add(chances_of_places, 0.3, 4)


class Polynomial:
    def __init__(self):
        self.terms = {0: 1.0}

    def times(self, x, i):
        terms = {}
        for power, factor in self.terms.items():
            terms[power + i] = terms.get(power + i, 0.0) + factor
            terms[power] = terms.get(power, 0.0) + factor * x
        self.terms = terms


def product_of_terms(x: float, n: int):
    p = Polynomial()
    for i in range(1, n):
        p.times(x * i, i)
    return sum(factor * 2.0**power for power, factor in p.terms.items())


add(product_of_terms, 0.3, 4)


def keys_by_the_path(x: float, n: int):
    d = {"a": x}
    if n > 2:
        d = {**d, "b": x * x}
    s = 0.0
    for key in d:
        s = s * x + d[key]
    return s + sum({**d, n: x}.values())


add(keys_by_the_path, 0.3, 4)
