"""The functions of heapq and bisect that change a list, step by step as Python's own.

J. W. J. Williams, Algorithm 232: Heapsort, Communications of the ACM 7 (1964); the way down goes to
a leaf first, as D. E. Knuth, The Art of Computer Programming, volume 3, exercise 5.2.3-18.
"""

from __future__ import annotations

from typing import Any


def _up(heap, start, at):
    """Let an item rise to below what is less."""
    item = heap[at]
    while at > start:
        above = (at - 1) >> 1
        if not item < heap[above]:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = item


def _down(heap, at):
    """Let the lesser items below a place rise; what stood there goes to a leaf, and up again."""
    end, start = len(heap), at
    item = heap[at]
    below = 2 * at + 1
    while below < end:
        if below + 1 < end and not heap[below] < heap[below + 1]:
            below += 1
        heap[at] = heap[below]
        at = below
        below = 2 * at + 1
    heap[at] = item
    _up(heap, start, at)


def heappush(heap, item):
    heap.append(item)
    _up(heap, 0, len(heap) - 1)


def heappop(heap):
    last = heap.pop()
    if heap:
        first = heap[0]
        heap[0] = last
        _down(heap, 0)
        return first
    return last


def heapify(heap):
    for at in reversed(range(len(heap) // 2)):
        _down(heap, at)


def heapreplace(heap, item):
    first = heap[0]
    heap[0] = item
    _down(heap, 0)
    return first


def heappushpop(heap, item):
    if heap and heap[0] < item:
        first = heap[0]
        heap[0] = item
        _down(heap, 0)
        return first
    return item


def nsmallest(n, iterable, key=None):
    return sorted(iterable, key=key)[:n]


def nlargest(n, iterable, key=None):
    return sorted(iterable, key=key, reverse=True)[:n]


def insort_left(a, x):
    at = 0
    while at < len(a) and a[at] < x:
        at += 1
    a.insert(at, x)


def insort_right(a, x):
    at = 0
    while at < len(a) and not x < a[at]:
        at += 1
    a.insert(at, x)


FUNCTIONS: dict[str, Any] = {
    "heapq.heappush": heappush,
    "heapq.heappop": heappop,
    "heapq.heapify": heapify,
    "heapq.heapreplace": heapreplace,
    "heapq.heappushpop": heappushpop,
    "heapq.nsmallest": nsmallest,
    "heapq.nlargest": nlargest,
    "bisect.insort": insort_right,
    "bisect.insort_left": insort_left,
    "bisect.insort_right": insort_right,
}
